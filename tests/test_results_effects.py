"""Results as entries: on a reader's scale, unrounded, null where there is none."""

import json

import numpy as np
import pandas as pd
import pytest

from evidence import results as out
from evidence import results_effects as eff
from evidence.effects import escalc
from evidence.interval import Interval
from evidence.nnt import NNT, nnt_at, nnt_from_rd
from evidence.pooling import pool
from evidence.synthesis import NotPooled
from evidence.themes import comparators, migraine, migraine_nnt

EFFECT = "estimate ci_lb ci_ub"


def values(**items):
    return {key: entry.value for key, entry in out.record(**items).entries.items()}


COHORTS = pd.DataFrame({"event": [8, 8, 17], "n": [11, 18, 29]})
TRIALS = pd.DataFrame({"event_e": [24, 20], "n_e": [30, 40], "event_c": [15, 12], "n_c": [30, 40]})


def test_a_pooled_share_is_in_percent_and_unrounded():
    fit = pool(escalc(COHORTS, "PLO"), level=90)
    found = values(share=eff.pooled(fit, "Share"))
    assert found["share_estimate"] == pytest.approx(100 / (1 + np.exp(-fit.estimate)))
    assert found["share_pi_ub"] == pytest.approx(100 / (1 + np.exp(-fit.pi.ub)))
    assert found["share_tau2"] == fit.tau2
    assert (found["share_k"], found["share_q_df"], found["share_p"]) == (3, 2, None)
    assert eff.pooled(fit, "Share")["_ci_lb"].unit == "percent"


def test_a_ratio_and_a_difference_of_means_have_their_units():
    ratio = eff.pooled(pool(escalc(TRIALS, "RR")), "Risk", "ignored")
    difference = eff.pooled(NotPooled("why", "MD", 95.0, 2), "Pain", "points")
    assert (ratio["_estimate"].unit, difference["_estimate"].unit) == ("ratio", "points")
    assert ratio["_estimate"].meaning == "Risk, estimate"


def test_what_is_not_pooled_has_the_same_keys_and_the_reason():
    fit = pool(escalc(COHORTS, "PLO"))
    reason = eff.pooled(NotPooled("studies too unlike", "PLO", 95.0, 2), "Share")
    assert reason.keys() == eff.pooled(fit, "Share").keys()
    assert reason["_not_pooled"].value == "studies too unlike"
    assert reason["_k"].value == 2
    words = ("_not_pooled", "_measure", "_k")
    assert {entry.value for key, entry in reason.items() if key not in words} == {None}


def test_one_study_says_nothing_of_heterogeneity():
    found = eff.pooled(pool(escalc(COHORTS.head(1), "PLO")), "Share")
    assert {found[key].value for key in ("_tau2", "_i2", "_q", "_q_df", "_q_p")} == {None}
    assert found["_estimate"].value == pytest.approx(100 * 8 / 11)


def test_an_nnt_has_a_sign_and_no_infinity():
    found = values(through=eff.benefit(NNT(0.0, Interval(-0.2, 0.25)), "x"))
    assert found["through_nnt"] is None
    assert found["through_benefit"] == 0
    assert (found["through_nnt_lb"], found["through_nnt_ub"]) == (4, -5)
    assert found["through_nnt_through_infinity"] is True
    harm = values(harm=eff.benefit(NNT(-0.1, Interval(-0.2, -0.05)), "x"))
    assert (harm["harm_nnt"], harm["harm_nnt_lb"], harm["harm_nnt_ub"]) == (-10, -5, -20)
    assert harm["harm_nnt_through_infinity"] is False
    touching = values(at=eff.benefit(NNT(0.1, Interval(0.0, 0.2)), "x"))
    assert touching["at_nnt_ub"] is None
    assert {entry.value for entry in eff.benefit(None, "x").values()} == {None}
    assert eff.benefit(None, "x")["_benefit_ci_lb"].unit == "percentage points"


def test_the_nnt_of_a_row_is_that_of_its_words():
    rows = migraine.comparison_rows("response", drug="others", measure="OR")
    told = [row for _, row in rows.groupby(level=0)]
    assert len(told) > 1
    for row in told:
        found = eff.nnt_of(row)
        assert found.label == row["nnt"].iloc[0]
        assert found.baseline_risk == pytest.approx(row["risk_c"].iloc[0])
    assert eff.nnt_of(rows) is None
    assert eff.nnt_of(rows.iloc[:0]) is None


def test_a_printed_risk_difference_has_an_nnt_and_a_printed_mean_difference_none():
    row = {"outcome": "response_50_pain", "measure": "RD", "yi": 0.2, "ci_lb": 0.1, "ci_ub": 0.3}
    row |= dict.fromkeys(eff.COUNTS)
    assert str(eff.nnt_of(pd.DataFrame([row]))) == "NNTB 5 (NNTB 4 to NNTB 10)"
    assert eff.nnt_of(pd.DataFrame([row | {"measure": "MD"}])) is None


def test_a_standard_treatment_has_the_nnt_of_its_words():
    rows = comparators.comparator_nnts(["response_50_pain"], "fibromyalgia")
    rows = rows.assign(treatment=rows["drug"])
    for key, row in out.rows_by(rows, "comparator").items():
        found = eff.nnt_of(row)
        assert (found.label if found else "") == row["nnt_text"].iloc[0], key
        assert eff.treatment(row, "x")["_treatment"].value == row["drug"].iloc[0]


@pytest.mark.parametrize("measure", ["RD", "RR", "OR"])
def test_a_pooled_nnt_is_that_of_its_words(measure):
    rows = TRIALS.assign(study=["a", "b"])
    fit = pool(escalc(rows, measure))
    found = eff.nnt_pooled(rows, fit, "higher")
    assert found.label in migraine_nnt.pooled_nnt_text(rows, fit, "higher")
    assert found.baseline_risk == pytest.approx(27 / 70)


def test_the_pooled_nnt_of_one_trial_is_its_own():
    one = TRIALS.head(1).assign(outcome="response_50_pain", measure="RR")
    found = eff.nnt_pooled(one, pool(escalc(one, "RR")), "higher", level=90.0)
    assert found == eff.nnt_of(one, 90.0)
    assert (found.rd, found.baseline_risk, found.level) == (pytest.approx(0.3), 0.5, 90.0)


def test_no_pooled_nnt_where_there_is_none():
    fit = pool(escalc(TRIALS, "RR"))
    nearly_all = TRIALS.assign(event_c=[29, 38])
    assert eff.nnt_pooled(nearly_all, fit, "higher") is None
    assert eff.nnt_pooled(TRIALS, NotPooled("why", "RR", 95.0, 2), "higher") is None
    no_counts = TRIALS.assign(event_c=np.nan)
    assert np.isnan(eff.control_risk(no_counts))
    rd = eff.nnt_pooled(no_counts, pool(escalc(TRIALS, "RD")), "higher")
    assert rd.baseline_risk is None


def test_the_risk_ratio_of_one_trial_at_another_risk():
    one = TRIALS.head(1)
    fit = pool(escalc(one, "RR"))
    assert eff.nnt_at_risk(one, 0.275, "higher") == nnt_at(fit, 0.275, "higher")
    assert eff.nnt_at_risk(one, 0.7, "higher") is None
    assert eff.nnt_at_risk(TRIALS, 0.275, "higher") is None
    assert eff.nnt_at_risk(one.assign(event_c=np.nan), 0.275, "higher") is None


def test_a_comparison_is_on_the_scale_of_a_reader():
    row = pd.DataFrame([{"measure": "RD", "yi": -0.1, "ci_lb": -0.2, "ci_ub": 0.0, "time": "4 wk"}])
    row = row.assign(event_e=3, n_e=10, event_c=pd.NA, n_c=10)
    found = values(a=eff.comparison(row, "A against B"))
    assert [found[f"a_{name}"] for name in EFFECT.split()] == [-10, -20, 0]
    assert (found["a_event_e"], found["a_share_e"], found["a_time"]) == (3, 30, "4 wk")
    assert (found["a_event_c"], found["a_n_c"], found["a_share_c"]) == (None, 10, None)
    two = values(a=eff.comparison(pd.concat([row, row]), "A against B"))
    assert two.keys() == found.keys()
    assert {value for key, value in two.items() if key != "a_k"} == {None}
    assert two["a_k"] == 2


def test_a_count_with_and_without_an_interval():
    row = pd.DataFrame([{"event": 1, "n": 4, "ci_lb": 0.01, "ci_ub": 0.8}])
    assert values(a=eff.counted(row, "Relief")) == {
        "a_event": 1,
        "a_n": 4,
        "a_share": 25,
        "a_ci_lb": 1,
        "a_ci_ub": 80,
    }
    assert list(eff.counted(row[["event", "n"]], "Relief")) == ["_event", "_n", "_share"]
    assert {entry.value for entry in eff.counted(row.iloc[:0], "Relief").values()} == {None}


def test_a_printed_estimate_stands_as_it_is_or_on_its_scale():
    row = {"estimate": 0.5, "ci_lb": 0.25, "ci_ub": np.nan}
    assert [entry.value for entry in eff.estimated(row, "x", "points").values()] == [
        0.5,
        0.25,
        None,
    ]
    shares = eff.estimated(row, "x", measure="PR")
    assert [entry.value for entry in shares.values()] == [50, 25, None]
    assert shares["_estimate"].unit == "percent"


@pytest.mark.parametrize("value", [None, np.nan, np.inf, -np.inf, pd.NA, pd.NaT])
def test_what_is_no_number_is_null(value):
    assert values(a=out.number(value, "x", "g")) == {"a": None}
    assert values(a=out.span([value], "x", "g")) == {"a_min": None, "a_max": None}


def test_numpy_becomes_plain_json():
    found = values(
        a=out.number(np.float64(0.5), "x", "g"),
        b=out.count(np.int64(3), "x", "studies"),
        c=out.truth(np.bool_(True), "x"),
        d=out.word(np.str_("x"), "x"),
        e=out.interval(Interval(np.float64(1), np.inf), "x", "g"),
        f=out.shares(Interval(0.25, 0.5), "x"),
        g=out.shares(None, "x"),
        h=out.word(np.nan, "x"),
    )
    assert {type(value) for value in found.values()} == {float, int, bool, str, type(None)}
    assert (found["e_lb"], found["e_ub"], found["f_lb"], found["g_ub"]) == (1, None, 25, None)
    json.dumps(found, allow_nan=False)


def test_a_count_is_whole():
    with pytest.raises(ValueError, match=r"a count must be a whole number; got 2\.5 \(Studies\)"):
        out.count(2.5, "Studies", "studies")


def test_a_tally_counts_each_choice_among_the_rows_asked_for():
    rows = pd.DataFrame(
        {"direction": ["higher", "higher", "mixed"], "tissue": ["csf", "brain", "csf"]}
    )
    found = values(a=out.tally(rows, "direction", ["higher", "no difference"], "x", tissue="csf"))
    assert found == {"a_k": 2, "a_higher": 1, "a_no_difference": 0}


def test_each_item_has_its_name_in_key_and_meaning():
    found = out.each({"S-ketamine, 15 min": 3}, out.count, "Responders", unit="people")
    assert list(found) == ["_s_ketamine_15_min"]
    assert found["_s_ketamine_15_min"].meaning == "Responders: S-ketamine, 15 min"
    assert out.each({}, out.count, "Responders", unit="people") == {}
    with pytest.raises(ValueError, match="two results have the key '_a_b'"):
        out.each({"a b": 1, "A-B": 2}, out.count, "x", unit="people")


def test_two_results_with_one_key_are_refused():
    with pytest.raises(ValueError, match="two results have the key 'a_lb'; name one of them"):
        out.record(a=out.interval(None, "x", "g"), a_lb=out.number(1, "x", "g"))


def test_a_record_shows_itself_as_what_the_build_reads():
    record = out.record(a=out.number(0.5, "Dose", "g"))
    assert record._repr_mimebundle_(include=None, exclude=None) == {
        "application/vnd.evidence.results+json": {
            "values": {"a": 0.5},
            "keys": {"a": {"type": "number", "unit": "g", "meaning": "Dose"}},
        },
        "text/plain": "Results: 1 values",
    }


def test_newcombe_is_used_at_the_level_asked_for():
    row = TRIALS.head(1).assign(outcome="response_50_pain", measure="OR")
    narrow, wide = (eff.nnt_of(row, level).ci for level in (80.0, 99.0))
    assert wide.lb < narrow.lb < narrow.ub < wide.ub
    assert nnt_from_rd(0.3, narrow, "higher").ci == narrow
