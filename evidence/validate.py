"""Say every fault of the data package at once: file, line, column, value, rule.

`python -m evidence.validate` is `make check`. The schema's own rules are
checked by the frictionless library, the rules across columns by
:mod:`evidence.rules`, those of the claims by :mod:`evidence.audit.ledger`, the bibliography by
pybtex. Nothing is repaired.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import Package
from frictionless.errors import CellError, RowError
from pybtex.database import BibliographyData, parse_file
from pybtex.exceptions import PybtexError

from evidence.audit.ledger import NUMBERS, TABLES, find_ledger_faults
from evidence.data import DATA_DIR, load, schemas
from evidence.rules import find_breaches

#: What the entry of an article must have; "[... not read]" says that a source did not show it.
NEEDED = ("author", "title", "journal", "year")


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


def find_faults(data_dir: Path = DATA_DIR) -> list[Fault]:
    """Return every fault of the package in `data_dir`, in the order of files and lines."""
    faults = set(_schema_faults(data_dir))
    for table in schemas(data_dir):
        faults |= set(_rule_faults(table, data_dir))
    faults |= set(_arm_faults(data_dir)) | set(_ledger_faults(data_dir))
    faults |= set(_bibliography_faults(data_dir))
    return sorted(faults)


def _schema_faults(data_dir: Path) -> Iterator[Fault]:
    report = Package(str(data_dir / "datapackage.json")).validate(limit_errors=100_000)
    for error in report.errors:
        yield Fault("datapackage.json", 0, "", "", error.note or error.message)
    resources = {resource["path"]: resource for resource in schemas(data_dir).values()}
    for task in report.tasks:
        lines = _lines(data_dir / task.place)
        for error in task.errors:
            record = getattr(error, "row_number", None)
            line = lines.get(record, 0) if record else 0
            if isinstance(error, RowError):
                where = _cell(error, resources[task.place]["schema"])
                yield Fault(task.place, line, *where, _rule(error, resources[task.place]["schema"]))
            else:
                yield Fault(task.place, line, "", "", error.message)


def _cell(error: RowError, schema: dict[str, Any]) -> tuple[str, str]:
    """Return the column of a cell's fault, or the columns of a key's, and what stands there."""
    if isinstance(error, CellError):
        return error.field_name or f"column {error.field_number}", error.cell or ""
    columns = getattr(error, "field_names", None) or schema["primaryKey"]
    columns = [columns] if isinstance(columns, str) else columns
    cells = dict(zip((f["name"] for f in schema["fields"]), error.cells, strict=False))
    return " + ".join(columns), " + ".join(str(cells.get(column, "")) for column in columns)


def _rule(error: RowError, schema: dict[str, Any]) -> str:
    if isinstance(error, CellError):
        field: dict[str, Any] = next(
            (f for f in schema["fields"] if f["name"] == error.field_name), {}
        )
        if error.type == "type-error":
            return f"is not of type {field['type']}"
        if error.type == "constraint-error":
            return _constraint(error.note, field["constraints"])
    said = {
        "extra-cell": "stands beyond the last column: quote a cell that holds a comma",
        "missing-cell": "has no cell here: the row is too short",
        "blank-row": "is blank: delete the line",
        "primary-key": "is a key that is taken",
        "foreign-key": f"is not in the table {getattr(error, 'reference_name', '')}",
    }
    return said.get(error.type, error.note)


def _constraint(note: str, constraints: dict[str, Any]) -> str:
    said = {
        "required": "must not be empty",
        "unique": "is taken",
        "enum": f"is not one of {', '.join(map(str, constraints.get('enum', ())))}",
        "pattern": f"does not match {constraints.get('pattern')}",
        "minimum": f"is below {constraints.get('minimum')}",
        "maximum": f"is above {constraints.get('maximum')}",
    }
    return next((text for name, text in said.items() if f'"{name}"' in note), note)


def _lines(path: Path) -> dict[int, int]:
    """Return the line of the file on which each record starts; record 1 is the header."""
    if not path.is_file():
        return {}
    starts, line = {}, 1
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.reader(file)
        for record, _ in enumerate(reader, start=1):
            starts[record], line = line, reader.line_num + 1
    return starts


def _lenient(table: str, data_dir: Path) -> pd.DataFrame | None:
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


def _rule_faults(table: str, data_dir: Path) -> Iterator[Fault]:
    frame = _lenient(table, data_dir)
    if frame is None:
        return
    path = schemas(data_dir)[table]["path"]
    lines = _lines(data_dir / path)
    for row, column, rule in find_breaches(table, frame):
        value = _shown(frame[column].iloc[row])
        yield Fault(path, lines.get(row + 2, 0), column, value, rule)


def _shown(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)


def _arm_faults(data_dir: Path) -> Iterator[Fault]:
    arms, contrasts = _lenient("arms", data_dir), _lenient("contrasts", data_dir)
    if arms is None or contrasts is None:
        return
    known = set(zip(arms["study"], arms["arm"], strict=True))
    lines = _lines(data_dir / "contrasts.csv")
    for row, record in enumerate(contrasts.itertuples()):
        for column in ("arm_e", "arm_c"):
            arm = getattr(record, column)
            if (record.study, arm) not in known:
                rule = f"is no arm of {record.study} in arms.csv"
                yield Fault("contrasts.csv", lines.get(row + 2, 0), column, str(arm), rule)


def _ledger_faults(data_dir: Path) -> Iterator[Fault]:
    known = schemas(data_dir)
    if NUMBERS not in known:
        return
    tables = {name: _lenient(name, data_dir) for name in TABLES}
    whole = {name: frame for name, frame in tables.items() if frame is not None}
    if len(whole) < len(tables):
        return
    for table, row, column, rule in find_ledger_faults(whole, partial(_sound, data_dir)):
        path, value = known[table]["path"], whole[table][column].iloc[row]
        lines = _lines(data_dir / path)
        yield Fault(path, lines.get(row + 2, 0), column, _shown(value), rule)


def _sound(data_dir: Path, table: str) -> pd.DataFrame:
    """Return a table for a check to look things up in; LookupError where it has faults itself."""
    try:
        return load(table, data_dir)
    except (ValueError, OSError) as error:
        if table not in schemas(data_dir):
            raise
        raise LookupError(table) from error


def _bibliography_faults(data_dir: Path) -> Iterator[Fault]:
    sources = _lenient("sources", data_dir)
    near = (data_dir / "references.bib", data_dir.parent / "references.bib")
    path = next((path for path in near if path.is_file()), None)
    if path is None:
        yield Fault("references.bib", 0, "", "", "is missing")
        return
    try:
        entries = _entries(path)
    except PybtexError as error:
        yield Fault("references.bib", 0, "", "", str(error))
        return
    for key, entry in entries.entries.items():
        missing = [
            f
            for f in NEEDED
            if entry.type == "article" and f not in {*entry.fields, *entry.persons}
        ]
        if missing:
            yield Fault("references.bib", 0, key, "", f"lacks {', '.join(missing)}")
    yield from _study_faults(data_dir, entries)
    if sources is not None:
        lines = _lines(data_dir / "sources.csv")
        for row, source in enumerate(sources.itertuples()):
            for column, value, rule in _source_faults(source, entries):
                yield Fault("sources.csv", lines.get(row + 2, 0), column, value, rule)


def _study_faults(data_dir: Path, entries: BibliographyData) -> Iterator[Fault]:
    studies = _lenient("studies", data_dir)
    lines = _lines(data_dir / "studies.csv")
    for row, study in enumerate(studies["study"] if studies is not None else []):
        # Experiments a, b, ... of one report share its entry.
        if not {str(study), str(study)[:-1]} & set(entries.entries):
            rule = "has no entry in references.bib"
            yield Fault("studies.csv", lines.get(row + 2, 0), "study", str(study), rule)


def _source_faults(source: Any, entries: BibliographyData) -> Iterator[tuple[str, str, str]]:
    entry = entries.entries.get(source.source)
    if entry is None:
        yield "source", str(source.source), "has no entry in references.bib"
        return
    for field in ("doi", "pmid"):
        value, stated = getattr(source, field), entry.fields.get(field)
        if pd.notna(value) and stated != value:
            yield field, str(value), f"differs from references.bib ({stated})"


def _entries(path: Path) -> BibliographyData:
    return parse_file(str(path), bib_format="bibtex")


def main(arguments: list[str] | None = None) -> int:
    """Print the faults of the package, or its size; return 0 if there are none, else 1."""
    parser = argparse.ArgumentParser(prog="python -m evidence.validate", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_DIR, help="folder of datapackage.json")
    data_dir = parser.parse_args(arguments).data
    if not (data_dir / "datapackage.json").is_file():
        print(
            f"--data must be a folder that holds datapackage.json; got {data_dir}", file=sys.stderr
        )
        return 2
    faults = find_faults(data_dir)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        files = ", ".join(f"{n} in {file}" for file, n in Counter(f.file for f in faults).items())
        noun = "fault" if len(faults) == 1 else "faults"
        print(f"data: {len(faults)} {noun} ({files})", file=sys.stderr)
        return 1
    tables = schemas(data_dir).values()
    rows = sum(len(_lines(data_dir / resource["path"])) - 1 for resource in tables)
    print(f"data: {len(tables)} tables, {rows} rows, no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
