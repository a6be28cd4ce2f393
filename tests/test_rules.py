"""The rules across columns, one by one: what breaks them, and what they do not ask about."""

import pandas as pd
import pytest

from evidence.rules import at_most, find_breaches, measured, needs, percent_matches, spread_matches


def rows(**columns):
    return pd.DataFrame({name: [value] for name, value in columns.items()})


def test_at_most_is_asked_where_both_are_known():
    rule = at_most("event", "n")
    assert [*rule(rows(event=4, n=3))] == [(0, "event", "is more than n (3)")]
    assert [*rule(rows(event=3, n=3))] == []
    assert [*rule(rows(event=4.0, n=float("nan")))] == []
    assert [*rule(rows(event=4))] == []


def test_needs_is_asked_in_the_rows_selected():
    rule = needs("why", "other is set", lambda frame: frame["other"].notna())
    frame = pd.DataFrame({"why": [None, None, "so"], "other": [1, None, 1]})
    assert [*rule(frame)] == [(0, "why", "is empty, but other is set")]
    assert [*rule(frame[["other"]])] == []


@pytest.mark.parametrize(
    ("printed", "note", "said"),
    [
        (33, None, []),
        (33.3, None, []),
        (33.4, None, ["is not 1/3 (33.33%); say in note which is right"]),
        (34, None, ["is not 1/3 (33.33%); say in note which is right"]),
        (34, "misprint", []),
    ],
)
def test_a_percentage_is_that_of_its_counts_to_its_own_decimals(printed, note, said):
    frame = rows(event=1, n=3, percent_reported=printed, note=note)
    assert [breach.rule for breach in percent_matches(frame)] == said


def test_a_percentage_of_nobody_is_not_asked_about():
    assert [*percent_matches(rows(event=0, n=0, percent_reported=0, note=None))] == []


def test_a_spread_stands_in_the_column_of_its_name():
    frame = pd.DataFrame({"spread": ["sd", "se", "none"], "sd": [None, 1, 1], "se": [1, 2, None]})
    assert [*spread_matches(frame)] == [(0, "spread", "says sd, but sd is empty")]
    assert [*spread_matches(rows(spread="iqr"))] == []


def test_a_spread_is_above_nought_where_there_is_one():
    frame = pd.DataFrame({"sd": [0.0, 1.0, None]})
    assert [*measured(frame)] == [(0, "sd", "is not above 0")]
    assert [*measured(rows(se=-1.0))] == [(0, "se", "is not above 0")]


def test_a_table_without_rules_keeps_that_of_its_origin():
    frame = rows(origin="derived", derivation=None)
    assert [breach.column for breach in find_breaches("studies", frame)] == ["derivation"]
    assert [*find_breaches("studies", rows(label="x"))] == []
