"""A difference in sections of rows: what a terminal, a pull request and a page all show."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from bookbuild.diff.causes import UNKNOWN, Cause
from bookbuild.diff.compare import ValueChange
from bookbuild.diff.report import Difference

MINUS = "−"
#: Characters of a text in a row.
LONGEST = 240
#: Rows of a table that are named as a cause.
MOST_ROWS = 6


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and a table.

    Attributes
    ----------
    title : str
    lead : str
        A sentence before the table; may be empty.
    head : tuple of str
        Names of the columns.
    rows : tuple of tuple of str
    more : int
        Rows left out.
    folded : bool
        Whether a reader is shown it only on asking: it repeats or details what stands above.
    """

    title: str
    lead: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    folded: bool = False


def summary(found: Difference) -> list[str]:
    """Return the difference in a few sentences: what changed, and how much did not."""
    added, removed = (sum(r.what == what for r in found.rows) for what in ("added", "removed"))
    what = {w: sum(v.what == w for v in found.values) for w in ("changed", "added", "removed")}
    c = found.counts
    lines = [
        f"Data: {_many(added, 'row')} added, {removed} removed, "
        f"{_many(len(found.cells), 'value')} corrected; {_many(c.cells, 'value')} as before.",
        f"Results: {what['changed']} changed, {what['added']} added, {what['removed']} removed; "
        f"{c.values} as before.",
        f"Texts of the pages: {len(found.texts)} changed; {c.texts} as before.",
    ]
    if c.noise or c.rewritten:
        lines.append(
            f"Not counted as changes: {_many(c.noise, 'result')} equal but for rounding "
            f"errors, {_many(c.rewritten, 'value')} written otherwise with the same number."
        )
    lines += [
        f"Chapters {how}: {', '.join(names)}." for how, names in found.chapters.items() if names
    ]
    return lines + [f"Note: {note}." for note in found.notes]


def sections(found: Difference, most: int | None = None) -> list[Section]:
    """Return the sections of a difference that have rows.

    Parameters
    ----------
    found : Difference
    most : int, optional
        Rows in a section, beyond which they are counted only.
    """
    numbers = [v for v in found.values if v.what == "changed" and v.type in ("number", "integer")]
    words = [v for v in found.values if v.what == "changed" and v not in numbers]
    made = [
        _added_and_removed(found),
        Section(
            "Values corrected", "", ("Table", "Row", "Column", "Old", "New"),
            tuple((c.table, _named(c.row, c.label), c.column, *_pair(c.old, c.new))
                  for c in found.cells),
        ),
        _texts("What the chapters answer", found, short=True),
        _values("Results", [v for v in numbers if v.headline]),
        _values("Verdicts and other words", words),
        _why(found.causes),
        _appeared(found),
        replace(
            _values("The same results by other choices", [v for v in numbers if not v.headline]),
            folded=True,
        ),
        replace(_texts("Other texts", found, short=False), folded=True),
        Section("Packages", "", ("Package",), tuple((each,) for each in found.packages)),
    ]  # fmt: skip
    return [_cut(section, most) for section in made if section.rows]


def _cut(section: Section, most: int | None) -> Section:
    if most is None or len(section.rows) <= most:
        return section
    more = len(section.rows) - most
    return replace(section, rows=section.rows[:most], more=more)


def _added_and_removed(found: Difference) -> Section:
    # Studies before what hangs on them: a reader asks for them first.
    ranked = sorted(found.rows, key=lambda r: r.table != "studies")
    rows = tuple((r.what, r.table, _named(r.row, r.label)) for r in ranked)
    studies = [r for r in ranked if r.table == "studies"]
    said = [
        f"{_many(sum(r.what == what for r in studies), 'study', 'studies')} {what}"
        for what in ("added", "removed")
    ]
    lead = f"{', '.join(said)}." if studies else ""
    return Section("Studies and other rows", lead, ("Change", "Table", "Row"), rows)


def _texts(title: str, found: Difference, short: bool) -> Section:
    rows = tuple(
        (_chapter(t.chapter), t.key, *_pair(t.old, t.new)) for t in found.texts if t.short is short
    )
    return Section(title, "", ("Chapter", "Text", "Old", "New"), rows)


def _values(title: str, values: Iterable[ValueChange]) -> Section:
    rows = tuple(
        (_chapter(v.chapter), ", ".join(filter(None, (v.group, v.entry))), *_both(v), _unit(v))
        for v in values
    )
    return Section(title, "", ("Chapter", "Result", "Old", "New", "Unit"), rows)


def _appeared(found: Difference) -> Section:
    def by_chapter(v: ValueChange) -> tuple[str, str]:
        return v.chapter, v.what

    rows = [
        (_chapter(chapter), what, str(len(list(each))))
        for (chapter, what), each in groupby(found.values, by_chapter)
        if what != "changed"
    ]
    lead = "They are named in the JSON form of this report."
    head = ("Chapter", "Change", "Results")
    return Section("Results added and removed", lead, head, tuple(rows))


def _why(found: Iterable[Cause]) -> Section:
    lead = "What each chapter with other results read, and is not what it was."
    rows = tuple((_chapter(c.chapter), c.kind, c.what, _rows_text(c), _part(c)) for c in found)
    return Section("Causes", lead, ("Chapter", "Kind", "Input", "Rows", "Part"), rows)


def _part(cause: Cause) -> str:
    if cause.kind == UNKNOWN:
        return "not told"
    one = cause.alone and len(cause.rows) == 1
    return "this row alone" if one else "this alone" if cause.alone else "one of several"


def _rows_text(cause: Cause) -> str:
    more = len(cause.rows) - MOST_ROWS
    return "; ".join(cause.rows[:MOST_ROWS]) + (f"; and {more} more" if more > 0 else "")


def _named(row: str, label: str) -> str:
    return f"{label} ({row})" if label and label != row else row


def _chapter(docname: str) -> str:
    return docname.removeprefix("chapters/")


def _unit(change: ValueChange) -> str:
    # What a sign means stands after the comma; it is for programs.
    return " → ".join(part.partition(",")[0] for part in change.unit.split(" → "))


def _both(change: ValueChange) -> tuple[str, str]:
    if isinstance(change.old, str) or isinstance(change.new, str):
        return _pair(*(None if v is None else str(v) for v in (change.old, change.new)))
    return shown_pair(change.old, change.new)


def _pair(old: str | None, new: str | None) -> tuple[str, str]:
    """Return two texts for a row; of long ones the part about the first difference."""
    texts = ["—" if text is None else text or "(empty)" for text in (old, new)]
    if max(map(len, texts)) <= LONGEST:
        return texts[0], texts[1]
    same = next((n for n, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0)
    start = max(0, same - LONGEST // 3)
    return _clip(texts[0], start), _clip(texts[1], start)


def _clip(text: str, start: int) -> str:
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def shown_pair(old: Any, new: Any) -> tuple[str, str]:
    """Return two values with as many digits, three or more, as tell them apart."""
    for digits in range(3, 18):
        pair = shown(old, digits), shown(new, digits)
        if pair[0] != pair[1]:
            return pair
    return pair


def shown(value: Any, digits: int) -> str:
    """Return a value for a reader: a number with so many significant digits, whole ones whole."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or value == 0:
        return f"{int(value):,}".replace("-", MINUS)
    size = math.floor(math.log10(abs(value)))
    if -5 < size < 9:
        return f"{value:,.{max(0, digits - 1 - size)}f}".replace("-", MINUS)
    return f"{value:.{digits - 1}e}".replace("-", MINUS)


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"
