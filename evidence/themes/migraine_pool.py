"""The comparisons of the migraine trials, pooled where they ask one question."""

import numpy as np
import pandas as pd

from evidence.effects import escalc
from evidence.pooling import PooledEffect
from evidence.synthesis import NotPooled, synthesise
from evidence.themes.migraine import ARMS, PRINTED, mean_differences

Result = PooledEffect | NotPooled

#: What rows must share to be pooled.
SAME = ("outcome", "purpose", "condition", "drug", "control")
PLURALS = {
    "outcome": "outcomes",
    "purpose": "purposes",
    "condition": "people",
    "drug": "drugs",
    "control": "controls",
    "measure": "measures",
}
ONE_TRIAL = "one trial only"
TWICE = "a trial stands in two rows"
#: Four-week periods in a calendar month.
PERIODS_A_MONTH = 365.25 / 12 / 28


def pool_alike(
    rows: pd.DataFrame,
    *,
    same: tuple[str, ...] = SAME,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> Result:
    """Pool comparisons that ask one question, or say why they are not pooled.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.migraine.comparison_rows`; may be empty.
    same : tuple of str
        Columns in which all rows must agree, of `SAME`.
    method, test, level
        As for :func:`evidence.pooling.pool`; checked even where nothing is pooled.

    Returns
    -------
    PooledEffect or NotPooled
        Not pooled: no row; one trial (its own interval stands in the table); rows that differ in
        a column of `same` (the first is named); a trial with more than one row, whose people
        would count twice.
    """
    measure = str(rows["measure"].iloc[0]) if len(rows) else "RD"
    nothing = synthesise(rows.iloc[:0], method=method, test=test, level=level, measure=measure)
    if rows.empty:
        return nothing
    reason = _why_not(rows, same)
    if reason:
        return NotPooled(reason, measure, level, len(rows))
    return synthesise(rows, method=method, test=test, level=level)


def _why_not(rows: pd.DataFrame, same: tuple[str, ...]) -> str:
    if len(rows) == 1:
        return ONE_TRIAL
    for column in (*same, "measure"):
        if rows[column].nunique() > 1:
            return f"unlike {PLURALS[column]}"
    return TWICE if rows["study"].duplicated().any() else ""


def memantine_alternatives(
    *, origin: str = "all", method: str = "REML", test: str = "hybrid", level: float = 95.0
) -> dict[str, Result]:
    """Return memantine against placebo, attacks a month, under each reading of what was printed.

    Read as a standard deviation, an unlabelled spread taken for a standard error shrinks the
    variance of a mean by its number of people.
    """
    printed, arms = (
        _memantine(
            mean_differences(
                "attack_frequency", control="placebo", origin=origin, prefer=prefer, level=level
            )
        )
        for prefer in (PRINTED, ARMS)
    )
    readings = {
        "as above: unlabelled spread read as SE": printed,
        "difference of the arms in both trials": arms,
        "four weeks brought to a month": to_months(printed),
        "unlabelled spread read as SD": spread_as_sd(printed),
    }
    return {
        name: pool_alike(rows, same=("outcome",), method=method, test=test, level=level)
        for name, rows in readings.items()
    }


def _memantine(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["drug"] == "memantine"] if len(rows) else rows


def to_months(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean differences by four weeks brought to a month; `rows` may be empty."""
    if rows.empty:
        return rows
    times = np.where(rows["unit"] == "1/(4 weeks)", PERIODS_A_MONTH, 1.0)
    return rows.assign(yi=rows["yi"] * times, vi=rows["vi"] * times**2)


def spread_as_sd(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean differences with a spread that was read as a standard error read as an SD."""
    if rows.empty:
        return rows
    read = rows["basis"].astype(str).str.endswith(", SE")
    if not read.any():
        return rows
    sds = {f"sd_{s}": rows[f"sd_{s}"] / np.sqrt(rows[f"n_{s}"].astype(float)) for s in "ec"}
    again = escalc(rows.assign(**sds)[read].astype({"n_e": float, "n_c": float}), "MD")
    return rows.assign(vi=again["vi"].reindex(rows.index).fillna(rows["vi"]))


def unlike_shares(
    rows: pd.DataFrame, *, method: str = "REML", test: str = "hybrid", level: float = 95.0
) -> NotPooled:
    """Return that shares of groups without a control are not pooled: each counts something else.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.migraine.cohort_rows`; may be empty.
    method, test, level
        Checked as in :func:`pool_alike`.
    """
    synthesise(rows.iloc[:0], method=method, test=test, level=level, measure="PLO")
    reason = "unlike outcomes" if len(rows) else "no study fits this choice"
    return NotPooled(reason, "PLO", level, len(rows))
