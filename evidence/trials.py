"""From the tables of the package to a row a trial: who was compared with whom.

Every function filters, joins and pairs; none computes an effect. An empty frame
(with its columns) is a valid answer: what then is said, :mod:`evidence.synthesis` says.
"""

import re

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.data import load

ORIGINS = ("all", "reported")
DENOMINATORS = ("randomised", "completed", "analysed")
CONTROLS = ("placebo", "active", "any")
CONTROL_ROLES = {
    "placebo": ["placebo", "no treatment"],
    "active": ["active control"],
    "any": ["placebo", "no treatment", "active control"],
}
#: Columns that differ between the arms of one trial.
ARM_COLUMNS = ("drug", "target", "route")
HOURS = {"min": 1 / 60, "h": 1, "d": 24, "wk": 168, "mo": 730, "y": 8766}


def hours(time: str) -> float:
    """Return a time such as ``"2 h"`` or ``"4-6 wk"`` in hours, for ordering.

    Of a range it is the end. A time in words, such as ``"infusion session"``, has no
    length and comes back as NaN.
    """
    found = re.fullmatch(r"(?:[\d.]+-)?([\d.]+) (\w+)", str(time))
    return float(found[1]) * HOURS.get(found[2], np.nan) if found else np.nan


def arm_rows(table: str = "dichotomous", *, origin: str = "all", **having: str) -> pd.DataFrame:
    """Return the rows of an outcome table that may be pooled, with study and arm beside them.

    Parameters
    ----------
    table : {"dichotomous", "continuous"}
        Table of outcomes by arm.
    origin : {"all", "reported"}
        ``"reported"`` keeps only values printed in the primary source.
    **having : str
        Column and the value it must have; ``"all"`` keeps every value.

    Returns
    -------
    pandas.DataFrame
        The rows of `table` whose `exclude` is empty, with the columns of arms and studies
        (`label, theme, condition, design, purpose, cohort, drug, target, role, arm_label ...`).
    """
    check_choice("table", table, ("dichotomous", "continuous"))
    arms = load("arms")[["study", "arm", "label", "role", "drug", "target", "dose", "route"]]
    studies = load("studies")[
        [
            "study",
            "label",
            "theme",
            "condition",
            "population",
            "design",
            "purpose",
            "year",
            "cohort",
            "aura",
        ]
    ]
    rows = load(table).merge(arms.rename(columns={"label": "arm_label"}), on=["study", "arm"])
    rows = having_only(rows.merge(studies, on="study"), **having)
    return poolable(rows, origin)


def poolable(rows: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Return the rows without a reason to exclude them and of the origin asked for."""
    check_choice("origin", origin, ORIGINS)
    rows = rows[rows["exclude"].isna()]
    return rows if origin == "all" else rows[rows["origin"] == origin]


def having_only(rows: pd.DataFrame, **having: str) -> pd.DataFrame:
    """Return the rows in which each column named has the value given; ``"all"`` keeps every value.

    Raises
    ------
    ValueError
        If a column does not exist, or no row, arm or study of the package has the value: then
        the message lists the values there are. A choice that is allowed but leaves nothing is an
        empty frame.
    """
    for column, value in having.items():
        check_choice("column", column, rows.columns)
        check_choice(column, value, ["all", *sorted(_known(column, rows))])
    for column, value in having.items():
        if value != "all":
            rows = rows[rows[column] == value]
    return rows


def _known(column: str, rows: pd.DataFrame) -> set[str]:
    tables = (rows, load("arms"), load("studies"))
    return {value for table in tables if column in table for value in table[column].dropna()}


def choices(table: str, column: str) -> list[str]:
    """Return ``"all"`` and the values that a column of a table has, for a parameter's check."""
    return ["all", *sorted(load(table)[column].dropna().unique())]


def one_row(rows: pd.DataFrame, by: list[str], denominator: str = "randomised") -> pd.DataFrame:
    """Return one row for each key: of the denominator asked for, at the longest follow-up.

    Where a trial does not give the denominator asked for, the next of randomised,
    analysed and completed stands in; the column `denominator` says which it was.
    """
    check_choice("denominator", denominator, DENOMINATORS)
    rows = rows.assign(_time=rows["time"].map(hours))
    keys = ["_time"]
    if "denominator" in rows:
        order = [
            denominator,
            *(d for d in ("randomised", "analysed", "completed") if d != denominator),
        ]
        rows = rows.assign(_rank=-rows["denominator"].map(order.index))
        keys = ["_rank", "_time"]
    rows = rows.sort_values([*by, *keys], kind="stable", na_position="first")
    return rows.groupby(by, sort=False).tail(1).drop(columns=keys)


def paired(
    rows: pd.DataFrame,
    values: list[str],
    *,
    control: str = "placebo",
    denominator: str = "randomised",
) -> pd.DataFrame:
    """Pair each experimental arm with each control arm of the same trial, outcome and time.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`arm_rows`.
    values : list of str
        Columns that each arm brings, such as ``["event", "n"]``; they come back
        with ``_e`` and ``_c``.
    control : {"placebo", "active", "any"}
        Which arms may be the control; no treatment counts as placebo and is told in `control`.
    denominator : {"randomised", "completed", "analysed"}
        Preferred denominator, see :func:`one_row`.

    Returns
    -------
    pandas.DataFrame
        A row a comparison: `study, label, comparison, drug, control, time, ...` and the values.
        `shares_control` is true where the same control arm stands in more than one row:
        such rows are not independent (Handbook 23.3.4).
    """
    check_choice("control", control, CONTROLS)
    key = [
        "study",
        "outcome",
        "time",
        *(["denominator"] if "denominator" in rows else ["statistic"]),
    ]
    experimental = rows[rows["role"] == "experimental"]
    controls = rows[rows["role"].isin(CONTROL_ROLES[control])]
    beside = controls[[*key, "arm", "arm_label", "drug", "origin", *values]]
    pairs = experimental.merge(beside, on=key, suffixes=("_e", "_c"))
    pairs = pairs.rename(columns={"drug_e": "drug", "drug_c": "control", "origin_e": "origin"})
    pairs = pairs.drop_duplicates([*key, "arm_e", "arm_c"])
    pairs = one_row(pairs, ["study", "outcome", "arm_e", "arm_c"], denominator)
    pairs["shares_control"] = pairs.duplicated(["study", "outcome", "arm_c"], keep=False)
    pairs["comparison"] = pairs["arm_label_e"] + " v " + pairs["arm_label_c"]
    return pairs.reset_index(drop=True)


def counts(
    outcome: str, *, control: str = "placebo", denominator: str = "randomised", **having: str
) -> pd.DataFrame:
    """Return the trials of a dichotomous outcome: `event_e, n_e, event_c, n_c`.

    Rows without both counts are left out; `having` and `origin` as in :func:`arm_rows`, but
    `drug`, `target` and `route` are those of the experimental arm.
    """
    check_choice("outcome", outcome, choices("dichotomous", "outcome"))
    shared, own = split_having(having)
    rows = arm_rows("dichotomous", outcome=outcome, **shared).dropna(subset=["event", "n"])
    pairs = paired(rows, ["event", "n"], control=control, denominator=denominator)
    return having_only(pairs, **own)


def split_having(having: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the choices that hold for a whole trial, and those of its experimental arm alone."""
    own = {column: value for column, value in having.items() if column in ARM_COLUMNS}
    return {column: value for column, value in having.items() if column not in own}, own


def cohorts(outcome: str, *, denominator: str = "randomised", **having: str) -> pd.DataFrame:
    """Return the uncontrolled cohorts of a dichotomous outcome: `event, n` of each single arm."""
    check_choice("outcome", outcome, choices("dichotomous", "outcome"))
    rows = arm_rows("dichotomous", outcome=outcome, **having).dropna(subset=["event", "n"])
    rows = rows[rows["role"] == "single arm"]
    return one_row(rows, ["study", "outcome", "arm"], denominator).reset_index(drop=True)
