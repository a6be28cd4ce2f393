"""The figure of verdicts is read by its artists."""

from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.verdicts import HATCH, verdicts

COLUMNS = ["review", "verdict", "claims", "computed", "judged"]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_each_verdict_has_its_bar_its_words_and_its_number():
    rows = [("a", "confirmed", 5, 3, 2), ("a", "ambiguous", 0, 0, 0), ("b", "confirmed", 7, 7, 0)]
    ax = verdicts(pd.DataFrame(rows, columns=COLUMNS), names={"a": "Review A"}).ax
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [row[1] for row in rows]
    texts = [text.get_text() for text in ax.texts]
    assert [text for text in texts if text.isdigit()] == ["5", "0", "7"]
    assert [text for text in texts if not text.isdigit()] == ["Review A", "b"]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [3, 2, 0, 0, 7, 0]
    assert [bar.get_hatch() for bar in ax.patches] == [None, HATCH] * 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["computed", "judged"]


def test_bars_do_not_overlap_and_stand_in_order():
    rows = [("a", "confirmed", 1, 1, 0), ("a", "ambiguous", 1, 1, 0), ("b", "confirmed", 1, 1, 0)]
    ax = verdicts(pd.DataFrame(rows, columns=COLUMNS)).ax
    places = [bar.get_y() for bar in ax.patches[::2]]
    assert places == sorted(places, reverse=True)
    assert min(a - b for a, b in pairwise(places)) >= 0.72
    assert max(text.get_fontsize() for text in ax.get_yticklabels()) >= 10


def test_without_a_claim_it_says_so():
    ax = verdicts(pd.DataFrame(columns=COLUMNS)).ax
    assert [text.get_text() for text in ax.texts] == ["No claim fits this choice"]
