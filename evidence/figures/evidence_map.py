"""The evidence map: how many studies there are, and where there are none."""

from textwrap import fill

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from evidence.figures.style import GREY


def evidence_map(counts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a cell for each row and column of `counts`, with its number of studies.

    Parameters
    ----------
    counts : pandas.DataFrame
        Whole numbers; the index and the columns are the labels. All may be zero.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of fitting height by default.

    Returns
    -------
    matplotlib.axes.Axes
        A cell without a study is white and has no number; the axis label says what it means.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(5.0, 0.95 + 0.48 * len(counts)))
    sns.heatmap(
        counts,
        mask=counts == 0,
        annot=True,
        fmt="d",
        cmap=sns.light_palette("#56B4E9", as_cmap=True),
        vmin=0,
        vmax=max(1, int(counts.to_numpy().max())),
        cbar=False,
        linewidths=0.6,
        linecolor=GREY,
        clip_on=False,
        annot_kws={"fontsize": 12, "color": "black"},
        ax=ax,
    )
    ax.set_xticklabels([fill(str(name), 10) for name in counts.columns], rotation=0)
    ax.set_yticklabels([fill(str(name), 14) for name in counts.index], rotation=0)
    ax.tick_params(length=0, labelsize=10)
    ax.set(ylabel="", xlabel="Number of studies; a white cell has none")
    return ax
