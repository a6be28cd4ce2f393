"""The evidence map: how many studies of which design there are, and where there are none."""

from collections.abc import Iterator
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

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
LINE_INCHES = 0.19
#: Height of the name of a row, in lines.
NAMED = 1.3
#: Cells that are read out.
SPOKEN = 3
WIDEST_HEADER = 9
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
    heights = [NAMED + max(1, _lines(cells[cells["row"] == name])) for name in drawn.rows]
    tops = np.cumsum([0.0, *heights])
    inches = 1.1 + LINE_INCHES * (len(drawn.designs) + tops[-1])
    _, ax = plt.subplots(figsize=(WIDTH, inches))
    _frame(ax, drawn, float(tops[-1]))
    for row, top, height in zip(drawn.rows, tops, heights, strict=False):
        ax.text(0.04, top + NAMED / 2, row, va="center", fontsize=10, fontweight="bold")
        _row(ax, drawn, cells[cells["row"] == row], (float(top) + NAMED, height - NAMED))
    _key(ax, drawn)
    return told(ax, _words(drawn))


def _words(drawn: EvidenceMap) -> Iterator[str]:
    """Yield the size of the map, its studies by design, its fullest cells and its gaps."""
    yield f"Evidence map of {len(drawn.rows)} rows by {len(drawn.columns)} columns"
    yield f"Columns: {'; '.join(drawn.columns)}"
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
    """Return how many lines of text the fullest of some cells has."""
    return int(cells.groupby("column").size().max()) if len(cells) else 1


def _frame(ax: Axes, drawn: EvidenceMap, height: float) -> None:
    """Name the columns above the map, and leave out all lines but those of the cells."""
    ax.set(xlim=(0, len(drawn.columns)), ylim=(height, 0), yticks=[])
    names = [fill(name, WIDEST_HEADER, break_long_words=False) for name in drawn.columns]
    ax.set_xticks(np.arange(len(names)) + 0.5, names)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=10)
    ax.spines[["left", "bottom"]].set_visible(False)


def _row(ax: Axes, drawn: EvidenceMap, cells: pd.DataFrame, place: tuple[float, float]) -> None:
    """Draw the cells of one row, each tinted by its number of studies."""
    (top, height), most = place, _most(drawn)
    tints = sns.light_palette(TINT, as_cmap=True)
    for x, column in enumerate(drawn.columns):
        own = cells[cells["column"] == column]
        # Twice the most keeps the text on the deepest tint readable.
        face = tints(own["studies"].sum() / (2 * most)) if len(own) else "white"
        box = Rectangle((x, top), 1, height, facecolor=face, edgecolor=GREY, lw=0.6)
        ax.add_patch(box).set_clip_on(False)
        for line, cell in enumerate(own.itertuples(), start=1):
            _design(ax, drawn, cell, (x, top + height * (line - 0.5) / len(own)))


def _most(drawn: EvidenceMap) -> int:
    counts = drawn.cells.groupby(["row", "column"])["studies"].sum()
    return max(1, int(counts.max())) if len(counts) else 1


def _design(ax: Axes, drawn: EvidenceMap, cell: Any, at: tuple[float, float]) -> None:
    """Draw the mark of a design, its number of studies and of people."""
    wide = len(drawn.columns)
    mark = MARKS[drawn.designs.index(cell.design)]
    ax.plot(at[0] + 0.018 * wide, at[1], ls="", ms=6, mew=1.2, clip_on=False, **mark)
    people = UNSTATED if pd.isna(cell.people) else f"{cell.people:.0f}"
    words = f"{cell.studies} ({people})"
    ax.text(at[0] + 0.035 * wide, at[1], words, va="center", fontsize=10)


def _key(ax: Axes, drawn: EvidenceMap) -> None:
    handles = [
        Line2D([], [], ls="", ms=6, mew=1.2, label=name, **mark)
        for name, mark in zip(drawn.designs, MARKS, strict=False)
    ]
    ax.legend(
        handles=handles,
        title=f"Studies ({drawn.noun}). White: no study.",
        loc="upper left",
        bbox_to_anchor=(0, -0.01),
        alignment="left",
        title_fontsize=10,
        handletextpad=0.4,
    )
