"""Two editions side by side: what was added, removed, corrected, and what came out otherwise."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bookbuild.diff.edition import Chapter, Edition, Key, Row, Table

#: Numbers nearer than this, relative to the larger, are the same: sums in another order.
NOISE = 1e-9
#: The same for numbers about zero, such as a variance that is none.
NOISE_AT_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that one edition has and the other has not."""

    table: str
    row: str
    label: str
    what: str


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value of the data that reads otherwise; None where its column is not there."""

    table: str
    row: str
    label: str
    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A result that came out otherwise.

    Attributes
    ----------
    chapter, key : str
    group, entry : str
        Its meaning in two parts: of what, and which number.
    unit : str
    headline : bool
        False for a variant: the same result by another choice.
    what : str
        "changed", "added" or "removed".
    type : str
        "number", "integer", "string" or "boolean".
    old, new : number, str, bool or None
    """

    chapter: str
    key: str
    group: str
    entry: str
    unit: str
    headline: bool
    what: str
    type: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class TextChange:
    """Words of a page that changed; `short` where they stand in the chapter's answer."""

    chapter: str
    key: str
    short: bool
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What did not change, and what changed in the writing only."""

    rows: int = 0
    cells: int = 0
    rewritten: int = 0
    values: int = 0
    noise: int = 0
    texts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        pairs = ((getattr(self, n), getattr(other, n)) for n in self.__slots__)
        return Counts(*(here + there for here, there in pairs))


def compare_tables(old: Edition, new: Edition) -> tuple[list[RowChange], list[CellChange], Counts]:
    """Return the rows added and removed, the cells corrected, and how much is as it was.

    Tables stand in the order of the data package. Where one edition carries no data, there is
    nothing to compare.
    """
    rows: list[RowChange] = []
    cells: list[CellChange] = []
    counts = Counts()
    if not old.tables or not new.tables:
        return rows, cells, counts
    for name in [*new.tables, *(name for name in old.tables if name not in new.tables)]:
        tables = old.tables.get(name), new.tables.get(name)
        before, after = (table.rows if table else {} for table in tables)
        rows += _rows(name, before, after)
        for key in (key for key in after if key in before):
            changed, same = _cells(name, key, (before[key], after[key]), tables[1])
            cells += changed
            counts += same
    return rows, cells, counts


def _rows(name: str, before: dict[Key, Row], after: dict[Key, Row]) -> Iterator[RowChange]:
    for there, here, what in ((after, before, "added"), (before, after, "removed")):
        for key, row in there.items():
            if key not in here:
                yield RowChange(name, shown_key(key), row.get("label", ""), what)


def _cells(
    name: str, key: Key, rows: tuple[Row, Row], table: Table | None
) -> tuple[list[CellChange], Counts]:
    before, after = rows
    changed, rewritten = [], 0
    columns = list(dict.fromkeys([*after, *before]))
    for column in columns:
        old, new = before.get(column), after.get(column)
        if old == new or not (old or new):
            continue
        if table and column in table.numeric and _same_written(old, new):
            rewritten += 1
            continue
        label = after.get("label", "")
        changed.append(CellChange(name, shown_key(key), label, column, old, new))
    same = len(columns) - len(changed) - rewritten
    return changed, Counts(rows=0 if changed else 1, cells=same, rewritten=rewritten)


def shown_key(key: Key) -> str:
    """Return the key of a row for a reader."""
    return " / ".join(cell or "(none)" for cell in key)


def _same_written(old: str | None, new: str | None) -> bool:
    try:
        return float(old or "nan") == float(new or "nan")
    except ValueError:
        return False


def compare_values(name: str, old: Chapter, new: Chapter) -> tuple[list[ValueChange], Counts]:
    """Return the results of a chapter that changed, in its order, and how many did not."""
    changed: list[ValueChange] = []
    same = noise = 0
    groups = _groups(old.keys | new.keys)
    for key in [*new.values, *(key for key in old.values if key not in new.values)]:
        before, after = old.values.get(key), new.values.get(key)
        here, there = key in new.values, key in old.values
        units = [
            about["unit"] or "" for c in (old, new) if "unit" in (about := c.keys.get(key) or {})
        ]
        if here and there and len(set(units)) < 2 and _is_same(before, after):
            same, noise = (same + 1, noise) if before == after else (same, noise + 1)
            continue
        what = "changed" if here and there else "added" if here else "removed"
        about = new.keys.get(key) or old.keys.get(key) or {}
        group, _, entry = str(about.get("meaning", key)).rpartition(", ")
        headline = not _is_variant(str(about.get("meaning", "")), groups)
        unit = " → ".join(dict.fromkeys(units))
        kind = str(about.get("type", "string"))
        changed.append(
            ValueChange(name, key, group, entry, unit, headline, what, kind, before, after)
        )
    return changed, Counts(values=same, noise=noise)


def _groups(keys: dict[str, dict[str, Any]]) -> set[str]:
    """Return of what the results are: their meanings, without the last part."""
    return {str(about.get("meaning", "")).rpartition(", ")[0] for about in keys.values()} - {""}


def _is_variant(meaning: str, groups: set[str]) -> bool:
    """Return whether a result is another one by another choice: "Pain" and "Pain: by DL"."""
    ends = (n for n in range(len(meaning)) if meaning.startswith(": ", n))
    return any(meaning[:end] in groups for end in ends)


def _is_same(old: Any, new: Any) -> bool:
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return True
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (old, new)]
    return all(numbers) and math.isclose(old, new, rel_tol=NOISE, abs_tol=NOISE_AT_ZERO)


def compare_texts(name: str, old: Chapter, new: Chapter) -> tuple[list[TextChange], Counts]:
    """Return the words of a chapter that changed, those of its answer first."""
    short = new.short or old.short
    keys = list(dict.fromkeys([*short, *new.texts, *old.texts]))
    changed = [
        TextChange(name, key, key in short, old.texts.get(key), new.texts.get(key))
        for key in keys
        if old.texts.get(key) != new.texts.get(key)
    ]
    known = sum(key in new.texts or key in old.texts for key in keys)
    return changed, Counts(texts=known - len(changed))
