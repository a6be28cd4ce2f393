"""The intervals whose coverage is simulated: each makes one interval a replicate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.special import logit

from evidence.bayes import bayes
from evidence.checks import check_choice
from evidence.effects import escalc
from evidence.effects_columns import Floats
from evidence.fits import TESTS, fit_arrays
from evidence.glmm import glmm
from evidence.interval import Interval
from evidence.proportions import proportion_cis
from evidence.tau2 import TAU2
from evidence.transforms import back_transform, harmonic_mean


@dataclass(frozen=True, slots=True)
class SimulatedCounts:
    """Counts of many simulated meta-analyses of the same shape.

    Attributes
    ----------
    event, n : ndarray, shape (replicates, k)
        Responders and participants; of the experimental arm where there are two.
    event_c, n_c : ndarray or None
        Of the control arm.
    """

    event: Floats
    n: Floats
    event_c: Floats | None = None
    n_c: Floats | None = None

    def frame(self, rows: slice = slice(None)) -> pd.DataFrame:
        """Return the replicates chosen, study after study, with the columns `escalc` reads."""
        names = ("event", "n") if self.event_c is None else ("event_e", "n_e", "event_c", "n_c")
        arrays = (self.event, self.n, self.event_c, self.n_c)
        columns = zip(names, arrays, strict=False)
        return pd.DataFrame({name: a[rows].ravel() for name, a in columns if a is not None})


class IntervalMaker(Protocol):
    """Makes the bounds of the logit (one arm) or the log odds ratio (two arms)."""

    @property
    def label(self) -> str:
        """Name in the table."""
        ...

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds, shape (replicates,); NaN where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class PooledInterval:
    """Confidence interval of `pool`: PLO, PAS or PFT for one arm, OR for two."""

    method: str = "REML"
    test: str = "hybrid"
    measure: str | None = None

    def __post_init__(self) -> None:
        check_choice("method", self.method, TAU2)
        check_choice("test", self.test, TESTS)
        check_choice("measure", self.measure, (None, "PLO", "PAS", "PFT", "OR"))

    @property
    def label(self) -> str:
        """Name in the table."""
        parts = (self.measure, self.method, self.test)
        return " ".join(part for part in parts if part)

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds."""
        measure = self.measure or ("PLO" if counts.event_c is None else "OR")
        effects = escalc(counts.frame(), measure)
        yi, vi = (effects[name].to_numpy().reshape(counts.event.shape) for name in ("yi", "vi"))
        fit = fit_arrays(yi, vi, method=self.method, test=self.test, level=level)
        if measure not in ("PAS", "PFT"):
            return fit.ci_lb, fit.ci_ub
        n = harmonic_mean(counts.n[0])
        lb, ub = (back_transform(bound, measure, n=n) for bound in (fit.ci_lb, fit.ci_ub))
        return logit(lb), logit(ub)


@dataclass(frozen=True, slots=True)
class SummedInterval:
    """Interval for a proportion from the plain sum of events and participants; one arm."""

    method: str = "wilson"

    @property
    def label(self) -> str:
        """Name in the table."""
        return f"summed {self.method}"

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds."""
        if counts.event_c is not None:
            raise ValueError("a summed interval is for one arm; got a scenario of two")
        sums = pd.DataFrame({"event": counts.event.sum(axis=1), "n": counts.n.sum(axis=1)})
        table = proportion_cis(sums, method=self.method, level=level)
        return logit(table["ci_lb"].to_numpy()), logit(table["ci_ub"].to_numpy())


@dataclass(frozen=True, slots=True)
class GLMMInterval:
    """Wald interval (`z`) or its t counterpart of the binomial-normal model."""

    test: str = "z"

    @property
    def label(self) -> str:
        """Name in the table."""
        return f"GLMM {self.test}"

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds; NaN where the likelihood has no maximum."""
        measure = "PLO" if counts.event_c is None else "OR"
        return _one_by_one(
            counts, lambda frame: glmm(frame, measure, level=level, test=self.test).ci
        )


@dataclass(frozen=True, slots=True)
class BayesInterval:
    """Shortest posterior interval of the normal-normal model, flat prior on the mean."""

    prior: str = "half-normal"
    scale: float = 1.0

    @property
    def label(self) -> str:
        """Name in the table."""
        return f"Bayes {self.prior}({self.scale:g})"

    def __call__(self, counts: SimulatedCounts, level: float) -> tuple[Floats, Floats]:
        """Return lower and upper bounds."""
        measure = "PLO" if counts.event_c is None else "OR"
        prior = (self.prior, self.scale)
        return _one_by_one(
            counts, lambda frame: bayes(escalc(frame, measure), prior_tau=prior, level=level).ci
        )


def _one_by_one(
    counts: SimulatedCounts, make: Callable[[pd.DataFrame], Interval]
) -> tuple[Floats, Floats]:
    bounds = np.full((len(counts.event), 2), np.nan)
    for row in range(len(bounds)):
        # A model that cannot be fitted to a data set has no interval there; it is counted.
        try:
            bounds[row] = make(counts.frame(slice(row, row + 1)))
        except (ValueError, ArithmeticError):
            continue
    return bounds[:, 0], bounds[:, 1]


#: What the methods chapter compares, all fast enough for thousands of replicates.
FAST_INTERVALS: tuple[IntervalMaker, ...] = (
    PooledInterval("DL", "z"),
    PooledInterval("REML", "z"),
    PooledInterval("REML", "knha"),
    PooledInterval("REML", "adhoc"),
    PooledInterval("REML", "hybrid"),
)
