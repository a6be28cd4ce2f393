"""Inverse-variance pooling of many data sets at once: `fit_arrays`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from evidence.checks import check_choice, check_level
from evidence.effects_columns import Floats
from evidence.heterogeneity import i2_and_h2, i2_from_q, q_p_value
from evidence.stack import Stack, blocks, q_about, shapes, weighted_mean, weights
from evidence.tau2 import TAU2, tau2_of_stack

TESTS = ("z", "knha", "adhoc", "hybrid")


@dataclass(frozen=True, slots=True)
class FitArrays:
    """Pooled effects of many data sets; each array has their shape.

    Fields and fits may share an array: none is to be written to.

    Attributes
    ----------
    method, test : str
    level : float
        Percent.
    k : ndarray
        Studies.
    estimate, tau2, q, i2, h2 : ndarray
        As in `evidence.pooling.PooledEffect`.
    se, half_ci, half_pi : ndarray
        Standard error, and half-widths of the confidence and the prediction interval; `half_pi`
        is NaN where there is no prediction interval (one study, equal effects).
    df : ndarray
        Degrees of freedom of t; infinite where the normal distribution was used.
    se_z, se_t : ndarray
        Standard errors under the normal and the t distribution, of which `test` uses one or both.
    """

    method: str
    test: str
    level: float
    k: Floats
    estimate: Floats
    se: Floats
    df: Floats
    half_ci: Floats
    half_pi: Floats
    tau2: Floats
    i2: Floats
    h2: Floats
    q: Floats
    se_z: Floats
    se_t: Floats

    @property
    def ci_lb(self) -> Floats:
        """Lower confidence bound."""
        return self.estimate - self.half_ci

    @property
    def ci_ub(self) -> Floats:
        """Upper confidence bound."""
        return self.estimate + self.half_ci

    @property
    def pi_lb(self) -> Floats:
        """Lower prediction bound, or NaN."""
        return self.estimate - self.half_pi

    @property
    def pi_ub(self) -> Floats:
        """Upper prediction bound, or NaN."""
        return self.estimate + self.half_pi

    @property
    def statistic(self) -> Floats:
        """Estimate over its standard error."""
        return ratio(self.estimate, self.se)

    @property
    def p(self) -> Floats:
        """Two-sided p-value; under `hybrid` the larger of the two."""
        p_z = p_value(ratio(self.estimate, self.se_z), np.full_like(self.k, np.inf))
        if self.test == "z":
            return p_z
        p_t = p_value(ratio(self.estimate, self.se_t), t_df(self.k))
        return np.maximum(p_z, p_t) if self.test == "hybrid" else p_t

    @property
    def i2_q(self) -> Floats:
        """I2 from Q, percent."""
        return i2_from_q(self.q, self.k)

    @property
    def q_p(self) -> Floats:
        """p-value of Cochran's Q."""
        return q_p_value(self.q, self.k)


#: The fields that hold one number a data set.
ARRAYS = tuple(field.name for field in fields(FitArrays))[3:]


def fit_arrays(
    yi: ArrayLike,
    vi: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
    tau2: ArrayLike | None = None,
) -> FitArrays:
    """Pool many data sets along the last axis.

    One implementation serves one fit and a million: `evidence.pooling.pool` calls this too, and
    documents methods, tests and edge cases.

    Parameters
    ----------
    yi, vi : array_like, shape (..., k)
        Effects and sampling variances; broadcast against each other and `mask`.
    mask : array_like of bool, shape (..., k), optional
        True where a data set has the study. What is masked out may be NaN.
    method, test, level
        As for `evidence.pooling.pool`.
    tau2 : array_like, shape (...), optional
        Between-study variances already estimated by `method`, to save estimating them again.

    Returns
    -------
    FitArrays
        Each array of shape (...).

    Raises
    ------
    ValueError
        Unknown method or test, a level outside (0, 100), unusable values (their place is named).
    ArithmeticError
        tau2 did not converge.

    Notes
    -----
    Memory is that of the result and one block of about a megabyte; time is linear in the number
    of data sets.
    """
    fits = fit_choices(yi, vi, mask, methods=[method], tests=[test], level=level, tau2=tau2)
    return fits[method, test]


def fit_choices(
    yi: ArrayLike,
    vi: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    methods: Sequence[str],
    tests: Sequence[str],
    level: float = 95.0,
    tau2: ArrayLike | None = None,
) -> dict[tuple[str, str], FitArrays]:
    """Pool many data sets by every method and test, in one pass over them.

    Arguments are those of `fit_arrays`; a `tau2` given holds for all methods.

    Returns
    -------
    dict of (method, test) to FitArrays
    """
    for method in methods:
        check_choice("method", method, TAU2)
    for test in tests:
        check_choice("test", test, TESTS)
    check_level(level)
    y, v, m, shape = shapes(yi, vi, mask)
    n = prod(shape)
    fits = {pair: _empty(*pair, level, n) for pair in product(methods, tests)}
    known = None if tau2 is None else np.array(np.broadcast_to(tau2, shape), float).reshape(-1)
    for part, stack in blocks(y, v, m):
        for method in methods:
            chosen = tau2_of_stack(stack, method) if known is None else known[part]
            for test in tests:
                fit = fit_stack(stack, chosen, method, test, level)
                if len(stack.k) == n:
                    fits[method, test] = fit
                else:
                    _fill(fits[method, test], part, fit)
    return fits if shape == (n,) else {pair: _reshape(fit, shape) for pair, fit in fits.items()}


def _empty(method: str, test: str, level: float, n: int) -> FitArrays:
    return FitArrays(method, test, level, **{name: np.empty(n) for name in ARRAYS})


def _fill(whole: FitArrays, part: slice, fit: FitArrays) -> None:
    for name in ARRAYS:
        getattr(whole, name)[part] = getattr(fit, name)


def _reshape(fit: FitArrays, shape: tuple[int, ...]) -> FitArrays:
    arrays = {name: getattr(fit, name).reshape(shape) for name in ARRAYS}
    return FitArrays(fit.method, fit.test, fit.level, **arrays)


def fit_stack(stack: Stack, tau2: Floats, method: str, test: str, level: float) -> FitArrays:
    """Pool each data set of a stack, given its tau2."""
    mean, total = weighted_mean(stack, w := weights(stack, tau2))
    variance = 1 / total
    se_z = se_t = se = np.sqrt(variance)
    half_z, pi_z = _half_widths(se_z, variance, tau2, critical_value(np.inf, level))
    half_ci, half_pi, df = half_z, pi_z, np.full_like(se_z, np.inf)
    if test != "z":
        variance = variance * _factor(q_about(mean, stack, w), stack.k, test)
        se_t = se = np.sqrt(variance)
        df = t_df(stack.k)
        half_ci, half_pi = _half_widths(se_t, variance, tau2, _critical_t(stack.k, level))
    if test == "hybrid":
        use_z = half_z > half_ci
        se, df = np.where(use_z, se_z, se_t), np.where(use_z, np.inf, df)
        half_ci, half_pi = np.maximum(half_z, half_ci), np.maximum(pi_z, half_pi)
    i2, h2 = i2_and_h2(stack, tau2, method)
    return FitArrays(
        *(method, test, level),
        k=stack.k,
        estimate=mean + stack.shift,
        se=se,
        df=df,
        half_ci=half_ci,
        half_pi=np.where((stack.k < 2) | (method == "EE"), np.nan, half_pi),
        tau2=tau2,
        i2=i2,
        h2=h2,
        q=stack.q,
        se_z=se_z,
        se_t=se_t,
    )


def _half_widths(
    se: Floats, variance: Floats, tau2: Floats, crit: Floats | float
) -> tuple[Floats, Floats]:
    """Return the half-widths of the confidence and the prediction interval."""
    return crit * se, crit * np.sqrt(variance + tau2)


def _factor(q: Floats, k: Floats, test: str) -> Floats:
    """Return the variance factor of Knapp & Hartung; 1 for one study."""
    factor = np.where(k > 1, q / np.maximum(k - 1, 1), 1.0)
    return np.maximum(factor, 1.0) if test == "adhoc" else factor


def t_df(k: Floats) -> Floats:
    """Return k - 1; infinity for one study, which has the normal distribution only."""
    return np.where(k > 1, k - 1, np.inf)


@cache
def critical_value(df: float, level: float) -> float:
    """Return the two-sided critical value of t, or of the normal where `df` is infinite."""
    upper = (1 + level / 100) / 2
    return float(ndtri(upper) if np.isinf(df) else stdtrit(df, upper))


def _critical_t(k: Floats, level: float) -> Floats:
    most = int(k.max())
    table = [critical_value(np.inf if k < 2 else k - 1, level) for k in range(most + 1)]
    return np.array(table)[k.astype(np.intp)]


def ratio(estimate: Floats, se: Floats) -> Floats:
    """Return estimate / se: 0 for 0 / 0, infinite where only se is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(estimate == 0, 0.0, estimate / se)


def p_value(statistic: Floats, df: Floats) -> Floats:
    """Return the two-sided p-value of t, or of the normal where `df` is infinite."""
    away, normal = -np.abs(statistic), np.isinf(df)
    p: Floats = 2 * np.where(normal, ndtr(away), stdtr(np.where(normal, 1.0, df), away))
    return p
