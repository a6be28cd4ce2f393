"""The evidence map: how many studies of which design there are, and where there are none."""

from collections.abc import Iterator
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH
from evidence.text import count_text
from evidence.themes.maps import EvidenceMap

#: Marks of the designs, from the strongest on: told apart by shape, filling and colour.
MARKS: tuple[dict[str, Any], ...] = (
    {"marker": "s", "color": BLUE, "mfc": BLUE},
    {"marker": "D", "color": ORANGE, "mfc": ORANGE},
    {"marker": "o", "color": INK, "mfc": "white"},
)
TINT = "#56B4E9"
LINE_INCHES = 0.2
#: Cells that are read out.
SPOKEN = 3
WIDEST_NAME, WIDEST_HEADER = 13, 9
#: Number of people where no study of a cell states it.
UNSTATED = "?"


def evidence_map(drawn: EvidenceMap) -> Drawn:
    """Draw the map: in each cell a line a design, with its number of studies and of people.

    Parameters
    ----------
    drawn : EvidenceMap
        With at most three designs; may have no study.

    Returns
    -------
    Drawn
        The more studies a cell has, the deeper its tint; one without a study is white and bare.

    Notes
    -----
    Published maps differ in form. What they share is a grid of fields of research, the amount of
    evidence in each, and the gaps [1]_.

    References
    ----------
    .. [1] Miake-Lye IM et al. (2016). What is an evidence map? Systematic Reviews 5:28.
       doi:10.1186/s13643-016-0204-x
    """
    cells = drawn.cells
    names = [fill(name, WIDEST_NAME, break_long_words=False) for name in drawn.rows]
    lines = max(_lines(cells), *(name.count("\n") + 1 for name in names))
    height = 1.25 + LINE_INCHES * (len(drawn.designs) + len(names) * (lines + 0.4))
    _, ax = plt.subplots(figsize=(WIDTH, height))
    _grid(ax, drawn, names)
    for (row, column), cell in cells.groupby(["row", "column"], sort=False):
        _cell(ax, drawn, cell, drawn.columns.index(column), drawn.rows.index(row))
    _key(ax, drawn)
    return told(ax, _words(drawn))


def _words(drawn: EvidenceMap) -> Iterator[str]:
    """Yield the size of the map, its studies by design, its fullest cells and its gaps."""
    yield f"Evidence map of {len(drawn.rows)} rows by {len(drawn.columns)} columns"
    yield f"Columns: {', '.join(drawn.columns)}"
    yield f"Cells without a study: {drawn.empty} of {drawn.size}"
    for design in drawn.designs:
        own = drawn.studies[drawn.studies["design"] == design]
        yield f"{design}: {count_text(own['study'].nunique(), 'study', 'studies')}"
    counted = drawn.studies.groupby(["row", "column"], sort=False)["study"].nunique()
    fullest = counted.sort_values(ascending=False, kind="stable").head(SPOKEN)
    cells = [f"{row}, {column}: {count}" for (row, column), count in fullest.items()]
    yield f"Most studies in: {'; '.join(cells)}" if cells else ""
    missing = [name for name in drawn.rows if name not in set(drawn.studies["row"])]
    yield f"Rows without any study: {', '.join(missing)}" if missing else ""


def _lines(cells: pd.DataFrame) -> int:
    """Return how many lines of text the fullest cell has."""
    return int(cells.groupby(["row", "column"]).size().max()) if len(cells) else 1


def _grid(ax: Axes, drawn: EvidenceMap, names: list[str]) -> None:
    """Draw the empty grid, each cell tinted by its number of studies."""
    counts = pd.crosstab(drawn.studies["row"], drawn.studies["column"])
    counts = counts.reindex(index=drawn.rows, columns=drawn.columns, fill_value=0).astype("int64")
    most = max(1, int(counts.to_numpy().max()))
    tints = sns.light_palette(TINT, as_cmap=True)
    # Twice the most keeps the text on the deepest tint readable.
    shown = {"mask": counts == 0, "cmap": tints, "vmin": 0, "vmax": 2 * most, "cbar": False}
    sns.heatmap(counts, **shown, linewidths=0.6, linecolor=GREY, clip_on=False, ax=ax)
    ax.set_xticklabels(
        [fill(name, WIDEST_HEADER, break_long_words=False) for name in drawn.columns], rotation=0
    )
    ax.set_yticklabels(names, rotation=0)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=10)
    ax.set(xlabel="", ylabel="")


def _cell(ax: Axes, drawn: EvidenceMap, cell: pd.DataFrame, x: int, y: int) -> None:
    """Draw the designs of one cell below each other."""
    for place, line in enumerate(cell.itertuples(), start=1):
        height = y + place / (len(cell) + 1)
        mark = MARKS[drawn.designs.index(line.design)]
        ax.plot(x + 0.1, height, ls="", ms=6, mew=1.2, clip_on=False, **mark)
        people = UNSTATED if pd.isna(line.people) else f"{line.people:.0f}"
        ax.text(x + 0.19, height, f"{line.studies} ({people})", va="center", fontsize=10)


def _key(ax: Axes, drawn: EvidenceMap) -> None:
    handles = [
        Line2D([], [], ls="", ms=6, mew=1.2, label=name, **mark)
        for name, mark in zip(drawn.designs, MARKS, strict=False)
    ]
    ax.legend(
        handles=handles,
        title=f"Studies ({drawn.noun}). White: no study.",
        loc="upper left",
        bbox_to_anchor=(0, 0),
        alignment="left",
        title_fontsize=10,
        handletextpad=0.4,
    )
