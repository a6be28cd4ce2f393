"""Effects, counts and numbers needed to treat as entries of :mod:`evidence.results`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.effects import escalc
from evidence.interval import Interval
from evidence.nnt import NNT, nnt, nnt_at, nnt_from_rd
from evidence.pooling import PooledEffect, pool
from evidence.results import PERCENT, Entries, count, number, share, shares, truth, within, word
from evidence.riskdiff import risk_difference_ci
from evidence.scales import scale_of
from evidence.synthesis import NotPooled

POINTS = "percentage points"
#: Unit of the measures that have one of their own; the others have that of the outcome.
UNITS = {
    **dict.fromkeys(("PR", "PLN", "PLO", "PAS"), PERCENT),
    "RD": POINTS,
    **dict.fromkeys(("RR", "OR", "ROM"), "ratio"),
    **dict.fromkeys(("SMD", "SMCC"), "standard deviations"),
    "ZCOR": "correlation",
}
#: Columns that say what a row is about.
LABELS = ("label", "treatment", "drug", "control", "time")
COUNTS = ["event_e", "n_e", "event_c", "n_c"]
PEOPLE = "people to treat, above 0 for one more to benefit, below 0 for one more to be harmed"


def pooled(result: PooledEffect | NotPooled, meaning: str, unit: str = "") -> Entries:
    """Return a pooled effect with its intervals and heterogeneity, or why there is none.

    Parameters
    ----------
    result : PooledEffect or NotPooled
        Where nothing was pooled, `_not_pooled` is the reason and every number but `_k` None.
    meaning : str
        What was pooled.
    unit : str
        Of the outcome; used where the measure has no unit of its own.

    Returns
    -------
    dict of str to Entry
        Estimate and intervals on the scale shown, back from a log or logit scale; `_tau2` is the
        variance on the scale of the analysis. Nothing of heterogeneity is known from one study.
    """
    fit = result if isinstance(result, PooledEffect) else None
    spread = fit if fit and fit.k > 1 else None
    reason = result.reason if isinstance(result, NotPooled) else None
    scale, shown = scale_of(result.measure), UNITS.get(result.measure, unit)
    pi_lb, pi_ub = _back(result.measure, (fit and fit.pi) or (None, None))
    parts = {
        "_not_pooled": word(reason, "why it is not pooled"),
        "_measure": word(scale.short, "measure"),
        "_k": count(result.k, "studies", "studies"),
        **_effect(result.measure, (fit.estimate, *fit.ci) if fit else (None,) * 3, shown),
        "_pi_lb": number(pi_lb, "lower prediction bound", shown),
        "_pi_ub": number(pi_ub, "upper prediction bound", shown),
        "_p": number(fit.p if fit and scale.null is not None else None, "no effect", "p value"),
        "_tau2": number(
            getattr(spread, "tau2", None), "tau2", "variance on the scale of the analysis"
        ),
        "_i2": number(getattr(spread, "i2", None), "I2", PERCENT),
        "_q": number(getattr(spread, "q", None), "Cochran's Q", "chi-squared"),
        "_q_df": count(spread.k - 1 if spread else None, "Cochran's Q", "degrees of freedom"),
        "_q_p": number(getattr(spread, "q_p", None), "Cochran's Q", "p value"),
    }
    return within(meaning, parts)


def estimated(
    row: Mapping[str, Any], meaning: str, unit: str = "", measure: str = "GEN"
) -> Entries:
    """Return `estimate, ci_lb, ci_ub` of a row; as they stand, unless `measure` names a scale."""
    values = [row[name] for name in ("estimate", "ci_lb", "ci_ub")]
    return within(meaning, _effect(measure, values, UNITS.get(measure, unit)))


def counted(rows: pd.DataFrame, meaning: str, unit: str = "people") -> Entries:
    """Return count, share and interval of the one row of `rows`; None unless it is one.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `event, n`, and `ci_lb, ci_ub` (shares, 0 to 1) where the share has an interval.
    meaning, unit : str
        What was counted, and in what.
    """
    row = _one(rows)
    parts = _labels(rows, row) | _counts(row, unit=unit)
    if "ci_lb" in rows:
        bounds = Interval(row["ci_lb"], row["ci_ub"]) if row else None
        parts["_ci"] = shares(bounds, "share")
    return within(meaning, parts)


def comparison(rows: pd.DataFrame, meaning: str, unit: str = "") -> Entries:
    """Return the effect and the counts of the one comparison of `rows`; None unless it is one.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `measure, yi, ci_lb, ci_ub` on the scale of the measure, and the counts of both arms,
        missing where it has none.
    meaning : str
        What was compared.
    unit : str
        Of the outcome; used where the measure has no unit of its own.

    Returns
    -------
    dict of str to Entry
        Effect on the scale shown; `_k` is the number of rows.
    """
    row = _one(rows)
    measure = str(row.get("measure", "GEN"))
    parts = _labels(rows, row) | {"_k": count(len(rows), "rows", "comparisons")}
    parts["_measure"] = word(scale_of(measure).short if row else None, "measure")
    values = [row.get(name) for name in ("yi", "ci_lb", "ci_ub")]
    parts |= _effect(measure, values, UNITS.get(measure, unit))
    return within(meaning, parts | _counts(row, "_e", "drug, ") | _counts(row, "_c", "control, "))


def benefit(value: NNT | None, meaning: str) -> Entries:
    """Return an absolute benefit and the number needed to treat that is a view of it.

    Parameters
    ----------
    value : NNT or None
        None where there is no such number: all values are None.
    meaning : str
        Of what.

    Returns
    -------
    dict of str to Entry
        `_nnt, _nnt_lb, _nnt_ub` have a sign: above 0 an NNTB, below 0 an NNTH; None is an
        infinite one where `_benefit` is a number. `_nnt_lb` and `_nnt_ub` stand in the order in
        which they are read, through infinity where `_nnt_through_infinity` is true.
    """
    rd, ci, risk = (value.rd, value.ci, value.baseline_risk) if value else (None, None, None)
    first, last = value.bounds if value else (None, None)
    crosses = value.through_infinity if value else None
    parts = {
        "_benefit": share(rd, "absolute benefit"),
        "_benefit_ci": shares(ci, "absolute benefit"),
        "_baseline_risk": share(risk, "event under control"),
        "_nnt": number(1 / rd if rd else None, "NNT", PEOPLE),
        "_nnt_lb": number(first, "NNT, bound read first", PEOPLE),
        "_nnt_ub": number(last, "NNT, bound read last", PEOPLE),
        "_nnt_through_infinity": truth(crosses, "NNT, whether its interval passes infinity"),
    }
    found = within(meaning, parts)
    points = [key for key in found if key.startswith("_benefit")]
    return found | {key: replace(found[key], unit=POINTS) for key in points}


def trial(rows: pd.DataFrame, meaning: str, level: float = 95.0) -> Entries:
    """Return the one comparison of `rows` with its absolute benefit; see `nnt_of` for `level`."""
    return comparison(rows, meaning) | benefit(nnt_of(rows, level), meaning)


def treatment(rows: pd.DataFrame, meaning: str) -> Entries:
    """Return what the one row of `rows` is about, with its absolute benefit."""
    about = within(meaning, _labels(rows, _one(rows)))
    return about | benefit(nnt_of(rows), meaning)


def nnt_of(rows: pd.DataFrame, level: float = 95.0) -> NNT | None:
    """Return the number needed to treat of the one row of `rows`; None where it has none.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `benefit, benefit_lb, benefit_ub`; or with `outcome` and the counts of both arms, from
        which comes Newcombe's interval; or with `outcome` and a risk difference in `yi`.
    level : float
        Of Newcombe's interval, percent.
    """
    row = _one(rows)
    found = _nnt_of(row, level) if row else None
    return replace(found, baseline_risk=_baseline_risk(row)) if found else None


def _nnt_of(row: Mapping[str, Any], level: float) -> NNT | None:
    if "benefit" in row:
        rd, lb, ub = (float(row[name]) for name in ("benefit", "benefit_lb", "benefit_ub"))
        return None if np.isnan(rd) else NNT(rd, Interval(lb, ub))
    better = load("outcomes").set_index("outcome")["better"][row["outcome"]]
    if pd.notna([row[name] for name in COUNTS]).all():
        e, n_e, c, n_c = (int(row[name]) for name in COUNTS)
        ci = risk_difference_ci(e, n_e, c, n_c, "newcombe", level)
        return nnt_from_rd(e / n_e - c / n_c, ci, better, level=level)
    if row["measure"] != "RD":
        return None
    return nnt_from_rd(row["yi"], (row["ci_lb"], row["ci_ub"]), better, level=level)


def _baseline_risk(row: Mapping[str, Any]) -> float | None:
    """Return the share with the event under control, counted or printed; None if neither is."""
    if pd.notna([row["event_c"], row["n_c"]]).all():
        return float(row["event_c"] / row["n_c"])
    printed = row.get("risk_c_pct")
    return None if printed is None or pd.isna(printed) else float(printed) / 100


def nnt_pooled(
    rows: pd.DataFrame, result: PooledEffect | NotPooled, better: str, level: float = 95.0
) -> NNT | None:
    """Return the number needed to treat of a pooled result, or of the one row behind it.

    Parameters
    ----------
    rows : pandas.DataFrame
        Comparisons that were pooled.
    result : PooledEffect or NotPooled
        An RD gives the number as it is, an RR or OR at the share with the event under control in
        `rows` (Cochrane Handbook 6, 15.4.4).
    better : {"higher", "lower"}
    level : float
        As for :func:`nnt_of`.

    Returns
    -------
    NNT or None
        None where nothing was pooled that has one, or where a risk ratio would carry that share
        above 1.
    """
    if len(rows) == 1:
        return nnt_of(rows, level)
    if isinstance(result, NotPooled) or result.measure not in ("RD", "RR", "OR"):
        return None
    risk = control_risk(rows)
    if result.measure == "RD":
        return replace(nnt(result, better), baseline_risk=None if np.isnan(risk) else risk)
    return _nnt_at(result, risk, better)


def nnt_at_risk(rows: pd.DataFrame, risk: float, better: str, level: float = 95.0) -> NNT | None:
    """Return what the risk ratio of the one row of `rows` would mean at another share (0 to 1).

    None where it is no one row with counts, or where the ratio cannot hold at that share.
    """
    if len(rows) != 1 or rows[COUNTS].isna().any(axis=None):
        return None
    return _nnt_at(pool(escalc(rows, "RR"), level=level), risk, better)


def control_risk(rows: pd.DataFrame) -> float:
    """Return the share with the event under control in all rows together; NaN without counts."""
    known = rows.dropna(subset=["event_c", "n_c"])
    return float(known["event_c"].sum() / known["n_c"].sum()) if len(known) else float("nan")


def _nnt_at(fit: PooledEffect, risk: float, better: str) -> NNT | None:
    if not 0 < risk < 1 or (fit.measure == "RR" and exp(fit.estimate) * risk > 1):
        return None
    return nnt_at(fit, risk, better)


def _one(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the one row by column; empty unless it is one."""
    return {str(key): value for key, value in rows.iloc[0].items()} if len(rows) == 1 else {}


def _labels(rows: pd.DataFrame, row: Mapping[str, Any]) -> dict[str, Entries]:
    return {f"_{name}": word(row.get(name), name) for name in LABELS if name in rows}


def _counts(row: Any, side: str = "", of: str = "", unit: str = "people") -> dict[str, Entries]:
    event, n = row.get(f"event{side}"), row.get(f"n{side}")
    known = not (pd.isna(event) or pd.isna(n))
    return {
        f"_event{side}": count(event, f"{of}with the event", unit),
        f"_n{side}": count(n, f"{of}{unit}", unit),
        f"_share{side}": share(event / n if known and n else None, f"{of}share with the event"),
    }


def _effect(measure: str, values: Iterable[Any], unit: str) -> dict[str, Entries]:
    estimate, lb, ub = _back(measure, values)
    return {
        "_estimate": number(estimate, "estimate", unit),
        "_ci_lb": number(lb, "lower bound", unit),
        "_ci_ub": number(ub, "upper bound", unit),
    }


def _back(measure: str, values: Iterable[Any]) -> list[float]:
    """Return values on the scale shown; what is missing is NaN."""
    known = np.array([np.nan if pd.isna(value) else value for value in values], dtype=float)
    scale = scale_of(measure)
    return [float(value) for value in scale.back(known) * (100 if scale.percent else 1)]
