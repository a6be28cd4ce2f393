"""Estimators of the between-study variance tau2, along the last axis of many data sets."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evidence.checks import check_choice
from evidence.effects_columns import Floats
from evidence.stack import (
    Stack,
    blocks,
    dot,
    generalised_q,
    largest_variance,
    shapes,
    smallest_variance,
    sum_of_squares,
    take,
    weighted_mean,
    weights,
)
from evidence.tau2_search import crossing, highest_peak


def estimate_tau2(
    yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None = None, *, method: str = "REML"
) -> Floats:
    r"""Return the between-study variance of each data set.

    Parameters
    ----------
    yi, vi : array_like, shape (..., k)
        Effects and sampling variances (in units of `yi` squared); broadcast against each other.
    mask : array_like of bool, shape (..., k), optional
        True where a data set has the study. What is masked out may be NaN.
    method : str
        EE 0, by definition; DL DerSimonian-Laird; PM Paule-Mandel; REML and ML restricted and
        full maximum likelihood; HS Hunter-Schmidt; SJ Sidik-Jonkman, started from the variance
        of `yi` with divisor k; EB empirical Bayes.

    Returns
    -------
    ndarray, shape (...)
        In units of `yi` squared, never below 0; 0 for one study.

    Raises
    ------
    ValueError
        Unknown method, values in use that are not finite, variances in use not above 0.
    ArithmeticError
        A search did not converge.

    Notes
    -----
    Equals ``metafor::rma(yi, vi, method=)$tau2``. EB and PM solve the same equation, that the
    generalised Q equals k - 1, and are equal [2]_; metafor reaches EB by iteration. Likelihoods
    with two peaks: the highest is returned, while metafor compares the peak it found with 0 only.
    On identical effects SJ is 0, like all others.

    References
    ----------
    .. [1] Viechtbauer W (2005). Bias and efficiency of meta-analytic variance estimators in the
       random-effects model. Journal of Educational and Behavioral Statistics 30(3):261-293.
       doi:10.3102/10769986030003261
    .. [2] Veroniki AA et al. (2016). Methods to estimate the between-study variance and its
       uncertainty in meta-analysis. Research Synthesis Methods 7(1):55-79. doi:10.1002/jrsm.1164
    """
    check_choice("method", method, TAU2)
    y, v, m, shape = shapes(yi, vi, mask)
    tau2 = np.empty(prod(shape))
    for part, stack in blocks(y, v, m):
        tau2[part] = tau2_of_stack(stack, method)
    return tau2.reshape(shape)


def tau2_of_stack(stack: Stack, method: str) -> Floats:
    """Return tau2 of each data set of a stack; 0 where it has one study."""
    tau2: Floats = np.where(stack.k > 1, np.maximum(TAU2[method](stack), 0.0), 0.0)
    return tau2


def tau2_ee(stack: Stack) -> Floats:
    """Return 0: equal effects."""
    return np.zeros_like(stack.k)


def tau2_dl(stack: Stack) -> Floats:
    """Return (Q - (k - 1)) / trace, which may be below 0 (doi:10.1016/0197-2456(86)90046-2)."""
    return (stack.q - (stack.k - 1)) / stack.c


def tau2_hs(stack: Stack) -> Floats:
    """Return (Q - k) / sum of weights, which may be below 0 (Hunter & Schmidt)."""
    tau2: Floats = (stack.q - stack.k) / weights(stack, tau2_ee(stack)).sum(axis=0)
    return tau2


def tau2_sj(stack: Stack) -> Floats:
    """Return the two-step estimator of Sidik & Jonkman (doi:10.1111/j.1467-9876.2005.00489.x)."""
    start = sum_of_squares(stack) / stack.k
    q, _, _ = generalised_q(stack, start)
    return start * q / np.maximum(stack.k - 1, 1)


def tau2_pm(stack: Stack) -> Floats:
    """Return the tau2 at which Q is its expectation k - 1 (doi:10.6028/jres.087.022)."""
    return tau2_at_q(stack, np.maximum(stack.k - 1, 1))


def tau2_at_q(stack: Stack, target: Floats) -> Floats:
    """Return the tau2 at which the generalised Q falls to `target`; 0 where it begins below."""
    return crossing(GeneralisedQ(stack), target, smallest_variance(stack))


@dataclass(frozen=True, slots=True)
class GeneralisedQ:
    """Q(tau2) = sum w (y - mean)^2 of each data set, with w = 1 / (v + tau2)."""

    stack: Stack

    def take(self, which: NDArray[np.intp]) -> "GeneralisedQ":
        """Return the data sets chosen by number."""
        return GeneralisedQ(take(self.stack, which))

    def q_and_fall(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return Q and -dQ/dtau2."""
        w = weights(self.stack, tau2)
        r = self.stack.y - weighted_mean(self.stack, w)[0]
        wr = w * r
        return dot(wr, r), dot(wr, wr)


@dataclass(frozen=True, slots=True)
class NormalLikelihood:
    """The (restricted) log-likelihood of tau2 in the normal-normal model, twice over."""

    stack: Stack
    restricted: bool

    def take(self, which: NDArray[np.intp]) -> "NormalLikelihood":
        """Return the data sets chosen by number."""
        return NormalLikelihood(take(self.stack, which), self.restricted)

    def slope(self, tau2: Floats) -> Floats:
        """Return the first derivative at tau2 of shape (points, n)."""
        w = weights(self.stack, tau2)
        y, total = self.stack.y[:, None], w.sum(axis=0)
        r = y - dot(w, y) / total
        r *= w
        slope: Floats = dot(r, r) - total
        return slope + dot(w, w) / total if self.restricted else slope

    def slopes(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return first and second derivative at tau2 of shape (n,)."""
        w = weights(self.stack, tau2)
        mean, s1 = weighted_mean(self.stack, w)
        w2, r = w * w, self.stack.y - mean
        w2r, s2 = w2 * r, w2.sum(axis=0)
        slope = dot(w2r, r) - s1
        r *= w
        curvature = s2 - 2 * dot(w2r, r) + 2 * w2r.sum(axis=0) ** 2 / s1
        if self.restricted:
            slope += s2 / s1
            curvature += (s2 / s1) ** 2 - 2 * dot(w2, w) / s1
        return slope, curvature

    def value(self, tau2: Floats) -> Floats:
        """Return the log-likelihood, up to a constant, at tau2 of shape (n,)."""
        q, _, total = generalised_q(self.stack, tau2)
        log, inside = np.log(self.stack.v + tau2), self.stack.inside
        value: Floats = -q - (log.sum(axis=0) if inside is None else dot(inside, log))
        value -= np.log(total) * self.restricted
        return value

    def upper(self) -> Floats:
        """Return a tau2 above which the slope is negative.

        The slope is at most S / (tau2 + v_min)^2 - df / (tau2 + v_max), S the sum of squares of
        `y` about its plain mean, df = k - 1 (restricted) or k.
        """
        low, high = smallest_variance(self.stack), largest_variance(self.stack)
        a = sum_of_squares(self.stack) / np.maximum(self.stack.k - self.restricted, 1)
        # Widened by a hair: with equal variances the bound is the maximum itself.
        bound: Floats = (a + np.sqrt(a * a + 4 * a * (high - low))) / 2 * (1 + 1e-6) - low
        return bound


def _likelihood_estimator(restricted: bool) -> Callable[[Stack], Floats]:
    def tau2_likelihood(stack: Stack) -> Floats:
        likelihood = NormalLikelihood(stack, restricted)
        upper = np.where(stack.k > 1, likelihood.upper(), 0.0)
        return highest_peak(likelihood, upper, smallest_variance(stack))

    return tau2_likelihood


tau2_reml = _likelihood_estimator(restricted=True)
tau2_ml = _likelihood_estimator(restricted=False)

#: tau2 of each data set of a stack, before it is floored at 0.
TAU2: dict[str, Callable[[Stack], Floats]] = {
    "EE": tau2_ee,
    "DL": tau2_dl,
    "PM": tau2_pm,
    "REML": tau2_reml,
    "ML": tau2_ml,
    "HS": tau2_hs,
    "SJ": tau2_sj,
    "EB": tau2_pm,
}
