"""Mantel-Haenszel and Peto where metafor has nothing to compare with."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from evidence.mh import cmh_test, mantel_haenszel, peto


def tables(*rows):
    return pd.DataFrame(rows, columns=["event_e", "n_e", "event_c", "n_c"])


THREE = tables((3, 20, 7, 21), (0, 15, 2, 14), (5, 40, 9, 38))
MEASURES = ("OR", "RR", "RD")


@pytest.mark.parametrize("measure", MEASURES)
def test_swapping_arms_flips_the_sign(measure):
    swapped = THREE.set_axis(["event_c", "n_c", "event_e", "n_e"], axis=1)
    here, there = mantel_haenszel(THREE, measure), mantel_haenszel(swapped, measure)
    assert there.estimate == pytest.approx(-here.estimate, rel=1e-12)
    assert there.se == pytest.approx(here.se, rel=1e-12)


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_a_study_without_events_changes_nothing(measure):
    more = pd.concat([THREE, tables((0, 30, 0, 30))], ignore_index=True)
    here, there = mantel_haenszel(THREE, measure), mantel_haenszel(more, measure)
    assert (there.estimate, there.q) == (pytest.approx(here.estimate), pytest.approx(here.q))
    assert (here.k, there.k) == (3, 4)
    assert peto(more).estimate == pytest.approx(peto(THREE).estimate, rel=1e-12)


def test_statsmodels_agrees():
    cells = [
        [[r.event_e, r.n_e - r.event_e], [r.event_c, r.n_c - r.event_c]] for r in THREE.itertuples()
    ]
    road = StratifiedTable(np.array(cells).transpose(1, 2, 0).astype(float))
    fit, test = mantel_haenszel(THREE), cmh_test(THREE)
    assert fit.estimate == pytest.approx(road.logodds_pooled, rel=1e-10)
    assert fit.se == pytest.approx(road.logodds_pooled_se, rel=1e-10)
    # Its correction is taken from a sum that it does not take the absolute value of first.
    plain, theirs = cmh_test(THREE, correct=False), road.test_null_odds(correction=False)
    assert plain.cmh == pytest.approx(theirs.statistic, rel=1e-10)
    assert test.tarone == pytest.approx(road.test_equal_odds(adjust=True).statistic, rel=1e-8)


def test_one_study():
    fit = mantel_haenszel(tables((3, 20, 7, 21)))
    assert fit.estimate == pytest.approx(np.log(3 * 14 / (17 * 7)), rel=1e-12)
    assert (fit.q_p, fit.i2, fit.h2) == (1, 0, 1)
    assert np.isnan(cmh_test(tables((3, 20, 7, 21))).tarone)


@pytest.mark.parametrize("measure", MEASURES)
def test_no_events_at_all_is_an_error(measure):
    with pytest.raises(ValueError, match=f"too few events for a Mantel-Haenszel {measure}"):
        mantel_haenszel(tables((0, 10, 0, 12)), measure)


@pytest.mark.parametrize("call", [peto, cmh_test])
def test_one_outcome_only_is_an_error(call):
    with pytest.raises(ValueError, match="both outcomes occur"):
        call(tables((10, 10, 12, 12)))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="measure must be one of OR, RR, RD; got 'SMD'"):
        mantel_haenszel(THREE, "SMD")
    with pytest.raises(ValueError, match="event_e must not be above n_e; got row 0: 11"):
        peto(tables((11, 10, 1, 10)))
    with pytest.raises(ValueError, match="at least one row, got 0"):
        mantel_haenszel(THREE.iloc[:0])
