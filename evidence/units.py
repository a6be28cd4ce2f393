"""Units of doses, exactly: what one unit is worth in another, with pint.

Body weight is a dimension of its own: else mg/kg would be a plain number.
"""

import re
from fractions import Fraction
from functools import cache
from typing import Any

_BODY = re.compile(r"(?:/|\bper\b)\s*(\d+(?:\.\d+)?|)\s*kg\b", re.IGNORECASE)
_WORDS = (
    (re.compile(r"\s*\bper\b\s*"), "/"),
    (re.compile(r"\s*\b(?:daily|a day|each day)$"), "/day"),
    (re.compile(r"%"), "percent"),
)
_OWN = ("body_kg = [body_weight]", "equivalent = [equivalent] = Eq", "unit_iu = [activity] = IU")


@cache
def _registry() -> Any:
    # Imported here: pint takes long to load, and most chapters weigh no dose.
    from pint import UnitRegistry

    # Fractions: a conversion must not lose what the rounding of a figure turns on.
    registry: Any = UnitRegistry(non_int_type=Fraction)
    for line in _OWN:
        registry.define(line)
    return registry


def quantity(unit: str) -> Any:
    """Return one of a unit, as a quantity of pint.

    Parameters
    ----------
    unit : str
        As printed: "mg/kg/h", "mcg/kg/min", "mg per day", "mg/h/70kg", "%", "mEq". A "/kg" is per
        kilogram of body weight. Milliequivalents and IU convert to nothing but themselves: what
        one of them weighs depends on the substance.

    Raises
    ------
    ValueError
        On a unit that is not known.
    """
    text = _BODY.sub(lambda found: f"/({found[1] or 1} body_kg)", unit.strip())
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    try:
        return _registry().Quantity(Fraction(1), "") * _registry().parse_expression(text)
    # pint raises errors of its own, of Python's tokenizer and of `assert` on what it cannot read.
    except Exception as error:
        known = "mg, mcg/kg, mg/kg/h, mg/day, mmol/l, %, mEq and their like"
        raise ValueError(f"unit {unit!r} is not known; write it as {known}") from error


def dimensions(unit: str) -> dict[str, int]:
    """Return the powers of what a unit measures, such as {"[mass]": 1, "[body_weight]": -1}."""
    return {name: int(power) for name, power in quantity(unit).dimensionality.items()}


def factor(
    unit: str, into: str, weight_kg: Fraction | None = None, hours: Fraction | None = None
) -> Fraction:
    """Return how many of one unit another is.

    Parameters
    ----------
    unit, into : str
        As for `quantity`.
    weight_kg : fractions.Fraction, optional
        Body weight; needed where only one of the two is per kilogram.
    hours : fractions.Fraction, optional
        Time that a rate runs; needed where only one of the two is a rate.

    Raises
    ------
    ValueError
        On an unknown unit, and where the two measure different things.

    Examples
    --------
    >>> print(factor("g", "mg"), factor("mg/kg", "mg", weight_kg=Fraction(70)))
    1000 70
    """
    here, there = quantity(unit), quantity(into)
    for known, name, dimension in (
        (weight_kg, "body_kg", "[body_weight]"),
        (hours, "hour", "[time]"),
    ):
        if known is not None:
            off = there.dimensionality.get(dimension, 0) - here.dimensionality.get(dimension, 0)
            here = here * _registry().Quantity(known, name) ** int(off)
    if here.dimensionality != there.dimensionality:
        mend = "give weight_kg for a dose per kg, hours for a rate, or two units of one kind"
        raise ValueError(f"{unit!r} cannot be brought to {into!r}; {mend}")
    return Fraction(here.to(there.units).magnitude / there.magnitude)
