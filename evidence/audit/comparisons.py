"""One quantity in two places: whether a review agrees with itself, and with the source."""

from fractions import Fraction
from itertools import combinations

from evidence.audit.numbers import Finding, Number, Numbers, Outcome, figure_text
from evidence.audit.ranges import Range
from evidence.audit.units import brought, factor


def compare(stated: Number, found: Number) -> Outcome:
    """Say whether two places print one quantity.

    Parameters
    ----------
    stated, found : Number
        Two figures, if need be of two units, or two texts.

    Returns
    -------
    {"agrees", "disagrees", "ambiguous"}
        Figures agree where the finer rounds to the coarser, half up or half to even; texts where
        they are equal but for capitals and spaces. With a sign such as "<" the figures agree
        where all that `found` can be is within `stated`, and it is ambiguous where only some is.
    """
    if stated.value is None or found.value is None:
        return "agrees" if stated.text == found.text else "disagrees"
    scale = factor(found.unit, stated.unit)
    signs = {stated.relation, found.relation}
    if signs == {"="} and scale == 1:
        coarse, fine = sorted((stated, found), key=lambda number: number.decimals)
        same = coarse.figure == fine.figure
        rounds = coarse.decimals < fine.decimals and _holds(coarse.rounded, fine.figure)
        return "agrees" if same or rounds else "disagrees"
    if signs <= {"=", "~"}:
        return "agrees" if brought(found, stated.unit).meets(stated.rounded) else "disagrees"
    here, there = stated.range, found.range.times(scale)
    if not here.meets(there):
        return "disagrees"
    return "agrees" if there.within(here) else "ambiguous"


def same(numbers: Numbers) -> Finding:
    """Ask whether several places of a review state one quantity alike.

    Parameters
    ----------
    numbers : Numbers
        `value`, twice or more; figures or texts, as for `compare`.

    Returns
    -------
    Finding
        "disagrees" where any two differ, whichever comes first.
    """
    places = numbers.all("value")
    if len(places) < 2:
        raise ValueError(f"value is needed twice or more; got {len(places)}")
    found = {
        compare(a, b) if compare(a, b) != "ambiguous" else compare(b, a)
        for a, b in combinations(places, 2)
    }
    shown = list(dict.fromkeys(map(str, places)))
    if "disagrees" in found:
        return Finding("disagrees", " is not ".join(shown))
    if "ambiguous" in found:
        return Finding("ambiguous", " may or may not be ".join(shown))
    return Finding("agrees", " is ".join(shown) if len(shown) > 1 else f"{shown[0]} in each place")


def source(numbers: Numbers) -> Finding:
    """Ask whether the review's figure or word is that of the source that decides.

    Parameters
    ----------
    numbers : Numbers
        `stated` by the review and `found` in the source, as for `compare`.

    Returns
    -------
    Finding
        `values`: ratio of stated to found, where both are plain figures of one unit.
    """
    stated, found = numbers.one("stated"), numbers.one("found")
    outcome = compare(stated, found)
    said = {"agrees": "as", "disagrees": "but", "ambiguous": "and"}[outcome]
    values: dict[str, object] = {}
    if stated.value and found.value:
        values["ratio"] = float(stated.value / (found.value * factor(found.unit, stated.unit)))
    text = f"the review has {stated}, {said} the source has {found}"
    return Finding(outcome, text, values)


def greater(numbers: Numbers) -> Finding:
    """Ask whether an order told in words holds.

    Parameters
    ----------
    numbers : Numbers
        `greater` and `lesser`, of units that convert to one another.

    Returns
    -------
    Finding
        "ambiguous" where the rounding hides the order; "disagrees" where two exact counts are
        equal. `values`: difference, in the unit of `greater`.
    """
    more, less = numbers.one("greater"), numbers.one("lesser")
    scale = factor(less.unit, more.unit)
    difference = more.figure - less.figure * scale
    high, low = more.range, less.range.times(scale)
    values = {"difference": float(difference)}
    if _above(high, low):
        return Finding("agrees", f"{more} is more than {less}", values)
    if _above(low, high) or (high.lb == high.ub == low.lb == low.ub):
        return Finding("disagrees", f"{more} is not more than {less}", values)
    gap = figure_text(abs(difference))
    return Finding("ambiguous", f"{more} and {less}: their rounding hides a gap of {gap}", values)


def _above(high: Range, low: Range) -> bool:
    """Say whether every value of one range is above every value of the other, ends apart."""
    ends = high.lb > low.ub or (high.lb == low.ub and (high.lb < high.ub or low.lb < low.ub))
    return ends or (high.lb == low.ub and not (high.lb_in and low.ub_in))


def _holds(reach: Range, value: Fraction) -> bool:
    return reach.meets(Range(value, value))
