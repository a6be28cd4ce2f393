"""One proportion over several cohorts, some of whose participants may be the same people.

Reports of one clinic often do not say whether their patients overlap. Then a sum may count a
person twice; here is how far that could move the answer.
"""

from dataclasses import dataclass

import pandas as pd

from evidence.checks import check_between, check_choice
from evidence.counts import check_counts
from evidence.interval import Interval
from evidence.proportions import METHODS, proportion_cis

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


def one_per_cohort(cohorts: pd.DataFrame, overlap: bool = True) -> pd.DataFrame:
    """Return the largest row of each set of reports that may share participants.

    Rows with an empty `cohort` share with nobody and stay. Of equal rows the later year stays.
    With `overlap` false, which takes all for different people, every row stays.
    """
    check_choice("overlap", overlap, (True, False))
    if not overlap:
        return cohorts
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
        `kept` (whose record of a shared person stands; "either" where nobody is shared),
        `shared, n, event_lb, event_ub`, the shares `lb, ub`, and `ci_lb, ci_ub`: the lower limit
        at the fewest events and the upper limit at the most. No row where no two reports may
        share anybody.
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
            for kept, b in _records(largest, others, shared)
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


def _records(
    largest: pd.Series, others: pd.DataFrame, shared: int
) -> list[tuple[str, OverlapBounds]]:
    ways = _both_ways(largest, others, shared)
    return ways if shared else [("either", ways[0][1])]


def _both_ways(
    largest: pd.Series, others: pd.DataFrame, shared: int
) -> list[tuple[str, OverlapBounds]]:
    one = int(largest["event"]), int(largest["n"])
    rest = int(others["event"].sum()), int(others["n"].sum())
    return [
        (str(largest["label"]), overlap_bounds(*rest, *one, shared)),
        (" and ".join(others["label"]), overlap_bounds(*one, *rest, shared)),
    ]
