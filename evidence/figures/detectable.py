"""The smallest difference that studies could have seen, against their size."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH
from evidence.text import count_text, number_text

STYLES = {"paired": (BLUE, "-", "o"), "two groups": (ORANGE, "--", "s")}
NAMES = {
    "paired": "same patients twice",
    "two groups": "patients v controls",
}
COUNTED = {"paired": "pairs", "two groups": "in each group"}


def detectable(curves: pd.DataFrame, studies: pd.DataFrame) -> Drawn:
    """Draw the detectable difference by size for both designs, with the studies marked.

    Parameters
    ----------
    curves : pandas.DataFrame
        `design, n_each, effect`, from :func:`evidence.themes.imaging_power.detectable_curves`.
    studies : pandas.DataFrame
        `label, design, n_each, effect`, from :func:`evidence.themes.imaging_power.detectable_rows`;
        may be empty.

    Returns
    -------
    Drawn
        Both axes logarithmic. The names stand to the right of the plot, tied to their marks.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 4.0))
    for design, (colour, line, marker) in STYLES.items():
        curve = curves[curves["design"] == design]
        ax.plot(curve["n_each"], curve["effect"], line, color=colour, label=NAMES[design])
        marked = studies[studies["design"] == design]
        ax.plot(marked["n_each"], marked["effect"], marker, color=colour, ms=7, mec=INK)
    ax.set(xscale="log", yscale="log")
    _names(ax, studies.sort_values(["effect", "label"], ascending=[False, True]))
    for axis, subs in ((ax.xaxis, (1.0, 2.0, 5.0)), (ax.yaxis, (1.0, 2.0, 5.0))):
        axis.set_major_locator(LogLocator(subs=subs, numticks=12))
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set(xlabel="Pairs, or people in each group", ylabel="Detectable difference, SD")
    ax.legend(loc="lower left", bbox_to_anchor=(-0.2, 1.0), ncols=2, columnspacing=1.0)
    return told(ax, _words(curves, studies))


def _words(curves: pd.DataFrame, studies: pd.DataFrame) -> Iterator[str]:
    yield "Smallest difference that a study could detect, in standard deviations (SD), by its size"
    for design, curve in curves.sort_values("n_each").groupby("design", sort=False):
        first, last = (_point(curve.iloc[at]) for at in (0, -1))
        yield f"Curve of {NAMES[design]}: from {first} down to {last}"
    yield f"Marked: {count_text(len(studies), 'study', 'studies')}"
    for design, marked in studies.sort_values("effect").groupby("design", sort=False):
        best, worst = (marked.iloc[at] for at in (0, -1))
        said = f"{NAMES[design]}: {len(marked)}, from {_point(best)} ({best['label']})"
        yield f"{said} to {_point(worst)} ({worst['label']})" if len(marked) > 1 else said


def _point(row: pd.Series) -> str:
    return f"{number_text(row['effect'])} SD with {row['n_each']:.3g} {COUNTED[str(row['design'])]}"


def _names(ax: Axes, studies: pd.DataFrame) -> None:
    heights = np.linspace(0.95, 0.05, max(2, len(studies)))
    for study, height in zip(studies.itertuples(), heights, strict=False):
        ax.annotate(
            study.label,
            (study.n_each, study.effect),
            (1.06, height),
            textcoords=ax.transAxes,
            va="center",
            fontsize=10,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.8, "relpos": (0, 0.5)},
        )
