"""The number needed to treat, as a view of a risk difference."""

from dataclasses import dataclass
from math import ceil, exp, expm1, isinf

from evidence.checks import check_choice
from evidence.interval import Interval
from evidence.pooled import Pooled

INFINITY = "\N{INFINITY}"
#: A bound may miss its estimate by the rounding of a sum, not by more.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class NNT:
    """A number needed to treat, kept as the risk difference it is a view of.

    Storing 1 / RD would lose the order of its interval, which runs through infinity whenever
    the interval of `rd` holds zero (Altman 1998, BMJ 317:1309, doi:10.1136/bmj.317.7168.1309).

    Attributes
    ----------
    rd : float
        Absolute benefit: a difference of probabilities, -1 to 1, above 0 where the experimental
        arm fares better. `nnt` and kin have put it that way round.
    ci : Interval
        Interval of `rd`, on the same scale.
    level : float
        Of the interval, in percent.
    interval : str
        "ci", or "pi" where it is a prediction interval.
    baseline_risk : float or None
        Probability of the event under control that the number holds for.
    horizon : str or None
        Time over which the event was counted, such as "12 weeks".
    truncated : bool
        True where a bound was cut off because it lay beyond what a risk can be.

    Examples
    --------
    >>> print(NNT(0.10, Interval(-0.05, 0.25)))
    NNTB 10 (NNTB 4 to ∞ to NNTH 20)
    """

    rd: float
    ci: Interval
    level: float = 95.0
    interval: str = "ci"
    baseline_risk: float | None = None
    horizon: str | None = None
    truncated: bool = False

    def __post_init__(self) -> None:
        if not -1 <= self.ci.lb <= self.ci.ub <= 1:
            raise ValueError(
                f"ci must be two differences of risks, -1 <= lb <= ub <= 1; got {self.ci}"
            )
        if not self.ci.lb - _SLACK <= self.rd <= self.ci.ub + _SLACK:
            raise ValueError(f"rd must lie within its interval {tuple(self.ci)}; got {self.rd!r}")
        check_choice("interval", self.interval, ("ci", "pi"))

    @property
    def through_infinity(self) -> bool:
        """Whether the interval holds benefit and harm both, and so runs through infinity."""
        return self.ci.lb < 0 < self.ci.ub

    @property
    def value(self) -> float:
        """1 / `rd` without its sign, unrounded; infinite where `rd` is zero."""
        return abs(_inverse(self.rd))

    @property
    def bounds(self) -> tuple[float, float]:
        """1 / bound, unrounded and signed: positive is NNTB, negative NNTH, 0 becomes infinite.

        In the order in which they are read: the NNTB bound first where the interval runs
        through infinity, the smaller number first where it does not.
        """
        first, last = sorted(self.ci, key=abs, reverse=True)
        if self.through_infinity:
            first, last = self.ci.ub, self.ci.lb
        return _inverse(first), _inverse(last)

    @property
    def label(self) -> str:
        """The number and its interval, whole and rounded up as Cochrane asks."""
        via = f" to {INFINITY} to " if self.through_infinity else " to "
        return f"{_text(_inverse(self.rd))} ({via.join(map(_text, self.bounds))})"

    @property
    def context(self) -> str:
        """What the number holds for, as far as it was stated; may be empty."""
        parts = [
            f"{self.level:g}% prediction interval" if self.interval == "pi" else "",
            "" if self.baseline_risk is None else f"baseline risk {100 * self.baseline_risk:.3g}%",
            self.horizon or "",
            "a bound is cut off at the limit of a risk" if self.truncated else "",
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        return f"{self.label}; {self.context}" if self.context else self.label


def nnt_from_rd(
    rd: float,
    ci: tuple[float, float],
    better: str,
    *,
    level: float = 95.0,
    interval: str = "ci",
    baseline_risk: float | None = None,
    horizon: str | None = None,
) -> NNT:
    """Return the NNT of a risk difference and its interval (Cochrane Handbook 6, 15.4.4).

    Parameters
    ----------
    rd : float
        Risk difference, experimental minus control, -1 to 1.
    ci : Interval
        Its interval. Bounds that no risk difference can have (from Wald's or Knapp-Hartung's
        interval; at the baseline risk, where one is stated) are cut off and `truncated` is set.
    better : {"higher", "lower"}
        Whether the event is good ("higher": response) or bad ("lower": relapse).
    level, interval, baseline_risk, horizon
        As in `NNT`; a pooled RD mixes baseline risks, so state the one it is read at.

    Raises
    ------
    ValueError
        On a difference that cannot be (at the baseline risk), bounds out of order, a baseline
        risk that is no probability, or an unknown `better`.

    Examples
    --------
    >>> print(nnt_from_rd(-0.2, (-0.3, -0.1), better="lower", horizon="8 weeks"))
    NNTB 5 (NNTB 4 to NNTB 10); 8 weeks
    """
    check_choice("better", better, ("higher", "lower"))
    lb, ub = float(ci[0]), float(ci[1])
    if not lb <= ub:
        raise ValueError(f"ci must be a lower and an upper bound, lb <= ub; got ({lb!r}, {ub!r})")
    least, most = _limits(baseline_risk)
    if not least - _SLACK <= rd <= most + _SLACK:
        at = "" if baseline_risk is None else f" at a baseline_risk of {baseline_risk!r}"
        raise ValueError(f"rd must lie between {least:.4g} and {most:.4g}{at}; got {rd!r}")
    held = Interval(min(max(lb, least), most), max(min(ub, most), least))
    truncated = held != (lb, ub)
    if better == "lower":
        rd, held = -rd, Interval(-held.ub, -held.lb)
    # Adding 0.0 turns the -0.0 of a change of sign into 0.0.
    held = Interval(held.lb + 0.0, held.ub + 0.0)
    return NNT(float(rd) + 0.0, held, level, interval, baseline_risk, horizon, truncated)


def nnt(
    fit: Pooled,
    better: str,
    *,
    interval: str = "ci",
    baseline_risk: float | None = None,
    horizon: str | None = None,
) -> NNT:
    """Return the NNT of a pooled risk difference.

    Parameters
    ----------
    fit : Pooled
        A pooled effect whose `measure` is "RD". For RR or OR use `nnt_at`.
    better : {"higher", "lower"}
        Direction of benefit, from the data.
    interval : {"ci", "pi"}
        The confidence interval of the mean effect, or the prediction interval: what a new
        setting may see.
    baseline_risk, horizon
        Kept with the number, as in `NNT`.

    Raises
    ------
    ValueError
        On another measure, or a prediction interval that the fit has not (k = 1, equal effects).
    """
    check_choice("measure", fit.measure, ("RD",))
    return nnt_from_rd(
        fit.estimate,
        _interval_of(fit, interval),
        better,
        level=fit.level,
        interval=interval,
        baseline_risk=baseline_risk,
        horizon=horizon,
    )


def nnt_at(
    fit: Pooled,
    baseline_risk: float,
    better: str,
    *,
    interval: str = "ci",
    horizon: str | None = None,
) -> NNT:
    """Return the NNT of a pooled RR or OR at a baseline risk (Cochrane Handbook 6, 15.4.4).

    Parameters
    ----------
    fit : Pooled
        A pooled effect whose `measure` is "RR" or "OR", on the log scale.
    baseline_risk : float
        Assumed comparator risk: probability of the event under control, between 0 and 1, both
        excluded. Its own uncertainty is not in the interval.
    better : {"higher", "lower"}
        Direction of benefit, from the data.
    interval, horizon
        As in `nnt`.

    Returns
    -------
    NNT
        Where RR times baseline risk exceeds 1 at a bound, that bound is held at a risk of 1 and
        `truncated` is set.

    Raises
    ------
    ValueError
        As `nnt`; on a baseline risk that is no probability; and where RR times baseline risk
        exceeds 1 for the estimate itself. That RR cannot hold at that baseline risk, so there
        is no NNT to give; pool the OR, which keeps every risk below 1.
    """
    check_choice("measure", fit.measure, ("RR", "OR"))
    _check_risk(baseline_risk)
    lb, ub = _interval_of(fit, interval)
    change = _change_under(fit.measure, float(fit.estimate), baseline_risk)
    risk = baseline_risk + change
    if risk > 1:
        raise ValueError(
            f"baseline_risk {baseline_risk!r} times a risk ratio of {risk / baseline_risk:.4g} is "
            f"a risk of {risk:.4g}, above 1; state a baseline_risk up to "
            f"{baseline_risk / risk:.4g}, or pool the OR"
        )
    low, high = (_change_under(fit.measure, bound, baseline_risk) for bound in (lb, ub))
    return nnt_from_rd(
        change,
        (low, high),
        better,
        level=fit.level,
        interval=interval,
        baseline_risk=baseline_risk,
        horizon=horizon,
    )


def _interval_of(fit: Pooled, interval: str) -> Interval:
    check_choice("interval", interval, ("ci", "pi"))
    if interval == "ci":
        return fit.ci
    if fit.pi is None:
        raise ValueError(
            "interval='pi' needs a prediction interval, and this fit has none; use 'ci'"
        )
    return fit.pi


def _change_under(measure: str, log_ratio: float, baseline_risk: float) -> float:
    """Return the difference of risks that a ratio makes: of no effect exactly 0."""
    if measure == "RR":
        # Beyond 709 it overflows; any risk above 1 is cut off alike.
        return baseline_risk * expm1(min(log_ratio, 700.0))
    p, away, gain = baseline_risk, exp(-abs(log_ratio)), -expm1(-abs(log_ratio))
    if log_ratio > 0:
        return (1 - p) * (p * gain / ((1 - p) * away + p))
    return -p * ((1 - p) * gain / (1 - p + p * away))


def _limits(baseline_risk: float | None) -> tuple[float, float]:
    if baseline_risk is None:
        return -1.0, 1.0
    _check_risk(baseline_risk)
    return -baseline_risk, 1 - baseline_risk


def _check_risk(risk: float) -> None:
    number = isinstance(risk, int | float) and not isinstance(risk, bool)
    if not number or not 0 < risk < 1:
        raise ValueError(
            f"baseline_risk must be a probability above 0 and below 1, such as 0.3; got {risk!r}"
        )


def _inverse(rd: float) -> float:
    return 1 / rd if rd else float("inf")


def _text(signed: float) -> str:
    if isinf(signed):
        return INFINITY
    # Rounded first: 1 / (0.3 - 0.2) is a hair over 10, and ceil would say 11.
    return f"{'NNTB' if signed > 0 else 'NNTH'} {ceil(round(abs(signed), 9))}"
