"""Pooling the effects of one set of studies: `pool`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.checks import check_choice, check_level
from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Floats
from evidence.fits import TESTS, FitArrays, fit_arrays
from evidence.heterogeneity import heterogeneity_intervals
from evidence.interval import Interval
from evidence.tau2 import TAU2


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEffect:
    """One pooled effect and the heterogeneity around it, on the scale of `yi`.

    Attributes
    ----------
    measure : str
        As in the column `measure`; "GEN" where the effects have none.
    method, test : str
        Estimator of tau2, and how the interval was made.
    level : float
        Percent.
    k : int
        Studies.
    estimate, se : float
        Pooled effect and its standard error (under `test`).
    statistic : float
        estimate / se.
    df : float or None
        Degrees of freedom of t; None where the normal distribution was used.
    p : float
        Two-sided, of no effect (yi = 0).
    ci : Interval
    pi : Interval or None
        Prediction interval for the true effect of a new study; None for one study and for equal
        effects.
    tau2 : float
        Between-study variance, in units of `yi` squared.
    tau2_ci, i2_ci : Interval or None
        By Q-profile, whatever the method; None for one study.
    i2, h2 : float
        As metafor defines them: I2 in percent, from tau2 (under EE from Q).
    i2_q : float
        Percent, from Q, as RevMan prints it.
    q, q_p : float
        Cochran's Q and its p-value.
    """

    measure: str
    method: str
    test: str
    level: float
    k: int
    estimate: float
    se: float
    statistic: float
    df: float | None
    p: float
    ci: Interval
    pi: Interval | None
    tau2: float
    tau2_ci: Interval | None
    i2: float
    i2_ci: Interval | None
    i2_q: float
    h2: float
    q: float
    q_p: float

    def __post_init__(self) -> None:
        if not (self.tau2 >= 0 and self.ci.lb <= self.estimate <= self.ci.ub):
            raise ValueError(f"impossible pooled effect: {self}")


def pool(
    effects: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> PooledEffect:
    """Pool `yi` with inverse-variance weights 1 / (vi + tau2).

    Parameters
    ----------
    effects : DataFrame
        One row a study, with `yi` and `vi`, as `escalc` makes it. A column `measure` (one value)
        names the measure; a column `study` names rows in messages.
    method : str
        Estimator of tau2: EE (equal effects, tau2 = 0), DL, PM, REML, ML, HS, SJ, EB; see
        `evidence.tau2.estimate_tau2`.
    test : str
        ``"z"``: normal. ``"knha"``: Knapp & Hartung, variance times
        sum w (yi - estimate)^2 / (k - 1), and t with k - 1 degrees of freedom. ``"adhoc"``: the
        same with a factor not below 1. ``"hybrid"``: whichever of the `z` and `knha` intervals is
        the wider [1]_; `se`, `statistic` and `df` are those of that interval, `p` is the larger
        of the two p-values, and the prediction interval the wider of the two.
    level : float
        Of confidence and prediction intervals, percent.

    Returns
    -------
    PooledEffect
        On the scale of `yi`; nothing is rounded or back-transformed.

    Raises
    ------
    ValueError
        Unknown method or test, level outside (0, 100), no study, mixed measures, or a row whose
        `yi` or `vi` cannot be used (named).
    ArithmeticError
        tau2 did not converge.

    Notes
    -----
    Equals ``metafor::rma(yi, vi, method=, test=)`` and ``predict()``. The prediction interval is
    estimate -/+ crit sqrt(se^2 + tau2), with crit of the test (normal for `z`, t with k - 1 degrees
    of freedom else); t with k - 2, as in Higgins et al. 2009, is metafor's ``pi.type="Riley"``.
    `hybrid` is not in metafor.

    One study: the study itself with its `z` interval, whatever the test; no prediction interval;
    tau2 0, Q 0 (p 1), I2 0, H2 1, which say nothing about heterogeneity. Two or more identical
    effects: under `knha` the interval has no width, which is why `hybrid` is the default.
    `knha`, `adhoc` and `hybrid` are computed under EE when asked for; metafor warns of it.

    References
    ----------
    .. [1] Jackson D, Law M, Rücker G, Schwarzer G (2017). The Hartung-Knapp modification for
       random-effects meta-analysis: A useful refinement but are there any residual concerns?
       Statistics in Medicine 36(25):3923-3934. doi:10.1002/sim.7411
    .. [2] Knapp G, Hartung J (2003). Improved tests for a random effects meta-regression with a
       single covariate. Statistics in Medicine 22(17):2693-2710. doi:10.1002/sim.1482
    .. [3] Higgins JPT, Thompson SG, Spiegelhalter DJ (2009). A re-evaluation of random-effects
       meta-analysis. Journal of the Royal Statistical Society A 172(1):137-159.
       doi:10.1111/j.1467-985X.2008.00552.x
    """
    check_choice("method", method, TAU2)
    check_choice("test", test, TESTS)
    check_level(level)
    yi, vi = read_effects(effects)
    fit = fit_arrays(yi, vi, method=method, test=test, level=level)
    spread = heterogeneity_intervals(effects, level=level)
    return PooledEffect(
        measure=read_measure(effects),
        method=method,
        test=test,
        level=float(level),
        k=len(yi),
        ci=Interval(float(fit.ci_lb), float(fit.ci_ub)),
        pi=None if np.isnan(fit.pi_lb) else Interval(float(fit.pi_lb), float(fit.pi_ub)),
        df=None if np.isinf(fit.df) else float(fit.df),
        tau2_ci=spread.tau2 if spread else None,
        i2_ci=spread.i2 if spread else None,
        **_scalars(fit),
    )


def _scalars(fit: FitArrays) -> dict[str, float]:
    names = ("estimate", "se", "statistic", "p", "tau2", "i2", "i2_q", "h2", "q", "q_p")
    return {name: float(getattr(fit, name)) for name in names}


def weight_pct(effects: pd.DataFrame, fit: PooledEffect) -> Floats:
    """Return the weight of each study in `fit`, in percent of their sum.

    Parameters
    ----------
    effects : DataFrame
        Those that were pooled.
    fit : PooledEffect

    Returns
    -------
    ndarray, shape (k,)
        Sums to 100. Equals metafor's ``weights()``.
    """
    _, vi = read_effects(effects)
    w: Floats = 1 / (vi + fit.tau2)
    return 100 * w / float(w.sum())
