"""The marginal likelihood of the binomial-normal model, by adaptive Gauss-Hermite quadrature.

Events of arm j of study i are binomial with logit
``intercept_i + sign_j * (theta + tau * z_i)`` and z_i standard normal: one arm of sign 1 without
an intercept for proportions, signs 1/2 and -1/2 with a free intercept a study for odds ratios.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

from evidence.effects_columns import Floats

#: Newton steps allowed to one inner optimum; five to eight are usual.
MAX_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The table that is modelled.

    Attributes
    ----------
    event, n : ndarray, shape (k, arms)
        Events and participants.
    sign : ndarray, shape (arms,)
        What theta is multiplied by in each arm.
    intercepts : bool
        Whether each study has an intercept of its own.
    """

    event: Floats
    n: Floats
    sign: Floats
    intercepts: bool


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """Log likelihood of each study with its gradient and Hessian.

    Attributes
    ----------
    loglik : ndarray, shape (k,)
    gradient : ndarray, shape (k, 3)
        With respect to theta, tau and the study's intercept.
    hessian : ndarray, shape (k, 3, 3)
    """

    loglik: Floats
    gradient: Floats
    hessian: Floats


def derivatives(
    counts: Counts, theta: float, tau: float, intercept: Floats, nodes: int
) -> Derivatives:
    """Integrate z out of each study and return the log likelihood and its derivatives.

    Parameters
    ----------
    counts : Counts
    theta : float
        Mean effect, log odds or log odds ratio.
    tau : float
        SD of the effects between studies, 0 or more.
    intercept : ndarray, shape (k,)
        Zeros where the model has none.
    nodes : int
        Nodes of the rule, centred on the mode of each study's integrand and scaled by its
        curvature there.

    Returns
    -------
    Derivatives
        By the missing-information identity: the gradient is the expectation of that of the
        integrand, the Hessian the expectation of its Hessian plus the variance of its gradient.
    """
    mode, spread = _mode(counts, theta, tau, intercept)
    at, log_weight = _hermite(nodes)
    z = mode[:, None] + spread[:, None] * at
    p, log_joint = _joint(counts, theta + tau * z, intercept[:, None])
    height = log_joint - z**2 / 2 + log_weight + np.log(spread)[:, None]
    # scipy's logsumexp is most of the time of a fit; these rows are finite and short.
    top = height.max(axis=1)
    total = top + np.log(np.exp(height - top[:, None]).sum(axis=1))
    weight = np.exp(height - total[:, None])
    # In theta an arm's predictor moves by its sign, in tau by sign * z, in the intercept by 1.
    moves = np.stack(np.broadcast_arrays(counts.sign, z[..., None] * counts.sign, 1.0), axis=-1)
    residual = counts.event[:, None] - counts.n[:, None] * p
    curvature = counts.n[:, None] * p * (1 - p)
    slope = np.einsum("kqj,kqjd->kqd", residual, moves)
    bend = np.einsum("kqj,kqjd,kqje->kqde", curvature, moves, moves)
    gradient = np.einsum("kq,kqd->kd", weight, slope)
    centred = slope - gradient[:, None]
    variance = np.einsum("kq,kqd,kqe->kde", weight, centred, centred)
    return Derivatives(total, gradient, variance - np.einsum("kq,kqde->kde", weight, bend))


@cache
def _hermite(nodes: int) -> tuple[Floats, Floats]:
    """Return nodes and log weights that integrate against the standard normal's own height."""
    at, weight = special.roots_hermite(nodes)
    return np.sqrt(2) * at, np.log(weight) + at**2 - np.log(np.pi) / 2


def _joint(counts: Counts, effect: Floats, intercept: Floats) -> tuple[Floats, Floats]:
    """Return the risks (k, q, arms) and the log binomial probability (k, q) at each effect."""
    eta = intercept[..., None] + effect[..., None] * counts.sign
    event, n = counts.event[:, None], counts.n[:, None]
    ways = special.gammaln(n + 1) - special.gammaln(event + 1) - special.gammaln(n - event + 1)
    # log p and log(1 - p) without the overflow of exp(eta).
    log_p, log_q = -np.logaddexp(0, -eta), -np.logaddexp(0, eta)
    return special.expit(eta), np.sum(ways + event * log_p + (n - event) * log_q, axis=-1)


def _mode(counts: Counts, theta: float, tau: float, intercept: Floats) -> tuple[Floats, Floats]:
    """Return where each integrand peaks in z, and the SD of the normal that fits it there."""
    z = np.zeros(len(counts.event))
    reach = tau * np.abs(counts.sign) @ counts.n.T
    low, high = -reach, reach
    for _ in range(MAX_STEPS):
        eta = intercept[:, None] + (theta + tau * z)[:, None] * counts.sign
        p = special.expit(eta)
        slope = tau * ((counts.event - counts.n * p) @ counts.sign) - z
        curvature = 1 + tau**2 * ((counts.n * p * (1 - p)) @ counts.sign**2)
        # The slope falls in z: each value brackets the mode, and halves the bracket if need be.
        low, high = np.where(slope > 0, z, low), np.where(slope < 0, z, high)
        step = z + slope / curvature
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        done = np.all(np.abs(step - z) <= 1e-10 * (1 + np.abs(z)))
        z = step
        if done:
            return z, 1 / np.sqrt(curvature)
    raise ArithmeticError(f"a study's mode was not found in {MAX_STEPS} steps")
