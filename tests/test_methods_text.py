"""The methods in words: every word of the parameters is there, and texts follow their tables."""

import numpy as np
import pandas as pd
import pytest

from evidence import methods_text as words
from evidence.fits import TESTS
from evidence.pooling import pool
from evidence.small_samples import Verdict
from evidence.tau2 import TAU2


def test_every_method_and_test_is_explained():
    assert set(words.ESTIMATORS) == set(TAU2)
    assert set(words.INTERVALS) == set(TESTS)
    html = words.words_table(words.INTERVALS, "x")._repr_html_()
    assert all(name in html for name in TESTS)


FOUND = pd.DataFrame(
    {
        "k": [3, 3, 3],
        "n_c": [None, None, None],
        "tau": [0.0, 0.5, 0.0],
        "interval": ["DL z", "DL z", "summed wilson"],
        "coverage": [0.951, 0.873, np.nan],
        "coverage_se": [0.006, 0.011, np.nan],
        "width": [0.254, 0.3, np.nan],
        "excludes_zero": [0.17, 1.0, 0.0],
    }
)


def test_coverage_goes_across_and_keeps_the_order():
    frame = words.coverage_table(FOUND, "x").frame
    assert list(frame) == ["interval", "tau 0", "tau 0.5"]
    assert frame.iloc[0].tolist() == ["DL z", "95.1% (0.6)", "87.3% (1.1)"]
    assert frame.iloc[1].tolist() == ["plain sum (Wilson)", "–", "–"]


def test_width_and_power_have_their_units():
    assert words.coverage_table(FOUND, "x", show="width").frame["tau 0"].tolist() == [
        "25 points",
        "–",
    ]
    trials = FOUND.iloc[:1].assign(n_c=[(9, 9)], width=np.log(4))
    assert words.coverage_table(trials, "x", show="width").frame["tau 0"].tolist() == ["4.0 times"]
    shown = words.coverage_table(FOUND.iloc[:1], "x", across="k", show="excludes_zero").frame
    assert shown["3 studies"].tolist() == ["17%"]


def test_ranges():
    assert words.range_text(FOUND, "DL z") == "87% to 95%"
    assert words.range_text(FOUND.iloc[:1], "DL z") == "95%"
    assert words.range_text(FOUND, "summed wilson") == "not known"


def verdict(interval):
    frame = pd.DataFrame(
        {
            "interval": ["REML z", "REML hybrid"],
            "lowest": [0.8, 0.95],
            "holds": [False, True],
            "agreeing": [0.9, 0.95],
            "holds_agreeing": [True, True],
            "width": [1.0, 2.166],
        }
    )
    return Verdict(interval, frame, 95.0)


def test_the_verdict_says_whether_it_is_the_default():
    assert words.default_interval() == "REML hybrid"
    assert words.verdict_text(verdict("REML hybrid")).endswith("which is the book's default")
    assert words.verdict_text(verdict("REML adhoc")).endswith("the book's is REML hybrid")
    assert words.verdict_text(verdict(None)).startswith("no interval passes")
    shown = words.verdict_table(verdict("REML hybrid")).frame
    assert shown["chosen"].tolist() == [False, True]
    assert shown["width"].tolist() == ["1.00 times", "2.17 times"]


def test_the_rule_is_told_at_the_level():
    assert words.rule_text(95).startswith("an interval may miss 5 in a hundred, and 7.5 where")
    assert words.rule_text(99.9).startswith("an interval may miss 0.1 in a hundred, and 0.15 ")
    assert words.rule_text(1.5).startswith("an interval may miss 98.5 in a hundred, and 100 ")
    assert words.rule_text(90).startswith("an interval may miss 10 in a hundred, and 15 where")


def test_scenarios_are_counted_once():
    table = pd.DataFrame({"n": [(9, 9)] * 3, "n_c": None, "p": 0.5, "tau": [0.0, 0.0, 1.0]})
    table = table.assign(log_or=np.nan, replicates=[1000, 60, 1000])
    assert words.scenarios_text(table) == "2 scenarios of 1,000 or 60 data sets each"


def test_sources_are_read_from_docstrings_and_linked():
    shown = words.sources_of([pool, pool])
    assert len(shown.items) == 3
    assert '<a href="https://doi.org/10.1002/sim.7411">doi:10.1002/sim.7411</a>' in "".join(
        shown.items
    )
    with pytest.raises(ValueError, match="verdict_text has none"):
        words.sources_of([words.verdict_text])


def test_a_section_after_the_references_is_left_out():
    def documented():
        """Return.

        References
        ----------
        .. [1] A & B (2000). Title. doi:10.1/x

        Examples
        --------
        >>> 1
        """

    assert words.sources_of([documented]).items == (
        'A &amp; B (2000). Title. <a href="https://doi.org/10.1/x">doi:10.1/x</a>.',
    )
