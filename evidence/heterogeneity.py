"""Heterogeneity: Cochran's Q, I2 and H2, and Q-profile intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, chdtri

from evidence.checks import check_level
from evidence.effects import read_effects
from evidence.effects_columns import Floats
from evidence.interval import Interval
from evidence.stack import Stack, make_stack
from evidence.tau2 import tau2_at_q


def i2_and_h2(stack: Stack, tau2: Floats, method: str) -> tuple[Floats, Floats]:
    r"""Return I2 (percent) and H2 of each data set of a stack, as metafor defines them.

    Under random effects they rest on tau2, under equal effects on Q:

    .. math:: I^2 = 100\,\frac{\hat\tau^2}{\hat\tau^2 + s^2}, \quad
              s^2 = \frac{(k - 1) \sum w_i}{(\sum w_i)^2 - \sum w_i^2}, \quad
              H^2 = 1 + \hat\tau^2 / s^2

    and :math:`I^2_Q = 100 \max(0, (Q - (k - 1)) / Q)`, :math:`H^2 = Q / (k - 1)`. RevMan prints
    :math:`I^2_Q` throughout (`i2_from_q`); the two agree for DL. One study: I2 0, H2 1.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG (2002). Quantifying heterogeneity in a meta-analysis.
       Statistics in Medicine 21(11):1539-1558. doi:10.1002/sim.1186
    """
    df = np.maximum(stack.k - 1, 1)
    if method == "EE":
        return i2_from_q(stack.q, stack.k), np.where(stack.k > 1, stack.q / df, 1.0)
    typical = df / stack.c
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def i2_from_q(q: Floats, k: Floats) -> Floats:
    """Return 100 max(0, (Q - (k - 1)) / Q), percent; 0 where Q is 0."""
    return 100 * np.maximum(q - (k - 1), 0) / np.where(q > 0, q, 1.0)


def q_p_value(q: Floats, k: Floats) -> Floats:
    """Return the p-value of Cochran's Q: chi-squared, k - 1 degrees of freedom; 1 for one study."""
    p: Floats = np.where(k > 1, chdtrc(np.maximum(k - 1, 1), q), 1.0)
    return p


@dataclass(frozen=True, slots=True)
class HeterogeneityIntervals:
    """Confidence intervals for the heterogeneity of one data set.

    Attributes
    ----------
    tau2, tau : Interval
        In units of `yi` squared, and of `yi`.
    i2 : Interval
        Percent.
    h2 : Interval
    """

    tau2: Interval
    tau: Interval
    i2: Interval
    h2: Interval


def heterogeneity_intervals(
    effects: pd.DataFrame, *, level: float = 95.0
) -> HeterogeneityIntervals | None:
    """Return Q-profile intervals for tau2, tau, I2 and H2.

    The bounds are the tau2 at which the generalised Q equals the upper and the lower quantile of
    chi-squared with k - 1 degrees of freedom. They hold whatever estimator of tau2 was used, and
    need not enclose its value.

    Parameters
    ----------
    effects : DataFrame
        Columns `yi` and `vi`, one row a study.
    level : float
        Percent.

    Returns
    -------
    HeterogeneityIntervals or None
        None for one study. Where even tau2 = 0 makes Q too small, the interval is [0, 0]: metafor
        returns the same and calls the set empty.

    References
    ----------
    .. [1] Viechtbauer W (2007). Confidence intervals for the amount of heterogeneity in
       meta-analysis. Statistics in Medicine 26(1):37-52. doi:10.1002/sim.2514
    """
    check_level(level)
    yi, vi = read_effects(effects)
    if len(yi) < 2:
        return None
    stack = make_stack(yi[None], vi[None])
    tail = (1 - level / 100) / 2
    lb, ub = (float(tau2_at_q(stack, chdtri(stack.k - 1, p))[0]) for p in (tail, 1 - tail))
    typical = float(((stack.k - 1) / stack.c)[0])
    return HeterogeneityIntervals(
        tau2=Interval(lb, ub),
        tau=Interval(lb**0.5, ub**0.5),
        i2=Interval(100 * lb / (lb + typical), 100 * ub / (ub + typical)),
        h2=Interval(1 + lb / typical, 1 + ub / typical),
    )
