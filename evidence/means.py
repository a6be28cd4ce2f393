"""Means and SDs from whatever spread was printed, each row saying how it came by them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evidence.checks import check_choice
from evidence.conversions import combine_groups, sd_from_ci, sd_from_se
from evidence.quantiles import mean_sd_from_quantiles
from evidence.trials import arm_rows, choices, having_only, paired, split_having

#: From rows with numbers to their means and SDs.
Convert = Callable[[pd.DataFrame], tuple[ArrayLike, ArrayLike]]

#: Fewest participants for which a median is converted to a mean, as in metafor's conv.fivenum.
LEAST_FOR_MEDIAN = 5


def with_mean_sd(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `mean, sd` filled where what was printed allows it.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `n, mean, sd, se, median, q1, q3` and, where there are any,
        `ci_lb, ci_ub, level, min, max`.

    Returns
    -------
    pandas.DataFrame
        Rows without `n`, or with neither a mean nor a median with its spread, are left out.
        `converted` says what the SD came from: empty, ``"SE"``, ``"CI"``, ``"median, IQR"``
        or ``"median, range"``.
    """
    rows = rows.dropna(subset=["n"]).copy()
    for column in ("ci_lb", "ci_ub", "level", "min", "max"):
        if column not in rows:
            rows[column] = np.nan
    rows["converted"] = ""
    _fill(rows, "SE", ["mean", "se"], lambda r: (r["mean"], sd_from_se(r["se"], r["n"])))
    _fill(rows, "CI", ["mean", "ci_lb", "ci_ub"], _from_ci)
    _fill(rows, "median, IQR", ["median", "q1", "q3"], _from_quartiles)
    _fill(rows, "median, range", ["median", "min", "max"], _from_range)
    return rows.dropna(subset=["mean", "sd"])


def _fill(rows: pd.DataFrame, how: str, needed: list[str], convert: Convert) -> None:
    open_rows = rows["sd"].isna() & rows[needed].notna().all(axis=1)
    if how.startswith("median"):
        open_rows &= rows["mean"].isna() & (rows["n"] >= LEAST_FOR_MEDIAN)
    if not open_rows.any():
        return
    numbers = rows.loc[open_rows, [*needed, "n", "level"]].astype(float)
    mean, sd = convert(numbers)
    rows.loc[open_rows, "mean"], rows.loc[open_rows, "sd"] = np.asarray(mean), np.asarray(sd)
    rows.loc[open_rows, "converted"] = how


def _from_ci(rows: pd.DataFrame) -> tuple[pd.Series, np.ndarray]:
    level = rows["level"].fillna(95.0)
    sds = [
        sd_from_ci(lb, ub, n, level=each)
        for lb, ub, n, each in zip(rows["ci_lb"], rows["ci_ub"], rows["n"], level, strict=True)
    ]
    return rows["mean"], np.array(sds)


def _from_quartiles(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return mean_sd_from_quantiles(rows["median"], rows["n"], q1=rows["q1"], q3=rows["q3"])


def _from_range(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return mean_sd_from_quantiles(
        rows["median"], rows["n"], minimum=rows["min"], maximum=rows["max"]
    )


def means(outcome: str, *, control: str = "placebo", **having: str) -> pd.DataFrame:
    """Return the trials of a continuous outcome: `mean_e, sd_e, n_e, mean_c, sd_c, n_c`.

    A trial that reports both values and changes gives its changes (Handbook 6.5.2.8).
    `control`, `origin` and `having` as in :func:`evidence.trials.counts`.
    """
    check_choice("outcome", outcome, choices("continuous", "outcome"))
    shared, own = split_having(having)
    rows = with_mean_sd(arm_rows("continuous", outcome=outcome, **shared))
    pairs = having_only(paired(rows, ["mean", "sd", "n", "converted"], control=control), **own)
    changed = pairs.groupby("study")["statistic"].transform(lambda kinds: "change" in set(kinds))
    return pairs[(pairs["statistic"] == "change") | ~changed].reset_index(drop=True)


def combined(rows: pd.DataFrame) -> pd.Series:
    """Return several groups as one, as if their participants had been measured together.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a group, with `mean, sd, n, label, converted`; not empty.

    Returns
    -------
    pandas.Series
        `mean, sd, n` of all, and the labels joined.
    """
    first, *rest = rows.itertuples()
    n, mean, sd = float(first.n), float(first.mean), float(first.sd)
    for group in rest:
        whole = combine_groups(n, mean, sd, float(group.n), group.mean, group.sd)
        n, mean, sd = (float(value) for value in whole)
    how = ", ".join(sorted({text for text in rows["converted"] if text}))
    return pd.Series(
        {"mean": mean, "sd": sd, "n": n, "label": " + ".join(rows["label"]), "converted": how}
    )
