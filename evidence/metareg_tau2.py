"""Estimators of tau2 left over by moderators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evidence.effects_columns import Floats
from evidence.stack import dot
from evidence.tau2_search import crossing, highest_peak


@dataclass(frozen=True, slots=True)
class Contrasts:
    """What the effects say beyond the moderators: k - p independent contrasts.

    With K an orthonormal basis of what is orthogonal to the design, K'y has the variance
    tau2 + K' diag(v) K; rotated to its eigenvectors it is k - p independent normal numbers z with
    mean 0 and variances tau2 + lam. Every estimator follows from z and lam.

    Attributes
    ----------
    z, lam : ndarray, shape (k - p, 1)
        Contrasts and their sampling variances.
    v : ndarray, shape (k, 1)
        Sampling variances of the effects.
    restricted : bool
        Which likelihood `slope`, `slopes` and `value` are of.
    """

    z: Floats
    lam: Floats
    v: Floats
    restricted: bool = True

    def take(self, which: NDArray[np.intp]) -> "Contrasts":
        """Return the data sets chosen by number."""
        z, lam, v = (field[:, which] for field in (self.z, self.lam, self.v))
        return Contrasts(z, lam, v, self.restricted)

    def _spread(self) -> Floats:
        return self.lam if self.restricted else self.v

    def slope(self, tau2: Floats) -> Floats:
        """Return twice the first derivative of the log-likelihood at tau2 of shape (points, n)."""
        wz = self.z[:, None, :] / (self.lam[:, None, :] + tau2)
        spread: Floats = (1 / (self._spread()[:, None, :] + tau2)).sum(axis=0)
        return dot(wz, wz) - spread

    def slopes(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return twice the first and second derivative at tau2 of shape (n,)."""
        w, u = 1 / (self.lam + tau2), 1 / (self._spread() + tau2)
        wz = w * self.z
        return dot(wz, wz) - u.sum(axis=0), dot(u, u) - 2 * dot(wz * wz, w)

    def value(self, tau2: Floats) -> Floats:
        """Return twice the log-likelihood, up to a constant, at tau2 of shape (n,)."""
        value: Floats = -np.log(self._spread() + tau2).sum(axis=0)
        return value - self.q_and_fall(tau2)[0]

    def q_and_fall(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return the residual Q(tau2) and -dQ/dtau2."""
        w = 1 / (self.lam + tau2)
        wz = w * self.z
        return dot(wz, self.z), dot(wz, wz)

    def upper(self) -> Floats:
        """Return a tau2 above which the slope is negative."""
        spread = self._spread()
        low, high = self.lam.min(axis=0), spread.max(axis=0)
        a = dot(self.z, self.z) / len(spread)
        bound: Floats = (a + np.sqrt(a * a + 4 * a * (high - low))) / 2 * (1 + 1e-6) - low
        return bound


def make_contrasts(y: Floats, v: Floats, design: Floats, *, restricted: bool = True) -> Contrasts:
    """Return the contrasts of effects of shape (k,) that a design of shape (k, p) leaves."""
    basis = np.linalg.qr(design, mode="complete").Q[:, design.shape[1] :]
    lam, rotation = np.linalg.eigh(basis.T @ (v[:, None] * basis))
    z = rotation.T @ (basis.T @ y)
    return Contrasts(z[:, None], lam[:, None], v[:, None], restricted)


def residual_tau2(y: Floats, v: Floats, design: Floats, method: str) -> float:
    """Return tau2 given the moderators, never below 0.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
    design : ndarray, shape (k, p)
        Full column rank, p < k.
    method : str
        As for `evidence.tau2.estimate_tau2`, which is this with a column of ones; SJ starts from
        the variance of `y` about its plain mean, moderators or not, as in metafor.
    """
    contrasts = make_contrasts(y, v, design, restricted=method != "ML")
    df, at_0 = len(contrasts.z), np.zeros(1)
    q = float(contrasts.q_and_fall(at_0)[0][0])
    if method == "DL":
        tau2 = (q - df) / float(np.sum(1 / contrasts.lam))
    elif method == "HS":
        tau2 = (q - len(y)) / float(np.sum(1 / v))
    elif method == "SJ":
        start = float(np.var(y))
        tau2 = start * float(contrasts.q_and_fall(at_0 + start)[0][0]) / df
    elif method in ("PM", "EB"):
        tau2 = float(crossing(contrasts, at_0 + df, contrasts.lam.min(axis=0))[0])
    elif method in ("REML", "ML"):
        tau2 = float(highest_peak(contrasts, contrasts.upper(), contrasts.lam.min(axis=0))[0])
    else:
        tau2 = 0.0
    return max(0.0, tau2)
