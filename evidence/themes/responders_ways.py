"""One share pooled by each method, and what each method takes for granted."""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import pandas as pd

from evidence.bayes import BayesFit, bayes
from evidence.effects import escalc
from evidence.glmm import GLMMFit, glmm
from evidence.pooling import PooledEffect, pool
from evidence.proportions import proportion_cis
from evidence.scales import scale_of
from evidence.synthesis import NotPooled, synthesise
from evidence.themes.responders import why_apart

Fit = PooledEffect | GLMMFit | BayesFit
SHARES = ["estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"]
COLUMNS = ["way", "k", *SHARES, "tau", "why"]
SUM = "Sum of the counts"
GLMM, GLMM_T = "Binomial-normal model, z", "Binomial-normal model, t"

#: What each way takes for granted, and what that does to its interval.
WHY = {
    SUM: "Takes all for one study; no room for differences between groups",
    "z": "Weighs by precision; takes the spread between groups for known",
    "knha": "Width from the scatter seen: wide with few, too narrow where they agree by chance",
    "adhoc": "As Knapp and Hartung, but the scatter seen is not let below chance",
    "hybrid": "The wider of z and Knapp-Hartung: the book's guard against both",
    GLMM: "Uses the counts themselves; its z interval takes the spread for known",
    GLMM_T: "As above, with the wider limits of t for few groups",
    "Bayes": "Averages over every spread that the prior allows; the prior counts with few groups",
}


def chosen_pool(
    cohorts: pd.DataFrame, *, method: str = "REML", test: str = "hybrid", level: float = 95.0
) -> PooledEffect | NotPooled:
    """Return the share of one group of cohorts pooled on the logit scale, or why it is not.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        With `event, n, outcome`, of one group (:func:`evidence.themes.responders.groups`).
    method, test, level
        As for :func:`evidence.pooling.pool`; checked even where nothing is pooled.
    """
    reason = why_apart(cohorts)
    fit = cohorts.iloc[:0] if reason else escalc(cohorts, "PLO")
    result = synthesise(fit, method=method, test=test, level=level, measure="PLO")
    return NotPooled(reason, "PLO", level, len(cohorts)) if reason else result


def ways(
    cohorts: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    prior: float = 1.0,
    level: float = 95.0,
) -> pd.DataFrame:
    """Return one group's share by each method: sum, random effects, binomial-normal, Bayesian.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        As for :func:`chosen_pool`.
    method, test, level
        Of the book's own way; Knapp-Hartung's interval stands beside it always.
    prior : float
        Scale of the half-normal prior on tau, in logits.

    Returns
    -------
    pandas.DataFrame
        A row a way: `way, k`; `estimate, ci_lb, ci_ub, pi_lb, pi_ub` as shares (0 to 1); `tau`, the
        spread between groups in logits (median for Bayes; missing for the sum, which knows none);
        `why`, in words. Empty where nothing is pooled. The binomial-normal model is left out where
        everybody or nobody responded.

    Notes
    -----
    :func:`evidence.themes.single_arm.pooled_ways` is near; it has other ways and one fixed prior.
    All but the sum give the share of the median group, not the mean share.
    """
    own = chosen_pool(cohorts, method=method, test=test, level=level)
    if isinstance(own, NotPooled):
        return pd.DataFrame(columns=COLUMNS)
    effects = escalc(cohorts, "PLO")
    fits: dict[str, tuple[Fit, str]] = {f"Random effects, {method}, {test}": (own, WHY[test])}
    knha = pool(effects, method="REML", test="knha", level=level)
    fits.setdefault("Random effects, REML, knha", (knha, WHY["knha"]))
    if 0 < int(cohorts["event"].sum()) < int(cohorts["n"].sum()):
        fits[GLMM] = (glmm(cohorts, "PLO", level), WHY[GLMM])
        fits[GLMM_T] = (glmm(cohorts, "PLO", level, test="t"), WHY[GLMM_T])
    posterior = bayes(effects, prior_tau=("half-normal", float(prior)), level=level)
    fits[f"Bayes, half-normal({prior:g})"] = (posterior, WHY["Bayes"])
    rows = [_row(way, fit, why) for way, (fit, why) in fits.items()]
    return pd.DataFrame([summed(cohorts, level), *rows], columns=COLUMNS)


def group_shares(
    groups: Mapping[str, pd.DataFrame],
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the share of each group: pooled where it may be, else of its counts together.

    Parameters
    ----------
    groups : mapping of str to DataFrame
        From :func:`evidence.themes.responders.groups`.
    method, test, level
        As for :func:`evidence.pooling.pool`.

    Returns
    -------
    pandas.DataFrame
        `label, k, event, n`; `estimate, ci_lb, ci_ub, pi_lb, pi_ub`, shares from 0 to 1; the group
        with most people first.
    """
    rows = []
    for name, cohorts in groups.items():
        fit = chosen_pool(cohorts, method=method, test=test, level=level)
        found = _row("", fit, "") if isinstance(fit, PooledEffect) else summed(cohorts, level)
        counts = {"event": int(cohorts["event"].sum()), "n": int(cohorts["n"].sum())}
        shares = {column: found[column] for column in SHARES}
        rows.append({"label": name, "k": len(cohorts)} | counts | shares)
    frame = pd.DataFrame(rows, columns=["label", "k", "event", "n", *SHARES])
    return frame.sort_values("n", ascending=False, kind="stable").reset_index(drop=True)


def summed(cohorts: pd.DataFrame, level: float = 95.0) -> dict[str, object]:
    """Return the sum of the counts as a row of :func:`ways`.

    Its interval is Wilson's; of one group, which is no sum, Clopper and Pearson's exact one.
    """
    total = pd.DataFrame({"event": [cohorts["event"].sum()], "n": [cohorts["n"].sum()]})
    interval = "wilson" if len(cohorts) > 1 else "clopper-pearson"
    row = proportion_cis(total, interval, level).iloc[0]
    found = {name: float(row[name]) for name in ("estimate", "ci_lb", "ci_ub")}
    nothing = dict.fromkeys(("pi_lb", "pi_ub", "tau"), np.nan)
    return {"way": SUM, "k": len(cohorts)} | found | nothing | {"why": WHY[SUM]}


def _row(way: str, fit: Fit, why: str) -> dict[str, object]:
    limits = [fit.estimate, *fit.ci, *(fit.pi or (np.nan, np.nan))]
    back = scale_of(fit.measure).back(np.array(limits, float)).tolist()
    tau = fit.tau.median if isinstance(fit, BayesFit) else sqrt(fit.tau2)
    return (
        {"way": way, "k": fit.k}
        | dict(zip(SHARES, back, strict=True))
        | {
            "tau": tau,
            "why": why,
        }
    )
