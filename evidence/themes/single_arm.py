"""Groups without a control: the share with an outcome, pooled in several ways.

Such a share is not the effect of a drug. Nothing here subtracts one from another.
"""

import numpy as np
import pandas as pd

from evidence.bayes import BayesFit, bayes
from evidence.checks import check_choice
from evidence.data import load
from evidence.effects import escalc
from evidence.glmm import GLMMFit, glmm
from evidence.pooling import PooledEffect, pool
from evidence.proportions import METHODS, proportion_cis
from evidence.scales import scale_of
from evidence.synthesis import NotPooled, synthesise
from evidence.trials import ORIGINS, arm_rows, one_row

WAYS_COLUMNS = ["way", "k", "estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"]


def single_arms(
    outcomes: list[str],
    *,
    theme: str,
    condition: str,
    drug: str,
    denominator: str = "randomised",
    origin: str = "all",
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the uncontrolled cohorts of one drug: a row a cohort, at the longest follow-up.

    As :func:`evidence.trials.cohorts`, but for several outcomes at once and for a drug that may
    have no counted outcome: then the frame is empty. With `estimate, ci_lb, ci_ub`, each share
    and its interval.
    """
    check_choice("interval", interval, METHODS)
    rows = arm_rows("dichotomous", origin=origin, theme=theme, condition=condition)
    wanted = rows["outcome"].isin(outcomes) & rows["drug"].eq(drug)
    rows = rows[wanted & rows["role"].eq("single arm")]
    rows = one_row(rows.dropna(subset=["event", "n"]), ["study", "outcome", "arm"], denominator)
    rows = rows.sort_values("year", kind="stable").reset_index(drop=True)
    return proportion_cis(rows, interval, level)


def of_origin(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Return the rows of the origin asked for, those kept out of pooling among them."""
    check_choice("origin", origin, ORIGINS)
    return rows if origin == "all" else rows[rows["origin"] == origin]


def for_sensitivity(cohorts: pd.DataFrame) -> pd.Series:
    """Return whether the note of each row keeps it for a sensitivity analysis."""
    return cohorts["note"].fillna("").str.contains("sensitivity analysis", regex=False)


def pooled_share(
    cohorts: pd.DataFrame, *, method: str = "REML", test: str = "hybrid", level: float = 95.0
) -> PooledEffect | NotPooled:
    """Return the share pooled on the logit scale, or that no cohort fits the choice."""
    effects = escalc(cohorts, "PLO") if len(cohorts) else cohorts
    return synthesise(effects, method=method, test=test, level=level, measure="PLO")


def pooled_ways(
    cohorts: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
    interval: str = "clopper-pearson",
) -> pd.DataFrame:
    """Return one proportion pooled in several ways, the plain sum among them.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        A row a cohort, with `event, n`; may be empty.
    method, test, level
        As for :func:`evidence.pooling.pool`.
    interval : str
        A further interval of the sum, beside Wilson's and Clopper and Pearson's.

    Returns
    -------
    pandas.DataFrame
        A row a way: `way, k`, and on the scale of shares (0 to 1) `estimate, ci_lb, ci_ub,
        pi_lb, pi_ub`. The sum has no prediction interval: it knows of no difference between
        cohorts. The binomial-normal model is left out where everybody or nobody has the event.

    Notes
    -----
    The Bayesian row has a half-normal prior of scale 1 on tau and a flat one on the mean.
    Random effects on the logit scale give the share of the median cohort, not the mean share.
    """
    check_choice("interval", interval, METHODS)
    chosen = pooled_share(cohorts, method=method, test=test, level=level)
    if isinstance(chosen, NotPooled):
        return pd.DataFrame(columns=WAYS_COLUMNS)
    effects = escalc(cohorts, "PLO")
    fits: dict[str, PooledEffect | BayesFit | GLMMFit] = {
        f"Random effects, {method}, {test}": chosen,
        "Random effects, DL, z": pool(effects, method="DL", test="z", level=level),
        "Bayes, half-normal(1)": bayes(effects, level=level),
    }
    events, n = int(cohorts["event"].sum()), int(cohorts["n"].sum())
    if 0 < events < n:
        fits["Binomial-normal model (GLMM)"] = glmm(cohorts, "PLO", level)
    total = pd.DataFrame({"event": [events], "n": [n]})
    intervals = dict.fromkeys(("wilson", "clopper-pearson", interval))
    sums = [_sum_row(total, name, len(cohorts), level) for name in intervals]
    return pd.DataFrame([*sums, *(_fit_row(way, fit) for way, fit in fits.items())])


def _sum_row(total: pd.DataFrame, interval: str, k: int, level: float) -> dict[str, object]:
    row = proportion_cis(total, interval, level).iloc[0]
    named = {"way": f"Sum of the counts, {interval}", "k": k, "estimate": row["estimate"]}
    return named | {"ci_lb": row["ci_lb"], "ci_ub": row["ci_ub"], "pi_lb": np.nan, "pi_ub": np.nan}


def _fit_row(way: str, fit: PooledEffect | BayesFit | GLMMFit) -> dict[str, object]:
    limits = [*fit.ci, *(fit.pi or (np.nan, np.nan))]
    back = scale_of(fit.measure).back(np.array([fit.estimate, *limits], float))
    return {"way": way, "k": fit.k} | dict(zip(WAYS_COLUMNS[2:], back.tolist(), strict=True))


def control_arms(
    outcomes: list[str],
    time: str,
    *,
    origin: str = "all",
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return what happened under placebo or active placebo at a time, whatever the condition.

    Rows kept out of pooling are here too: in a crossover the same people also had the drug, so
    these arms may be set beside it but never subtracted.

    Parameters
    ----------
    outcomes : list of str
        Keys of dichotomous outcomes.
    time : str
        As in the table, such as ``"infusion session"``.
    origin
        As for :func:`evidence.trials.arm_rows`.
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.
    """
    arms = load("arms")[["study", "arm", "label", "role"]].rename(columns={"label": "arm_label"})
    studies = load("studies")[["study", "label", "condition", "year", "cohort"]]
    rows = load("dichotomous").merge(arms, on=["study", "arm"]).merge(studies, on="study")
    rows = of_origin(rows[rows["outcome"].isin(outcomes) & rows["time"].eq(time)], origin)
    sham = rows["role"].eq("placebo") | rows["arm_label"].str.contains("placebo", regex=False)
    rows = rows[sham].dropna(subset=["event", "n"])
    return proportion_cis(rows, interval, level).reset_index(drop=True)


def in_other_conditions(
    theme: str,
    condition: str,
    *,
    origin: str = "all",
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the counted arms of a theme in other conditions, with the interval of each share.

    They are indirect evidence: the rows name their own condition and are never pooled.
    """
    rows = arm_rows("dichotomous", origin=origin, theme=theme).dropna(subset=["event", "n"])
    rows = rows[rows["condition"].ne(condition)]
    return proportion_cis(rows, interval, level).reset_index(drop=True)


def predictive_values(
    both: int,
    only_test: int,
    only_drug: int,
    neither: int,
    *,
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return how well a test predicts the response to a drug, from their cross-classification.

    Parameters
    ----------
    both, only_test, only_drug, neither : int
        People with a positive test who responded, positive without response, negative with
        response, negative without.
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.

    Returns
    -------
    pandas.DataFrame
        `question` in words, `event, n, estimate, ci_lb, ci_ub`: share of responders, sensitivity,
        specificity, positive and negative predictive value.
    """
    counts = {
        "Responded to the drug": (both + only_drug, both + only_test + only_drug + neither),
        "Of these responders, test positive": (both, both + only_drug),
        "Of the others, test negative": (neither, neither + only_test),
        "Of positive tests, responded": (both, both + only_test),
        "Of negative tests, did not respond": (neither, neither + only_drug),
    }
    rows = [{"question": key, "event": event, "n": n} for key, (event, n) in counts.items()]
    return proportion_cis(pd.DataFrame(rows), interval, level)
