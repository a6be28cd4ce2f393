"""Rules that hold across the columns of a row, beside the schema's rules for one column.

Each rule takes a table as text-free, typed columns and yields the rows that
break it. They stand in one place so that `make check`, the tests and a reader
see the same list.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd


class Breach(NamedTuple):
    """A row that breaks a rule: its position from 0, the column to mend, and the rule in words."""

    row: int
    column: str
    rule: str


Rule = Callable[[pd.DataFrame], Iterator[Breach]]


def at_most(column: str, other: str) -> Rule:
    """Return the rule that `column` is at most `other`, where both are known."""

    def rule(frame: pd.DataFrame) -> Iterator[Breach]:
        if not {column, other} <= set(frame):
            return
        broken = frame[column].astype(float) > frame[other].astype(float)
        for row in np.flatnonzero(broken):
            yield Breach(int(row), column, f"is more than {other} ({frame[other].iloc[row]})")

    return rule


def needs(column: str, why: str, when: Callable[[pd.DataFrame], pd.Series]) -> Rule:
    """Return the rule that `column` is filled in the rows that `when` selects."""

    def rule(frame: pd.DataFrame) -> Iterator[Breach]:
        if column not in frame:
            return
        for row in np.flatnonzero(frame[column].isna() & when(frame)):
            yield Breach(int(row), column, f"is empty, but {why}")

    return rule


def percent_matches(frame: pd.DataFrame) -> Iterator[Breach]:
    """Yield rows whose printed percentage is not event / n rounded, unless a note says so."""
    known = frame[["event", "n", "percent_reported"]].notna().all(axis=1) & frame["note"].isna()
    for row in np.flatnonzero(known):
        event, n, printed = (float(frame[c].iloc[row]) for c in ("event", "n", "percent_reported"))
        decimals = len(f"{printed:g}".partition(".")[2])
        if n and abs(100 * event / n - printed) > 0.5 * 10**-decimals + 1e-9:
            rule = f"is not {event:g}/{n:g} ({100 * event / n:.2f}%); say in note which is right"
            yield Breach(int(row), "percent_reported", rule)


def spread_matches(frame: pd.DataFrame) -> Iterator[Breach]:
    """Yield rows whose label of the spread names a column that is empty."""
    wanted = {"sd": "sd", "se": "se", "ci": "ci_lb", "iqr": "q1", "range": "min"}
    for row, spread in enumerate(frame["spread"]):
        column = wanted.get(spread)
        if column in frame and pd.isna(frame[column].iloc[row]):
            yield Breach(int(row), "spread", f"says {spread}, but {column} is empty")


def measured(frame: pd.DataFrame) -> Iterator[Breach]:
    """Yield rows with a standard deviation, standard error or level that is not positive."""
    for column in ("sd", "se"):
        if column in frame:
            for row in np.flatnonzero(frame[column] <= 0):
                yield Breach(int(row), column, "is not above 0")


def is_derived(frame: pd.DataFrame) -> pd.Series:
    """Return which rows rest on a derivation that must be stated."""
    return frame["origin"].isin(["derived", "reconstructed"])


def has_relation(frame: pd.DataFrame) -> pd.Series:
    """Return which rows state a relation to a p value."""
    return frame["p_relation"].notna()


PROVENANCE = needs("derivation", "origin is derived or reconstructed", is_derived)
INTERVAL = (at_most("ci_lb", "ci_ub"),)
ESTIMATE = (at_most("ci_lb", "estimate"), at_most("estimate", "ci_ub"), *INTERVAL)
QUARTILES = (at_most("q1", "median"), at_most("median", "q3"), at_most("q1", "q3"))

#: The rules of each table; `PROVENANCE` holds wherever a table has an origin.
RULES: dict[str, tuple[Rule, ...]] = {
    "arms": (at_most("n_completed", "n_randomised"), at_most("n_analysed", "n_randomised")),
    "dichotomous": (at_most("event", "n"), percent_matches),
    "continuous": (
        *INTERVAL,
        *QUARTILES,
        at_most("ci_lb", "mean"),
        at_most("mean", "ci_ub"),
        at_most("min", "max"),
        measured,
        spread_matches,
    ),
    "contrasts": (*ESTIMATE, measured, needs("p", "p_relation is given", has_relation)),
    "biomarkers": (*QUARTILES, measured, spread_matches),
    "directions": (
        needs("p", "p_relation is given", has_relation),
        needs("exclude", "eligible is false", lambda frame: ~frame["eligible"].astype(bool)),
    ),
    "imaging_findings": (
        at_most("positive", "total"),
        needs("p", "p_relation is given", has_relation),
        needs("unit", "positive is given", lambda frame: frame["positive"].notna()),
    ),
    "regimens": (at_most("low", "high"),),
    "comparators": (
        at_most("event_e", "n_e"),
        at_most("event_c", "n_c"),
        at_most("rr_lb", "rr"),
        at_most("rr", "rr_ub"),
        at_most("nnt_lb", "nnt"),
        at_most("nnt", "nnt_ub"),
    ),
    "syntheses": ESTIMATE,
}


def find_breaches(table: str, frame: pd.DataFrame) -> Iterator[Breach]:
    """Yield every breach of the rules of `table` in `frame`."""
    rules = RULES.get(table, ())
    if "origin" in frame:
        rules = (PROVENANCE, *rules)
    for rule in rules:
        yield from rule(frame)
