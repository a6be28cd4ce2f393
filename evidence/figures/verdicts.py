"""How many claims of each review have each verdict."""

from collections.abc import Iterator
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREY, INK, ORANGE, WIDTH
from evidence.text import count_text

#: By whether the claim holds, does not, or is open; the words stand beside each bar.
COLOURS = {
    "confirmed": BLUE,
    "confirmed with a caveat": BLUE,
    "inconsistent within the review": ORANGE,
    "differs from the primary source": ORANGE,
}
#: A gap between reviews, in bars.
GAP = 1.3
BAR_INCHES = 0.3
HATCH = "////"


def verdicts(counts: pd.DataFrame, *, names: dict[str, str] | None = None) -> Drawn:
    """Draw a bar a verdict under the name of each review, its judged part hatched.

    Parameters
    ----------
    counts : pandas.DataFrame
        `review, verdict, claims, computed, judged`, in the order of drawing; may be empty.
    names : dict of str to str, optional
        What to call the reviews.

    Returns
    -------
    Drawn
        The number of claims stands at the end of each bar.
    """
    reviews = list(dict.fromkeys(counts["review"]))
    _, ax = plt.subplots(figsize=(WIDTH, 1.2 + BAR_INCHES * (len(counts) + GAP * len(reviews))))
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    ax.set(xticks=[], yticks=[])
    if counts.empty:
        ax.text(0.5, 0.5, "No claim fits this choice", ha="center", transform=ax.transAxes)
        return told(ax, ["Claims by verdict. No claim fits this choice."])
    places = [
        -i - GAP * (reviews.index(row.review) + 1) for i, row in enumerate(counts.itertuples())
    ]
    for place, row in zip(places, counts.itertuples(), strict=True):
        _bar(ax, place, row)
    ax.set_yticks(places, [fill(verdict, 24) for verdict in counts["verdict"]], linespacing=0.9)
    most = max(1, int(counts["claims"].max()))
    for review in reviews:
        top = max(p for p, name in zip(places, counts["review"], strict=True) if name == review)
        title = (names or {}).get(review, review)
        ax.text(0, top + 0.75, title, ha="left", va="center", fontweight="bold")
    ax.set(xlim=(0, 1.12 * most), ylim=(min(places) - 0.6, 0.1))
    handles = [
        Patch(facecolor=GREY, edgecolor=INK, label="computed"),
        Patch(facecolor="white", edgecolor=GREY, hatch=HATCH, label="judged"),
    ]
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return told(ax, _words(counts, names or {}))


def _words(counts: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """Yield for each review how many claims have each verdict."""
    judged = int(counts["judged"].sum())
    claims = count_text(int(counts["claims"].sum()), "claim")
    yield f"Bars: {claims} by review and verdict, {judged} of them judged and not computed"
    for review, own in counts.groupby("review", sort=False):
        said = [f"{row.claims} {row.verdict}" for row in own.itertuples() if row.claims]
        yield f"{names.get(str(review), str(review))}: {', '.join(said) or 'no claim'}"


def _bar(ax: Axes, place: float, row: Any) -> None:
    computed, judged = int(row.computed), int(row.judged)
    colour = COLOURS.get(str(row.verdict), GREY)
    ax.barh(place, computed, 0.72, color=colour, edgecolor=colour)
    ax.barh(place, judged, 0.72, computed, color="white", edgecolor=colour, hatch=HATCH)
    end = computed + judged
    ax.annotate(str(end), (end, place), (4, 0), textcoords="offset points", va="center")
