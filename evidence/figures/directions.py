"""The effect direction plot: a row a study, a column a tissue, a mark for the direction."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREEN, GREY, ORANGE, PALE, WIDTH
from evidence.text import count_text
from evidence.themes.directions import CONDITIONS, SIZES, TISSUES

ROW_INCHES = 0.27
MARKS = {
    "higher": ("^", BLUE),
    "lower": ("v", ORANGE),
    "no difference": (r"$\leftrightarrow$", GREY),
    "mixed": ("D", GREEN),
}
#: Marker size in points by the number of cases; a hollow mark where it is not stated.
POINTS = dict(zip(SIZES, (5.5, 8.0, 11.0, 8.0), strict=True))
#: So that marks of unlike shape look alike in size.
WIDTHS = {"no difference": 1.7, "mixed": 0.75}
#: How a finding came to be known: printed in the study itself.
PRINTED = "reported"
HEADERS = {"csf": "spinal fluid", "brain": "brain (MRS)"}


def directions(studies: pd.DataFrame) -> Drawn:
    """Draw the direction that each study found in each tissue.

    Parameters
    ----------
    studies : pandas.DataFrame
        From :func:`evidence.themes.directions.by_study`, with `row, condition, tissue, direction,
        size, comparisons, origin`; may be empty, and then the plot says so.

    Returns
    -------
    Drawn
        Triangle up: higher in cases; triangle down: lower; a mark that points both ways: no
        difference; diamond: mixed. The mark grows with the number of cases and is hollow where
        that is not stated. The number beside it is that of the comparisons behind it, where there
        are several. A shaded mark was not read in print in the study itself.

    Notes
    -----
    After the effect direction plot [1]_: an arrow a study and domain, its size that of the sample,
    several outcomes of a domain as one arrow with their number, no statistical significance.
    Otherwise than there, "no difference" and "mixed" have a mark each; the classes of size are
    those of small studies; and the shade, there the quality of the study, tells how the finding
    came to be known, since quality was not judged study by study.

    References
    ----------
    .. [1] Boon MH, Thomson H (2021). The effect direction plot revisited. Research Synthesis
       Methods 12(1):29-33. doi:10.1002/jrsm.1458
    """
    names = _rows(studies)
    ax = _axes(len(names))
    if studies.empty:
        ax.text(0.5, 0.5, "No study fits this choice", transform=ax.transAxes, ha="center")
        ax.set_axis_off()
        return told(ax, ["Effect direction plot. No study fits this choice."])
    tissues = [tissue for tissue in TISSUES if tissue in set(studies["tissue"])]
    places = {name: len(names) - 1 - i for i, name in enumerate(names)}
    lines = [place for (_, row), place in places.items() if row]
    ax.hlines(lines, -0.5, len(tissues) - 0.5, color=PALE, lw=0.6, zorder=0)
    for study in studies.itertuples():
        _mark(ax, tissues.index(study.tissue), places[study.condition, study.row], study)
    _label(ax, names, tissues)
    _key(ax, studies)
    return told(ax, _words(studies, tissues))


def _words(studies: pd.DataFrame, tissues: list[str]) -> Iterator[str]:
    """Yield for each condition and tissue how many studies found what."""
    rows = studies[["condition", "row"]].drop_duplicates()
    yield f"Effect direction plot: what {count_text(len(rows), 'study', 'studies')} found in cases"
    for condition in dict.fromkeys(rows["condition"]):
        found = []
        for tissue in tissues:
            own = studies[(studies["condition"] == condition) & (studies["tissue"] == tissue)]
            counts = own["direction"].value_counts()
            said = [f"{counts[name]} {name}" for name in MARKS if name in counts]
            found += [f"{HEADERS.get(tissue, tissue)} {', '.join(said)}"] if said else []
        yield f"{condition[0].upper()}{condition[1:]}: {'; '.join(found)}"
    if unread := int(studies["origin"].ne(PRINTED).sum()):
        yield f"Worked out or read elsewhere: {unread} of {len(studies)} marks"


def _rows(studies: pd.DataFrame) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    for condition in CONDITIONS:
        rows = studies.loc[studies["condition"] == condition, "row"].unique()
        if len(rows):
            names += [(condition, ""), *((condition, row) for row in rows)]
    return names


def _axes(rows: int) -> Axes:
    _, ax = plt.subplots(figsize=(WIDTH, 2.6 + ROW_INCHES * rows))
    return ax


def _mark(ax: Axes, x: int, y: int, study: object) -> None:
    direction, size = str(study.direction), str(study.size)  # type: ignore[attr-defined]
    marker, colour = MARKS[direction]
    wide = WIDTHS.get(direction, 1.0)
    inside = "white" if size == SIZES[-1] else colour
    if study.origin != PRINTED:  # type: ignore[attr-defined]
        ax.add_patch(Rectangle((x - 0.42, y - 0.46), 0.84, 0.92, color=PALE, lw=0, zorder=1))
    if study.comparisons > 1:  # type: ignore[attr-defined]
        number = str(study.comparisons)  # type: ignore[attr-defined]
        ax.annotate(number, (x, y), (9, -8), textcoords="offset points", fontsize=10, zorder=4)
    ax.plot(
        x,
        y,
        ls="",
        marker=marker,
        color=colour,
        mfc=inside,
        mew=1.2,
        ms=wide * POINTS[size],
        zorder=3,
    )


def _label(ax: Axes, names: list[tuple[str, str]], tissues: list[str]) -> None:
    ax.set_yticks(np.arange(len(names) - 1, -1, -1), [row or place.upper() for place, row in names])
    for tick, (_, row) in zip(ax.get_yticklabels(), names, strict=True):
        tick.set_fontweight("normal" if row else "bold")
    ax.set_xticks(range(len(tissues)), [HEADERS.get(t, t) for t in tissues])
    ax.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    crowded = len(tissues) > 3
    for header in ax.get_xticklabels():
        header.set(rotation=45 * crowded, ha="left" if crowded else "center")
        header.set_rotation_mode("anchor" if crowded else "default")
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(-0.5, len(tissues) - 0.5)
    ax.set_ylim(-0.7, len(names) - 0.3)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _key(ax: Axes, studies: pd.DataFrame) -> None:
    shown = [name for name in MARKS if name in set(studies["direction"])]
    handles: list[Artist] = [
        Line2D(
            [],
            [],
            ls="",
            marker=MARKS[name][0],
            color=MARKS[name][1],
            label=name,
            ms=9 * WIDTHS.get(name, 1.0),
        )
        for name in shown
    ]
    handles += [
        Line2D(
            [],
            [],
            ls="",
            marker="^",
            color=GREY,
            ms=POINTS[size],
            mfc="white" if size == SIZES[-1] else GREY,
            label=f"number {size}" if size == SIZES[-1] else f"{size} cases",
        )
        for size in SIZES
        if size in set(studies["size"])
    ]
    if studies["origin"].ne(PRINTED).any():
        handles.append(Patch(color=PALE, label="worked out or read elsewhere"))
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.1, -0.01), ncols=2)
