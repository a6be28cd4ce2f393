"""Columns of a frame as arrays, and the refusal of rows that cannot be used."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

#: Rows named in one message; a longer list helps nobody.
ROWS_NAMED = 5


def read_column(frame: pd.DataFrame, name: str) -> Floats:
    """Return one column as finite floats.

    Parameters
    ----------
    frame : DataFrame
        One row a study.
    name : str
        The column.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        The column is missing, or a value is empty, not a number or infinite; column and row are
        named.
    """
    if name not in frame:
        columns = ", ".join(str(column) for column in frame)
        raise ValueError(f"column {name!r} is missing; the frame has {columns or 'no columns'}")
    column = frame[name]
    # Half the time of a small fit would go into asking numbers whether they are numbers.
    numbers = column if column.dtype == np.float64 else pd.to_numeric(column, errors="coerce")
    values: Floats = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    refuse_rows(frame, name, ~np.isfinite(values), "must be a finite number")
    return values


def refuse_rows(frame: pd.DataFrame, name: str, faulty: Bools, rule: str) -> None:
    """Raise when any row is faulty, naming the column, the rows, their values and the rule.

    Parameters
    ----------
    frame : DataFrame
        Its index names the rows; a `study` column, where present, names them too.
    name : str
        The column at fault.
    faulty : ndarray of bool, shape (k,)
    rule : str
        What a value must be, as in "must be above 0".
    """
    places = np.flatnonzero(faulty)
    if not places.size:
        return
    named = [f"{row_name(frame, at)}: {frame[name].iloc[at]}" for at in places.tolist()]
    rest = [f"and {len(named) - ROWS_NAMED} more rows"] if len(named) > ROWS_NAMED else []
    raise ValueError(f"{name} {rule}; got {'; '.join(named[:ROWS_NAMED] + rest)}")


def row_name(frame: pd.DataFrame, place: int) -> str:
    """Return how messages call the row at a position: its index label and its study."""
    label = f"row {frame.index[place]}"
    return f"{label} ({frame['study'].iloc[place]})" if "study" in frame else label


def read_positive(frame: pd.DataFrame, names: Sequence[str]) -> list[Floats]:
    """Return columns whose values must all be above zero."""
    columns = [read_column(frame, name) for name in names]
    for name, values in zip(names, columns, strict=True):
        refuse_rows(frame, name, values <= 0, "must be above 0")
    return columns


def read_events(frame: pd.DataFrame, event: str, n: str) -> tuple[Floats, Floats]:
    """Return events and group sizes: 0 <= events <= n, n above 0."""
    events = read_column(frame, event)
    (sizes,) = read_positive(frame, [n])
    refuse_rows(frame, event, events < 0, "must not be negative")
    refuse_rows(frame, event, events > sizes, f"must not be above {n}")
    return events, sizes


def read_sd(frame: pd.DataFrame, name: str) -> Floats:
    """Return standard deviations, none of them negative."""
    values = read_column(frame, name)
    refuse_rows(frame, name, values < 0, "must not be negative")
    return values


def read_correlation(frame: pd.DataFrame, name: str) -> Floats:
    """Return correlations, from -1 to 1."""
    values = read_column(frame, name)
    refuse_rows(frame, name, np.abs(values) > 1, "must be from -1 to 1")
    return values
