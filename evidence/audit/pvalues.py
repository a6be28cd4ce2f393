"""P values against the statistics, counts, means and correlations that they come with."""

from fractions import Fraction
from math import inf, sqrt

from scipy import stats

from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.ranges import Range, about
from evidence.checks import check_choice
from evidence.counts import check_counts

STATISTICS = ("t", "z", "chi2", "f", "r")


def p_of(statistic: str, value: float, df: float = inf, df2: float = inf) -> float:
    """Return the p value of a test statistic, two-sided where it has a sign.

    Parameters
    ----------
    statistic : {"t", "z", "chi2", "f", "r"}
    value : float
        The sign does not matter.
    df, df2 : float
        Degrees of freedom; of the numerator and the denominator for F; n - 2 for r.

    Raises
    ------
    ValueError
        On an unknown statistic, or degrees of freedom not above 0.

    Examples
    --------
    >>> print(f"{p_of('t', 2.2, 28):.4f}")
    0.0362
    """
    check_choice("statistic", statistic, STATISTICS)
    if df <= 0 or df2 <= 0:
        raise ValueError(f"degrees of freedom must be above 0; got {df:g} and {df2:g}")
    size = abs(value)
    if statistic == "r":
        size = inf if size >= 1 else size * sqrt(df / (1 - size**2))
    if statistic == "chi2":
        return float(stats.chi2.sf(size, df))
    if statistic == "f":
        return float(stats.f.sf(size, df, df2))
    if statistic == "z":
        return float(2 * stats.norm.sf(size))
    return float(2 * stats.t.sf(size, df))


def p_statistic(numbers: Numbers) -> Finding:
    """Ask whether a p value is that of its test statistic.

    Parameters
    ----------
    numbers : Numbers
        One of `t, z, chi2, f, r`; `df` (and `df2` for F), or `n` for t and r: then t is tried on
        n - 1 and n - 2, and r on n - 2; and `p`.

    Returns
    -------
    Finding
        "ambiguous" where only a one-sided test of t, z or r gives the p value. `values`: p, of
        the statistic as printed.

    References
    ----------
    .. [1] Nuijten MB, Hartgerink CHJ, van Assen MALM, Epskamp S, Wicherts JM (2016). The
       prevalence of statistical reporting errors in psychology (1985-2013). Behavior Research
       Methods 48(4):1205-1226. doi:10.3758/s13428-015-0664-2
    """
    name = next((each for each in STATISTICS if numbers.get(each) is not None), None)
    if name is None:
        raise ValueError(f"one of {', '.join(STATISTICS)} is needed")
    number, p, df2 = numbers.one(name), numbers.one("p"), numbers.get("df2")
    second = inf if df2 is None else float(df2.figure)
    tried = [
        (df, _reach(name, number.rounded.magnitude(), df, second))
        for df in _freedoms(name, numbers)
    ]
    values = {"p": p_of(name, float(number.figure), tried[0][0], second)}
    on = "" if name == "z" else f" on {tried[0][0]:g}"
    if df2 is not None:
        on += f" and {second:g}"
    text = f"{name} = {number}{on} has {p_said(values['p'])}, printed p {said(p)}"
    if any(reach.meets(p.rounded) for _, reach in tried):
        return Finding("agrees", text, values)
    one_sided = name in ("t", "z", "r")
    if one_sided and any(reach.times(Fraction(1, 2)).meets(p.rounded) for _, reach in tried):
        return Finding("ambiguous", f"{text}: that of a one-sided test", values)
    return Finding("disagrees", text, values)


def _freedoms(name: str, numbers: Numbers) -> list[float]:
    if name == "z":
        return [inf]
    if (df := numbers.get("df")) is not None:
        return [float(df.figure)]
    n = numbers.one("n").count
    check_choice(f"{name} without df", name, ("t", "r"))
    return [n - 2] if name == "r" else [n - 1, n - 2]


def _reach(name: str, size: Range, df: float, df2: float = inf) -> Range:
    low, high = (p_of(name, float(bound), df, df2) for bound in (size.ub, size.lb))
    return about(low, high)


def correlation(numbers: Numbers) -> Finding:
    """Ask whether a p value is that of a correlation of so many pairs.

    Parameters
    ----------
    numbers : Numbers
        `r`, `n` and `p`. By t on n - 2 degrees of freedom: exact for Pearson's r, close for
        Spearman's.
    """
    return p_statistic(numbers)


def fisher_p(event_e: int, n_e: int, event_c: int, n_c: int) -> float:
    """Return the two-sided p-value of Fisher's exact test of two arms (sum of tables no likelier).

    It is for showing how much hangs on one participant; give it with an interval, never alone.
    """
    check_counts([event_e, event_c], [n_e, n_c])
    table = [[event_e, n_e - event_e], [event_c, n_c - event_c]]
    return float(stats.fisher_exact(table).pvalue)


def chi2_p(event_e: int, n_e: int, event_c: int, n_c: int, *, corrected: bool = False) -> float:
    """Return the p value of Pearson's chi-squared test of two arms, `corrected` as by Yates.

    1 where nobody or everybody has the event: then the arms do not differ.
    """
    check_counts([event_e, event_c], [n_e, n_c])
    table = [[event_e, n_e - event_e], [event_c, n_c - event_c]]
    if event_e + event_c in (0, n_e + n_c):
        return 1.0
    return float(stats.chi2_contingency(table, correction=corrected).pvalue)


def p_counts(numbers: Numbers) -> Finding:
    """Ask whether a p value is that of two arms' counts.

    Parameters
    ----------
    numbers : Numbers
        `event_e, n_e, event_c, n_c` and `p`.

    Returns
    -------
    Finding
        "agrees" where Fisher's exact test, Pearson's chi-squared test, or that with Yates'
        correction prints so; with a caveat where another of them does not. `values`: the three
        p values.
    """
    counts = [numbers.one(name).count for name in ("event_e", "n_e", "event_c", "n_c")]
    p = numbers.one("p")
    values = {
        "Fisher": fisher_p(*counts),
        "chi-squared": chi2_p(*counts),
        "chi-squared with Yates' correction": chi2_p(*counts, corrected=True),
    }
    fits = [name for name, found in values.items() if about(found, found).meets(p.rounded)]
    shown = "; ".join(f"{name} {p_said(found)}" for name, found in values.items())
    table = f"{counts[0]}/{counts[1]} against {counts[2]}/{counts[3]}"
    text = f"{table}: {shown}; printed p {said(p)}"
    caveat = f"only by {' and '.join(fits)}" if 0 < len(fits) < len(values) else ""
    return Finding("agrees" if fits else "disagrees", text, values, caveat)


def said(number: Number) -> str:
    """Return a printed figure with its sign: "= 0.03", "< 0.001"."""
    return str(number) if number.relation != "=" else f"= {number}"


def p_said(p: float) -> str:
    """Return a computed p value for the arithmetic: "p = 0.034", "p < 0.0001"."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"
