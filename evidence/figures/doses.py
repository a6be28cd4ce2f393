"""Doses of every regimen on one logarithmic axis, in sections."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREEN, INK, ORANGE, PALE, WIDTH
from evidence.text import cell_text, count_text

ROW_INCHES = 0.29
#: Marks by kind of dose; those of reviews are hollow and hang below the line.
MARKS = {"once": ("o", BLUE), "an hour": ("^", ORANGE), "a day": ("s", GREEN)}
BELOW = 0.26


def doses(rows: pd.DataFrame) -> Drawn:
    """Draw doses per kilogram of body weight, a line of the chart for each label.

    Parameters
    ----------
    rows : pandas.DataFrame
        A row a regimen: `section, label` (in the order to be drawn), `low, high` (above 0, per kg),
        `kind` of `MARKS`, `by_review`; may be empty. Regimens of one section and label share a
        line.

    Returns
    -------
    Drawn
    """
    names = list(dict.fromkeys(zip(rows["section"], rows["label"], strict=True)))
    sections = list(dict.fromkeys(rows["section"]))
    lines = [
        entry
        for section in sections
        for entry in [(section, None), *[name for name in names if name[0] == section]]
    ]
    _, ax = plt.subplots(figsize=(WIDTH, 1.5 + ROW_INCHES * max(len(lines), 3)))
    if rows.empty:
        ax.text(0.5, 0.5, "No dose fits this choice", transform=ax.transAxes, ha="center")
        ax.set_axis_off()
        return told(ax, ["Chart of doses. No dose fits this choice."])
    at = {entry: -position for position, entry in enumerate(lines)}
    _draw(rows, at, ax)
    _finish(lines, list(dict.fromkeys(rows["kind"])), bool(rows["by_review"].any()), ax)
    return told(ax, _words(rows, sections))


def _words(rows: pd.DataFrame, sections: list[str]) -> Iterator[str]:
    """Yield the range of the doses of each section, by kind, with those of reviews among them."""
    yield f"Doses in mg per kg of body weight: {count_text(len(rows), 'regimen')}"
    for section in sections:
        found = []
        for kind in MARKS:
            own = rows[(rows["section"] == section) & (rows["kind"] == kind)]
            if len(own):
                ends = dict.fromkeys(
                    cell_text(end) for end in (own["low"].min(), own["high"].max())
                )
                found.append(f"{kind} {' to '.join(ends)} ({len(own)})")
        yield f"{section}: {'; '.join(found)}"
    if reviewed := int(rows["by_review"].sum()):
        yield f"Hollow marks, stated by a review: {reviewed}"


def _draw(rows: pd.DataFrame, at: dict[tuple[str, str | None], int], ax: Axes) -> None:
    for row in rows.itertuples():
        marker, colour = MARKS[row.kind]
        y = at[row.section, row.label] - (BELOW if row.by_review else 0)
        face = "white" if row.by_review else colour
        ends = np.unique([row.low, row.high])
        ax.plot(ends, np.full(len(ends), y), color=colour, lw=1.4, zorder=2)
        ax.plot(ends, np.full(len(ends), y), marker, mfc=face, mec=colour, mew=1.2, ms=5.5)


def _finish(
    lines: list[tuple[str, str | None]], kinds: list[str], reviewed: bool, ax: Axes
) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(numticks=12))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_yticks(-np.arange(len(lines)), [label or section for section, label in lines])
    for text, (_, label) in zip(ax.get_yticklabels(), lines, strict=True):
        text.set_fontweight("normal" if label else "bold")
    ax.set_ylim(0.3 - len(lines), 0.7)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=PALE, lw=0.8, zorder=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("mg per kg of body weight")
    handles = [_handle(*MARKS[kind], kind, filled=True) for kind in MARKS if kind in kinds]
    handles += [_handle("o", INK, "of a review", filled=False)] if reviewed else []
    ax.legend(
        handles=handles,
        ncols=4,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        columnspacing=0.9,
        handletextpad=0.2,
    )


def _handle(marker: str, colour: str, label: str, *, filled: bool) -> Line2D:
    face = colour if filled else "white"
    return Line2D([], [], marker=marker, ls="", mfc=face, mec=colour, mew=1.2, ms=6, label=label)
