"""The forest plot: a row a study, and the pooled effect as a diamond below them."""

from textwrap import wrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from evidence.figures.style import BLUE, GREY, INK
from evidence.pooling import PooledEffect
from evidence.scales import Scale, scale_of
from evidence.synthesis import NotPooled

ROW_INCHES = 0.34
#: From this ratio of its ends on, a log axis has room for the powers of ten only.
WIDE = 100


def forest(
    effects: pd.DataFrame,
    result: PooledEffect | NotPooled,
    *,
    label: str = "label",
    favours: tuple[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each study with its interval, and the pooled effect with its prediction interval.

    Parameters
    ----------
    effects : pandas.DataFrame
        A row a study, with `yi, ci_lb, ci_ub` on the scale of `yi`
        (:func:`evidence.effects.study_intervals`); may be empty.
    result : PooledEffect or NotPooled
        Read, never computed; where nothing is pooled the plot says why.
    label : str
        Column that names the rows.
    favours : tuple of two str, optional
        What lies to the left and to the right of no effect.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of fitting height by default.

    Returns
    -------
    matplotlib.axes.Axes
        Its x axis has the scale that a reader sees (ratios on a log axis, shares in percent).
    """
    scale = scale_of(result.measure)
    ax = _axes(len(effects)) if ax is None else ax
    rows = np.arange(len(effects), 0, -1)
    if len(effects):
        middle, lb, ub = (scale.back(effects[c].to_numpy(float)) for c in ("yi", "ci_lb", "ci_ub"))
        ax.hlines(rows, lb, ub, color=INK, lw=1.3)
        ax.plot(middle, rows, "s", color=INK, ms=5)
    names = [*effects[label], *_pooled_rows(result, scale, ax)]
    ax.set_yticks(np.arange(len(effects), len(effects) - len(names), -1), names)
    ax.set_ylim(len(effects) - len(names) + 0.4, len(effects) + 0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    _finish(ax, scale, favours)
    return ax


def _axes(k: int) -> Axes:
    _, ax = plt.subplots(figsize=(5.2, 1.15 + ROW_INCHES * (k + 2)))
    return ax


def _pooled_rows(result: PooledEffect | NotPooled, scale: Scale, ax: Axes) -> list[str]:
    if isinstance(result, NotPooled):
        said = "\n".join(wrap(f"Not pooled: {result.reason}", width=44))
        ax.text(0.5, 0, said, transform=ax.get_yaxis_transform(), ha="center", va="center")
        return [""]
    if result.k == 1:
        return []
    lb, middle, ub = scale.back(np.array([result.ci.lb, result.estimate, result.ci.ub]))
    ax.fill([lb, middle, ub, middle], [0, 0.28, 0, -0.28], color=BLUE, zorder=3)
    if result.pi is None:
        return ["Pooled"]
    ax.hlines(-1, *scale.back(np.array(result.pi)), color=BLUE, lw=3)
    return ["Pooled", "Prediction interval"]


def _finish(ax: Axes, scale: Scale, favours: tuple[str, str] | None) -> None:
    if scale.log:
        ax.set_xscale("log")
        low, high = ax.get_xlim()
        steps = (1.0, 2.0, 5.0) if high / low < WIDE else (1.0,)
        ax.xaxis.set_major_locator(LogLocator(subs=steps, numticks=8))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    if scale.percent:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.0f}"))
    if scale.null is not None:
        ax.axvline(scale.null, color=GREY, lw=1, zorder=0)
    unit = ", %" if scale.percent and scale.null is None else ""
    sides = (
        f"\n\N{LEFTWARDS ARROW} {favours[0]} | {favours[1]} \N{RIGHTWARDS ARROW}" if favours else ""
    )
    ax.set_xlabel(f"{scale.name}{unit}{sides}")
