"""Figures as reviews print them, brought to one another's units."""

from fractions import Fraction
from functools import cache

from evidence import units
from evidence.audit.numbers import COUNTED, Number
from evidence.audit.ranges import Range


@cache
def factor(
    unit: str, into: str, weight_kg: Fraction | None = None, hours: Fraction | None = None
) -> Fraction:
    """Return how many of one unit another is.

    Parameters
    ----------
    unit, into, weight_kg, hours
        As for :func:`evidence.units.factor`. Two equal texts, of whatever unit, are 1 of one
        another; so are two units of counting ("patients", "participants"), and a unit and none.

    Raises
    ------
    ValueError
        On an unknown unit, and where the two measure different things.
    """
    here, there = unit.strip(), into.strip()
    if here == there or not here or not there or {here.casefold(), there.casefold()} <= COUNTED:
        return Fraction(1)
    return units.factor(here, there, weight_kg, hours)


def brought(
    number: Number, unit: str, weight_kg: Fraction | None = None, hours: Fraction | None = None
) -> Range:
    """Return what a printed figure can stand for, in another unit; arguments as for `factor`."""
    return number.rounded.times(factor(number.unit, unit, weight_kg, hours))
