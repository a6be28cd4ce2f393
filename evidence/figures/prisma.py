"""The flow of records: boxes down the left, what was left out to the right of them."""

from itertools import pairwise
from textwrap import fill

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import GREY, INK
from evidence.themes.imaging_flow import Flow

LEFT, RIGHT, WIDTH = 0.0, 0.54, 0.46


def prisma(flow: Flow) -> Drawn:
    """Draw the flow of records of a review, in the manner of PRISMA 2020.

    Parameters
    ----------
    flow : Flow
        From :func:`evidence.themes.imaging_flow.prisma_flow`; read, never recomputed.

    Returns
    -------
    Drawn
        Without axis lines; each box is one text, from top to bottom and left to right.
    """
    _, ax = plt.subplots(figsize=(4.5, 4.3))
    main = [
        f"From databases: {flow.databases}\nFrom other sources: {flow.other}",
        f"Abstracts screened: {flow.unique}",
        f"Full texts assessed: {flow.assessed}",
        f"Studies left: {flow.included}\n(review prints: {flow.printed})",
    ]
    heights = [0.9, 0.67, 0.4, 0.1]
    for words, y in zip(main, heights, strict=True):
        _box(ax, LEFT, y, fill_lines(words))
    for above, below in pairwise(heights):
        _arrow(ax, (WIDTH / 2, above - 0.06), (WIDTH / 2, below + 0.065))
    out = [
        f"Excluded on abstract: {flow.excluded_abstract}",
        f"Excluded on full text: {flow.excluded_full}\n{flow.reason_full}",
    ]
    for words, y in zip(out, heights[1:3], strict=True):
        _box(ax, RIGHT, y, fill_lines(words))
        _arrow(ax, (WIDTH, y), (RIGHT, y))
    ax.set(xlim=(-0.01, 1.01), ylim=(0, 1))
    ax.set_axis_off()
    boxes = [box.strip().replace("\n(", " (").replace("\n", "; ") for box in (*main, *out)]
    return told(ax, ["Flow of records of a review", *boxes])


def fill_lines(words: str) -> str:
    """Return text broken to the width of a box, line by line."""
    return "\n".join(fill(line, 26) for line in words.split("\n"))


def _box(ax: Axes, left: float, y: float, words: str) -> None:
    ax.text(
        left + WIDTH / 2,
        y,
        words,
        ha="center",
        va="center",
        fontsize=10,
        color=INK,
        bbox={"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY},
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": GREY}, zorder=0)
