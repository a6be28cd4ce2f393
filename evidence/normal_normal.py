"""The normal-normal model given tau, and the quadrature that integrates tau out."""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from evidence.effects_columns import Floats

#: Gauss-Legendre, on each panel.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
#: Log densities this far below the highest are left out: e^-45 is 3e-20.
DEPTH = 45.0


@dataclass(frozen=True, slots=True, eq=False)
class NormalNormal:
    """Data and priors, with tau = unit * sinh(x): even steps near 0, even ratios further out.

    Attributes
    ----------
    yi, vi : ndarray, shape (k,)
        Effects and their sampling variances, above 0.
    prior_mean : tuple of float or None
        Mean and SD of the normal prior on mu; None for the flat prior.
    prior_tau : tuple of str and float
        "half-normal" or "half-cauchy", and its scale.
    """

    yi: Floats
    vi: Floats
    prior_mean: tuple[float, float] | None
    prior_tau: tuple[str, float]

    @property
    def unit(self) -> float:
        """The scale below which neither the likelihood nor the prior can tell tau from 0."""
        return float(min(sqrt(self.vi.min()), self.prior_tau[1]))

    def mu_given(self, tau: Floats) -> tuple[Floats, Floats]:
        """Return mean and SD of mu given each tau."""
        mean, precision, _ = self._given(tau)
        return mean, 1 / np.sqrt(precision)

    def log_density(self, x: Floats) -> Floats:
        """Return the log posterior density of x, but for a constant."""
        tau = self.unit * np.sinh(x)
        mean, precision, w = self._given(tau)
        misfit = np.sum(w * (self.yi - mean[:, None]) ** 2, axis=1)
        if self.prior_mean is not None:
            misfit += ((mean - self.prior_mean[0]) / self.prior_mean[1]) ** 2
        likelihood = (np.sum(np.log(w), axis=1) - np.log(precision) - misfit) / 2
        ratio = tau / self.prior_tau[1]
        prior = -(ratio**2) / 2 if self.prior_tau[0] == "half-normal" else -np.log1p(ratio**2)
        return np.asarray(likelihood + prior + np.log(np.cosh(x)))

    def _given(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        w = 1 / (self.vi + tau[:, None] ** 2)
        total, precision = w @ self.yi, w.sum(axis=1)
        if self.prior_mean is not None:
            total = total + self.prior_mean[0] / self.prior_mean[1] ** 2
            precision = precision + 1 / self.prior_mean[1] ** 2
        return total / precision, precision, w


@dataclass(frozen=True, slots=True, eq=False)
class TauGrid:
    """Panels over x, with the nodes and posterior probabilities of a quadrature over tau."""

    edges: Floats
    tau: Floats
    weight: Floats
    #: What is taken from the log density to make it that of a probability.
    offset: float


def lay_grid(model: NormalNormal) -> TauGrid:
    """Lay Gauss-Legendre panels over x wherever the posterior is not negligible."""
    width = min(0.25, 1 / sqrt(len(model.yi)))
    largest = max(sqrt(model.vi.max()), model.prior_tau[1], np.ptp(model.yi))
    edges = np.arange(0.0, log(largest / model.unit) + DEPTH, width)
    heights = model.log_density(edges)
    near = np.flatnonzero(heights > heights.max() - DEPTH)
    edges = edges[max(near[0] - 1, 0) : near[-1] + 2]
    x = (edges[:-1, None] + width * (NODES + 1) / 2).ravel()
    heights = model.log_density(x)
    weight = np.exp(heights - heights.max()) * np.tile(WEIGHTS * width / 2, len(edges) - 1)
    offset = float(heights.max() + np.log(weight.sum()))
    return TauGrid(edges, model.unit * np.sinh(x), weight / weight.sum(), offset)
