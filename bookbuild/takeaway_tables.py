"""The tables of the data package: which a chapter read, and their dictionary as a table."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DESCRIPTOR = "data/datapackage.json"
COLUMNS = ("table", "column", "type", "required", "allowed", "refers_to", "meaning")
BOUNDS = {"minimum": "from {}", "maximum": "to {}", "pattern": "like {}"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the data package.

    Attributes
    ----------
    path : str
        Its file, from the book's folder.
    title, description : str
    fields : tuple of dict
        Its columns, as the descriptor has them.
    refers : dict
        Where a column holds keys of another table: that table and column.
    """

    path: str
    title: str
    description: str
    fields: tuple[dict[str, Any], ...]
    refers: dict[str, str]


def read_tables(root: Path) -> dict[str, Table]:
    """Return the tables of the book in `root` by the path of their file; none without a package."""
    descriptor = root / DESCRIPTOR
    if not descriptor.is_file():
        return {}
    folder = descriptor.parent.relative_to(root)
    found = map(_table, json.loads(descriptor.read_text("utf-8"))["resources"])
    return {(folder / table.path).as_posix(): table for table in found}


def tables_read(tables: Mapping[str, Table], inputs: Iterable[str]) -> dict[str, Table]:
    """Return those of the tables that are among the files that a chapter read."""
    read = set(inputs)
    return {path: table for path, table in tables.items() if path in read}


def dictionary(tables: Iterable[Table]) -> str:
    """Return the data dictionary, as CSV: a row for each column of each table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row for table in tables for row in _rows(table))
    return text.getvalue()


def _table(resource: Mapping[str, Any]) -> Table:
    schema, path = resource["schema"], resource["path"]
    refers = {
        column: f"{key['reference']['resource'] or Path(path).stem}.{there}"
        for key in schema.get("foreignKeys", [])
        for column, there in zip(
            _list(key["fields"]), _list(key["reference"]["fields"]), strict=True
        )
    }
    fields = tuple(schema["fields"])
    return Table(path, resource["title"], resource["description"], fields, refers)


def _rows(table: Table) -> Iterator[tuple[str, ...]]:
    for field in table.fields:
        rules = field.get("constraints", {})
        needed = "yes" if rules.get("required") else "no"
        refers = table.refers.get(field["name"], "")
        allowed = _allowed(rules)
        name = Path(table.path).stem
        yield name, field["name"], field["type"], needed, allowed, refers, field["description"]


def _allowed(rules: Mapping[str, Any]) -> str:
    if "enum" in rules:
        return " | ".join(map(str, rules["enum"]))
    return " ".join(text.format(rules[rule]) for rule, text in BOUNDS.items() if rule in rules)


def _list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
