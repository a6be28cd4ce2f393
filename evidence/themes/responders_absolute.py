"""Randomised comparisons of responders in absolute terms: of a hundred people, how many more."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
import pandas as pd

from evidence.bayes import BayesFit, bayes
from evidence.checks import check_choice
from evidence.data import load
from evidence.effects import escalc
from evidence.interval import Interval
from evidence.nnt import NNT, nnt, nnt_at, nnt_from_rd
from evidence.pooling import PooledEffect, pool
from evidence.riskdiff import risk_difference_ci

MEASURES = ("RD", "RR", "OR")
#: Where a number needed to treat at another control risk may come from.
ROADS = ("RR", "OR", "OR, prediction", "OR, Bayesian prediction")
ENDS = ("low end", "best estimate", "high end")
ICONS = ["anyway", "more", "fewer", "neither"]
NO_PREDICTION, NO_PREDICTION_EE = "none with one trial", "none under equal effects"
TOO_HIGH = "the ratio cannot hold there"


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One question put to one or more randomised trials.

    Attributes
    ----------
    name : str
        Drug, control, condition and time.
    rows : DataFrame
        The trials, as :func:`evidence.themes.responders.alike` keeps them.
    better : {"higher", "lower"}
        Direction of benefit.
    fits : dict of str to PooledEffect
        By measure (RD, RR, OR); of one trial the trial itself.
    posterior : BayesFit
        Of the log odds ratio.
    risk_c : float
        Share that responded under control, all trials together, 0 to 1.
    absolute : NNT
        Absolute benefit at `risk_c`: of one trial the observed difference with Newcombe's interval;
        of more the pooled odds ratio at that share, or the pooled difference where nobody or
        everybody responded under control.
    """

    name: str
    rows: pd.DataFrame
    better: str
    fits: dict[str, PooledEffect]
    posterior: BayesFit
    risk_c: float
    absolute: NNT

    @property
    def risk_e(self) -> float:
        """Share that responds with the drug at `risk_c`."""
        return self.risk_c + self.absolute.rd * (1 if self.better == "higher" else -1)


def compare(
    name: str,
    rows: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    prior: float = 1.0,
    level: float = 95.0,
) -> Comparison:
    """Return one question answered in every measure.

    Parameters
    ----------
    name, rows
        As the attributes of `Comparison`; at least one row.
    method, test, level
        As for :func:`evidence.pooling.pool`.
    prior : float
        Scale of the half-normal prior on tau, of the log odds ratio.
    """
    fits = {
        measure: pool(escalc(rows, measure), method=method, test=test, level=level)
        for measure in MEASURES
    }
    better = str(load("outcomes").set_index("outcome")["better"][rows["outcome"].iloc[0]])
    posterior = bayes(escalc(rows, "OR"), prior_tau=("half-normal", float(prior)), level=level)
    risk_c = float(rows["event_c"].sum() / rows["n_c"].sum())
    absolute = _absolute(rows, fits, risk_c, better, level)
    return Comparison(name, rows, better, fits, posterior, risk_c, absolute)


def _absolute(
    rows: pd.DataFrame, fits: dict[str, PooledEffect], risk_c: float, better: str, level: float
) -> NNT:
    if len(rows) > 1:
        known = 0 < risk_c < 1
        return nnt_at(fits["OR"], risk_c, better) if known else nnt(fits["RD"], better)
    e, n_e, c, n_c = (int(rows[name].iloc[0]) for name in ("event_e", "n_e", "event_c", "n_c"))
    ci = risk_difference_ci(e, n_e, c, n_c, "newcombe", level)
    return nnt_from_rd(e / n_e - c / n_c, ci, better, level=level)


def control_risks(low: float, medium: float, high: float) -> list[float]:
    """Return the control risks asked for in percent as shares, each once, in rising order."""
    return sorted({low / 100, medium / 100, high / 100})


def at_risk(comparison: Comparison, risk: float, road: str) -> NNT | str:
    """Return the absolute benefit at another control risk, or in words why there is none.

    Parameters
    ----------
    comparison : Comparison
    risk : float
        Share that would respond under control, above 0 and below 1.
    road : {"RR", "OR", "OR, prediction", "OR, Bayesian prediction"}
        From the confidence interval of a ratio, or from where the ratio of a new trial may lie.
        That has no frequentist answer with one trial; the Bayesian one then rests on the prior.
    """
    check_choice("road", road, ROADS)
    fit = comparison.fits[road[:2]]
    if road == "OR, prediction" and fit.pi is None:
        return NO_PREDICTION if fit.k == 1 else NO_PREDICTION_EE
    if road == "RR" and exp(fit.estimate) * risk > 1:
        return TOO_HIGH
    source = comparison.posterior if "Bayes" in road else fit
    interval = "pi" if "prediction" in road else "ci"
    return nnt_at(source, risk, comparison.better, interval=interval)


def icon_rows(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Return each comparison as a hundred people, at both ends of its interval and in the middle.

    Parameters
    ----------
    comparisons : sequence of Comparison
        May be empty.

    Returns
    -------
    pandas.DataFrame
        Three rows a comparison: `label, end`; and, whole and adding up to 100: `anyway` (responds
        with drug and control alike), `more` (only with the drug), `fewer` (only with the control),
        `neither`. The share under control is held at what was seen.
    """
    rows: list[dict[str, object]] = []
    for each in comparisons:
        sign = 1 if each.better == "higher" else -1
        ci = each.absolute.ci if sign == 1 else Interval(-each.absolute.ci.ub, -each.absolute.ci.lb)
        for end, change in zip(ENDS, (ci.lb, sign * each.absolute.rd, ci.ub), strict=True):
            counts = icon_counts(each.risk_c, change)
            rows.append({"label": each.name, "end": end, **dict(zip(ICONS, counts, strict=True))})
    return pd.DataFrame(rows, columns=["label", "end", *ICONS])


def icon_counts(risk_c: float, change: float) -> tuple[int, int, int, int]:
    """Return of a hundred people who responds anyway, only with the drug, only without, neither.

    Share under control and change are rounded to whole people one by one, so that a figure shows
    the change that a text states; the sum is cut off at nobody and at all.

    Examples
    --------
    >>> icon_counts(0.5, 0.3)
    (50, 30, 0, 20)
    """
    control = round(100 * risk_c)
    drug = min(max(control + round(100 * change), 0), 100)
    anyway = min(control, drug)
    return anyway, drug - anyway, control - anyway, 100 - max(control, drug)


def if_placebo(share: float, bounds: Sequence[float], risks: Sequence[float]) -> pd.DataFrame:
    """Return what an uncontrolled share would leave for the drug if placebo gave so much.

    No effect: a thought experiment for people who were never compared with anybody.

    Parameters
    ----------
    share : float
        Uncontrolled share of responders, 0 to 1.
    bounds : sequence of float
        Its interval.
    risks : sequence of float
        Shares that placebo might have given, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        A row a risk: `risk`; `left, left_lb, left_ub`, share less risk (0 to 1, negative where
        placebo alone would give more); `owed`, the part of the responders who would have responded
        anyway (NaN where nobody responded; at most 1).
    """
    rows = [
        {"risk": risk, "left": share - risk, "left_lb": bounds[0] - risk}
        | {"left_ub": bounds[1] - risk, "owed": min(risk / share, 1.0) if share else np.nan}
        for risk in risks
    ]
    return pd.DataFrame(rows, columns=["risk", "left", "left_lb", "left_ub", "owed"])
