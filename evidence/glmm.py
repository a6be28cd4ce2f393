"""The binomial-normal model (a generalised linear mixed model) by maximum likelihood."""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import pandas as pd
from scipy import optimize, stats

from evidence.binomial_normal import MAX_STEPS, Counts, Derivatives, derivatives
from evidence.checks import check_choice, check_level
from evidence.counts import check_counts
from evidence.effects_columns import Bools, Floats, read_events
from evidence.interval import Interval

MEASURES = ("PLO", "OR")
TESTS = ("z", "t")
#: The rule starts with the first and goes on to the next until the likelihood stands still.
_NODES = (40, 80, 160)
#: Likelihood and gradient may move by this when the nodes are doubled.
_STILL = 1e-7
#: Where tau is looked for, in logits: up to `_FAR`, and further only while the likelihood rises.
_FAR = 5.0
_TAUS = (1e-6, *np.geomspace(0.05, _FAR, 8), 10.0, 20.0, 40.0)
#: A gain in log likelihood that is below the error of the quadrature.
_GAIN = 1e-10
#: A slope of the profile likelihood in tau that may be rounding.
_FLAT = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class GLMMFit:
    """A fitted binomial-normal model, on the logit scale.

    Attributes
    ----------
    measure : str
        "PLO" (log odds of one group) or "OR" (log odds ratio).
    test : str
        "z" or "t" (on k - 1 degrees of freedom).
    level : float
        Percent.
    k, dropped : int
        Studies in the model, and studies left out because they say nothing of an odds ratio.
    estimate, se : float
        Of the mean effect. The SE is from the observed information, that of tau included.
    statistic, p : float
        estimate / se, and the two-sided p-value of no effect.
    ci : Interval
    pi : Interval or None
        Prediction interval for the true effect of a new study; None for one study.
    tau2 : float
        Between-study variance; 0 where the maximum lies there, and for one study.
    loglik : float
        Log likelihood at the maximum, binomial coefficients included.
    """

    measure: str
    test: str
    level: float
    k: int
    dropped: int
    estimate: float
    se: float
    statistic: float
    p: float
    ci: Interval
    pi: Interval | None
    tau2: float
    loglik: float


@dataclass(frozen=True, slots=True, eq=False)
class _Maximum:
    """The best theta and intercepts at one tau."""

    theta: float
    tau: float
    intercept: Floats
    at: Derivatives
    nodes: int

    @property
    def loglik(self) -> float:
        return float(self.at.loglik.sum())

    @property
    def slope(self) -> float:
        """How fast the profile likelihood rises in tau."""
        return float(self.at.gradient[:, 1].sum())


def glmm(
    frame: pd.DataFrame, measure: str = "PLO", level: float = 95.0, *, test: str = "z"
) -> GLMMFit:
    """Fit the binomial-normal model to counts, with no zero-cell correction.

    Parameters
    ----------
    frame : DataFrame
        One row a study: `event`, `n` for "PLO"; `event_e`, `n_e`, `event_c`, `n_c` for "OR".
    measure : {"PLO", "OR"}
        Log odds of one group, or log odds ratio with a fixed intercept for each study and the
        random effect split evenly between the arms.
    level : float
        Of the intervals, percent.
    test : {"z", "t"}
        Wald-type interval, normal or t with k - 1 degrees of freedom.

    Returns
    -------
    GLMMFit
        On the logit scale. The back-transformed estimate is the risk of the median study, not
        the mean risk. Studies without events, or with events only, count in full for "PLO";
        for "OR" they are left out where both arms are so.

    Raises
    ------
    ValueError
        On bad counts (column and row named), and where no finite maximum exists: no events, or
        nothing else, in all studies; for "OR" zero cells on the same side in all of them.
    ArithmeticError
        Where the search or the quadrature does not converge; never the last value.

    Notes
    -----
    The model of ``metafor::rma.glmm(measure = "PLO")`` and ``(measure = "OR", model = "UM.FS")``.
    metafor integrates with 7 nodes and stops early, so it agrees to three or four digits; here
    nodes are doubled until the likelihood stands still. tau is scanned, then solved for, so a
    lower one of two maxima is not taken. metafor's `logLik` is on another constant.
    Wald-type intervals are too narrow with few studies.

    References
    ----------
    .. [1] Stijnen T, Hamza TH, Özdemir P (2010). Random effects meta-analysis of event outcome in
       the framework of the generalized linear mixed model. Statistics in Medicine
       29(29):3046-3067. doi:10.1002/sim.4040
    .. [2] Jackson D, Law M, Stijnen T, Viechtbauer W, White IR (2018). A comparison of seven
       random-effects models for meta-analyses that estimate the summary odds ratio. Statistics in
       Medicine 37(7):1059-1085. doi:10.1002/sim.7588
    """
    check_choice("measure", measure, MEASURES)
    check_choice("test", test, TESTS)
    check_level(level)
    counts = _read(frame, measure)
    k = len(counts.event)
    if test == "t" and k < 2:
        raise ValueError(f"test='t' needs 2 studies or more; got {k}")
    best = _converged(counts)
    se = _standard_error(best, counts)
    dist = stats.norm() if test == "z" else stats.t(k - 1)
    crit = float(dist.ppf((1 + level / 100) / 2))
    reach = crit * sqrt(se**2 + best.tau**2)
    return GLMMFit(
        measure=measure,
        test=test,
        level=level,
        k=k,
        dropped=len(frame) - k,
        estimate=best.theta,
        se=se,
        statistic=best.theta / se,
        p=2 * float(dist.sf(abs(best.theta / se))),
        ci=Interval(best.theta - crit * se, best.theta + crit * se),
        pi=Interval(best.theta - reach, best.theta + reach) if k > 1 else None,
        tau2=best.tau**2,
        loglik=best.loglik,
    )


def _read(frame: pd.DataFrame, measure: str) -> Counts:
    if not len(frame):
        raise ValueError("no study to pool: the frame must have at least one row, got 0")
    arms = [("event", "n")] if measure == "PLO" else [("event_e", "n_e"), ("event_c", "n_c")]
    read = [read_events(frame, *names) for names in arms]
    for names in arms:
        check_counts(frame[names[0]], frame[names[1]], names)
    event, n = np.stack([e for e, _ in read], axis=1), np.stack([n for _, n in read], axis=1)
    none, full = event == 0, event == n
    if measure == "OR":
        informative = ~(none.all(axis=1) | full.all(axis=1))
        event, n, none, full = (of[informative] for of in (event, n, none, full))
    _refuse_infinite(none, full)
    return Counts(event, n, np.array([1.0] if measure == "PLO" else [0.5, -0.5]), measure == "OR")


def _refuse_infinite(none: Bools, full: Bools) -> None:
    """Refuse counts (k, arms) whose likelihood rises for ever in theta or in tau."""
    if none.shape[1] == 2:
        if not len(none):
            raise ValueError("OR cannot be pooled: no study has both events and non-events")
        rises, falls = full[:, 0] | none[:, 1], none[:, 0] | full[:, 1]
        if rises.all() or falls.all():
            where = "every study has a zero cell on the same side"
            raise ValueError(f"OR has no finite maximum likelihood estimate: {where}")
    elif none.all() or full.all():
        where = "no study has events" if none.all() else "no study has non-events"
        raise ValueError(f"PLO has no finite maximum likelihood estimate: {where}")
    elif (none | full).all():
        where = "every study has events only, or none"
        raise ValueError(f"tau2 has no finite maximum likelihood estimate: {where}")


def _converged(counts: Counts) -> _Maximum:
    """Return the maximum with as many nodes as it takes."""
    for nodes in _NODES:
        best = _maximum(counts, nodes)
        finer = derivatives(counts, best.theta, best.tau, best.intercept, 2 * best.nodes)
        apart = [np.abs(finer.loglik - best.at.loglik).sum()]
        apart += [np.abs(finer.gradient - best.at.gradient).sum()]
        if max(apart) <= _STILL:
            return best
    raise ArithmeticError(
        f"the likelihood did not stand still with {2 * _NODES[-1]} nodes a study; "
        "the studies are too sparse for this tau"
    )


def _maximum(counts: Counts, nodes: int) -> _Maximum:
    """Return the highest maximum of the likelihood over tau."""
    last = best = _profile(counts, 0.0, None, nodes)
    rising = None
    if len(counts.event) == 1:
        return best
    for tau in _TAUS:
        last = _profile(counts, tau, last, nodes)
        if last.slope >= -_FLAT:
            rising = last if last.slope > _FLAT else rising
            continue
        peak = best if rising is None else _peak(counts, rising, last, nodes)
        best = peak if peak.loglik > best.loglik + _GAIN else best
        rising = None
        if tau >= _FAR:
            return best
    raise ValueError(
        "tau2 has no finite maximum likelihood estimate: the likelihood still rises at "
        f"tau = {last.tau:g}"
    )


def _peak(counts: Counts, low: _Maximum, high: _Maximum, nodes: int) -> _Maximum:
    def slope(tau: float) -> float:
        return _profile(counts, tau, low, nodes).slope

    tau = optimize.brentq(slope, low.tau, high.tau, xtol=1e-13, rtol=1e-13)
    return _profile(counts, float(tau), low, nodes)


def _profile(counts: Counts, tau: float, start: _Maximum | None, nodes: int) -> _Maximum:
    """Return the best theta and intercepts at one tau: a concave problem, by Newton's method."""
    theta, intercept = _crude(counts) if start is None else (start.theta, start.intercept)
    # The integrand bends at a scale of 1 / tau, and the rule must see it.
    nodes = min(nodes * (1 if tau < 2 else 2 if tau < 5 else 4), _NODES[-1])
    at = derivatives(counts, theta, tau, intercept, nodes)
    for _ in range(MAX_STEPS):
        step, steps = _newton_step(at, counts.intercepts)
        size, gained = 1.0, -inf
        while size > 1e-3 and gained < -1e-7:
            new = derivatives(counts, theta + size * step, tau, intercept + size * steps, nodes)
            gained = float((new.loglik - at.loglik).sum())
            size /= 2
        theta, intercept = theta + 2 * size * step, intercept + 2 * size * steps
        at = new
        if max(abs(step), np.abs(steps).max()) <= 1e-11 * (1 + abs(theta)):
            return _Maximum(theta, tau, intercept, at, nodes)
    raise ArithmeticError(f"the likelihood has no maximum found at tau = {tau:g}")


def _crude(counts: Counts) -> tuple[float, Floats]:
    """Return a start: the odds of all events, or no effect around each study's own odds."""
    if not counts.intercepts:
        return float(np.log(counts.event.sum() / (counts.n - counts.event).sum())), np.zeros(
            len(counts.event)
        )
    event, n = counts.event.sum(axis=1), counts.n.sum(axis=1)
    return 0.0, np.log(event / (n - event))


def _newton_step(at: Derivatives, intercepts: bool) -> tuple[float, Floats]:
    slope, bend = at.gradient[:, 0].sum(), at.hessian[:, 0, 0].sum()
    own = np.zeros(len(at.loglik))
    if not intercepts:
        return float(-slope / bend), own
    own_slope, cross, own_bend = at.gradient[:, 2], at.hessian[:, 0, 2], at.hessian[:, 2, 2]
    step = -(slope - np.sum(cross * own_slope / own_bend)) / (bend - np.sum(cross**2 / own_bend))
    return float(step), -(own_slope + cross * step) / own_bend


def _standard_error(best: _Maximum, counts: Counts) -> float:
    """Return the SE of theta from the information on theta and tau, the intercepts profiled."""
    bend = best.at.hessian[:, :2, :2].sum(axis=0)
    if counts.intercepts:
        cross, own = best.at.hessian[:, :2, 2], best.at.hessian[:, 2, 2]
        bend -= np.einsum("ka,kb,k->ab", cross, cross, 1 / own)
    if best.tau == 0:
        return float(sqrt(-1 / bend[0, 0]))
    return float(sqrt(np.linalg.inv(-bend)[0, 0]))
