"""Groups without a control, and the ways to pool them."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from evidence.effects import escalc
from evidence.pooling import pool
from evidence.proportions import proportion_ci
from evidence.themes.single_arm import (
    control_arms,
    for_sensitivity,
    in_other_conditions,
    pooled_share,
    pooled_ways,
    predictive_values,
    single_arms,
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


def test_sensitivity_rows_are_told_by_their_note():
    assert list(for_sensitivity(cohorts())) == [False, False, True]


def test_the_ways_are_the_sum_and_the_models():
    ways = pooled_ways(cohorts(), method="DL", test="knha").set_index("way")
    assert ways.loc["Sum of the counts, wilson", "estimate"] == 33 / 58
    assert np.isnan(ways.loc["Sum of the counts, wilson", "pi_lb"])
    fit = pool(escalc(cohorts(), "PLO"), method="DL", test="knha")
    row = ways.loc["Random effects, DL, knha"]
    assert row["estimate"] == pytest.approx(expit(fit.estimate))
    assert (row["ci_lb"], row["pi_ub"]) == pytest.approx((expit(fit.ci.lb), expit(fit.pi.ub)))
    assert len(ways) == 6


def test_a_further_interval_is_added_once():
    assert "Sum of the counts, mid-p" in set(pooled_ways(cohorts(), interval="mid-p")["way"])
    assert len(pooled_ways(cohorts(), interval="wilson")) == 6


def test_everybody_responding_leaves_out_the_likelihood_without_a_maximum():
    ways = pooled_ways(pd.DataFrame({"event": [6], "n": [6]}))
    assert "Binomial-normal model (GLMM)" not in set(ways["way"])
    assert ways["ci_ub"].iloc[0] == 1


def test_no_cohort_is_an_empty_table_and_a_wrong_method_is_still_refused():
    assert pooled_ways(cohorts().head(0)).empty
    with pytest.raises(ValueError, match="method must be one of"):
        pooled_ways(cohorts().head(0), method="magic")
    with pytest.raises(ValueError, match="interval must be one of"):
        pooled_ways(cohorts(), interval="magic")


def test_a_drug_without_counts_has_no_cohort():
    theme = {"theme": "fibromyalgia-trials", "condition": "fibromyalgia"}
    assert single_arms(["response_50_pain"], drug="guaifenesin", **theme).empty
    found = single_arms(["response_50_pain"], drug="ketamine", **theme)
    assert list(found["year"]) == sorted(found["year"])
    assert set(found["role"]) == {"single arm"}


def test_only_placebo_and_active_placebo_are_controls():
    rows = control_arms(["response_50_pain"], "infusion session")
    assert set(rows["arm"]) <= {"saline", "midazolam"}
    assert (rows["ci_lb"] <= rows["estimate"]).all()


def test_other_conditions_leave_out_their_own():
    rows = in_other_conditions("fibromyalgia-trials", "fibromyalgia")
    assert len(rows)
    assert "fibromyalgia" not in set(rows["condition"])
    one = rows.iloc[0]
    exact = proportion_ci(int(one["event"]), int(one["n"]), "clopper-pearson")
    assert (one["ci_lb"], one["ci_ub"]) == exact


def test_the_pooled_share_says_where_there_is_none():
    assert pooled_share(cohorts().head(0)).reason == "no study fits this choice"
    assert pooled_share(cohorts()) == pool(escalc(cohorts(), "PLO"))


def test_controls_of_one_origin():
    rows = control_arms(["response_50_pain"], "infusion session", origin="reported")
    assert set(rows["origin"]) <= {"reported"}
    with pytest.raises(ValueError, match="origin must be one of all, reported; got 'printed'"):
        control_arms(["response_50_pain"], "infusion session", origin="printed")


def test_a_wrong_interval_is_named_by_its_parameter():
    theme = {"theme": "fibromyalgia-trials", "condition": "fibromyalgia"}
    with pytest.raises(ValueError, match="interval must be one of .*; got 'wald'"):
        single_arms(["response_50_pain"], drug="ketamine", interval="wald", **theme)


def test_predictive_values_by_hand():
    rows = predictive_values(10, 3, 2, 19).set_index("question")
    counts = dict(zip(rows.index, zip(rows["event"], rows["n"], strict=True), strict=True))
    assert list(counts.values()) == [(12, 34), (10, 12), (19, 22), (10, 13), (19, 21)]
    exact = proportion_ci(10, 13, "clopper-pearson")
    assert tuple(rows.loc["Of positive tests, responded", ["ci_lb", "ci_ub"]]) == exact
