"""Figures are read by their artists, not by their pixels."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.effects import escalc, study_intervals
from evidence.figures import forest
from evidence.synthesis import proportion_rows, synthesise


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def trials():
    return pd.DataFrame(
        {
            "label": ["A 2001", "B 2002", "C 2003"],
            "event_e": [8, 12, 5],
            "n_e": [20, 30, 25],
            "event_c": [4, 6, 5],
            "n_c": [20, 30, 24],
        }
    )


def names(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def test_a_row_a_study_and_the_diamond_is_the_interval():
    effects = study_intervals(escalc(trials(), "RR"))
    result = synthesise(effects)
    ax = forest(effects, result).ax
    assert names(ax) == ["A 2001", "B 2002", "C 2003", "Pooled", "Prediction interval"]
    (diamond,) = ax.patches
    across = diamond.get_xy()[:, 0]
    assert across.min() == pytest.approx(np.exp(result.ci.lb))
    assert across.max() == pytest.approx(np.exp(result.ci.ub))
    assert ax.get_xscale() == "log"


def test_equal_effects_predict_nothing():
    effects = study_intervals(escalc(trials(), "RR"))
    ax = forest(effects, synthesise(effects, method="EE", test="z")).ax
    assert names(ax) == ["A 2001", "B 2002", "C 2003", "Pooled"]


def test_nothing_pooled_is_said_in_the_plot():
    empty = trials().iloc[:0].assign(yi=0.0, ci_lb=0.0, ci_ub=0.0)
    ax = forest(empty, synthesise(empty, measure="RD")).ax
    assert [text.get_text() for text in ax.texts] == ["Not pooled: no study fits this choice"]
    assert ax.patches == [] or not len(ax.patches)


def test_one_study_has_no_pooled_row():
    effects = study_intervals(escalc(trials().head(1), "RD"))
    assert names(forest(effects, synthesise(effects)).ax) == ["A 2001"]


def test_all_and_none_are_drawn_at_the_ends_of_the_scale():
    cohorts = pd.DataFrame({"label": ["none", "all"], "event": [0, 6], "n": [6, 6]})
    rows = proportion_rows(cohorts)
    ax = forest(rows, synthesise(escalc(cohorts, "PLO"))).ax
    (points,) = (line for line in ax.lines if line.get_marker() == "s")
    assert list(points.get_xdata()) == [0.0, 1.0]
