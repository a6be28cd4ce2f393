"""What a printed figure can stand for."""

from fractions import Fraction
from math import inf

import pytest
from audit_cases import args, conventions, decimals, printed, values
from hypothesis import given

from evidence.audit.numbers import Number, Numbers, figure_text
from evidence.audit.ranges import Range, about


@given(values, decimals, conventions)
def test_the_true_value_is_always_among_those_that_print_so(value, places, rounding):
    reach = Number("x", printed(value, places, rounding)).rounded
    assert reach.lb <= value <= reach.ub


@pytest.mark.parametrize(
    ("text", "value", "places"),
    [
        ("0,34", "0.34", 2),
        ("1,234", "1234", 0),
        ("12,345,678.90", "12345678.90", 2),
        ("Six", "6", 0),
        (" 67% ", "67", 0),
        ("\N{MINUS SIGN}1.50", "-1.5", 2),
        (".05", "0.05", 2),
        ("6.20", "6.2", 2),
    ],
)
def test_figures_as_papers_print_them(text, value, places):
    number = Number("x", text)
    assert number.value == Fraction(value)
    assert number.decimals == places


@pytest.mark.parametrize("text", ["", "several", "5/31", "1.2.3", "1e5", "10-12"])
def test_what_is_no_figure_has_no_value(text):
    assert Number("x", text).value is None
    with pytest.raises(ValueError, match="x must be a number"):
        _ = Number("x", text).figure


@pytest.mark.parametrize("text", ["1.5", "-3"])
def test_a_count_is_whole(text):
    with pytest.raises(ValueError, match="event must be a whole number of 0 or more"):
        _ = Number("event", text).count


def test_a_count_is_exact_and_a_measurement_is_rounded():
    assert Number("n", "33").range == Range(33, 33)
    assert Number("n", "33", unit="patients").range == Range(33, 33)
    assert Number("x", "33", unit="%").range == Range(Fraction("32.5"), Fraction("33.5"))
    assert Number("x", "3.0").range == Range(Fraction("2.95"), Fraction("3.05"))


def test_signs():
    assert Number("p", "0.05", "<").rounded == Range(-inf, Fraction("0.05"), ub_in=False)
    assert Number("p", "0.05", "<=").rounded.ub_in
    assert Number("x", "10", ">").rounded == Range(10, inf, lb_in=False)
    assert Number("x", "10", ">=").rounded.lb_in
    assert Number("x", "600", "~").rounded == Range(550, 650)
    assert Number("x", "57", "~").rounded == Range(Fraction("56.5"), Fraction("57.5"))
    assert str(Number("x", "5", "<", "mg")) == "< 5 mg"
    with pytest.raises(ValueError, match="relation of x must be one of"):
        Number("x", "5", "about")


def test_ranges():
    assert (Range(1, 2) - Range(0, 1)) == Range(0, 2)
    assert Range(-3, 2).magnitude() == Range(0, 3)
    assert Range(-3, -2).magnitude() == Range(2, 3)
    assert Range(2, 4).inverse() == Range(0.25, 0.5)
    assert Range(0, 4).inverse() == Range(0.25, inf)
    assert Range(-4, 0).inverse() == Range(-inf, -0.25)
    assert Range(1, 2).over(Range(0, 4)) == Range(0.25, inf)
    assert Range(1, 2).over(Range(0, 0)) == Range(inf, inf)
    assert not Range(1, 2, ub_in=False).meets(Range(2, 3))
    assert Range(1, 2).meets(Range(2, 3))
    assert Range(1, 2).within(Range(0, 3))
    assert not Range(1, 4).within(Range(0, 3))
    assert about(1.0, inf).lb < 1.0
    with pytest.raises(ValueError, match="through 0 has no inverse"):
        Range(-1, 1).inverse()


def test_arguments():
    numbers = args(("part", 1), ("part", 2), total=3)
    assert [item.count for item in numbers.all("part")] == [1, 2]
    assert numbers.get("nothing") is None
    assert numbers.words("nothing") == ""
    with pytest.raises(ValueError, match="start is needed; got part, total"):
        numbers.one("start")
    with pytest.raises(ValueError, match="start is needed; got nothing"):
        Numbers(()).one("start")


@pytest.mark.parametrize(
    ("value", "text"), [(33, "33"), (Fraction(1, 3), "0.3333"), (1234.56, "1234.6"), (-2.0, "-2")]
)
def test_figures_of_the_arithmetic(value, text):
    assert figure_text(value) == text
