"""Make a row of the data package from what is known of it, or say what a row needs.

`python -m evidence.template` lists the tables, `... TABLE` the columns of one, and
`... TABLE column=value ...` prints the row, for `>> data/TABLE.csv`. What the columns are is
read from `data/datapackage.json`; whether the values are sound is said by `make check`.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from evidence.checks import check_choice
from evidence.data import schemas


def row(table: str, values: Mapping[str, str]) -> str:
    """Return one line of a table, with the cells in the order of its columns.

    Parameters
    ----------
    table : str
        Name of the resource, such as ``"arms"``.
    values : mapping of str to str
        Cells by column; what is left out is unknown, and stays empty.

    Returns
    -------
    str
        The line, quoted where a cell needs it, with its end.

    Raises
    ------
    ValueError
        If the table has no such column, or a column that is never empty has no value.
    """
    fields = fields_of(table)
    names = [field["name"] for field in fields]
    for name in values:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)}"
            raise ValueError(f"{table} has no column {name!r}; {hint}")
    missing = [f["name"] for f in fields if is_needed(f) and not values.get(f["name"], "").strip()]
    if missing:
        raise ValueError(f"{table} needs a value for {', '.join(missing)}")
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([values.get(name, "") for name in names])
    return line.getvalue()


def needs(table: str) -> str:
    """Return the columns of a table, one a line, those that are never empty with a star."""
    fields = fields_of(table)
    lines = [f"{table}: {schemas()[table].get('description', '')}".rstrip(": "), ""]
    for field in fields:
        lines.append(f"{'*' if is_needed(field) else ' '} {field['name']}: {field['description']}")
        lines.extend(f"      {words}" for words in _allowed(field))
    return "\n".join([*lines, "", "* is never empty. Give a row as column=value ..."])


def fields_of(table: str) -> list[dict[str, Any]]:
    """Return the columns of a table as the package declares them, or refuse its name."""
    check_choice("table", table, schemas())
    fields: list[dict[str, Any]] = schemas()[table]["schema"]["fields"]
    return fields


def is_needed(field: Mapping[str, Any]) -> bool:
    """Return whether a column must not be empty."""
    return bool(field.get("constraints", {}).get("required"))


def _allowed(field: Mapping[str, Any]) -> Iterator[str]:
    constraints = field.get("constraints", {})
    if field["type"] != "string":
        yield str(field["type"])
    if "enum" in constraints:
        yield "one of " + ", ".join(map(str, constraints["enum"]))
    for bound, words in (("minimum", "at least"), ("maximum", "at most")):
        if bound in constraints:
            yield f"{words} {constraints[bound]}"
    if "pattern" in constraints:
        yield f"matches {constraints['pattern']}"


def _cells(pairs: list[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"a cell must be given as column=value; got {pair!r}")
        if name in cells:
            raise ValueError(f"a column must be given once; got {name!r} again")
        cells[name] = value
    return cells


def main(arguments: list[str] | None = None) -> int:
    """Print the tables, the columns of one or a row; return 0, or 2 where none can be made."""
    parser = argparse.ArgumentParser(prog="python -m evidence.template", description=__doc__)
    parser.add_argument(
        "table", nargs="?", help="such as studies; left out: which tables there are"
    )
    parser.add_argument("cells", nargs="*", metavar="column=value", help="a cell of the row")
    given = parser.parse_args(arguments)
    try:
        if given.table is None:
            print("\n".join(schemas()))
        elif given.cells:
            print(row(given.table, _cells(given.cells)), end="")
        else:
            print(needs(given.table))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
