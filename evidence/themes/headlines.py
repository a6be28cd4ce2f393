"""The headline results of the book in one list."""

from evidence.checks import check_choice
from evidence.themes import headlines_glutamate as glutamate
from evidence.themes import headlines_trials as trials
from evidence.themes.headline import NAMES, Headline

#: Judged results that are no pooled or poolable number, with the reason.
NO_NUMBER = {
    "csf_glutamate_migraine": "directions of effect only: no study prints means with spreads",
    "brain_glutamate_fibromyalgia": "directions of effect: each study looked at another region",
    "ketamine_acute_pain": "single trials against different drugs, one printed difference each",
    "permeability_not_raised_mo_ma": "findings of single studies and scans, not an effect",
    "tspo_raised_ma": "findings of single studies, not an effect",
}
MAKERS = {
    "memantine_attack_frequency": trials.memantine_attacks,
    "memantine_response_50": trials.memantine_responders,
    "magnesium_prevention": trials.magnesium,
    "ketamine_response_session": trials.ketamine_cohorts,
    "s_ketamine_response_15min": trials.s_ketamine,
    "memantine_response_6mo": trials.memantine_fibromyalgia,
    "dextromethorphan_response": trials.dextromethorphan,
    "glutamate_exclusion_diet": trials.diet,
    "msg_headache_without_food": glutamate.msg_without_food,
    "msg_headache_with_food": glutamate.msg_with_food,
    "plasma_glutamate_migraine": glutamate.plasma,
}


def headlines(level: float = 95.0, only: str = "all") -> dict[str, Headline]:
    """Return the headline results by key.

    Parameters
    ----------
    level : float
        Of the intervals of single studies, percent.
    only : str
        ``"all"``, or the key of one.

    Returns
    -------
    dict of str to Headline
        In the order of `MAKERS`.

    Raises
    ------
    ValueError
        On a key that is none.
    """
    check_choice("headline", only, ["all", *NAMES])
    return {key: make(level) for key, make in MAKERS.items() if only in ("all", key)}
