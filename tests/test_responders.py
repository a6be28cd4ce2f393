"""Responders across conditions: selection, methods side by side, absolute terms, placebo, words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from evidence.interval import Interval
from evidence.nnt import NNT
from evidence.synthesis import NotPooled
from evidence.themes import responders, responders_placebo, responders_text, responders_words
from evidence.themes import responders_absolute as absolute
from evidence.themes import responders_ways as side_by_side
from evidence.themes.findings_summary_list import Finding


def cohorts(*counts, outcome="response_50_pain", cohort=None):
    return pd.DataFrame(
        {
            "study": [f"s{i}" for i in range(len(counts))],
            "label": [f"S {i}" for i in range(len(counts))],
            "event": [event for event, _ in counts],
            "n": [n for _, n in counts],
            "outcome": outcome,
            "cohort": cohort,
        }
    )


def trial(event_e=8, n_e=10, event_c=5, n_c=10, *, study="a", time="8 wk", arm="e"):
    return {
        "study": study,
        "label": study.upper(),
        "condition": "migraine",
        "purpose": "preventive",
        "drug": "memantine",
        "control": "placebo",
        "outcome": "response_50_frequency",
        "outcome_label": "Attacks halved",
        "time": time,
        "arm_e": arm,
        "arm_c": "c",
        "event_e": event_e,
        "n_e": n_e,
        "event_c": event_c,
        "n_c": n_c,
        "origin": "reported",
    }


def one(**counts):
    return absolute.compare("Memantine v placebo", pd.DataFrame([trial(**counts)]))


# Selection


def test_a_threshold_takes_its_own_outcomes_and_zero_takes_every_definition():
    assert set(responders.response_keys(50)) == {
        "response_50_frequency",
        "response_50_pain",
        "response_50_intensity_duration",
    }
    assert "response_50_pain" not in responders.response_keys(30)
    every = responders.response_keys(0)
    assert {"pain_free_2h", "response_67_pain", *responders.response_keys(50)} <= set(every)
    assert not {"withdrawal_any", "treatment_failure", "ketamine_only"} & set(every)
    assert set(responders.other_keys(50)) == set(every) - set(responders.response_keys(50))
    assert responders.other_keys(0) == []


def test_wrong_choices_are_named():
    with pytest.raises(ValueError, match="threshold must be one of 0, 30, 50; got 40"):
        responders.response_keys(40)
    with pytest.raises(ValueError, match="condition must be one of"):
        responders.cohort_rows(["response_50_pain"], condition="gout")
    with pytest.raises(ValueError, match="did you mean 'memantine'"):
        responders.comparison_rows(["response_50_pain"], drug="memantin")


@pytest.mark.parametrize(
    ("condition", "drug", "left"),
    [
        ("all", "all", [0, 1]),
        ("migraine", "all", [0]),
        ("other", "all", [3]),
        ("all", "others", [2, 4]),
        ("all", "ketamine", [1]),
        ("all", "S-ketamine", [1]),
        ("fibromyalgia", responders.DIET, [4]),
    ],
)
def test_all_is_both_conditions_at_the_nmda_receptor_and_the_rest_stands_apart(
    condition, drug, left
):
    rows = pd.DataFrame(
        {
            "condition": ["migraine", "fibromyalgia", "migraine", "other", "fibromyalgia"],
            "drug": ["memantine", "S-ketamine", "selurampanel", "magnesium", responders.DIET],
            "target": ["NMDAR", "NMDAR", "AMPA/kainate", "NMDAR", "none"],
            "row": range(5),
        }
    )
    assert list(responders.of_choice(rows, condition, drug)["row"]) == left


def test_groups_hold_one_drug_condition_and_outcome_and_no_row_kept_for_sensitivity():
    rows = responders.cohort_rows(responders.response_keys(50))
    found = responders.groups(rows)
    assert not any(part["extra"].any() for part in found.values())
    for part in found.values():
        assert part[responders.GROUP].drop_duplicates().shape[0] == 1
    ketamine = next(part for name, part in found.items() if name.startswith("Ketamine in fibro"))
    assert responders.may_share(ketamine)
    (name, more), *rest = responders.with_extra(rows).items()
    assert rest == []
    assert name.endswith("with Cohen 2006")
    assert len(more) == len(ketamine) + 1


def test_times_of_one_trial_are_apart_and_trials_of_one_question_together():
    same = pd.DataFrame([trial(), trial(study="b", time="12 wk")])
    assert [len(rows) for rows in responders.alike(same).values()] == [2]
    times = pd.DataFrame([trial(time=f"{week} wk") for week in (1, 4, 8)])
    sets = responders.alike(times)
    assert len(sets) == 3
    assert list(responders.first_and_last(sets)) == [
        "Memantine v placebo, migraine, 1 wk",
        "Memantine v placebo, migraine, 8 wk",
    ]
    assert responders.alike(times.iloc[:0]) == {}


def test_own_definitions_are_not_pooled():
    assert responders.why_apart(cohorts((5, 10), (6, 10))) == ""
    apart = responders.why_apart(cohorts((5, 10), (6, 10), outcome="pain_relief"))
    assert apart == "each study has a definition of its own"
    assert responders.why_apart(cohorts((5, 10))) == "one group only"
    assert responders.why_apart(cohorts()) == "no study fits this choice"


# Methods side by side


def test_the_ways_by_hand_for_groups_that_agree_exactly():
    ways = side_by_side.ways(cohorts((5, 10), (10, 20))).set_index("way")
    assert list(ways.index) == [
        "Sum of the counts",
        "Random effects, REML, hybrid",
        "Random effects, REML, knha",
        "Binomial-normal model, z",
        "Binomial-normal model, t",
        "Bayes, half-normal(1)",
    ]
    assert ways["estimate"].to_numpy() == pytest.approx(0.5, abs=1e-6)
    # Wilson at 15 of 30: 1/2 -/+ z sqrt(n/4 + z^2/4) / (n + z^2).
    z = 1.959963984540054
    half = z * np.sqrt(30 / 4 + z**2 / 4) / (30 + z**2)
    assert ways.loc["Sum of the counts", "ci_lb"] == pytest.approx(0.5 - half, rel=1e-9)
    # Variances of the logits are 4/n, so that of the mean is 4/30: the same for the likelihood.
    wide = expit(z * np.sqrt(4 / 30))
    for way in ("Random effects, REML, hybrid", "Binomial-normal model, z"):
        assert ways.loc[way, "ci_ub"] == pytest.approx(wide, rel=1e-5)
    # Knapp-Hartung's interval has no width where nothing scatters: why hybrid is the default.
    assert ways.loc["Random effects, REML, knha", "ci_ub"] == pytest.approx(0.5, abs=1e-6)
    bayes = ways.loc["Bayes, half-normal(1)"]
    assert bayes["pi_ub"] > bayes["ci_ub"] > wide
    assert ways["why"].str.len().gt(20).all()


def test_a_wider_prior_widens_the_bayesian_prediction():
    made = cohorts((8, 11), (8, 18), (17, 29))
    near, far = (side_by_side.ways(made, prior=prior).iloc[-1] for prior in (0.1, 2.0))
    assert far["pi_ub"] > near["pi_ub"]
    assert far["tau"] > near["tau"]


def test_the_binomial_normal_model_is_left_out_where_everybody_responded():
    ways = side_by_side.ways(cohorts((5, 5), (4, 4)), test="knha")
    assert not ways["way"].str.startswith("Binomial").any()
    assert list(ways["way"]).count("Random effects, REML, knha") == 1


def test_nothing_to_pool_is_said_and_still_checks_the_method():
    fit = side_by_side.chosen_pool(cohorts((3, 7)))
    assert (type(fit), fit.reason, fit.k) == (NotPooled, "one group only", 1)
    assert side_by_side.ways(cohorts()).empty
    assert responders_text.widths_text(side_by_side.ways(cohorts())).startswith("no group")
    with pytest.raises(ValueError, match="method must be one of"):
        side_by_side.chosen_pool(cohorts(), method="magic")


def test_group_shares_are_pooled_where_they_may_be_and_largest_first():
    made = {"one": cohorts((3, 6)), "two": cohorts((5, 10), (10, 20))}
    shares = side_by_side.group_shares(made)
    assert list(shares["label"]) == ["two", "one"]
    assert list(shares["n"]) == [30, 6]
    assert shares["pi_lb"].notna().tolist() == [True, False]
    assert side_by_side.group_shares({}).empty


# Absolute terms


def test_one_trial_keeps_its_own_difference_and_newcombes_interval():
    each = one()
    assert (each.risk_c, each.absolute.rd) == pytest.approx((0.5, 0.3))
    assert each.risk_e == pytest.approx(0.8)
    # Newcombe's method 10 from the two Wilson intervals (0.4902, 0.9433) and (0.2366, 0.7634).
    low = 0.3 - np.hypot(0.8 - 0.490162, 0.763402 - 0.5)
    high = 0.3 + np.hypot(0.943318 - 0.8, 0.5 - 0.236598)
    assert each.absolute.ci == pytest.approx((low, high), abs=1e-5)


def test_two_trials_are_read_at_their_control_risk_by_the_odds_ratio():
    rows = pd.DataFrame([trial(80, 100, 50, 100), trial(80, 100, 50, 100, study="b")])
    each = absolute.compare("x", rows)
    # The odds ratio is 4 in both; at one half it gives four fifths.
    assert each.absolute.rd == pytest.approx(0.3)
    assert each.absolute.baseline_risk == pytest.approx(0.5)


def test_numbers_needed_at_another_risk_by_each_road():
    each = one(event_e=80, n_e=100, event_c=50, n_c=100)
    assert absolute.at_risk(each, 0.25, "RR").rd == pytest.approx(0.25 * 0.6)
    assert absolute.at_risk(each, 0.25, "OR").rd == pytest.approx(4 / 7 - 0.25)
    assert absolute.at_risk(each, 0.7, "RR") == absolute.TOO_HIGH
    assert absolute.at_risk(each, 0.25, "OR, prediction") == absolute.NO_PREDICTION
    new = absolute.at_risk(each, 0.25, "OR, Bayesian prediction")
    assert new.interval == "pi"
    assert new.ci.lb < absolute.at_risk(each, 0.25, "OR").ci.lb
    with pytest.raises(ValueError, match="road must be one of"):
        absolute.at_risk(each, 0.25, "guess")


def test_no_difference_is_an_infinite_number_not_the_rounding_of_a_computer():
    each = one(event_e=2, n_e=12, event_c=2, n_c=12)
    for risk in (0.1, 0.25, 0.3, 0.5):
        assert absolute.at_risk(each, risk, "OR").rd == 0.0


def test_a_prediction_interval_comes_from_two_trials():
    rows = pd.DataFrame([trial(80, 100, 50, 100), trial(60, 100, 50, 100, study="b")])
    each = absolute.compare("x", rows)
    found = absolute.at_risk(each, 0.25, "OR, prediction")
    pi = each.fits["OR"].pi
    assert found.ci.lb == pytest.approx(expit(logit(0.25) + pi.lb) - 0.25)
    equal = absolute.compare("x", rows, method="EE")
    assert absolute.at_risk(equal, 0.25, "OR, prediction") == absolute.NO_PREDICTION_EE


@pytest.mark.parametrize(
    ("risk_c", "change", "counts"),
    [
        (0.5, 0.3, (50, 30, 0, 20)),
        (10 / 34, -0.0084, (28, 0, 1, 71)),
        (2 / 12, -0.31, (0, 0, 17, 83)),
        (0.5, 0.7, (50, 50, 0, 0)),
        (0.0, 0.0, (0, 0, 0, 100)),
    ],
)
def test_icons_are_a_hundred_people_and_show_the_change_that_the_text_states(
    risk_c, change, counts
):
    assert absolute.icon_counts(risk_c, change) == counts
    assert sum(counts) == 100


def test_icon_rows_run_from_the_low_to_the_high_end():
    rows = absolute.icon_rows([one()])
    assert list(rows["end"]) == list(absolute.ENDS)
    assert (rows["more"] - rows["fewer"]).is_monotonic_increasing
    assert rows[absolute.ICONS].sum(axis=1).eq(100).all()
    assert absolute.icon_rows([]).empty


def test_control_risks_are_shares_in_order_each_once():
    assert absolute.control_risks(50.0, 10.0, 50.0) == [0.1, 0.5]


def test_if_placebo_subtracts_and_says_who_would_have_responded_anyway():
    rows = absolute.if_placebo(0.5, (0.2, 0.8), [0.1, 0.6])
    assert rows["left"].tolist() == pytest.approx([0.4, -0.1])
    assert rows["left_lb"].tolist() == pytest.approx([0.1, -0.4])
    assert rows["owed"].tolist() == pytest.approx([0.2, 1.0])
    assert absolute.if_placebo(0.0, (0.0, 0.3), [0.1])["owed"].isna().all()


# What placebo does, and the standards


def test_placebo_arms_are_here_even_where_they_may_not_be_subtracted():
    arms = responders_placebo.control_arms(responders.response_keys(50))
    assert {"shanmugam2019", "sorensen1995", "persson2012", "noppers2011"} <= set(arms["study"])
    assert arms["exclude"].dropna().str.contains("crossover|context only").all()
    shanmugam = arms.set_index("study").loc["shanmugam2019"]
    assert (shanmugam["event"], shanmugam["n"]) == (15, 30)
    other = responders_placebo.control_arms(responders.response_keys(50), condition="other")
    assert set(other["condition"]) == {"whiplash"}
    assert responders_placebo.control_arms(["response_30_symptoms"]).empty


def test_standards_keep_their_gaps_and_read_the_risk_from_counts_where_none_is_printed():
    rows = responders_placebo.standards(responders.response_keys(0))
    rows = rows.set_index("comparator")
    assert rows.loc["gabapentin_1200_2400", "risk_c"] == pytest.approx(23 / 75)
    assert rows.loc["duloxetine_60", "risk_c"] == pytest.approx(0.233)
    assert rows.loc["cgrp_antibodies", "nnt_text"] == ""
    assert responders_placebo.standards(["response_50_pain"], condition="other").empty


def test_the_figures_rows_name_their_kind_and_may_be_empty():
    arms = responders_placebo.control_arms(["response_50_pain"])
    none = side_by_side.group_shares({})
    empty = responders_placebo.standards(["response_50_pain"], condition="other")
    assert set(responders_placebo.drawn(arms, empty, none)["kind"]) == {
        "Placebo arms of trials in this book"
    }
    assert responders_placebo.drawn(arms.iloc[:0], empty, none).empty
    assert responders_placebo.nnt_rows([], empty).empty
    rows = responders_placebo.nnt_rows([one()], empty)
    assert rows["benefit"].tolist() == pytest.approx([0.3])


# Words


@pytest.mark.parametrize(
    ("ci", "said"),
    [
        ((0.06, 0.5), "6 to 50 more"),
        ((-0.22, 0.20), "22 fewer to 20 more"),
        ((-0.5, -0.06), "50 to 6 fewer"),
        ((0.0, 0.2), "no more to 20 more"),
        ((0.001, 0.002), "no more to no more"),
    ],
)
def test_intervals_of_people(ci, said):
    assert responders_text.changes_text(Interval(*ci)) == said


def test_a_comparison_in_a_sentence():
    each = one(event_e=80, n_e=100, event_c=50, n_c=100)
    assert responders_text.hundred_text(each).startswith(
        "of a hundred people, 50 respond on placebo anyway; on memantine 30 more (95% CI 17 to "
    )
    assert responders_text.hundred_text(each).endswith(", after 8 weeks")
    assert responders_text.hundred_text(None) == responders_text.GONE


def test_an_empty_cell_is_starred_and_noted():
    table = responders_text.risk_table([one(event_c=0)], [0.1], "x").frame
    assert table["note"].tolist() == [responders_text.NO_EVENT]
    assert responders_text.ratio_text(one(event_c=0), "RR").endswith("*")
    full = responders_text.risk_table([one()], [0.1], "x").frame
    assert "note" not in full
    assert responders_text.ROAD_NAMES["OR, prediction"] not in full
    assert responders_text.risk_table([], [0.1], "x").frame.empty


def test_a_cut_off_bound_has_a_dagger():
    cut = NNT(0.5, Interval(0.2, 1.0), truncated=True)
    assert responders_text.nnt_text(cut) == "NNTB 2 (NNTB 1 to NNTB 5)†"
    assert responders_text.nnt_text("words") == "words"


def test_the_summary_says_so_where_nothing_fits():
    nothing = side_by_side.group_shares({})
    assert responders_words.group_text(nothing) == responders_words.NOTHING
    assert responders_words.placebo_text(pd.DataFrame({"estimate": []})) == responders_words.NOTHING
    assert responders_words.owed_text(absolute.if_placebo(0.5, (0, 1), [])) == (
        responders_words.NOTHING
    )
    assert responders_words.at_risks_text(None, [0.1]).startswith("not shown")
    assert responders_words.sure_text([]).startswith("not judged")
    drug = Finding("x", "a drug", "migraine", "y", "compared", "relief")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(responders_words, "certainty_of", {"x": "low", "z": "very low"}.get)
        assert responders_words.sure_text([drug, replace(drug, key="z")]) == (
            "low for a drug in migraine (relief); very low for a drug in migraine (relief)"
        )
    table = responders_words.study_table(pd.DataFrame(), pd.DataFrame(), "Studies")
    assert "no row fits this choice" in table._repr_html_()


def test_the_summary_in_numbers():
    shares = side_by_side.group_shares({"Ketamine": cohorts((5, 10))})
    # One group has the exact interval: Clopper and Pearson at 5 of 10.
    assert responders_words.group_text(shares) == "Ketamine, 5 of 10 people, 50% (95% CI 19 to 81%)"
    arms = pd.DataFrame({"estimate": [0.1, 0.5], "label": ["A", "B"]})
    assert responders_words.placebo_text(arms) == (
        "10 to 50% of people (in 2 counts; the most in B)"
    )
    left = absolute.if_placebo(0.5, (0.2, 0.8), [0.1])
    assert responders_words.owed_text(left) == "40% if placebo gave 10%"
