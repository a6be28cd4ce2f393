"""The numbers of a chapter for other programs: typed, documented, unrounded, on a reader's scale.

A chapter calls `record` with a description of each result. A description is a dictionary of
entries by the ending of their keys, so that two are joined with ``|``. Those of effects are in
:mod:`evidence.results_effects`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import pandas as pd

from evidence.interval import Interval

#: What a notebook displays to hand its results on.
MIME = "application/vnd.evidence.results+json"
PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of `results.json`.

    Attributes
    ----------
    value : float, int, str, bool or None
        Unrounded; None where there is none, or where a number is infinite.
    type : {"number", "integer", "string", "boolean"}
    unit : str
        Empty for words.
    meaning : str
        In words that need no other key.
    """

    value: float | int | str | bool | None
    type: str
    unit: str
    meaning: str


Entries = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Results:
    """What one cell of a chapter records; displayed, it hands itself on as `MIME`.

    Attributes
    ----------
    entries : dict of str to Entry
        By key.
    """

    entries: Entries

    def __repr__(self) -> str:
        return f"Results: {len(self.entries)} values"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Return values and what they mean, fit for JSON."""
        keys = {
            key: {"type": entry.type, "unit": entry.unit, "meaning": entry.meaning}
            for key, entry in self.entries.items()
        }
        values = {key: entry.value for key, entry in self.entries.items()}
        return {MIME: {"values": values, "keys": keys}, "text/plain": repr(self)}


def record(**items: Entries) -> Results:
    """Return the results of a chapter under flat keys: a name, then the ending of the entry.

    Parameters
    ----------
    **items : dict of str to Entry
        What the functions of this module and of :mod:`evidence.results_effects` return, by name.

    Raises
    ------
    ValueError
        If two results come to have one key.

    Examples
    --------
    >>> record(trials=count(3, "Trials pooled", "trials"), level=number(95, "Level", "percent"))
    Results: 2 values
    """
    return Results(_flat(items.items()))


def _flat(items: Iterable[tuple[str, Entries]]) -> Entries:
    entries: Entries = {}
    for name, item in items:
        for ending, entry in item.items():
            key = name + ending
            if key in entries:
                raise ValueError(f"two results have the key {key!r}; name one of them otherwise")
            entries[key] = entry
    return entries


def within(meaning: str, parts: Mapping[str, Entries]) -> Entries:
    """Return the entries of all parts, the meaning of the whole put before that of each."""
    return {
        ending: replace(entry, meaning=f"{meaning}, {entry.meaning}")
        for ending, entry in _flat(parts.items()).items()
    }


def each(
    items: Mapping[str, Any], make: Callable[..., Entries], meaning: str, **options: Any
) -> Entries:
    """Return the entries of several items of one kind, each under its own name.

    Parameters
    ----------
    items : mapping
        Results by the name that a reader knows; `slug` makes it part of the key.
    make : callable
        Called as ``make(item, meaning, **options)``, such as :func:`number`.
    meaning : str
        Of them all; the name of the item is put behind it.

    Raises
    ------
    ValueError
        If two names are one as part of a key.
    """
    return _flat(
        (f"_{slug(name)}", make(item, f"{meaning}: {name}", **options))
        for name, item in items.items()
    )


def rows_by(rows: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """Return the rows of each value of a column, in their order: items for :func:`each`."""
    return {str(name): rows[rows[column] == name] for name in rows[column].unique()}


def slug(name: str) -> str:
    """Return a name as part of a key, such as "s_ketamine_15_min"."""
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def number(value: float | None, meaning: str, unit: str) -> Entries:
    """Return one number; a missing or an infinite one is None."""
    if value is None or pd.isna(value) or not isfinite(value):
        return {"": Entry(None, "number", unit, meaning)}
    return {"": Entry(float(value), "number", unit, meaning)}


def share(value: float | None, meaning: str) -> Entries:
    """Return a share or a probability (0 to 1) in percent."""
    return number(None if value is None else 100 * value, meaning, PERCENT)


def count(value: float | None, meaning: str, unit: str) -> Entries:
    """Return a whole number; a missing one is None.

    Raises
    ------
    ValueError
        If it is not whole.
    """
    known = number(value, meaning, unit)[""].value
    if known is not None and known != int(known):
        raise ValueError(f"a count must be a whole number; got {value!r} ({meaning})")
    return {"": Entry(None if known is None else int(known), "integer", unit, meaning)}


def word(value: object, meaning: str) -> Entries:
    """Return a word, a name or a sentence; a missing one is None."""
    known = not (value is None or pd.isna(value))
    return {"": Entry(str(value) if known else None, "string", "", meaning)}


def truth(value: bool | None, meaning: str) -> Entries:
    """Return whether something is so; None where that is not known."""
    return {"": Entry(None if value is None else bool(value), "boolean", "", meaning)}


def interval(bounds: Interval | None, meaning: str, unit: str) -> Entries:
    """Return both bounds, `_lb` and `_ub`; None twice where there is no interval."""
    lb, ub = (None, None) if bounds is None else bounds
    parts = {"_lb": number(lb, "lower bound", unit), "_ub": number(ub, "upper bound", unit)}
    return within(meaning, parts)


def shares(bounds: Interval | None, meaning: str) -> Entries:
    """Return both bounds of a share (0 to 1) in percent."""
    if bounds is None:
        return interval(None, meaning, PERCENT)
    return interval(Interval(100 * bounds.lb, 100 * bounds.ub), meaning, PERCENT)


def span(values: Iterable[float], meaning: str, unit: str) -> Entries:
    """Return the smallest and the largest of some numbers, `_min` and `_max`; missing left out."""
    known = pd.Series([value for value in values if not pd.isna(value)], dtype="float64")
    ends = {"_min": number(known.min(), "smallest", unit)}
    return within(meaning, ends | {"_max": number(known.max(), "largest", unit)})


def tally(
    rows: pd.DataFrame, column: str, choices: Iterable[str], meaning: str, **having: str
) -> Entries:
    """Return how many rows have each of the choices, and how many there are, `_k`.

    Parameters
    ----------
    rows : pandas.DataFrame
        One a study; may be empty.
    column : str
        What is counted.
    choices : iterable of str
        Values of `column`; one that no row has is 0.
    meaning : str
        What they are of.
    **having : str
        Column and value, such as ``tissue="csf"``: only such rows count.
    """
    for name, value in having.items():
        rows = rows[rows[name] == value]
    parts = {"_k": count(len(rows), "all", "studies")}
    for choice in choices:
        parts[f"_{slug(choice)}"] = count((rows[column] == choice).sum(), choice, "studies")
    return within(meaning, parts)
