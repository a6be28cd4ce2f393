"""A hundred people as a hundred marks: who responds anyway, with the drug alone, or not at all."""

from collections.abc import Iterator
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from evidence.figures.drawn import Drawn, spoken
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH

SIDE = 10
#: Inches: an array with its margin, a row, the key below.
CELL, ROW, KEY = 1.5, 2.2, 0.65
#: Column, name, mark, colour, face, width of the edge: told apart by shape before colour.
MARKS = (
    ("anyway", "responds either way", "o", INK, INK, 0.8),
    ("more", "only with the drug", "P", BLUE, BLUE, 0.4),
    ("fewer", "only with the control", "X", ORANGE, ORANGE, 0.4),
    ("neither", "does not respond", "o", GREY, "white", 0.7),
)


def icons(rows: pd.DataFrame) -> Drawn:
    """Draw each row as an array of a hundred marks, the rows of one comparison side by side.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.responders_absolute.icon_rows`: `label`, `end`, and the whole
        numbers `anyway, more, fewer, neither`, which add up to 100; may be empty.

    Returns
    -------
    Drawn
        A row of arrays a comparison, named above; a key below with the marks that occur.
    """
    labels, ends = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["end"]))
    height = ROW * max(len(labels), 0.5) + KEY
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    if not labels:
        said = "No randomised comparison fits this choice"
        figure.text(0.5, 0.5, said, ha="center")
        return Drawn(figure, f"{said}.")
    for number, label in enumerate(labels):
        top = height - ROW * number
        name = fill(label, 50)
        figure.text(0.02, (top - 0.05) / height, name, va="top", fontweight="bold")
        of_label = rows[rows["label"] == label].set_index("end")
        for place, end in enumerate(ends):
            left, bottom, side = 0.1 + CELL * place, top - ROW + 0.1, CELL - 0.2
            box = (left / WIDTH, bottom / height, side / WIDTH, side / height)
            _draw(of_label.loc[end], end, figure.add_axes(box))
    keys = [
        Line2D([], [], marker=marker, color=colour, mfc=face, mew=edge, ms=7, ls="", label=name)
        for column, name, marker, colour, face, edge in MARKS
        if rows[column].sum()
    ]
    figure.legend(handles=keys, loc="lower center", ncols=2, handletextpad=0.1)
    return Drawn(figure, spoken(_words(rows)))


def _words(rows: pd.DataFrame) -> Iterator[str]:
    """Yield for each comparison the responders on control, and how many more or fewer there are."""
    yield "Arrays of a hundred people each: responders on the control, and the change with the drug"
    for label, own in rows.groupby("label", sort=False):
        control = " or ".join(dict.fromkeys(str(n) for n in own["anyway"] + own["fewer"]))
        changes = [f"{row['end']} {_change(row)}" for _, row in own.iterrows()]
        yield f"{label}: {control}; {', '.join(changes)}"


def _draw(row: pd.Series, end: str, ax: Axes) -> None:
    start = 0
    for column, _, marker, colour, face, edge in MARKS:
        at = np.arange(start, start + int(row[column]))
        start += len(at)
        ax.plot(
            at % SIDE,
            -(at // SIDE),
            marker,
            color=colour,
            mfc=face,
            mew=edge,
            ms=6,
            ls="none",
            clip_on=False,
        )
    ax.set(xlim=(-0.7, SIDE - 0.3), ylim=(0.3 - SIDE, 0.7), aspect="equal")
    ax.set_title(f"{end}:\n{_change(row)}", fontsize=10, fontweight="normal", loc="center")
    ax.axis("off")


def _change(row: pd.Series) -> str:
    if row["fewer"]:
        return f"{row['fewer']} fewer"
    return f"{row['more']} more" if row["more"] else "no more"
