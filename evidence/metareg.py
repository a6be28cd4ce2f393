"""Meta-regression on one or more moderators, and subgroups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc

from evidence.checks import check_choice, check_level
from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Floats, read_column
from evidence.fits import critical_value, p_value, ratio
from evidence.metareg_tau2 import make_contrasts, residual_tau2
from evidence.tau2 import TAU2

REGRESSION_TESTS = ("z", "knha", "adhoc")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """A meta-regression, on the scale of `yi`.

    Attributes
    ----------
    measure, method, test : str
    level : float
        Percent.
    k, df : int
        Studies, and studies less coefficients.
    coefficients : DataFrame
        A row a term (its index): `estimate`, `se`, `statistic`, `p`, `ci_lb`, `ci_ub`.
    vcov : ndarray, shape (p, p)
        Variances and covariances of the coefficients.
    tau2 : float
        Between-study variance the moderators leave.
    i2, h2 : float
        Of what the moderators leave; I2 in percent.
    r2 : float or None
        Share of tau2 the moderators account for, percent, not below 0; None under EE, without an
        intercept, and where there was no tau2 to account for.
    q, q_p : float
        Residual heterogeneity, chi-squared with `df` degrees of freedom.
    q_m, q_m_p : float
        Test of all coefficients but the intercept (of all, if there is none): chi-squared under
        `z`; else F with `q_m_df` and `df` degrees of freedom.
    q_m_df : int
    """

    measure: str
    method: str
    test: str
    level: float
    k: int
    df: int
    coefficients: pd.DataFrame
    vcov: Floats
    tau2: float
    i2: float
    h2: float
    r2: float | None
    q: float
    q_p: float
    q_m: float
    q_m_df: int
    q_m_p: float


def metareg(
    effects: pd.DataFrame,
    moderators: str | Sequence[str],
    *,
    intercept: bool = True,
    method: str = "REML",
    test: str = "knha",
    level: float = 95.0,
) -> MetaRegression:
    """Regress the effects on moderators.

    Parameters
    ----------
    effects : DataFrame
        As `escalc` makes them, with the columns of the moderators.
    moderators : str or sequence of str
        Columns. Numbers enter as they are; text, categories and booleans as 0/1 terms for each
        level but the first (sorted; a category's own order), or for every level of the first
        such moderator if there is no intercept.
    intercept : bool
    method : str
        As for `evidence.pooling.pool`.
    test : str
        z, knha or adhoc; the `hybrid` of one interval has no counterpart here.
    level : float
        Percent.

    Returns
    -------
    MetaRegression

    Raises
    ------
    ValueError
        Unknown argument values, an empty or missing moderator (column and row are named), a
        moderator that is constant or a combination of others, or not more studies than
        coefficients.

    Notes
    -----
    Equals ``metafor::rma(yi, vi, mods=)``, in which `q_m` under `knha` is the F statistic as
    well. Moderators compare studies, not patients: such findings are observational.

    References
    ----------
    .. [1] Knapp G, Hartung J (2003). Improved tests for a random effects meta-regression with a
       single covariate. Statistics in Medicine 22(17):2693-2710. doi:10.1002/sim.1482
    """
    check_choice("method", method, TAU2)
    check_choice("test", test, REGRESSION_TESTS)
    check_level(level)
    yi, vi = read_effects(effects)
    design = make_design(effects, moderators, intercept=intercept)
    x, df = design.to_numpy(), len(yi) - design.shape[1]
    tau2 = residual_tau2(yi, vi, x, method)
    beta, vcov = _weighted_fit(yi, vi + tau2, x, df, test)
    tested = slice(int(intercept), None)
    q_m, q_m_p = _test_all(beta[tested], vcov[tested, tested], df, test)
    q, i2, h2 = _residual_heterogeneity(yi, vi, x, tau2, method)
    return MetaRegression(
        measure=read_measure(effects),
        method=method,
        test=test,
        level=float(level),
        k=len(yi),
        df=df,
        coefficients=_coefficients(list(design), beta, vcov, df, test, level),
        vcov=vcov,
        tau2=tau2,
        i2=i2,
        h2=h2,
        r2=_r2(yi, vi, tau2, method) if intercept else None,
        q=q,
        q_p=float(chdtrc(df, q)),
        q_m=q_m,
        q_m_df=len(beta[tested]),
        q_m_p=q_m_p,
    )


def make_design(
    effects: pd.DataFrame, moderators: str | Sequence[str], *, intercept: bool
) -> pd.DataFrame:
    """Return the design matrix, a column a term, as R's ``model.matrix`` codes it."""
    names = [moderators] if isinstance(moderators, str) else list(moderators)
    terms: dict[str, Floats] = {"intercept": np.ones(len(effects))} if intercept else {}
    whole = not intercept
    for name in names:
        if name in effects and not _is_number(effects[name]):
            if effects[name].isna().any():
                raise ValueError(f"{name} must not be empty; it is in {_rows(effects, name)}")
            levels = pd.Categorical(effects[name]).remove_unused_categories()
            for code, label in enumerate(levels.categories):
                if code or whole:
                    terms[f"{name}[{label}]"] = (levels.codes == code).astype(float)
            whole = False
        else:
            terms[name] = read_column(effects, name)
    design = pd.DataFrame(terms, index=effects.index)
    _check_rank(design.to_numpy(), names)
    return design


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _rows(effects: pd.DataFrame, name: str) -> str:
    return ", ".join(f"row {label}" for label in effects.index[effects[name].isna()])


def _check_rank(x: Floats, moderators: list[str]) -> None:
    if not moderators:
        raise ValueError("moderators must name one column or more; got none")
    if x.shape[1] >= len(x):
        raise ValueError(
            f"{x.shape[1]} coefficients need {x.shape[1] + 1} studies or more; got {len(x)}"
        )
    if np.linalg.matrix_rank(x / np.maximum(np.abs(x).max(axis=0), 1e-300)) < x.shape[1]:
        raise ValueError(
            f"moderators must vary and must not determine each other; got {', '.join(moderators)}"
        )


def _weighted_fit(
    y: Floats, variance: Floats, x: Floats, df: int, test: str
) -> tuple[Floats, Floats]:
    """Return coefficients and their covariances under `test`."""
    root = 1 / np.sqrt(variance)
    orthogonal, upper = np.linalg.qr(x * root[:, None])
    beta = np.linalg.solve(upper, orthogonal.T @ (y * root))
    inverse = np.linalg.solve(upper, np.eye(len(upper)))
    factor = 1.0
    if test != "z":
        factor = float(np.sum((y - x @ beta) ** 2 / variance)) / df
        factor = max(factor, 1.0) if test == "adhoc" else factor
    return beta, factor * (inverse @ inverse.T)


def _residual_heterogeneity(
    y: Floats, v: Floats, x: Floats, tau2: float, method: str
) -> tuple[float, float, float]:
    """Return residual Q, I2 (percent) and H2, from tau2, but under EE from Q."""
    contrasts = make_contrasts(y, v, x)
    q, df = float(contrasts.q_and_fall(np.zeros(1))[0][0]), len(contrasts.z)
    if method == "EE":
        return q, 100 * max(0.0, q - df) / q if q else 0.0, q / df
    typical = df / float(np.sum(1 / contrasts.lam))
    return q, 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _test_all(beta: Floats, vcov: Floats, df: int, test: str) -> tuple[float, float]:
    statistic = float(beta @ np.linalg.solve(vcov, beta))
    if test == "z":
        return statistic, float(chdtrc(len(beta), statistic))
    return statistic / len(beta), float(fdtrc(len(beta), df, statistic / len(beta)))


def _coefficients(
    names: list[str], beta: Floats, vcov: Floats, df: int, test: str, level: float
) -> pd.DataFrame:
    se, t_df = np.sqrt(np.diag(vcov)), np.inf if test == "z" else df
    half = critical_value(t_df, level) * se
    statistic = ratio(beta, se)
    p = p_value(statistic, np.full(len(beta), float(t_df)))
    columns = {"estimate": beta, "se": se, "statistic": statistic, "p": p}
    columns |= {"ci_lb": beta - half, "ci_ub": beta + half}
    return pd.DataFrame(columns, index=pd.Index(names, name="term"))


def _r2(y: Floats, v: Floats, tau2: float, method: str) -> float | None:
    before = residual_tau2(y, v, np.ones((len(y), 1)), method)
    return 100 * max(0.0, 1 - tau2 / before) if before > 0 else None
