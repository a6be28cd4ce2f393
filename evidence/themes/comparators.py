"""Numbers needed to treat beside each other: as printed, from counts, and at a stated risk.

Everything here is a view of a risk difference; benefit is above 0 whichever way the event counts.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.audit.pvalues import fisher_p as fisher_p
from evidence.audit.reconstruction import counts_behind as counts_behind
from evidence.checks import check_choice
from evidence.data import load
from evidence.effects import escalc, study_intervals
from evidence.interval import Interval
from evidence.nnt import NNT, nnt_from_rd
from evidence.riskdiff import risk_difference_ci, risk_difference_cis
from evidence.trials import ORIGINS, arm_rows, hours, paired

MEASURES = ("RD", "RR", "OR")
THRESHOLDS = (30, 50)
#: How a comparator's number came about, in the words that the table shows.
PRINTED, COUNTS, RATIO, NONE = "printed", "counts", "risk ratio at the control risk", "no number"


def outcome_keys(outcome: str, threshold: int, theme: str) -> list[str]:
    """Return the dichotomous outcomes that a choice stands for.

    Parameters
    ----------
    outcome : str
        ``"response"`` for every outcome of responders at the threshold, or one outcome's key.
    threshold : {30, 50}
        Fall in pain or symptoms, percent, that makes a responder; only read for ``"response"``.
    theme : str
        Theme whose studies' outcomes may be named.

    Raises
    ------
    ValueError
        On another threshold, or an outcome that no study of the theme has.
    """
    check_choice("threshold", threshold, THRESHOLDS)
    studies = load("studies")
    rows = load("dichotomous")
    rows = rows[rows["study"].isin(studies.loc[studies["theme"] == theme, "study"])]
    check_choice("outcome", outcome, ["response", *sorted(rows["outcome"].unique())])
    if outcome != "response":
        return [outcome]
    outcomes = load("outcomes")
    hits = outcomes["family"].eq("response") & outcomes["threshold"].eq(threshold)
    return [str(key) for key in outcomes.loc[hits, "outcome"]]


def drugs_of(theme: str) -> list[str]:
    """Return ``"all"`` and the drugs and diets that the studies of a theme tried."""
    studies, arms = load("studies"), load("arms")
    tried = arms["role"].isin(["experimental", "single arm"])
    of_theme = arms["study"].isin(studies.loc[studies["theme"] == theme, "study"])
    return ["all", *sorted(arms.loc[tried & of_theme, "drug"].unique())]


def comparisons(
    outcomes: list[str],
    *,
    theme: str,
    drug: str = "all",
    denominator: str = "randomised",
    origin: str = "all",
    measure: str = "RD",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return each randomised comparison with placebo or active control, a row a time.

    Parameters
    ----------
    outcomes : list of str
        From :func:`outcome_keys`.
    theme : str
    drug : str
        One of :func:`drugs_of`; ``"ketamine"`` also finds S-ketamine.
    denominator, origin
        As for :func:`evidence.trials.counts`.
    measure : {"RD", "RR", "OR"}
        Scale of `yi, ci_lb, ci_ub`. An RD has Newcombe's interval, a ratio the normal one of its
        logarithm, with half an event added where a cell is empty.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        By trial and time; the rows of one trial are the same people and must not be pooled. With
        `benefit, benefit_lb, benefit_ub` (risk difference turned so that above 0 is benefit) and
        `nnt_text`.
    """
    check_choice("measure", measure, MEASURES)
    check_choice("drug", drug, drugs_of(theme))
    rows = arm_rows("dichotomous", origin=origin, theme=theme)
    rows = rows[rows["outcome"].isin(outcomes) & rows["design"].str.startswith("randomised")]
    rows = rows.dropna(subset=["event", "n"])
    # One time after another: `paired` would keep only the longest follow-up.
    times = sorted(rows["time"].unique(), key=hours) or ["none"]
    at_times = [rows[rows["time"] == time] for time in times]
    how = {"control": "any", "denominator": denominator}
    pairs = pd.concat([paired(each, ["event", "n"], **how) for each in at_times])
    if drug != "all":
        pairs = pairs[pairs["drug"].str.contains(drug, regex=False)]
    pairs = pairs.sort_values(["year", "study"], kind="stable").reset_index(drop=True)
    pairs["row"] = pairs["drug"] + ", " + pairs["time"]
    return _with_effect(with_benefit(pairs, level), measure, level)


def _with_effect(pairs: pd.DataFrame, measure: str, level: float) -> pd.DataFrame:
    if pairs.empty:
        return pairs.assign(yi=np.nan, ci_lb=np.nan, ci_ub=np.nan, measure=measure)
    if measure == "RD":
        found = risk_difference_cis(pairs, "newcombe", level)
        return found.rename(columns={"estimate": "yi"}).assign(measure="RD")
    return study_intervals(escalc(pairs, measure), level=level)


def with_benefit(pairs: pd.DataFrame, level: float = 95.0) -> pd.DataFrame:
    """Return rows of counts with their absolute benefit and number needed to treat.

    Parameters
    ----------
    pairs : pandas.DataFrame
        With `outcome, time, event_e, n_e, event_c, n_c`; may be empty.
    level : float
        Of Newcombe's interval, percent.

    Returns
    -------
    pandas.DataFrame
        Plus `benefit, benefit_lb, benefit_ub, nnt_text`.
    """
    better = load("outcomes").set_index("outcome")["better"]
    found = []
    for row in pairs[["outcome", "event_e", "n_e", "event_c", "n_c"]].itertuples(index=False):
        e, n_e, c, n_c = int(row.event_e), int(row.n_e), int(row.event_c), int(row.n_c)
        ci = risk_difference_ci(e, n_e, c, n_c, "newcombe", level)
        found.append(nnt_from_rd(e / n_e - c / n_c, ci, better[row.outcome], level=level))
    # Typed, so that text can be joined to it where there is no row.
    return pairs.assign(**_benefit_columns(found)).astype({"nnt_text": "str"})


def _benefit_columns(found: Sequence[NNT | None]) -> dict[str, list[float] | list[str]]:
    nothing = float("nan")
    return {
        "benefit": [nothing if each is None else each.rd for each in found],
        "benefit_lb": [nothing if each is None else each.ci.lb for each in found],
        "benefit_ub": [nothing if each is None else each.ci.ub for each in found],
        "nnt_text": ["" if each is None else each.label for each in found],
    }


def comparator_nnts(
    outcomes: list[str], condition: str, *, origin: str = "all", level: float = 95.0
) -> pd.DataFrame:
    """Return the standard treatments of a condition with their numbers needed to treat.

    Parameters
    ----------
    outcomes : list of str
        From :func:`outcome_keys`.
    condition : str
        As in the table.
    origin : {"all", "reported"}
        ``"reported"`` leaves out what was read in a summary of the meta-analysis.
    level : float
        Percent, of intervals made from counts; a printed interval keeps the level it was printed
        at, in the column `level`.

    Returns
    -------
    pandas.DataFrame
        The rows of comparators without those whose note says that they repeat another, plus
        `benefit, benefit_lb, benefit_ub, nnt_text` and `basis`: ``"printed"``; ``"counts"``;
        ``"risk ratio at the control risk"`` (Handbook 15.4.4.1; that risk's uncertainty left out);
        or ``"no number"``, with nothing filled in.
    """
    check_choice("origin", origin, ORIGINS)
    rows = load("comparators")
    rows = rows if origin == "all" else rows[rows["origin"] == origin]
    rows = rows[rows["condition"].eq(condition) & rows["outcome"].isin(outcomes)]
    rows = rows[~rows["note"].fillna("").str.contains("Same result as", regex=False)]
    rows = rows.merge(load("outcomes")[["outcome", "label", "better"]], on="outcome", how="left")
    found = [_comparator(row, level) for _, row in rows.iterrows()]
    levels = [np.nan if each is None else each.level for each, _ in found]
    basis = [why for _, why in found]
    rows = rows.assign(basis=basis, level=levels, **_benefit_columns([nnt for nnt, _ in found]))
    return rows.astype({"nnt_text": "str", "basis": "str"}).reset_index(drop=True)


def _comparator(row: pd.Series, level: float) -> tuple[NNT | None, str]:
    """Return a comparator's NNT and how it came about."""
    if row[["nnt", "nnt_lb", "nnt_ub"]].notna().all():
        ci = Interval(1 / row["nnt_ub"], 1 / row["nnt_lb"])
        return NNT(1 / row["nnt"], ci, level=float(row["level"])), PRINTED
    if row[["event_e", "n_e", "event_c", "n_c"]].notna().all():
        e, n_e, c, n_c = (int(row[name]) for name in ("event_e", "n_e", "event_c", "n_c"))
        ci = risk_difference_ci(e, n_e, c, n_c, "newcombe", level)
        return nnt_from_rd(e / n_e - c / n_c, ci, row["better"], level=level), COUNTS
    if row[["rr", "rr_lb", "rr_ub", "risk_c_pct"]].notna().all():
        risk = row["risk_c_pct"] / 100
        rd, lb, ub = (risk * (row[name] - 1) for name in ("rr", "rr_lb", "rr_ub"))
        printed = float(row["level"])
        return nnt_from_rd(rd, (lb, ub), row["better"], level=printed, baseline_risk=risk), RATIO
    return None, NONE
