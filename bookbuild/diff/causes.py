"""Why the results of a chapter changed: the inputs it read that are not what they were."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bookbuild.diff.compare import CellChange, RowChange
from bookbuild.diff.edition import Chapter, Edition

#: What can differ, in the order in which it is told.
DATA, CODE, CHAPTER, SETTINGS, PACKAGES = "data", "code", "chapter", "parameters", "packages"
OTHER, UNKNOWN = "file", "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """An input of a chapter that differs.

    Attributes
    ----------
    chapter : str
    kind : str
        "data", "code", "chapter" (its own cells), "parameters", "packages", "file" or "unknown".
    what : str
        The file, the package, the parameter; for an unknown cause, why it is not known.
    rows : tuple of str
        Rows of a table that differ; empty for other inputs.
    alone : bool
        Whether nothing else that the chapter depends on differs: then it is the cause.
    """

    chapter: str
    kind: str
    what: str
    rows: tuple[str, ...]
    alone: bool


def causes(
    name: str,
    chapters: tuple[Chapter, Chapter],
    editions: tuple[Edition, Edition],
    changes: Iterable[RowChange | CellChange],
) -> list[Cause]:
    """Return every input of a chapter that differs between two editions.

    Parameters
    ----------
    name : str
        The chapter.
    chapters, editions : tuple
        The old and the new one.
    changes : iterable of RowChange or CellChange
        What differs in the data.

    Returns
    -------
    list of Cause
        One of the kind "unknown" where an edition does not tell its inputs, or where no input
        differs: then the results hang on something that is not traced.
    """
    old, new = chapters
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if old.parameters is not None and new.parameters is not None:
        found += [(SETTINGS, what, ()) for what in _differing(old.parameters, new.parameters)]
    if old.inputs is not None and new.inputs is not None:
        rows = _rows_by_file(editions, changes)
        both = old.inputs.keys() & new.inputs.keys()
        found += [_input(f, rows, f in both) for f in _differing(old.inputs, new.inputs)]
    if old.code and new.code and old.code != new.code:
        found.append((CHAPTER, f"{name}.ipynb", ()))
    if old.environment and new.environment:
        found += [(PACKAGES, what, ()) for what in package_changes(old, new)]
    order = (DATA, CODE, CHAPTER, SETTINGS, PACKAGES, OTHER)
    found.sort(key=lambda cause: order.index(cause[0]))
    known = None not in (old.inputs, new.inputs, old.code, new.code)
    if not found or not known:
        found.append((UNKNOWN, _unknown(known), ()))
    return [Cause(name, kind, what, rows, len(found) == 1) for kind, what, rows in found]


def _unknown(known: bool) -> str:
    if known:
        return "no input that was traced differs: the results hang on something that is not traced"
    return "an edition does not tell all that it was computed from"


def package_changes(old: Chapter, new: Chapter) -> list[str]:
    """Return the packages whose versions differ, and Python, as "numpy 2.4.0 → 2.5.0"."""
    versions = [
        {"Python": c.environment.get("python"), **c.environment.get("packages", {})}
        for c in (old, new)
    ]
    return [
        f"{name} {versions[0].get(name) or 'absent'} → {versions[1].get(name) or 'absent'}"
        for name in _differing(*versions)
    ]


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def _input(
    file: str, rows: dict[str, tuple[str, ...]], in_both: bool
) -> tuple[str, str, tuple[str, ...]]:
    what = file if in_both else f"{file} (read by one of them only)"
    table = next((name for name in rows if file == name or file.endswith(f"/{name}")), None)
    if table:
        return DATA, what, rows[table]
    kind = CODE if file.endswith(".py") else DATA if file.endswith(".csv") else OTHER
    return kind, what, ()


def _rows_by_file(
    editions: tuple[Edition, Edition], changes: Iterable[RowChange | CellChange]
) -> dict[str, tuple[str, ...]]:
    files = {t.name: t.file for edition in editions for t in edition.tables.values()}
    found: dict[str, dict[str, None]] = {posixpath.normpath(f): {} for f in files.values()}
    for change in changes:
        found[posixpath.normpath(files[change.table])][change.row] = None
    return {file: tuple(rows) for file, rows in found.items()}
