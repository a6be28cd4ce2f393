"""The interval of one proportion, from its counts."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from evidence.checks import check_choice, check_level
from evidence.counts import check_counts
from evidence.effects_columns import Floats, read_events
from evidence.interval import Interval

#: Ours to statsmodels' names; statsmodels has no mid-p interval.
_STATSMODELS = {
    "clopper-pearson": "beta",
    "wilson": "wilson",
    "agresti-coull": "agresti_coull",
    "jeffreys": "jeffreys",
}
METHODS = ("wilson", "clopper-pearson", "mid-p", "agresti-coull", "jeffreys")


def proportion_ci(event: int, n: int, method: str = "wilson", level: float = 95.0) -> Interval:
    """Return the confidence interval of one proportion.

    Parameters
    ----------
    event : int
        Participants with the event, 0 to `n`.
    n : int
        Participants, 1 or more.
    method : {"wilson", "clopper-pearson", "mid-p", "agresti-coull", "jeffreys"}
        Wilson's score interval covers its level on average, Clopper-Pearson's at least, mid-p
        nearly everywhere with less width. Agresti-Coull is cut off at 0 and 1. Jeffreys is the
        equal-tailed posterior interval under a Beta(1/2, 1/2) prior.
    level : float
        Confidence level in percent.

    Returns
    -------
    Interval
        Probabilities, within 0 and 1. The lower bound of 0/n is exactly 0 and the upper bound
        of n/n exactly 1, under every method.

    Raises
    ------
    ValueError
        On counts that are no counts, an unknown method, or a level outside 0 to 100.

    Notes
    -----
    statsmodels' ``proportion_confint`` with its edges mended: it leaves Agresti-Coull outside
    [0, 1] and Jeffreys without the modification that reference 1 gives for 0/n and n/n.
    At 0/n and n/n Clopper-Pearson stays two-sided: its far bound spends half of 100 - `level`.

    References
    ----------
    .. [1] Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion.
       Statistical Science 16(2):101-133. doi:10.1214/ss/1009213286
    .. [2] Agresti A, Gottard A (2005). Comment: randomized confidence intervals and the mid-P
       approach. Statistical Science 20(4):367-371. doi:10.1214/088342305000000403

    Examples
    --------
    >>> lb, ub = proportion_ci(8, 11)
    >>> print(f"{lb:.3f} to {ub:.3f}")
    0.434 to 0.903
    """
    lb, ub = _bounds(event, n, method, level)
    return Interval(float(lb), float(ub))


def proportion_cis(
    frame: pd.DataFrame, method: str = "wilson", level: float = 95.0
) -> pd.DataFrame:
    """Return the frame plus `estimate`, `ci_lb` and `ci_ub`, a proportion a row.

    Parameters
    ----------
    frame : DataFrame
        With the columns `event` and `n`.
    method, level
        As in `proportion_ci`.

    Returns
    -------
    DataFrame
        A copy; the new columns are probabilities. An empty frame gives empty columns.

    Raises
    ------
    ValueError
        As `proportion_ci`, naming column and row; or on a missing column.
    """
    event, n = read_events(frame, "event", "n")
    lb, ub = _bounds(frame["event"], frame["n"], method, level)
    return frame.assign(estimate=event / n, ci_lb=lb, ci_ub=ub)


def _bounds(event: ArrayLike, n: ArrayLike, method: str, level: float) -> tuple[Floats, Floats]:
    check_choice("method", method, METHODS)
    check_level(level)
    events, totals = check_counts(event, n)
    alpha = 1 - level / 100
    if method == "mid-p":
        lb, ub = _mid_p(events, totals, alpha)
    else:
        # Imported here: statsmodels takes longer to load than all else that a chapter needs.
        from statsmodels.stats.proportion import proportion_confint

        found = proportion_confint(events, totals, alpha=alpha, method=_STATSMODELS[method])
        lb, ub = np.clip(np.asarray(found[0], float), 0, 1), np.clip(found[1], 0, 1)
    return np.where(events == 0, 0.0, lb), np.where(events == totals, 1.0, ub)


def _mid_p(event: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Solve P(X > event) + P(X = event) / 2 = alpha / 2, and the same from the other side."""

    def upper_tail(p: Floats) -> Floats:
        # P(X >= event) and P(X > event) as incomplete beta integrals; at the edges one is 1 or 0.
        at_least = np.where(event > 0, special.betainc(np.maximum(event, 1), n - event + 1, p), 1)
        more = np.where(event < n, special.betainc(event + 1, np.maximum(n - event, 1), p), 0)
        return np.asarray((at_least + more) / 2)

    lb = _solve(lambda p: upper_tail(p) - alpha / 2, event)
    ub = _solve(lambda p: upper_tail(p) - (1 - alpha / 2), event)
    return lb, ub


def _solve(rising: Callable[[Floats], Floats], like: Floats) -> Floats:
    """Return the root of a rising function on [0, 1], elementwise, by bisection."""
    low, high = np.zeros_like(like), np.ones_like(like)
    for _ in range(100):
        middle = (low + high) / 2
        below = rising(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
