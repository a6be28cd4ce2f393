"""Say every fault of the data package at once: file, line, column, value, rule.

`python -m evidence.validate` is `make check`. The schema's own rules are
checked by the frictionless library, the rules across columns by
:mod:`evidence.rules`, those of the claims by :mod:`evidence.audit.ledger`, the bibliography by
pybtex, and what no rule can know by :mod:`evidence.confirmed`. Nothing is repaired.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import FrictionlessException, Package
from frictionless.errors import CellError, RowError

from evidence.audit.ledger import NUMBERS, TABLES, find_ledger_faults
from evidence.bibliography import bibliography_faults
from evidence.confirmed import FILE, MEND, confirm, find_unconfirmed, read_confirmed, read_tables
from evidence.data import DATA_DIR, load, schemas
from evidence.faults import Fault, read_lenient, read_lines, shown
from evidence.rules import find_breaches


def find_faults(data_dir: Path = DATA_DIR) -> list[Fault]:
    """Return every fault of the package in `data_dir`, in the order of files and lines."""
    faults = set(_schema_faults(data_dir))
    for table in schemas(data_dir):
        faults |= set(_rule_faults(table, data_dir))
    faults |= set(_arm_faults(data_dir)) | set(_ledger_faults(data_dir))
    faults |= set(bibliography_faults(data_dir))
    told = {(fault.file, fault.line) for fault in faults}
    faults |= {fault for fault in _unconfirmed(data_dir) if (fault.file, fault.line) not in told}
    return sorted(faults)


def _schema_faults(data_dir: Path) -> Iterator[Fault]:
    try:
        report = Package(str(data_dir / "datapackage.json")).validate(limit_errors=100_000)
    except FrictionlessException as refused:
        for reason in refused.reasons or [refused.error]:
            yield Fault("datapackage.json", 0, "", "", reason.note or reason.message)
        return
    resources = {resource["path"]: resource for resource in schemas(data_dir).values()}
    for task in report.tasks:
        lines = read_lines(data_dir / task.place)
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


def _rule_faults(table: str, data_dir: Path) -> Iterator[Fault]:
    frame = read_lenient(table, data_dir)
    if frame is None:
        return
    path = schemas(data_dir)[table]["path"]
    lines = read_lines(data_dir / path)
    for row, column, rule in find_breaches(table, frame):
        value = shown(frame[column].iloc[row])
        yield Fault(path, lines.get(row + 2, 0), column, value, rule)


def _arm_faults(data_dir: Path) -> Iterator[Fault]:
    arms, contrasts = read_lenient("arms", data_dir), read_lenient("contrasts", data_dir)
    if arms is None or contrasts is None:
        return
    known = set(zip(arms["study"], arms["arm"], strict=True))
    lines = read_lines(data_dir / "contrasts.csv")
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
    tables = {name: read_lenient(name, data_dir) for name in TABLES}
    whole = {name: frame for name, frame in tables.items() if frame is not None}
    if len(whole) < len(tables):
        return
    for table, row, column, rule in find_ledger_faults(whole, partial(_sound, data_dir)):
        path, value = known[table]["path"], whole[table][column].iloc[row]
        lines = read_lines(data_dir / path)
        yield Fault(path, lines.get(row + 2, 0), column, shown(value), rule)


def _sound(data_dir: Path, table: str) -> pd.DataFrame:
    """Return a table for a check to look things up in; LookupError where it has faults itself."""
    try:
        return load(table, data_dir)
    except (ValueError, OSError) as error:
        if table not in schemas(data_dir):
            raise
        raise LookupError(table) from error


def _unconfirmed(data_dir: Path) -> Iterator[Fault]:
    for row in find_unconfirmed(read_tables(data_dir), read_confirmed(data_dir)):
        path = schemas(data_dir)[row.table]["path"] if row.table in schemas(data_dir) else FILE
        line = read_lines(data_dir / path).get(row.record + 1, 0) if row.record else 0
        yield Fault(path, line, "row", row.key, f"{row.what}: {MEND}")


def main(arguments: list[str] | None = None) -> int:
    """Print the faults of the package, or its size; return 0 if there are none, else 1."""
    parser = argparse.ArgumentParser(prog="python -m evidence.validate", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_DIR, help="folder of datapackage.json")
    parser.add_argument("--confirm", action="store_true", help="note the rows as they are now")
    options = parser.parse_args(arguments)
    if not (options.data / "datapackage.json").is_file():
        said = f"--data must be a folder that holds datapackage.json; got {options.data}"
        print(said, file=sys.stderr)
        return 2
    faults = find_faults(options.data)
    if options.confirm:
        faults = [fault for fault in faults if MEND not in fault.rule]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        files = ", ".join(f"{n} in {file}" for file, n in Counter(f.file for f in faults).items())
        noun = "fault" if len(faults) == 1 else "faults"
        print(f"data: {len(faults)} {noun} ({files})", file=sys.stderr)
        return 1
    for row in confirm(options.data) if options.confirm else ():
        print(f"confirmed: {row.table}: {row.key} {row.what}")
    tables = schemas(options.data).values()
    rows = sum(len(read_lines(options.data / resource["path"])) - 1 for resource in tables)
    print(f"data: {len(tables)} tables, {rows} rows, no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
