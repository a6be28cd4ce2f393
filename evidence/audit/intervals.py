"""The usual intervals of a risk difference for many tables at once, to see which was printed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from evidence.audit.ranges import Range
from evidence.effects_columns import Floats

COLUMNS = ("event_e", "n_e", "event_c", "n_c")
#: Looser than any printed digit, tighter than any difference between two tables.
SLACK = 1e-9

Bounds = tuple[Floats, Floats]


def lies(values: Floats, reach: Range) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Return which values a range holds, allowing for floating point."""
    return (values >= float(reach.lb) - SLACK) & (values <= float(reach.ub) + SLACK)


def printing(tables: pd.DataFrame, method: str, lb: Range, ub: Range, level: float) -> pd.Series:
    """Return which tables have an interval that prints as it was printed.

    Parameters
    ----------
    tables : pandas.DataFrame
        With the columns `event_e, n_e, event_c, n_c`.
    method : str
        One of `METHODS`.
    lb, ub : Range
        What the printed limits of the risk difference can stand for, as probabilities.
    level : float
        Percent.

    Returns
    -------
    pandas.Series
        True or False, with the index of `tables`. Limits are cut off at -1 and 1.

    References
    ----------
    .. [1] Newcombe RG (1998). Interval estimation for the difference between independent
       proportions: comparison of eleven methods. Statistics in Medicine 17(8):873-890: Wald is
       his method 1, with continuity correction 2, Miettinen-Nurminen 5, Newcombe 10.
    .. [2] Agresti A, Caffo B (2000), as in :mod:`evidence.riskdiff`.
    .. [3] Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Statistics in
       Medicine 4(2):213-226, with the restricted estimate in closed form of its appendix I.
    """
    e, n_e, c, n_c = (tables[name].to_numpy(float) for name in COLUMNS)
    if method == "miettinen-nurminen":
        fits = _score_edge(e, n_e, c, n_c, lb, level) & _score_edge(c, n_c, e, n_e, -ub, level)
    else:
        low, high = METHODS[method](e, n_e, c, n_c, level)
        fits = lies(np.clip(low, -1, 1), lb) & lies(np.clip(high, -1, 1), ub)
    return pd.Series(fits, index=tables.index)


def _by_statsmodels(name: str) -> Callable[[Floats, Floats, Floats, Floats, float], Bounds]:
    def bounds(e: Floats, n_e: Floats, c: Floats, n_c: Floats, level: float) -> Bounds:
        # Imported here: statsmodels takes longer to load than all else that a chapter needs.
        from statsmodels.stats.proportion import confint_proportions_2indep

        alpha = 1 - level / 100
        low, high = confint_proportions_2indep(e, n_e, c, n_c, method=name, alpha=alpha)
        return np.asarray(low, float), np.asarray(high, float)

    return bounds


def _wald_corrected(e: Floats, n_e: Floats, c: Floats, n_c: Floats, level: float) -> Bounds:
    low, high = METHODS["wald"](e, n_e, c, n_c, level)
    correction = (1 / n_e + 1 / n_c) / 2
    return low - correction, high + correction


def _score_edge(
    e: Floats, n_e: Floats, c: Floats, n_c: Floats, limit: Range, level: float
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Return where the lower score limit lies in a range: its low end rejected, its high end not.

    So no limit has to be searched for. The difference itself is never rejected.
    """
    rd = e / n_e - c / n_c
    low, high = float(limit.lb) - SLACK, np.minimum(float(limit.ub) + SLACK, rd)
    above = (low < -1) | ~_accepted(e, n_e, c, n_c, np.full_like(rd, max(low, -1.0)), level)
    return above & (low <= rd) & (high >= -1) & _accepted(e, n_e, c, n_c, high, level)


def _accepted(
    e: Floats, n_e: Floats, c: Floats, n_c: Floats, delta: Floats, level: float
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    crit = float(stats.norm.ppf((1 + level / 100) / 2))
    p_c = restricted_risk(e, n_e, c, n_c, delta)
    p_e = np.clip(p_c + delta, 0, 1)
    total = n_e + n_c
    variance = (p_e * (1 - p_e) / n_e + p_c * (1 - p_c) / n_c) * total / (total - 1)
    return (e / n_e - c / n_c - delta) ** 2 <= crit**2 * variance + SLACK**2


def restricted_risk(e: Floats, n_e: Floats, c: Floats, n_c: Floats, delta: Floats) -> Floats:
    """Return the control risks of greatest likelihood, given the risk differences `delta`.

    The root in closed form of Miettinen and Nurminen's cubic (appendix I).
    """
    total, events = n_e + n_c, e + c
    l2 = (n_e + 2 * n_c) * delta - total - events
    l1 = (n_c * delta - total - 2 * c) * delta + events
    l0 = c * delta * (1 - delta)
    third = l2 / (3 * total)
    q = third**3 - l1 * l2 / (6 * total**2) + l0 / (2 * total)
    root = np.sqrt(np.maximum(third**2 - l1 / (3 * total), 0))
    p = np.where(q < 0, -root, root)
    cosine = np.divide(q, p**3, out=np.zeros_like(q), where=np.abs(p) > 1e-12)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    found = 2 * p * np.cos(angle) - third
    return np.asarray(np.clip(found, np.maximum(0, -delta), np.minimum(1, 1 - delta)), float)


METHODS: dict[str, Callable[[Floats, Floats, Floats, Floats, float], Bounds]] = {
    "newcombe": _by_statsmodels("newcomb"),
    "wald": _by_statsmodels("wald"),
    "wald with continuity correction": _wald_corrected,
    "agresti-caffo": _by_statsmodels("agresti-caffo"),
}
NAMES = (*METHODS, "miettinen-nurminen")
