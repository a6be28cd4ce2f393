"""Subgroups: a pooled effect each, and the test of their difference."""

from dataclasses import dataclass

import pandas as pd

from evidence.pooling import PooledEffect, pool


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Pooled effects of subgroups, and the test of their difference.

    Attributes
    ----------
    by : str
        The column that makes the groups.
    fits : dict of str to PooledEffect
        In sorted order, each with its own tau2.
    q_between, q_between_p : float
        Chi-squared with `df` = groups - 1 degrees of freedom.
    df : int
    """

    by: str
    fits: dict[str, PooledEffect]
    q_between: float
    df: int
    q_between_p: float


def subgroups(
    effects: pd.DataFrame,
    by: str,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> Subgroups:
    """Pool each subgroup, with a tau2 of its own, and test whether they differ.

    Parameters
    ----------
    effects : DataFrame
        As `escalc` makes them.
    by : str
        Column of groups; two or more, no empty value.
    method, test, level
        As for `evidence.pooling.pool`. The test between groups rests on the groups' `z` standard
        errors, whatever `test` is.

    Returns
    -------
    Subgroups

    Notes
    -----
    With one tau2 for all groups, use ``metareg(effects, by)``, whose `q_m` is that test: better
    when groups are small (Borenstein et al. 2009, chapter 19).
    """
    if by not in effects or effects[by].isna().any():
        raise ValueError(f"by must be a column without empty values; got {by!r}")
    groups = {str(name): rows for name, rows in effects.groupby(by, sort=True, observed=True)}
    if len(groups) < 2:
        raise ValueError(f"{by} must make two groups or more; got {', '.join(groups) or 'none'}")
    fits = {g: pool(rows, method=method, test=test, level=level) for g, rows in groups.items()}
    plain = [pool(rows, method=method, test="z") for rows in groups.values()]
    between = pool(
        pd.DataFrame({"yi": [f.estimate for f in plain], "vi": [f.se**2 for f in plain]}),
        method="EE",
        test="z",
    )
    return Subgroups(by, fits, between.q, len(groups) - 1, between.q_p)
