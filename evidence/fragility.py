"""Fragility: how few patients would have to change for a conclusion to turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evidence.audit.pvalues import fisher_p
from evidence.checks import check_between, check_level
from evidence.counts import check_counts
from evidence.effects import escalc
from evidence.fits import fit_arrays
from evidence.proportions import proportion_ci

TWO_GROUPS = ("event_e", "n_e", "event_c", "n_c")
ONE_GROUP = ("event", "n")
#: Where the search gives up: nobody would call a result fragile that takes so many.
MOST = 200


@dataclass(frozen=True, slots=True)
class Fragility:
    """How few patients would have to have ended otherwise.

    Attributes
    ----------
    shown : bool
        Whether a difference is shown as it stands (by the test or interval used).
    fewest : int or None
        Fewest patients, in any arm of any trial, whose event would have to be a non-event or the
        other way round for `shown` to turn; None where no number of them turns it.
    walsh : int or None
        The fragility index of Walsh et al.; None where nothing is shown, or for more than one
        trial.
    n : int
        Patients in all.
    """

    shown: bool
    fewest: int | None
    walsh: int | None
    n: int


def trial_fragility(
    event_e: int, n_e: int, event_c: int, n_c: int, *, level: float = 95.0
) -> Fragility:
    """Return the fragility of one trial of two arms, by Fisher's exact test.

    Parameters
    ----------
    event_e, n_e, event_c, n_c : int
        People with the event, and all people, under treatment and under control.
    level : float
        Percent; a difference is shown where p is below 1 - level / 100.

    Returns
    -------
    Fragility
        `fewest` counts changes in either arm and either direction [2]_, so that it serves for a
        null result as well (reverse fragility). `walsh` follows the first definition [1]_: people
        without the event are given one, in the arm with fewer events, until p is no longer below
        the limit.

    Notes
    -----
    A difference can be shown by an interval and not by Fisher's test: the two are made
    differently. The index grows with the number of patients; it says how much hangs on a few, and
    nothing of how likely it is that they would have ended otherwise.

    References
    ----------
    .. [1] Walsh M, Srinathan SK, McAuley DF, et al. (2014). The statistical significance of
       randomized controlled trial results is frequently fragile: a case for a Fragility Index.
       Journal of Clinical Epidemiology 67(6):622-628. doi:10.1016/j.jclinepi.2013.10.019
    .. [2] Lin L (2021). Factors that impact fragility index and their visualizations. Journal of
       Evaluation in Clinical Practice 27(2):356-364. doi:10.1111/jep.13428

    Examples
    --------
    >>> trial_fragility(15, 40, 5, 40).walsh
    2
    """
    check_level(level)
    check_counts([event_e, event_c], [n_e, n_c])
    limit = 1 - level / 100
    shown = fisher_p(event_e, n_e, event_c, n_c) < limit
    fewest = None
    for distance in range(1, n_e + n_c + 1):
        around = _around(event_e, n_e, event_c, n_c, distance)
        if any((fisher_p(e, n_e, c, n_c) < limit) != shown for e, c in around):
            fewest = distance
            break
    walsh = _walsh(event_e, n_e, event_c, n_c, limit) if shown else None
    return Fragility(shown, fewest, walsh, n_e + n_c)


def _around(e: int, n_e: int, c: int, n_c: int, distance: int) -> Iterator[tuple[int, int]]:
    """Yield the events of all tables that differ by exactly so many patients."""
    for step in range(-distance, distance + 1):
        for other in {distance - abs(step), abs(step) - distance}:
            if 0 <= e + step <= n_e and 0 <= c + other <= n_c:
                yield e + step, c + other


def _walsh(e: int, n_e: int, c: int, n_c: int, limit: float) -> int | None:
    fewer_e = e <= c
    room = n_e - e if fewer_e else n_c - c
    for added in range(1, room + 1):
        now = (e + added, c) if fewer_e else (e, c + added)
        if fisher_p(now[0], n_e, now[1], n_c) >= limit:
            return added
    return None


def share_fragility(event: int, n: int, threshold: float, *, level: float = 95.0) -> Fragility:
    """Return how few patients decide whether a share is shown to be above a threshold.

    There is no null in a group without a control, so the index of Walsh is not defined. This is
    its idea with a threshold in place of the null: the fewest patients who would have to respond,
    or not to respond, for the exact interval to hold the threshold or to leave it behind.

    Parameters
    ----------
    event, n : int
    threshold : float
        Share, 0 to 1.
    level : float
        Percent, of the Clopper-Pearson interval.
    """
    check_between("threshold", threshold, 0, 1)
    shown = [
        proportion_ci(each, n, "clopper-pearson", level).lb > threshold for each in range(n + 1)
    ]
    turned = [abs(each - event) for each in range(n + 1) if shown[each] != shown[event]]
    return Fragility(bool(shown[event]), min(turned, default=None), None, n)


def pooled_fragility(
    trials: pd.DataFrame,
    measure: str,
    *,
    null: float = 0.0,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> Fragility:
    """Return the fragility of a pooled result, by the iterative search of Atal et al. [1]_.

    Parameters
    ----------
    trials : DataFrame
        With `event_e, n_e, event_c, n_c`, or `event, n` for one group.
    measure : str
        As for :func:`evidence.effects.escalc`.
    null : float
        On the scale of `yi`; for one group the share, as a logit or what the measure is, that
        stands in for no effect.
    method, test, level
        As for :func:`evidence.pooling.pool`.

    Returns
    -------
    Fragility
        A difference is shown where the interval does not hold `null`. In each step every trial
        and arm is tried with one patient changed, and the change kept that brings the interval
        nearest to turning. Where nothing is shown both directions are followed and the shorter
        counts.

    Notes
    -----
    The search is greedy, as theirs, so that fewer patients might do; none of fewer was found by
    trying all tables of two trials in the tests. Zero cells have the default rule of `escalc`.

    References
    ----------
    .. [1] Atal I, Porcher R, Boutron I, Ravaud P (2019). The statistical significance of
       meta-analyses is frequently fragile: definition of a fragility index for meta-analyses.
       Journal of Clinical Epidemiology 111:32-40. doi:10.1016/j.jclinepi.2019.03.012
    """
    names = TWO_GROUPS if set(TWO_GROUPS) <= set(trials) else ONE_GROUP
    table = trials[list(names)].astype(int).reset_index(drop=True)
    how: dict[str, Any] = {
        "measure": measure,
        "null": null,
        "method": method,
        "test": test,
        "level": level,
    }
    lb, ub = (float(each[0]) for each in _bounds([table], **how))
    shown = not lb <= 0 <= ub
    n = int(table[[name for name in names if name.startswith("n")]].to_numpy().sum())
    # Towards the null where something is shown; else away from it, to either side.
    sides = [-int(np.sign(lb))] if shown else [1, -1]
    found = [_search(table, names, side, shown, **how) for side in sides]
    reached = [each for each in found if each is not None]
    return Fragility(shown, min(reached, default=None), None, n)


def _search(
    table: pd.DataFrame, names: tuple[str, ...], side: int, shown: bool, **how: Any
) -> int | None:
    """Return the steps until the interval turns when each moves it to `side`, or None."""
    for step in range(1, MOST + 1):
        tables = list(_one_changed(table, names))
        lb, ub = _bounds(tables, **how)
        # The bound that has to cross the null; the further to `side` the nearer to turning.
        last = (ub if side > 0 else lb) if shown else (lb if side > 0 else ub)
        best = int(np.argmax(side * last))
        if (last[best] * side >= 0) if shown else (last[best] * side > 0):
            return step
        table = tables[best]
    return None


def _one_changed(table: pd.DataFrame, names: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """Yield the trials with one patient changed, in each arm and either way."""
    for place, arm, change in product(table.index, range(len(names) // 2), (1, -1)):
        event, n = names[2 * arm], names[2 * arm + 1]
        if 0 <= table.loc[place, event] + change <= table.loc[place, n]:
            changed = table.copy()
            changed.loc[place, event] += change
            yield changed


def _bounds(
    tables: list[pd.DataFrame], *, measure: str, null: float, method: str, test: str, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bounds of each pooled result less the null, all in one pass."""
    k = len(tables[0])
    effects = escalc(pd.concat(tables, ignore_index=True), measure)
    yi, vi = (effects[name].to_numpy(float).reshape(-1, k) for name in ("yi", "vi"))
    fit = fit_arrays(yi, vi, method=method, test=test, level=level)
    return fit.ci_lb - null, fit.ci_ub - null
