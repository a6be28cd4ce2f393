"""Effects of continuous outcomes: MD, SMD, ROM; MC, SMCC; ZCOR."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import gammaln

from evidence.effects_columns import (
    Floats,
    read_column,
    read_correlation,
    read_positive,
    read_sd,
    refuse_rows,
)


def hedges_correction(df: Floats) -> Floats:
    r"""Return the exact small-sample factor of a standardised mean difference.

    .. math:: J(m) = \frac{\Gamma(m / 2)}{\sqrt{m / 2}\,\Gamma((m - 1) / 2)}

    Parameters
    ----------
    df : ndarray
        Degrees of freedom m of the standard deviation; above 1.

    Notes
    -----
    The exact factor, not the approximation 1 - 3 / (4 m - 1); metafor uses the exact one as well.

    References
    ----------
    .. [1] Hedges LV (1981). Distribution theory for Glass's estimator of effect size and related
       estimators. Journal of Educational Statistics 6(2):107-128. doi:10.3102/10769986006002107
    """
    factor: Floats = np.exp(gammaln(df / 2) - np.log(df / 2) / 2 - gammaln((df - 1) / 2))
    return factor


def _arms(frame: pd.DataFrame) -> tuple[Floats, ...]:
    mean_e, mean_c = read_column(frame, "mean_e"), read_column(frame, "mean_c")
    sd_e, sd_c = read_sd(frame, "sd_e"), read_sd(frame, "sd_c")
    n_e, n_c = read_positive(frame, ["n_e", "n_c"])
    return mean_e, sd_e, n_e, mean_c, sd_c, n_c


def mean_difference(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return MD: experimental minus control mean, in the unit of the outcome."""
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = _arms(frame)
    refuse_rows(frame, "sd_e", (sd_e == 0) & (sd_c == 0), "must not be 0 when sd_c is 0 too")
    return mean_e - mean_c, sd_e**2 / n_e + sd_c**2 / n_c


def standardised_mean_difference(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return SMD: Hedges' g, exact correction, large-sample variance (metafor's `vtype="LS"`)."""
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = _arms(frame)
    df = n_e + n_c - 2
    refuse_rows(frame, "n_e", df <= 1, "must make n_e + n_c at least 4 for an SMD")
    pooled_sd = np.sqrt(((n_e - 1) * sd_e**2 + (n_c - 1) * sd_c**2) / df)
    refuse_rows(frame, "sd_e", ~(pooled_sd > 0), "must leave a pooled SD above 0 for an SMD")
    yi = hedges_correction(df) * (mean_e - mean_c) / pooled_sd
    return yi, 1 / n_e + 1 / n_c + yi**2 / (2 * (n_e + n_c))


def ratio_of_means(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return ROM: the log of the ratio of means, without a bias correction.

    metafor from 5.0 on corrects the bias by default; 3.8, to which this is compared, does not.
    Means must have one sign (Friedrich et al. 2008, doi:10.1186/1471-2288-8-32).
    """
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = _arms(frame)
    for name, sd in (("sd_e", sd_e), ("sd_c", sd_c)):
        refuse_rows(frame, name, sd == 0, "must be above 0 for a ROM")
    worse = "mean_c" if np.any((mean_c <= 0) & (mean_e > 0)) else "mean_e"
    refuse_rows(
        frame,
        worse,
        (np.sign(mean_e) != np.sign(mean_c)) | (mean_e == 0),
        "must not be 0 and must have the sign of the other mean for a ROM",
    )
    return np.log(mean_e / mean_c), sd_e**2 / (n_e * mean_e**2) + sd_c**2 / (n_c * mean_c**2)


def _pairs(frame: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return mean change, variance of a change, and number of pairs."""
    change = read_column(frame, "mean_post") - read_column(frame, "mean_pre")
    sd_pre, sd_post = read_sd(frame, "sd_pre"), read_sd(frame, "sd_post")
    (n,), ri = read_positive(frame, ["n"]), read_correlation(frame, "ri")
    # The same as sd_pre² + sd_post² - 2 ri sd_pre sd_post, and never below zero by rounding.
    variance = (sd_post - sd_pre) ** 2 + 2 * (1 - ri) * sd_pre * sd_post
    rule = "must leave the change a variance above 0: not 1 with equal SDs, nor with SDs of 0"
    refuse_rows(frame, "ri", variance <= 0, rule)
    return change, variance, n


def mean_change(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return MC: mean after minus mean before, in the unit of the outcome."""
    change, variance, n = _pairs(frame)
    return change, variance / n


def standardised_mean_change(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return SMCC: mean change in SDs of the change, exact correction, variance `LS`."""
    change, variance, n = _pairs(frame)
    refuse_rows(frame, "n", n <= 2, "must be at least 3 for an SMCC")
    yi = hedges_correction(n - 1) * change / np.sqrt(variance)
    return yi, 1 / n + yi**2 / (2 * n)


def fisher_z(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return ZCOR: Fisher's z of a correlation, with variance 1 / (n - 3)."""
    ri = read_correlation(frame, "ri")
    (n,) = read_positive(frame, ["n"])
    refuse_rows(frame, "ri", np.abs(ri) == 1, "must be between -1 and 1, neither included")
    refuse_rows(frame, "n", n <= 3, "must be above 3 for a ZCOR")
    return np.arctanh(ri), 1 / (n - 3)


CONTINUOUS: dict[str, Callable[[pd.DataFrame], tuple[Floats, Floats]]] = {
    "MD": mean_difference,
    "SMD": standardised_mean_difference,
    "ROM": ratio_of_means,
    "MC": mean_change,
    "SMCC": standardised_mean_change,
    "ZCOR": fisher_z,
}
