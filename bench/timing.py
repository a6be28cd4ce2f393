"""What all benchmarks of the build share: a clock, and lines for the table."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import cache_from_source, find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds on the clock that a command took, and what it printed."""

    seconds: float
    output: str


def timed(command: list[str], folder: Path, book: Path) -> Timing:
    """Run a command with the packages of `book`; stop the benchmark where it fails."""
    variables = os.environ | {"PYTHONPATH": str(book)}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return Timing(seconds, done.stdout + done.stderr)


def show(what: str, timing: Timing, against: Timing | None = None, limit: str = "") -> None:
    """Print a line of the table, with the ratio to another line."""
    ratio = f"{timing.seconds / against.seconds:5.2f}" if against else ""
    print(f"{what:48} {timing.seconds:7.2f} s  {ratio:5} {limit}", flush=True)


def bytecode() -> str:
    """Say whether modules come compiled; without that every kernel takes three times as long."""
    spec = find_spec("pandas")
    there = spec and spec.origin and Path(cache_from_source(spec.origin)).exists()
    return f"bytecode cache: {'there' if there else 'NOT there, the first times include it'}"
