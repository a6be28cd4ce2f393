"""One proportion pooled over cohorts that may hold the same people, and how far it could move."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from evidence.audit.numbers import Finding, Numbers
from evidence.counts import check_counts


@dataclass(frozen=True, slots=True)
class PooledShare:
    """Events among different people.

    Attributes
    ----------
    event, n : int
        People with the event, and different people in all.
    """

    event: int
    n: int

    @property
    def share(self) -> Fraction:
        """Share with the event, 0 to 1."""
        return Fraction(self.event, self.n)

    def __str__(self) -> str:
        return f"{self.event}/{self.n} ({100 * float(self.share):.1f}%)"


def pooled_share_bounds(
    event: Sequence[int], n: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> tuple[PooledShare, PooledShare]:
    """Return the smallest and the largest pooled share when pairs of cohorts may share people.

    Parameters
    ----------
    event, n : sequence of int
        Of each cohort.
    pairs : sequence of tuple of int
        Positions of two cohorts that may share anybody, from nobody to all of the smaller.
        People are in three cohorts only where each two of them may share.

    Returns
    -------
    tuple of PooledShare
        Exact: some way of sharing gives each. No sampling error is in them.

    Notes
    -----
    A shared person's records may differ. One of them stands: that of the larger cohort, for
    everybody, or that of the smaller, for everybody; both are tried. The share falls most when
    every struck record is an event, so the fewest are sought with only such struck, as an
    integer program over sets of cohorts; the largest share is that of the people without the
    event. With two cohorts these are the ends of `evidence.themes.overlap.overlap_range`.

    Raises
    ------
    ValueError
        On counts that are no counts.

    Examples
    --------
    >>> low, high = pooled_share_bounds([8, 8, 17], [11, 18, 29], [(0, 2), (1, 2)])
    >>> print(low, "to", high)
    16/41 (39.0%) to 33/45 (73.3%)
    """
    check_counts(list(event), list(n))
    if not pairs:
        return (pooled := PooledShare(sum(event), sum(n))), pooled
    others = [size - count for count, size in zip(event, n, strict=True)]
    by_size = sorted(range(len(n)), key=lambda cohort: (-n[cohort], cohort))
    orders = (by_size, by_size[::-1])
    low = [_fewest(event, others, pairs, order) for order in orders]
    high = [_fewest(others, event, pairs, order) for order in orders]
    least = PooledShare(min(low), min(low) + sum(others))
    return least, PooledShare(sum(event), min(high) + sum(event))


def _fewest(
    event: Sequence[int], others: Sequence[int], pairs: Sequence[tuple[int, int]], order: list[int]
) -> int:
    """Return the fewest people with the event, when only records of events are struck.

    A group is the cohorts that one person is in; the first of them in `order` has the record
    that stands, with the event or without.
    """
    groups = [(group, has) for group in _groups(len(event), pairs) for has in (1, 0)]
    first = [min(group, key=order.index) for group, _ in groups]
    used = np.zeros((2 * len(event), len(groups)))
    for column, (group, has) in enumerate(groups):
        for cohort in group:
            stands_without = cohort == first[column] and not has
            used[2 * cohort + stands_without, column] = 1
    total = np.array([count for pair in zip(event, others, strict=True) for count in pair], float)
    found = milp(
        c=[has for _, has in groups],
        constraints=LinearConstraint(used, total, total),
        integrality=np.ones(len(groups)),
        bounds=Bounds(0, np.inf),
    )
    return round(float(found.fun))


def _groups(cohorts: int, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return every set of cohorts that one person can be in."""
    may = {frozenset(pair) for pair in pairs}
    return [
        group
        for size in range(1, cohorts + 1)
        for group in combinations(range(cohorts), size)
        if all(frozenset(pair) in may for pair in combinations(group, 2))
    ]


def overlap(numbers: Numbers) -> Finding:
    """Ask whether a pooled share holds, also if some cohorts share people.

    Parameters
    ----------
    numbers : Numbers
        `event` and `n`, repeated, a pair a cohort in one order; `event_total`, `n_total` and
        `percent` as stated; `cohort`, repeated, the name of each; and `may_share`, the pairs that
        may hold the same people: "A, B; B, C".

    Returns
    -------
    Finding
        "disagrees" where the sums or the percentage are wrong; "ambiguous" where they hold for
        different people only; "agrees" where sharing could not move the printed percentage, or
        nobody may be shared. `values`: event, n, lb, ub (shares, 0 to 1).
    """
    event = [item.count for item in numbers.all("event")]
    n = [item.count for item in numbers.all("n")]
    if len(event) != len(n) or not n:
        raise ValueError(f"event and n are needed once a cohort; got {len(event)} and {len(n)}")
    pooled = PooledShare(sum(event), sum(n))
    low, high = pooled_share_bounds(event, n, _pairs(numbers, len(n)))
    values = {
        "event": pooled.event,
        "n": pooled.n,
        "lb": float(low.share),
        "ub": float(high.share),
    }
    sums = f"{_sum(event)} of {_sum(n)}, {100 * float(pooled.share):.1f}%"
    wrong = _wrong(numbers, pooled)
    if wrong:
        return Finding("disagrees", f"{sums}, not {wrong}", values)
    if low.n == high.n == pooled.n:
        return Finding("agrees", sums, values)
    text = f"{sums} of different people; if cohorts share people, from {low} to {high}"
    percent = numbers.get("percent")
    shares = [100 * each.share for each in (low, high)]
    held = percent is not None and all(
        percent.rounded.lb <= share <= percent.rounded.ub for share in shares
    )
    return Finding("agrees" if held else "ambiguous", text, values)


def _sum(counts: list[int]) -> str:
    return f"{' + '.join(map(str, counts))} = {sum(counts)}" if len(counts) > 1 else str(counts[0])


def _wrong(numbers: Numbers, pooled: PooledShare) -> str:
    """Return the stated totals that are not those of the cohorts."""
    found = []
    for name, sum_ in (("event_total", pooled.event), ("n_total", pooled.n)):
        if (stated := numbers.get(name)) is not None and stated.count != sum_:
            found.append(f"{stated}")
    percent = numbers.get("percent")
    if percent is not None:
        reach, share = percent.rounded, 100 * pooled.share
        if not reach.lb <= share <= reach.ub:
            found.append(f"{percent.printed.removesuffix('%')}%")
    return " and ".join(found)


def _pairs(numbers: Numbers, cohorts: int) -> list[tuple[int, int]]:
    names = [item.printed.strip() for item in numbers.all("cohort")]
    found = []
    for pair in filter(None, (part.strip() for part in numbers.words("may_share").split(";"))):
        ends = [name.strip() for name in pair.split(",")]
        if len(ends) != 2 or ends[0] == ends[1] or not set(ends) <= set(names):
            allowed = ", ".join(names) or "no cohort"
            raise ValueError(f"may_share must be pairs of {allowed}, as 'A, B; B, C'; got {pair!r}")
        found.append((names.index(ends[0]), names.index(ends[1])))
    if found and len(names) != cohorts:
        raise ValueError(f"cohort is needed once a cohort; got {len(names)} of {cohorts}")
    return found
