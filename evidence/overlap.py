"""One proportion over several cohorts, some of whose participants may be the same people.

Reports of one clinic often do not say whether their patients overlap. Then a sum may count a
person twice; here are the ways to pool, and how far the overlap could move the answer.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.bayes import BayesFit, bayes
from evidence.checks import check_between, check_choice
from evidence.counts import check_counts
from evidence.data import load
from evidence.effects import escalc
from evidence.glmm import GLMMFit, glmm
from evidence.interval import Interval
from evidence.pooling import PooledEffect, pool
from evidence.proportions import METHODS, proportion_cis
from evidence.scales import scale_of
from evidence.synthesis import synthesise

WAYS_COLUMNS = ["way", "k", "estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub"]
TABLE_COLUMNS = ["kept", "shared", "n", "event_lb", "event_ub", "lb", "ub", "ci_lb", "ci_ub"]


@dataclass(frozen=True, slots=True)
class OverlapBounds:
    """What the count of different people can be when so many stand in both groups.

    Attributes
    ----------
    shared, n : int
        People in both groups, and different people in all.
    event_lb, event_ub : int
        Fewest and most of the `n` who can have the event.
    """

    shared: int
    n: int
    event_lb: int
    event_ub: int

    @property
    def share(self) -> Interval:
        """Lowest and highest share with the event, 0 to 1; no sampling error in it."""
        return Interval(self.event_lb / self.n, self.event_ub / self.n)


def overlap_bounds(
    event_dropped: int, n_dropped: int, event_kept: int, n_kept: int, shared: int
) -> OverlapBounds:
    """Return the bounds on events among different people, for a number of shared people.

    Parameters
    ----------
    event_dropped, n_dropped : int
        Group whose record of a shared person is struck out.
    event_kept, n_kept : int
        Group whose record of a shared person stands.
    shared : int
        People in both groups, 0 to the smaller group.

    Returns
    -------
    OverlapBounds
        Exact where nobody or all of the dropped group are shared; between those it depends on
        which people are shared, which the counts do not say.

    Raises
    ------
    ValueError
        On counts that are no counts, or more shared people than the smaller group has.

    Examples
    --------
    >>> overlap_bounds(8, 11, 17, 29, shared=11).share.lb * 29
    17.0
    """
    check_counts(event_dropped, n_dropped, ("event_dropped", "n_dropped"))
    check_counts(event_kept, n_kept, ("event_kept", "n_kept"))
    check_between("shared", shared, 0, min(n_dropped, n_kept))
    fewest_struck = max(0, shared - (n_dropped - event_dropped))
    most_struck = min(shared, event_dropped)
    event = event_dropped + event_kept
    return OverlapBounds(
        shared, n_dropped + n_kept - shared, event - most_struck, event - fewest_struck
    )


def for_sensitivity(cohorts: pd.DataFrame) -> pd.Series:
    """Return whether the note of each row keeps it for a sensitivity analysis."""
    return cohorts["note"].fillna("").str.contains("sensitivity analysis", regex=False)


def one_per_cohort(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Return the largest row of each set of reports that may share participants.

    Rows with an empty `cohort` share with nobody and stay. Of equal rows the later year stays.
    """
    order = cohorts.sort_values(["n", "year"], ascending=False, kind="stable")
    repeated = order["cohort"].notna() & order.duplicated("cohort")
    return cohorts[~repeated.reindex(cohorts.index)]


def overlap_table(
    cohorts: pd.DataFrame, *, interval: str = "clopper-pearson", level: float = 95.0
) -> pd.DataFrame:
    """Return the bounds for each number of shared people that whole cohorts would make.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        With `cohort, label, year, event, n`. Of each `cohort` the largest report is set against
        the sum of the others, which are taken to be different people from one another.
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.

    Returns
    -------
    pandas.DataFrame
        `kept` (whose record of a shared person stands), `shared, n, event_lb, event_ub`, the
        shares `lb, ub`, and `ci_lb, ci_ub`: the lower limit at the fewest events and the upper
        limit at the most. No row where no two reports may share anybody.
    """
    check_choice("interval", interval, METHODS)
    rows = []
    for largest, others in _sets(cohorts):
        sizes = {0, *others["n"].astype(int), int(others["n"].sum())}
        reachable = sorted(size for size in sizes if size <= min(largest["n"], others["n"].sum()))
        rows += [
            {"kept": kept, "shared": b.shared, "n": b.n, "event_lb": b.event_lb}
            | {"event_ub": b.event_ub, "lb": b.share.lb, "ub": b.share.ub}
            for shared in reachable
            for kept, b in _both_ways(largest, others, shared)
        ]
    table = pd.DataFrame(rows, columns=TABLE_COLUMNS[:-2])
    low = proportion_cis(table.rename(columns={"event_lb": "event"}), interval, level)
    high = proportion_cis(table.rename(columns={"event_ub": "event"}), interval, level)
    return table.assign(ci_lb=low["ci_lb"], ci_ub=high["ci_ub"])


def overlap_range(cohorts: pd.DataFrame) -> Interval | None:
    """Return the lowest and highest share over every number of shared people and either record.

    None where no two rows may share anybody; sampling error is not in it.
    """
    shares = [
        bounds.share
        for largest, others in _sets(cohorts)
        for shared in range(int(min(largest["n"], others["n"].sum())) + 1)
        for _, bounds in _both_ways(largest, others, shared)
    ]
    if not shares:
        return None
    return Interval(min(share.lb for share in shares), max(share.ub for share in shares))


def _sets(cohorts: pd.DataFrame) -> list[tuple[pd.Series, pd.DataFrame]]:
    """Return the largest report and the others, of each set of two or more."""
    largest = one_per_cohort(cohorts)
    return [
        (largest[largest["cohort"] == name].iloc[0], rows.drop(largest.index, errors="ignore"))
        for name, rows in cohorts.groupby("cohort")
        if len(rows) > 1
    ]


def _both_ways(
    largest: pd.Series, others: pd.DataFrame, shared: int
) -> list[tuple[str, OverlapBounds]]:
    one = int(largest["event"]), int(largest["n"])
    rest = int(others["event"].sum()), int(others["n"].sum())
    return [
        (str(largest["label"]), overlap_bounds(*rest, *one, shared)),
        (" and ".join(others["label"]), overlap_bounds(*one, *rest, shared)),
    ]


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
    synthesise(cohorts.head(0), method=method, test=test, level=level)
    if cohorts.empty:
        return pd.DataFrame(columns=WAYS_COLUMNS)
    effects = escalc(cohorts, "PLO")
    fits: dict[str, PooledEffect | BayesFit | GLMMFit] = {
        f"Random effects, {method}, {test}": pool(effects, method=method, test=test, level=level),
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
    outcomes: list[str], time: str, *, interval: str = "clopper-pearson", level: float = 95.0
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
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.
    """
    arms = load("arms")[["study", "arm", "label", "role"]].rename(columns={"label": "arm_label"})
    studies = load("studies")[["study", "label", "condition", "year", "cohort"]]
    rows = load("dichotomous").merge(arms, on=["study", "arm"]).merge(studies, on="study")
    rows = rows[rows["outcome"].isin(outcomes) & rows["time"].eq(time)]
    sham = rows["role"].eq("placebo") | rows["arm_label"].str.contains("placebo", regex=False)
    rows = rows[sham].dropna(subset=["event", "n"])
    return proportion_cis(rows, interval, level).reset_index(drop=True)
