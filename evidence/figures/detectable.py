"""The smallest difference that studies could have seen, against their size."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from evidence.figures.style import BLUE, GREY, INK, ORANGE

STYLES = {"paired": (BLUE, "-", "o"), "two groups": (ORANGE, "--", "s")}
NAMES = {
    "paired": "same patients twice",
    "two groups": "patients v controls",
}


def detectable(curves: pd.DataFrame, studies: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the detectable difference by size for both designs, with the studies marked.

    Parameters
    ----------
    curves : pandas.DataFrame
        `design, n_each, effect`, from :func:`evidence.themes.imaging_power.detectable_curves`.
    studies : pandas.DataFrame
        `label, design, n_each, effect`, from :func:`evidence.themes.imaging_power.detectable_rows`;
        may be empty.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Both axes logarithmic. The names stand to the right of the plot, tied to their marks.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(5.2, 4.0))
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
    return ax


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
