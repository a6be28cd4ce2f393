"""The headline results of the trials: their rows, and every combination of choices in them."""

import pandas as pd

from evidence.data import load
from evidence.robustness import crossed
from evidence.themes import comparators, migraine, migraine_pool, overlap, single_arm
from evidence.themes import headline_choices as choose
from evidence.themes.headline import FIBROMYALGIA, Headline, headline
from evidence.themes.headline_choices import DENOMINATORS, ORIGINS

ONE_TRIAL = (*choose.RD_INTERVALS, "RR", "OR")
#: What the trials in fibromyalgia count: at least half of the pain gone.
RESPONSE = "response_50_pain"
COUNTS_READ = ("worked out, none on placebo", "worked out, the mirror image", "difference printed")


def memantine_attacks(level: float) -> Headline:
    """Return memantine against placebo in migraine, attacks a month.

    Its standardised difference is no choice: one trial gives changes, the other end values
    (Cochrane Handbook 6, 10.5.2).
    """
    outcome = "attack_frequency"
    sources = {
        "as the trial prints it": migraine.PRINTED,
        "from means of the arms": migraine.ARMS,
    }
    found = {
        (source, name): migraine.mean_differences(
            outcome, control="placebo", prefer=prefer, origin=origin, level=level
        )
        for source, prefer in sources.items()
        for name, origin in ORIGINS.items()
    }
    data = []
    for choices in crossed(
        difference=sources,
        spread=("read as SE", "read as SD"),
        period=("as printed", "all by month"),
        origin=ORIGINS,
    ):
        rows = found[choices["difference"], choices["origin"]]
        rows = rows[rows["drug"].eq("memantine")] if len(rows) else rows
        rows = rows if choices["spread"] == "read as SE" else migraine_pool.spread_as_sd(rows)
        rows = migraine_pool.to_months(rows) if "month" in choices["period"] else rows
        data.append((choices, rows))
    return headline(
        *("memantine_attack_frequency", migraine.THEME, "mean", "MD"),
        outcome=outcome,
        rows=data[0][1],
        universes=choose.differences(data),
    )


def memantine_responders(level: float) -> Headline:
    """Return memantine against placebo in migraine, people whose attacks halved."""
    outcome = "response_50_frequency"
    return _migraine_responders("memantine_response_50", "memantine", outcome, level)


def magnesium(level: float) -> Headline:
    """Return magnesium against placebo in migraine, people who responded."""
    outcome = "response_50_intensity_duration"
    return _migraine_responders("magnesium_prevention", "magnesium", outcome, level)


def _migraine_responders(key: str, drug: str, outcome: str, level: float) -> Headline:
    data = []
    for choices in crossed(**{"people counted": DENOMINATORS, "origin": ORIGINS}):
        rows = migraine.comparison_rows(
            outcome,
            drug=drug,
            purpose="preventive",
            control="placebo",
            denominator=DENOMINATORS[choices["people counted"]],
            origin=ORIGINS[choices["origin"]],
        )
        data.append((choices, rows))
    made = choose.trials(data, ONE_TRIAL, level=level)
    about = (key, migraine.THEME, "points", "RD")
    return headline(*about, outcome=outcome, rows=data[0][1], universes=made)


def ketamine_cohorts(_: float) -> Headline:
    """Return the responders to one infusion of ketamine in fibromyalgia, groups without control."""
    found = {
        name: _single_arms("ketamine", RESPONSE, "randomised", origin)
        for name, origin in ORIGINS.items()
    }
    data = []
    for choices in crossed(
        overlap=("all different people", "largest report only", "without the largest"),
        studies=("same dose", "and a smaller dose"),
        origin=ORIGINS,
    ):
        rows = found[choices["origin"]]
        extra = single_arm.for_sensitivity(rows)
        once = overlap.one_per_cohort(rows[~extra])
        main = {"all": rows[~extra], "largest": once, "without": rows[~extra].drop(once.index)}
        kept = [main[choices["overlap"].split()[0]]]
        kept += [rows[extra]] if choices["studies"].startswith("and") else []
        data.append((choices, pd.concat(kept)))
    made = choose.pooled_by_measure(data, ("PLO", "PAS", "PR"))
    about = ("ketamine_response_session", FIBROMYALGIA, "share", "PLO")
    return headline(*about, outcome=RESPONSE, rows=data[0][1], universes=made)


def _single_arms(drug: str, outcome: str, denominator: str, origin: str) -> pd.DataFrame:
    return single_arm.single_arms(
        [outcome],
        theme=FIBROMYALGIA,
        condition="fibromyalgia",
        drug=drug,
        denominator=denominator,
        origin=origin,
    )


def _comparisons(drug: str, origin: str = "all") -> pd.DataFrame:
    return comparators.comparisons([RESPONSE], theme=FIBROMYALGIA, drug=drug, origin=origin)


def s_ketamine(level: float) -> Headline:
    """Return S-ketamine against midazolam in fibromyalgia, by the time of counting."""
    found = {name: _comparisons("S-ketamine", origin) for name, origin in ORIGINS.items()}
    times = list(dict.fromkeys(next(iter(found.values()))["time"]))
    data = []
    for choices in crossed(time=times, origin=ORIGINS):
        rows = found[choices["origin"]]
        data.append((choices, rows[rows["time"] == choices["time"]]))
    made = choose.trials(data, ONE_TRIAL, level=level)
    about = ("s_ketamine_response_15min", FIBROMYALGIA, "points", "RD")
    return headline(*about, outcome=RESPONSE, rows=data[0][1], universes=made)


def memantine_fibromyalgia(level: float) -> Headline:
    """Return memantine against placebo in fibromyalgia, by where its counts come from."""
    rows = _comparisons("memantine")
    printed = load("contrasts").query("study == 'olivan2014'")
    printed = printed[printed["outcome"].eq(RESPONSE) & printed["exclude"].isna()]
    printed = printed.set_index("measure")
    limits = tuple(printed.loc["NNT", ["ci_lb", "ci_ub"]])
    found = comparators.counts_behind(
        printed.loc["RD", "estimate"], limits, least_total=40, most_total=71
    )
    mirror = found[(found[choose.COUNTS] != rows[choose.COUNTS].iloc[0]).any(axis=1)]
    own, mirrored, as_printed = ({"counts": name} for name in COUNTS_READ)
    made = choose.trials([(own, rows), (mirrored, mirror.head(1))], ONE_TRIAL, level=level)
    choices = as_printed | {"measure": "RD, as printed", "empty cells": choose.NOT_NEEDED}
    made.append(choose.printed_difference(choices, printed.loc["RD"]))
    about = ("memantine_response_6mo", FIBROMYALGIA, "points", "RD")
    return headline(*about, outcome=RESPONSE, rows=rows, universes=made)


def dextromethorphan(level: float) -> Headline:
    """Return the responders to dextromethorphan, one group without a control."""
    return _one_group("dextromethorphan_response", "dextromethorphan", RESPONSE, level)


def diet(level: float) -> Headline:
    """Return the responders to a diet low in glutamate, one group without a control."""
    drug, outcome = "glutamate exclusion diet", "response_30_symptoms"
    return _one_group("glutamate_exclusion_diet", drug, outcome, level)


def _one_group(key: str, drug: str, outcome: str, level: float) -> Headline:
    data = [
        (
            choices,
            _single_arms(
                drug,
                outcome,
                DENOMINATORS[choices["people counted"]],
                ORIGINS[choices["origin"]],
            ),
        )
        for choices in crossed(**{"people counted": DENOMINATORS, "origin": ORIGINS})
    ]
    made = choose.one_cohort(data, level=level)
    about = (key, FIBROMYALGIA, "share", "PR")
    return headline(*about, outcome=outcome, rows=data[0][1], universes=made)
