"""The evidence maps of the trials: drug and purpose by outcome, with the control as the design."""

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.themes.maps import (
    COLUMNS,
    EvidenceMap,
    evidence_map_of,
    gap_text,
    rows_without,
    strongest,
)
from evidence.themes.migraine_overview import NO_PARTICIPANTS
from evidence.trials import CONTROL_ROLES

#: What the control was, from the strongest comparison to none.
DESIGNS = ("randomised, placebo", "randomised, other control", "no randomised comparison")
RANDOMISED = DESIGNS[:2]
#: Columns of the maps by the family of an outcome; the course of an aura is a matter of severity.
OUTCOMES = {
    "response": "response",
    "pain-free": "response",
    "attack frequency": "attacks",
    "pain": "pain or severity",
    "severity": "pain or severity",
    "duration": "pain or severity",
    "aura": "pain or severity",
    "disability": "daily life",
    "function": "daily life",
    "adverse event": "harm",
    "withdrawal": "harm",
}
NOTHING = "none of these"
#: Words of what a direction is of, for studies that print no number of it.
WORDS = {"pain": "pain", "symptom": "severity", "Fibromyalgia Impact": "disability"}
PURPOSES = {
    "preventive": "for prevention",
    "acute": "in the attack",
    "aura": "for the aura",
    "infusion": "as an infusion",
}
#: Purposes that every drug of the migraine map has a row for, with or without a study.
ALWAYS = ("preventive", "acute")
MIGRAINE = {
    "memantine": "memantine",
    "ketamine": "ketamine",
    "magnesium": "magnesium",
    "AMPA/kainate": "AMPA/kainate blockers",
    "mGluR5": "mGluR5 blockers",
}
FIBROMYALGIA = {
    "ketamine": "ketamine",
    "S-ketamine": "S-ketamine",
    "memantine": "memantine",
    "dextromethorphan": "dextromethorphan",
    "guaifenesin": "guaifenesin",
    "glutamate exclusion diet": "a diet without added glutamate",
    "monosodium glutamate": "a challenge with glutamate",
}


def migraine_map() -> EvidenceMap:
    """Return the map of the migraine trials: drug and purpose by outcome.

    Returns
    -------
    EvidenceMap
        Every drug has a row for prevention and one for the attack, so that an empty one shows.
        Drugs that act on other glutamate receptors stand by their target. People are those
        enrolled, of all arms.
    """
    given = _given("migraine-trials")
    drug = given["drug"].where(given["target"] == "NMDAR", given["target"])
    given = given.assign(what=drug.map(MIGRAINE) + " " + given["purpose"].map(PURPOSES))
    present = set(given["what"])
    rows = [
        f"{name} {words}"
        for name in MIGRAINE.values()
        for purpose, words in PURPOSES.items()
        if purpose in ALWAYS or f"{name} {words}" in present
    ]
    return _map(given, rows, [*dict.fromkeys(OUTCOMES.values()), NOTHING])


def fibromyalgia_map() -> EvidenceMap:
    """Return the map of the trials in fibromyalgia: drug or diet by outcome.

    Returns
    -------
    EvidenceMap
        Studies of other conditions are left out. People are those enrolled, of all arms.
    """
    given = _given("fibromyalgia-trials")
    given = given[given["condition"].eq("fibromyalgia") & given["drug"].isin(list(FIBROMYALGIA))]
    given = given.assign(what=given["drug"].map(FIBROMYALGIA))
    columns = [name for name in dict.fromkeys(OUTCOMES.values()) if name != "attacks"]
    return _map(given, list(FIBROMYALGIA.values()), [*columns, NOTHING])


def _map(given: pd.DataFrame, rows: list[str], columns: list[str]) -> EvidenceMap:
    """Return the map of what was given, each study under every outcome that it tells of."""
    told = given.merge(_outcomes(given), on=["study", "drug"], how="left")
    told["column"] = told["column"].fillna(NOTHING)
    told["control"] = told["control"].fillna("none").where(told["column"] != NOTHING, told["best"])
    randomised = told["design"].str.startswith("randomised")
    allotted = [randomised & told["control"].eq(name) for name in ("placebo", "other")]
    told["design"] = np.select(allotted, DESIGNS[:2], DESIGNS[2])
    told = told.rename(columns={"what": "row", "n": "people"})
    once = strongest(told[list(COLUMNS)].reset_index(drop=True), DESIGNS)
    return evidence_map_of(once, rows, columns, DESIGNS)


def _given(theme: str) -> pd.DataFrame:
    """Return what each study gave: a row a study and drug, with the best control it had."""
    studies = load("studies")
    studies = studies[studies["theme"].eq(theme) & ~studies["design"].isin(NO_PARTICIPANTS)]
    arms = load("arms")
    drugs = arms[arms["role"].isin(["experimental", "single arm"])]
    best = arms.groupby("study")["role"].agg(_control).rename("best")
    columns = ["study", "label", "condition", "design", "purpose", "n"]
    rows = studies[columns].merge(drugs[["study", "drug", "target"]].drop_duplicates(), on="study")
    return rows.merge(best, on="study")


def _control(roles: pd.Series) -> str:
    """Return "placebo", "other" or "none", of the roles of some arms."""
    if roles.eq("placebo").any():
        return "placebo"
    return "other" if roles.isin(CONTROL_ROLES["any"]).any() else "none"


def _outcomes(given: pd.DataFrame) -> pd.DataFrame:
    """Return `study, drug, column, control`: which outcomes are told of a drug, against what."""
    families = load("outcomes").set_index("outcome")["family"]
    told = pd.concat([_of_arms(), _of_contrasts()])
    told = told.assign(column=told["outcome"].map(families).map(OUTCOMES))
    told = pd.concat([told, _in_words()])
    told = told.dropna(subset="column")
    return told.loc[told["study"].isin(given["study"]), ["study", "drug", "column", "control"]]


def _of_arms() -> pd.DataFrame:
    """Return the outcomes printed by arm, against the best control that has the outcome too.

    A number that must not be pooled counts here: the map asks what was measured. What was counted
    in people who all had the drug (role "single arm") has no control.
    """
    columns = ["study", "arm", "outcome"]
    told = pd.concat([load(table)[columns] for table in ("dichotomous", "continuous")])
    told = told.merge(load("arms")[["study", "arm", "drug", "role"]], on=["study", "arm"])
    control = told.groupby(["study", "outcome"])["role"].agg(_control).rename("control")
    drugs = told[told["role"].isin(["experimental", "single arm"])]
    drugs = drugs.merge(control.reset_index(), on=["study", "outcome"])
    compared = drugs["role"].eq("experimental")
    return drugs.assign(control=drugs["control"].where(compared, "none"))


def _of_contrasts() -> pd.DataFrame:
    """Return the outcomes printed as a difference, against the arm that they name."""
    arms = load("arms")[["study", "arm", "drug", "role"]]
    told = load("contrasts")[["study", "arm_e", "arm_c", "outcome"]]
    told = told.merge(arms.rename(columns={"arm": "arm_e"}), on=["study", "arm_e"])
    against = arms.rename(columns={"arm": "arm_c", "role": "role_c"}).drop(columns="drug")
    told = told.merge(against, on=["study", "arm_c"], how="left")
    placebo, other = told["role_c"].eq("placebo"), told["role_c"].isin(CONTROL_ROLES["any"])
    return told.assign(control=np.select([placebo, other], ["placebo", "other"], "none"))


def _in_words() -> pd.DataFrame:
    """Return the outcomes of which a study says only the direction."""
    told = load("directions").query("tissue == 'symptoms'")
    drugs = load("arms").query("role in ['experimental', 'single arm']")[["study", "drug"]]
    told = told.merge(drugs.drop_duplicates(), on="study")
    challenge = told["contrast"].str.startswith("MSG")
    told = told[challenge == told["drug"].eq("monosodium glutamate")]
    families = [
        next((family for word, family in WORDS.items() if word in analyte), None)
        for analyte in told["analyte"]
    ]
    before, placebo = (
        told["contrast"].str.endswith("before"),
        told["contrast"].str.endswith("placebo"),
    )
    control = np.select([before, placebo], ["none", "placebo"], "other")
    return told.assign(column=pd.Series(families, told.index).map(OUTCOMES), control=control)


def gap_texts(drawn: EvidenceMap) -> dict[str, str]:
    """Return what the empty cells of a map of trials say, each a whole sentence.

    Parameters
    ----------
    drawn : EvidenceMap
        From :func:`migraine_map` or :func:`fibromyalgia_map`.

    Returns
    -------
    dict of str to str
        `untried`: lines without any study; `uncontrolled`: lines with studies, none of which
        compares at random; `response`, `harm`: lines without a randomised trial that tells of it.
    """
    tried = set(drawn.studies["row"])
    untried = [row for row in drawn.rows if row not in tried]
    silent = {
        column: rows_without(drawn, columns=[column], designs=RANDOMISED)
        for column in ("response", "harm")
    }
    return {
        "untried": gap_text("No study tried {}.", untried, "Every line has a study."),
        "uncontrolled": gap_text(
            "No randomised trial tested {}.",
            rows_without(drawn, designs=RANDOMISED),
            "Every line with a study has a randomised one.",
        ),
        "response": gap_text(
            "In no randomised comparison could we read how many people responded to {}.",
            silent["response"],
            "Every line with a study has a randomised one that tells of response.",
        ),
        "harm": gap_text(
            "In no randomised comparison could we read of harm from {}.",
            silent["harm"],
            "Every line with a study has a randomised one that tells of harm.",
        ),
    }
