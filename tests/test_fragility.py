"""Fragility: small tables whose answer can be found by trying."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from evidence.effects import escalc
from evidence.fragility import pooled_fragility, share_fragility, trial_fragility
from evidence.pooling import pool


def p(e, n_e, c, n_c):
    return fisher_exact([[e, n_e - e], [c, n_c - c]]).pvalue


def by_trying(e, n_e, c, n_c):
    """Return the least distance to a table with another verdict, over all tables there are."""
    shown = p(e, n_e, c, n_c) < 0.05
    tables = product(range(n_e + 1), range(n_c + 1))
    return min(abs(a - e) + abs(b - c) for a, b in tables if (p(a, n_e, b, n_c) < 0.05) != shown)


def test_the_index_of_walsh_is_that_of_a_worked_example():
    # p is .0406 for 15/40 against 6/40 and .0784 for 15/40 against 7/40 (R's fragilityindex).
    assert trial_fragility(15, 40, 6, 40).walsh == 1
    assert trial_fragility(6, 40, 15, 40).walsh == 1
    # One more: 5, 6, 7 of 40.
    assert trial_fragility(15, 40, 5, 40).walsh == 2
    # All of the five have the event already, so nobody is left to be given one.
    assert trial_fragility(5, 5, 20, 100).shown
    assert trial_fragility(5, 5, 20, 100).walsh is None


@pytest.mark.parametrize(
    "counts", [(8, 12, 3, 12), (7, 10, 0, 11), (5, 14, 0, 15), (2, 9, 2, 9), (10, 15, 9, 14)]
)
def test_the_fewest_patients_are_those_found_by_trying_all_tables(counts):
    found = trial_fragility(*counts)
    assert found.fewest == by_trying(*counts)
    assert found.shown == (p(*counts) < 0.05)
    assert (found.walsh is not None) == found.shown
    assert found.n == counts[1] + counts[3]


def test_a_trial_too_small_to_show_anything_is_turned_by_nobody():
    found = trial_fragility(1, 2, 0, 2)
    assert (found.shown, found.fewest, found.walsh) == (False, None, None)


def test_the_level_is_that_of_the_test():
    assert trial_fragility(8, 12, 3, 12).shown is False
    assert trial_fragility(8, 12, 3, 12, level=80).shown is True


def test_impossible_counts_are_named():
    with pytest.raises(ValueError, match=r"must not be above .*got 13 of 12"):
        trial_fragility(13, 12, 3, 12)


def test_a_share_is_set_against_a_threshold():
    # Exact lower bounds of 10, 11, 12 of 20: .272, .315, .361 (binom.test).
    assert share_fragility(12, 20, 0.3).fewest == 2
    assert share_fragility(12, 20, 0.3).shown
    found = share_fragility(9, 20, 0.3)
    assert (found.shown, found.fewest, found.n) == (False, 2, 20)
    with pytest.raises(ValueError, match="threshold"):
        share_fragility(9, 20, 30)


TRIALS = pd.DataFrame({"event_e": [9, 7], "n_e": [15, 14], "event_c": [3, 2], "n_c": [15, 13]})


def shown(trials, **how):
    lb, ub = pool(escalc(trials, "RR"), **how).ci
    return not lb <= 0 <= ub


@pytest.mark.parametrize("how", [{"method": "DL", "test": "z"}, {"method": "EE", "test": "z"}])
def test_the_search_finds_no_more_than_trying_all_neighbours_does(how):
    """As far as its answer, no table nearer turns the result, and some table that far does."""
    found = pooled_fragility(TRIALS, "RR", **how)
    assert found.shown == shown(TRIALS, **how)
    reach = range(-found.fewest, found.fewest + 1)
    names = ["event_e", "event_c"]
    turned = []
    for steps in product(reach, repeat=4):
        if 0 < sum(map(abs, steps)) <= found.fewest:
            changed = TRIALS.copy()
            changed[names] += np.reshape(steps, (2, 2))
            sizes = TRIALS[["n_e", "n_c"]].to_numpy()
            possible = (changed[names] >= 0).all(axis=None) and (changed[names] <= sizes).all(
                axis=None
            )
            if possible and shown(changed, **how) != found.shown:
                turned.append(sum(map(abs, steps)))
    assert min(turned) == found.fewest


def test_a_null_result_is_turned_to_either_side():
    even = TRIALS.assign(event_c=[8, 7])
    found = pooled_fragility(even, "RR", method="DL", test="z")
    assert not found.shown
    assert found.fewest > 1
    assert found.walsh is None


def test_one_group_is_read_against_a_share():
    cohorts = pd.DataFrame({"event": [12, 15], "n": [20, 24]})
    found = pooled_fragility(cohorts, "PLO", null=0.0, test="z")
    assert found.n == 44
    assert found.shown == (pool(escalc(cohorts, "PLO"), test="z").ci.lb > 0)
    assert pooled_fragility(cohorts, "PLO", null=-9.0, test="z").shown
