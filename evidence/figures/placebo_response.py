"""Shares of responders without the drug, beside groups that were never compared with anybody."""

from collections.abc import Iterator
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, INK, ORANGE, WIDTH
from evidence.text import percent_text

#: Height of a row, and what each further line of its name adds to it.
ROW_INCHES, FURTHER = 0.36, 0.45
NAME = 30
#: One mark a kind, filled and hollow, so that colour is not needed.
MARKS = (("s", INK, INK), ("D", INK, "white"), ("o", ORANGE, "white"), ("^", BLUE, BLUE))


def placebo_response(rows: pd.DataFrame) -> Drawn:
    """Draw each share with its interval, the kinds one below another.

    Parameters
    ----------
    rows : pandas.DataFrame
        `label, kind`; `estimate, ci_lb, ci_ub`, shares from 0 to 1, limits missing where they are
        not known; may be empty. A row is a share of people, not an effect.
    """
    kinds = list(dict.fromkeys(rows["kind"]))
    names = [
        name
        for kind in kinds
        for name in [kind, *(fill(own, NAME) for own in rows.loc[rows["kind"] == kind, "label"])]
    ]
    heights = np.array([1 + FURTHER * name.count("\n") for name in names])
    places = heights / 2 - heights.cumsum()
    _, ax = plt.subplots(figsize=(WIDTH, 0.9 + ROW_INCHES * max(heights.sum(), 2)))
    for kind, (marker, colour, face) in zip(kinds, MARKS, strict=False):
        own = rows[rows["kind"] == kind]
        at = places[names.index(kind) + 1 :][: len(own)]
        ax.hlines(at, *own[["ci_lb", "ci_ub"]].to_numpy(float).T, color=colour, lw=1.5)
        ax.plot(own["estimate"], at, marker, color=colour, mfc=face, mew=1.5, ms=6)
    if rows.empty:
        ax.text(0.5, 0.5, "No share fits this choice", transform=ax.transAxes, ha="center")
    ax.set_yticks(places, names)
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() in kinds else "normal")
    ax.set(xlim=(0, 1), ylim=(-max(heights.sum(), 1), 0), xlabel="Share who responded")
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    return told(ax, _words(rows, kinds))


def _words(rows: pd.DataFrame, kinds: list[str]) -> Iterator[str]:
    """Yield for each kind how many rows there are, and the lowest and the highest of them."""
    yield "Shares who responded; no effects"
    if rows.empty:
        yield "No share fits this choice"
    for kind in kinds:
        own = rows[rows["kind"] == kind].sort_values("estimate", kind="stable")
        ends = own.iloc[[0, -1]].drop_duplicates()
        said = [f"{percent_text(row.estimate)} ({row.label})" for row in ends.itertuples()]
        yield f"{kind}: {len(own)}, from {' to '.join(said)}" if said[1:] else f"{kind}: {said[0]}"
