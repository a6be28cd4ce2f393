"""Conversions against raw data, against their inverses, and against worked examples."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.conversions import (
    change_correlation,
    change_sd,
    combine_groups,
    sd_from_ci,
    sd_from_se,
    se_from_ci,
    se_from_p,
)

R = json.loads((Path(__file__).parent / "reference" / "exact.json").read_text("utf-8"))
samples = st.lists(st.floats(-100, 100), min_size=2, max_size=20)
sds = st.floats(0.01, 100)


def test_combined_groups_equal_r_on_the_raw_numbers():
    (case,) = R["combined"]
    found = combine_groups(*(case[name] for name in ("n1", "mean1", "sd1", "n2", "mean2", "sd2")))
    assert found == pytest.approx((case["n"], case["mean"], case["sd"]), rel=1e-12)


@settings(deadline=None)
@given(samples, samples)
def test_combined_groups_are_the_groups_together(a, b):
    found = combine_groups(
        len(a), np.mean(a), np.std(a, ddof=1), len(b), np.mean(b), np.std(b, ddof=1)
    )
    both = np.concatenate([a, b])
    assert found.n == len(both)
    assert found.mean == pytest.approx(both.mean(), abs=1e-9)
    assert found.sd == pytest.approx(both.std(ddof=1), abs=1e-8)


@settings(deadline=None)
@given(st.integers(2, 200), sds, st.floats(50, 99.9))
def test_an_interval_gives_back_its_sd(n, sd, level):
    for dist, quantile in (("t", stats.t(n - 1).ppf), ("normal", stats.norm.ppf)):
        half = quantile((1 + level / 100) / 2) * sd / np.sqrt(n)
        found = sd_from_ci(5 - half, 5 + half, n, level, dist)
        assert found == pytest.approx(sd, rel=1e-6)


def test_t_is_the_default_and_the_narrower_reading():
    assert sd_from_ci(1, 3, 8) == pytest.approx(np.sqrt(8) * 2 / (2 * stats.t(7).ppf(0.975)))
    assert sd_from_ci(1, 3, 8) < sd_from_ci(1, 3, 8, dist="normal")


@settings(deadline=None)
@given(st.floats(0.01, 50), sds, st.integers(1, 100))
def test_a_p_value_gives_back_its_se(estimate, se, df):
    for given_df, sf in ((df, stats.t(df).sf), (None, stats.norm.sf)):
        p = 2 * sf(estimate / se)
        if 1e-12 < p < 0.999:
            assert se_from_p(-estimate, p, given_df) == pytest.approx(se, rel=1e-6)


@settings(deadline=None)
@given(sds, sds, st.floats(-1, 1))
def test_the_correlation_gives_back_itself(pre, post, ri):
    change = change_sd(pre, post, ri)
    assert abs(pre - post) - 1e-6 <= change <= pre + post + 1e-6
    spread = max(pre, post) / min(pre, post)
    assert change_correlation(pre, post, change) == pytest.approx(ri, abs=1e-12 * spread + 1e-9)


def test_columns_and_numbers_alike_and_gaps_stay_gaps():
    se = pd.Series([0.5, None, 1.0], dtype="Float64")
    found = sd_from_se(se, [16, 9, 4])
    np.testing.assert_allclose(found, [2.0, np.nan, 2.0])
    assert isinstance(sd_from_se(0.5, 16), float)
    np.testing.assert_allclose(se_from_ci([0, 1], [2, 3]), 1 / stats.norm.ppf(0.975))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sd_from_se(-1, 5), "se must be finite and 0 or more; got -1"),
        (lambda: sd_from_se([1, 2], [3, 0]), "n, row 1 must be 1 or more; got 0"),
        (lambda: se_from_ci(3, 1), "ub must not be below lb; got 1"),
        (lambda: se_from_ci(1, 3, level=0.95), "write 95"),
        (lambda: se_from_ci(1, 3, df=0), "df must be finite and above 0"),
        (lambda: sd_from_ci(1, 3, 1), "n must be 2 or more"),
        (lambda: sd_from_ci(1, 3, 9, dist="T"), "dist must be one of t, normal"),
        (lambda: se_from_p(0, 0.5), "estimate must not be 0"),
        (lambda: se_from_p(1, 0), "p must lie between 0 and 1"),
        (lambda: se_from_p(1, 1), "p must lie between 0 and 1"),
        (lambda: combine_groups(0, 1, 1, 5, 1, 1), "n1 must be 1 or more"),
        (lambda: combine_groups(5, 1, 1, 5, 1, -1), "sd2 must be finite and 0 or more"),
        (lambda: change_sd(1, 1, 1.2), "ri must lie between -1 and 1; got 1.2"),
        (lambda: change_correlation(1, 1, 3), "sd_change implies a correlation outside -1 to 1"),
        (lambda: change_correlation([1, 1], 1, [1, 3]), "sd_change, row 1 implies"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
