"""Case and control groups of one measurement, side by side."""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.means import combined, with_mean_sd
from evidence.trials import choices, having_only, poolable

#: What a case and a control group must share to be compared.
KEY = ["study", "analyte", "tissue", "region", "unit", "source"]


def measurements(*, origin: str = "all", **having: str) -> pd.DataFrame:
    """Return the biomarker rows that may be pooled, with their study beside them.

    `origin` is ``"all"`` or ``"reported"``; `having` as in :func:`evidence.trials.having_only`.
    """
    studies = load("studies")[["study", "label", "theme", "cohort", "year", "design"]]
    rows = load("biomarkers").rename(columns={"label": "group_label"}).merge(studies, on="study")
    return poolable(having_only(rows, **having), origin)


def cases_and_controls(
    condition: str = "all", *, phase: str = "all", **having: str
) -> pd.DataFrame:
    """Pair the cases of each study with its controls, for one analyte, tissue, region and unit.

    Parameters
    ----------
    condition, phase : str
        Of the cases; ``"all"`` keeps every one.
    **having : str
        Analyte, tissue, origin and other columns, as in :func:`measurements`.

    Returns
    -------
    pandas.DataFrame
        `study, label, ..., phase, mean_e, sd_e, n_e, mean_c, sd_c, n_c`; ``_e`` are the cases.
        Several case groups of one phase (migraine with and without aura) are combined into one,
        so that the controls are not counted twice (Handbook 23.3.4).
    """
    rows = with_mean_sd(measurements(**having))
    cases = rows[rows["role"] == "case"]
    for column, value in (("condition", condition), ("phase", phase)):
        check_choice(column, value, choices("biomarkers", column))
        cases = cases if value == "all" else cases[cases[column] == value]
    controls = rows[rows["role"] == "control"]
    cases = _one_group(cases, [*KEY, "phase"])
    controls = _one_group(controls, KEY)
    pairs = cases.merge(controls, on=KEY, suffixes=("_e", "_c"))
    about = rows.drop_duplicates("study")[["study", "label", "cohort", "year", "design"]]
    pairs = about.merge(pairs, on="study")
    shown = pairs["label"] + ", " + pairs["region"]
    return pairs.assign(row=pairs["label"].where(pairs["region"] == "whole", shown))


def _one_group(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    groups = rows.drop(columns="label").rename(columns={"group_label": "label"})
    values = ["mean", "sd", "n", "label", "converted"]
    if groups.empty:
        return pd.DataFrame(columns=[*key, "mean", "sd", "n", "group", "converted"])
    combined_rows = groups.groupby(key, sort=False, dropna=False)[values].apply(combined)
    return combined_rows.reset_index().rename(columns={"label": "group"})
