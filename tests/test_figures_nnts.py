"""The chart of numbers needed to treat, read by its artists."""

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.nnts import nnts


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def rows():
    return pd.DataFrame(
        {
            "label": ["a", "b", "c", "none"],
            "benefit": [0.2, 0.0, 0.1, None],
            "benefit_lb": [0.1, -0.3, 0.05, None],
            "benefit_ub": [0.4, 0.3, 0.15, None],
            "kind": ["This book", "This book", "Standard", "Standard"],
        }
    )


def test_rows_stand_under_their_kind_and_gaps_are_left_out():
    ax = nnts(rows()).ax
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["This book", "a", "b", "Standard", "c"]


def test_intervals_are_drawn_as_given_through_infinity():
    ax = nnts(rows()).ax
    lines = [list(path[:, 0]) for part in ax.collections for path in part.get_segments()]
    assert lines == [[0.1, 0.4], [-0.3, 0.3], [0.05, 0.15]]


def test_kinds_differ_in_mark_and_fill():
    ax = nnts(rows()).ax
    first, second = (line for line in ax.lines if line.get_marker() in ("s", "o"))
    assert first.get_marker() != second.get_marker()
    assert first.get_markerfacecolor() != second.get_markerfacecolor()


def test_ticks_name_the_number_where_it_lies():
    ax = nnts(rows()).ax
    named = dict(zip([t.get_text() for t in ax.get_xticklabels()], ax.get_xticks(), strict=True))
    assert named["∞"] == 0
    assert named["5"] == pytest.approx(0.2)
    assert [t.get_text() for t in ax.get_xticklabels()].count("10") == 2


def test_nothing_to_draw_is_said():
    ax = nnts(rows().head(0)).ax
    assert [text.get_text() for text in ax.texts] == ["No number fits this choice"]
