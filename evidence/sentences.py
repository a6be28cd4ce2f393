"""Results in words, on the scale that a reader thinks in."""

from collections.abc import Sequence

import numpy as np

from evidence.interval import Interval
from evidence.pooling import PooledEffect
from evidence.scales import scale_of
from evidence.synthesis import NotPooled
from evidence.text import (
    EMPTY,
    count_text,
    interval_text,
    number_text,
    p_text,
    percent_text,
)

Result = PooledEffect | NotPooled


def estimate_text(result: Result) -> str:
    """Return the estimate alone, such as "1.53" or "57%"."""
    if isinstance(result, NotPooled):
        return "not pooled"
    scale = scale_of(result.measure)
    value = float(scale.back(np.array(result.estimate)))
    return percent_text(value, scale.digits) if scale.percent else number_text(value, scale.digits)


def ci_text(result: Result) -> str:
    """Return the confidence interval alone, such as "0.90 to 2.60"."""
    return EMPTY if isinstance(result, NotPooled) else _interval(result, result.ci)


def pi_text(result: Result, otherwise: str = EMPTY) -> str:
    """Return the prediction interval alone, or why there is none; `otherwise` if not pooled."""
    if isinstance(result, NotPooled):
        return otherwise
    if result.pi is None:
        return "none with one study" if result.k == 1 else "none under equal effects"
    return _interval(result, result.pi)


def effect_text(result: Result) -> str:
    """Return measure, estimate, interval and number of studies, for running text."""
    if isinstance(result, NotPooled):
        return f"not pooled ({result.reason})"
    studies = count_text(result.k, "study", "studies")
    name = scale_of(result.measure).short
    interval = f"{result.level:g}% CI {ci_text(result)}"
    return f"{name} {estimate_text(result)} ({interval}; {studies})"


def row_text(values: Sequence[float], measure: str) -> str:
    """Return estimate and interval of a study, such as "57% (41 to 72%)".

    Parameters
    ----------
    values : sequence of float
        `yi, ci_lb, ci_ub`, on the scale of `yi`.
    measure : str
        As metafor names it.
    """
    scale = scale_of(measure)
    estimate, lb, ub = (float(value) for value in scale.back(np.array(values, dtype=float)))
    interval = interval_text(Interval(lb, ub), scale.digits, percent=scale.percent)
    if scale.percent:
        return f"{percent_text(estimate, scale.digits)} ({interval})"
    return f"{number_text(estimate, scale.digits)} ({interval})"


def heterogeneity_text(result: Result, otherwise: str = EMPTY) -> str:
    """Return tau2, I2 and Q, or that one study tells none of them; `otherwise` if not pooled."""
    if isinstance(result, NotPooled):
        return otherwise
    if result.k == 1:
        return "cannot be estimated from one study"
    q = f"Q = {number_text(result.q, 1)} on {result.k - 1} df, {p_text(result.q_p)}"
    return f"tau² = {number_text(result.tau2, 3)}, I² = {number_text(result.i2, 0)}%, {q}"


def _interval(result: PooledEffect, interval: Interval) -> str:
    scale = scale_of(result.measure)
    lb, ub = scale.back(np.array(interval))
    return interval_text(Interval(float(lb), float(ub)), scale.digits, percent=scale.percent)
