"""Mantel-Haenszel and Peto: pooling tables instead of effects, for sparse data."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from evidence.checks import check_choice, check_level
from evidence.effects import escalc
from evidence.effects_columns import Floats, read_events
from evidence.interval import Interval
from evidence.pooling import PooledEffect


@dataclass(frozen=True, slots=True)
class Tables:
    """The 2x2 tables of k studies: events and sizes of both arms, and the total."""

    a: Floats
    n_e: Floats
    c: Floats
    n_c: Floats
    n: Floats


def read_tables(frame: pd.DataFrame) -> Tables:
    """Return the tables of `event_e, n_e, event_c, n_c`; see `escalc` for what is refused."""
    if not len(frame):
        raise ValueError("no study to pool: the frame must have at least one row, got 0")
    a, n_e = read_events(frame, "event_e", "n_e")
    c, n_c = read_events(frame, "event_c", "n_c")
    return Tables(a, n_e, c, n_c, n_e + n_c)


def mantel_haenszel(
    frame: pd.DataFrame, measure: str = "OR", *, level: float = 95.0
) -> PooledEffect:
    """Pool 2x2 tables by Mantel & Haenszel: equal effects, no correction of zero cells.

    Parameters
    ----------
    frame : DataFrame
        Columns `event_e, n_e, event_c, n_c`.
    measure : str
        OR (variance of Robins, Breslow & Greenland), RR (Greenland & Robins) or RD (Sato).
    level : float
        Percent.

    Returns
    -------
    PooledEffect
        On the log scale for OR and RR; `method` "MH", `test` "z", tau2 0, no prediction interval.
        `k` counts all studies. `q` compares the studies' effects, made with 1/2 added to zero
        cells and without studies that have no event (or only events) in both arms; `i2` and
        `h2` come from it.

    Raises
    ------
    ValueError
        Unusable counts (column and row are named), or so few events that the measure has no
        estimate or no variance.

    Notes
    -----
    Equals ``metafor::rma.mh`` with its defaults (1/2 added for `q` only). Where metafor returns
    NA, this raises.

    References
    ----------
    .. [1] Greenland S, Robins JM (1985). Estimation of a common effect parameter from sparse
       follow-up data. Biometrics 41(1):55-68. doi:10.2307/2530643
    .. [2] Robins J, Breslow N, Greenland S (1986). Estimators of the Mantel-Haenszel variance
       consistent in both sparse data and large-strata limiting models. Biometrics 42(2):311-323.
       doi:10.2307/2531052
    .. [3] Sato T (1989). On the variance estimator for the Mantel-Haenszel risk difference.
       Biometrics 45(4):1323-1324.
    """
    check_choice("measure", measure, POOLERS)
    check_level(level)
    estimate, variance = POOLERS[measure](read_tables(frame))
    if not (np.isfinite(estimate) and variance > 0):
        raise ValueError(f"too few events for a Mantel-Haenszel {measure}: it has no variance")
    effects = escalc(frame, measure, drop00=True).dropna(subset=["yi"])
    q = float(np.sum((effects["yi"] - estimate) ** 2 / effects["vi"]))
    return _result(measure, "MH", level, len(frame), estimate, variance, q, len(effects))


def _mh_or(t: Tables) -> tuple[float, float]:
    b, d = t.n_e - t.a, t.n_c - t.c
    p, q, r, s = (t.a + d) / t.n, (b + t.c) / t.n, t.a * d / t.n, b * t.c / t.n
    big_r, big_s = r.sum(), s.sum()
    if big_r == 0 or big_s == 0:
        return np.nan, np.nan
    crossed = np.sum(p * s + q * r) / (big_r * big_s)
    variance = (np.sum(p * r) / big_r**2 + crossed + np.sum(q * s) / big_s**2) / 2
    return float(np.log(big_r / big_s)), float(variance)


def _mh_rr(t: Tables) -> tuple[float, float]:
    r, s = np.sum(t.a * t.n_c / t.n), np.sum(t.c * t.n_e / t.n)
    if r == 0 or s == 0:
        return np.nan, np.nan
    spread = np.sum(t.n_e * t.n_c * (t.a + t.c) / t.n**2 - t.a * t.c / t.n)
    return float(np.log(r / s)), float(spread / (r * s))


def _mh_rd(t: Tables) -> tuple[float, float]:
    e, c = t.n_e / t.n, t.n_c / t.n
    weight = np.sum(t.n_e * c)
    estimate = np.sum(t.a * c - t.c * e) / weight
    p = np.sum(t.c * e**2 - t.a * c**2 + e * c * (t.n_c - t.n_e) / 2)
    q = np.sum(t.a * (t.n_c - t.c) / t.n + t.c * (t.n_e - t.a) / t.n) / 2
    return float(estimate), float((estimate * p + q) / weight**2)


POOLERS = {"OR": _mh_or, "RR": _mh_rr, "RD": _mh_rd}


def _hypergeometric(t: Tables) -> tuple[Floats, Floats]:
    """Return events less expected events in the experimental arm, and their variance."""
    events = t.a + t.c
    spread = events * (t.n - events) * t.n_e * t.n_c / t.n**2
    variance: Floats = spread / np.maximum(t.n - 1, 1)
    return t.a - events * t.n_e / t.n, variance


def peto(frame: pd.DataFrame, *, level: float = 95.0) -> PooledEffect:
    """Pool odds ratios by Peto's one-step method: for rare events and arms of like size.

    Parameters
    ----------
    frame : DataFrame
        Columns `event_e, n_e, event_c, n_c`.
    level : float
        Percent.

    Returns
    -------
    PooledEffect
        Log odds ratio; `method` "PETO", `test` "z". Studies without events, or with only
        events, tell nothing and count in `k` alone.

    Raises
    ------
    ValueError
        One of the two outcomes never occurs.

    Notes
    -----
    Equals ``metafor::rma.peto``.

    References
    ----------
    .. [1] Yusuf S et al. (1985). Beta blockade during and after myocardial infarction: An
       overview of the randomized trials. Progress in Cardiovascular Diseases 27(5):335-371.
       doi:10.1016/S0033-0620(85)80003-7
    """
    check_level(level)
    excess, variance = _hypergeometric(read_tables(frame))
    total = float(variance.sum())
    if total == 0:
        raise ValueError("Peto's method needs studies in which both outcomes occur; got none")
    told = variance > 0
    parts = np.sum(excess[told] ** 2 / variance[told])
    q = max(0.0, float(parts - excess.sum() ** 2 / total))
    estimate = float(excess.sum() / total)
    return _result("OR", "PETO", level, len(frame), estimate, 1 / total, q, int(told.sum()))


def _result(
    measure: str,
    method: str,
    level: float,
    k: int,
    estimate: float,
    variance: float,
    q: float,
    k_q: int,
) -> PooledEffect:
    se, several = variance**0.5, k_q > 1
    half = float(ndtri((1 + level / 100) / 2)) * se
    i2 = 100 * max(0.0, q - (k_q - 1)) / q if several and q > 0 else 0.0
    return PooledEffect(
        measure=measure,
        method=method,
        test="z",
        level=float(level),
        k=k,
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        df=None,
        p=float(2 * ndtr(-abs(estimate / se))),
        ci=Interval(estimate - half, estimate + half),
        pi=None,
        tau2=0.0,
        tau2_ci=None,
        i2=i2,
        i2_ci=None,
        i2_q=i2,
        h2=q / (k_q - 1) if several else 1.0,
        q=q,
        q_p=float(chdtrc(k_q - 1, q)) if several else 1.0,
    )


@dataclass(frozen=True, slots=True)
class StratifiedTest:
    """Tests over the strata of 2x2 tables.

    Attributes
    ----------
    cmh, cmh_p : float
        Cochran-Mantel-Haenszel chi-squared (1 df) of no association in any study.
    tarone, tarone_p : float
        Tarone's chi-squared (k - 1 df) of one odds ratio in all studies; NaN where fewer than
        two studies have both outcomes.
    k : int
        Studies in which both outcomes occur.
    """

    cmh: float
    cmh_p: float
    tarone: float
    tarone_p: float
    k: int


def cmh_test(frame: pd.DataFrame, *, correct: bool = True) -> StratifiedTest:
    """Test association, and homogeneity of odds ratios, across the studies' 2x2 tables.

    Parameters
    ----------
    frame : DataFrame
        Columns `event_e, n_e, event_c, n_c`.
    correct : bool
        Take 1/2 off for continuity in `cmh`.

    Notes
    -----
    Equals `MH` and `TA` of ``metafor::rma.mh(measure="OR")``.

    References
    ----------
    .. [1] Tarone RE (1985). On heterogeneity tests based on efficient scores. Biometrika
       72(1):91-95. doi:10.1093/biomet/72.1.91
    """
    t = read_tables(frame)
    excess, variance = _hypergeometric(t)
    if not variance.sum() > 0:
        raise ValueError("the tests need studies in which both outcomes occur; got none")
    cmh = float((abs(excess.sum()) - correct / 2) ** 2 / variance.sum())
    told = variance > 0
    tarone, k = _tarone(Tables(t.a[told], t.n_e[told], t.c[told], t.n_c[told], t.n[told]))
    tarone_p = float(chdtrc(k - 1, tarone)) if k > 1 else np.nan
    return StratifiedTest(cmh, float(chdtrc(1, cmh)), tarone, tarone_p, k)


def _tarone(t: Tables) -> tuple[float, int]:
    """Return Tarone's statistic at the Mantel-Haenszel odds ratio, and the studies used."""
    log_or, _ = _mh_or(t)
    if not np.isfinite(log_or) or len(t.a) < 2:
        return np.nan, len(t.a)
    ratio, events = np.exp(log_or), t.a + t.c
    linear = ratio * (t.n_e + events) + t.n_c - events
    # The root of a quadratic in the form that has no 0 / 0 at an odds ratio of 1.
    root = np.sqrt(linear**2 - 4 * t.n_e * events * ratio * (ratio - 1))
    fitted = 2 * t.n_e * events * ratio / (linear + root)
    cells = (fitted, t.n_e - fitted, events - fitted, t.n_c - events + fitted)
    variance = 1 / sum(1 / cell for cell in cells)
    off = t.a - fitted
    return max(0.0, float(np.sum(off**2 / variance) - off.sum() ** 2 / variance.sum())), len(t.a)
