"""Percentages against counts: the whole counts, of the denominators given, that could print so."""

from fractions import Fraction
from math import ceil, floor, inf

from evidence.audit.numbers import Finding, Number, Numbers, Outcome
from evidence.audit.ranges import Range


def whole_counts(mean: Range, n: int, scale: int = 1, most: int | None = None) -> range:
    """Return the whole sums of `n` values whose mean, times `scale`, lies in a range (GRIM).

    Parameters
    ----------
    mean : Range
        What the printed mean can stand for; both conventions of rounding the half are in it.
    n : int
        Values, 1 or more.
    scale : int
        1 for a mean of whole numbers; 100 for a percentage of people.
    most : int, optional
        Largest sum that can be; `n` for people who either have the event or not.

    Returns
    -------
    range
        Consecutive sums of 0 or more; empty where no sum of whole numbers prints so.

    Raises
    ------
    ValueError
        On an `n` below 1.

    Notes
    -----
    Detection needs coarse means: where n exceeds 10 to the digits printed (100 for whole
    percentages), every figure has a count.

    References
    ----------
    .. [1] Brown NJL, Heathers JAJ (2017). The GRIM test: a simple technique detects numerous
       anomalies in the reporting of results in psychology. Social Psychological and Personality
       Science 8(4):363-369. doi:10.1177/1948550616673876

    Examples
    --------
    >>> whole_counts(Number("mean", "5.19").rounded, 28)
    range(146, 146)
    >>> whole_counts(Number("mean", "5.21").rounded, 28)
    range(146, 147)
    """
    if n < 1:
        raise ValueError(f"n must be a whole number of 1 or more; got {n}")
    low, high = mean.lb * Fraction(n, scale), mean.ub * Fraction(n, scale)
    first = 0 if low < 0 else ceil(low) + (not mean.lb_in and low == ceil(low))
    if high == inf:
        if most is None:
            raise ValueError("a mean without an upper end fits every larger sum; state `most`")
        return range(first, max(most + 1, first))
    last = floor(high) - (not mean.ub_in and high == floor(high))
    last = last if most is None else min(last, most)
    return range(first, max(last + 1, first))


def percentage(numbers: Numbers) -> Finding:
    """Ask whether a percentage is what its counts give, or can be one of whole people at all.

    Parameters
    ----------
    numbers : Numbers
        `percent`; `event`, or without it GRIM asks for any whole count; and `n`, repeated where
        it is not clear of how many the percentage is.

    Returns
    -------
    Finding
        "agrees" where one denominator fits, "ambiguous" where several do, "disagrees" where none
        does. `values`: fits, the fitting denominators and their counts.

    References
    ----------
    .. [1] Brown and Heathers (2017), as for `whole_counts`.

    Examples
    --------
    >>> percentage(Numbers((Number("percent", "56"), Number("n", "7")))).computation
    'no whole number of 7 is 56%: 3/7 is 42.9%, 4/7 is 57.1%'
    """
    percent, event = numbers.one("percent"), numbers.get("event")
    sizes = list(dict.fromkeys(item.count for item in numbers.all("n")))
    counts = {n: whole_counts(percent.rounded, n, 100, n) for n in sizes}
    if event is not None:
        counts = {n: _only(event.count, fits) for n, fits in counts.items()}
    fitting = {n: fits for n, fits in counts.items() if fits}
    shown = [_shown(percent, n, fits) for n, fits in fitting.items()]
    values = {"fits": {n: (fits[0], fits[-1]) for n, fits in fitting.items()}}
    if not fitting:
        misses = [_missed(percent, n, event) for n in sizes]
        return Finding("disagrees", "; ".join(misses), values)
    others = [_missed(percent, n, event) for n in sizes if n not in fitting]
    outcome: Outcome = "ambiguous" if len(fitting) > 1 else "agrees"
    return Finding(outcome, "; ".join([*shown, *others]), values)


def _only(event: int, fits: range) -> range:
    return range(event, event + 1) if event in fits else range(0)


def _said(percent: Number) -> str:
    return str(percent).replace("%", "").strip() + "%"


def _share(count: int, n: int) -> str:
    return f"{count}/{n} is {100 * count / n:.1f}%"


def _shown(percent: Number, n: int, fits: range) -> str:
    if len(fits) == 1:
        return f"{_share(fits[0], n)}, printed {_said(percent)}"
    return f"{fits[0]} to {fits[-1]} of {n} are {_said(percent)}"


def _missed(percent: Number, n: int, event: Number | None) -> str:
    if event is not None:
        if event.count > n:
            return f"{event.count} is more than {n}"
        return f"{_share(event.count, n)}, not {_said(percent)}"
    below = min(max(floor(percent.figure * n / 100), 0), n)
    near = sorted({below, min(below + 1, n)})
    return f"no whole number of {n} is {_said(percent)}: " + ", ".join(_share(k, n) for k in near)
