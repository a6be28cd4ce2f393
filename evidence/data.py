"""Read the data package: `data/datapackage.json` is the only schema.

A table comes as a DataFrame with the types that the schema states; what is
unknown is missing (`NaN` or `<NA>`). Whether the package is sound is asked by
:mod:`evidence.validate`, before anything is built.
"""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from evidence.checks import check_choice

DATA_DIR = Path(__file__).resolve().parents[1] / "data"

PANDAS_TYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@cache
def schemas(data_dir: Path = DATA_DIR) -> dict[str, dict[str, Any]]:
    """Return the resource descriptors of the package by table name."""
    package = json.loads((data_dir / "datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def load(table: str, data_dir: Path = DATA_DIR) -> pd.DataFrame:
    """Return one table of the data package.

    Parameters
    ----------
    table : str
        Name of the resource, such as ``"dichotomous"``.
    data_dir : pathlib.Path, optional
        Folder that holds ``datapackage.json``.

    Returns
    -------
    pandas.DataFrame
        One row a record, in the order of the file.

    Raises
    ------
    ValueError
        If the package has no such table, or a cell does not have its column's type.
    """
    check_choice("table", table, schemas(data_dir))
    resource = schemas(data_dir)[table]
    path = data_dir / resource["path"]
    stamp = path.stat()
    types = tuple((f["name"], PANDAS_TYPES[f["type"]]) for f in resource["schema"]["fields"])
    return _read(path, types, (stamp.st_mtime_ns, stamp.st_size)).copy()


@lru_cache(maxsize=64)
def _read(path: Path, types: tuple[tuple[str, str], ...], _stamp: object) -> pd.DataFrame:
    """Read one file, once for each state that it has been in."""
    try:
        return pd.read_csv(
            path,
            dtype=dict(types),
            keep_default_na=False,
            na_values=[""],
            true_values=["true"],
            false_values=["false"],
        )
    except (ValueError, TypeError) as error:
        mend = "run `make check` for every fault by line and column"
        raise ValueError(f"data/{path.name}: {error}; {mend}") from error


def dictionary(table: str, data_dir: Path = DATA_DIR) -> pd.DataFrame:
    """Return the columns of a table with their type, rules and meaning, as the schema has them."""
    check_choice("table", table, schemas(data_dir))
    rows = [
        {
            "column": field["name"],
            "type": field["type"],
            "allowed": _allowed(field.get("constraints", {})),
            "meaning": field["description"],
        }
        for field in schemas(data_dir)[table]["schema"]["fields"]
    ]
    return pd.DataFrame(rows).set_index("column")


def _allowed(constraints: dict[str, Any]) -> str:
    words = []
    if "enum" in constraints:
        words.append(", ".join(map(str, constraints["enum"])))
    for bound, text in (("minimum", "at least"), ("maximum", "at most")):
        if bound in constraints:
            words.append(f"{text} {constraints[bound]}")
    if constraints.get("required"):
        words.append("never empty")
    return "; ".join(words)
