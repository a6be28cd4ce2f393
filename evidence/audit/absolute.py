"""Risks, their difference, the number needed to treat and the intervals, against each other."""

from fractions import Fraction
from itertools import combinations, product

import pandas as pd

from evidence.audit.intervals import COLUMNS, NAMES, printing
from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.ranges import Range
from evidence.audit.reconstruction import nnt_range, signed_nnts, wanted_of
from evidence.checks import check_level

#: What a difference can be, and its limits.
_WHOLE = Range(Fraction(-1), Fraction(1))
_PER_CENT = Fraction(1, 100)

Statement = tuple[str, Range]


def nnt(numbers: Numbers) -> Finding:
    """Ask whether risks, risk difference, NNT, their limits and the counts agree.

    Parameters
    ----------
    numbers : Numbers
        Any of `event_e, n_e, event_c, n_c`; `risk_e, risk_c, rd, rd_lb, rd_ub` in percent;
        `nnt, nnt_lb, nnt_ub`; and `level`, percent, 95 if not stated. At least two must speak of
        one thing.

    Returns
    -------
    Finding
        "disagrees" names each pair that no value can join, or says that no usual interval of the
        counts prints as the limits do. "unknown" where nothing stands against anything.
        `values`: rd (of the counts, if given), methods (intervals that print as the limits do).

    Notes
    -----
    The difference is experimental minus control; it is turned where only that agrees, as a
    printed risk *reduction* is. NNT 6.2 stands for 1/6.25 to 1/6.15; a whole NNT also for one
    rounded up (Cochrane Handbook 6, 15.4.2). As ranges on a line share a value when each two
    of them do, pairs are enough.
    """
    outcomes = [_judge(numbers, sign) for sign in (1, -1)]
    return next((each for each in outcomes if each.outcome == "agrees"), outcomes[0])


def _judge(numbers: Numbers, sign: int) -> Finding:
    groups = {
        "risk_e": _risk(numbers, "e"),
        "risk_c": _risk(numbers, "c"),
        "difference": _differences(numbers, sign),
        "lower limit": _limits(numbers)[0],
        "upper limit": _limits(numbers)[1],
    }
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    apart = [f"{a[0]} is not {b[0]}" for a, b in pairs if not a[1].meets(b[1])]
    ordered = _ordered(groups)
    apart += [f"{low[0]} is above {high[0]}" for low, high in ordered if low[1].lb > high[1].ub]
    methods = _methods(numbers, sign)
    values: dict[str, object] = {} if methods is None else {"methods": methods}
    if methods == []:
        apart.append("no usual interval of these counts prints so: " + ", ".join(NAMES))
    if not pairs and not ordered and methods is None:
        return Finding("unknown", "nothing stated stands against anything else", values)
    if apart:
        return Finding("disagrees", "; ".join(apart), values)
    joined = [f"{a[0]} is {b[0]}" for a, b in pairs]
    joined += ["the difference and its limits are in order"] if ordered else []
    joined += [f"the interval is that of {', '.join(methods)}"] if methods else []
    return Finding("agrees", "; ".join(joined), values)


def _risk(numbers: Numbers, arm: str) -> list[Statement]:
    """Return what is said of one arm's risk: its counts, its percentage."""
    event, n, risk = (numbers.get(f"{name}_{arm}") for name in ("event", "n", "risk"))
    found: list[Statement] = []
    if event is not None and n is not None:
        share = Fraction(event.count, n.count)
        found.append((f"{event}/{n} ({_percent_text(share)})", Range(share, share)))
    if risk is not None:
        found.append((f"{risk.printed}% in arm {arm}", risk.rounded.times(_PER_CENT)))
    return found


def _differences(numbers: Numbers, sign: int) -> list[Statement]:
    found: list[Statement] = []
    for (text_e, risk_e), (text_c, risk_c) in zip(
        _risk(numbers, "e"), _risk(numbers, "c"), strict=False
    ):
        gap = risk_e - risk_c if sign > 0 else risk_c - risk_e
        found.append((f"{text_e} against {text_c}", gap))
    if (rd := numbers.get("rd")) is not None:
        found.append((f"a difference of {rd.printed}%", rd.rounded.times(_PER_CENT)))
    if (number := signed_nnts(numbers)[0]) is not None:
        found.append((_nnt_text("NNT", number), nnt_range(number).inverse()))
    return found


def _limits(numbers: Numbers) -> tuple[list[Statement], list[Statement]]:
    """Return what is said of the lower and of the upper limit of the difference."""
    found: tuple[list[Statement], list[Statement]] = ([], [])
    _, lower, upper = signed_nnts(numbers)
    for side, name, number in zip(found, ("rd_lb", "rd_ub"), (lower, upper), strict=True):
        if (rd := numbers.get(name)) is not None:
            side.append((f"a limit of {rd.printed}%", rd.rounded.times(_PER_CENT)))
        if number is not None:
            side.append((_nnt_text("an NNT limit of", number), nnt_range(number).inverse()))
    return found


def _ordered(groups: dict[str, list[Statement]]) -> list[tuple[Statement, Statement]]:
    """Return each two statements of which the first must not be above the second."""
    low, middle, high = (groups[name] for name in ("lower limit", "difference", "upper limit"))
    return [*product(low, middle), *product(middle, high), *product(low, high)]


def _methods(numbers: Numbers, sign: int) -> list[str] | None:
    """Return the methods whose interval of the counts prints as the limits; None without both."""
    counts = [numbers.get(name) for name in COLUMNS]
    wanted = wanted_of(numbers)
    if None in counts or not wanted.interval:
        return None
    level = float(numbers.one("level").figure) if numbers.get("level") else 95.0
    check_level(level)
    row = [numbers.one(name).count for name in COLUMNS]
    table = pd.DataFrame([row if sign > 0 else row[2:] + row[:2]], columns=list(COLUMNS))
    lb, ub = wanted.lb or _WHOLE, wanted.ub or _WHOLE
    return [name for name in NAMES if printing(table, name, lb, ub, level).all()]


def _nnt_text(what: str, number: Number) -> str:
    return f"{what} {number.printed} (1/{number.printed} is {_percent_text(1 / number.figure)})"


def _percent_text(share: Fraction) -> str:
    return f"{100 * float(share):.2f}%"
