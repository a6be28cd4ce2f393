"""One quantity in two places, and orders told in words."""

import pytest
from audit_cases import args, conventions, decimals, printed, unit_of, values
from hypothesis import given
from hypothesis import strategies as st

from evidence.audit.comparisons import compare, greater, same, source
from evidence.audit.numbers import Number

signs = st.sampled_from([-1, 1])


@given(values, decimals, decimals, conventions)
def test_one_value_printed_twice_agrees(value, here, there, rounding):
    a, b = (printed(value, places, rounding) for places in (here, there))
    assert source(args(stated=a, found=b)).outcome == "agrees"
    assert same(args(("value", a), ("value", b))).outcome == "agrees"


@given(values, decimals, decimals, conventions, signs)
def test_values_apart_by_more_than_rounding_are_caught(value, here, there, rounding, sign):
    off = 2 * sign * unit_of(min(here, there))
    a, b = printed(value, here, rounding), printed(value + off, there, rounding)
    assert source(args(stated=a, found=b)).outcome == "disagrees"
    assert same(args(("value", a), ("value", b))).outcome == "disagrees"
    mg = [("stated", printed(1000 * value, here, rounding), "=", "mg")]
    g = ("found", printed(value + off, there, rounding), "=", "g")
    assert source(args(*mg, g)).outcome == "disagrees"


@given(values, decimals, decimals, conventions, signs)
def test_an_order_is_seen_unless_rounding_hides_it(value, here, there, rounding, sign):
    gap = 2 * unit_of(min(here, there))
    more, less = (value + gap, value) if sign > 0 else (value, value + gap)
    printed_so = {
        "greater": printed(more, here, rounding),
        "lesser": printed(less, there, rounding),
    }
    found = greater(args(**printed_so, unit="mg"))
    assert found.outcome == ("agrees" if sign > 0 else "disagrees")


@given(values, decimals, decimals, conventions)
def test_equal_values_are_in_no_order(value, here, there, rounding):
    pair = {"greater": printed(value, here, rounding), "lesser": printed(value, there, rounding)}
    assert greater(args(**pair, unit="mg")).outcome == "ambiguous"


@pytest.mark.parametrize(
    ("stated", "found", "outcome"),
    [
        (("33",), ("34",), "disagrees"),
        (("67",), ("66.7",), "agrees"),
        (("66.7",), ("67",), "agrees"),
        (("66.5",), ("66.45",), "agrees"),
        (("placebo",), ("Placebo ",), "agrees"),
        (("placebo",), ("midazolam",), "disagrees"),
        (("six",), ("6",), "agrees"),
        (("0.05", "<"), ("0.01", "<"), "agrees"),
        (("0.01", "<"), ("0.05", "<"), "ambiguous"),
        (("10", ">"), ("10",), "disagrees"),
        (("10", ">="), ("10",), "agrees"),
        (("0.05", "<"), ("0.03",), "agrees"),
        (("0.05", "<"), ("0.20",), "disagrees"),
        (("600", "~"), ("620",), "agrees"),
        (("600", "~"), ("660",), "disagrees"),
        (("2", "=", "g"), ("2000", "=", "mg"), "agrees"),
        (("2", "=", "g"), ("200", "=", "mg"), "disagrees"),
        (("52", "=", "patients"), ("52", "=", "participants"), "agrees"),
    ],
)
def test_known_pairs(stated, found, outcome):
    assert compare(Number("a", *stated), Number("b", *found)) == outcome


def test_what_is_said():
    assert (
        source(args(stated=38, found=28)).computation == "the review has 38, but the source has 28"
    )
    assert source(args(stated=38, found=28)).values["ratio"] == pytest.approx(38 / 28)
    assert same(args(("value", 19), ("value", 21), ("value", 19))).computation == "19 is not 21"
    assert same(args(("value", 20), ("value", 20))).computation == "20 in each place"
    assert same(args(("value", "0.05", "<"), ("value", "0.01", "<"))).outcome == "agrees"
    unclear = same(args(("value", "0.05", "<"), ("value", "0.04", ">")))
    assert unclear.outcome == "ambiguous"
    assert greater(args(greater=5, lesser=5)).outcome == "disagrees"
    assert (
        greater(args(("greater", 1, "=", "g"), ("lesser", 999, "=", "mg"))).outcome == "ambiguous"
    )
    assert greater(args(("greater", 5, ">"), ("lesser", 5))).outcome == "agrees"
    with pytest.raises(ValueError, match="value is needed twice or more; got 1"):
        same(args(value=3))
