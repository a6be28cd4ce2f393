"""The explorers of the responders: trials with a control, and groups without one."""

from collections.abc import Mapping, Sequence

import pandas as pd

from evidence.effects import escalc, study_intervals
from evidence.explorer import Explorer, baseline_at, explore
from evidence.pooling import PooledEffect
from evidence.sentences import Result
from evidence.synthesis import NotPooled, proportion_rows
from evidence.themes.responders_absolute import Comparison
from evidence.themes.responders_text import found
from evidence.themes.responders_ways import chosen_pool

#: The comparison that the chapter tells first.
FIRST = ("memantine", "migraine")
UNLIKE = (
    "These trials differ in drug, people, control and time: together they answer no question of a "
    "patient, which is why this page pools none of them. Each trial is here once, at its last "
    "count. Ticked at first is the one that the page begins with."
)
NO_CONTROL = (
    "Nobody here was compared with anybody: these shares are no effect of a drug. Reports of one "
    "clinic may tell of the same people."
)


def controlled(
    comparisons: Sequence[Comparison], risks: Mapping[str, float], level: float = 95.0
) -> Explorer:
    """Return the explorer of the randomised comparisons, as odds ratios.

    Parameters
    ----------
    comparisons : sequence of Comparison
        May be empty; of a trial that counted at several times the last stands.
    risks : mapping of str to float
        Shares that respond under control, percent, by name.
    level : float
        Percent.
    """
    rows = on_offer(comparisons, level)
    result, ticked = at_first(comparisons, rows, level)
    better = comparisons[0].better if comparisons else "higher"
    return explore(
        rows,
        result,
        key="controlled",
        title="Response in the randomised trials, odds ratios",
        ticked=ticked,
        favours=("control", "drug"),
        baseline=baseline_at(risks, better, "respond under control"),
        note=UNLIKE,
    )


def on_offer(comparisons: Sequence[Comparison], level: float = 95.0) -> pd.DataFrame:
    """Return each trial once, at its last count, as an odds ratio; `label` says all of it."""
    named = [each.rows.assign(question=each.name) for each in comparisons]
    if not named:
        return pd.DataFrame(columns=["study", "label", "question"])
    rows = pd.concat(named).drop_duplicates("study", keep="last").reset_index(drop=True)
    rows = rows.assign(label=rows["label"] + ": " + rows["question"])
    return study_intervals(escalc(rows, "OR"), level=level)


def at_first(
    comparisons: Sequence[Comparison], rows: pd.DataFrame, level: float = 95.0
) -> tuple[Result, list[int]]:
    """Return the page's result that the explorer begins with, and which rows it rests on."""
    lead = found(comparisons, *FIRST)
    for each in [*([lead] if lead else []), *comparisons]:
        index = list(rows.index[rows["question"] == each.name])
        if len(index) == len(each.rows):
            return each.fits["OR"], index
    return NotPooled("no study fits this choice", "OR", level), []


def uncontrolled(
    cohorts: pd.DataFrame,
    name: str,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
) -> Explorer:
    """Return the explorer of one group without a control.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        Of one group (:func:`evidence.themes.responders.groups`); may be empty.
    name : str
        Of the group.
    method, test, level
        As for :func:`evidence.pooling.pool`.
    """
    result = chosen_pool(cohorts, method=method, test=test, level=level)
    pooled = isinstance(result, PooledEffect)
    return explore(
        escalc(cohorts, "PLO") if pooled else cohorts,
        result,
        key="uncontrolled",
        title=name,
        shown=proportion_rows(cohorts, level=level),
        note=NO_CONTROL,
    )
