"""The block of the NMDA receptor by magnesium: over voltage, and over concentration."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, PALE, WIDTH
from evidence.text import number_text, percent_text

DASHES = (":", "-.", "--", (0, (8, 2)), (0, (1, 3)))


def block(curves: pd.DataFrame, magnesium_mm: float, half_mv: float) -> Drawn:
    """Draw the share of the current that magnesium leaves, by voltage.

    Parameters
    ----------
    curves : pandas.DataFrame
        `magnesium_mm, voltage_mv, unblocked`, from
        :func:`evidence.magnesium_block.block_curves`.
    magnesium_mm : float
        The concentration that stands out; the others are drawn in grey, each with its dashes.
    half_mv : float
        Where half is blocked at that concentration; may be infinite, or outside of the plot.

    Returns
    -------
    Drawn
    """
    _, ax = plt.subplots(figsize=(WIDTH, 3.9))
    others = [level for level in dict.fromkeys(curves["magnesium_mm"]) if level != magnesium_mm]
    for level, dashes in zip(others, DASHES, strict=False):
        curve = curves[curves["magnesium_mm"] == level]
        name = f"{level:g} mmol/l"
        ax.plot(curve["voltage_mv"], curve["unblocked"], ls=dashes, color=GREY, label=name)
    chosen = curves[curves["magnesium_mm"] == magnesium_mm]
    ax.plot(
        chosen["voltage_mv"],
        chosen["unblocked"],
        color=BLUE,
        lw=2.4,
        label=f"{magnesium_mm:g} mmol/l",
    )
    low, high = curves["voltage_mv"].min(), curves["voltage_mv"].max()
    if low <= half_mv <= high:
        ax.plot([half_mv], [0.5], "o", color=ORANGE, mec=INK, ms=8, label="half blocked", ls="")
    ax.axhline(0.5, color=PALE, lw=1, zorder=0)
    ax.set(xlim=(low, high), ylim=(0, 1.02))
    ax.set(xlabel="Membrane voltage, mV", ylabel="Current left by magnesium")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=2, columnspacing=1.0)
    return told(ax, _block_words(curves, magnesium_mm, half_mv))


def _block_words(curves: pd.DataFrame, magnesium_mm: float, half_mv: float) -> Iterator[str]:
    low, high = curves["voltage_mv"].min(), curves["voltage_mv"].max()
    span = f"{number_text(low, 0)} to {number_text(high, 0)} mV"
    yield f"Share of the current that magnesium leaves, at voltages of {span}, a curve a level"
    for level, curve in curves.groupby("magnesium_mm"):
        ends = (percent_text(curve["unblocked"].iloc[at]) for at in (0, -1))
        own = ", drawn thick" if level == magnesium_mm else ""
        yield f"{level:g} mmol/l{own}: from {' to '.join(ends)}"
    if low <= half_mv <= high:
        yield f"At {magnesium_mm:g} mmol/l half is blocked at {number_text(half_mv, 0)} mV"
    else:
        yield f"At {magnesium_mm:g} mmol/l no voltage shown blocks half"


def half_block(curve: pd.DataFrame, fluids: pd.DataFrame) -> Drawn:
    """Draw the voltage at which half is blocked, by concentration, with fluids of the body.

    Parameters
    ----------
    curve : pandas.DataFrame
        `magnesium_mm` (above 0), `half_mv`.
    fluids : pandas.DataFrame
        `kind` (ionised or total), `magnesium_mm, half_mv`; rows without a number are left out;
        may be empty.

    Returns
    -------
    Drawn
        Its x axis is logarithmic.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 3.3))
    ax.plot(curve["magnesium_mm"], curve["half_mv"], color=BLUE)
    known = fluids.dropna(subset=["magnesium_mm"])
    for kind, marker, face in (("ionised", "o", ORANGE), ("total", "s", "white")):
        of_kind = known[known["kind"] == kind]
        ax.plot(
            of_kind["magnesium_mm"],
            of_kind["half_mv"],
            marker,
            mfc=face,
            mec=INK,
            ms=7,
            label=f"in body fluids, {kind}",
        )
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(numticks=8))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.grid(color=PALE, lw=0.8, zorder=0)
    ax.set(xlabel="Magnesium, mmol/l", ylabel="Half blocked at, mV")
    ax.legend(loc="upper left")
    return told(ax, _half_words(curve, known))


def _half_words(curve: pd.DataFrame, known: pd.DataFrame) -> Iterator[str]:
    yield f"Voltage at which magnesium blocks half of the current: {_range_words(curve)}"
    if known.empty:
        yield "No level measured in body fluids is marked"
    for kind, of_kind in known.groupby("kind"):
        yield f"Levels in body fluids, {kind}: {len(of_kind)}, {_range_words(of_kind)}"


def _range_words(rows: pd.DataFrame) -> str:
    """Return the least and the most of both columns, in words."""
    level, half = rows["magnesium_mm"], rows["half_mv"]
    volts = (number_text(end, 0) for end in (half.min(), half.max()))
    return f"{' to '.join(volts)} mV at {level.min():.3g} to {level.max():.3g} mmol/l"
