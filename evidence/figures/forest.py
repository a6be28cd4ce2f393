"""The forest plot: a row a study, and the pooled effect as a diamond below them."""

from collections.abc import Iterator
from textwrap import fill, wrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, WIDTH
from evidence.pooling import PooledEffect
from evidence.scales import Scale, scale_of
from evidence.sentences import ci_text, estimate_text, pi_text, row_text
from evidence.synthesis import NotPooled
from evidence.text import count_text, number_text

#: Height of a row, and of each further line of its name.
ROW_INCHES, LINE_INCHES = 0.34, 0.18
#: From this ratio of its ends on, a log axis has room for the powers of ten only.
WIDE = 100
#: Letters on a line below the axis.
NAME = 26
#: Of more rows, only the lowest and the highest are read out.
SPOKEN = 6


def forest(
    effects: pd.DataFrame,
    result: PooledEffect | NotPooled,
    *,
    label: str = "label",
    favours: tuple[str, str] | None = None,
    shares: str | None = None,
) -> Drawn:
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
    shares : str, optional
        Who or what is counted, where the rows are shares of something else than people.

    Returns
    -------
    Drawn
        Its x axis has the scale that a reader sees (ratios on a log axis, shares in percent).
    """
    scale = scale_of(result.measure)
    ax = _axes(effects[label])
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
    if shares:
        ax.set_xlabel(f"{shares}, %")
    said = _words(effects.set_index(label), result, favours, shares or scale.name)
    return told(ax, said)


def _axes(names: pd.Series) -> Axes:
    lines = max((str(name).count("\n") for name in names), default=0)
    height = 1.15 + ROW_INCHES * (len(names) + 2) + LINE_INCHES * lines * len(names)
    _, ax = plt.subplots(figsize=(WIDTH, height))
    return ax


def _words(
    effects: pd.DataFrame,
    result: PooledEffect | NotPooled,
    favours: tuple[str, str] | None,
    name: str,
) -> Iterator[str]:
    """Yield what the plot shows: what of, its rows, where they lie, and what is pooled."""
    scale = scale_of(result.measure)
    rows = count_text(len(effects), "row")
    yield f"Forest plot with {rows}: {name[0].lower()}{name[1:]}, {result.level:g}% CI"
    shown, ends = effects, [""] * len(effects)
    if len(effects) > SPOKEN:
        shown = effects.sort_values("yi", kind="stable").iloc[[0, -1]]
        ends = ["Lowest, ", "Highest, "]
    numbers = shown[["yi", "ci_lb", "ci_ub"]].itertuples()
    for end, (own, *values) in zip(ends, numbers, strict=True):
        named = str(own).replace("\n", " ")
        yield f"{end}{named}: {row_text(values, result.measure)}"
    if scale.null is not None and len(effects):
        crossing = (effects["ci_lb"] <= 0) & (effects["ci_ub"] >= 0)
        yield f"Intervals that hold no effect: {crossing.sum()} of {len(effects)}"
    if favours:
        yield f"Left of no effect: {favours[0]}; right: {favours[1]}"
    if isinstance(result, NotPooled):
        yield f"Not pooled: {result.reason}"
    elif result.k > 1:
        yield f"Pooled: {estimate_text(result)} ({ci_text(result)})"
        yield f"Prediction interval: {pi_text(result)}"


def _pooled_rows(result: PooledEffect | NotPooled, scale: Scale, ax: Axes) -> list[str]:
    if isinstance(result, NotPooled):
        said = "\n".join(wrap(f"Not pooled: {result.reason}", width=38))
        note = ax.text(0.5, 0, said, transform=ax.get_yaxis_transform(), ha="center", va="center")
        note.set_backgroundcolor("white")
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
    if scale.null is None:
        ax.set_xlim(-0.03, 1.03)
    if scale.percent:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number_text(100 * x, 0)))
    if scale.null is not None:
        ax.axvline(scale.null, color=GREY, lw=1, zorder=0)
    unit = ", %" if scale.percent and scale.null is None else ""
    sides = (
        f"\n\N{LEFTWARDS ARROW} {favours[0]} | {favours[1]} \N{RIGHTWARDS ARROW}" if favours else ""
    )
    ax.set_xlabel(f"{fill(scale.name + unit, NAME)}{sides}")
