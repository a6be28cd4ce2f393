"""From a median with quartiles or range to a mean and an SD, and whether that may be done."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from evidence.conversions import MeanSD
from evidence.counts import as_floats
from evidence.effects_columns import Floats

_NOTHING = "give q1 and q3, minimum and maximum, or all four; got none of them"


class Skew(NamedTuple):
    """Test of skewness: the statistic, its 5% critical value, and whether it is reached."""

    statistic: Floats
    critical: Floats
    skewed: NDArray[np.bool_]


def mean_sd_from_quantiles(
    median: ArrayLike,
    n: ArrayLike,
    *,
    q1: ArrayLike | None = None,
    q3: ArrayLike | None = None,
    minimum: ArrayLike | None = None,
    maximum: ArrayLike | None = None,
) -> MeanSD:
    """Return the mean and SD that a median with quartiles, range, or both suggests.

    Parameters
    ----------
    median : array_like
        Median, in the unit of the outcome.
    n : array_like
        Participants, 5 or more, as in metafor.
    q1, q3 : array_like, optional
        First and third quartile: both or neither.
    minimum, maximum : array_like, optional
        Range: both or neither. With the quartiles, both are used.

    Returns
    -------
    MeanSD
        Mean by Luo et al. [1]_ (equations 7, 11 and 15); SD by Wan et al. [2]_ for range or
        quartiles alone (equations 9 and 16), by Shi et al. [3]_ for both together (equation 10).
        Mark them as derived: they hold for data near a normal shape, see `skewness`.

    Raises
    ------
    ValueError
        On half a pair, neither pair, values out of order, or fewer than 5 participants; it
        names the row.

    Notes
    -----
    The defaults of metafor's ``conv.fivenum`` (4.0 and later), which also refuses skewed rows;
    here `skewness` tells, and the caller decides.

    References
    ----------
    .. [1] Luo D, Wan X, Liu J, Tong T (2018). Optimally estimating the sample mean from the
       sample size, median, mid-range, and/or mid-quartile range. Statistical Methods in Medical
       Research 27(6):1785-1805. doi:10.1177/0962280216669183
    .. [2] Wan X, Wang W, Liu J, Tong T (2014). Estimating the sample mean and standard deviation
       from the sample size, median, range and/or interquartile range. BMC Medical Research
       Methodology 14:135. doi:10.1186/1471-2288-14-135
    .. [3] Shi J, Luo D, Weng H, Zeng XT, Lin L, Chu H, Tong T (2020). Optimally estimating the
       sample standard deviation from the five-number summary. Research Synthesis Methods
       11(5):641-654. doi:10.1002/jrsm.1429
    """
    m, size, quartiles, extremes = _ordered(median, n, q1, q3, minimum, maximum)
    by_range = 2 * stats.norm.ppf((size - 0.375) / (size + 0.25))
    by_quartiles = 2 * stats.norm.ppf((0.75 * size - 0.125) / (size + 0.25))
    if quartiles is not None and extremes is not None:
        outer, inner = 2.2 / (2.2 + size**0.75), 0.7 - 0.72 / size**0.55
        mean = outer * _middle(extremes) + inner * _middle(quartiles) + (1 - outer - inner) * m
        share = 1 / (1 + 0.07 * size**0.6)
        sd = share * _width(extremes) / by_range + (1 - share) * _width(quartiles) / by_quartiles
        return MeanSD(mean[()], sd[()])
    if quartiles is not None:
        weight = 0.7 + 0.39 / size
        mean = weight * _middle(quartiles) + (1 - weight) * m
        return MeanSD(mean[()], (_width(quartiles) / by_quartiles)[()])
    if extremes is not None:
        weight = 4 / (4 + size**0.75)
        mean = weight * _middle(extremes) + (1 - weight) * m
        return MeanSD(mean[()], (_width(extremes) / by_range)[()])
    raise ValueError(_NOTHING)


def skewness(
    median: ArrayLike,
    n: ArrayLike,
    *,
    q1: ArrayLike | None = None,
    q3: ArrayLike | None = None,
    minimum: ArrayLike | None = None,
    maximum: ArrayLike | None = None,
) -> Skew:
    """Test whether quantiles are too skewed to be turned into a mean and an SD.

    Parameters
    ----------
    median, n, q1, q3, minimum, maximum
        As in `mean_sd_from_quantiles`; the width of what is given must not be 0.

    Returns
    -------
    Skew
        At the 5% level. In small groups the test has little power: a group that passes is not
        shown to be symmetric.

    Raises
    ------
    ValueError
        As `mean_sd_from_quantiles`.

    Notes
    -----
    The statistics and critical values of metafor's ``conv.fivenum``.

    References
    ----------
    .. [1] Shi J, Luo D, Wan X, Liu Y, Liu J, Bian Z, Tong T (2023). Detecting the skewness of
       data from the five-number summary and its application in meta-analysis. Statistical
       Methods in Medical Research 32(7):1338-1360. doi:10.1177/09622802231172043
    """
    m, size, quartiles, extremes = _ordered(median, n, q1, q3, minimum, maximum)
    if quartiles is not None and extremes is not None:
        scaled = 2.65 * np.log(0.6 * size) / np.sqrt(size) * _lopsided(m, extremes)
        found = np.maximum(scaled, _lopsided(m, quartiles))
        critical = 3 / np.sqrt(size) - 40 / size**3
    elif quartiles is not None:
        found, critical = _lopsided(m, quartiles), 2.65 / np.sqrt(size) - 6 / size**2
    elif extremes is not None:
        found, critical = _lopsided(m, extremes), 1 / np.log(size + 9) + 2.5 / (size + 1)
    else:
        raise ValueError(_NOTHING)
    found, critical = np.broadcast_arrays(found, critical)
    return Skew(found[()], critical[()], found >= critical)


_Pair = tuple[Floats, Floats]


def _middle(pair: _Pair) -> Floats:
    return (pair[0] + pair[1]) / 2


def _width(pair: _Pair) -> Floats:
    return pair[1] - pair[0]


def _lopsided(median: Floats, pair: _Pair) -> Floats:
    width = _width(pair)
    if np.any(width == 0):
        raise ValueError("skewness needs quartiles, or a range, of some width; got a width of 0")
    return np.abs(pair[0] + pair[1] - 2 * median) / width


def _ordered(
    median: ArrayLike,
    n: ArrayLike,
    q1: ArrayLike | None,
    q3: ArrayLike | None,
    minimum: ArrayLike | None,
    maximum: ArrayLike | None,
) -> tuple[Floats, Floats, _Pair | None, _Pair | None]:
    quartiles = _both(("q1", q1), ("q3", q3))
    extremes = _both(("minimum", minimum), ("maximum", maximum))
    m, size = as_floats(median), as_floats(n)
    for row in np.flatnonzero(~((size >= 5) & np.isfinite(size)) & ~np.isnan(size)):
        raise ValueError(f"n, row {row}, must be 5 or more; got {np.ravel(size)[row]:g}")
    named = [("minimum", extremes and extremes[0]), ("q1", quartiles and quartiles[0])]
    named += [("median", m), ("q3", quartiles and quartiles[1])]
    named += [("maximum", extremes and extremes[1])]
    given = [(name, values) for name, values in named if values is not None]
    for (low, a), (high, b) in pairwise(given):
        for row in np.flatnonzero(a > b):
            raise ValueError(f"{high}, row {row}, must not be below {low}")
    return m, size, quartiles, extremes


def _both(low: tuple[str, ArrayLike | None], high: tuple[str, ArrayLike | None]) -> _Pair | None:
    if low[1] is None and high[1] is None:
        return None
    if low[1] is None or high[1] is None:
        missing = low[0] if low[1] is None else high[0]
        raise ValueError(f"{low[0]} and {high[0]} go together; {missing} was not given")
    return as_floats(low[1]), as_floats(high[1])
