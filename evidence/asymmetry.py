"""Small-study effects: Egger's regression test."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.effects import read_effects
from evidence.interval import Interval
from evidence.metareg import metareg

#: Below this the test is not advised: Sterne et al. 2011, doi:10.1136/bmj.d4002.
ENOUGH_STUDIES = 10

MODELS = ("lm", "rma")


@dataclass(frozen=True, slots=True, kw_only=True)
class EggerTest:
    """Egger's test of funnel plot asymmetry.

    Attributes
    ----------
    model : str
        "lm" or "rma".
    k : int
        Studies.
    slope, se : float
        Change of the effect with each unit of its standard error; 0 in a symmetric funnel.
    statistic, p : float
    df : float or None
        Degrees of freedom of t; None where the normal distribution was used.
    limit, limit_ci : float, Interval
        Effect expected of an infinitely large study, on the scale of `yi`.
    level : float
        Of `limit_ci`, percent.
    caution : str
        Why the result means little, in words; empty from ten studies on.
    """

    model: str
    k: int
    slope: float
    se: float
    statistic: float
    df: float | None
    p: float
    limit: float
    limit_ci: Interval
    level: float
    caution: str


def egger(
    effects: pd.DataFrame,
    *,
    model: str = "lm",
    method: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> EggerTest:
    """Test whether small studies have other effects than large ones.

    Parameters
    ----------
    effects : DataFrame
        Three studies or more, as `escalc` makes them.
    model : str
        ``"lm"``: Egger's regression of yi on its standard error, weighted by 1 / vi, with a
        dispersion factor and t with k - 2 degrees of freedom. ``"rma"``: a random-effects
        meta-regression on the standard error, with `method` and `test` (z, knha, adhoc), which
        ``"lm"`` ignores.
    level : float
        Percent.

    Returns
    -------
    EggerTest
        With a `caution` under ten studies, where chance and bias cannot be told apart.

    Raises
    ------
    ValueError
        Fewer than three studies, or standard errors that are all the same.

    Notes
    -----
    Equals ``metafor::regtest(predictor="sei")``. For odds ratios the test is biased, since the
    effect and its standard error are related (Sterne et al. 2011).

    References
    ----------
    .. [1] Egger M, Davey Smith G, Schneider M, Minder C (1997). Bias in meta-analysis detected by
       a simple, graphical test. BMJ 315(7109):629-634. doi:10.1136/bmj.315.7109.629
    """
    check_choice("model", model, MODELS)
    yi, vi = read_effects(effects)
    if len(yi) < 3:
        raise ValueError(f"Egger's test needs three studies or more; got {len(yi)}")
    sei = np.sqrt(vi)
    if np.ptp(sei) <= 1e-12 * sei.max():
        raise ValueError(f"Egger's test needs standard errors that differ; all are {sei[0]:g}")
    if model == "lm":
        method, test = "EE", "knha"
    frame = pd.DataFrame({"yi": yi, "vi": vi, "sei": sei})
    fit = metareg(frame, "sei", method=method, test=test, level=level)
    slope, limit = fit.coefficients.loc["sei"], fit.coefficients.loc["intercept"]
    return EggerTest(
        model=model,
        k=fit.k,
        slope=float(slope["estimate"]),
        se=float(slope["se"]),
        statistic=float(slope["statistic"]),
        df=None if test == "z" else float(fit.df),
        p=float(slope["p"]),
        limit=float(limit["estimate"]),
        limit_ci=Interval(float(limit["ci_lb"]), float(limit["ci_ub"])),
        level=float(level),
        caution=_caution(fit.k),
    )


def _caution(k: int) -> str:
    if k >= ENOUGH_STUDIES:
        return ""
    return f"{k} studies are too few: under {ENOUGH_STUDIES} this test means little either way."
