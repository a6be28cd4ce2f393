"""A small book with a chapter that takes parameters, records results and tells that it ran."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from books import Book, notebook

PARAMETERS = """\
#parameters
method: str = "REML"  # estimator: REML, DL, bad
level: float = 95.0  # percent
quick: bool = True  # whether to be quick"""
#: Writes a line at its start and its end into a file outside the book.
CODE = """\
import csv, os, time
from pathlib import Path
from IPython.display import display

log, me = Path("../../log"), f"{method}-{level:g} {os.environ.get('WORKER')}"
with log.open("a") as file:
    file.write(f"started {me}\\n")
scale = float(next(csv.reader(open("../data/a.csv")))[0])
if method == "bad":
    raise ValueError("no such\\nmethod")
time.sleep(0 if quick else 1.5)
values = {"estimate": scale * level, "trials": 3, "pooled": True, "why": "a, b", "none": None}
types = ["number", "integer", "boolean", "string", "number"]
keys = {k: {"type": t, "unit": "1", "meaning": k} for k, t in zip(values, types)}
data = {"application/vnd.evidence.results+json": {"values": values, "keys": keys}}
display(data | {"text/plain": "results"}, raw=True)
with log.open("a") as file:
    file.write(f"ended {me}\\n")"""
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "method": {"type": "string", "enum": ["REML", "DL", "bad"], "default": "REML"},
        "level": {
            "type": "number",
            "default": 95.0,
            "exclusiveMinimum": 1,
            "exclusiveMaximum": 100,
            "x-unit": "percent",
        },
        "quick": {"type": "boolean", "default": True},
    },
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: exit status, stdout, stderr."""

    status: int
    out: str
    err: str


def wait_until(process: subprocess.Popen[Any] | None, condition: Callable[[], bool]) -> None:
    """Wait for a moment in the life of a process."""
    end = time.monotonic() + 60
    while not condition():
        assert process is None or process.poll() is None, "it ended before the moment came"
        assert time.monotonic() < end
        time.sleep(0.01)


class SweptBook:
    """The book, and the command `sweep` on it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "book"
        self.book = Book(self.root)
        self.book.toc("chapters/a", "chapters/plain")
        self.book.write("data/a.csv", "2.0\n")
        self.book.write("chapters/a.ipynb", notebook("#:# Chapter a", PARAMETERS, CODE))
        self.book.write("chapters/a.parameters.json", json.dumps(SCHEMA))
        self.book.write("chapters/plain.ipynb", notebook("#:# Chapter plain", "1"))

    @property
    def runs(self) -> Path:
        return self.root / "runs" / "a"

    def start(
        self, grid: str, *options: str, chapter: str = "a", **variables: str
    ) -> subprocess.Popen[str]:
        """Start a sweep over a grid, as a terminal would: in a process group of its own."""
        self.book.write("grid.yaml", grid)
        command = [sys.executable, "-m", "bookbuild", "sweep", chapter, "--grid", "grid.yaml"]
        return subprocess.Popen(
            [*command, *options],
            cwd=self.root,
            env=os.environ | {"BOOK_JOBS": "2"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def sweep(self, grid: str, *options: str, **variables: str) -> Ended:
        process = self.start(grid, *options, **variables)
        out, err = process.communicate(timeout=120)
        return Ended(process.returncode, out, err)

    def log(self, word: str) -> Counter[str]:
        """Return how often each set has started or ended."""
        file = self.root.parent / "log"
        lines = file.read_text().splitlines() if file.exists() else []
        return Counter(line.split()[1] for line in lines if line.startswith(f"{word} "))

    def table(self, name: str = "grid.csv") -> list[dict[str, Any]]:
        with (self.runs / name).open(newline="") as file:
            return list(csv.DictReader(file))

    def estimates(self) -> dict[str, float]:
        """Return the estimate of each set in the table."""
        return {r["set"]: float(r["value"]) for r in self.table() if r["key"] == "estimate"}

    def files(self) -> dict[str, bytes]:
        """Return all files of the book that a sweep could have written."""
        kept = [self.root / "runs", self.root / "elsewhere"]
        found = [path for folder in kept for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found}
