"""Progress of the execution: a bar in a terminal, plain lines elsewhere."""

import shutil
import time
from typing import TextIO

WIDTH = 24


class Progress:
    """Tell, one by one, how far the execution is.

    Parameters
    ----------
    total : int
        Number of chapters to execute.
    stream : file
        Where to tell it. A terminal gets a bar in one line that is written over.
    noun : str
        What is executed, if not chapters.
    alike : bool
        Whether all take about as long, so that those that are done say how much time is left.
    """

    def __init__(
        self, total: int, stream: TextIO, noun: str = "chapter", alike: bool = False
    ) -> None:
        self.total = total
        self.stream = stream
        self.noun = noun
        self.alike = alike
        self.bar = stream.isatty()
        self.done = 0
        self.began = time.monotonic()

    def start(self, workers: int) -> None:
        """Say what is to be done."""
        self.say(f"executing {count_text(self.total, self.noun)}, {workers} at a time")
        self.draw()

    def step(self, docname: str, seconds: float, failed: bool) -> None:
        """Say that one has ended."""
        self.done += 1
        word = "FAILED" if failed else "executed"
        if not self.bar or failed:
            self.say(f"[{self.done}/{self.total}] {docname} {word} ({seconds:.1f} s){self._left()}")
        self.draw(docname)
        if self.done == self.total:
            self.say(f"executed in {time.monotonic() - self.began:.1f} s")

    def say(self, text: str) -> None:
        """Write a line, above the bar if there is one."""
        erase = "\r\x1b[K" if self.bar else ""
        self.stream.write(f"{erase}{text}\n")
        self.stream.flush()

    def draw(self, docname: str = "") -> None:
        """Draw the bar, in a terminal, after the name of what has ended last."""
        if self.bar and self.done < self.total:
            full = WIDTH * self.done // self.total
            drawn = "#" * full + "." * (WIDTH - full)
            line = f"[{drawn}] {self.done}/{self.total}{self._left()} {docname}"
            # A line that wraps could not be written over.
            self.stream.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
            self.stream.flush()

    def _left(self) -> str:
        """Return the time that is left, by what those that are done took."""
        if not self.alike or self.done in (0, self.total):
            return ""
        seconds = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        return f", {duration_text(seconds)} left"


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun: ``"1 chapter"``, ``"3 chapters"``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def duration_text(seconds: float) -> str:
    """Return a duration as one would say it: ``"40 s"``, ``"12 min"``, ``"2 h 05 min"``."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
