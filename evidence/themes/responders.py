"""Responders across conditions: which groups and which randomised comparisons a choice leaves."""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.proportions import proportion_cis
from evidence.themes import comparators, single_arm
from evidence.themes.migraine import GROUPS
from evidence.trials import arm_rows, one_row

THEMES = ("migraine-trials", "fibromyalgia-trials")
CONDITIONS = ("all", "migraine", "fibromyalgia", "other")
#: Fall in pain, attacks or symptoms, percent; 0 stands for whatever a study calls a response.
THRESHOLDS = (0, 30, 50)
#: Drugs that act elsewhere than at the NMDA receptor, and the diet; kept apart from it.
OTHER_TARGETS = ("AMPA/kainate", "mGluR5")
DIET = "glutamate exclusion diet"
#: Outcomes that each study defines for itself: the same word, not the same thing.
OWN_DEFINITION = ("pain_relief", "partial_pain_relief", "symptom_improvement")
GROUP = ["condition", "purpose", "drug", "outcome"]
COMPARISON = [*GROUP, "control"]


def response_keys(threshold: int) -> list[str]:
    """Return the outcomes that count responders at a threshold.

    Parameters
    ----------
    threshold : {0, 30, 50}
        Percent; 0 takes every outcome of response, pain freedom or aura where more is better.
    """
    check_choice("threshold", threshold, THRESHOLDS)
    outcomes = load("outcomes")
    hits = outcomes["kind"].eq("dichotomous") & outcomes["better"].eq("higher")
    hits &= outcomes["family"].isin(GROUPS["response"])
    hits &= outcomes["threshold"].eq(threshold) if threshold else True
    return [str(key) for key in outcomes.loc[hits, "outcome"]]


def other_keys(threshold: int) -> list[str]:
    """Return the outcomes of response that are not those of the threshold."""
    ours = response_keys(threshold)
    return [key for key in response_keys(0) if key not in ours]


def drug_choices() -> list[str]:
    """Return ``"all"`` (NMDAR antagonists), ``"others"``, and each drug that either may stand for.

    ``"others"`` are the drugs at other glutamate receptors, and the diet.
    """
    arms, studies = load("arms"), load("studies")
    ours = arms["study"].isin(studies.loc[studies["theme"].isin(THEMES), "study"])
    tried = arms[ours & arms["role"].isin(["experimental", "single arm"])]
    kept = tried["target"].isin(["NMDAR", *OTHER_TARGETS]) | tried["drug"].eq(DIET)
    return ["all", "others", *sorted(tried.loc[kept, "drug"].unique())]


def of_choice(rows: pd.DataFrame, condition: str, drug: str) -> pd.DataFrame:
    """Return the rows of a condition and a drug.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `condition, drug, target`; may be empty.
    condition : {"all", "migraine", "fibromyalgia", "other"}
        ``"all"`` is migraine and fibromyalgia; ``"other"`` every other condition, indirect
        evidence.
    drug : str
        One of :func:`drug_choices`; ``"ketamine"`` also finds S-ketamine.
    """
    check_choice("condition", condition, CONDITIONS)
    check_choice("drug", drug, drug_choices())
    asked = rows["condition"].isin(CONDITIONS[1:3])
    asked = ~asked if condition == "other" else asked
    if condition in CONDITIONS[1:3]:
        asked = rows["condition"].eq(condition)
    if drug == "all":
        asked &= rows["target"].eq("NMDAR")
    elif drug == "others":
        asked &= rows["target"].isin(OTHER_TARGETS) | rows["drug"].eq(DIET)
    elif drug == "ketamine":
        asked &= rows["drug"].isin(["ketamine", "S-ketamine"])
    else:
        asked &= rows["drug"].eq(drug)
    return rows[asked].reset_index(drop=True)


def cohort_rows(
    outcomes: list[str],
    *,
    condition: str = "all",
    drug: str = "all",
    denominator: str = "randomised",
    origin: str = "all",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return each group without a control, a row an outcome, with the exact interval of its share.

    Parameters
    ----------
    outcomes : list of str
        From :func:`response_keys`.
    condition, drug
        As for :func:`of_choice`.
    denominator, origin
        As for :func:`evidence.trials.cohorts`; the longest follow-up.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        With `event, n, estimate, ci_lb, ci_ub` (Clopper and Pearson), `outcome_label`, and
        `extra`, true where the note of the row keeps it for a sensitivity analysis.
    """
    rows = pd.concat([arm_rows("dichotomous", origin=origin, theme=theme) for theme in THEMES])
    rows = rows[rows["outcome"].isin(outcomes) & rows["role"].eq("single arm")]
    rows = one_row(rows.dropna(subset=["event", "n"]), ["study", "outcome", "arm"], denominator)
    rows = of_choice(rows, condition, drug).sort_values([*GROUP, "year"], kind="stable")
    rows = labelled(rows.reset_index(drop=True))
    rows = rows.assign(extra=single_arm.for_sensitivity(rows))
    return proportion_cis(rows, "clopper-pearson", level)


def comparison_rows(
    outcomes: list[str],
    *,
    condition: str = "all",
    drug: str = "all",
    denominator: str = "randomised",
    origin: str = "all",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return each randomised comparison with placebo or another drug, a row a time.

    Parameters as for :func:`cohort_rows`.

    Returns
    -------
    pandas.DataFrame
        As :func:`evidence.themes.comparators.comparisons` has them, with `outcome_label`. Rows of
        one trial are the same people.
    """
    found = [
        comparators.comparisons(
            outcomes, theme=theme, denominator=denominator, origin=origin, level=level
        )
        for theme in THEMES
    ]
    rows = of_choice(pd.concat(found, ignore_index=True), condition, drug)
    return labelled(rows)


def labelled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the label of their outcome in `outcome_label`."""
    labels = load("outcomes").set_index("outcome")["label"]
    return rows.assign(outcome_label=rows["outcome"].map(labels).astype("str"))


def groups(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return cohorts that counted the same thing under one drug in one condition, by name.

    Rows kept for a sensitivity analysis stand in no group.
    """
    parts = rows[~rows["extra"].astype(bool)].groupby(GROUP, sort=False)
    return {
        f"{_drug(drug)} in {_people(condition)}, {purpose}: {_what(part)}": part
        for (condition, purpose, drug, _), part in parts
    }


def with_extra(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the groups that rows kept for a sensitivity analysis make larger, with those rows."""
    main = groups(rows)
    return {
        f"{name}; with {', '.join(part.loc[part['extra'], 'label'])}": part
        for name, part in groups(rows.assign(extra=False)).items()
        for part in [part.assign(extra=rows["extra"].reindex(part.index).astype(bool))]
        if name in main and len(part) > len(main[name])
    }


def alike(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return comparisons that ask one question, by name; each time of one trial is its own.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`comparison_rows`; may be empty.
    """
    found: dict[str, pd.DataFrame] = {}
    for (condition, _, drug, _, control), part in rows.groupby(COMPARISON, sort=False):
        keys = ["time"] if part["study"].duplicated().any() else []
        parts = [each for _, each in part.groupby(keys, sort=False)] if keys else [part]
        for each in parts:
            time = str(each["time"].iloc[0]).replace("not stated", "time not stated")
            name = f"{_drug(drug)} v {control}, {_people(condition)}, {time}"
            taken = f"{name}, {_what(each)}"
            found[taken if name in found else name] = each.reset_index(drop=True)
    return found


def first_and_last(sets: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return of each trial that counted at several times the first and the last, and all others.

    Parameters
    ----------
    sets : dict of str to DataFrame
        From :func:`alike`, the times of a trial in their order.
    """
    ends: dict[tuple[str, ...], list[str]] = {}
    for name, rows in sets.items():
        row = rows.iloc[0]
        ends.setdefault((row["study"], row["arm_e"], row["arm_c"], row["outcome"]), []).append(name)
    kept = {name for names in ends.values() for name in (names[0], names[-1])}
    return {name: rows for name, rows in sets.items() if name in kept}


def why_apart(cohorts: pd.DataFrame) -> str:
    """Return why the cohorts of one group are not pooled; empty where they may be."""
    if len(cohorts) < 2:
        return "one group only" if len(cohorts) else "no study fits this choice"
    own = cohorts["outcome"].isin(OWN_DEFINITION).any()
    return "each study has a definition of its own" if own else ""


def may_share(cohorts: pd.DataFrame) -> bool:
    """Return whether two of the cohorts may hold the same people."""
    return bool(cohorts.loc[cohorts["cohort"].notna(), "cohort"].duplicated().any())


def _people(condition: str) -> str:
    return "other conditions" if condition == "other" else condition


def _what(rows: pd.DataFrame) -> str:
    return str(rows["outcome_label"].iloc[0]).lower()


def _drug(name: str) -> str:
    """Return a drug as the beginning of a name: "Memantine", "S-ketamine"."""
    return name[:1].upper() + name[1:]
