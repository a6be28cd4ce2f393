"""Coverage of intervals against the differences between studies, a panel a shape."""

from collections.abc import Iterator, Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PINK, WIDTH
from evidence.text import percent_text

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
) -> Drawn:
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

    Returns
    -------
    Drawn
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
    axes = _grid(len(values))
    for ax, value in zip(axes, values, strict=False):
        for (interval, name), look in zip(names.items(), LOOKS, strict=False):
            own = found[(found[panel] == value) & (found["interval"] == interval)]
            if len(own):
                _line(ax, own.sort_values("tau"), name, look)
        ax.axhline(level / 100, color=GREY, lw=0.9, zorder=0)
        ax.set_title(title.format(value))
    _label(axes, len(values))
    titles = {value: title.format(value) for value in values}
    said = _words(found.assign(panel=found[panel].map(titles)), level, names)
    return told(axes[0], said)


def _words(found: pd.DataFrame, level: float, names: Mapping[str, str]) -> Iterator[str]:
    """Yield for each line where it is lowest, and in how many points it breaks the promise."""
    panels = "; ".join(found["panel"].unique())
    yield f"Share of intervals that hold the truth, by true difference between studies ({panels})"
    yield f"The promise is {level:g}%"
    for interval, name in names.items():
        own = found[found["interval"] == interval].dropna(subset=["coverage"])
        if own.empty:
            continue
        worst = own.loc[own["coverage"].idxmin()]
        below = int((own["coverage"] < level / 100).sum())
        least = f"lowest {percent_text(worst['coverage'], 1)} ({worst['panel']})"
        yield f"{name}: {least}, below the promise in {below} of {len(own)} points"


def _grid(count: int) -> np.ndarray:
    rows = max(1, -(-count // COLUMNS))
    size = (WIDTH, 2.2 * rows + 1.2)
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
