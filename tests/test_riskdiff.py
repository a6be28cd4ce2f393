"""Intervals of a risk difference against base R, and what every interval must hold."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.riskdiff import METHODS, risk_difference_ci, risk_difference_cis

HERE = Path(__file__).parent / "reference"
SHARED = json.loads((HERE / "rd_ci_nnt.json").read_text("utf-8"))["cases"]
OWN = json.loads((HERE / "exact.json").read_text("utf-8"))["miettinen_nurminen"]

any_method = pytest.mark.parametrize("method", METHODS)
arm = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@any_method
@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["id"])
def test_equals_the_shared_reference(case, method):
    counts = (case["x1"], case["n1"], case["x2"], case["n2"])
    found = risk_difference_ci(*counts, method, 100 * case["level"])
    expected = case["results"][method.replace("-", "_")]
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("case", OWN, ids=lambda case: f"{case['event_e']}-{case['event_c']}")
def test_miettinen_nurminen_equals_base_r(case):
    counts = (case["event_e"], case["n_e"], case["event_c"], case["n_c"])
    found = risk_difference_ci(*counts, "miettinen-nurminen", case["level"])
    assert found == pytest.approx(case["ci"], rel=1e-9)


def test_the_reference_is_whole():
    assert len(SHARED) == 32
    assert len(OWN) == 3


@any_method
@settings(max_examples=40, deadline=None)
@given(arm, arm)
def test_swapping_the_arms_or_the_event_turns_the_interval_round(method, one, two):
    lb, ub = risk_difference_ci(*one, *two, method)
    assert -1 <= lb <= ub <= 1
    assert risk_difference_ci(*two, *one, method) == pytest.approx((-ub, -lb), abs=1e-9)
    non_events = (one[1] - one[0], one[1], two[1] - two[0], two[1])
    assert risk_difference_ci(*non_events, method) == pytest.approx((-ub, -lb), abs=1e-9)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "agresti-caffo"])
@settings(max_examples=40, deadline=None)
@given(arm, arm)
def test_holds_the_observed_difference(method, one, two):
    lb, ub = risk_difference_ci(*one, *two, method)
    assert lb - 1e-12 <= one[0] / one[1] - two[0] / two[1] <= ub + 1e-12


@any_method
@settings(max_examples=40, deadline=None)
@given(arm, arm, st.floats(50, 98))
def test_widens_with_the_level(method, one, two, level):
    inner = risk_difference_ci(*one, *two, method, level)
    outer = risk_difference_ci(*one, *two, method, level + 1)
    assert outer.lb <= inner.lb + 1e-12
    assert inner.ub <= outer.ub + 1e-12


def test_only_wald_has_no_width_without_events():
    assert risk_difference_ci(0, 9, 0, 8, "wald") == (0, 0)
    for method in set(METHODS) - {"wald"}:
        lb, ub = risk_difference_ci(0, 9, 0, 8, method)
        assert lb < 0 < ub


def test_a_frame_gives_what_single_calls_give():
    columns = {"event_e": [1, 2], "n_e": [5, 6], "event_c": [0, 3], "n_c": [5, 7]}
    frame = pd.DataFrame(columns, dtype="Int64", index=["A", "B"])
    found = risk_difference_cis(frame, "miettinen-nurminen", 90)
    expected = risk_difference_ci(2, 6, 3, 7, "miettinen-nurminen", 90)
    assert tuple(found.loc["B", ["ci_lb", "ci_ub"]]) == expected
    assert found.loc["B", "estimate"] == pytest.approx(2 / 6 - 3 / 7)
    assert risk_difference_cis(frame.iloc[:0]).empty


def test_refuses_bad_counts_methods_and_columns():
    with pytest.raises(ValueError, match="event_c must not be above n_c; got 9 of 8"):
        risk_difference_ci(1, 5, 9, 8)
    with pytest.raises(ValueError, match="method must be one of newcombe"):
        risk_difference_ci(1, 5, 2, 8, "score")
    with pytest.raises(ValueError, match="'event_e' is missing"):
        risk_difference_cis(pd.DataFrame({"event": [1]}))
