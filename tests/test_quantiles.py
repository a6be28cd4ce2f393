"""Means and SDs from quantiles: on normal samples, on normal scores, and by hand."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from evidence.quantiles import mean_sd_from_quantiles, skewness

SCORES = {"median": 0.0, "q1": -0.6, "q3": 0.6, "minimum": -2.0, "maximum": 2.0}


def given_by(wanted):
    pairs = {"quartiles": ("q1", "q3"), "range": ("minimum", "maximum")}
    pairs["both"] = pairs["quartiles"] + pairs["range"]
    return pairs[wanted]


each_report = pytest.mark.parametrize("wanted", ["quartiles", "range", "both"])


def test_by_hand():
    # n = 25, so n^0.75 = 11.180340 and the normal scores are those of 24.625 and 18.625 in 25.25.
    top, quarter = norm.ppf(24.625 / 25.25), norm.ppf(18.625 / 25.25)
    by_range = mean_sd_from_quantiles(10, 25, minimum=4, maximum=20)
    weight = 4 / (4 + 25**0.75)
    assert by_range == pytest.approx((weight * 12 + (1 - weight) * 10, 16 / (2 * top)))
    by_quartiles = mean_sd_from_quantiles(10, 25, q1=8, q3=13)
    weight = 0.7 + 0.39 / 25
    assert by_quartiles == pytest.approx((weight * 10.5 + (1 - weight) * 10, 5 / (2 * quarter)))
    both = mean_sd_from_quantiles(10, 25, q1=8, q3=13, minimum=4, maximum=20)
    outer, inner = 2.2 / (2.2 + 25**0.75), 0.7 - 0.72 / 25**0.55
    mean = outer * 12 + inner * 10.5 + (1 - outer - inner) * 10
    # As Shi et al. print it: (b - a) / theta1 + (q3 - q1) / theta2.
    theta1, theta2 = (2 + 0.14 * 25**0.6) * top, (2 + 2 / (0.07 * 25**0.6)) * quarter
    assert both == pytest.approx((mean, 16 / theta1 + 5 / theta2))


@each_report
def test_finds_the_mean_and_sd_of_normal_samples(wanted):
    draws = np.random.default_rng(20).normal(50, 8, size=(4000, 40))
    low, q1, median, q3, high = np.percentile(draws, [0, 25, 50, 75, 100], axis=1)
    known = {"q1": q1, "q3": q3, "minimum": low, "maximum": high}
    found = mean_sd_from_quantiles(median, 40, **{name: known[name] for name in given_by(wanted)})
    # Four standard errors of the simulation; numpy's quartiles are a hair narrower than Wan's.
    assert found.mean.mean() == pytest.approx(50, abs=0.1)
    assert found.sd.mean() == pytest.approx(8, rel=0.03)


@each_report
@settings(deadline=None)
@given(st.integers(5, 500), st.floats(-50, 50), st.floats(0.1, 20))
def test_shifts_and_scales_with_the_data(wanted, n, shift, scale):
    plain = {name: SCORES[name] for name in given_by(wanted)}
    moved = {name: shift + scale * value for name, value in plain.items()}
    here = mean_sd_from_quantiles(SCORES["median"], n, **plain)
    there = mean_sd_from_quantiles(shift, n, **moved)
    assert there.mean == pytest.approx(shift + scale * here.mean, abs=1e-9)
    assert there.sd == pytest.approx(scale * here.sd)
    assert not skewness(shift, n, **moved).skewed


def test_tells_skewed_rows():
    found = skewness([5, 5], [20, 20], q1=[3, 3], q3=[8, 20])
    assert found.statistic == pytest.approx([1 / 5, 13 / 17])
    assert found.critical == pytest.approx([2.65 / sqrt(20) - 6 / 400] * 2)
    assert found.skewed.tolist() == [False, True]
    by_range = skewness(5, 20, minimum=1, maximum=31)
    assert by_range.statistic == pytest.approx(22 / 30)
    assert by_range.critical == pytest.approx(1 / log(29) + 2.5 / 21)
    both = skewness(5, 20, q1=3, q3=8, minimum=1, maximum=31)
    assert both.statistic == pytest.approx(2.65 * log(12) / sqrt(20) * 22 / 30)
    assert both.critical == pytest.approx(3 / sqrt(20) - 40 / 8000)


def test_the_test_errs_on_about_one_normal_sample_in_twenty():
    draws = np.random.default_rng(21).normal(size=(4000, 60))
    q1, median, q3 = np.percentile(draws, [25, 50, 75], axis=1)
    assert skewness(median, 60, q1=q1, q3=q3).skewed.mean() == pytest.approx(0.05, abs=0.02)


def test_a_gap_stays_a_gap():
    found = mean_sd_from_quantiles([5, np.nan], 20, q1=[3, 1], q3=[8, 4])
    assert np.isnan(found.mean).tolist() == [False, True]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "give q1 and q3, minimum and maximum, or all four"),
        ({"q1": 3}, "q1 and q3 go together; q3 was not given"),
        ({"q1": 3, "q3": 8, "maximum": 9}, "minimum and maximum go together; minimum"),
        ({"q1": 6, "q3": 8}, "median, row 0, must not be below q1"),
        ({"q1": 3, "q3": [8, 4]}, "q3, row 1, must not be below median"),
        ({"q1": 3, "q3": 8, "minimum": 4, "maximum": 9}, "q1, row 0, must not be below minimum"),
    ],
)
def test_refuses_reports_that_cannot_be(values, message):
    for convert in (mean_sd_from_quantiles, skewness):
        with pytest.raises(ValueError, match=message):
            convert(5, 20, **values)


def test_refuses_few_participants_and_no_width():
    with pytest.raises(ValueError, match="n, row 0, must be 5 or more; got 4"):
        mean_sd_from_quantiles(5, 4, q1=3, q3=8)
    with pytest.raises(ValueError, match="a width of 0"):
        skewness(5, 20, q1=5, q3=5)
