"""What could have been chosen otherwise in the data of a headline, as universes.

The first level of every choice is the book's own, so the first universe is the book's.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from evidence.effects import escalc
from evidence.multiverse import Universe
from evidence.proportions import METHODS as SHARE_INTERVALS
from evidence.proportions import proportion_ci
from evidence.riskdiff import risk_difference_ci
from evidence.robustness_scale import control_risk

#: Choices of one data set and its rows.
DataSet = tuple[dict[str, str], pd.DataFrame]

ORIGINS = {"all values": "all", "printed only": "reported"}
DENOMINATORS = {"all randomised": "randomised", "completers": "completed"}
#: What is done where nobody, or everybody, in an arm has the event.
EMPTY_CELLS = {
    "half a person added": "only0",
    "added by arm size": "tacc",
    "study left out": "none",
}
NOT_NEEDED = "none needed"
#: Intervals of one trial's risk difference. Wald's is in the package for comparison only.
RD_INTERVALS = {
    "RD, Newcombe": "newcombe",
    "RD, score": "miettinen-nurminen",
    "RD, Agresti-Caffo": "agresti-caffo",
}
COUNTS = ["event_e", "n_e", "event_c", "n_c"]
EFFECTS = ["yi", "vi", "measure"]


def no_effect(measure: str) -> pd.DataFrame:
    """Return effects of no study."""
    return pd.DataFrame({"yi": [], "vi": [], "measure": []}).astype({"measure": "str"})


def effects(rows: pd.DataFrame, measure: str, to: str = "only0") -> pd.DataFrame:
    """Return `yi, vi, measure` of the rows; a study that the rule leaves undefined is left out."""
    if rows.empty:
        return no_effect(measure)
    return escalc(rows, measure, to=to)[EFFECTS].dropna().reset_index(drop=True)


def trials(
    data: Iterable[DataSet], measures: Sequence[str], *, level: float = 95.0
) -> list[Universe]:
    """Return the universes of trials with counts by arm.

    Parameters
    ----------
    data : iterable of DataSet
        Rows with `event_e, n_e, event_c, n_c`.
    measures : sequence of str
        RD, RR, OR, the book's first. A name of `RD_INTERVALS` is the observed difference of one
        trial with that interval.
    level : float
        Of those intervals, percent.
    """
    universes = []
    for (choices, rows), measure in product(data, measures):
        counts = rows[COUNTS].astype(float) if len(rows) else rows
        risk = control_risk(counts) if len(rows) else np.nan
        # Made from the counts as they are, such an interval needs no rule for empty cells.
        rules = {NOT_NEEDED: ""} if measure in RD_INTERVALS else EMPTY_CELLS
        for cells, to in rules.items():
            named = choices | {"measure": measure, "empty cells": cells}
            if to or rows.empty:
                found = effects(counts, measure[:2], to or "only0")
            else:
                found = _one_difference(counts, RD_INTERVALS[measure], level)
            universes.append(Universe(named, found, risk))
    return universes


def _one_difference(rows: pd.DataFrame, interval: str, level: float) -> pd.DataFrame:
    (row,) = rows.itertuples()
    e, n_e, c, n_c = (int(getattr(row, name)) for name in COUNTS)
    lb, ub = risk_difference_ci(e, n_e, c, n_c, interval, level)
    yi = e / n_e - c / n_c
    # A variance above 0 is asked for, and not used: the interval is its own.
    made = {"yi": [yi], "vi": [1.0], "measure": ["RD"], "ci_lb": [lb], "ci_ub": [ub]}
    return pd.DataFrame(made)


def printed_difference(choices: Mapping[str, str], row: pd.Series) -> Universe:
    """Return the universe of a risk difference as printed (percent) with its printed interval."""
    numbers = {name: [float(row[of]) / 100] for name, of in _PRINTED.items()}
    made = pd.DataFrame(numbers).assign(vi=1.0, measure="RD")
    return Universe(dict(choices), made)


_PRINTED = {"yi": "estimate", "ci_lb": "ci_lb", "ci_ub": "ci_ub"}


def one_cohort(data: Iterable[DataSet], *, level: float = 95.0) -> list[Universe]:
    """Return the universes of one group without a control, by each exact or score interval.

    `data` has rows with `event, n`: one, or none.
    """
    universes = []
    exact = ("clopper-pearson", *(m for m in SHARE_INTERVALS if m != "clopper-pearson"))
    for (choices, rows), interval in product(data, exact):
        found = no_effect("PR")
        for event, n in rows[["event", "n"]].astype(int).itertuples(index=False):
            lb, ub = proportion_ci(event, n, interval, level)
            made = {"yi": [event / n], "vi": [1.0], "ci_lb": [lb], "ci_ub": [ub]}
            found = pd.DataFrame(made).assign(measure="PR")
        universes.append(Universe(choices | {"interval": interval}, found))
    return universes


def pooled_by_measure(data: Iterable[DataSet], measures: Sequence[str]) -> list[Universe]:
    """Return the universes of rows that a measure turns into effects and that are then pooled."""
    return [
        Universe(choices | {"measure": measure}, effects(rows, measure))
        for (choices, rows), measure in product(data, measures)
    ]


def differences(data: Iterable[DataSet]) -> list[Universe]:
    """Return the universes of mean differences, whose rows have `yi, vi`."""
    return [
        Universe(choices, rows[["yi", "vi"]].astype(float).assign(measure="MD"))
        for choices, rows in data
    ]


def spread_as_se(rows: pd.DataFrame, studies: Iterable[str]) -> pd.DataFrame:
    """Return means whose spread was read as an SD read as a standard error, in some studies."""
    read = rows["study"].isin(list(studies))
    sds = {
        f"sd_{s}": rows[f"sd_{s}"].where(~read, rows[f"sd_{s}"] * np.sqrt(rows[f"n_{s}"]))
        for s in "ec"
    }
    return rows.assign(**sds)
