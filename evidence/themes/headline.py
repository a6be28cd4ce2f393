"""One headline result of the book: what it rests on, and what could have been chosen otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evidence.data import load
from evidence.multiverse import Universe

FIBROMYALGIA = "fibromyalgia-trials"
BIOMARKERS = "glutamate-biomarkers"
NAMES = {
    "memantine_attack_frequency": "Memantine in migraine: attacks a month",
    "memantine_response_50": "Memantine in migraine: responders",
    "magnesium_prevention": "Magnesium in migraine: responders",
    "ketamine_response_session": "Ketamine in fibromyalgia: responders, no control",
    "s_ketamine_response_15min": "S-ketamine in fibromyalgia: responders",
    "memantine_response_6mo": "Memantine in fibromyalgia: responders",
    "dextromethorphan_response": "Dextromethorphan in fibromyalgia: responders, no control",
    "glutamate_exclusion_diet": "Diet low in glutamate: responders, no control",
    "msg_headache_without_food": "Headache after MSG without food",
    "msg_headache_with_food": "Headache after MSG with food",
    "plasma_glutamate_migraine": "Glutamate in plasma in migraine",
}


@dataclass(frozen=True, slots=True, eq=False)
class Headline:
    """One result that the book leads with.

    Attributes
    ----------
    key : str
        As in `certainty.csv`; with an ending where that has one judgement for two results.
    name : str
        For a reader.
    chapter : str
        Where the book gives it.
    kind : str
        Scale of the question, see :func:`evidence.robustness_scale.common`.
    measure : str
        The book's own.
    better : {"higher", "lower", ""}
        Direction of benefit; empty where no outcome of a patient is at stake.
    sign : {1, -1}
        Side in question: more (1) or less (-1) than without.
    rows : DataFrame
        The studies that the book's own answer rests on.
    universes : tuple of Universe
        Every combination of choices in the data; the first is the book's.
    """

    key: str
    name: str
    chapter: str
    kind: str
    measure: str
    better: str
    sign: int
    rows: pd.DataFrame
    universes: tuple[Universe, ...]


def headline(
    key: str,
    chapter: str,
    kind: str,
    measure: str,
    *,
    outcome: str | None,
    rows: pd.DataFrame,
    universes: Sequence[Universe],
    harm: bool = False,
) -> Headline:
    """Return a headline, its direction read off its outcome.

    Parameters
    ----------
    key, chapter, kind, measure, rows, universes
        As the attributes of `Headline`.
    outcome : str or None
        Key of the outcome, whose `better` says which way is benefit; None for a measurement.
    harm : bool
        Whether the side in question is harm and not benefit.
    """
    outcomes = load("outcomes").set_index("outcome")["better"]
    better = "" if outcome is None else str(outcomes[outcome])
    sign = -1 if (better == "lower") != harm else 1
    name = NAMES[key]
    return Headline(key, name, chapter, kind, measure, better, sign, rows, tuple(universes))
