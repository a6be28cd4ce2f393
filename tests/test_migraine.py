"""The migraine trials: what is compared, what may be pooled, and what is said of it."""

import math

import pandas as pd
import pytest

from evidence.data import load
from evidence.effects import escalc
from evidence.nnt import nnt, nnt_at
from evidence.pooling import PooledEffect, pool
from evidence.synthesis import NotPooled
from evidence.text import EMPTY
from evidence.themes import migraine, migraine_nnt, migraine_overview, migraine_pool, migraine_text


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def row(study, drug="memantine", yi=-2.0, **more):
    base = {"study": study, "label": study.upper(), "drug": drug, "outcome": "attack_frequency"}
    base |= {"purpose": "preventive", "condition": "migraine", "control": "placebo"}
    return base | {"yi": yi, "vi": 0.25, "ci_lb": yi - 1, "ci_ub": yi + 1, "measure": "MD"} | more


def counted(event_e, n_e, event_c, n_c, **more):
    rd = event_e / n_e - event_c / n_c
    numbers = {"event_e": event_e, "n_e": n_e, "event_c": event_c, "n_c": n_c, "measure": "RD"}
    words = {"nnt": "NNTB 4", "risk_c": event_c / n_c, "time": "24 wk", "yi": rd}
    words |= {"ci_lb": 0.06, "ci_ub": 0.5, "outcome": "response_50_frequency"}
    return pd.DataFrame([row("a", **(words | numbers | more))])


def test_responders_of_memantine_are_everyone_randomised():
    (found,) = migraine.comparison_rows(
        "response_50_frequency", drug="memantine", control="placebo"
    ).to_dict("records")
    assert [found[name] for name in ("event_e", "n_e", "event_c", "n_c")] == [24, 30, 15, 30]
    assert found["yi"] == pytest.approx(24 / 30 - 15 / 30)
    assert found["vi"] == pytest.approx(0.8 * 0.2 / 30 + 0.5 * 0.5 / 30)
    assert found["risk_c"] == 0.5
    assert found["nnt"].startswith("NNTB 4 ")


def test_a_ratio_has_its_own_scale_and_the_same_nnt():
    rd, rr = (
        migraine.comparison_rows("response_50_frequency", drug="memantine", measure=measure)
        for measure in ("RD", "RR")
    )
    assert rr["yi"].iloc[0] == pytest.approx(math.log(0.8 / 0.5))
    assert list(rr["nnt"]) == list(rd["nnt"])


def test_a_printed_difference_goes_before_the_arms_and_stands_once():
    rows = migraine.mean_differences("attack_frequency", control="placebo")
    rows = rows[rows["drug"] == "memantine"].set_index("study")
    assert list(rows.index) == ["noruzzadeh2016", "shanmugam2019"]
    assert rows.loc["noruzzadeh2016", "basis"] == migraine.PRINTED
    assert rows.loc["noruzzadeh2016", "yi"] == -2.3
    assert rows.loc["shanmugam2019", "vi"] == pytest.approx(0.38**2 + 0.69**2)
    arms = migraine.mean_differences("attack_frequency", control="placebo", prefer=migraine.ARMS)
    assert arms.set_index("study").loc["noruzzadeh2016", "yi"] == pytest.approx(-3.4 + 1.0)


def test_a_printed_risk_difference_comes_back_as_a_share():
    (found,) = migraine.comparison_rows("normal_function").to_dict("records")
    assert found["yi"] == pytest.approx(-0.36)
    assert (found["ci_lb"], found["ci_ub"]) == pytest.approx((-0.65, -0.07))
    assert found["nnt"] == "NNTH 3 (NNTH 2 to NNTH 15)"


def test_other_receptors_stay_apart():
    ours = migraine.comparison_rows("response")
    others = migraine.comparison_rows("response", drug="others")
    assert set(ours["target"]) == {"NMDAR"}
    assert set(others["target"]) == {"AMPA/kainate", "mGluR5"}


def test_only_random_allocation_makes_a_comparison():
    studies = load("studies").set_index("study")["design"]
    rows = migraine.comparison_rows("response")
    assert all(studies[rows["study"]].str.startswith("randomised"))


@pytest.mark.parametrize(
    "choice",
    [
        {"outcome": "attack_frequency", "drug": "raseglurant"},
        {"outcome": "response", "design": "uncontrolled"},
        {"outcome": "trail_making_a", "origin": "reported"},
        {"outcome": "harm", "drug": "memantine", "purpose": "aura", "measure": "OR"},
    ],
)
def test_a_choice_that_leaves_nothing_is_said_in_words(choice):
    rows = migraine.comparison_rows(**choice)
    assert rows.empty
    assert migraine_pool.pool_alike(rows).reason == "no study fits this choice"
    assert "no row fits this choice" in migraine_text.comparison_table(rows, "x")._repr_html_()
    assert migraine_text.trial_text(rows) == "not shown (no study fits this choice)"
    assert migraine_nnt.nnt_text(rows).startswith("no number needed to treat")
    assert migraine_nnt.nnt_rows(rows, "k").empty


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"drug": "memantin"}, "drug must be one of all, others.*did you mean 'memantine'"),
        ({"purpose": "cure"}, "purpose must be one of all, acute"),
        ({"design": "random"}, "design must be one of all, controlled, uncontrolled"),
        ({"outcome": "mood"}, "outcome must be one of response, harm"),
        ({"measure": "HR"}, "measure must be one of RD, RR, OR"),
        ({"control": "sham"}, "control must be one of placebo, active, any"),
        ({"denominator": "treated"}, "denominator must be one of randomised"),
        ({"origin": "true"}, "origin must be one of all, reported"),
    ],
)
def test_a_wrong_value_is_named(choice, said):
    with pytest.raises(ValueError, match=said):
        migraine.comparison_rows(**({"outcome": "response"} | choice))


def test_trials_that_ask_one_question_are_pooled():
    rows = pd.DataFrame([row("a", yi=-1.0), row("b", yi=-3.0)])
    fit = migraine_pool.pool_alike(rows, method="EE", test="z")
    assert isinstance(fit, PooledEffect)
    assert (fit.k, fit.estimate, fit.se) == pytest.approx((2, -2.0, math.sqrt(0.125)))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("a"), row("b", drug="ketamine")], "unlike drugs"),
        ([row("a"), row("b", control="valproate")], "unlike controls"),
        ([row("a"), row("b", condition="other")], "unlike people"),
        ([row("a"), row("a")], migraine_pool.TWICE),
        ([row("a")], migraine_pool.ONE_TRIAL),
        ([], "no study fits this choice"),
    ],
)
def test_what_is_not_pooled_says_why(rows, reason):
    frame = pd.DataFrame(rows, columns=list(row("a")))
    result = migraine_pool.pool_alike(frame)
    assert isinstance(result, NotPooled)
    assert (result.reason, result.k) == (reason, len(rows))


def test_method_test_and_level_are_checked_even_where_nothing_is_pooled():
    for wrong in ({"method": "magic"}, {"test": "magic"}, {"level": 0.95}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            migraine_pool.pool_alike(pd.DataFrame([row("a")]), **wrong)
        with pytest.raises(ValueError, match=next(iter(wrong))):
            migraine_pool.unlike_shares(pd.DataFrame([row("a")]), **wrong)


def test_reading_a_standard_error_as_a_deviation_shrinks_the_variance():
    found = migraine_pool.memantine_alternatives(method="EE", test="z")
    weights = {
        "as above: unlabelled spread read as SE": 0.38**2 + 0.69**2,
        "unlabelled spread read as SD": 0.38**2 / 28 + 0.69**2 / 29,
    }
    for name, vi in weights.items():
        other = (2.4 / (2 * 1.959964)) ** 2
        assert found[name].se == pytest.approx((1 / vi + 1 / other) ** -0.5, rel=1e-6)
    scale = 365.25 / 12 / 28
    other, vi = (2.4 / (2 * 1.959964)) ** 2, (0.38**2 + 0.69**2) * scale**2
    wanted = (-2.3 / other - 2.5 * scale / vi) / (1 / other + 1 / vi)
    assert found["four weeks brought to a month"].estimate == pytest.approx(wanted, rel=1e-6)


def test_the_nnt_at_another_risk_comes_from_the_risk_ratio():
    # RR 0.8 / 0.5 = 1.6; 0.275 * 0.6 = 0.165; 1 / 0.165 = 6.06, rounded up.
    found = migraine_nnt.nnt_at_risk_text(counted(24, 30, 15, 30), 27.5, "higher")
    assert found.startswith("NNTB 7 ")
    none = migraine_nnt.nnt_at_risk_text(counted(24, 30, 15, 30), 70, "higher")
    assert none == "no number needed to treat (the risk ratio cannot hold at that risk)"


def test_words_of_one_trial():
    rows = counted(24, 30, 15, 30)
    assert plain(migraine_text.trial_text(rows)) == (
        "24 of 30 against 15 of 30; risk difference 30% (95% CI 6 to 50%)"
    )
    assert plain(migraine_nnt.nnt_text(rows)) == (
        "NNTB 4, where 50% had the event under placebo, over 24 weeks"
    )
    assert plain(migraine_text.shares_text(rows)) == "80% with memantine and 50% with placebo"


def test_a_pooled_nnt_states_the_risk_it_holds_at():
    rows = pd.concat([counted(24, 30, 15, 30), counted(24, 30, 15, 30).assign(study="b")])
    fit = migraine_pool.pool_alike(rows, method="EE", test="z")
    found = plain(migraine_nnt.pooled_nnt_text(rows, fit, "higher"))
    assert found.startswith("NNTB 4 ")
    assert found.endswith("; 50% had the event under control")
    unlike = migraine_pool.pool_alike(rows.assign(drug=["memantine", "ketamine"]))
    assert migraine_nnt.pooled_nnt_text(rows, unlike, "higher").startswith("none")


def test_one_trial_speaks_for_itself():
    rows = counted(24, 30, 15, 30)
    lone = migraine_pool.pool_alike(rows)
    assert plain(migraine_text.view_text(rows, lone)).startswith("one trial: 24 of 30 against")
    assert migraine_nnt.pooled_nnt_text(rows, lone, "higher") == migraine_nnt.nnt_text(rows)


def test_benefit_is_above_zero_whichever_way_the_event_counts():
    harm = counted(5, 10, 2, 10, outcome="any_adverse_event", ci_lb=-0.1, ci_ub=0.6)
    (found,) = migraine_nnt.nnt_rows(harm, "k").to_dict("records")
    assert found["benefit"] == pytest.approx(-0.3)
    assert (found["benefit_lb"], found["benefit_ub"]) == pytest.approx((-0.6, 0.1))


def test_cohorts_have_exact_intervals_and_no_trial_among_them():
    rows = migraine.cohort_rows("response").set_index(["study", "outcome"])
    kaube = rows.loc[("kaube2000", "aura_improvement")]
    assert (kaube["event"], kaube["n"]) == (5, 11)
    assert 1 / (1 + math.exp(-kaube["ci_lb"])) == pytest.approx(0.16749, abs=1e-5)
    assert math.isinf(rows.loc[("lauritsen2016", "pain_relief"), "ci_ub"])
    assert set(rows["role"]) == {"single arm"}
    assert migraine.cohort_rows("response", design="controlled").empty
    assert migraine.cohort_rows("attack_frequency").empty


def test_every_study_is_cited_by_the_review_or_added():
    studies = migraine_overview.trial_overview()
    table = migraine_overview.review_counts(studies, "kalatharan2023")
    *drugs, total = table.to_dict("records")
    assert total["cited"] + total["added"] == studies["study"].nunique()
    for name in ("cited", "cited_controlled", "added", "added_controlled"):
        assert total[name] == sum(line[name] for line in drugs)
    assert not set(studies["design"]) & {"protocol", "review"}


def test_a_count_that_is_not_there_is_refused():
    assert plain(migraine_text.counted_text("peikert1996", "magnesium", "diarrhoea")) == (
        "8 of 43 (19%)"
    )
    with pytest.raises(ValueError, match="must have one count of diarrhoea"):
        migraine_text.counted_text("peikert1996", "placebo", "diarrhoea")


def test_times_are_written_out():
    times = ("24 wk", "2 h", "not stated", "infusion session")
    assert [migraine_text.time_text(time) for time in times] == [
        "24 weeks",
        "2 hours",
        "",
        "infusion session",
    ]


def test_a_reading_leaves_alone_what_it_does_not_concern():
    nothing = pd.DataFrame()
    assert migraine_pool.to_months(nothing).empty
    assert migraine_pool.spread_as_sd(nothing).empty
    rows = pd.DataFrame([row("a", basis="arms, SD", unit="1/mo")])
    assert migraine_pool.spread_as_sd(rows).equals(rows)
    assert migraine_pool.to_months(rows)["yi"].to_list() == [-2.0]


def test_a_pool_without_counts_has_an_nnt_without_a_risk_and_a_ratio_has_one_at_the_risk():
    rows = pd.concat([counted(24, 30, 15, 30), counted(20, 40, 12, 40).assign(study="b")])
    rd = pool(escalc(rows, "RD"))
    assert migraine_nnt.pooled_nnt_text(rows.assign(event_c=float("nan")), rd, "higher") == str(
        nnt(rd, "higher")
    )
    rr = pool(escalc(rows, "RR"))
    assert migraine_nnt.pooled_nnt_text(rows, rr, "higher") == str(nnt_at(rr, 27 / 70, "higher"))
    nearly_all = rows.assign(event_c=[29, 38])
    assert plain(migraine_nnt.pooled_nnt_text(nearly_all, rr, "higher")) == (
        "none: the ratio cannot hold where 96% have the event"
    )


def test_the_nnt_at_another_risk_needs_one_trial_with_counts():
    none = "no number needed to treat (no single trial with counts fits this choice)"
    one = counted(24, 30, 15, 30)
    assert migraine_nnt.nnt_at_risk_text(one.iloc[:0], 20, "higher") == none
    assert migraine_nnt.nnt_at_risk_text(one.assign(event_c=None), 20, "higher") == none


def test_words_where_there_is_no_trial_or_are_several_or_no_counts():
    one = counted(24, 30, 15, 30)
    assert migraine_text.trial_text(one.iloc[:0]) == "not shown (no study fits this choice)"
    assert migraine_text.trial_text(pd.concat([one, one])) == (
        "not given as one number (2 comparisons)"
    )
    assert migraine_text.shares_text(one.iloc[:0]).startswith("an unknown share")
    nothing = NotPooled("unlike people", "MD", 95.0, 2)
    assert migraine_text.size_text(nothing) == "an unknown number (unlike people)"
    uncounted = one.iloc[0].copy()
    uncounted["event_e"] = None
    assert migraine_text.counts_text(uncounted) == "30 v 30 people"
    uncounted["n_c"] = None
    assert migraine_text.counts_text(uncounted) == EMPTY


def test_a_median_stands_with_its_quartiles_where_they_are_printed(monkeypatch):
    line = {"study": "a", "arm": "d", "outcome": "o", "time": "0 d", "n": 9, "unit": "days"}
    line |= {"statistic": "value", "median": 4.0, "origin": "reported", "exclude": None}
    tables = {
        "continuous": pd.DataFrame([line | {"q1": 2.5, "q3": 6.0}, line | {"mean": 5.0}, line]),
        "arms": pd.DataFrame([{"study": "a", "arm": "d", "label": "x", "role": "", "drug": "x"}]),
        "studies": pd.DataFrame(
            [{"study": "a", "label": "A", "theme": "migraine-trials", "purpose": "acute"}]
        ),
        "outcomes": pd.DataFrame([{"outcome": "o", "label": "Pain"}]),
    }
    monkeypatch.setattr(migraine_text, "load", tables.__getitem__)
    table = migraine_text.printed_values("x", "acute", ["o"], "As printed").frame
    assert [plain(cell) for cell in table["printed"]] == [
        "median 4.0 days (quartiles 2.50 to 6.00)",
        "mean 5.0 days",
        "median 4.0 days",
    ]
