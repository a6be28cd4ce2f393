"""How much single studies matter: leave-one-out, cumulative pooling, influence."""

import numpy as np
import pandas as pd
from scipy.special import chdtr

from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Floats
from evidence.fits import FitArrays, fit_arrays

#: Columns of every table of fits, in this order.
FIT_COLUMNS = (
    *("k", "estimate", "se", "statistic", "p", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "i2", "h2", "q", "q_p"),
)


def fits_table(fit: FitArrays) -> pd.DataFrame:
    """Return fits as rows, on the scale of `yi`; `pi_lb`, `pi_ub` are NaN where there is none."""
    table = pd.DataFrame({name: getattr(fit, name) for name in FIT_COLUMNS})
    return table.astype({"k": int})


def leave_one_out(
    effects: pd.DataFrame, *, method: str = "REML", test: str = "hybrid", level: float = 95.0
) -> pd.DataFrame:
    """Return the pooled effect without each study in turn.

    Parameters
    ----------
    effects : DataFrame
        Two studies or more, as `escalc` makes them.
    method, test, level
        As for `evidence.pooling.pool`.

    Returns
    -------
    DataFrame
        A row for each study left out, with the index of `effects` and its `study` (where it has
        one); columns `FIT_COLUMNS`. With two studies each row is the other study.

    Notes
    -----
    Equals ``metafor::leave1out``.
    """
    yi, vi = _several(effects)
    mask = ~np.eye(len(yi), dtype=bool)
    return _labelled(effects, fit_arrays(yi, vi, mask, method=method, test=test, level=level))


def cumulative(
    effects: pd.DataFrame,
    *,
    order: str | None = None,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the pooled effect as studies are added one by one.

    Parameters
    ----------
    effects : DataFrame
        As `escalc` makes them.
    order : str, optional
        Column to sort by first (such as `year`), ties in the order of the rows; without it, the
        order of the rows.
    method, test, level
        As for `evidence.pooling.pool`.

    Returns
    -------
    DataFrame
        As for `leave_one_out`; the first row is the first study alone.

    Raises
    ------
    ValueError
        `order` is no column, or has empty values.

    Notes
    -----
    Equals ``metafor::cumul``.
    """
    if order is not None:
        if order not in effects or effects[order].isna().any():
            raise ValueError(f"order must be a column without empty values; got {order!r}")
        effects = effects.sort_values(order, kind="stable")
    yi, vi = read_effects(effects)
    read_measure(effects)
    mask = np.tri(len(yi), dtype=bool)
    return _labelled(effects, fit_arrays(yi, vi, mask, method=method, test=test, level=level))


def influence(
    effects: pd.DataFrame, *, method: str = "REML", test: str = "z", level: float = 95.0
) -> pd.DataFrame:
    """Return what each study does to the pooled effect.

    Parameters
    ----------
    effects : DataFrame
        Two studies or more, as `escalc` makes them.
    method, test, level
        As for `evidence.pooling.pool`; `level` matters for `hybrid` alone.

    Returns
    -------
    DataFrame
        A row a study: `rstudent` externally standardised residual; `dffits` and `dfbetas`
        change of the pooled effect in standard errors, with the hat value and tau2 of the rest;
        `cooks` Cook's distance; `cov_r` ratio of the variances without and with the study;
        `tau2_del`, `q_del` without it; `hat` its share of the weight, `weight_pct` the same in
        percent; `influential` by metafor's rule: abs(dffits) > 3 sqrt(1 / (k - 1)), or the lower
        tail of chi-squared (1 df) at `cooks` > 0.5, or hat > 3 / k, or abs(dfbetas) > 1.

    Notes
    -----
    Equals ``metafor::influence.rma.uni`` (whose names are `cook.d`, `cov.r`, `tau2.del`,
    `QE.del`).

    References
    ----------
    .. [1] Viechtbauer W, Cheung MW-L (2010). Outlier and influence diagnostics for
       meta-analysis. Research Synthesis Methods 1(2):112-125. doi:10.1002/jrsm.11
    """
    yi, vi = _several(effects)
    k = len(yi)
    full = fit_arrays(yi, vi, method=method, test=test, level=level)
    rest = fit_arrays(yi, vi, ~np.eye(k, dtype=bool), method=method, test=test, level=level)
    w = 1 / (vi + full.tau2)
    hat = w / w.sum()
    # The factor that `test` puts on the variance of the rest: 1 under z.
    factor = (rest.se / rest.se_z) ** 2
    change = full.estimate - rest.estimate
    dffits = change / np.sqrt(factor * hat * (rest.tau2 + vi))
    dfbetas = change * np.sqrt((1 / (vi + rest.tau2[:, None])).sum(axis=1) / factor)
    cooks = change**2 / full.se**2
    influential = (np.abs(dffits) > 3 * np.sqrt(1 / (k - 1))) | (np.abs(dfbetas) > 1)
    influential |= (chdtr(1, cooks) > 0.5) | (hat > 3 / k)
    columns = {
        "rstudent": (yi - rest.estimate) / np.sqrt(factor * (vi + rest.tau2) + rest.se**2),
        "dffits": dffits,
        "cooks": cooks,
        "cov_r": rest.se**2 / full.se**2,
        "tau2_del": rest.tau2,
        "q_del": rest.q,
        "hat": hat,
        "weight_pct": 100 * hat,
        "dfbetas": dfbetas,
        "influential": influential,
    }
    return _with_study(effects, pd.DataFrame(columns, index=effects.index))


def _several(effects: pd.DataFrame) -> tuple[Floats, Floats]:
    yi, vi = read_effects(effects)
    read_measure(effects)
    if len(yi) < 2:
        raise ValueError(f"effects must have two studies or more to leave one out; got {len(yi)}")
    return yi, vi


def _labelled(effects: pd.DataFrame, fit: FitArrays) -> pd.DataFrame:
    return _with_study(effects, fits_table(fit).set_axis(effects.index, axis=0))


def _with_study(effects: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    if "study" in effects:
        table.insert(0, "study", effects["study"])
    return table
