"""Numbers needed to treat in one picture, drawn on the scale of the risk difference.

There an interval that runs through infinity is an ordinary line through zero.
"""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH
from evidence.nnt import nnt_from_rd

ROW_INCHES = 0.32
#: Whole numbers that the axis may name, each at 1 / n and -1 / n.
NAMED = (2, 3, 5, 10)
#: A number nearer to infinity than this share of the axis is not named.
CROWDED = 0.12
#: Of more rows the intervals are not read out.
SPOKEN = 9
#: One mark a kind, filled and hollow, so that colour is not needed.
MARKS = (("s", BLUE, BLUE), ("o", ORANGE, "white"), ("D", INK, INK))


def nnts(rows: pd.DataFrame) -> Drawn:
    """Draw each number needed to treat with its interval.

    Parameters
    ----------
    rows : pandas.DataFrame
        A row a treatment: `label`; `benefit, benefit_lb, benefit_ub`, the absolute benefit (0 to 1,
        above 0 where the treatment is better); `kind`, in words, which groups the rows. Rows
        without a benefit are left out; may be empty.

    Returns
    -------
    Drawn
        Its x axis is the absolute benefit; its ticks name the number needed to treat there. At
        most three kinds have a mark of their own.
    """
    rows = rows.dropna(subset=["benefit"])
    kinds = list(dict.fromkeys(rows["kind"]))
    names: list[str] = []
    ax = _axes(len(rows) + len(kinds))
    for kind, mark in zip(kinds, MARKS, strict=False):
        of_kind = rows[rows["kind"] == kind]
        names.append(kind)
        _draw(of_kind, -np.arange(len(names), len(names) + len(of_kind)), mark, kind, ax)
        names += list(of_kind["label"])
    if rows.empty:
        ax.text(0.5, 0.5, "No number fits this choice", transform=ax.transAxes, ha="center")
    _finish(ax, names, kinds)
    return told(ax, _words(rows, kinds))


def _words(rows: pd.DataFrame, kinds: list[str]) -> Iterator[str]:
    yield "Numbers needed to treat, for benefit (NNTB) or harm (NNTH), drawn with their intervals"
    if rows.empty:
        yield "No number fits this choice"
    for kind in kinds:
        own = rows[rows["kind"] == kind]
        columns = ["label", "benefit", "benefit_lb", "benefit_ub"]
        brief = len(rows) > SPOKEN
        each = own[columns].itertuples(index=False)
        said = [f"{label} {_nnt(*numbers, brief=brief)}" for label, *numbers in each]
        yield f"{kind}: {'; '.join(said)}"


def _nnt(benefit: float, lb: float, ub: float, *, brief: bool) -> str:
    known = not np.isnan([lb, ub]).any()
    number = nnt_from_rd(benefit, (lb, ub) if known else (benefit, benefit), "higher")
    if known and not brief:
        return number.label
    via = " (through infinity)" if number.through_infinity else ""
    return number.label.partition(" (")[0] + via


def _axes(lines: int) -> Axes:
    _, ax = plt.subplots(figsize=(WIDTH, 1.1 + ROW_INCHES * max(lines, 2)))
    return ax


def _draw(
    rows: pd.DataFrame, at: np.ndarray, mark: tuple[str, str, str], kind: str, ax: Axes
) -> None:
    marker, colour, face = mark
    ax.hlines(at, rows["benefit_lb"], rows["benefit_ub"], color=colour, lw=1.6)
    ax.plot(
        rows["benefit"], at, marker, color=colour, mfc=face, mec=colour, mew=1.5, ms=7, label=kind
    )


def _finish(ax: Axes, names: list[str], kinds: list[str]) -> None:
    ax.axvline(0, color=GREY, lw=1, zorder=0)
    low, high = ax.get_xlim()
    ax.set_xlim(min(low, -0.12), max(high, 0.12))
    left, right = ax.get_xlim()
    named = [n for n in NAMED if 1 / n > CROWDED * (right - left)]
    ticks = sorted([0.0, *(sign / n for n in named for sign in (-1, 1))])
    ticks = [tick for tick in ticks if left <= tick <= right]
    ax.set_xticks(ticks, [_tick(tick) for tick in ticks])
    ax.set_yticks(-np.arange(len(names)), names)
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() in kinds else "normal")
    ax.set_ylim(0.6 - max(len(names), 1), 0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("Number needed to treat\n\N{LEFTWARDS ARROW} harm | benefit \N{RIGHTWARDS ARROW}")


def _tick(benefit: float) -> str:
    return f"{1 / abs(benefit):.0f}" if benefit else "\N{INFINITY}"
