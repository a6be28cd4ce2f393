"""The evidence maps of glutamate: where it was measured in whom, and who was given it."""

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.themes.directions import (
    CONDITIONS,
    TISSUES,
    by_study,
    comparisons,
    in_attack,
    of_glutamate,
)
from evidence.themes.directions_text import TISSUE_NAMES
from evidence.themes.maps import (
    COLUMNS,
    EvidenceMap,
    evidence_map_of,
    gap_text,
    rows_without,
    strongest,
)
from evidence.themes.msg import HEADACHES

#: Who is compared with whom.
DESIGNS = (
    "patients with healthy people",
    "the same people in an attack and out of it",
    "the same people before and after treatment",
)
WHO = ("migraine, in an attack", "migraine, other times", "fibromyalgia")
TREATED = {"migraine": WHO[1], "fibromyalgia": WHO[2]}

#: Designs of the studies that gave glutamate or took it out of the diet.
GIVEN_DESIGNS = ("randomised", "control, not randomised", "no control")
PEOPLE = ("healthy people", "people with migraine", "people with fibromyalgia", "other people")
CONDITION_PEOPLE = {
    "healthy": PEOPLE[0],
    "migraine": PEOPLE[1],
    "fibromyalgia": PEOPLE[2],
}
ASKED = ("MSG: headache", "MSG: other symptoms", "diet: symptoms")


def measured_map() -> EvidenceMap:
    """Return the map of the studies that measured glutamate: tissue by condition and time.

    Returns
    -------
    EvidenceMap
        Every measure of glutamate together. Comparisons with healthy people are those that count
        on the page; people are patients, missing where their number is not stated.
    """
    between = by_study(of_glutamate(comparisons()))
    between = between.assign(
        column=np.select(
            [between["condition"].eq(CONDITIONS[1]), between["when"].eq("in attack")],
            [WHO[2], WHO[0]],
            WHO[1],
        ),
        design=DESIGNS[0],
        people=between["cases"],
    )
    attack = _within(in_attack(), DESIGNS[1]).assign(column=WHO[0])
    treated = of_glutamate(comparisons("treatment change", eligible=False))
    treated = _within(treated, DESIGNS[2])
    treated = treated.assign(column=treated["condition"].map(TREATED))
    studies = pd.concat([between, attack, treated], ignore_index=True)
    studies["row"] = studies["tissue"].map(TISSUE_NAMES)
    rows = [TISSUE_NAMES[tissue] for tissue in TISSUES]
    return evidence_map_of(studies[list(COLUMNS)], rows, WHO, DESIGNS, "patients")


def _within(rows: pd.DataFrame, design: str) -> pd.DataFrame:
    """Return comparisons of people with themselves, a row a study and tissue."""
    once = rows.sort_values("n_e", ascending=False, kind="stable")
    once = once.drop_duplicates(["study", "condition", "tissue"]).sort_index()
    return once.assign(design=design, people=once["n_e"].astype("float64"))


def given_map() -> EvidenceMap:
    """Return the map of the studies that gave MSG or took glutamate out of the diet.

    Returns
    -------
    EvidenceMap
        Who was studied by what was asked. A diet before and after, without other people beside it,
        has no control. "Other people" are those who hold themselves to be sensitive to MSG or
        have another illness. People with migraine have a row whether a study has them or not.
    """
    told = pd.concat(
        comparisons(kind, eligible=eligible)
        for kind in ("provocation vs placebo", "diet")
        for eligible in (True, False)
    )
    conditions = load("studies").set_index("study")["condition"]
    told = told[told["tissue"] == "symptoms"]
    diet, headache = told["kind"].eq("diet"), told["analyte"].isin(HEADACHES)
    before = told["contrast"].str.contains("before")
    randomised = told["design"].str.startswith("randomised")
    # Of a crossover before and after, only what followed the allocation has a control.
    controls = [before | told["design"].isin(["before-after", "case series"]), randomised]
    people = told["study"].map(conditions).map(CONDITION_PEOPLE).fillna(PEOPLE[3])
    told = told.assign(
        row=people,
        column=np.select([diet, headache], [ASKED[2], ASKED[0]], ASKED[1]),
        design=np.select(controls, [GIVEN_DESIGNS[2], GIVEN_DESIGNS[0]], GIVEN_DESIGNS[1]),
    )
    most = told.groupby(["study", "column", "design"])["n_e"].transform("max")
    told = told.assign(people=most.astype("float64")).reset_index(drop=True)
    once = strongest(told[list(COLUMNS)], GIVEN_DESIGNS)
    return evidence_map_of(once, PEOPLE, ASKED, GIVEN_DESIGNS)


def gap_texts(measured: EvidenceMap, given: EvidenceMap) -> dict[str, str]:
    """Return what the empty cells of the two maps say, each a whole sentence.

    Parameters
    ----------
    measured, given : EvidenceMap
        From :func:`measured_map` and :func:`given_map`.

    Returns
    -------
    dict of str to str
        `attack`: what was never compared in and out of an attack in the same people; `healthy`:
        what was never compared with healthy people in an attack; `fibromyalgia`: what was never
        measured there; `given`: who was given no MSG and no diet.
    """
    attack, _, fibromyalgia = WHO
    followed = rows_without(measured, columns=[attack], designs=[DESIGNS[1]])
    compared = rows_without(measured, columns=[attack], designs=[DESIGNS[0]])
    unmeasured = rows_without(measured, columns=[fibromyalgia])
    never = rows_without(given, tried=False)
    return {
        "attack": gap_text(
            "No study followed glutamate in {} of the same people into an attack.",
            followed,
            "Each tissue was followed into an attack in the same people.",
        ),
        "healthy": gap_text(
            "None compared {} in an attack with that of healthy people.",
            compared,
            "Each tissue in an attack was compared with healthy people.",
        ),
        "fibromyalgia": gap_text(
            "None that counts here measured {} in fibromyalgia.",
            unmeasured,
            "Each tissue was measured in fibromyalgia.",
        ),
        "given": gap_text(
            "No study gave MSG, or a diet without added glutamate, to {}.",
            never,
            "Every line has a study.",
        ),
    }
