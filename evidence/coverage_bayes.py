"""The Bayesian interval of thousands of data sets at once, for simulations."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from evidence.coverage_intervals import SimulatedCounts
from evidence.effects import escalc
from evidence.effects_columns import Floats

#: Quadrature over tau from 0 to so many times the scale of its prior.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
FURTHEST = 6.0
#: Places, in posterior SDs from the mean, at which the distribution of the mean is worked out.
PLACES = np.linspace(-8.0, 8.0, 201)


@dataclass(frozen=True, slots=True)
class ManyBayesInterval:
    """Shortest posterior interval of the normal-normal model, half-normal prior on tau.

    What `BayesInterval` makes one by one, on a coarser grid: bounds differ by less than a hundredth
    of the width, which is far below the error of a simulation.

    Attributes
    ----------
    scale : float
        Of the half-normal prior on tau, above 0; the mean has a flat prior.
    """

    scale: float = 1.0

    def __post_init__(self) -> None:
        if not self.scale > 0:
            raise ValueError(f"scale must be above 0; got {self.scale!r}")

    @property
    def label(self) -> str:
        """Name in the table."""
        return f"Bayes half-normal({self.scale:g})"

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds, shape (replicates,)."""
        effects = escalc(counts.frame(), "PLO" if counts.event_c is None else "OR")
        yi, vi = (effects[name].to_numpy().reshape(counts.event.shape) for name in ("yi", "vi"))
        weight, mean, sd = self._mixture(yi, vi)
        centre = np.sum(weight * mean, axis=1)[:, None]
        spread = np.sqrt(np.sum(weight * (sd**2 + (mean - centre) ** 2), axis=1))
        x = centre + spread[:, None] * PLACES
        below = np.zeros_like(x)
        for node in range(weight.shape[1]):
            z = (x - mean[:, node, None]) / sd[:, node, None]
            below += weight[:, node, None] * ndtr(z)
        bounds = [_shortest(*row, level / 100) for row in zip(x, below, strict=True)]
        lb, ub = np.array(bounds).T
        return lb, ub

    def _mixture(self, yi: Floats, vi: Floats) -> tuple[Floats, Floats, Floats]:
        """Return weights, means and SDs of the mean given each tau, shape (replicates, nodes)."""
        tau = FURTHEST * self.scale * (NODES + 1) / 2
        w = 1 / (vi[:, None, :] + tau[:, None] ** 2)
        precision = w.sum(axis=2)
        mean = np.sum(w * yi[:, None, :], axis=2) / precision
        misfit = np.sum(w * (yi[:, None, :] - mean[:, :, None]) ** 2, axis=2)
        heights = (np.log(w).sum(axis=2) - np.log(precision) - misfit) / 2
        heights = heights - (tau / self.scale) ** 2 / 2
        weight = WEIGHTS * np.exp(heights - heights.max(axis=1, keepdims=True))
        return weight / weight.sum(axis=1, keepdims=True), mean, 1 / np.sqrt(precision)


def _shortest(x: Floats, below: Floats, share: float) -> tuple[float, float]:
    """Return the shortest interval that holds `share`; the least width between three places."""
    width = np.interp(below + share, below, x, right=np.inf) - x
    at = int(np.argmin(width))
    lb = x[at]
    left, least, right = width[max(at - 1, 0)], width[at], width[min(at + 1, len(x) - 1)]
    if 0 < at < len(x) - 1 and np.isfinite(right) and left + right > 2 * least:
        lb += (x[1] - x[0]) * (left - right) / (2 * (left + right - 2 * least))
    content = float(np.interp(lb, x, below)) + share
    return float(lb), float(np.interp(content, below, x))
