"""Cohorts that may share people: bounds and the ways to pool."""

import pandas as pd
import pytest

from evidence.proportions import proportion_ci
from evidence.themes.overlap import (
    one_per_cohort,
    overlap_bounds,
    overlap_range,
    overlap_table,
)


def cohorts():
    return pd.DataFrame(
        {
            "study": ["a", "b", "c"],
            "label": ["A 1995", "B 1997", "C 2000"],
            "year": [1995, 1997, 2000],
            "cohort": ["clinic", "clinic", "clinic"],
            "event": [8, 8, 17],
            "n": [11, 18, 29],
            "note": ["", None, "pool only in a sensitivity analysis"],
        }
    )


def by_hand(event_a, n_a, event_b, n_b, shared):
    """Every split of the struck records into events and non-events."""
    kept = [
        event_a - struck + event_b
        for struck in range(shared + 1)
        if struck <= event_a and shared - struck <= n_a - event_a
    ]
    return min(kept), max(kept)


@pytest.mark.parametrize("shared", range(12))
def test_bounds_equal_an_enumeration(shared):
    bounds = overlap_bounds(8, 11, 17, 29, shared)
    assert (bounds.event_lb, bounds.event_ub) == by_hand(8, 11, 17, 29, shared)
    assert bounds.n == 40 - shared


def test_nobody_or_everybody_shared_is_exact():
    assert overlap_bounds(16, 29, 17, 29, 0).share == (33 / 58, 33 / 58)
    assert overlap_bounds(16, 29, 17, 29, 29).share == (17 / 29, 17 / 29)


@pytest.mark.parametrize("shared", [-1, 12, 1e9])
def test_impossible_overlaps_are_refused(shared):
    with pytest.raises(ValueError, match="shared must be a number from 0 to 11"):
        overlap_bounds(8, 11, 17, 29, shared)


def test_more_events_than_people_are_refused():
    with pytest.raises(ValueError, match="event_dropped"):
        overlap_bounds(12, 11, 17, 29, 0)


def test_the_table_has_whole_cohorts_and_either_record():
    table = overlap_table(cohorts())
    assert list(table["shared"]) == [0, 11, 11, 18, 18, 29, 29]
    assert table["kept"].iloc[0] == "either"
    last = table.tail(2)
    assert list(last["kept"]) == ["C 2000", "A 1995 and B 1997"]
    assert list(last["event_lb"]) == [17, 16]
    exact = proportion_ci(17, 29, "clopper-pearson")
    assert last[["ci_lb", "ci_ub"]].iloc[0].to_list() == pytest.approx(list(exact))


def test_the_interval_goes_from_the_fewest_to_the_most_events():
    row = overlap_table(cohorts(), interval="wilson").iloc[1]
    assert row["ci_lb"] == proportion_ci(22, 47, "wilson").lb
    assert row["ci_ub"] == proportion_ci(33, 47, "wilson").ub


def test_the_range_is_reached_and_not_passed():
    # Lowest: 17 responders struck from 17/29. Highest: the 13 non-responders struck from 16/29.
    assert overlap_range(cohorts()) == pytest.approx((16 / 41, 33 / 45))


def test_cohorts_without_a_set_have_no_bounds():
    alone = cohorts().assign(cohort=[None, "x", "y"])
    assert overlap_table(alone).empty
    assert overlap_range(alone) is None
    assert overlap_table(cohorts().head(0)).empty


def test_the_largest_of_a_set_stays():
    assert list(one_per_cohort(cohorts())["study"]) == ["c"]
    assert list(one_per_cohort(cohorts().assign(cohort=[None, None, "x"]))["study"]) == list("abc")


def test_of_equals_the_later_stays():
    assert list(one_per_cohort(cohorts().assign(n=20))["study"]) == ["c"]


def test_different_people_all_stay_and_the_switch_is_checked():
    assert len(one_per_cohort(cohorts(), overlap=False)) == 3
    with pytest.raises(ValueError, match="overlap must be one of True, False; got 'maybe'"):
        one_per_cohort(cohorts(), overlap="maybe")
