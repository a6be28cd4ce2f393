"""The harvest plot: a bar a study, under what it found, as tall as its design is strong."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from evidence.figures.drawn import Drawn, told
from evidence.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PINK, WIDTH
from evidence.text import count_text

#: Columns by finding: three that a study can bear out, and one apart for what was not tested.
FINDINGS = {
    "lowered": "lowered",
    "not raised": "no\ndifference",
    "raised in some scans": "raised",
    "raised": "raised",
    "not tested": "not\ntested",
}
COLUMNS = ("lowered", "no\ndifference", "raised")
#: Put to the number of a study that saw a rise in some of its scans only.
PARTLY = "*"
HEIGHTS = {"structured": 0.62, "case series": 0.4, "case report": 0.18}
MARKS = {
    "permeability": (BLUE, ""),
    "microglia (TSPO)": (ORANGE, "//"),
    "macrophages": (GREEN, "xx"),
    "extravasation (albumin)": (PINK, ".."),
    "inflammatory exudate": (PALE, ""),
}
#: Least width of a column, in bars: its heading must fit.
NARROWEST = 3


def harvest(rows: pd.DataFrame, *, names: dict[str, str] | None = None) -> Drawn:
    """Draw each study as a bar in the row of its subtype and the column of its finding.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `subtype, finding, design_class, target, n_migraine`; may be empty. Drawn in the
        order given.
    names : dict of str to str, optional
        What to call the subtypes.

    Returns
    -------
    Drawn
        Height tells the design class, colour with hatching the target, the number the patients.

    Notes
    -----
    After [1]_: a matrix of competing findings, a bar a study, its height the suitability of the
    design. There the tone of a bar tells the kind of outcome, and here colour and hatching the
    process imaged. There the number counts the criteria of quality that a study met, and here
    its patients, since those criteria were not judged. A study without a test bears out none of
    the three findings and stands apart.

    References
    ----------
    .. [1] Ogilvie D et al. (2008). The harvest plot. BMC Medical Research Methodology 8:8.
       doi:10.1186/1471-2288-8-8
    """
    subtypes = list(dict.fromkeys(rows["subtype"]))
    _, ax = plt.subplots(figsize=(WIDTH, 1.9 + 0.92 * max(1, len(subtypes))))
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    if rows.empty:
        ax.text(0.5, 0.5, "No study fits this choice", ha="center", transform=ax.transAxes)
        ax.set(xticks=[], yticks=[])
        return told(ax, ["Harvest plot. No study fits this choice."])
    rows = rows.assign(column=rows["finding"].map(FINDINGS))
    edges = _edges(rows)
    for (subtype, column), cell in rows.groupby(["subtype", "column"], sort=False):
        _bars(ax, cell, edges[column][0], len(subtypes) - 1 - subtypes.index(subtype))
    _frame(ax, edges, [(names or {}).get(name, name) for name in subtypes])
    _legend(ax, rows)
    return told(ax, _words(rows, names or {}))


def _words(rows: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """Yield for each row of the plot how many studies found what, and how many are structured."""
    studies = count_text(len(rows), "study", "studies")
    structured = int((rows["design_class"] == "structured").sum())
    yield f"Harvest plot of {studies} by finding, {structured} of them structured"
    for subtype, own in rows.groupby("subtype", sort=False):
        counts = own["finding"].value_counts()
        found = [f"{counts[name]} {name}" for name in FINDINGS if name in counts]
        yield f"{names.get(str(subtype), str(subtype))}: {', '.join(found)}"
    targets = rows["target"].value_counts()
    seen = [f"{name} {targets[name]}" for name in MARKS if name in targets]
    yield f"Process imaged: {', '.join(seen)}"


def _edges(rows: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return left and right of each column: the three findings always, others where they occur."""
    most = rows.groupby(["column", "subtype"]).size().groupby("column").max()
    edges, left = {}, 0.0
    for column in dict.fromkeys([*COLUMNS, *FINDINGS.values()]):
        if column in COLUMNS or column in most.index:
            edges[column] = (left, left + max(NARROWEST, int(most.get(column, 0))) + 0.8)
            left = edges[column][1]
    return edges


def _bars(ax: Axes, cell: pd.DataFrame, left: float, base: int) -> None:
    for place, study in enumerate(cell.itertuples(), start=1):
        colour, hatch = MARKS[study.target]
        height, x = HEIGHTS[study.design_class], left + place - 0.1
        ax.bar(x, height, 0.78, base, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.7)
        number = f"{study.n_migraine:g}{PARTLY * (study.finding == 'raised in some scans')}"
        ax.text(x, base + height + 0.02, number, ha="center", fontsize=10)


def _frame(ax: Axes, edges: dict[str, tuple[float, float]], names: list[str]) -> None:
    for base in range(len(names)):
        ax.axhline(base, color=GREY, lw=1, zorder=0)
    for _, right in list(edges.values())[:-1]:
        ax.axvline(right, color=PALE, lw=1, zorder=0)
    # Inside, above the bars: beside them they would take a third of the width.
    ax.set_yticks([base + 0.9 for base in range(len(names))], names[::-1], ha="left")
    ax.tick_params(axis="y", pad=0)
    middles = [(left + right) / 2 for left, right in edges.values()]
    ax.set_xticks(middles, list(edges))
    ax.xaxis.tick_top()
    ax.set(xlim=(0, list(edges.values())[-1][1]), ylim=(-0.02, len(names)))


def _legend(ax: Axes, rows: pd.DataFrame) -> None:
    shown = [target for target in MARKS if (rows["target"] == target).any()]
    patches = [
        Patch(facecolor=MARKS[name][0], hatch=MARKS[name][1], edgecolor=INK, label=name)
        for name in shown
    ]
    title = "Tall: structured. Middle: series. Short: case report.\nNumber: patients scanned."
    if (rows["finding"] == "raised in some scans").any():
        title += f"\n{PARTLY} raised in some scans only."
    ax.legend(
        handles=patches,
        title=title,
        loc="upper center",
        bbox_to_anchor=(0.4, -0.02),
        ncols=2,
        alignment="left",
        handlelength=1.4,
        columnspacing=1.0,
        title_fontsize=10,
    )
