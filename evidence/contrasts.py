"""Differences between arms as the studies print them, for trials without figures by arm."""

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.conversions import se_from_ci
from evidence.data import load
from evidence.trials import choices, having_only, hours, poolable

RATIOS = ("RR", "OR", "HR")


def reported_contrasts(
    outcome: str, measure: str = "MD", *, origin: str = "all", **having: str
) -> pd.DataFrame:
    """Return the printed differences of an outcome as effects.

    Parameters
    ----------
    outcome : str
        Key of the outcome.
    measure : str
        As printed; ratios come back on the log scale.
    origin : {"all", "reported"}
        As for :func:`evidence.trials.arm_rows`.
    **having : str
        Column and value, as for :func:`evidence.trials.having_only`.

    Returns
    -------
    pandas.DataFrame
        `study, label, drug, control, comparison, time, yi, vi, measure`: experimental minus
        control, one row a pair of arms at the longest follow-up. The variance comes from the
        printed SE, else from the printed interval, taken as normal. Rows with neither are left
        out.
    """
    check_choice("outcome", outcome, choices("contrasts", "outcome"))
    check_choice("measure", measure, choices("contrasts", "measure")[1:])
    arms = load("arms")[["study", "arm", "label", "drug", "target", "role"]]
    experimental = arms.rename(columns={"arm": "arm_e", "label": "label_e"})
    control = arms.rename(columns={"arm": "arm_c", "label": "label_c", "drug": "control"})
    control = control.rename(columns={"role": "control_role"}).drop(columns="target")
    studies = load("studies")[["study", "label", "theme", "condition", "design", "purpose"]]
    rows = load("contrasts").merge(studies, on="study").merge(experimental, on=["study", "arm_e"])
    rows = having_only(rows.merge(control, on=["study", "arm_c"]), **having)
    rows = poolable(rows[rows["outcome"].eq(outcome) & rows["measure"].eq(measure)], origin)
    rows = _with_effect(rows, measure)
    rows = rows.assign(_time=rows["time"].map(hours)).sort_values(
        "_time", na_position="first", kind="stable"
    )
    rows = rows.groupby(["study", "arm_e", "arm_c"], sort=False).tail(1)
    rows["comparison"] = rows["label_e"] + " v " + rows["label_c"]
    return rows.drop(columns="_time").reset_index(drop=True)


def _with_effect(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    values = rows[["estimate", "ci_lb", "ci_ub", "se"]].astype(float)
    if measure in RATIOS:
        values[["estimate", "ci_lb", "ci_ub"]] = np.log(values[["estimate", "ci_lb", "ci_ub"]])
    level = rows["level"].fillna(95.0).astype(float)
    from_ci = [
        float(se_from_ci(lb, ub, each)) if np.isfinite(lb) and np.isfinite(ub) else np.nan
        for lb, ub, each in zip(values["ci_lb"], values["ci_ub"], level, strict=True)
    ]
    se = values["se"].fillna(pd.Series(from_ci, index=rows.index, dtype=float))
    rows = rows.assign(yi=values["estimate"], vi=se**2)
    return rows.dropna(subset=["yi", "vi"])
