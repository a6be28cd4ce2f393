"""The interval of many data sets beside that of each, and beside its limit."""

import numpy as np
import pytest
from scipy.stats import norm

from evidence.coverage import Scenario
from evidence.coverage_bayes import ManyBayesInterval
from evidence.coverage_intervals import BayesInterval
from evidence.effects import escalc

SHAPES = [
    Scenario((11, 18, 29), 0.57, 0.5),
    Scenario((11, 18), 0.57, 1.5),
    Scenario((28, 25, 28, 25, 28), 0.5, 1.0, (29, 27, 29, 27, 29)),
    Scenario((11, 18, 29), 0.05, 0.0),
]


@pytest.mark.parametrize("scenario", SHAPES)
@pytest.mark.parametrize(("scale", "level"), [(1.0, 95.0), (0.5, 80.0)])
def test_equals_the_interval_made_one_by_one(scenario, scale, level):
    counts = scenario.simulate(6, np.random.default_rng(3))
    ours = np.array(ManyBayesInterval(scale)(counts, level))
    exact = np.array(BayesInterval(scale=scale)(counts, level))
    assert np.abs(ours - exact).max() < 0.01 * (exact[1] - exact[0]).min()


def test_a_prior_that_forbids_differences_leaves_the_common_effect():
    counts = Scenario((40, 60), 0.4, 0.0).simulate(5, np.random.default_rng(1))
    effects = escalc(counts.frame(), "PLO")
    yi, w = effects["yi"].to_numpy().reshape(5, 2), 1 / effects["vi"].to_numpy().reshape(5, 2)
    mean, half = (w * yi).sum(1) / w.sum(1), norm.ppf(0.975) / np.sqrt(w.sum(1))
    lb, ub = ManyBayesInterval(1e-6)(counts, 95.0)
    np.testing.assert_allclose([lb, ub], [mean - half, mean + half], atol=1e-3)


def test_a_level_next_to_certainty_ends_where_the_search_does():
    counts = Scenario((40, 60), 0.4, 0.0).simulate(3, np.random.default_rng(1))
    effects = escalc(counts.frame(), "PLO")
    yi, w = effects["yi"].to_numpy().reshape(3, 2), 1 / effects["vi"].to_numpy().reshape(3, 2)
    mean, half = (w * yi).sum(1) / w.sum(1), 8 / np.sqrt(w.sum(1))
    bounds = ManyBayesInterval(1e-6)(counts, np.nextafter(100.0, 0.0))
    np.testing.assert_allclose(bounds, [mean - half, mean + half], atol=0.2 * half.max())


def test_a_scale_that_is_none_is_refused():
    with pytest.raises(ValueError, match="scale must be above 0; got 0"):
        ManyBayesInterval(0)
    assert ManyBayesInterval(0.5).label == BayesInterval(scale=0.5).label
