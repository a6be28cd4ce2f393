"""The summary of findings: its rows, its words by certainty, and what it says of groups alone."""

from dataclasses import replace

import pytest

from evidence.data import load
from evidence.text import EMPTY
from evidence.themes import findings_summary as summary
from evidence.themes import findings_summary_list as listed
from evidence.themes.certainty import DOMAINS, LEVELS, STEPS, certainty_of

CHOICE = summary.Choice()


def by_key(rows):
    return dict(zip((each.key for each in listed.FINDINGS), rows.to_dict("records"), strict=True))


@pytest.fixture(scope="module")
def default():
    return by_key(summary.summary_rows(listed.FINDINGS, CHOICE))


def test_every_judged_result_of_the_trials_has_a_row():
    rows = load("certainty")
    judged = rows.loc[rows["theme"].isin(["migraine-trials", "fibromyalgia-trials"]), "result"]
    assert {each.key for each in listed.FINDINGS} == set(judged)
    assert {each.outcome for each in listed.FINDINGS} <= set(load("outcomes")["outcome"])


def test_a_trial_is_told_by_its_counts(default):
    row = default["memantine_response_50"]
    assert row["studies"] == "60 people, 1 trial"
    assert row["control"] == "50 of 100 on placebo"
    assert row["absolute"] == "30 more of 100 (6 to 50 more), 24 weeks"
    # 24/30 over 15/30, and exp(log 1.6 -/+ z sqrt(1/24 - 1/30 + 1/15 - 1/30)).
    assert row["relative"] == "RR 1.60 (1.07 to 2.39)"


def test_the_time_asked_for_is_the_time_told(default):
    assert default["s_ketamine_response_15min"]["absolute"].endswith("15 minutes")
    assert default["s_ketamine_response_15min"]["control"] == "25 of 100 on midazolam"


def test_a_group_without_a_control_is_never_a_contrast(default):
    for each in listed.FINDINGS:
        row = default[each.key]
        alone = each.kind == listed.UNCONTROLLED
        assert row["control"].startswith("no control group") == alone
        assert row["absolute"].startswith("no comparison; ") == alone
        assert row["relative"].startswith("none without a control") == alone
        assert row["plain"].endswith(summary.NO_CONTROL) == alone
        assert ("no control group" in row["outcome"]) == alone


def test_means_have_no_relative_effect_and_a_prediction_interval(default):
    row = default["memantine_attack_frequency"]
    assert row["relative"] == "none: a difference of means"
    assert "attacks a month; a new trial: " in row["absolute"]
    assert row["studies"] == "109 people, 2 trials"


def test_what_is_not_pooled_says_so(default):
    assert default["ketamine_acute_pain"]["absolute"] == summary.NOT_POOLED
    assert default["ketamine_acute_pain"]["studies"] == EMPTY


def test_the_words_are_as_strong_as_the_certainty():
    said = {
        level: summary.statement(level, "memantine", "attacks", "30 more responders")
        for level in LEVELS
    }
    assert said == {
        "high": "Memantine leads to 30 more responders.",
        "moderate": "Memantine probably leads to 30 more responders.",
        "low": "Memantine may lead to 30 more responders.",
        "very low": "The evidence is very uncertain about the effect of memantine on attacks.",
    }
    assert summary.statement("low", "memantine", "attacks", "") == summary.NO_NUMBER
    assert summary.statement("low", summary.responders.DIET, "x", "y").startswith("A diet low in ")
    with pytest.raises(ValueError, match="certainty must be one of"):
        summary.statement("fair", "memantine", "attacks", "")


@pytest.mark.parametrize("key", [each.key for each in listed.FINDINGS])
def test_each_step_down_is_told(key):
    rows = load("certainty").query("result == @key").set_index("domain")["judgement"]
    text = summary.certainty_text(key)
    assert text.startswith(certainty_of(key))
    for domain in DOMAINS:
        assert (domain in text) == (STEPS[rows[domain]] > 0)
        assert (f"very serious {domain}" in text) == (STEPS[rows[domain]] == 2)


@pytest.mark.parametrize(
    ("condition", "drug", "keys"),
    [
        ("all", "all", [each.key for each in listed.FINDINGS]),
        ("migraine", "magnesium", ["magnesium_prevention"]),
        ("fibromyalgia", "others", ["glutamate_exclusion_diet"]),
        ("fibromyalgia", "ketamine", ["s_ketamine_response_15min", "ketamine_response_session"]),
        ("other", "all", []),
    ],
)
def test_a_choice_keeps_its_rows(condition, drug, keys):
    found = listed.chosen(condition, drug)
    assert [each.key for each in found] == keys
    assert len(summary.summary_rows(found, CHOICE)) == len(keys)


def test_printed_values_alone_leave_gaps_in_words():
    rows = by_key(summary.summary_rows(listed.FINDINGS, summary.Choice(origin="reported")))
    gap = rows["memantine_response_50"]
    assert (gap["absolute"], gap["relative"]) == (summary.LEFT_OUT, EMPTY)
    assert gap["certainty"].startswith("very low")
    assert rows["ketamine_response_session"]["studies"] == "29 people, 1 group"


def test_the_table_displays_itself_and_says_when_it_is_empty(default):
    rows = summary.summary_rows(listed.FINDINGS[:1], CHOICE)
    html = summary.summary_table(rows, "Findings", 90.0)._repr_html_()
    assert "difference with the drug (90% CI)" in html
    none = summary.summary_rows([], CHOICE)
    assert "no row fits" in summary.summary_table(none, "Findings", 95.0)._repr_html_()


def test_means_that_are_not_pooled_say_why():
    finding = next(each for each in listed.FINDINGS if each.kind == "means")
    (row,) = summary.summary_rows([replace(finding, drug="ketamine")], CHOICE).to_dict("records")
    assert row["absolute"].startswith("not pooled: ")
