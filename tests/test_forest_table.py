"""The numbers of a forest plot, on the scale that a reader sees."""

import math

import pandas as pd

from evidence.forest_table import PREDICTION, forest_table
from evidence.pooling import pool
from evidence.synthesis import NotPooled


def test_ratios_and_shares_come_back_to_the_readers_scale():
    rows = pd.DataFrame(
        {"label": ["A,\nx"], "yi": [0.0], "ci_lb": [-math.log(2)], "ci_ub": [math.log(4)]}
    )
    apart = NotPooled("too unlike", "RR", 90.0, 1)
    table = forest_table(rows, apart, "Numbers")
    assert table.frame.to_numpy().tolist() == [["A, x", "1.00 (0.50 to 4.00)"]]
    assert table.names["effect"] == "risk ratio (90% CI)"
    shares = rows.assign(ci_lb=-math.inf, ci_ub=math.inf)
    shown = forest_table(shares, NotPooled("too unlike", "PLO", 95.0, 1), "Numbers").frame
    assert shown["effect"].to_list() == ["50% (0 to 100%)"]


def test_the_pooled_effect_and_the_prediction_interval_follow():
    rows = pd.DataFrame({"label": ["A", "B"], "yi": [1.0, 1.0], "vi": [1.0, 1.0]})
    rows = rows.assign(ci_lb=-0.96, ci_ub=2.96, measure="MD")
    frame = forest_table(rows, pool(rows, test="z"), "Numbers").frame
    # Two trials of variance one: the pooled variance is a half.
    assert frame["effect"].iloc[2] == "1.00 (\N{MINUS SIGN}0.39 to 2.39)"
    assert frame["row"].to_list() == ["A", "B", "pooled", PREDICTION]


def test_no_row_is_said():
    none = pd.DataFrame(columns=["label", "yi", "ci_lb", "ci_ub"])
    table = forest_table(none, NotPooled("no study", "SMD", 95.0), "Numbers")
    assert "no row fits" in table._repr_html_()
