"""Numbers needed to treat beside each other, and the counts behind a printed one."""

import pandas as pd
import pytest

from evidence.riskdiff import risk_difference_ci
from evidence.themes import comparators
from evidence.themes.comparators import (
    comparator_nnts,
    comparisons,
    counts_behind,
    drugs_of,
    fisher_p,
    outcome_keys,
    with_benefit,
)

THEME = "fibromyalgia-trials"
RESPONSE = ["response_50_pain"]


def comparator(**values):
    columns = "nnt nnt_lb nnt_ub event_e n_e event_c n_c rr rr_lb rr_ub risk_c_pct note"
    empty = dict.fromkeys(columns.split())
    base = {"condition": "fibromyalgia", "outcome": "response_50_pain", "level": 95.0}
    base["origin"] = "secondary" if "nnt" in values else "reported"
    return empty | base | values


@pytest.fixture
def toy(monkeypatch):
    table = pd.DataFrame(
        [
            comparator(comparator="printed", nnt=8.0, nnt_lb=5.0, nnt_ub=20.0),
            comparator(comparator="counts", event_e=38, n_e=75, event_c=23, n_c=75, level=None),
            comparator(
                comparator="ratio",
                outcome="withdrawal_any",
                rr=2.0,
                rr_lb=1.5,
                rr_ub=3.0,
                risk_c_pct=10.0,
            ),
            comparator(comparator="gap"),
            comparator(comparator="again", nnt=8.0, nnt_lb=4.0, nnt_ub=21.0, note="Same result as"),
        ]
    )
    outcomes = pd.DataFrame(
        {
            "outcome": ["response_50_pain", "withdrawal_any"],
            "label": ["Response", "Withdrawal"],
            "better": ["higher", "lower"],
        }
    )
    tables = {"comparators": table, "outcomes": outcomes}
    monkeypatch.setattr(comparators, "load", lambda name: tables[name].copy())


@pytest.mark.usefixtures("toy")
def test_each_number_says_how_it_came_about():
    rows = comparator_nnts(["response_50_pain", "withdrawal_any"], "fibromyalgia")
    rows = rows.set_index("comparator")
    assert "again" not in rows.index
    assert rows["basis"].to_dict() == {
        "printed": "printed",
        "counts": "counts",
        "ratio": "risk ratio at the control risk",
        "gap": "no number",
    }
    assert rows.loc["printed", "nnt_text"] == "NNTB 8 (NNTB 5 to NNTB 20)"
    assert rows.loc["counts", "benefit"] == pytest.approx(0.2)
    assert rows.loc["ratio", "nnt_text"] == "NNTH 10 (NNTH 5 to NNTH 20)"
    assert rows.loc["gap", "nnt_text"] == ""
    assert rows["level"].isna().to_dict()["gap"]


@pytest.mark.usefixtures("toy")
def test_a_level_is_for_counts_and_not_for_what_was_printed():
    rows = comparator_nnts(["response_50_pain"], "fibromyalgia", level=80.0)
    levels = rows.set_index("comparator")["level"]
    assert (levels["printed"], levels["counts"]) == (95, 80)


def test_an_outcome_without_comparators_is_an_empty_frame():
    rows = comparator_nnts(["dizziness"], "fibromyalgia")
    assert rows.empty
    assert {"benefit", "nnt_text", "basis"} <= set(rows)


@pytest.mark.usefixtures("toy")
def test_reported_alone_leaves_out_what_was_read_elsewhere():
    rows = comparator_nnts(["response_50_pain"], "fibromyalgia", origin="reported")
    assert list(rows["comparator"]) == ["counts", "gap"]
    with pytest.raises(ValueError, match="origin must be one of"):
        comparator_nnts(["response_50_pain"], "fibromyalgia", origin="printed")


def test_the_threshold_chooses_the_responders():
    assert "response_50_pain" in outcome_keys("response", 50, THEME)
    assert not set(outcome_keys("response", 30, THEME)) & set(outcome_keys("response", 50, THEME))
    assert outcome_keys("dizziness", 30, THEME) == ["dizziness"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (("response", 40), "threshold must be one of 30, 50; got 40"),
        (("pain", 50), "outcome must be one of response, .*got 'pain'"),
    ],
)
def test_a_wrong_choice_is_named(choice, said):
    with pytest.raises(ValueError, match=said):
        outcome_keys(*choice, THEME)


def test_a_wrong_drug_or_measure_is_named():
    with pytest.raises(ValueError, match="drug must be one of all, .*did you mean 'memantine'"):
        comparisons(RESPONSE, theme=THEME, drug="memantin")
    with pytest.raises(ValueError, match="measure must be one of RD, RR, OR; got 'SMD'"):
        comparisons(RESPONSE, theme=THEME, measure="SMD")


def test_each_time_of_a_trial_is_a_row():
    rows = comparisons(RESPONSE, theme=THEME)
    one = rows[rows["study"] == "noppers2011"]
    assert list(one["time"]) == ["15 min", "180 min", "1 wk", "8 wk"]
    first = one.iloc[0]
    assert (first["event_e"], first["n_e"], first["event_c"], first["n_c"]) == (8, 12, 3, 12)
    assert first["yi"] == pytest.approx(5 / 12)
    assert (first["ci_lb"], first["ci_ub"]) == risk_difference_ci(8, 12, 3, 12)


def test_ketamine_finds_s_ketamine_and_the_ratio_keeps_the_benefit():
    rows = comparisons(RESPONSE, theme=THEME, drug="ketamine", measure="RR")
    assert set(rows["drug"]) == {"S-ketamine"}
    assert rows["benefit"].iloc[0] == pytest.approx(5 / 12)
    assert set(rows["measure"]) == {"RR"}


@pytest.mark.parametrize("measure", comparators.MEASURES)
def test_a_drug_without_a_comparison_is_an_empty_frame(measure):
    rows = comparisons(RESPONSE, theme=THEME, drug="methadone", measure=measure)
    assert rows.empty
    assert {"yi", "ci_lb", "ci_ub", "benefit", "nnt_text", "measure"} <= set(rows)
    assert list("a " + rows["nnt_text"]) == []


def test_controls_are_no_drugs_to_choose():
    assert drugs_of(THEME)[0] == "all"
    assert not {"placebo", "midazolam"} & set(drugs_of(THEME))


def test_benefit_turns_where_the_event_is_bad():
    base = {"time": "1 y", "event_e": 2, "n_e": 10, "event_c": 7, "n_c": 10}
    rows = with_benefit(
        pd.DataFrame([base | {"outcome": key} for key in ("withdrawal_any", "response_50_pain")])
    )
    assert list(rows["benefit"]) == pytest.approx([0.5, -0.5])
    assert [text[:6] for text in rows["nnt_text"]] == ["NNTB 2", "NNTH 2"]


def test_only_two_mirrored_tables_lie_behind_the_printed_number():
    found = counts_behind(16.13, (3, 47), least_total=40, most_total=71)
    tables = {tuple(row) for row in found[["event_e", "n_e", "event_c", "n_c"]].to_numpy()}
    assert tables == {(5, 31, 0, 32), (32, 32, 26, 31)}
    # 5/31 = 16.129%; 31/5 = 6.2.
    assert found["estimate"].to_list() == pytest.approx([5 / 31, 5 / 31])


def test_a_number_that_no_counts_give_leaves_nothing():
    assert counts_behind(16.13, (3, 12), least_total=40, most_total=45).empty


def test_fisher_by_hand():
    # 5/31 against 0/32: all five responders in one arm, or (two-sided) all in the other.
    ways = 63 * 62 * 61 * 60 * 59
    one_side, other_side = 31 * 30 * 29 * 28 * 27 / ways, 32 * 31 * 30 * 29 * 28 / ways
    assert one_side < other_side
    assert fisher_p(5, 31, 0, 32) == pytest.approx(one_side)
    assert fisher_p(1, 1, 0, 1) == pytest.approx(1.0)


def test_fisher_refuses_what_is_no_count():
    with pytest.raises(ValueError, match="event"):
        fisher_p(3, 2, 0, 2)
