"""The evidence map of the imaging studies, and what its empty cells say."""

import pandas as pd

from evidence.checks import check_choice
from evidence.themes.imaging import DESIGN_CLASSES, SUBTYPES, TARGETS
from evidence.themes.maps import COLUMNS, EvidenceMap, either_text, evidence_map_of

#: Kinds of migraine as the map heads its columns.
KINDS = {
    "MO": "without aura",
    "MA": "with aura",
    "MO and MA": "both, not apart",
    "HM": "hemiplegic",
    "not reported": "kind not reported",
}
#: The kinds that a sentence can be made of.
WHERE = {
    "MO": "migraine without aura",
    "MA": "migraine with aura",
    "HM": "hemiplegic migraine",
}


def imaging_map(rows: pd.DataFrame) -> EvidenceMap:
    """Return the map of imaging studies: process imaged by kind of migraine.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.imaging.imaging_rows`; may be empty.

    Returns
    -------
    EvidenceMap
        Every process has a row. A kind of migraine has a column if it is one of the four that
        the review tells apart, or if a study has it. People are the patients scanned.
    """
    known = [name for name in SUBTYPES if name != "not reported" or (rows["subtype"] == name).any()]
    studies = rows.assign(
        row=rows["target"],
        column=rows["subtype"].map(KINDS),
        design=rows["design_class"],
        people=rows["n_migraine"],
    )
    columns = [KINDS[name] for name in known]
    targets = list(TARGETS.values())
    return evidence_map_of(studies[list(COLUMNS)], targets, columns, DESIGN_CLASSES, "patients")


def unseen_text(drawn: EvidenceMap, kind: str) -> str:
    """Return a sentence on what no study looked for in a kind of migraine.

    Parameters
    ----------
    drawn : EvidenceMap
        From :func:`imaging_map`.
    kind : str
        A key of `WHERE`.

    Raises
    ------
    ValueError
        On another kind.
    """
    check_choice("kind", kind, WHERE)
    studies, where = drawn.studies[drawn.studies["column"] == KINDS[kind]], WHERE[kind]
    missing = [row for row in drawn.rows if row not in set(studies["row"])]
    if not missing:
        return f"Each process was looked for in {where}."
    if len(missing) == len(drawn.rows):
        return f"No study shown here is of {where}."
    first = f"In {where} no study shown here looked for {either_text(missing)}"
    structured = studies["design"].eq(DESIGN_CLASSES[0]).any()
    return f"{first}." if structured else f"{first}, and no study of it is structured."
