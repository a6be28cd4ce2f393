"""The book's data as a Frictionless package describes them: tables, columns, keys, rows as text."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.digests import file_digest

#: The description of the package, in the folder of its tables.
DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the schema has it.

    Attributes
    ----------
    name, type, meaning : str
    allowed : str
        Values, bounds and pattern in words; empty where anything goes.
    target : tuple of str
        Table and column that its values are keys of; empty where of none.
    """

    name: str
    type: str
    meaning: str
    allowed: str
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of the package, its cells as they stand in the file.

    Attributes
    ----------
    name, title, about : str
    path : pathlib.Path
    digest : str
        SHA-256 of the file.
    key : tuple of str
        The columns that tell one row from another.
    columns : tuple of Column
    rows : tuple
        Each a tuple of cells, empty text where nothing is known.
    composite : dict
        By column: the table that it and other columns together are the key of, and those columns.
    """

    name: str
    title: str
    about: str
    path: Path
    digest: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    composite: dict[str, tuple[str, tuple[str, ...]]]

    def places(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return where the columns `names` stand."""
        order = [column.name for column in self.columns]
        return tuple(order.index(name) for name in names)

    def anchors(self) -> dict[tuple[str, ...], str]:
        """Return the id of each row on a page, by the cells of its key, in the order of the rows.

        It is made of the key, so that a link holds when rows are added; two keys that differ in
        signs only are told apart by their order.
        """
        places = self.places(self.key)
        prefix = self.key[0] if len(self.key) == 1 else "row"
        seen: Counter[str] = Counter()
        found: dict[tuple[str, ...], str] = {}
        for row in self.rows:
            cells = tuple(row[place] for place in places)
            anchor = "-".join([prefix, *(_plain(cell) for cell in cells if cell)])
            seen[anchor] += 1
            found[cells] = anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"
        return found


def read_package(folder: Path) -> dict[str, DataTable]:
    """Return the tables of the package in `folder` by name, in its order.

    Raises
    ------
    ValueError
        Where a file does not have the columns that the package states.
    """
    package = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
    return {each["name"]: _table(folder, each) for each in package["resources"]}


def _table(folder: Path, resource: dict[str, Any]) -> DataTable:
    schema, path = resource["schema"], folder / resource["path"]
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    stated = [field["name"] for field in schema["fields"]]
    if header != stated:
        raise ValueError(f"{path.name} has the columns {header}, {DESCRIPTOR} says {stated}")
    keys = schema.get("foreignKeys", [])
    foreign = [(_names(key["fields"]), key["reference"]) for key in keys]
    single = {
        names[0]: (to["resource"], *_names(to["fields"]))
        for names, to in foreign
        if len(names) == 1
    }
    return DataTable(
        name=resource["name"],
        title=resource["title"],
        about=resource["description"],
        path=path,
        digest=str(file_digest(path)),
        key=_names(schema["primaryKey"]),
        columns=tuple(_column(field, single) for field in schema["fields"]),
        rows=tuple(tuple(row) for row in rows),
        composite={ns[-1]: (to["resource"], ns) for ns, to in foreign if len(ns) > 1},
    )


def _names(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _column(field: dict[str, Any], single: dict[str, tuple[str, ...]]) -> Column:
    rules = field.get("constraints", {})
    words = [", ".join(map(str, rules["enum"]))] if "enum" in rules else []
    words += [f"at least {rules['minimum']}"] if "minimum" in rules else []
    words += [f"at most {rules['maximum']}"] if "maximum" in rules else []
    words += [f"of the form {rules['pattern']}"] if "pattern" in rules else []
    words += ["never empty"] if rules.get("required") else []
    words += ["each once"] if rules.get("unique") else []
    target = single.get(field["name"], ())
    words += [f"a row of {target[0]}"] if target else []
    return Column(field["name"], field["type"], field["description"], "; ".join(words), target)


def _plain(cell: str) -> str:
    return re.sub(r"[^a-z0-9_.]+", "-", cell.casefold()).strip("-") or "x"
