"""One scale for one question, whatever measure was pooled: so that choices can be compared."""

from math import nan

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.effects_columns import Floats
from evidence.scales import scale_of

#: What a question is about, with its unit for a reader.
KINDS = {
    "points": "percentage points",
    "share": "percent",
    "mean": "attacks a month",
    "deviations": "standard deviations",
}
#: Measures that can be brought to the scale of each kind.
MEASURES = {
    "points": ("RD", "RR", "OR"),
    "share": ("PLO", "PAS", "PR"),
    "mean": ("MD",),
    "deviations": ("SMD",),
}


def common(kind: str, measure: str, values: Floats, at: Floats | float = nan) -> Floats:
    """Return effects on the scale of the question.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    measure : str
        Of `values`; one that cannot be brought to the scale gives NaN.
    values : ndarray
        Effects or bounds on the scale of `yi`.
    at : ndarray or float
        For ratios, the control risk (0 to 1) at which they hold.

    Returns
    -------
    ndarray
        ``points``: risk difference in percentage points; a ratio at its control risk, the risk
        under treatment never above 1 (Cochrane Handbook 6, 15.4.4). ``share``: percent, cut off
        at 0 and 100. ``mean`` and ``deviations``: as they are.

    Examples
    --------
    >>> float(common("points", "RR", np.log([2.0]), 0.2)[0])
    20.0
    """
    check_choice("kind", kind, KINDS)
    values, at = np.asarray(values, float), np.asarray(at, float)
    if measure not in MEASURES[kind]:
        return np.full(values.shape, nan)
    if kind == "share":
        return np.asarray(100 * np.clip(scale_of(measure).back(values), 0, 1), float)
    if kind != "points":
        return values
    if measure == "RD":
        return np.asarray(100 * np.clip(values, -1, 1), float)
    ratio = np.exp(values)
    risk = ratio * at if measure == "RR" else ratio * at / (1 - at + ratio * at)
    return np.asarray(100 * (np.minimum(risk, 1) - at), float)


def on_common_scale(fits: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return fits with `value, lb, ub` on the scale of the question.

    Parameters
    ----------
    fits : DataFrame
        With `measure, at, estimate, ci_lb, ci_ub`, as
        :func:`evidence.multiverse.fit_universes` makes them.
    kind : str
        One of `KINDS`.
    """
    found = fits.assign(value=nan, lb=nan, ub=nan)
    for measure, rows in fits.groupby("measure"):
        for name, of in (("value", "estimate"), ("lb", "ci_lb"), ("ub", "ci_ub")):
            values = rows[of].to_numpy(float)
            shown = common(kind, str(measure), values, rows["at"].to_numpy(float))
            found.loc[rows.index, name] = shown
    return found


def control_risk(rows: pd.DataFrame) -> float:
    """Return the share with the event under control, 0 to 1, never 0 and never 1.

    Where nobody or everybody has the event, half a person is added to either side, as the
    zero-cell rule does: a ratio at a risk of 0 would say nothing.

    Parameters
    ----------
    rows : DataFrame
        With `event_c, n_c`; not empty.
    """
    event, n = float(rows["event_c"].sum()), float(rows["n_c"].sum())
    return event / n if 0 < event < n else (event + 0.5) / (n + 1)
