"""Evidence maps: how many studies, of what design, with how many people, and where there is none.

A map is a grid of what was tried or measured (rows) by what was asked of it (columns). Each cell
counts its studies by design. The words about its empty cells are made from the cells. They speak of
the studies of this book: none here does not prove that there is none anywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from evidence.checks import check_choice
from evidence.tables import Table
from evidence.text import EMPTY

#: What a study is, where, and of whom; a row a study and cell.
COLUMNS = ("study", "label", "row", "column", "design", "people")


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """A grid of studies, counted by design.

    Attributes
    ----------
    rows, columns : tuple of str
        All there are to be, in order, whether a study is there or not.
    designs : tuple of str
        From the strongest to the weakest.
    studies : pandas.DataFrame
        With `COLUMNS`, each study once for each cell and design; it may stand in several cells.
        `people` is missing where it is not stated.
    noun : str
        What `people` are, such as "patients".
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    designs: tuple[str, ...]
    studies: pd.DataFrame
    noun: str = "people"

    @property
    def cells(self) -> pd.DataFrame:
        """Cells with a study: `row, column, design, studies, people, unstated, which`.

        `people` adds up those that are stated, and is missing where none is; `unstated` counts
        the studies whose number is not. In the order of the map.
        """
        key = ["row", "column", "design"]
        if self.studies.empty:
            return pd.DataFrame(columns=[*key, "studies", "people", "unstated", "which"])
        counted = self.studies.groupby(key, sort=False).agg(
            studies=("study", "nunique"),
            people=("people", lambda n: n.sum(min_count=1)),
            unstated=("people", lambda n: int(n.isna().sum())),
            which=("label", "; ".join),
        )
        orders = (self.rows, self.columns, self.designs)
        order = [
            tuple(names.index(name) for names, name in zip(orders, cell, strict=True))
            for cell in counted.index
        ]
        counted = counted.reset_index().assign(_order=order).sort_values("_order")
        return counted.drop(columns="_order").reset_index(drop=True)

    @property
    def size(self) -> int:
        """Cells of the grid, with or without a study."""
        return len(self.rows) * len(self.columns)

    @property
    def empty(self) -> int:
        """Cells of the grid without a study."""
        return self.size - len(self.studies[["row", "column"]].drop_duplicates())


def evidence_map_of(
    studies: pd.DataFrame,
    rows: Sequence[str],
    columns: Sequence[str],
    designs: Sequence[str],
    noun: str = "people",
) -> EvidenceMap:
    """Return the map of some studies, each once for each cell and design.

    Parameters
    ----------
    studies : pandas.DataFrame
        With `COLUMNS`; may be empty.
    rows, columns, designs : sequence of str
        All of the map, in order; designs from the strongest on.
    noun : str
        What `people` are.

    Raises
    ------
    ValueError
        If a study has a row, column or design that the map has not.
    """
    for name, allowed in (("row", rows), ("column", columns), ("design", designs)):
        for value in studies[name].unique():
            check_choice(name, value, allowed)
    once = studies.drop_duplicates(["study", "row", "column", "design"])
    kept = once[list(COLUMNS)].reset_index(drop=True)
    return EvidenceMap(tuple(rows), tuple(columns), tuple(designs), kept, noun)


def strongest(studies: pd.DataFrame, designs: Sequence[str]) -> pd.DataFrame:
    """Return the studies each once a cell, with the strongest design that it has there.

    Parameters
    ----------
    studies : pandas.DataFrame
        With `COLUMNS`; may be empty.
    designs : sequence of str
        From the strongest on.
    """
    ranks = studies["design"].map(list(designs).index)
    ranked = studies.assign(_rank=ranks).sort_values("_rank", kind="stable")
    once = ranked.drop_duplicates(["study", "row", "column"]).sort_index()
    return once.drop(columns="_rank")


def rows_without(
    drawn: EvidenceMap,
    *,
    columns: Iterable[str] | None = None,
    designs: Iterable[str] | None = None,
    tried: bool = True,
) -> list[str]:
    """Return the rows that have no study of certain designs in certain columns.

    Parameters
    ----------
    drawn : EvidenceMap
    columns, designs : iterable of str, optional
        All of the map by default.
    tried : bool
        Leave out rows without any study in the whole map.

    Raises
    ------
    ValueError
        If the map has no such column or design.
    """
    wanted = {}
    for name, values, allowed in (
        ("column", columns, drawn.columns),
        ("design", designs, drawn.designs),
    ):
        wanted[name] = list(allowed if values is None else values)
        for value in wanted[name]:
            check_choice(name, value, allowed)
    studies = drawn.studies
    found = studies[
        studies["column"].isin(wanted["column"]) & studies["design"].isin(wanted["design"])
    ]
    known = set(studies["row"]) if tried else set(drawn.rows)
    return [row for row in drawn.rows if row in known and row not in set(found["row"])]


def either_text(names: Sequence[str]) -> str:
    """Return names as what none of is: "a", "a or b", "a, b or c"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def gap_text(template: str, names: Sequence[str], otherwise: str) -> str:
    """Return a sentence on what is missing, or `otherwise` where nothing is.

    Parameters
    ----------
    template : str
        With ``{}`` for the names, such as "No randomised trial counted responders to {}."
    names : sequence of str
        What is missing, such as from :func:`rows_without`.
    otherwise : str
        A whole sentence.
    """
    return template.format(either_text(names)) if names else otherwise


def empty_text(drawn: EvidenceMap) -> str:
    """Return how many cells of the map have no study: "22 of 60"."""
    return f"{drawn.empty} of {drawn.size}"


def map_table(drawn: EvidenceMap, caption: str, row: str, column: str) -> Table:
    """Return the numbers of a map and which studies they are, a row a cell and design.

    Parameters
    ----------
    drawn : EvidenceMap
        May have no study.
    caption : str
        Caption of the table.
    row, column : str
        What the rows and the columns of the map are, for the headers.
    """
    cells = drawn.cells
    people = [_people(*pair) for pair in zip(cells["people"], cells["unstated"], strict=True)]
    shown = cells[["row", "column", "design", "studies"]].assign(people=people)
    names = {"row": row, "column": column, "people": drawn.noun}
    return Table(shown.assign(which=cells["which"]), caption, names)


def _people(people: float, unstated: int) -> str:
    if pd.isna(people):
        return EMPTY
    return f"{people:.0f}" + (f", {unstated} not stated" if unstated else "")
