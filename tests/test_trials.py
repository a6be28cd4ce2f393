"""From tables to a row a trial."""

import math

import pandas as pd
import pytest

from evidence import trials
from evidence.trials import cohorts, counts, hours, one_row

STUDIES = pd.DataFrame(
    {
        "study": ["a", "b", "c"],
        "label": ["A", "B", "C"],
        "theme": "t",
        "condition": "migraine",
        "population": "p",
        "design": ["randomised parallel", "randomised parallel", "uncontrolled prospective"],
        "purpose": "acute",
        "year": 2000,
        "cohort": None,
        "aura": "mixed",
    }
)
ARMS = pd.DataFrame(
    [
        ("a", "k", "ketamine", "experimental", "ketamine"),
        ("a", "p", "placebo", "placebo", "placebo"),
        ("b", "k1", "ketamine low", "experimental", "ketamine"),
        ("b", "k2", "ketamine high", "experimental", "ketamine"),
        ("b", "m", "midazolam", "active control", "midazolam"),
        ("c", "k", "ketamine", "single arm", "ketamine"),
    ],
    columns=["study", "arm", "label", "role", "drug"],
).assign(target="NMDAR", dose=None, route="oral")


def row(study, arm, event, n, time="2 h", denominator="randomised", **more):
    base = {"outcome": "o", "origin": "reported", "exclude": None, "source": "s"}
    return (
        base
        | {"study": study, "arm": arm, "event": event, "n": n, "time": time}
        | {"denominator": denominator}
        | more
    )


ROWS = [
    row("a", "k", 8, 20),
    row("a", "p", 4, 21),
    row("a", "k", 8, 16, denominator="completed"),
    row("a", "p", 4, 17, denominator="completed"),
    row("a", "k", 3, 20, time="24 h", exclude="other time point"),
    row("a", "p", 3, 21, time="24 h", exclude="other time point"),
    row("b", "k1", 5, 10),
    row("b", "k2", 6, 11, origin="derived"),
    row("b", "m", 2, 12),
    row("c", "k", 7, 9),
]


@pytest.fixture(autouse=True)
def _toy(monkeypatch):
    tables = {"studies": STUDIES, "arms": ARMS, "dichotomous": pd.DataFrame(ROWS)}
    monkeypatch.setattr(trials, "load", lambda table: tables[table].copy())


def test_experimental_and_placebo_stand_side_by_side():
    (pair,) = counts("o").to_dict("records")
    assert (pair["event_e"], pair["n_e"], pair["event_c"], pair["n_c"]) == (8, 20, 4, 21)
    assert pair["comparison"] == "ketamine v placebo"


def test_the_denominator_asked_for_is_taken():
    (pair,) = counts("o", denominator="completed").to_dict("records")
    assert (pair["n_e"], pair["n_c"], pair["denominator"]) == (16, 17, "completed")


def test_a_missing_denominator_falls_back_and_says_so():
    pairs = counts("o", control="active", denominator="completed")
    assert set(pairs["denominator"]) == {"randomised"}


def test_a_control_used_twice_is_told():
    pairs = counts("o", control="active")
    assert list(pairs["event_e"]) == [5, 6]
    assert pairs["shares_control"].all()


def test_reported_values_alone():
    pairs = counts("o", control="active", origin="reported")
    assert list(pairs["arm_e"]) == ["k1"]


def test_a_drug_selects_by_the_experimental_arm_and_keeps_its_control():
    (pair,) = counts("o", drug="ketamine").to_dict("records")
    assert (pair["drug"], pair["control"], pair["event_c"]) == ("ketamine", "placebo", 4)
    assert counts("o", control="active", target="NMDAR", route="oral").shape[0] == 2


def test_a_drug_without_rows_for_the_outcome_is_no_error(monkeypatch):
    arms = pd.concat([ARMS, ARMS.tail(1).assign(arm="g", drug="guaifenesin")])
    tables = {"studies": STUDIES, "arms": arms, "dichotomous": pd.DataFrame(ROWS)}
    monkeypatch.setattr(trials, "load", lambda table: tables[table].copy())
    assert counts("o", drug="guaifenesin").empty
    assert cohorts("o", drug="guaifenesin").empty


def test_a_single_arm_is_no_comparison():
    assert list(cohorts("o")["study"]) == ["c"]
    assert "c" not in set(counts("o", control="any")["study"])


def test_all_keeps_every_value():
    assert counts("o", drug="all").equals(counts("o"))


def test_a_choice_that_leaves_nothing_is_an_empty_frame_with_its_columns():
    nothing = counts("o", drug="placebo")
    assert nothing.empty
    assert {"event_e", "n_e", "event_c", "n_c", "label"} <= set(nothing)


@pytest.mark.parametrize(
    ("having", "said"),
    [
        ({"drug": "ketamin"}, "drug must be one of all, ketamine.*did you mean 'ketamine'"),
        ({"control": "sham"}, "control must be one of placebo, active, any"),
        ({"denominator": "treated"}, "denominator must be one of randomised"),
        ({"origin": "true"}, "origin must be one of all, reported"),
        ({"colour": "red"}, "column must be one of"),
    ],
)
def test_a_wrong_value_is_named(having, said):
    with pytest.raises(ValueError, match=said):
        counts("o", **having)


def test_the_longest_follow_up_is_kept():
    frame = pd.DataFrame({"study": ["a", "a"], "time": ["12 wk", "2 mo"], "x": [1, 2]})
    assert one_row(frame, ["study"])["x"].to_list() == [1]


def test_hours():
    times = ("30 min", "2 h", "4-6 wk", "1 mo", "0.5 h")
    assert [hours(t) for t in times] == [0.5, 2, 1008, 730, 0.5]
    assert all(math.isnan(hours(t)) for t in ("infusion session", "3 fortnights", "months"))


def test_a_time_in_words_yields_to_a_measured_one():
    frame = pd.DataFrame({"study": ["a", "a"], "time": ["12 wk", "stable dose"], "x": [1, 2]})
    assert one_row(frame, ["study"])["x"].to_list() == [1]
