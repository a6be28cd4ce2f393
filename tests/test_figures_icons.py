"""Icon arrays and the chart of shares, read by their artists."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.icons import MARKS, icons
from evidence.figures.placebo_response import placebo_response


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def rows():
    return pd.DataFrame(
        {
            "label": ["A v placebo"] * 2,
            "end": ["low end", "best estimate"],
            "anyway": [45, 50],
            "more": [0, 30],
            "fewer": [5, 0],
            "neither": [50, 20],
        }
    )


def test_every_array_has_a_hundred_marks_of_the_right_kind():
    figure = icons(rows()).figure
    assert len(figure.axes) == 2
    for ax, (_, row) in zip(figure.axes, rows().iterrows(), strict=True):
        assert [len(line.get_xdata()) for line in ax.lines] == [row[mark[0]] for mark in MARKS]
        places = {tuple(point) for line in ax.lines for point in line.get_xydata()}
        assert len(places) == 100


def test_marks_differ_by_shape_and_not_by_colour_alone():
    looks = [(marker, face == "white") for _, _, marker, _, face, _ in MARKS]
    assert len(set(looks)) == len(MARKS)


def test_each_array_says_its_change_and_the_key_has_what_occurs():
    figure = icons(rows()).figure
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["low end:\n5 fewer", "best estimate:\n30 more"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [mark[1] for mark in MARKS]
    calm = rows().iloc[1:].assign(more=0, neither=50)
    figure = icons(calm).figure
    assert figure.axes[0].get_title() == "best estimate:\nno more"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "responds either way",
        "does not respond",
    ]


def test_no_comparison_is_said_in_words():
    figure = icons(rows().iloc[:0]).figure
    assert [text.get_text() for text in figure.texts] == [
        "No randomised comparison fits this choice"
    ]


def test_its_letters_can_be_read_at_390_pixels():
    figure = icons(rows()).figure
    assert figure.get_figwidth() <= 5.2
    assert min(ax.title.get_fontsize() for ax in figure.axes) >= 10


def shares():
    return pd.DataFrame(
        {
            "label": ["a", "b", "c"],
            "kind": ["Placebo", "Placebo", "No control"],
            "estimate": [0.1, 0.3, 0.57],
            "ci_lb": [0.0, np.nan, 0.3],
            "ci_ub": [0.4, np.nan, 0.8],
        }
    )


def test_kinds_stand_apart_with_a_mark_each():
    ax = placebo_response(shares()).ax
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "Placebo",
        "a",
        "b",
        "No control",
        "c",
    ]
    drawn = [(line.get_marker(), list(line.get_xdata())) for line in ax.lines]
    assert drawn == [("s", [0.1, 0.3]), ("D", [0.57])]
    assert ax.get_xlim() == (0, 1)


def test_no_share_is_said_in_words():
    ax = placebo_response(shares().iloc[:0]).ax
    assert [text.get_text() for text in ax.texts] == ["No share fits this choice"]
