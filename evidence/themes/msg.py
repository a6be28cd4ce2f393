"""Provocation with monosodium glutamate (MSG), crossovers with their pairs, and the diets."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from evidence.checks import check_between, check_choice, check_level
from evidence.data import load
from evidence.effects import escalc, study_intervals
from evidence.interval import Interval
from evidence.proportions import proportion_ci, proportion_cis
from evidence.riskdiff import risk_difference_cis
from evidence.themes.directions import comparisons
from evidence.trials import ORIGINS, counts

#: Outcomes of the provocation studies whose two arms may be compared.
PROVOKED = {"without food": "headache_provoked", "with food": "headache_provoked_with_food"}
#: Stem of the outcomes that count the pairs of a crossover.
PAIRED = ("headache", "symptoms")
HEADACHES = ("headache", "reports of headache", "frequency of headache")
DIETS = ("holton2012", "vellisca2014", "smith2001")
BEGAN = {"randomised": "all who began", "completed": "those who completed"}


@dataclass(frozen=True, slots=True)
class PairedTest:
    """McNemar's exact test of a crossover with two outcomes a person.

    Attributes
    ----------
    odds_ratio : float
        Conditional: only under MSG over only under control. Infinite without the latter, NaN
        without either.
    ci : Interval or None
        Exact interval of `odds_ratio`; None without discordant pairs.
    p : float
        Two-sided exact binomial test of the discordant pairs; 1 without any.
    level : float
        Percent.
    """

    odds_ratio: float
    ci: Interval | None
    p: float
    level: float


def paired_test(only_e: int, only_c: int, *, level: float = 95.0) -> PairedTest:
    """Return McNemar's exact test and the conditional odds ratio of a crossover.

    Parameters
    ----------
    only_e, only_c : int
        People with the event under the one arm only, 0 or more. Those with it under both or
        neither say nothing about a difference.
    level : float
        Of the interval, percent.

    Notes
    -----
    The share of `only_e` among the discordant pairs has a Clopper-Pearson interval; its odds are
    the conditional odds ratio. R: ``binom.test(only_e, only_e + only_c)``; ``mcnemar.test`` is
    the large-sample test instead.

    Examples
    --------
    >>> paired_test(6, 1).p
    0.125
    """
    check_level(level)
    pairs = only_e + only_c
    if not pairs:
        return PairedTest(np.nan, None, 1.0, float(level))
    lb, ub = proportion_ci(only_e, pairs, "clopper-pearson", level)
    p = float(binomtest(only_e, pairs).pvalue)
    ratio = only_e / only_c if only_c else np.inf
    return PairedTest(ratio, Interval(_odds(lb), _odds(ub)), p, float(level))


def _odds(share: float) -> float:
    return float(share / (1 - share)) if share < 1 else float(np.inf)


def crossover_pairs(outcome: str, *, origin: str = "all", level: float = 95.0) -> pd.DataFrame:
    """Return the crossovers that print their pairs, with the exact test of each.

    Parameters
    ----------
    outcome : {"headache", "symptoms"}
        Headache after MSG with food in volunteers; or the symptom complex in people who hold
        themselves sensitive to MSG.
    origin : {"all", "reported"}
        As for :func:`evidence.trials.arm_rows`.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        `study, label, n, only_e, only_c, both, odds_ratio, ci_lb, ci_ub, p`; may be empty.
    """
    check_choice("outcome", outcome, PAIRED)
    check_choice("origin", origin, ORIGINS)
    check_level(level)
    rows = load("dichotomous").merge(load("arms")[["study", "arm", "role"]], on=["study", "arm"])
    rows = rows if origin == "all" else rows[rows["origin"] == origin]
    rows = rows.merge(load("studies")[["study", "label", "population"]], on="study")
    rows = rows.assign(given=rows["role"].eq("experimental").map({True: "e", False: "c"}))
    only = rows[rows["outcome"] == f"{outcome}_this_only"]
    both = rows[(rows["outcome"] == f"{outcome}_both") & (rows["given"] == "e")]
    arms = {given: only[only["given"] == given] for given in ("e", "c")}
    pairs = arms["e"][["study", "label", "population", "n", "source"]]
    for name, part in (("only_e", arms["e"]), ("only_c", arms["c"]), ("both", both)):
        pairs = pairs.merge(part[["study", "event"]].rename(columns={"event": name}), on="study")
    tests = [paired_test(int(r.only_e), int(r.only_c), level=level) for r in pairs.itertuples()]
    bounds = [test.ci or Interval(np.nan, np.nan) for test in tests]
    return pairs.assign(
        odds_ratio=[test.odds_ratio for test in tests],
        ci_lb=[ci.lb for ci in bounds],
        ci_ub=[ci.ub for ci in bounds],
        p=[test.p for test in tests],
    )


def provocations(food: str, *, origin: str = "all", level: float = 95.0) -> pd.DataFrame:
    """Return the counts of headache after MSG and after its control, study by study.

    Parameters
    ----------
    food : {"without food", "with food"}
        How the MSG was taken.
    origin : {"all", "reported"}
        As for :func:`evidence.trials.counts`.
    level : float
        Of the interval of the risk difference, percent.

    Returns
    -------
    pandas.DataFrame
        As :func:`evidence.trials.counts`, with the risk difference `estimate, ci_lb, ci_ub`
        (Newcombe). The margins of a crossover are taken as two groups: people who are alike on
        both days make the true interval narrower (Handbook 23.2).
    """
    check_choice("food", food, PROVOKED)
    check_level(level)
    rows = counts(PROVOKED[food], origin=origin)
    if rows.empty:
        return rows.assign(estimate=np.nan, ci_lb=np.nan, ci_ub=np.nan)
    return risk_difference_cis(rows, level=level)


def provoked_effects(rows: pd.DataFrame, *, level: float = 95.0) -> pd.DataFrame:
    """Return the rows of :func:`provocations` as log risk ratios, `yi, vi, ci_lb, ci_ub`.

    The interval of the risk difference gives way to that of the ratio. Empty stays empty.
    """
    if rows.empty:
        return rows.assign(yi=0.0, vi=0.0, ci_lb=0.0, ci_ub=0.0, measure="RR")
    return study_intervals(escalc(rows, "RR"), level=level)


def headache_directions(*, origin: str = "all") -> pd.DataFrame:
    """Return what each provocation study says of headache after MSG, eligible rows only."""
    rows = comparisons("provocation vs placebo", origin=origin)
    return rows[rows["analyte"].isin(HEADACHES)]


def doses(body_weight: float) -> pd.DataFrame:
    """Return the doses of MSG in grams for a person of the weight given.

    Parameters
    ----------
    body_weight : float
        Kilograms, 30 to 200; turns mg/kg into grams.

    Returns
    -------
    pandas.DataFrame
        The rows of `regimens.csv` of a study, with `label, population, low_g, high_g`.
    """
    check_between("body_weight", body_weight, 30, 200)
    studies = load("studies")[["study", "label", "population"]]
    rows = load("regimens")
    rows = rows[(rows["drug"] == "monosodium glutamate") & rows["study"].notna()]
    rows = rows.merge(studies, on="study")
    factor = np.where(rows["unit"] == "mg/kg", body_weight / 1000, 1.0)
    return rows.assign(low_g=rows["low"] * factor, high_g=rows["high"] * factor)


def diet_responders(*, level: float = 95.0, origin: str = "all") -> pd.DataFrame:
    """Return the share that improved on an open exclusion diet, of all and of the completers.

    Parameters
    ----------
    level : float
        Of the Clopper-Pearson interval, percent.
    origin : {"all", "reported"}
        As for :func:`evidence.trials.arm_rows`.

    Returns
    -------
    pandas.DataFrame
        `label, counted, event, n, estimate, ci_lb, ci_ub`; uncontrolled, may be empty.
    """
    check_choice("origin", origin, ORIGINS)
    check_level(level)
    rows = load("dichotomous")
    rows = rows[rows["study"].isin(DIETS) & (rows["outcome"] == "response_30_symptoms")]
    rows = rows[rows["exclude"].isna() & rows["denominator"].isin(list(BEGAN))]
    rows = rows if origin == "all" else rows[rows["origin"] == origin]
    rows = rows.merge(load("studies")[["study", "label"]], on="study")
    rows = rows.assign(counted=rows["denominator"].map(BEGAN))
    if rows.empty:
        return rows.assign(estimate=np.nan, ci_lb=np.nan, ci_ub=np.nan)
    return proportion_cis(rows, "clopper-pearson", level)


def diet_directions(*, origin: str = "all") -> pd.DataFrame:
    """Return what the diet studies in fibromyalgia found, randomised or not."""
    kinds = [
        comparisons(kind, origin=origin, eligible=eligible)
        for kind in ("diet", "provocation vs placebo")
        for eligible in (True, False)
    ]
    rows = pd.concat([part for part in kinds if len(part)] or kinds[:1])
    rows = rows[rows["study"].isin(DIETS)]
    return rows.sort_values(["study", "eligible"], ascending=[True, False], kind="stable")
