"""The figure of coverage shows what it is given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evidence.figures.coverage import coverage_panels

FOUND = pd.DataFrame(
    {
        "k": [2, 2, 2, 2, 3, 3],
        "tau": [1.0, 0.0, 0.0, 1.0, 0.0, 1.0],
        "interval": ["a", "a", "b", "b", "a", "a"],
        "coverage": [0.8, 0.95, 0.99, 0.96, 0.94, 0.85],
        "coverage_se": 0.01,
    }
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def lines(ax):
    return {box.get_label(): box.lines[0].get_xydata() for box in ax.containers}


def test_a_panel_a_shape_and_a_line_an_interval():
    axes = coverage_panels(FOUND, 90.0).axes
    assert [ax.get_title() for ax in axes] == ["2 studies", "3 studies"]
    assert set(lines(axes[0])) == {"a", "b"}
    assert lines(axes[0])["a"].tolist() == [[0.0, 0.95], [1.0, 0.8]]
    assert set(lines(axes[1])) == {"a"}


def test_the_promise_is_drawn_at_the_level():
    for ax in coverage_panels(FOUND, 90.0).axes:
        assert any(np.allclose(line.get_ydata(), 0.9) for line in ax.lines)


def test_names_choose_order_and_label():
    axes = coverage_panels(FOUND, 95.0, names={"b": "the other"}, title="{} trials").axes
    assert set(lines(axes[0])) == {"the other"}
    assert [text.get_text() for text in axes[0].figure.legends[0].get_texts()] == ["the other"]
    assert axes[1].get_title() == "3 trials"


def test_colour_is_not_the_only_difference():
    boxes = coverage_panels(FOUND, 95.0).ax.containers
    assert len({(b.lines[0].get_marker(), b.lines[0].get_linestyle()) for b in boxes}) == 2


def test_nothing_of_nothing_is_drawn():
    coverage_panels(FOUND.iloc[:0], 95.0)
    coverage_panels(FOUND.assign(coverage=np.nan, coverage_se=np.nan), 95.0).figure.canvas.draw()


def test_more_intervals_than_marks_are_refused():
    with pytest.raises(ValueError, match="names must hold at most 6 intervals; got 7"):
        coverage_panels(FOUND, 95.0, names={str(i): str(i) for i in range(7)})
