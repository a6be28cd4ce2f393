"""GOSH: the answer and the heterogeneity of every subset of studies (Olkin et al. 2012)."""

from collections.abc import Iterator, Mapping
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from evidence.figures.drawn import Drawn, spoken
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH
from evidence.text import count_text, number_text

#: Subsets of one study, of more than one, and all studies.
LOOKS = (("one study", GREY, "o", 5), ("two or more", BLUE, "s", 5), ("all", ORANGE, "D", 8))
#: From here on marks are made faint, so that a cloud shows where most of them lie.
MANY = 100
#: Decimals of the answers that are read out.
DIGITS = 1


def gosh(tables: Mapping[str, pd.DataFrame], units: Mapping[str, str]) -> Drawn:
    """Draw the answer of each subset against its I2, a panel a result.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By name of the result, `k, value, i2`, a row a subset; the largest `k` is all studies.
    units : mapping of str to str
        Unit of the answer, by name.

    Returns
    -------
    Drawn
        Empty tables have no panel; without any there is one that says so.
    """
    shown = {name: table for name, table in tables.items() if len(table)}
    panels = max(len(shown), 1)
    figure, axes = plt.subplots(panels, figsize=(WIDTH, 0.6 + 1.75 * panels), squeeze=False)
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
        return Drawn(figure, f"{said}.")
    return Drawn(figure, spoken(_words(shown, units)))


def _words(tables: Mapping[str, pd.DataFrame], units: Mapping[str, str]) -> Iterator[str]:
    """Yield for each panel the range of answers and of I2, and both for all studies."""
    yield "Answer and I² of every subset of studies"
    for name, table in tables.items():
        ends = (table["value"].min(), table["value"].max())
        span = " to ".join(number_text(end, DIGITS) for end in ends)
        whole = table.loc[table["k"].idxmax()]
        everything = f"{number_text(whole['value'], DIGITS)}, I² {number_text(whole['i2'], 0)}%"
        subsets = count_text(len(table), "subset")
        yield f"{name}: {subsets}, {span} {units[name]}; all studies {everything}"


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
