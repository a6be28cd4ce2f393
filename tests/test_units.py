"""Units of doses, against arithmetic by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.units import dimensions, factor, quantity

UNITS = ["mg/kg", "g/kg", "microgram/kg", "mcg/kg"]
RATES = ["mg/kg/h", "microgram/kg/min", "mg/hour/70kg", "g/kg/day"]


@pytest.mark.parametrize(
    ("unit", "into", "worth"),
    [
        ("g", "mg", 1000),
        ("microgram/kg", "mg/kg", Fraction(1, 1000)),
        # 2 microgram/kg/min are 2 x 60 / 1000 mg/kg/h.
        ("microgram/kg/min", "mg/kg/hour", Fraction(60, 1000)),
        ("mg/hour/70kg", "mg/kg/hour", Fraction(1, 70)),
        ("mg per day", "g/day", Fraction(1, 1000)),
        ("mg/dl", "mg/l", 10),
    ],
)
def test_conversions_are_exact(unit, into, worth):
    assert factor(unit, into) == worth


def test_body_weight_and_time_join_what_differs_by_them():
    assert factor("mg/kg", "mg", Fraction(70)) == 70
    assert factor("mg", "mg/kg", Fraction(70)) == Fraction(1, 70)
    assert factor("mg/kg/h", "mg", Fraction(70), Fraction(24)) == 1680
    assert factor("mg/kg", "g/kg", Fraction(70)) == Fraction(1, 1000)


@pytest.mark.parametrize("units", [UNITS, RATES], ids=["doses", "rates"])
@given(data=st.data())
def test_there_and_back_is_one(units, data):
    here, there, third = (data.draw(st.sampled_from(units)) for _ in range(3))
    assert factor(here, there) * factor(there, here) == 1
    assert factor(here, there) * factor(there, third) == factor(here, third)


@pytest.mark.parametrize(
    ("unit", "into"), [("mg/kg", "mg"), ("mg", "mg/h"), ("mCi", "mg"), ("mEq", "mmol")]
)
def test_what_measures_different_things_is_refused(unit, into):
    with pytest.raises(ValueError, match=f"{unit!r} cannot be brought to {into!r}"):
        factor(unit, into)


@pytest.mark.parametrize("unit", ["spoons", "mg//kg", "(mg"])
def test_an_unknown_unit_is_named(unit):
    with pytest.raises(ValueError, match="is not known; write it as"):
        quantity(unit)


def test_a_kilogram_of_body_is_no_kilogram_of_drug():
    assert dimensions("mg/kg") == {"[mass]": 1, "[body_weight]": -1}
    assert dimensions("mg/day") == {"[mass]": 1, "[time]": -1}
    assert dimensions("mmol/day") == {"[substance]": 1, "[time]": -1}
