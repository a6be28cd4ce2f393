"""Rows that were confirmed: no cell of `data/` changes without somebody saying that it should.

A rule can refuse a count above its group, and cannot know whether a count should be 5 or 6. So
each row, once it was compared with its source, is noted in ``data/confirmed.csv`` with a digest
of its cells. `make check` names every row that is new, or not what was confirmed; `make confirm`
(``python -m evidence.validate --confirm``) shows these rows and notes them.
"""

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.data import DATA_DIR, schemas

FILE = "confirmed.csv"
COLUMNS = ("table", "key", "digest")
#: Characters of a digest that are kept: a changed row keeps its own by a chance of 1 in 2^48.
KEPT = 12
MEND = "compare the row with its source, then `make confirm`"

#: By table and key: the digest of a row.
Digests = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A row that is not as it was confirmed.

    Attributes
    ----------
    table : str
    record : int
        Number of the record in its file, from 1; 0 where the row is gone.
    key : str
    what : {"is new", "was changed since it was confirmed", "was confirmed and is gone"}
    """

    table: str
    record: int
    key: str
    what: str


def digest(cells: Sequence[str]) -> str:
    """Return the digest of a row, from the texts of its cells."""
    return hashlib.sha256(json.dumps(list(cells)).encode()).hexdigest()[:KEPT]


def read_rows(table: str, data_dir: Path = DATA_DIR) -> list[tuple[str, list[str]]]:
    """Return key and cells of each row of a table, as texts; none where there is no such file.

    Where a table has no primary key, all its cells are the key.
    """
    resource = schemas(data_dir)[table]
    columns = [field["name"] for field in resource["schema"]["fields"]]
    names = resource["schema"].get("primaryKey", columns)
    wanted = [names] if isinstance(names, str) else names
    path = data_dir / resource["path"]
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        header, *records = csv.reader(file) or [[]]
    places = [header.index(name) for name in wanted if name in header]
    return [(" + ".join(row[p] for p in places if p < len(row)), row) for row in records if row]


def read_confirmed(data_dir: Path = DATA_DIR) -> Digests:
    """Return the digests of the rows that were confirmed; none where the file is missing."""
    path = data_dir / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["key"]): row["digest"] for row in csv.DictReader(file)}


def find_unconfirmed(
    tables: Mapping[str, Sequence[tuple[str, list[str]]]], confirmed: Digests
) -> Iterator[Unconfirmed]:
    """Yield the rows that are new, changed or gone.

    Parameters
    ----------
    tables : mapping
        By table: its rows, as `read_rows` returns them.
    confirmed : dict
        As `read_confirmed` returns them.
    """
    for table, rows in tables.items():
        for record, (key, cells) in enumerate(rows, start=1):
            known = confirmed.get((table, key))
            if known is None:
                yield Unconfirmed(table, record, key, "is new")
            elif known != digest(cells):
                yield Unconfirmed(table, record, key, "was changed since it was confirmed")
    there = {(table, key) for table, rows in tables.items() for key, _ in rows}
    for table, key in confirmed:
        if (table, key) not in there:
            yield Unconfirmed(table, 0, key, "was confirmed and is gone")


def read_tables(data_dir: Path = DATA_DIR) -> dict[str, list[tuple[str, list[str]]]]:
    """Return the rows of all tables of the package."""
    return {table: read_rows(table, data_dir) for table in schemas(data_dir)}


def confirm(data_dir: Path = DATA_DIR) -> list[Unconfirmed]:
    """Note every row as it is now; return those that were not confirmed before."""
    tables = read_tables(data_dir)
    found = list(find_unconfirmed(tables, read_confirmed(data_dir)))
    path, new = data_dir / FILE, data_dir / f".{FILE}"
    with new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for table, rows in tables.items():
            writer.writerows((table, key, digest(cells)) for key, cells in rows)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return found
