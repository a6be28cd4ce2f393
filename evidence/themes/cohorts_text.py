"""Counts and shares of a frame's rows in words: a Series of text with the index of the rows."""

import pandas as pd

from evidence.interval import Interval
from evidence.text import EMPTY, interval_text, percent_text


def counts_text(rows: pd.DataFrame, event: str = "event", n: str = "n") -> pd.Series:
    """Return "8/11" for each row; a missing size is left out, a missing count is an en dash."""
    texts = []
    for count, size in zip(rows[event], rows[n], strict=True):
        if pd.isna(count):
            texts.append(EMPTY)
        else:
            texts.append(f"{count}" if pd.isna(size) else f"{count}/{size}")
    return _series(texts, rows)


def limits_text(rows: pd.DataFrame, lb: str = "ci_lb", ub: str = "ci_ub") -> pd.Series:
    """Return "39 to 94%" for each row, from shares or differences of shares (-1 to 1).

    Where both limits are one value that value stands alone: "57%".
    """
    limits = rows[[lb, ub]].to_numpy(float)
    texts = [
        percent_text(low) if low == high else interval_text(Interval(low, high), 0, percent=True)
        for low, high in limits
    ]
    return _series(texts, rows)


def shares_text(rows: pd.DataFrame, *, level: float | None = None) -> pd.Series:
    """Return "73% (39 to 94%)" for each row, from `estimate, ci_lb, ci_ub`.

    With a `level` (percent) the interval is named: "73% (95% CI 39 to 94%)".
    """
    name = "" if level is None else f"{level:g}% CI "
    pairs = zip(rows["estimate"], limits_text(rows), strict=True)
    return _series([f"{percent_text(value)} ({name}{limits})" for value, limits in pairs], rows)


def printed_nnt_text(rows: pd.DataFrame) -> pd.Series:
    """Return "6.2 (3 to 47)" for each row of `nnt, nnt_lb, nnt_ub`, or an en dash.

    An NNT printed without its interval says so.
    """
    printed = rows[["nnt", "nnt_lb", "nnt_ub"]].to_numpy(float)
    return _series([_printed_text(*each) for each in printed], rows)


def _printed_text(nnt: float, lb: float, ub: float) -> str:
    if pd.isna(nnt):
        return EMPTY
    known = not (pd.isna(lb) or pd.isna(ub))
    return f"{nnt:g} ({f'{lb:g} to {ub:g}' if known else 'no interval printed'})"


def _series(texts: list[str], rows: pd.DataFrame) -> pd.Series:
    # Typed, so that text can be joined to it where there is no row.
    return pd.Series(texts, index=rows.index, dtype="str")
