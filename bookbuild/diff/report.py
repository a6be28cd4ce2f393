"""The whole difference of two editions, and as JSON."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bookbuild.diff.causes import Cause, causes, package_changes
from bookbuild.diff.compare import (
    CellChange,
    Counts,
    RowChange,
    TextChange,
    ValueChange,
    compare_tables,
    compare_texts,
    compare_values,
)
from bookbuild.diff.edition import Edition

FORMAT = 1
SCHEMA = "bookbuild/diff/diff.schema.json"


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two editions of a book.

    Attributes
    ----------
    old, new : str
        Names of the editions.
    rows, cells : tuple
        Changes of the data.
    values, texts : tuple
        Changes of the results, and of the words made of them.
    causes : tuple
        For each chapter whose results changed, what it read that differs.
    chapters : dict
        Chapters "added" and "removed".
    packages : tuple of str
        Versions that differ between the two.
    counts : Counts
        What did not change.
    notes : tuple of str
        What could not be compared.
    """

    old: str
    new: str
    rows: tuple[RowChange, ...]
    cells: tuple[CellChange, ...]
    values: tuple[ValueChange, ...]
    texts: tuple[TextChange, ...]
    causes: tuple[Cause, ...]
    chapters: dict[str, tuple[str, ...]]
    packages: tuple[str, ...]
    counts: Counts
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether data, results and words are the same."""
        changes = (self.rows, self.cells, self.values, self.texts, *self.chapters.values())
        return not any(changes)


def difference(old: Edition, new: Edition) -> Difference:
    """Return what changed from `old` to `new`.

    Chapters that one edition does not have are named; their results are not listed. Where one
    edition carries no results at all, none are compared, and a note says so.
    """
    rows, cells, counts = compare_tables(old, new)
    values: list[ValueChange] = []
    texts: list[TextChange] = []
    why: list[Cause] = []
    packages: dict[str, None] = {}
    for name in (name for name in new.chapters if name in old.chapters):
        pair = old.chapters[name], new.chapters[name]
        packages |= dict.fromkeys(
            package_changes(*pair) if all(c.environment for c in pair) else ()
        )
        changed, same = compare_values(name, *pair)
        said, alike = compare_texts(name, *pair)
        counts += same + alike
        values += changed
        texts += said
        if changed or said:
            why += causes(name, pair, (old, new), [*rows, *cells])
    both = bool(old.chapters and new.chapters)
    chapters = {
        "added": tuple(n for n in new.chapters if n not in old.chapters) if both else (),
        "removed": tuple(n for n in old.chapters if n not in new.chapters) if both else (),
    }
    notes = [f"{edition.name}: {note}" for edition in (old, new) for note in edition.notes]
    return Difference(
        old.name, new.name, tuple(rows), tuple(cells), tuple(values), tuple(texts),
        tuple(why), chapters, tuple(packages), counts, tuple(notes),
    )  # fmt: skip


def as_document(found: Difference) -> dict[str, Any]:
    """Return a difference as plain types, as `diff.schema.json` describes them."""
    return {"format": FORMAT, "same": found.is_empty, **_plain(asdict(found))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
