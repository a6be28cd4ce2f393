"""The Bayesian normal-normal hierarchical model, by quadrature."""

from dataclasses import dataclass, field
from math import isfinite, sinh, sqrt

import numpy as np
import pandas as pd

from evidence.checks import check_choice, check_level
from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Floats
from evidence.interval import Interval
from evidence.mixture import NormalMixture, equal_tailed, invert, shortest
from evidence.normal_normal import NODES, WEIGHTS, NormalNormal, TauGrid, lay_grid

TAU_PRIORS = ("half-normal", "half-cauchy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """The posterior distribution of one quantity.

    Attributes
    ----------
    median : float
    mean, sd : float or None
        None where the integral does not converge: few studies under a heavy-tailed prior.
    ci : Interval
        The shortest interval that holds `level` percent.
    equal_tailed : Interval
        The interval that leaves the same probability on either side.
    """

    median: float
    mean: float | None
    sd: float | None
    ci: Interval
    equal_tailed: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesFit:
    """A fitted hierarchical model, on the scale of `yi`; `nnt` and figures read it like a pool.

    Attributes
    ----------
    measure : str
        From the column `measure`; "GEN" where there is none.
    level : float
        Of the credible intervals, percent.
    k : int
        Studies.
    prior_mean : tuple of float or None
        Mean and SD of the normal prior on the mean effect; None for the flat prior.
    prior_tau : tuple of str and float
        Family and scale of the prior on tau.
    mu, theta_new, tau : Posterior
        Mean effect; true effect of a new study (the predictive distribution); between-study SD.
    """

    measure: str
    level: float
    k: int
    prior_mean: tuple[float, float] | None
    prior_tau: tuple[str, float]
    mu: Posterior
    theta_new: Posterior
    tau: Posterior
    _mu: NormalMixture = field(repr=False, compare=False)
    _theta_new: NormalMixture = field(repr=False, compare=False)

    @property
    def estimate(self) -> float:
        """Posterior median of the mean effect: it exists under every prior."""
        return self.mu.median

    @property
    def ci(self) -> Interval:
        """Shortest credible interval of the mean effect."""
        return self.mu.ci

    @property
    def pi(self) -> Interval:
        """Shortest predictive interval: the true effect of a new study."""
        return self.theta_new.ci

    def probability_of_benefit(
        self, better: str, threshold: float = 0.0, *, new_study: bool = False
    ) -> float:
        """Return the posterior probability that the effect is better than a threshold.

        Parameters
        ----------
        better : {"higher", "lower"}
            Direction of benefit, from the data.
        threshold : float
            On the scale of `yi`: 0 is no effect; log(1.5) for an odds ratio of 1.5.
        new_study : bool
            Of the true effect in a new study rather than of the mean effect.
        """
        check_choice("better", better, ("higher", "lower"))
        mixture = self._theta_new if new_study else self._mu
        if better == "lower":
            return mixture.cdf(threshold)
        return NormalMixture(mixture.weight, -mixture.mean, mixture.sd).cdf(-threshold)


def bayes(
    effects: pd.DataFrame,
    prior_mean: tuple[float, float] | None = None,
    prior_tau: tuple[str, float] = ("half-normal", 1.0),
    level: float = 95.0,
) -> BayesFit:
    """Fit yi ~ N(theta_i, vi), theta_i ~ N(mu, tau^2), and return the posterior.

    Parameters
    ----------
    effects : DataFrame
        With `yi` and `vi`, as `escalc` makes it, and a column `measure` where known.
    prior_mean : tuple of float, optional
        Mean and SD of a normal prior on mu, on the scale of `yi`; None for the flat prior.
    prior_tau : tuple of str and float
        ("half-normal", scale) or ("half-cauchy", scale), in units of `yi`: the scale of a
        half-normal is the SD of the normal before folding, so 1.0 puts 95% below 1.96.
    level : float
        Of the credible intervals, percent.

    Returns
    -------
    BayesFit
        With one study the prior on tau is not updated under a flat `prior_mean`; the interval
        is then that study's, widened by what the prior allows.

    Raises
    ------
    ValueError
        On effects that cannot be pooled (row named), mixed measures, a prior that is none, or a
        level outside 0 to 100.

    Notes
    -----
    Given tau, mu is normal in closed form; tau is integrated out by composite Gauss-Legendre
    quadrature, which reaches about twelve digits. R's bayesmeta (not used here)
    fits the same model and, like this, gives shortest intervals unless told otherwise.

    References
    ----------
    .. [1] Röver C (2020). Bayesian random-effects meta-analysis using the bayesmeta R package.
       Journal of Statistical Software 93(6):1-51. doi:10.18637/jss.v093.i06
    """
    check_level(level)
    _check_priors(prior_mean, prior_tau)
    yi, vi = read_effects(effects)
    model = NormalNormal(yi, vi, prior_mean, prior_tau)
    grid = lay_grid(model)
    mean, sd = model.mu_given(grid.tau)
    mu = NormalMixture(grid.weight, mean, sd)
    theta_new = NormalMixture(grid.weight, mean, np.hypot(sd, grid.tau))
    # The density of tau falls as this power: moments of a lower order only exist.
    order = np.inf if prior_tau[0] == "half-normal" else len(yi) + (prior_mean is not None)
    of_mu = np.inf if prior_mean is not None else order
    return BayesFit(
        measure=read_measure(effects),
        level=level,
        k=len(yi),
        prior_mean=prior_mean,
        prior_tau=prior_tau,
        mu=_summary(mu, of_mu, level),
        theta_new=_summary(theta_new, order, level),
        tau=_tau_summary(model, grid, order, level),
        _mu=mu,
        _theta_new=theta_new,
    )


def _summary(mixture: NormalMixture, order: float, level: float) -> Posterior:
    """Summarise a mixture whose moments below `order` exist."""
    mean = float(mixture.weight @ mixture.mean)
    spread = float(mixture.weight @ (mixture.sd**2 + (mixture.mean - mean) ** 2))
    return Posterior(
        median=mixture.quantile(0.5),
        mean=mean if order > 1 else None,
        sd=sqrt(spread) if order > 2 else None,
        ci=shortest(mixture.quantile, mixture.pdf, level),
        equal_tailed=equal_tailed(mixture.quantile, level),
    )


def _tau_summary(model: NormalNormal, grid: TauGrid, order: float, level: float) -> Posterior:
    """Summarise tau from its own density: it is the integration variable, not a mixture."""
    below = np.concatenate([[0.0], np.cumsum(grid.weight.reshape(-1, len(NODES)).sum(axis=1))])

    def density(x: Floats) -> Floats:
        return np.asarray(np.exp(model.log_density(x) - grid.offset))

    def cdf(x: float) -> float:
        at = int(np.clip(np.searchsorted(grid.edges, x) - 1, 0, len(below) - 2))
        part = max(x - float(grid.edges[at]), 0.0)
        nodes = grid.edges[at] + part * (NODES + 1) / 2
        return float(below[at] + part / 2 * (WEIGHTS @ density(nodes)))

    def quantile(prob: float) -> float:
        if prob <= 0:
            return 0.0
        at = np.searchsorted(below, min(prob, below[-1]))
        low, high = grid.edges[max(at - 1, 0)], grid.edges[min(at, len(below) - 1)]
        return model.unit * sinh(invert(cdf, prob, low, high))

    def pdf(tau: float) -> float:
        x = np.arcsinh([tau / model.unit])
        return float(density(x)[0] / (model.unit * np.cosh(x[0])))

    mean = float(grid.weight @ grid.tau)
    return Posterior(
        median=quantile(0.5),
        mean=mean if order > 1 else None,
        sd=sqrt(float(grid.weight @ (grid.tau - mean) ** 2)) if order > 2 else None,
        ci=shortest(quantile, pdf, level),
        equal_tailed=equal_tailed(quantile, level),
    )


def _check_priors(mean: tuple[float, float] | None, tau: tuple[str, float]) -> None:
    if mean is not None and not (len(mean) == 2 and isfinite(mean[0]) and _positive(mean[1])):
        raise ValueError(f"prior_mean must be None or (mean, sd) with an sd above 0; got {mean!r}")
    if not (isinstance(tau, tuple | list) and len(tau) == 2):
        raise ValueError(f"prior_tau must be (family, scale), as ('half-normal', 1); got {tau!r}")
    check_choice("prior_tau[0]", tau[0], TAU_PRIORS)
    if not _positive(tau[1]):
        raise ValueError(f"prior_tau[1], its scale, must be finite and above 0; got {tau[1]!r}")


def _positive(value: float) -> bool:
    return isinstance(value, int | float) and isfinite(value) and value > 0
