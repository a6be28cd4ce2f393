"""Doses in common units, "times higher" statements, and ranges against the doses in the text."""

from fractions import Fraction

from evidence.audit.comparisons import compare
from evidence.audit.numbers import Finding, Number, Numbers, Outcome, figure_text
from evidence.audit.ranges import Range
from evidence.audit.units import brought, factor


def dose(numbers: Numbers) -> Finding:
    """Ask whether two printed doses are one dose.

    Parameters
    ----------
    numbers : Numbers
        `given` and `stated`, both with their unit; `weight_kg` where only one of them is per
        kilogram, `hours` where only one is a rate.

    Returns
    -------
    Finding
        "agrees" where some dose prints as both. `values`: given, in the unit of stated.
    """
    given, stated = numbers.one("given"), numbers.one("stated")
    weight, hours = numbers.get("weight_kg"), numbers.get("hours")
    spans = [f"{span} {unit}" for span, unit in ((weight, "kg"), (hours, "h")) if span is not None]
    joined = (
        None if weight is None else weight.figure,
        None if hours is None else hours.figure,
    )
    scale = factor(given.unit, stated.unit, *joined)
    outcome: Outcome = "disagrees"
    if not spans:
        outcome = compare(stated, given)
    elif brought(given, stated.unit, *joined).meets(stated.rounded):
        outcome = "agrees"
    worth = given.figure * scale
    how = f" over {' and '.join(spans)}" if spans else ""
    brings = "" if scale == 1 else f" is {figure_text(worth)} {stated.unit}"
    said = {"agrees": "as stated", "disagrees": f"not {stated}", "ambiguous": f"stated {stated}"}
    text = f"{given}{how}{brings}, {said[outcome]}"
    return Finding(outcome, text, {"given": float(worth)})


def times(numbers: Numbers) -> Finding:
    """Ask whether one dose is so many times another, with and without the ratio of potencies.

    Parameters
    ----------
    numbers : Numbers
        `higher` and `lower`, with their units; `times`; and, where the two drugs differ in
        potency, `potency`: of the drug of `higher` relative to that of `lower`, by weight.

    Returns
    -------
    Finding
        "agrees" where the plain ratio or the ratio of effective doses prints as `times`, with a
        caveat where only one of the two does. `values`: ratio, and effective (with potency).
    """
    higher, lower, stated = (numbers.one(name) for name in ("higher", "lower", "times"))
    potency = numbers.get("potency")
    plain = higher.rounded.over(brought(lower, higher.unit))
    ratio = higher.figure / (lower.figure * factor(lower.unit, higher.unit))
    shown = f"{higher} over {lower} is {figure_text(ratio)}"
    values = {"ratio": float(ratio)}
    holds, caveat = plain.meets(stated.rounded), ""
    if potency is not None:
        effective = Range(plain.lb * potency.rounded.lb, plain.ub * potency.rounded.ub)
        values["effective"] = float(ratio * potency.figure)
        shown += f", times a potency ratio of {potency} is {figure_text(ratio * potency.figure)}"
        by_effect = effective.meets(stated.rounded)
        if holds != by_effect:
            how = "with" if by_effect else "without"
            caveat = f"it holds only {how} the potency ratio"
        holds = holds or by_effect
    text = f"{shown}; the review says {stated} times"
    return Finding("agrees" if holds else "disagrees", text, values, caveat if holds else "")


def within(numbers: Numbers) -> Finding:
    """Ask whether a stated range is that of its members.

    Parameters
    ----------
    numbers : Numbers
        `low`, `high` and `member` (repeated), with their units.

    Returns
    -------
    Finding
        "disagrees" where a member lies outside, "ambiguous" where the members do not reach an
        end of the range. `values`: low and high of the members, in the unit of `low`.
    """
    low, high, members = numbers.one("low"), numbers.one("high"), numbers.all("member")
    worth = {member: _in(member, low) for member in members}
    least, most = min(members, key=worth.__getitem__), max(members, key=worth.__getitem__)
    values = {"low": float(worth[least]), "high": float(worth[most])}
    said = f"stated {low} to {high}; the members run from {least} to {most}"
    outside = [str(member) for member in members if _beyond(member, low, high)]
    if outside:
        return Finding("disagrees", f"{said}; outside: {', '.join(outside)}", values)
    if compare(low, least) == compare(high, most) == "agrees":
        return Finding("agrees", said, values)
    return Finding("ambiguous", f"{said}, and do not reach both ends", values)


def _beyond(member: Number, low: Number, high: Number) -> bool:
    """Say whether a member is below `low` or above `high` by more than rounding."""
    return any(
        compare(end, member) == "disagrees" and side * (_in(member, end) - end.figure) > 0
        for end, side in ((low, -1), (high, 1))
    )


def _in(member: Number, end: Number) -> Fraction:
    return member.figure * factor(member.unit, end.unit)
