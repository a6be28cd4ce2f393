"""The estimators of tau2 beyond the pinned values: guards, bounds, second peaks, invariances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.stack import make_stack
from evidence.tau2 import TAU2, NormalLikelihood, estimate_tau2
from evidence.tau2_search import crossing, highest_peak

ITERATED = ("REML", "ML", "PM")
RANDOM = [method for method in TAU2 if method != "EE"]


def simulated(k, spread, tau2, n, seed=0):
    rng = np.random.default_rng(seed)
    v = np.exp(rng.normal(0, spread, (n, k)))
    return rng.normal(0, np.sqrt(v + tau2)), v


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("k", [2, 3, 5, 10])
@pytest.mark.parametrize(("spread", "tau2"), [(0.3, 0.0), (1.0, 1.0), (2.5, 1.0), (2.5, 0.1)])
def test_likelihood_estimates_are_global_maxima(k, spread, tau2, restricted):
    y, v = simulated(k, spread, tau2, 500)
    likelihood = NormalLikelihood(make_stack(y, v), restricted)
    found = likelihood.value(estimate_tau2(y, v, method="REML" if restricted else "ML"))
    upper = np.maximum(likelihood.upper(), 0)
    for step in np.linspace(0, 1, 600):
        somewhere = v.min(axis=1) * np.expm1(step * np.log1p(upper / v.min(axis=1)))
        assert np.all(likelihood.value(somewhere) <= found + 1e-9 * (1 + np.abs(found)))


def test_a_peak_hidden_between_grid_points_is_found():
    y, v = [-2.46106572, 0.86384373, -0.56834847], [1.02633848, 1.28798166, 0.3524602]
    # The slope is below 0 at 0 and at 0.22, and above 0 between.
    assert estimate_tau2(y, v, method="ML") == pytest.approx(0.0866, abs=1e-3)


def test_the_higher_of_two_peaks_is_chosen():
    y, v = simulated(5, 2.5, 1.0, 4000, seed=3)
    likelihood = NormalLikelihood(make_stack(y, v), True)
    grid = np.linspace(0, 1, 400)[:, None] * np.maximum(likelihood.upper(), 0)
    rising = likelihood.slope(grid) > 0
    peaks = (rising[:-1] & ~rising[1:]).sum(axis=0) + ~rising[0]
    several = np.flatnonzero(peaks > 1)
    assert several.size
    found = likelihood.take(several).value(estimate_tau2(y, v)[several])
    at_zero = likelihood.take(several).value(np.zeros(several.size))
    assert np.all(found >= at_zero)


def test_no_heterogeneity_beyond_the_bound_that_is_searched():
    y, v = simulated(4, 1.5, 0.5, 2000)
    for restricted in (True, False):
        likelihood = NormalLikelihood(make_stack(y, v), restricted)
        above = np.maximum(likelihood.upper(), 0) * np.array([[1.0], [1.5], [10.0], [1e4]]) + 1e-9
        assert np.all(likelihood.slope(above) < 0)


@pytest.mark.parametrize("method", TAU2)
def test_agreeing_studies_have_no_heterogeneity(method):
    assert estimate_tau2([0.3] * 4, [0.1, 0.2, 0.3, 0.4], method=method) == 0.0


@pytest.mark.parametrize("method", RANDOM)
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_tau2_scales_with_the_square_of_the_effects(method, scale):
    y, v = simulated(6, 0.8, 1.0, 50)
    here = estimate_tau2(y, v, method=method)
    there = estimate_tau2(scale * y, scale**2 * v, method=method)
    np.testing.assert_allclose(there / scale**2, here, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("method", RANDOM)
def test_effects_far_from_zero_lose_no_digits(method):
    y, v = simulated(6, 0.8, 1.0, 50)
    here, there = (estimate_tau2(y + shift, v, method=method) for shift in (0.0, 2.0**20))
    np.testing.assert_allclose(there, here, rtol=1e-7, atol=1e-8)


effects = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 4)), min_size=1, max_size=9).map(
    lambda pairs: np.array(pairs).T
)


@settings(max_examples=60)
@given(effects, st.sampled_from(list(TAU2)), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_tau2_is_not_negative(data, method, random):
    y, v = data
    order = random.sample(range(len(y)), len(y))
    here = estimate_tau2(y, v, method=method)
    assert here >= 0
    assert estimate_tau2(y[order], v[order], method=method) == pytest.approx(
        float(here), rel=1e-7, abs=1e-9
    )


@settings(max_examples=60)
@given(effects, st.sampled_from(list(TAU2)))
def test_a_mask_is_the_same_as_leaving_out(data, method):
    y, v = data
    y, v = np.append(y, np.nan), np.append(v, -1.0)
    mask = np.append(np.ones(len(y) - 1, bool), False)
    alone = estimate_tau2(y[:-1], v[:-1], method=method)
    assert estimate_tau2(y, v, mask, method=method) == pytest.approx(float(alone), abs=1e-12)


@pytest.mark.parametrize("method", TAU2)
def test_a_stack_gives_what_single_fits_give(method):
    y, v = simulated(7, 1.0, 0.5, 40)
    together = estimate_tau2(y.reshape(4, 10, 7), v.reshape(4, 10, 7), method=method)
    alone = [estimate_tau2(*row, method=method) for row in zip(y, v, strict=True)]
    np.testing.assert_allclose(together.ravel(), alone, rtol=1e-9, atol=1e-12)


def test_extreme_precision_ratios_converge():
    y, v = simulated(4, 0.0, 0.0, 300)
    v *= 10.0 ** np.random.default_rng(1).uniform(-9, 3, v.shape)
    for method in TAU2:
        tau2 = estimate_tau2(y, v, method=method)
        assert np.all(np.isfinite(tau2))


class Stuck:
    """A likelihood whose slope promises a peak that Newton steps and bisection never reach."""

    def take(self, which):
        return self

    def slope(self, tau2):
        return np.where(tau2 < 0.5, 1.0, -1.0)

    def slopes(self, tau2):
        return np.full(tau2.shape, np.nan), np.full(tau2.shape, np.nan)

    def q_and_fall(self, tau2):
        return np.full(tau2.shape, 4.0), np.full(tau2.shape, 1.0)


def test_not_converging_is_an_error(monkeypatch):
    monkeypatch.setattr("evidence.tau2_search.MAX_STEPS", 20)
    with pytest.raises(ArithmeticError, match="did not converge in 20 steps for 1 data sets"):
        highest_peak(Stuck(), np.ones(1), np.ones(1), (1.7,))
    with pytest.raises(ArithmeticError, match="did not converge in 20 steps for 1 data sets"):
        crossing(Stuck(), np.full(1, 2.0), np.ones(1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.1, np.nan], [1, 1]), r"yi must be finite; it is not at \(1,\)"),
        (([[0.1, 0.2], [0.1, np.inf]], [1, 1]), r"yi must be finite; it is not at \(1, 1\)"),
        (([0.1, 0.2], [1, 0]), r"vi must be finite and above 0; it is not at \(1,\)"),
        (([0.1, 0.2], [1, np.nan]), r"vi must be finite and above 0; it is not at \(1,\)"),
        (([0.1, 0.2], [1, 1], [False, False]), "one study or more"),
        (([], []), r"one study or more along its last axis; got shape \(0,\)"),
    ],
)
def test_unusable_arrays_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        estimate_tau2(*arguments)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match=r"method must be one of EE, DL, PM, .*; got 'magic'"):
        estimate_tau2([0.1], [1.0], method="magic")
