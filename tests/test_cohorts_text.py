"""Counts and shares in words."""

import pandas as pd

from evidence.themes.cohorts_text import counts_text, limits_text, printed_nnt_text, shares_text


def test_counts_with_what_is_known():
    rows = pd.DataFrame({"event": [8, 8, None], "n": [11, None, 3]}, dtype="Int64")
    assert list(counts_text(rows)) == ["8/11", "8", "–"]
    renamed = rows.rename(columns={"event": "event_e", "n": "n_e"})
    assert counts_text(renamed, "event_e", "n_e").equals(counts_text(rows))


def test_shares_and_limits_are_percent():
    def plain(texts):
        return [each.replace("\N{NO-BREAK SPACE}", " ") for each in texts]

    rows = pd.DataFrame({"estimate": [0.727, 0.5], "ci_lb": [0.39, -0.1], "ci_ub": [0.94, None]})
    assert plain(limits_text(rows)) == ["39 to 94%", "–"]
    assert plain(limits_text(rows, "estimate", "estimate")) == ["73%", "50%"]
    assert plain(shares_text(rows, level=90.0))[0] == "73% (90% CI 39 to 94%)"
    assert plain(shares_text(rows)) == ["73% (39 to 94%)", "50% (–)"]


def test_a_printed_number_is_not_rounded():
    rows = pd.DataFrame(
        {"nnt": [6.2, None, 6.1], "nnt_lb": [3, None, None], "nnt_ub": [47, None, None]}
    )
    assert list(printed_nnt_text(rows)) == ["6.2 (3 to 47)", "–", "6.1 (no interval printed)"]


def test_no_row_no_text():
    rows = pd.DataFrame(columns=["event", "n", "estimate", "ci_lb", "ci_ub"])
    for texts in (counts_text(rows), shares_text(rows)):
        assert list("a: " + texts + ", b") == []
