"""Provocation with MSG and the exclusion diets, in tables."""

import pandas as pd

from evidence.data import load
from evidence.interval import Interval
from evidence.tables import Table
from evidence.text import EMPTY, interval_text, number_text, p_text, percent_text


def provocation_table(by_food: dict[str, pd.DataFrame], caption: str, *, level: float) -> Table:
    """Return the counts of headache and their risk difference, a row a study.

    Parameters
    ----------
    by_food : dict of str to pandas.DataFrame
        From :func:`evidence.themes.msg.provocations`, by how the MSG was taken; may be empty.
    caption : str
        Caption of the table.
    level : float
        That of the intervals, percent; for the header.
    """
    lines = [
        {
            "study": row.label,
            "MSG taken": food,
            "headache on MSG": _of(row.event_e, row.n_e),
            "headache on control": _of(row.event_c, row.n_c),
            f"difference, percentage points ({level:g}% CI)": _difference(row),
            "origin": row.origin,
        }
        for food, rows in by_food.items()
        for row in rows.itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def _of(event: int, n: int) -> str:
    return f"{event} of {n} ({percent_text(event / n)})"


def _difference(row: tuple[object, ...]) -> str:
    lb, ub = row.ci_lb, row.ci_ub  # type: ignore[attr-defined]
    ci = interval_text(Interval(100 * lb, 100 * ub), 0)
    return f"{number_text(100 * row.estimate, 0)} ({ci})"  # type: ignore[attr-defined]


def pairs_table(pairs: pd.DataFrame, caption: str, *, level: float) -> Table:
    """Return the crossovers of :func:`evidence.themes.msg.crossover_pairs`, a row a study.

    `level` is that of the intervals, for the header; `pairs` may be empty.
    """
    lines = [
        {
            "study": row.label,
            "people": row.n,
            "on MSG only": row.only_e,
            "on control only": row.only_c,
            "on both": row.both,
            f"odds ratio ({level:g}% CI)": _odds_ratio(row),
            "exact test": p_text(row.p),
        }
        for row in pairs.itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def _odds_ratio(row: tuple[object, ...]) -> str:
    ci = Interval(row.ci_lb, row.ci_ub)  # type: ignore[attr-defined]
    if pd.isna(ci.lb):
        return EMPTY
    return f"{number_text(row.odds_ratio)} ({interval_text(ci)})"  # type: ignore[attr-defined]


def repeated_texts() -> dict[str, str]:
    """Return how many of those who had reacted to MSG alone did so again, such as "19 of 37"."""
    rows = load("dichotomous")
    rows = rows[rows["outcome"] == "msg_reaction_repeated"]
    return {row.time: f"{row.event} of {row.n}" for row in rows.itertuples()}


def dose_table(doses: pd.DataFrame, caption: str) -> Table:
    """Return the doses of :func:`evidence.themes.msg.doses` as printed and in grams."""
    lines = [
        {
            "study": row.label,
            "people": row.population,
            "as printed": _printed(row),
            "grams": _span(row.low_g, row.high_g),
            "how": row.schedule,
        }
        for row in doses.itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def _printed(row: tuple[object, ...]) -> str:
    low, high, unit = row.low, row.high, row.unit  # type: ignore[attr-defined]
    return f"{_span(low, high)} {unit}"


def _span(low: float, high: float) -> str:
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"


def responders_table(rows: pd.DataFrame, caption: str, *, level: float) -> Table:
    """Return the uncontrolled shares of :func:`evidence.themes.msg.diet_responders`; may be empty.

    `level` is that of the intervals, for the header.
    """
    lines = [
        {
            "study": row.label,
            "counted": row.counted,
            "improved": f"{row.event} of {row.n}",
            f"share ({level:g}% CI)": f"{percent_text(row.estimate)} ({_share(row)})",
            "origin": row.origin,
        }
        for row in rows.itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def _share(row: tuple[object, ...]) -> str:
    ci = Interval(row.ci_lb, row.ci_ub)  # type: ignore[attr-defined]
    return interval_text(ci, 0, percent=True)
