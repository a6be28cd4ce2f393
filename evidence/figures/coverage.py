"""Coverage of intervals against the differences between studies, a panel a shape."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from evidence.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PINK

#: Marks and lines tell the intervals apart without colour.
LOOKS = (
    (BLUE, "-", "o"),
    (ORANGE, "--", "s"),
    (GREEN, "-.", "^"),
    (PINK, ":", "D"),
    (INK, "-", "v"),
    (INK, "--", "x"),
)
COLUMNS = 2


def coverage_panels(
    found: pd.DataFrame,
    level: float,
    *,
    panel: str = "k",
    title: str = "{} studies",
    names: dict[str, str] | None = None,
    axes: np.ndarray | None = None,
) -> np.ndarray:
    """Draw the share of intervals that hold the truth, a line an interval.

    Parameters
    ----------
    found : pandas.DataFrame
        `tau, interval, coverage, coverage_se` and the column `panel`, from
        :func:`evidence.coverage.coverage`. At most six intervals; one that is not in a panel is
        not drawn there.
    level : float
        The promise, percent: drawn as a grey line.
    panel : str
        Column that tells the panels apart.
    title : str
        Title of a panel, ``{}`` standing for its value.
    names : dict, optional
        Intervals to draw, in this order, and how a reader knows them; all by default.
    axes : ndarray of matplotlib.axes.Axes, optional
        One a panel; a new figure by default.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
        Shared axes; bars of one Monte Carlo standard error to either side.

    Raises
    ------
    ValueError
        If there are more intervals than marks.
    """
    names = names or {name: name for name in found["interval"].unique()}
    if len(names) > len(LOOKS):
        raise ValueError(f"names must hold at most {len(LOOKS)} intervals; got {len(names)}")
    values = list(found[panel].unique())
    axes = _grid(len(values)) if axes is None else axes
    for ax, value in zip(axes, values, strict=False):
        for (interval, name), look in zip(names.items(), LOOKS, strict=False):
            own = found[(found[panel] == value) & (found["interval"] == interval)]
            if len(own):
                _line(ax, own.sort_values("tau"), name, look)
        ax.axhline(level / 100, color=GREY, lw=0.9, zorder=0)
        ax.set_title(title.format(value))
    _label(axes, len(values))
    return axes


def _grid(count: int) -> np.ndarray:
    rows = max(1, -(-count // COLUMNS))
    size = (5.2, 2.2 * rows + 1.0)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=size, sharex=True, sharey=True)
    for ax in axes.ravel()[count:]:
        figure.delaxes(ax)
    made: np.ndarray = axes.ravel()[: max(count, 1)]
    return made


def _line(ax: Axes, own: pd.DataFrame, name: str, look: tuple[str, str, str]) -> None:
    colour, line, marker = look
    ax.errorbar(
        own["tau"],
        own["coverage"],
        yerr=own["coverage_se"],
        color=colour,
        ls=line,
        marker=marker,
        ms=5,
        lw=1.4,
        elinewidth=0.8,
        label=name,
    )


def _label(axes: np.ndarray, count: int) -> None:
    figure = axes[0].figure
    axes[0].yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f}%"))
    axes[0].xaxis.set_major_locator(MaxNLocator(4))
    handles: dict[str, Artist] = {}
    for ax in axes[:count]:
        found, labels = ax.get_legend_handles_labels()
        handles |= dict(zip(labels, found, strict=True))
    figure.supxlabel("True difference between studies (SD of log odds)", fontsize=11)
    figure.supylabel("Intervals that hold the truth", fontsize=11)
    if handles:
        figure.legend(handles.values(), handles, loc="outside upper left", ncols=2)
