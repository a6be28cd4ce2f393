"""The specification curve: every answer in order, and below it the choices that gave each."""

from collections.abc import Iterator, Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, PALE, WIDTH
from evidence.text import cell_text, count_text, number_text, percent_text

#: More lines cannot be told apart on a phone.
DRAWN = 200
ROW_INCHES = 0.19
CURVE_INCHES = 2.1
#: Decimals of the answers that are read out.
DIGITS = 1


def specification(
    specs: pd.DataFrame,
    book: pd.Series | None,
    choices: Sequence[str],
    *,
    name: str,
    null: float,
    unit: str,
    drawn: int = DRAWN,
) -> Drawn:
    """Draw the answers in order with their intervals, and a matrix of the choices behind each.

    Parameters
    ----------
    specs : pandas.DataFrame
        With `value, lb, ub` and the columns `choices`; rows without a value are not drawn.
    book : pandas.Series or None
        The row of the book's own choices, drawn as a diamond with its interval.
    choices : sequence of str
        Columns, from top to bottom.
    name : str
        What the answers are of.
    null : float
        Where no effect lies.
    unit : str
        Of the answers.
    drawn : int
        Most answers drawn: of more, every n-th in order, the first and the last among them.

    Returns
    -------
    Drawn
        Two panels, the curve and the matrix. Intervals that leave the view are cut at its edge.
    """
    order = _thinned(specs.dropna(subset=["value"]), drawn)
    rows = _rows(order, choices) if len(order) else []
    curve, matrix = _axes(len(rows))
    if order.empty:
        return _empty(curve, matrix)
    place = np.arange(len(order))
    lb, value, ub = (order[name].to_numpy(float) for name in ("lb", "value", "ub"))
    outside = (lb > null) | (ub < null)
    for which, colour in ((~outside, PALE), (outside, BLUE)):
        curve.vlines(place[which], lb[which], ub[which], color=colour, lw=1.2, zorder=1)
    curve.plot(place, value, ".", color=INK, ms=2.5, zorder=2)
    curve.axhline(null, color=GREY, lw=1, zorder=0)
    at = _place(order, book)
    if book is not None and at is not None:
        curve.vlines(at, book["lb"], book["ub"], color=ORANGE, lw=2, zorder=3)
        curve.plot(at, book["value"], "D", color=ORANGE, ms=6, zorder=4, label="the book")
        curve.legend(loc="lower right", bbox_to_anchor=(1, 0.98), handlelength=1)
    curve.set_ylim(*_view(order, book, null))
    curve.set_ylabel(fill(unit, 18))
    curve.yaxis.set_major_locator(MaxNLocator(5))
    curve.tick_params(axis="x", bottom=False, labelbottom=False)
    _matrix(matrix, order, rows, book, at)
    said = _words(specs.dropna(subset=["value"]), book, choices, (name, null, unit))
    return told(curve, said)


def _words(
    specs: pd.DataFrame,
    book: pd.Series | None,
    choices: Sequence[str],
    about: tuple[str, float, str],
) -> Iterator[str]:
    """Yield the range of the answers, how many intervals leave no effect out, and the book's."""
    name, null, unit = about
    yield f"Specification curve: {name}, {count_text(len(specs), 'answer')} in {unit}"
    ends = (specs["value"].min(), specs["value"].median(), specs["value"].max())
    low, middle, high = (number_text(end, DIGITS) for end in ends)
    yield f"Lowest {low}, median {middle}, highest {high}"
    above, below = specs["lb"] > null, specs["ub"] < null
    sides = f"above {above.sum()} ({percent_text(above.mean())})"
    sides += f", below {below.sum()} ({percent_text(below.mean())})"
    yield f"Whole interval on one side of {cell_text(float(null))}: {sides}"
    if book is not None and not pd.isna(book["value"]):
        own = [number_text(book[column], DIGITS) for column in ("value", "lb", "ub")]
        yield f"The book, a diamond: {own[0]} ({own[1]} to {own[2]})"
    yield f"The matrix below tells the choices of: {', '.join(choices)}" if choices else ""


def _thinned(specs: pd.DataFrame, drawn: int) -> pd.DataFrame:
    """Return the answers in order, of many every n-th."""
    order = specs.round({"value": 9, "lb": 9, "ub": 9})
    order = order.sort_values(["value", "lb"], kind="stable")
    if len(order) <= drawn:
        return order
    return order.iloc[np.linspace(0, len(order) - 1, drawn).round().astype(int)]


def _place(order: pd.DataFrame, book: pd.Series | None) -> float | None:
    """Return where the book's answer stands in the order; None where it has none."""
    if book is None or pd.isna(book["value"]):
        return None
    value, lb = round(float(book["value"]), 9), round(float(book["lb"]), 9)
    before = (order["value"] < value) | (order["value"].eq(value) & (order["lb"] < lb))
    return float(before.sum())


def _rows(order: pd.DataFrame, choices: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return the lines of the matrix: a choice, then each of its levels."""
    rows: list[tuple[str, str | None]] = []
    for choice in choices:
        rows += [(choice, None), *((choice, str(level)) for level in order[choice].unique())]
    return rows


def _axes(lines: int) -> tuple[Axes, Axes]:
    below = ROW_INCHES * max(lines, 2)
    _, axes = plt.subplots(
        2,
        figsize=(WIDTH, CURVE_INCHES + below),
        height_ratios=[CURVE_INCHES, below],
        sharex=True,
    )
    return axes[0], axes[1]


def _empty(curve: Axes, matrix: Axes) -> Drawn:
    said = "Nothing to draw: no answer fits this choice"
    curve.text(0.5, 0.5, said, ha="center", va="center", transform=curve.transAxes)
    for ax in (curve, matrix):
        ax.axis("off")
    return told(curve, [f"{said}."])


def _view(order: pd.DataFrame, book: pd.Series | None, null: float) -> tuple[float, float]:
    """Return limits that hold every estimate, the book's interval, and most of the others."""
    ends = [null, order["value"].min(), order["value"].max()]
    ends += [order["lb"].quantile(0.25), order["ub"].quantile(0.75)]
    if book is not None and not pd.isna(book["value"]):
        ends += [book["lb"], book["ub"]]
    low, high = float(np.min(ends)), float(np.max(ends))
    # One very wide interval of the book would flatten everything else.
    spread = 6 * float(order["value"].max() - order["value"].min()) or high - low
    low, high = (
        max(low, min(order["value"].min() - spread, null)),
        min(high, max(order["value"].max() + spread, null)),
    )
    margin = 0.06 * (high - low or 1)
    return low - margin, high + margin


def _matrix(
    ax: Axes,
    order: pd.DataFrame,
    rows: list[tuple[str, str | None]],
    book: pd.Series | None,
    at: float | None,
) -> None:
    labels, heights = [], np.arange(len(rows), 0, -1)
    for (choice, level), height in zip(rows, heights, strict=True):
        labels.append(choice if level is None else f"{level}  ")
        if level is None:
            continue
        used = np.flatnonzero((order[choice].astype(str) == level).to_numpy())
        own = book is not None and str(book[choice]) == level
        ax.plot(used, np.full(len(used), height), "|", color=INK, ms=6, mew=0.9)
        if own and at is not None:
            ax.plot(at, height, "D", color=ORANGE, ms=4, zorder=3)
    ax.set_yticks(heights, labels)
    for text, (_, level) in zip(ax.get_yticklabels(), rows, strict=True):
        text.set_fontweight("bold" if level is None else "normal")
    ax.set_ylim(0.4, len(rows) + 0.6)
    ax.tick_params(axis="both", length=0, labelbottom=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
