"""The effect direction plot, read by its artists."""

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.directions import MARKS, directions
from evidence.figures.style import STYLE


@pytest.fixture(autouse=True)
def _close():
    plt.style.use(STYLE)
    yield
    plt.close("all")
    mpl.rcdefaults()


def studies():
    columns = ["condition", "row", "tissue", "direction", "size", "comparisons", "origin"]
    rows = [
        ("migraine", "A 2001", "plasma", "higher", "under 25", 1, "reported"),
        ("migraine", "A 2001", "csf", "lower", "not stated", 1, "secondary"),
        ("migraine", "B 2002", "brain", "no difference", "50 or more", 1, "reported"),
        ("fibromyalgia", "C 2003", "brain", "mixed", "25 to 49", 3, "derived, reported"),
    ]
    return pd.DataFrame(rows, columns=columns)


def test_a_row_a_study_under_its_condition():
    ax = directions(studies()).ax
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["MIGRAINE", "A 2001", "B 2002", "FIBROMYALGIA", "C 2003"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["plasma", "spinal fluid", "brain (MRS)"]


def test_marks_tell_direction_and_place():
    marks = directions(studies()).ax.get_lines()
    assert [mark.get_marker() for mark in marks] == [
        MARKS[name][0] for name in ("higher", "lower", "no difference", "mixed")
    ]
    places = [(mark.get_xdata()[0], mark.get_ydata()[0]) for mark in marks]
    assert places == [(0, 3), (1, 3), (2, 2), (2, 0)]


def test_unknown_numbers_are_hollow_and_larger_studies_larger():
    up, down, both, _ = directions(studies()).ax.get_lines()
    assert down.get_markerfacecolor() == "white"
    assert up.get_markerfacecolor() != "white"
    assert both.get_markersize() > up.get_markersize()


def test_directions_differ_without_colour():
    assert len({marker for marker, _ in MARKS.values()}) == len(MARKS)


def test_the_key_names_what_is_shown_and_no_more():
    ax = directions(studies().head(1)).ax
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["higher", "under 25 cases"]


def test_nothing_is_said_in_the_plot():
    ax = directions(studies().iloc[:0]).ax
    assert [text.get_text() for text in ax.texts] == ["No study fits this choice"]


def test_several_comparisons_are_numbered_and_what_was_not_read_in_print_is_shaded():
    ax = directions(studies()).ax
    assert [text.get_text() for text in ax.texts] == ["3"]
    places = [(patch.get_x() + 0.42, patch.get_y() + 0.46) for patch in ax.patches]
    assert places == [pytest.approx((1, 3)), pytest.approx((2, 0))]
    assert "worked out or read elsewhere" in [t.get_text() for t in ax.get_legend().get_texts()]
