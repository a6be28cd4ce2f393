"""Mixtures of normals, and the intervals of a distribution known by its density and CDF."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from evidence.effects_columns import Floats
from evidence.interval import Interval

Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True, eq=False)
class NormalMixture:
    """A weighted mixture of normal distributions.

    Attributes
    ----------
    weight, mean, sd : ndarray, shape (m,)
        Weights, which sum to 1, and the components' means and SDs, each SD above 0.
    """

    weight: Floats
    mean: Floats
    sd: Floats

    def cdf(self, x: float) -> float:
        """Return the probability of a value up to `x`."""
        return float(self.weight @ special.ndtr((x - self.mean) / self.sd))

    def pdf(self, x: float) -> float:
        """Return the density at `x`."""
        z = (x - self.mean) / self.sd
        return float(self.weight @ (np.exp(-z * z / 2) / self.sd)) / float(np.sqrt(2 * np.pi))

    def quantile(self, prob: float) -> float:
        """Return the value below which a share `prob` of the distribution lies."""
        order = np.argsort(self.sd)
        middle = int(np.searchsorted(np.cumsum(self.weight[order]), 0.5))
        at = order[min(middle, len(order) - 1)]
        low, high = float(self.mean[at] - self.sd[at]), float(self.mean[at] + self.sd[at])
        if prob <= 0.5:
            return invert(self.cdf, prob, low, high)
        # From the upper tail: 1 - cdf would lose digits there.
        flipped = NormalMixture(self.weight, -self.mean, self.sd)
        return -invert(flipped.cdf, 1 - prob, -high, -low)


def invert(cdf: Curve, prob: float, low: float, high: float) -> float:
    """Return where an increasing `cdf` reaches `prob`, looking out from the span given."""
    step = width = high - low
    while cdf(low) > prob:
        low, step = low - step, 2 * step
    step = width
    while cdf(high) < prob:
        high, step = high + step, 2 * step
    xtol = 1e-14 * max(width, abs(low), abs(high))
    return float(optimize.brentq(lambda x: cdf(x) - prob, low, high, xtol=xtol, rtol=1e-14))


def equal_tailed(quantile: Curve, level: float) -> Interval:
    """Return the interval that leaves the same probability on either side."""
    tail = (1 - level / 100) / 2
    return Interval(quantile(tail), quantile(1 - tail))


def shortest(quantile: Curve, pdf: Curve, level: float) -> Interval:
    """Return the shortest interval that holds `level` percent of a one-peaked distribution.

    Its bounds have equal density, unless the density falls from the very left: then it starts
    there.
    """
    share = level / 100

    def rise(tail: float) -> float:
        return pdf(quantile(tail)) - pdf(quantile(tail + share))

    least = 1e-9 * (1 - share)
    if rise(least) >= 0:
        return Interval(quantile(0.0), quantile(share))
    tail = optimize.brentq(rise, least, 1 - share - least, xtol=1e-15, rtol=1e-13)
    return Interval(quantile(float(tail)), quantile(float(tail) + share))
