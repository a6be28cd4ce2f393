"""The results that the summary of findings has a row for, and where their numbers are."""

from dataclasses import dataclass

import pandas as pd

from evidence.themes import responders

#: What a row rests on.
COMPARED, UNCONTROLLED, MEANS, WORDS = "compared", "uncontrolled", "means", "words"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result that `certainty.csv` judges, and where its numbers are.

    Attributes
    ----------
    key : str
        As in `certainty.csv`.
    drug, condition, outcome : str
        As in the tables.
    kind : {"compared", "uncontrolled", "means", "words"}
    what : str
        The outcome, for a sentence.
    time : str
        Where a trial counted at several times: which.
    """

    key: str
    drug: str
    condition: str
    outcome: str
    kind: str
    what: str
    time: str = ""


HALF_ATTACKS, HALF_PAIN = "how many people have half their attacks", "how many lose half their pain"
FINDINGS = (
    Finding(
        *("memantine_attack_frequency", "memantine", "migraine", "attack_frequency"),
        *(MEANS, "attacks a month"),
    ),
    Finding(
        *("memantine_response_50", "memantine", "migraine", "response_50_frequency"),
        *(COMPARED, HALF_ATTACKS),
    ),
    Finding(
        *("magnesium_prevention", "magnesium", "migraine", "response_50_intensity_duration"),
        *(COMPARED, "how many people have attacks half as strong or as long"),
    ),
    Finding(
        *("ketamine_acute_pain", "ketamine", "migraine", "pain_nrs"),
        *(WORDS, "pain in the attack"),
    ),
    Finding(
        *("s_ketamine_response_15min", "S-ketamine", "fibromyalgia", "response_50_pain"),
        *(COMPARED, f"{HALF_PAIN} for minutes", "15 min"),
    ),
    Finding(
        *("memantine_response_6mo", "memantine", "fibromyalgia", "response_50_pain"),
        *(COMPARED, HALF_PAIN),
    ),
    Finding(
        *("ketamine_response_session", "ketamine", "fibromyalgia", "response_50_pain"),
        *(UNCONTROLLED, f"{HALF_PAIN} for minutes to hours"),
    ),
    Finding(
        *("dextromethorphan_response", "dextromethorphan", "fibromyalgia", "response_50_pain"),
        *(UNCONTROLLED, HALF_PAIN),
    ),
    Finding(
        *("glutamate_exclusion_diet", responders.DIET, "fibromyalgia", "response_30_symptoms"),
        *(UNCONTROLLED, "how many lose a third of their symptoms"),
    ),
)


def chosen(condition: str, drug: str) -> list[Finding]:
    """Return the findings of a choice, as :func:`evidence.themes.responders.of_choice` reads it.

    The diet stands under ``"all"`` too: the book judged it, and a reader will look for it.
    """
    target = [("none" if each.drug == responders.DIET else "NMDAR") for each in FINDINGS]
    frame = pd.DataFrame(
        {
            "condition": [each.condition for each in FINDINGS],
            "drug": [each.drug for each in FINDINGS],
            "target": ["NMDAR"] * len(FINDINGS) if drug == "all" else target,
            "place": range(len(FINDINGS)),
        }
    )
    return [FINDINGS[at] for at in responders.of_choice(frame, condition, drug)["place"]]
