"""Sums and flows: whether the parts make the whole, if need be within their rounding."""

from collections.abc import Sequence

from evidence.audit.numbers import Finding, Number, Numbers, figure_text
from evidence.audit.ranges import Range


def total(numbers: Numbers) -> Finding:
    """Ask whether parts add up to their total.

    Parameters
    ----------
    numbers : Numbers
        `part` (repeated) and `total`, of one unit. Whole numbers without a unit, or of people,
        are exact; anything else stands for all that rounds to it.

    Returns
    -------
    Finding
        "disagrees" where no values that print so add up; `values`: difference.

    Examples
    --------
    >>> figures = [Number("part", "8"), Number("part", "17"), Number("total", "25")]
    >>> total(Numbers(tuple(figures))).computation
    '8 + 17 = 25'
    """
    return _balance(numbers.all("part"), " + ", 1, numbers.one("total"))


def flow(numbers: Numbers) -> Finding:
    """Ask whether a start less all that leave gives the end, as in a flow chart.

    Parameters
    ----------
    numbers : Numbers
        `start`, `less` (repeated) and `end`; exact or rounded as for `total`.

    Returns
    -------
    Finding
        `values`: difference.
    """
    return _balance([numbers.one("start"), *numbers.all("less")], " - ", -1, numbers.one("end"))


def _balance(parts: Sequence[Number], sign: str, factor: int, whole: Number) -> Finding:
    found, reach = parts[0].figure, parts[0].range
    for part in parts[1:]:
        found += factor * part.figure
        reach = reach + part.range if factor > 0 else reach - part.range
    sums = f"{sign.join(map(str, parts))} = {figure_text(found)}"
    values = {"found": float(found), "difference": float(found - whole.figure)}
    if not reach.meets(whole.range):
        return Finding("disagrees", f"{sums}, not {whole}{_spread(reach)}", values)
    off = "" if found == whole.figure else f", {whole} within the rounding of the figures"
    return Finding("agrees", sums + off, values)


def _spread(reach: Range) -> str:
    if reach.lb == reach.ub:
        return ""
    return f" (rounding allows {figure_text(reach.lb)} to {figure_text(reach.ub)})"
