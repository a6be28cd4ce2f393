"""GOSH: the answer and the heterogeneity of every subset of studies (Olkin et al. 2012)."""

from collections.abc import Mapping
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from evidence.figures.style import BLUE, GREY, INK, ORANGE

#: Subsets of one study, of more than one, and all studies.
LOOKS = (("one study", GREY, "o", 5), ("two or more", BLUE, "s", 5), ("all", ORANGE, "D", 8))
#: From here on marks are made faint, so that a cloud shows where most of them lie.
MANY = 100


def gosh(
    tables: Mapping[str, pd.DataFrame],
    units: Mapping[str, str],
    *,
    axes: np.ndarray | None = None,
) -> np.ndarray:
    """Draw the answer of each subset against its I2, a panel a result.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By name of the result, `k, value, i2`, a row a subset; the largest `k` is all studies.
    units : mapping of str to str
        Unit of the answer, by name.
    axes : ndarray of matplotlib.axes.Axes, optional
        One a panel; a new figure by default.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
        Empty tables have no panel; without any there is one that says so.
    """
    shown = {name: table for name, table in tables.items() if len(table)}
    panels = max(len(shown), 1)
    if axes is None:
        _, axes = plt.subplots(panels, figsize=(5.2, 0.6 + 1.75 * panels), squeeze=False)
    flat = np.ravel(axes)
    for ax, (name, table) in zip(flat, shown.items(), strict=False):
        _panel(ax, table)
        ax.set_title(fill(name, 46))
        ax.set_xlabel(units[name])
        ax.set_ylabel("I², %")
    if shown:
        flat[0].legend(loc="best")
    else:
        said = "Nothing to draw: one study has one subset"
        flat[0].text(0.5, 0.5, said, ha="center", va="center", transform=flat[0].transAxes)
        flat[0].axis("off")
    return flat


def _panel(ax: Axes, table: pd.DataFrame) -> None:
    k = table["k"].to_numpy()
    groups = (k == 1, (k > 1) & (k < k.max()), k == k.max())
    faint = 0.15 if len(table) > MANY else 1.0
    for which, (label, colour, mark, size) in zip(groups, LOOKS, strict=True):
        alpha = 1.0 if mark == "D" else faint
        ax.plot(
            *(table["value"][which], table["i2"][which], mark),
            color=colour,
            ms=size,
            alpha=alpha,
            mec=INK if mark == "D" else colour,
            label=label,
        )
    ax.set_ylim(-8, 108)
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.xaxis.set_major_locator(MaxNLocator(5))
