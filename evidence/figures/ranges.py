"""How far every answer moves, in one chart."""

from collections.abc import Iterator
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, PALE, WIDTH
from evidence.text import count_text, number_text

#: Of the widest and of the narrowest, so many are read out.
SPOKEN = 3


def ranges(table: pd.DataFrame) -> Drawn:
    """Draw how far each answer moves, in times of the smallest that would matter.

    Parameters
    ----------
    table : pandas.DataFrame
        `name, lowest, low, median, high, highest, book`, a row a result; may be empty.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 1.0 + 0.46 * max(len(table), 1)))
    rows = np.arange(len(table), 0, -1)
    ax.hlines(rows, table["lowest"], table["highest"], color=PALE, lw=9)
    ax.hlines(rows, table["low"], table["high"], color=BLUE, lw=3)
    ax.plot(table["median"], rows, "|", color=INK, ms=12, mew=2)
    ax.plot(table["book"], rows, "D", color=ORANGE, ms=6)
    ax.axvline(0, color=GREY, lw=1, zorder=0)
    ax.axvline(1, color=GREY, lw=1, ls=":", zorder=0)
    ax.set_yticks(rows, [fill(name, 28) for name in table["name"]])
    ax.set_ylim(0.4, len(table) + 0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("answer in times of the smallest\nthat would matter (dotted line)")
    return told(ax, _words(table))


def _words(table: pd.DataFrame) -> Iterator[str]:
    yield "How far each answer moves, in times of the smallest that would matter"
    if table.empty:
        yield "No result fits this choice"
        return
    both = int(((table["lowest"] < 0) & (table["highest"] > 0)).sum())
    yield f"{count_text(len(table), 'result')}; {both} with answers on both sides of no effect"
    order = table.assign(width=table["highest"] - table["lowest"]).dropna(subset=["width"])
    order = order.sort_values("width", ascending=False, kind="stable")
    widest = [_row(row) for _, row in order.head(SPOKEN).iterrows()]
    yield f"Widest: {'; '.join(widest)}"
    rest = order.iloc[max(SPOKEN, len(order) - SPOKEN) :]
    yield f"Narrowest: {'; '.join(_row(row) for _, row in rest.iterrows())}" if len(rest) else ""


def _row(row: pd.Series) -> str:
    low, high, book = (number_text(row[name], 1) for name in ("lowest", "highest", "book"))
    return f"{row['name']} {' to '.join(dict.fromkeys([low, high]))} (the book {book})"
