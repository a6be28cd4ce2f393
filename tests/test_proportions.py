"""Intervals of one proportion against base R, and what every interval must hold."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.proportions import METHODS, proportion_ci, proportion_cis

HERE = Path(__file__).parent / "reference"
SHARED = json.loads((HERE / "prop_ci.json").read_text("utf-8"))["cases"]
OWN = json.loads((HERE / "exact.json").read_text("utf-8"))["proportions"]
IN_FILE = {method: method.replace("-", "_") for method in METHODS} | {"mid-p": "midp"}

any_method = pytest.mark.parametrize("method", METHODS)
counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@any_method
@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["id"])
def test_equals_the_shared_reference(case, method):
    found = proportion_ci(case["x"], case["n"], method, 100 * case["level"])
    assert found == pytest.approx(case["results"][IN_FILE[method]], rel=1e-10, abs=1e-14)


@any_method
@pytest.mark.parametrize("case", OWN, ids=lambda case: f"{case['event']}-{case['n']}")
def test_equals_base_r(case, method):
    found = proportion_ci(case["event"], case["n"], method, case["level"])
    assert found == pytest.approx(case[method], rel=1e-10, abs=1e-14)


def test_the_reference_is_whole():
    assert len(SHARED) == 39
    assert {case["level"] for case in SHARED} == {0.9, 0.95, 0.99}
    assert all(set(METHODS) <= set(case) for case in OWN)


@any_method
@settings(deadline=None)
@given(counts)
def test_holds_the_proportion_and_mirrors_non_events(method, table):
    event, n = table
    lb, ub = proportion_ci(event, n, method)
    assert 0 <= lb <= event / n <= ub <= 1
    assert proportion_ci(n - event, n, method) == pytest.approx((1 - ub, 1 - lb), abs=1e-9)


@any_method
@settings(deadline=None)
@given(counts, st.floats(50, 99), st.floats(0.5, 0.9))
def test_widens_with_the_level(method, table, level, less):
    inner, outer = proportion_ci(*table, method, level - less), proportion_ci(*table, method, level)
    assert outer.lb <= inner.lb + 1e-12
    assert inner.ub <= outer.ub + 1e-12


@any_method
def test_no_events_start_at_zero_and_all_events_end_at_one(method):
    assert proportion_ci(0, 12, method).lb == 0.0
    assert proportion_ci(12, 12, method).ub == 1.0
    assert proportion_ci(0, 12, method).ub > 0


def test_a_frame_gives_what_single_calls_give():
    frame = pd.DataFrame({"study": ["A", "B"], "event": [8, 0], "n": [11, 5]}, index=[3, 4])
    found = proportion_cis(frame, "mid-p", 90)
    assert list(found.columns) == ["study", "event", "n", "estimate", "ci_lb", "ci_ub"]
    assert found.index.tolist() == [3, 4]
    assert found.loc[3, "estimate"] == 8 / 11
    assert tuple(found.loc[4, ["ci_lb", "ci_ub"]]) == proportion_ci(0, 5, "mid-p", 90)


def test_an_empty_frame_gives_empty_columns():
    found = proportion_cis(pd.DataFrame({"event": [], "n": []}, dtype=float))
    assert found.empty
    assert "ci_ub" in found


@pytest.mark.parametrize(
    ("event", "n", "message"),
    [
        (6, 5, "event must not be above n; got 6 of 5"),
        (-1, 5, "event must be a whole number of 0 or more; got -1"),
        (1.5, 5, "event must be a whole number"),
        (float("nan"), 5, "event must be a whole number"),
        (0, 0, "n must be a whole number of 1 or more; got 0"),
    ],
)
def test_refuses_what_are_no_counts(event, n, message):
    with pytest.raises(ValueError, match=message):
        proportion_ci(event, n)


def test_refuses_a_method_a_level_and_a_row():
    with pytest.raises(ValueError, match="method must be one of wilson, clopper-pearson"):
        proportion_ci(1, 5, "wald")
    with pytest.raises(ValueError, match="level must be a percentage"):
        proportion_ci(1, 5, level=100)
    with pytest.raises(ValueError, match=r"event must not be above n; got row 1 \(B\): 9"):
        proportion_cis(pd.DataFrame({"study": ["A", "B"], "event": [1, 9], "n": [5, 5]}))
    with pytest.raises(ValueError, match="event, row 1: must be a whole number"):
        proportion_cis(pd.DataFrame({"event": [1, 2.5], "n": [5, 5]}))
