"""A fault of the data package, and how its files are read where they may have some."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from evidence.data import schemas


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: where it is, what stands there, and which rule it breaks."""

    file: str
    line: int
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return (
            f"{where}: {self.column}: {self.value!r} {self.rule}"
            if self.column
            else f"{where}: {self.rule}"
        )


def read_lines(path: Path) -> dict[int, int]:
    """Return the line of the file on which each record starts; record 1 is the header."""
    if not path.is_file():
        return {}
    starts, line = {}, 1
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.reader(file)
        for record, _ in enumerate(reader, start=1):
            starts[record], line = line, reader.line_num + 1
    return starts


def read_lenient(table: str, data_dir: Path) -> pd.DataFrame | None:
    """Return a table with its numbers as floats and whatever is no number as missing."""
    resource = schemas(data_dir)[table]
    path = data_dir / resource["path"]
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        header, *records = csv.reader(file) or [[]]
    width = len(header)
    rows = [(record + [""] * width)[:width] for record in records]
    frame = pd.DataFrame(rows, columns=header, dtype="str").replace("", pd.NA)
    for field in resource["schema"]["fields"]:
        if field["name"] not in frame:
            return None
        if field["type"] in ("integer", "number"):
            frame[field["name"]] = pd.to_numeric(frame[field["name"]], errors="coerce")
        if field["type"] == "boolean":
            frame[field["name"]] = frame[field["name"]].eq("true")
    return frame


def shown(value: Any) -> str:
    """Return the value of a cell as a fault names it."""
    return "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
