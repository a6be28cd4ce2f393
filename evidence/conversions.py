"""From what a paper reports to means, SDs and SEs.

Every function takes numbers or arrays (of shapes that broadcast) and returns the same; a NaN in
gives a NaN out. Each of them assumes something of the data, which its docstring says.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evidence.checks import check_choice, check_level
from evidence.counts import as_floats
from evidence.effects_columns import Floats


class MeanSD(NamedTuple):
    """Mean and SD, in the unit of the outcome; floats, or arrays of one shape."""

    mean: Floats
    sd: Floats


class Group(NamedTuple):
    """Participants, mean and SD of one group."""

    n: Floats
    mean: Floats
    sd: Floats


def sd_from_se(se: ArrayLike, n: ArrayLike) -> Floats:
    """Return the SD of a mean's standard error: SE times the root of `n`.

    Parameters
    ----------
    se : array_like
        Standard error of one group's mean, 0 or more.
    n : array_like
        Participants, 1 or more.

    Raises
    ------
    ValueError
        On a negative `se` or an `n` below 1.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2.2.

    Examples
    --------
    >>> print(sd_from_se(0.5, 16))
    2.0
    """
    return _number(_positive("se", se, zero=True) * np.sqrt(_at_least("n", n, 1)))


def se_from_ci(
    lb: ArrayLike, ub: ArrayLike, level: float = 95.0, df: ArrayLike | None = None
) -> Floats:
    """Return the standard error behind a symmetric confidence interval.

    Parameters
    ----------
    lb, ub : array_like
        Bounds, on the scale on which the interval is symmetric: log them first for a ratio.
    level : float
        Confidence level in percent.
    df : array_like, optional
        Degrees of freedom of the t distribution that made the interval; None for the normal.

    Raises
    ------
    ValueError
        On bounds out of order, a level outside 0 to 100, or `df` not above 0.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, sections 6.3.1,
       6.3.2 and 6.5.2.2.
    """
    check_level(level)
    low, high = as_floats(lb), as_floats(ub)
    _refuse("ub", high, high < low, "must not be below lb")
    return _number((high - low) / (2 * _critical((1 - level / 100), df)))


def sd_from_ci(
    lb: ArrayLike, ub: ArrayLike, n: ArrayLike, level: float = 95.0, dist: str = "t"
) -> Floats:
    """Return the SD behind the confidence interval of one group's mean.

    Parameters
    ----------
    lb, ub : array_like
        Bounds of the mean.
    n : array_like
        Participants; 2 or more under "t".
    level : float
        Confidence level in percent.
    dist : {"t", "normal"}
        What the interval was made with: t on `n` - 1 degrees of freedom, as most software does
        and as small groups need, or the normal.

    Raises
    ------
    ValueError
        On bounds out of order, too few participants, or an unknown `dist`.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2.2.
    """
    check_choice("dist", dist, ("t", "normal"))
    size = _at_least("n", n, 2 if dist == "t" else 1)
    return sd_from_se(se_from_ci(lb, ub, level, size - 1 if dist == "t" else None), size)


def se_from_p(estimate: ArrayLike, p: ArrayLike, df: ArrayLike | None = None) -> Floats:
    """Return the standard error behind an estimate and its two-sided p-value.

    Parameters
    ----------
    estimate : array_like
        Difference from no effect; log it first for a ratio. Not 0.
    p : array_like
        Exact two-sided p-value between 0 and 1, both excluded. A bound such as p < 0.05 gives
        no standard error, only the largest that it can be.
    df : array_like, optional
        Degrees of freedom of a t test; None for a z test.

    Raises
    ------
    ValueError
        On an estimate of 0, or a `p` that is not between 0 and 1.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, sections 6.3.2
       and 6.5.2.3.
    .. [2] Altman DG, Bland JM (2011). How to obtain the confidence interval from a P value.
       BMJ 343:d2090. doi:10.1136/bmj.d2090
    """
    found, prob = as_floats(estimate), as_floats(p)
    _refuse("estimate", found, found == 0, "must not be 0, which has a p-value of 1 at any SE")
    _refuse("p", prob, (prob <= 0) | (prob >= 1), "must lie between 0 and 1, both excluded")
    return _number(np.abs(found) / _critical(prob, df))


def combine_groups(
    n1: ArrayLike, mean1: ArrayLike, sd1: ArrayLike, n2: ArrayLike, mean2: ArrayLike, sd2: ArrayLike
) -> Group:
    """Return two groups as one, as if their participants had been measured together.

    Parameters
    ----------
    n1, n2 : array_like
        Participants, 1 or more.
    mean1, mean2, sd1, sd2 : array_like
        Means and SDs; an SD is 0 or more.

    Returns
    -------
    Group
        Exact: no distribution is assumed. For three groups, combine the result with the third.

    Raises
    ------
    ValueError
        On an `n` below 1 or a negative SD.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2.10.
    """
    n_a, n_b = _at_least("n1", n1, 1), _at_least("n2", n2, 1)
    sd_a, sd_b = _positive("sd1", sd1, zero=True), _positive("sd2", sd2, zero=True)
    mean_a, mean_b = as_floats(mean1), as_floats(mean2)
    n = n_a + n_b
    squares = (n_a - 1) * sd_a**2 + (n_b - 1) * sd_b**2 + n_a * n_b / n * (mean_a - mean_b) ** 2
    mean = (n_a * mean_a + n_b * mean_b) / n
    return Group(_number(n), _number(mean), _number(np.sqrt(squares / (n - 1))))


def change_sd(sd_pre: ArrayLike, sd_post: ArrayLike, ri: ArrayLike) -> Floats:
    """Return the SD of change scores, from the SDs and the correlation before and after.

    Parameters
    ----------
    sd_pre, sd_post : array_like
        SDs before and after, 0 or more.
    ri : array_like
        Correlation between them, -1 to 1; seldom reported, so show the result for more than one.

    Raises
    ------
    ValueError
        On a negative SD or a correlation outside -1 to 1.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2.8.
    """
    pre, post = _positive("sd_pre", sd_pre, zero=True), _positive("sd_post", sd_post, zero=True)
    corr = as_floats(ri)
    _refuse("ri", corr, np.abs(corr) > 1, "must lie between -1 and 1")
    # Never below (pre - post)^2, but a rounding error can be where ri is 1.
    return _number(np.sqrt(np.maximum(pre**2 + post**2 - 2 * corr * pre * post, 0)))


def change_correlation(sd_pre: ArrayLike, sd_post: ArrayLike, sd_change: ArrayLike) -> Floats:
    """Return the correlation that three SDs imply: the inverse of `change_sd`.

    Parameters
    ----------
    sd_pre, sd_post : array_like
        SDs before and after, above 0.
    sd_change : array_like
        SD of the change scores, 0 or more.

    Raises
    ------
    ValueError
        On SDs that are none, or that imply a correlation outside -1 to 1: one of the three is
        misreported or is not an SD.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2.8.
    """
    pre, post = _positive("sd_pre", sd_pre), _positive("sd_post", sd_post)
    change = _positive("sd_change", sd_change, zero=True)
    corr = (pre**2 + post**2 - change**2) / (2 * pre * post)
    fault = "implies a correlation outside -1 to 1 with these sd_pre and sd_post"
    _refuse("sd_change", np.broadcast_to(change, corr.shape), np.abs(corr) > 1 + 1e-9, fault)
    return _number(np.clip(corr, -1, 1))


def _critical(p: ArrayLike, df: ArrayLike | None) -> Floats:
    """Return the value that |z| or |t| exceeds with probability `p`."""
    if df is None:
        return np.asarray(stats.norm.isf(as_floats(p) / 2), float)
    return np.asarray(stats.t.isf(as_floats(p) / 2, _positive("df", df)), float)


def _positive(name: str, values: ArrayLike, zero: bool = False) -> Floats:
    found = as_floats(values)
    bad = (found < 0) | np.isinf(found) | ((found == 0) & (not zero))
    _refuse(name, found, bad, f"must be finite and {'0 or more' if zero else 'above 0'}")
    return found


def _at_least(name: str, values: ArrayLike, least: int) -> Floats:
    found = as_floats(values)
    _refuse(name, found, (found < least) | np.isinf(found), f"must be {least} or more")
    return found


def _refuse(name: str, values: Floats, bad: ArrayLike, fault: str) -> None:
    for row in np.flatnonzero(bad):
        where = f", row {row}" if np.ndim(bad) else ""
        raise ValueError(f"{name}{where} {fault}; got {np.ravel(values)[row]:g}")


def _number(values: Floats) -> Floats:
    """Return a numpy float where the input was a single number."""
    return values[()] if isinstance(values, np.ndarray) else values
