"""Numbers and results as words: the only place, with `tables`, where a number is rounded.

Estimates on a log or logit scale come back to the scale that a reader thinks in.
"""

import math

import pandas as pd

from evidence.interval import Interval

MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EN DASH}"


def number_text(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals and a true minus sign; missing is an en dash."""
    if value is None or pd.isna(value):
        return EMPTY
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}\N{INFINITY}"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def percent_text(share: float, digits: int = 0) -> str:
    """Return a share (0 to 1) as a percentage."""
    return EMPTY if pd.isna(share) else f"{number_text(100 * share, digits)}%"


def interval_text(interval: Interval | None, digits: int = 2, *, percent: bool = False) -> str:
    """Return an interval as "lb to ub"; an en dash where there is none."""
    if interval is None or any(pd.isna(bound) for bound in interval):
        return EMPTY
    if percent:
        lb, ub = (number_text(100 * bound, digits) for bound in interval)
        return f"{lb} to {ub}%"
    lb, ub = (number_text(bound, digits) for bound in interval)
    return f"{lb} to {ub}"


def p_text(p: float) -> str:
    """Return a p value in the usual form: "p = 0.03", "p < 0.001"."""
    if pd.isna(p):
        return EMPTY
    return "p < 0.001" if p < 0.001 else f"p = {p:.{3 if p < 0.01 else 2}f}"


def count_text(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: "1 trial", "3 trials", "no trial"."""
    if count == 0:
        return f"no {noun}"
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def cell_text(value: object) -> str:
    """Return what a cell shows: text as it is, whole numbers whole, others to 3 digits."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(value, 0) if value.is_integer() else f"{value:.3g}".replace("-", MINUS)
    return str(value)
