"""What happened without the drug: placebo arms of these trials, and of the standard treatments."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.proportions import proportion_cis
from evidence.themes.comparators import comparator_nnts
from evidence.themes.responders import CONDITIONS, THEMES, labelled
from evidence.themes.responders_absolute import Comparison
from evidence.themes.single_arm import of_origin
from evidence.trials import hours, one_row

#: Reasons to leave a row out of every contrast that leave it true of its own arm.
KEPT = ("crossover", "context only")


def control_arms(
    outcomes: list[str],
    *,
    condition: str = "all",
    denominator: str = "randomised",
    origin: str = "all",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the share that responded to placebo or an active placebo, a row an arm and a time.

    Parameters
    ----------
    outcomes : list of str
        From :func:`evidence.themes.responders.response_keys`.
    condition : {"all", "migraine", "fibromyalgia", "other"}
        ``"all"`` is every condition: whoever the people are, the share tells what a sham can do.
    denominator, origin
        As for :func:`evidence.trials.one_row` and :func:`evidence.trials.arm_rows`.
    level : float
        Of the exact interval, percent.

    Returns
    -------
    pandas.DataFrame
        With `label, condition, arm_label, time, event, n, estimate, ci_lb, ci_ub`. Arms of
        crossovers, and of conditions kept out of pooling, are here: they stand alone.
    """
    arms = load("arms")[["study", "arm", "label", "role"]].rename(columns={"label": "arm_label"})
    studies = load("studies")[["study", "label", "theme", "condition", "year", "cohort", "design"]]
    rows = load("dichotomous").merge(arms, on=["study", "arm"]).merge(studies, on="study")
    rows = of_origin(rows[rows["outcome"].isin(outcomes) & rows["theme"].isin(THEMES)], origin)
    sham = rows["role"].eq("placebo") | rows["arm_label"].str.contains("placebo", regex=False)
    reason = rows["exclude"].fillna("")
    stands = reason.eq("") | reason.map(lambda text: any(word in text for word in KEPT))
    rows = rows[sham & stands].dropna(subset=["event", "n"])
    if condition != "all":
        asked = rows["condition"].eq(condition)
        asked = ~rows["condition"].isin(CONDITIONS[1:3]) if condition == "other" else asked
        rows = rows[asked]
    rows = one_row(rows, ["study", "outcome", "arm", "time"], denominator)
    rows = rows.assign(_hours=rows["time"].map(hours).astype(float))
    rows = rows.sort_values(["condition", "year", "study", "_hours"], kind="stable")
    rows = labelled(rows.drop(columns="_hours").reset_index(drop=True))
    return proportion_cis(rows, "clopper-pearson", level)


def standards(
    outcomes: list[str], *, condition: str = "all", origin: str = "all", level: float = 95.0
) -> pd.DataFrame:
    """Return the standard treatments of the conditions, each with its own NNT and interval.

    Parameters
    ----------
    outcomes, condition, origin
        As above; ``"other"`` leaves none.
    level : float
        As for :func:`evidence.themes.comparators.comparator_nnts`.

    Returns
    -------
    pandas.DataFrame
        As :func:`evidence.themes.comparators.comparator_nnts` has them, with `treatment`, drug and
        dose in one, and `risk_c`, the share that responded under placebo (0 to 1).
    """
    asked = CONDITIONS[1:3] if condition == "all" else (condition,)
    found = [comparator_nnts(outcomes, each, origin=origin, level=level) for each in asked]
    rows = pd.concat(found, ignore_index=True)
    rows["treatment"] = rows["drug"] + rows["dose"].radd(" ").fillna("")
    counted = (rows["event_c"] / rows["n_c"]).astype(float)
    rows["risk_c"] = (rows["risk_c_pct"] / 100).fillna(counted).astype(float)
    return rows


def nnt_rows(comparisons: Sequence[Comparison], standard: pd.DataFrame) -> pd.DataFrame:
    """Return comparisons and standard treatments as rows for the figure of NNTs.

    Parameters
    ----------
    comparisons : sequence of Comparison
    standard : pandas.DataFrame
        From :func:`standards`.

    Returns
    -------
    pandas.DataFrame
        `label, benefit, benefit_lb, benefit_ub, kind`; benefit above 0.
    """
    rows = []
    for each in comparisons:
        drug, _, people = each.name.partition(" v ")
        label = f"{drug}, {people.partition(', ')[2]}"
        limits = {"benefit_lb": each.absolute.ci.lb, "benefit_ub": each.absolute.ci.ub}
        rows.append({"label": label, "benefit": each.absolute.rd, **limits})
    columns = ["label", "benefit", "benefit_lb", "benefit_ub"]
    ours = pd.DataFrame(rows, columns=columns).assign(kind="Trials of this book")
    others = standard.assign(label=standard["treatment"])[columns].dropna()
    others = others.assign(kind="Standard treatments, " + standard["condition"])
    frames = [frame for frame in (ours, others) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else ours


def drawn(arms: pd.DataFrame, standard: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of the figure: under placebo, and in groups that were never compared.

    Parameters
    ----------
    arms, standard
        From :func:`control_arms` and :func:`standards`.
    groups : pandas.DataFrame
        With `label, estimate, ci_lb, ci_ub`: uncontrolled shares, pooled or single.

    Returns
    -------
    pandas.DataFrame
        `label, kind, estimate, ci_lb, ci_ub` (0 to 1); an interval that is not known is missing.
    """
    known = standard.dropna(subset=["risk_c"])
    beside = pd.DataFrame({"label": known["treatment"], "estimate": known["risk_c"]})
    time = arms["time"].str.removeprefix("infusion ")
    named = arms.assign(label=arms["label"] + ", " + time)
    parts = {
        "Placebo arms of trials in this book": named,
        "Placebo arms, standard treatments": beside.assign(ci_lb=np.nan, ci_ub=np.nan),
        "With the drug, no control group": groups,
    }
    columns = ["label", "estimate", "ci_lb", "ci_ub"]
    frames = [rows[columns].assign(kind=kind) for kind, rows in parts.items() if len(rows)]
    empty = pd.DataFrame(columns=[*columns, "kind"])
    return pd.concat(frames, ignore_index=True) if frames else empty
