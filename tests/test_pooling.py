"""`pool`: properties that hold whatever the data, edge cases, and second roads."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from evidence.fits import TESTS, fit_arrays
from evidence.heterogeneity import heterogeneity_intervals
from evidence.pooling import pool, weight_pct
from evidence.stack import BLOCK
from evidence.tau2 import TAU2

with warnings.catch_warnings():
    # pymare leaves a file open on import.
    warnings.simplefilter("ignore", ResourceWarning)
    from pymare.estimators import DerSimonianLaird

METHODS = st.sampled_from(list(TAU2))
EACH_TEST = st.sampled_from(TESTS)


def test_effects_that_share_their_variances_are_fitted_one_by_one():
    yi, vi = np.array([[0.1, 0.4, 0.9], [0.2, 0.1, -0.3]]), np.array([0.04, 0.09, 0.01])
    both = fit_arrays(yi, vi, method="DL", test="z")
    alone = [fit_arrays(row, vi, method="DL", test="z") for row in yi]
    assert both.estimate.tolist() == [float(fit.estimate) for fit in alone]
    assert both.ci_lb.tolist() == [float(fit.ci_lb) for fit in alone]


def frame(yi, vi=None, **columns):
    return pd.DataFrame({"yi": yi, "vi": np.linspace(0.05, 0.2, len(yi)) if vi is None else vi})


studies = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.02, 2)), min_size=2, max_size=9).map(
    lambda pairs: frame(*np.array(pairs).T)
)


@settings(max_examples=50)
@given(studies, METHODS, EACH_TEST, st.floats(-3, 3), st.floats(0.1, 10))
def test_scale_and_shift(effects, method, test, shift, scale):
    here = pool(effects, method=method, test=test)
    moved = frame(scale * (effects["yi"] + shift), scale**2 * effects["vi"])
    there = pool(moved, method=method, test=test)
    unit = scale * (1 + np.abs(effects["yi"]).max() + abs(shift))
    assert there.estimate == pytest.approx(scale * (here.estimate + shift), abs=1e-8 * unit)
    assert there.tau2 == pytest.approx(scale**2 * here.tau2, rel=1e-6, abs=1e-8 * unit**2)
    width, moved_width = here.ci.ub - here.ci.lb, there.ci.ub - there.ci.lb
    assert moved_width == pytest.approx(scale * width, rel=1e-5, abs=1e-7 * unit)


@settings(max_examples=50)
@given(studies, METHODS, EACH_TEST)
def test_changing_sides_flips_the_sign(effects, method, test):
    here = pool(effects, method=method, test=test)
    there = pool(effects.assign(yi=-effects["yi"]), method=method, test=test)
    assert there.estimate == pytest.approx(-here.estimate, abs=1e-9)
    assert there.ci.lb == pytest.approx(-here.ci.ub, abs=1e-9)
    assert there.p == pytest.approx(here.p, abs=1e-9)


@settings(max_examples=50)
@given(studies, METHODS, EACH_TEST)
def test_the_confidence_interval_is_within_the_prediction_interval(effects, method, test):
    fit = pool(effects, method=method, test=test)
    assert (fit.pi is None) == (method == "EE")
    if fit.pi:
        assert fit.pi.lb <= fit.ci.lb <= fit.estimate <= fit.ci.ub <= fit.pi.ub


@settings(max_examples=50)
@given(studies, METHODS)
def test_hybrid_is_the_wider_of_z_and_knha(effects, method):
    z, knha, hybrid = (pool(effects, method=method, test=t) for t in ("z", "knha", "hybrid"))
    assert hybrid.ci in (z.ci, knha.ci)
    for other in (z, knha):
        assert hybrid.ci.lb <= other.ci.lb
        assert hybrid.ci.ub >= other.ci.ub
        assert hybrid.p >= other.p
        if other.pi:
            assert hybrid.pi.lb <= other.pi.lb
            assert hybrid.pi.ub >= other.pi.ub


@settings(max_examples=50)
@given(studies, METHODS)
def test_adhoc_is_never_below_z_or_knha(effects, method):
    z, knha, adhoc = (pool(effects, method=method, test=t) for t in ("z", "knha", "adhoc"))
    assert adhoc.se >= max(z.se, knha.se) * (1 - 1e-12)


@settings(max_examples=50)
@given(studies, METHODS, EACH_TEST, st.floats(50, 98), st.floats(0.1, 1.9))
def test_a_higher_level_is_a_wider_interval(effects, method, test, level, more):
    narrow = pool(effects, method=method, test=test, level=level)
    wide = pool(effects, method=method, test=test, level=level + more)
    assert wide.ci.lb <= narrow.ci.lb
    assert wide.ci.ub >= narrow.ci.ub
    assert wide.tau2_ci.lb <= narrow.tau2_ci.lb + 1e-12
    assert wide.tau2_ci.ub >= narrow.tau2_ci.ub - 1e-12


@settings(max_examples=50)
@given(studies, EACH_TEST)
def test_p_and_interval_tell_the_same(effects, test):
    fit = pool(effects, test=test)
    excludes = fit.ci.lb > 0 or fit.ci.ub < 0
    if abs(fit.p - 0.05) > 1e-9:
        assert excludes == (fit.p < 0.05)


@settings(max_examples=30)
@given(studies)
def test_each_study_twice_halves_the_variance_under_equal_effects(effects):
    once = pool(effects, method="EE", test="z")
    twice = pool(pd.concat([effects, effects], ignore_index=True), method="EE", test="z")
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-12)
    assert twice.se == pytest.approx(once.se / np.sqrt(2), rel=1e-12)
    assert twice.q == pytest.approx(2 * once.q, rel=1e-9, abs=1e-12)


@settings(max_examples=30)
@given(studies)
def test_statsmodels_agrees_where_it_has_no_fault(effects):
    # Its DL has no floor at 0: only data sets above the floor are given to it.
    fit = pool(effects, method="DL", test="z")
    assume(fit.tau2 > 1e-6)
    road = combine_effects(*effects[["yi", "vi"]].to_numpy().T, method_re="dl", use_t=False)
    fixed = pool(effects, method="EE", test="z")
    assert fixed.estimate == pytest.approx(road.mean_effect_fe, rel=1e-9, abs=1e-12)
    assert fit.q == pytest.approx(road.q, rel=1e-8, abs=1e-10)
    assert fit.tau2 == pytest.approx(road.tau2, rel=1e-8, abs=1e-12)
    assert fit.estimate == pytest.approx(road.mean_effect_re, rel=1e-8, abs=1e-10)
    assert fit.se == pytest.approx(road.sd_eff_w_re, rel=1e-8)


def test_pymare_agrees_on_a_block():
    rng = np.random.default_rng(2)
    v = rng.uniform(0.05, 0.5, (8, 50))
    y = rng.normal(0, np.sqrt(v + 0.2))
    road = DerSimonianLaird().fit(y=y, v=v, X=np.ones((8, 1))).params_
    fit = fit_arrays(y.T, v.T, method="DL", test="z")
    np.testing.assert_allclose(fit.tau2, np.ravel(road["tau2"]), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(fit.estimate, np.ravel(road["fe_params"]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", TAU2)
@pytest.mark.parametrize("test", TESTS)
def test_one_study_is_the_study_itself(method, test):
    fit = pool(frame([0.4], [0.09]), method=method, test=test)
    assert fit.k == 1
    assert (fit.estimate, fit.se) == (pytest.approx(0.4), pytest.approx(0.3))
    assert fit.ci == pytest.approx((0.4 - 1.959963984540054 * 0.3, 0.4 + 1.959963984540054 * 0.3))
    assert fit.pi is fit.tau2_ci is fit.i2_ci is fit.df is None
    assert (fit.tau2, fit.q, fit.q_p, fit.i2, fit.i2_q, fit.h2) == (0, 0, 1, 0, 0, 1)


@pytest.mark.parametrize("method", TAU2)
def test_identical_effects(method):
    fit = pool(frame([0.3, 0.3, 0.3]), method=method, test="knha")
    assert fit.ci == pytest.approx((0.3, 0.3), abs=1e-9)
    hybrid = pool(frame([0.3, 0.3, 0.3]), method=method)
    assert hybrid.ci == pool(frame([0.3, 0.3, 0.3]), method=method, test="z").ci
    assert hybrid.df is None
    assert pool(frame([0.0, 0.0]), method=method, test="knha").p == 1.0


def test_two_definitions_of_i2():
    # DL rests on Q, so both are one; REML does not.
    effects = frame([0.1, 0.9, -0.4, 0.6], [0.02, 0.03, 0.2, 0.1])
    dl, reml = pool(effects, method="DL"), pool(effects, method="REML")
    assert dl.i2 == pytest.approx(dl.i2_q, rel=1e-12)
    assert abs(reml.i2 - reml.i2_q) > 1
    assert reml.i2_q == dl.i2_q


def test_prediction_interval_by_hand():
    fit = pool(frame([0.1, 0.5, 0.9], [0.04, 0.04, 0.04]), method="DL", test="knha")
    # Equal variances: mean 0.5, variance of yi 0.16, tau2 = 0.16 - 0.04; t(2) at 97.5%.
    assert fit.tau2 == pytest.approx(0.12, rel=1e-12)
    half = 4.302652729749462 * np.sqrt(0.16 / 3 + 0.12)
    assert fit.pi == pytest.approx((0.5 - half, 0.5 + half), rel=1e-9)


def test_a_q_profile_that_is_empty_is_zero_to_zero():
    found = heterogeneity_intervals(frame([0.3, 0.3001, 0.3], [0.5, 0.5, 0.5]))
    assert (found.tau2, found.i2) == ((0, 0), (0, 0))


def test_weights_add_up():
    effects = frame([0.1, 0.5, 0.9])
    assert weight_pct(effects, pool(effects)).sum() == pytest.approx(100, rel=1e-14)


def test_the_measure_travels():
    assert pool(frame([0.1, 0.2]).assign(measure="OR")).measure == "OR"
    assert pool(frame([0.1, 0.2])).measure == "GEN"


def test_numbers_are_plain_and_the_result_is_frozen():
    fit = pool(frame([0.1, 0.4, 0.2]))
    assert all(type(value) in (float, int, str) for value in (fit.k, fit.estimate, fit.p, fit.test))
    with pytest.raises(AttributeError):
        fit.estimate = 1.0
    with pytest.raises(ValueError, match="impossible pooled effect"):
        replace(fit, tau2=float("nan"))


@pytest.mark.parametrize(
    ("effects", "arguments", "message"),
    [
        (frame([0.1, 0.2]), {"method": "magic"}, "method must be one of EE, DL, PM"),
        (frame([0.1, 0.2]), {"test": "t"}, "test must be one of z, knha, adhoc, hybrid; got 't'"),
        (frame([0.1, 0.2]), {"level": 0.95}, "level is a percentage: write 95"),
        (frame([0.1, 0.2]), {"level": 100}, "level must be a percentage between 0 and 100"),
        (frame([0.1, 0.2]), {"level": float("nan")}, "level must be a percentage"),
        (frame([]), {}, "at least one row, got 0"),
        (frame([0.1, np.nan]), {}, "yi must be a finite number; got row 1: nan"),
        (frame([0.1, 0.2], [0.1, -1]), {}, "vi must be above 0; got row 1: -1"),
        (frame([0.1, 0.2]).assign(measure=["OR", "RR"]), {}, "measure must be one .* got OR, RR"),
    ],
)
def test_bad_input_is_named(effects, arguments, message):
    with pytest.raises(ValueError, match=message):
        pool(effects, **arguments)


def test_arrays_of_any_shape_and_missing_studies():
    rng = np.random.default_rng(4)
    y, v = rng.normal(size=(2, 3, 5)), rng.uniform(0.1, 1, (2, 3, 5))
    mask = rng.random((2, 3, 5)) < 0.6
    mask[..., 0] = True
    fit = fit_arrays(np.where(mask, y, np.nan), np.where(mask, v, np.nan), mask, test="hybrid")
    for at in np.ndindex(2, 3):
        alone = pool(frame(y[at][mask[at]], v[at][mask[at]]))
        for name in ("estimate", "se", "p", "tau2", "i2", "i2_q", "h2", "q", "q_p"):
            assert getattr(fit, name)[at] == pytest.approx(
                getattr(alone, name), rel=1e-9, abs=1e-12
            )
        assert (fit.ci_lb[at], fit.ci_ub[at]) == pytest.approx(alone.ci, rel=1e-9)
        assert np.isnan(fit.pi_lb[at]) == (alone.pi is None)


def test_more_data_sets_than_are_fitted_at_once_are_fitted_alike():
    rng = np.random.default_rng(5)
    many = BLOCK // 2 + 3
    yi, vi = rng.normal(size=(many, 2)), rng.uniform(0.1, 1, size=(many, 2))
    fit = fit_arrays(yi, vi, method="DL", test="z")
    for place in (0, many - 4, many - 1):
        one = fit_arrays(yi[place], vi[place], method="DL", test="z")
        assert fit.estimate[place] == pytest.approx(float(one.estimate), rel=1e-12)
        assert fit.tau2[place] == pytest.approx(float(one.tau2), rel=1e-12)
