"""The interval of a risk difference, from the counts of two arms."""

from collections.abc import Callable
from math import inf

import numpy as np
import pandas as pd
from scipy import stats

from evidence.checks import check_choice, check_level
from evidence.counts import check_counts
from evidence.effects_columns import read_events
from evidence.interval import Interval

COLUMNS = ("event_e", "n_e", "event_c", "n_c")


def risk_difference_ci(
    event_e: int,
    n_e: int,
    event_c: int,
    n_c: int,
    method: str = "newcombe",
    level: float = 95.0,
) -> Interval:
    """Return the confidence interval of one trial's risk difference, experimental minus control.

    Parameters
    ----------
    event_e, event_c : int
        Participants with the event in the experimental and the control arm.
    n_e, n_c : int
        Participants of each arm, 1 or more.
    method : {"newcombe", "miettinen-nurminen", "agresti-caffo", "wald"}
        Newcombe's hybrid of two Wilson intervals (his method 10, without continuity
        correction); Miettinen and Nurminen's score interval; Agresti and Caffo's, which adds
        one event and one non-event to each arm; and Wald's, which has no width at 0/n against
        0/n or n/n against 0/n and is here for comparison only.
    level : float
        Confidence level in percent.

    Returns
    -------
    Interval
        Difference of two probabilities, cut off at -1 and 1.

    Raises
    ------
    ValueError
        On counts that are no counts, an unknown method, or a level outside 0 to 100.

    Notes
    -----
    statsmodels' ``confint_proportions_2indep``, but for the score interval: there it differs from
    reference 2 in the second digit, raises on some tables, and warns where a risk is 0 or 1.
    Its Agresti-Caffo and Wald bounds may lie beyond -1 and 1 before they are cut off here.
    Agresti-Caffo is centred on the enlarged table, so it need not hold the observed difference.

    References
    ----------
    .. [1] Newcombe RG (1998). Interval estimation for the difference between independent
       proportions. Statistics in Medicine 17(8):873-890.
       doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
    .. [2] Miettinen O, Nurminen M (1985). Comparative analysis of two rates.
       Statistics in Medicine 4(2):213-226. doi:10.1002/sim.4780040211
    .. [3] Agresti A, Caffo B (2000). Simple and effective confidence intervals for proportions
       and differences of proportions. The American Statistician 54(4):280-288.
       doi:10.1080/00031305.2000.10474560

    Examples
    --------
    >>> lb, ub = risk_difference_ci(56, 70, 48, 80)
    >>> print(f"{lb:.4f} to {ub:.4f}")
    0.0524 to 0.3339
    """
    check_choice("method", method, METHODS)
    check_level(level)
    check_counts(event_e, n_e, ("event_e", "n_e"))
    check_counts(event_c, n_c, ("event_c", "n_c"))
    # Python's own numbers: numpy's would make 1 / 0 a warning.
    counts = int(event_e), int(n_e), int(event_c), int(n_c)
    lb, ub = METHODS[method](*counts, level)
    return Interval(max(-1.0, lb), min(1.0, ub))


def risk_difference_cis(
    frame: pd.DataFrame, method: str = "newcombe", level: float = 95.0
) -> pd.DataFrame:
    """Return the frame plus `estimate`, `ci_lb` and `ci_ub`, a risk difference a row.

    Parameters
    ----------
    frame : DataFrame
        With the columns `event_e`, `n_e`, `event_c` and `n_c`.
    method, level
        As in `risk_difference_ci`.

    Returns
    -------
    DataFrame
        A copy; the new columns are differences of probabilities.

    Raises
    ------
    ValueError
        As `risk_difference_ci`, naming column and row; or on a missing column.
    """
    check_choice("method", method, METHODS)
    check_level(level)
    e, n_e = read_events(frame, "event_e", "n_e")
    c, n_c = read_events(frame, "event_c", "n_c")
    check_counts(frame["event_e"], frame["n_e"], ("event_e", "n_e"))
    check_counts(frame["event_c"], frame["n_c"], ("event_c", "n_c"))
    rows = [
        risk_difference_ci(a, b, c, d, method, level)
        for a, b, c, d in frame[list(COLUMNS)].astype(int).itertuples(index=False)
    ]
    bounds = np.array(rows, float).reshape(len(rows), 2)
    return frame.assign(estimate=e / n_e - c / n_c, ci_lb=bounds[:, 0], ci_ub=bounds[:, 1])


def _by_statsmodels(name: str) -> Callable[[int, int, int, int, float], Interval]:
    def bounds(e: int, n_e: int, c: int, n_c: int, level: float) -> Interval:
        alpha = 1 - level / 100
        # Imported here: statsmodels takes longer to load than all else that a chapter needs.
        from statsmodels.stats.proportion import confint_proportions_2indep

        lb, ub = confint_proportions_2indep(e, n_e, c, n_c, method=name, alpha=alpha)
        return Interval(float(lb), float(ub))

    return bounds


def _miettinen_nurminen(e: int, n_e: int, c: int, n_c: int, level: float) -> Interval:
    rd, crit = e / n_e - c / n_c, float(stats.norm.ppf((1 + level / 100) / 2))
    inflation = (n_e + n_c) / (n_e + n_c - 1)

    def inside(delta: float) -> bool:
        p_c = _restricted_risk(delta, e, n_e, c, n_c)
        p_e = p_c + delta
        variance = p_e * (1 - p_e) / n_e + p_c * (1 - p_c) / n_c
        return (rd - delta) ** 2 <= crit**2 * inflation * variance

    return Interval(_edge(inside, rd, -1.0), _edge(inside, rd, 1.0))


def _restricted_risk(delta: float, e: int, n_e: int, c: int, n_c: int) -> float:
    """Return the control risk of greatest likelihood, given the risk difference `delta`."""

    def score(p_c: float) -> float:
        p_e = p_c + delta
        return _ratio(e, p_e) - _ratio(n_e - e, 1 - p_e) + _ratio(c, p_c) - _ratio(n_c - c, 1 - p_c)

    # The score falls in p_c; where it has one sign throughout, bisection ends at that edge.
    low, high = max(0.0, -delta), min(1.0, 1.0 - delta)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle) > 0 else (low, middle)
    return (low + high) / 2


def _ratio(count: int, p: float) -> float:
    if count == 0:
        return 0.0
    return count / p if p > 0 else inf


def _edge(inside: Callable[[float], bool], within: float, without: float) -> float:
    """Return where `inside` ends, between a point held to be in and one held to be out."""
    for _ in range(60):
        middle = (within + without) / 2
        within, without = (middle, without) if inside(middle) else (within, middle)
    return within


METHODS: dict[str, Callable[[int, int, int, int, float], Interval]] = {
    "newcombe": _by_statsmodels("newcomb"),
    "miettinen-nurminen": _miettinen_nurminen,
    "agresti-caffo": _by_statsmodels("agresti-caffo"),
    "wald": _by_statsmodels("wald"),
}
