"""Power and detectable effects against R's power.t.test, and their limits."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from evidence.power import detectable_effect, detectable_proportion, t_power

R = json.loads((Path(__file__).parent / "reference" / "exact.json").read_text("utf-8"))


def design(case):
    two = case["type"] == "two.sample"
    return {"n": case["n"], "n_control": case["n"] if two else None, "level": case["level"]}


@pytest.mark.parametrize("case", R["power"], ids=lambda case: f"{case['type']}-{case['n']}")
def test_power_equals_r(case):
    paired = case["type"] == "paired"
    assert t_power(case["effect"], **design(case), paired=paired) == pytest.approx(
        case["power"], rel=1e-10
    )


@pytest.mark.parametrize("case", R["detectable"], ids=lambda case: f"{case['type']}-{case['n']}")
def test_detectable_effect_equals_r(case):
    # R's uniroot stops at 1e-13 of its bracket, not of the root.
    found = detectable_effect(**design(case), power=case["power"])
    assert found == pytest.approx(case["effect"], rel=1e-10)


@settings(deadline=None)
@given(st.integers(2, 80), st.integers(2, 80), st.floats(0.3, 0.95))
def test_the_detectable_effect_has_the_power_asked_for(n, n_control, power):
    effect = detectable_effect(n, n_control, power=power)
    assert t_power(effect, n, n_control) == pytest.approx(power, abs=1e-9)
    assert detectable_effect(n_control, n, power=power) == pytest.approx(effect, rel=1e-9)
    assert detectable_effect(n + 1, n_control, power=power) < effect


def test_unequal_groups_equal_statsmodels():
    expected = TTestIndPower().power(0.7, 12, 0.05, ratio=30 / 12)
    assert t_power(0.7, 12, 30) == pytest.approx(expected, rel=1e-10)


def test_no_effect_is_found_as_often_as_the_test_errs():
    assert t_power(0.0, 10) == pytest.approx(0.05)
    assert t_power(-0.4, 10) == t_power(0.4, 10, paired=True)


@settings(deadline=None)
@given(st.integers(1, 5000), st.floats(0.01, 0.999))
def test_the_detectable_proportion_is_seen_as_often_as_asked(n, prob):
    p = detectable_proportion(n, prob)
    assert stats.binom.sf(0, n, p) == pytest.approx(prob, rel=1e-9)


def test_the_rule_of_three():
    assert detectable_proportion(1000) == pytest.approx(3 / 1000, rel=0.003)
    assert detectable_proportion(1) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: detectable_effect(1), "n must be a whole number of 2 or more; got 1"),
        (lambda: detectable_effect(5.5), "n must be a whole number"),
        (lambda: detectable_effect(1, 1), "3 participants or more; got n=1, n_control=1"),
        (lambda: detectable_effect(5, 5, paired=True), "n_control must be None in a paired design"),
        (lambda: detectable_effect(5, power=0.04), "power must be a probability above 0.05"),
        (lambda: detectable_effect(5, power=80), "power must be a probability"),
        (lambda: detectable_effect(5, level=0.95), "level is a percentage: write 95"),
        (lambda: t_power(float("inf"), 5), "effect must be a finite number"),
        (lambda: detectable_proportion(0), "n must be a whole number of 1 or more"),
        (lambda: detectable_proportion(5, 1), "prob must be a probability"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_no_effect_is_large_enough_for_two_people_at_a_level_next_to_certainty():
    with pytest.raises(ArithmeticError, match="no effect up to 10000 SD reaches a power of 0.8"):
        detectable_effect(2, level=99.9999)
