"""Simulated coverage: seeds, processes, truth."""

import numpy as np
import pandas as pd
import pytest

from evidence.coverage import Scenario, coverage
from evidence.coverage_intervals import (
    FAST_INTERVALS,
    BayesInterval,
    GLMMInterval,
    PooledInterval,
    SummedInterval,
)

ONE_ARM = Scenario(n=(11, 18, 29), p=0.57, tau=0.0)
TWO_ARMS = Scenario(n=(30, 40), n_c=(30, 40), p=0.3, tau=0.0, log_or=0.0)


def test_the_seed_makes_the_table_and_processes_do_not():
    scenarios = [ONE_ARM, TWO_ARMS]
    here = coverage(scenarios, FAST_INTERVALS, replicates=300, seed=5)
    spread = coverage(scenarios, FAST_INTERVALS, replicates=300, seed=5, processes=2)
    pd.testing.assert_frame_equal(here, spread)
    other = coverage(scenarios, FAST_INTERVALS, replicates=300, seed=6)
    assert not here["width"].equals(other["width"])


def test_known_coverage_is_found():
    # Binomial sums without heterogeneity: Wilson is near 95%, and sums are rightly narrow.
    found = coverage([ONE_ARM], [SummedInterval(), PooledInterval()], replicates=4000)
    wilson, hybrid = found["coverage"]
    assert wilson == pytest.approx(0.95, abs=0.015)
    assert hybrid > wilson
    assert found["width"].iloc[1] > found["width"].iloc[0]
    assert found["coverage_se"].iloc[0] == pytest.approx(np.sqrt(wilson * (1 - wilson) / 4000))


def test_heterogeneity_breaks_the_plain_sum():
    spread = Scenario(n=(50, 50, 50), p=0.5, tau=1.0)
    found = coverage([spread], [SummedInterval(), PooledInterval()], replicates=1000)
    assert found["coverage"].iloc[0] < 0.6
    assert found["coverage"].iloc[1] > 0.9


def test_error_rate_and_power_of_two_arms():
    found = coverage([TWO_ARMS, Scenario((30, 40), 0.3, 0.0, (30, 40), 2.0)], replicates=1000)
    z = found[found["interval"] == "REML z"].set_index("log_or")["excludes_zero"]
    assert z[0.0] < 0.06
    assert z[2.0] > 0.9


def test_slow_intervals_and_failures_are_counted():
    tiny = Scenario(n=(4, 5), p=0.5, tau=0.0)
    found = coverage([tiny], [GLMMInterval(), BayesInterval()], replicates=8).set_index("interval")
    assert found.loc["Bayes half-normal(1)", "failed"] == 0
    assert found["width"].between(0, 1).all()
    # Every participant responds: the likelihood has no maximum, and that is said.
    full = coverage([Scenario((1, 1), 1 - 1e-12, 0.0)], [GLMMInterval()], replicates=3)
    assert full["failed"].tolist() == [1.0]
    assert full["coverage"].isna().all()


def test_progress_counts_batches():
    seen = []
    coverage([ONE_ARM], replicates=600, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": (), "p": 0.5, "tau": 0.0}, "n and n_c must hold sizes of 1 or more"),
        ({"n": (5,), "p": 1.0, "tau": 0.0}, "p must be between 0 and 1"),
        ({"n": (5,), "p": 0.5, "tau": -1.0}, "tau not below 0"),
        ({"n": (5,), "p": 0.5, "tau": 0.0, "n_c": (5, 6)}, "n_c must have a size for each of 1"),
    ],
)
def test_impossible_scenarios_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Scenario(**arguments)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="replicates and processes 1 or more; got 1, 5, 0 and 1"):
        coverage([ONE_ARM], replicates=0)
    with pytest.raises(ValueError, match="measure must be one of None, PLO, PAS, PFT, OR"):
        PooledInterval(measure="SMD")
    with pytest.raises(ValueError, match="summed interval is for one arm"):
        coverage([TWO_ARMS], [SummedInterval()], replicates=1)
