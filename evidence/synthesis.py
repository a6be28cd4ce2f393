"""Pool, or say why not: the answer of a chapter for any choice of its parameters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from evidence.checks import check_choice
from evidence.pooling import PooledEffect, pool
from evidence.proportions import METHODS, proportion_cis


@dataclass(frozen=True, slots=True)
class NotPooled:
    """The result "cannot be pooled", with its reason in words."""

    reason: str
    measure: str
    level: float
    k: int = 0


def synthesise(
    effects: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
    measure: str = "GEN",
) -> PooledEffect | NotPooled:
    """Pool the effects, or return why they cannot be pooled.

    Parameters
    ----------
    effects : pandas.DataFrame
        From :func:`evidence.effects.escalc`; may be empty.
    method, test, level
        As for :func:`evidence.pooling.pool`; they are checked even where nothing is pooled.
    measure : str
        What to call the measure where `effects` is empty.

    Returns
    -------
    PooledEffect or NotPooled
    """
    if len(effects):
        return pool(effects, method=method, test=test, level=level)
    pool(pd.DataFrame({"yi": [0.0], "vi": [1.0]}), method=method, test=test, level=level)
    return NotPooled("no study fits this choice", measure, level)


def proportion_rows(
    cohorts: pd.DataFrame, *, interval: str = "clopper-pearson", level: float = 95.0
) -> pd.DataFrame:
    """Return each cohort's own proportion with its exact interval, for a forest plot.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        With `event, n`; may be empty.
    interval : str
        As for :func:`evidence.proportions.proportion_ci`.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        With `yi, ci_lb, ci_ub` on the logit scale: minus or plus infinity for 0 and 100%,
        which the figure shows as such. What is pooled has the zero-cell rule instead.
    """
    check_choice("interval", interval, METHODS)
    if cohorts.empty:
        return cohorts.assign(yi=np.nan, ci_lb=np.nan, ci_ub=np.nan)
    rows = proportion_cis(cohorts, interval, level)
    return rows.assign(
        yi=logit(rows["estimate"]), ci_lb=logit(rows["ci_lb"]), ci_ub=logit(rows["ci_ub"])
    )
