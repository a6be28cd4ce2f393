"""The charts of doses and of the block, read by their artists."""

import math

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.block import block, half_block
from evidence.figures.doses import MARKS, doses
from evidence.magnesium_block import Block, block_curves
from evidence.themes.receptor_doses import KINDS

FIT = Block(3.57, 0.062)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def rows():
    return pd.DataFrame(
        {
            "section": ["one", "one", "one", "two"],
            "label": ["a", "a", "b", "a"],
            "low": [0.1, 0.2, 1.0, 5.0],
            "high": [0.1, 0.4, 1.0, 5.0],
            "kind": ["once", "once", "an hour", "a day"],
            "by_review": [False, True, False, False],
        }
    )


def marked(ax):
    return [line for line in ax.lines if line.get_marker() not in ("None", "", None)]


def test_each_label_has_a_line_in_its_section():
    names = [tick.get_text() for tick in doses(rows()).ax.get_yticklabels()]
    assert names == ["one", "a", "b", "two", "a"]


def test_doses_stand_where_they_are_with_both_ends():
    ax = doses(rows()).ax
    assert [list(line.get_xdata()) for line in marked(ax)] == [[0.1], [0.2, 0.4], [1.0], [5.0]]
    assert ax.get_xscale() == "log"


def test_reviews_are_hollow_and_hang_below():
    first, review, *_ = marked(doses(rows()).ax)
    assert review.get_markerfacecolor() == "white" != first.get_markerfacecolor()
    assert review.get_ydata()[0] < first.get_ydata()[0]


def test_kinds_differ_in_mark_and_colour_and_cover_the_theme():
    assert len({mark for mark, _ in MARKS.values()}) == len({c for _, c in MARKS.values()}) == 3
    assert set(MARKS) == set(KINDS.values())


def test_no_dose_is_said():
    ax = doses(rows().iloc[:0]).ax
    assert [text.get_text() for text in ax.texts] == ["No dose fits this choice"]


def test_the_block_marks_the_chosen_curve_and_its_half():
    curves = block_curves([0.1, 1.0], -100, 60, FIT)
    ax = block(curves, 1.0, -20.5).ax
    widest = max(ax.lines, key=lambda line: line.get_linewidth())
    chosen = curves[curves["magnesium_mm"] == 1.0]
    assert np.array_equal(widest.get_ydata(), chosen["unblocked"])
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in marked(ax)] == [(-20.5, 0.5)]


@pytest.mark.parametrize("half", [-math.inf, -500.0, 80.0])
def test_a_half_outside_of_the_plot_has_no_mark(half):
    assert marked(block(block_curves([0.0], -100, 60, FIT), 0.0, half).ax) == []


def test_fluids_without_a_number_are_left_out():
    curve = pd.DataFrame({"magnesium_mm": [0.1, 1.0], "half_mv": [-58.0, -20.0]})
    fluids = pd.DataFrame(
        {
            "kind": ["ionised", "ionised", "total"],
            "magnesium_mm": [0.8, math.nan, 1.1],
            "half_mv": [-24.0, math.nan, -19.0],
        }
    )
    assert [list(line.get_xdata()) for line in marked(half_block(curve, fluids).ax)] == [
        [0.8],
        [1.1],
    ]
    assert all(len(line.get_xdata()) == 0 for line in marked(half_block(curve, fluids.iloc[:0]).ax))
