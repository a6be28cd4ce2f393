"""Events among participants: the one check of counts that every interval of a proportion uses."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evidence.effects_columns import Floats


def as_floats(values: ArrayLike) -> Floats:
    """Return numbers as floats, with empty cells (None, pandas' NA) as NaN."""
    if isinstance(values, pd.Series | pd.Index):
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), float)
    return np.asarray(values, float)


def check_counts(
    event: ArrayLike, n: ArrayLike, names: tuple[str, str] = ("event", "n")
) -> tuple[Floats, Floats]:
    """Return event and participant counts as floats, or refuse them.

    Parameters
    ----------
    event : array_like
        Participants with the event; whole numbers from 0 to `n`.
    n : array_like
        Participants; whole numbers of 1 or more, of a shape that broadcasts with `event`.
    names : tuple of str
        What the caller calls the two, for the message.

    Returns
    -------
    tuple of ndarray
        `event` and `n`, broadcast to one shape.

    Raises
    ------
    ValueError
        Naming the argument, the row (of a series: its label) and what is allowed.
    """
    labels = event.index if isinstance(event, pd.Series) else None
    events, totals = np.broadcast_arrays(as_floats(event), as_floats(n))
    with np.errstate(invalid="ignore"):
        bad_n = ~(np.isfinite(totals) & (totals >= 1) & (totals == np.floor(totals)))
        bad_event = ~((events >= 0) & (events == np.floor(events)) & np.isfinite(events))
        above = events > totals
    whole = "must be a whole number of {} or more; got {:g}"
    for row in np.flatnonzero(bad_n).tolist():
        raise ValueError(_at(labels, totals, row, names[1], whole.format(1, totals.flat[row])))
    for row in np.flatnonzero(bad_event).tolist():
        raise ValueError(_at(labels, events, row, names[0], whole.format(0, events.flat[row])))
    for row in np.flatnonzero(above).tolist():
        fault = f"must not be above {names[1]}; got {events.flat[row]:g} of {totals.flat[row]:g}"
        raise ValueError(_at(labels, events, row, names[0], fault))
    return events, totals


def _at(labels: pd.Index | None, values: Floats, row: int, name: str, fault: str) -> str:
    if values.ndim == 0:
        return f"{name} {fault}"
    return f"{name}, row {row if labels is None else labels[row]}: {fault}"
