"""An edition of a book: its tables of data and its results, read from the files that hold them.

A built site, a release kept in `releases/` and an evidence package lay the same three kinds of
file out in folders of their own, so they are found by what they are and not by where they stand:
`datapackage.json` with its tables, `<chapter>.results.json`, `provenance.json`.
"""

import csv
import io
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bookbuild.errors import UsageError

PACKAGE, PROVENANCE, RESULTS = "datapackage.json", "provenance.json", "results.json"
NUMERIC = frozenset({"integer", "number", "year"})

Key = tuple[str, ...]
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data, as written: no cell is read as a number.

    Attributes
    ----------
    name : str
    file : str
        Path from the folder of the data package.
    key : tuple of str
        Columns that tell a row from all others.
    columns : tuple of str
    numeric : frozenset of str
        Columns that hold numbers.
    rows : dict
        By the cells of the key; a key that stands twice gets its ordinal as a further cell.
    """

    name: str
    file: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    numeric: frozenset[str]
    rows: dict[Key, Row]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a chapter came to, and from what.

    Attributes
    ----------
    values, keys : dict
        Results and what they mean, by key, as in `results.json`.
    texts : dict
        Words that the page makes of them.
    short : tuple of str
        Keys of the texts that stand in the chapter's answer ("In short"), in its order.
    parameters : dict or None
        None where they were not kept.
    inputs : dict or None
        SHA-256 of each file read; None where that was not kept.
    code : str or None
        Fingerprint of the chapter's cells; None where that was not kept.
    environment : dict
        Python, lock, packages; empty where that was not kept.
    """

    values: dict[str, Any]
    keys: dict[str, dict[str, Any]]
    texts: dict[str, str]
    short: tuple[str, ...]
    parameters: dict[str, Any] | None
    inputs: dict[str, str] | None
    code: str | None
    environment: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edition:
    """A book at one time.

    Attributes
    ----------
    name : str
        As a reader is to see it.
    tables : dict
        By name; empty where the edition carries no data.
    chapters : dict
        By docname.
    notes : tuple of str
        What could not be read of it.
    """

    name: str
    tables: dict[str, Table]
    chapters: dict[str, Chapter]
    notes: tuple[str, ...] = ()


def read_edition(name: str, files: Mapping[str, bytes]) -> Edition:
    """Return the edition that files hold.

    Parameters
    ----------
    name : str
    files : mapping
        Content by path, with ``/`` between folders.

    Raises
    ------
    UsageError
        Where there is no result and no table, or one cannot be read.
    """
    made = _made(name, files)
    documents = _documents(name, files)
    chapters = {docname: _chapter(each, made) for docname, each in documents.items()}
    tables = _tables(name, files)
    if not chapters and not tables:
        raise UsageError(
            f"{name} is not a built book: no {RESULTS} of a chapter and no {PACKAGE} in it; "
            "give a folder such as _build/html, an evidence package, or a commit"
        )
    notes = [
        "it carries no results" if not chapters else "",
        "it carries no data" if not tables else "",
        f"it carries no {PROVENANCE}: causes in code or packages cannot be told"
        if chapters and not made
        else "",
    ]
    return Edition(name, tables, chapters, tuple(filter(None, notes)))


def is_of_edition(path: str) -> bool:
    """Return whether a file may be part of an edition."""
    return path.endswith((RESULTS, PACKAGE, PROVENANCE, ".csv"))


def _documents(name: str, files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    places: dict[str, str] = {}
    for path in sorted(path for path in files if path.endswith(RESULTS)):
        document = _json(name, path, files[path])
        if not isinstance(document, dict) or not isinstance(document.get("values"), dict):
            raise UsageError(f"{path} in {name} holds no `values`: not the results of a book")
        docname = str(document.get("chapter") or path.removesuffix(RESULTS).rstrip("./"))
        if docname in found:
            both = f"{places[docname]} and {path}"
            raise UsageError(f"{name} holds {docname} twice: {both}; give the folder of one")
        found[docname], places[docname] = document, path
    return found


def _chapter(document: dict[str, Any], made: dict[str, Any]) -> Chapter:
    about = made.get("chapters", {}).get(document.get("chapter"), {})
    environments = made.get("environments", {})
    return Chapter(
        values=document["values"],
        keys=document.get("keys", {}),
        texts=document.get("texts", {}),
        short=tuple(document.get("short", ())),
        parameters=document.get("parameters"),
        inputs=about.get("inputs"),
        code=about.get("code"),
        environment=environments.get(about.get("environment"), {}),
    )


def _tables(name: str, files: Mapping[str, bytes]) -> dict[str, Table]:
    place = _place(files, PACKAGE)
    if place is None:
        return {}
    folder = posixpath.dirname(place)
    found = {}
    for resource in _json(name, place, files[place]).get("resources", []):
        file = str(resource.get("path", ""))
        content = files.get(posixpath.join(folder, file))
        if content is None:
            raise UsageError(f"{name} lacks {file or 'a file'}, which its {PACKAGE} names")
        found[str(resource["name"])] = _table(resource, file, content.decode("utf-8-sig"))
    return found


def _table(resource: dict[str, Any], file: str, text: str) -> Table:
    schema = resource.get("schema", {})
    listed = schema.get("primaryKey", [])
    key = (listed,) if isinstance(listed, str) else tuple(listed)
    numeric = {f["name"] for f in schema.get("fields", []) if f.get("type") in NUMERIC}
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    columns = tuple(reader.fieldnames or ())
    rows: dict[Key, Row] = {}
    for row in reader:
        cells = {column: row[column] or "" for column in columns}
        here = tuple(cells.get(column, "") for column in key or columns)
        ordinal = 2
        unique = here
        while unique in rows:
            unique, ordinal = (*here, f"no. {ordinal}"), ordinal + 1
        rows[unique] = cells
    return Table(resource["name"], file, key, columns, frozenset(numeric), rows)


def _place(files: Mapping[str, bytes], file: str) -> str | None:
    """Return the path of a file, the one nearest to the top."""
    found = [path for path in files if posixpath.basename(path) == file]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def _made(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the provenance of a book; that of a run is brought to the same form."""
    place = _place(files, PROVENANCE)
    made: dict[str, Any] = _json(name, place, files[place]) if place else {}
    if "chapter" not in made:
        return made
    about = made | {"environment": "of the run"}
    return {
        "chapters": {made["chapter"]: about},
        "environments": {"of the run": made["environment"]},
    }


def _json(name: str, path: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise UsageError(f"{path} in {name} is not JSON: {error}") from error
