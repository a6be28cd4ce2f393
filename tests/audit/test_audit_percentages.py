"""GRIM and percentages: published examples, an oracle, and claims made right and wrong."""

from fractions import Fraction

import pytest
from audit_cases import CONVENTIONS, args, conventions, decimals, printed, unit_of
from hypothesis import given
from hypothesis import strategies as st

from evidence.audit.numbers import Number
from evidence.audit.percentages import percentage, whole_counts
from evidence.audit.ranges import Range

shares = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

#: Means of whole numbers and whether GRIM lets them pass: 5.19 of 28 is Brown and Heathers' case
#: (2017), with its neighbours, 5.27 of 43 and the tests of the R package scrutiny
#: (test-grim.R, vignette "grim"); 3.48 of 20 is that of the encyclopaedias.
PUBLISHED = [
    *[(f"5.{d}", 28, d in (21, 25, 29)) for d in range(19, 31)],
    ("5.27", 43, False),
    ("3.48", 20, False),
    ("3.45", 20, True),
    ("3.45", 10, False),
    ("3.44", 18, True),
    # 161.5 and 162.5 of 80: the half goes up or down (scrutiny, jpap_4).
    *[(f"2.0{d}", 80, True) for d in (2, 3, 4, 5)],
]


@pytest.mark.parametrize(("mean", "n", "possible"), PUBLISHED)
def test_published_means(mean, n, possible):
    assert bool(whole_counts(Number("mean", mean).rounded, n)) == possible


@pytest.mark.parametrize("percent", range(6, 17))
def test_published_percentages_of_50(percent):
    """scrutiny, test-grim.R: of 50 people only even percentages."""
    outcome = percentage(args(percent=percent, n=50)).outcome
    assert outcome == ("agrees" if percent % 2 == 0 else "disagrees")


@given(st.integers(1, 120), st.integers(0, 1), st.integers(0, 1000))
def test_grim_equals_an_enumeration(n, places, tenths):
    text = printed(Fraction(tenths, 10), places)
    fits = [
        k
        for k in range(n + 1)
        if text in {printed(Fraction(100 * k, n), places, how) for how in CONVENTIONS}
    ]
    assert list(whole_counts(Number("percent", text).rounded, n, 100, n)) == fits


@given(shares, decimals, conventions)
def test_a_true_percentage_never_raises_an_alarm(share, places, rounding):
    event, n = share
    percent = printed(Fraction(100 * event, n), places, rounding)
    assert percentage(args(percent=percent, event=event, n=n)).outcome == "agrees"
    found = percentage(args(percent=percent, n=n))
    assert found.outcome == "agrees"
    first, last = found.values["fits"][n]
    assert first <= event <= last
    both = percentage(args(("percent", percent), ("event", event), ("n", n), ("n", n + 1000)))
    assert both.outcome == ("ambiguous" if n + 1000 in both.values["fits"] else "agrees")


@given(shares, decimals, conventions, st.sampled_from([-2, 2]))
def test_a_percentage_off_by_more_than_rounding_is_caught(share, places, rounding, units):
    event, n = share
    wrong = Fraction(100 * event, n) + units * unit_of(places)
    percent = printed(wrong, places, rounding)
    assert percentage(args(percent=percent, event=event, n=n)).outcome == "disagrees"


def test_known_answers():
    assert percentage(args(percent=57, event=33, n=58)).computation == "33/58 is 56.9%, printed 57%"
    seven = percentage(args(percent=56, n=7))
    assert seven.outcome == "disagrees"
    assert seven.computation == "no whole number of 7 is 56%: 3/7 is 42.9%, 4/7 is 57.1%"
    one = percentage(args(("percent", 67), ("event", 36), ("n", 54), ("n", 60)))
    assert one.outcome == "agrees"
    assert one.computation == "36/54 is 66.7%, printed 67%; 36/60 is 60.0%, not 67%"
    two = percentage(args(("percent", 50), ("n", 10), ("n", 20)))
    assert two.outcome == "ambiguous"
    assert percentage(args(percent=10, n=1000)).computation == "95 to 105 of 1000 are 10%"
    assert percentage(args(percent=100, event=8, n=7)).computation == "8 is more than 7"
    assert percentage(args(percent=104, n=7)).outcome == "disagrees"


def test_signs_and_ends():
    assert percentage(args(("percent", 50, ">"), ("event", 5), ("n", 10))).outcome == "disagrees"
    assert percentage(args(("percent", 50, ">="), ("event", 5), ("n", 10))).outcome == "agrees"
    assert percentage(args(("percent", 50, "<"), ("event", 5), ("n", 10))).outcome == "disagrees"
    assert list(whole_counts(Range(8, float("inf")), 1, most=9)) == [8, 9]
    with pytest.raises(ValueError, match="fits every larger sum"):
        whole_counts(Range(8, float("inf")), 1)
    with pytest.raises(ValueError, match="n must be a whole number of 1 or more; got 0"):
        percentage(args(percent=5, n=0))
