"""Progress of the execution: a bar in a terminal, plain lines elsewhere."""

import time
from typing import TextIO

WIDTH = 24


class Progress:
    """Tell, chapter by chapter, how far the execution is.

    Parameters
    ----------
    total : int
        Number of chapters to execute.
    stream : file
        Where to tell it. A terminal gets a bar in one line that is written over.
    """

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total = total
        self.stream = stream
        self.bar = stream.isatty()
        self.done = 0
        self.began = time.monotonic()

    def start(self, workers: int) -> None:
        """Say what is to be done."""
        word = "chapter" if self.total == 1 else "chapters"
        self.say(f"executing {self.total} {word}, {workers} at a time")
        self._draw("")

    def step(self, docname: str, seconds: float, failed: bool) -> None:
        """Say that a chapter has ended."""
        self.done += 1
        word = "FAILED" if failed else "executed"
        if not self.bar or failed:
            self.say(f"[{self.done}/{self.total}] {docname} {word} ({seconds:.1f} s)")
        self._draw(docname)
        if self.done == self.total:
            self.say(f"executed in {time.monotonic() - self.began:.1f} s")

    def say(self, text: str) -> None:
        """Write a line, above the bar if there is one."""
        erase = "\r\x1b[K" if self.bar else ""
        self.stream.write(f"{erase}{text}\n")
        self.stream.flush()

    def _draw(self, docname: str) -> None:
        if self.bar and self.done < self.total:
            full = WIDTH * self.done // self.total
            drawn = "#" * full + "." * (WIDTH - full)
            self.stream.write(f"\r\x1b[K[{drawn}] {self.done}/{self.total} {docname}")
            self.stream.flush()
