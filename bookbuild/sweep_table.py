"""The results of a sweep as one tidy table, and its failures as another."""

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError
from bookbuild.failures import COLOURS, Failure
from bookbuild.parameters import Schema
from bookbuild.runs import Run
from bookbuild.store import write_atomically

BEFORE = {"chapter": "VARCHAR", "set": "VARCHAR"}
#: A result is a number (a truth value is 1 or 0) or a text; `type` says which it was.
AFTER = {
    "key": "VARCHAR",
    "value": "DOUBLE",
    "text": "VARCHAR",
    "type": "VARCHAR",
    "unit": "VARCHAR",
}
SQL_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


def result_columns(schema: Schema) -> dict[str, str]:
    """Return the columns of the table with their SQL types: the set, its parameters, a result.

    Raises
    ------
    UsageError
        Where a parameter has the name of another column.
    """
    own = {name: SQL_TYPES[each.rules["type"]] for name, each in schema.parameters.items()}
    taken = sorted(own.keys() & {*BEFORE, *AFTER})
    if taken:
        raise UsageError(
            f"{schema.chapter} cannot be swept: its parameter {', '.join(taken)} "
            "has the name of a column of the table; give it another"
        )
    return BEFORE | own | AFTER


def result_rows(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    """Yield a row for each set and each result in it, by column."""
    for run in runs:
        document = json.loads((run.folder / "results.json").read_text("utf-8"))
        about = {"chapter": document["chapter"], "set": run.slug} | run.parameters
        for key, value in document["values"].items():
            kind = document["keys"][key]
            shown = {"text": value} if kind["type"] == "string" else {"value": _number(value)}
            yield about | {"key": key, "type": kind["type"], "unit": kind["unit"]} | shown


def failure_rows(runs: Sequence[Run], failures: Mapping[str, Failure]) -> Iterator[dict[str, Any]]:
    """Yield a row for each set that has no result, with the cell and the error."""
    for run in runs:
        if run.slug in failures:
            failure = failures[run.slug]
            error = COLOURS.sub("", failure.error)
            about = {"chapter": run.job.docname, "set": run.slug} | run.parameters
            yield about | {"cell": failure.cell, "error": error}


def write_csv(file: Path, columns: Sequence[str], rows: Iterator[dict[str, Any]]) -> int:
    """Write rows to a CSV file, whole or not at all; return how many."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    written = [
        writer.writerow({name: _plain(value) for name, value in row.items()}) for row in rows
    ]
    write_atomically(file, stream.getvalue().encode())
    return len(written)


def _number(value: float | None) -> float | None:
    return int(value) if isinstance(value, bool) else value


def _plain(value: object) -> object:
    # pandas, R and DuckDB all read `true`; Python's own word only pandas.
    return str(value).lower() if isinstance(value, bool) else value


def write_parquet(table: Path, columns: Mapping[str, str]) -> Path:
    """Write a CSV file as Parquet beside it, with these types; an empty field is no value."""
    # Not pyarrow: pandas imports it wherever it is, and every chapter would wait for it.
    import duckdb

    file = table.with_suffix(".parquet")
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    options = "header = true, delim = ',', quote = '\"', escape = '\"', columns = $columns"
    duckdb.execute(
        f"COPY (FROM read_csv($table, {options})) TO $file (FORMAT parquet)",
        {"table": str(table), "file": str(beside), "columns": dict(columns)},
    )
    beside.replace(file)
    return file
