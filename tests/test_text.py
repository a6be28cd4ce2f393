"""Numbers and results as words."""

import math

import pandas as pd
import pytest

from evidence.effects import escalc
from evidence.interval import Interval
from evidence.sentences import ci_text, effect_text, estimate_text, heterogeneity_text, pi_text
from evidence.synthesis import NotPooled, synthesise
from evidence.text import (
    cell_text,
    count_text,
    interval_text,
    number_text,
    p_text,
    percent_text,
)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1.005, 2, "1.00"),
        (-0.5, 1, "−0.5"),
        (-0.001, 2, "0.00"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
        (math.nan, 2, "–"),
        (None, 2, "–"),
    ],
)
def test_number(value, digits, text):
    assert number_text(value, digits) == text


def test_percent_interval_and_p():
    assert percent_text(0.567) == "57%"
    assert interval_text(Interval(-0.1, 0.25), 0, percent=True) == "−10 to 25%"
    assert interval_text(None) == "–"
    assert [p_text(p) for p in (0.0004, 0.0041, 0.034, 1.0, math.nan)] == [
        "p < 0.001",
        "p = 0.004",
        "p = 0.03",
        "p = 1.00",
        "–",
    ]


def test_counts_agree_with_their_noun():
    assert [count_text(n, "study", "studies") for n in (0, 1, 2)] == [
        "no study",
        "1 study",
        "2 studies",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (pd.NA, "–"), (True, "yes"), ("<b>", "<b>"), (-0.123456, "−0.123"), (None, "–")],
)
def test_cell(value, text):
    assert cell_text(value) == text


def two_trials(**columns):
    frame = {"event_e": [8, 12], "n_e": [20, 30], "event_c": [4, 6], "n_c": [20, 30]}
    return pd.DataFrame({"study": ["a", "b"], **frame, **columns})


def test_a_ratio_comes_back_from_the_log_scale():
    result = synthesise(escalc(two_trials(), "RR"), test="z")
    assert estimate_text(result) == "2.00"
    assert effect_text(result).startswith("risk ratio 2.00 (95% CI ")
    assert effect_text(result).endswith("; 2 studies)")
    lower = float(ci_text(result).split(" to ")[0])
    assert 0 < lower < 2


def test_one_study_and_none_say_what_cannot_be_known():
    alone = synthesise(escalc(two_trials().head(1), "RD"))
    assert pi_text(alone) == "none with one study"
    assert heterogeneity_text(alone) == "cannot be estimated from one study"
    nothing = synthesise(two_trials().iloc[:0], measure="RD")
    assert nothing == NotPooled("no study fits this choice", "RD", 95.0)
    assert effect_text(nothing) == "not pooled (no study fits this choice)"


def test_equal_effects_have_no_prediction_interval():
    result = synthesise(escalc(two_trials(), "RD"), method="EE", test="z")
    assert pi_text(result) == "none under equal effects"


def test_parameters_are_checked_even_where_nothing_is_pooled():
    with pytest.raises(ValueError, match="method must be one of"):
        synthesise(two_trials().iloc[:0], method="magic")
