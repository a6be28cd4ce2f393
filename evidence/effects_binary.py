"""Effects of binary outcomes: one group (PR, PLN, PLO, PAS, PFT) and two (RD, RR, OR)."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from evidence.effects_columns import Bools, Floats, read_events

#: When and where `add` goes; the first four are metafor's.
ZERO_CELL_RULES = ("only0", "all", "if0all", "none", "tacc")


def one_group(
    frame: pd.DataFrame, measure: str, *, add: float | None, to: str, drop00: bool
) -> tuple[Floats, Floats]:
    """Return `yi` and `vi` of a proportion from the columns `event` and `n`.

    `add` is 1/2 unless given, and 0 for PAS and PFT, which need none (as in metafor). `drop00`
    has no meaning for one group and is not looked at.
    """
    event, n = read_events(frame, "event", "n")
    amount = add if add is not None else 0.0 if measure in ("PAS", "PFT") else 0.5
    none = n - event
    extra = _additions((event == 0) | (none == 0), amount, "only0" if to == "tacc" else to)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = ONE_GROUP[measure](event + extra, none + extra)
    return _drop(yi, vi, ~np.isfinite(yi) | ~np.isfinite(vi))


def two_groups(
    frame: pd.DataFrame, measure: str, *, add: float | None, to: str, drop00: bool
) -> tuple[Floats, Floats]:
    """Return `yi` and `vi` of two risks from `event_e`, `n_e`, `event_c` and `n_c`."""
    a, n_e = read_events(frame, "event_e", "n_e")
    c, n_c = read_events(frame, "event_c", "n_c")
    b, d = n_e - a, n_c - c
    zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    extra_e = extra_c = _additions(zero, 0.5 if add is None else add, to)
    if to == "tacc":
        extra_e, extra_c = (2 * extra_e * n / (n_e + n_c) for n in (n_e, n_c))
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = TWO_GROUPS[measure](a + extra_e, b + extra_e, c + extra_c, d + extra_c)
    double_zero = ((a == 0) & (c == 0)) | ((b == 0) & (d == 0))
    return _drop(yi, vi, ~np.isfinite(yi) | ~np.isfinite(vi) | (double_zero & drop00))


def _additions(zero: Bools, amount: float, to: str) -> Floats:
    where = {"only0": zero, "tacc": zero, "none": np.zeros_like(zero), "all": np.ones_like(zero)}
    where["if0all"] = np.full_like(zero, zero.any())
    return np.where(where[to], amount, 0.0)


def _drop(yi: Floats, vi: Floats, gone: Bools) -> tuple[Floats, Floats]:
    return np.where(gone, np.nan, yi), np.where(gone, np.nan, vi)


def _pr(x: Floats, m: Floats) -> tuple[Floats, Floats]:
    n = x + m
    return x / n, x * m / n**3


def _pln(x: Floats, m: Floats) -> tuple[Floats, Floats]:
    n = x + m
    return np.log(x / n), m / (x * n)


def _plo(x: Floats, m: Floats) -> tuple[Floats, Floats]:
    return np.log(x / m), 1 / x + 1 / m


def _pas(x: Floats, m: Floats) -> tuple[Floats, Floats]:
    n = x + m
    return np.arcsin(np.sqrt(x / n)), 1 / (4 * n)


def _pft(x: Floats, m: Floats) -> tuple[Floats, Floats]:
    n = x + m
    low, high = np.arcsin(np.sqrt(x / (n + 1))), np.arcsin(np.sqrt((x + 1) / (n + 1)))
    return (low + high) / 2, 1 / (4 * n + 2)


def _rd(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    (p_e, v_e), (p_c, v_c) = _pr(a, b), _pr(c, d)
    return p_e - p_c, v_e + v_c


def _rr(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    (l_e, v_e), (l_c, v_c) = _pln(a, b), _pln(c, d)
    return l_e - l_c, v_e + v_c


def _or(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    (l_e, v_e), (l_c, v_c) = _plo(a, b), _plo(c, d)
    return l_e - l_c, v_e + v_c


#: Each takes events and non-events, after the zero-cell rule.
ONE_GROUP: dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]] = {
    "PR": _pr,
    "PLN": _pln,
    "PLO": _plo,
    "PAS": _pas,
    "PFT": _pft,
}

#: Each takes events and non-events of both arms, after the zero-cell rule.
TWO_GROUPS: dict[str, Callable[[Floats, Floats, Floats, Floats], tuple[Floats, Floats]]] = {
    "RD": _rd,
    "RR": _rr,
    "OR": _or,
}
