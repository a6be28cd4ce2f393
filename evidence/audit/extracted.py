"""Counts and citations of a review against what `data/` holds of the studies."""

import pandas as pd

from evidence.audit.numbers import Finding, Numbers
from evidence.audit.ranges import Range
from evidence.checks import check_choice
from evidence.text import count_text

#: What a cell says that tells nothing.
SILENT = ("", "not reported", "not stated")


def rows(numbers: Numbers) -> Finding:
    """Ask whether a count is that of the rows of a table.

    Parameters
    ----------
    numbers : Numbers
        `total`; `table`; `where`, conditions joined by ";" of the form column=value, with "|"
        between several values, an empty value for an empty cell, and all of it empty for every
        row; and `distinct`, a column of which each value counts once.

    Returns
    -------
    Finding
        `values`: found.
    """
    total, table = numbers.one("total"), numbers.words("table")
    frame, where = numbers.read(table), numbers.words("where")
    for condition in filter(None, (part.strip() for part in where.split(";"))):
        column, sign, value = condition.partition("=")
        if not sign:
            raise ValueError(f"where must be column=value; got {condition!r}")
        check_choice(f"column of where ({table})", column.strip(), list(frame))
        frame = frame[_cells(frame, column.strip()).isin(_allowed(value))]
    distinct = numbers.words("distinct")
    if distinct:
        check_choice(f"distinct ({table})", distinct, list(frame))
    found = frame[distinct].nunique() if distinct else len(frame)
    holds = total.range.meets(Range(found, found))
    what = f", one a {distinct}" if distinct else ""
    text = f"{count_text(found, 'row')} of {table.replace('_', ' ')}{what}{_condition(where)}"
    text += "" if holds else f"; the review has {total}"
    return Finding("agrees" if holds else "disagrees", text, {"found": found})


def citation(numbers: Numbers) -> Finding:
    """Ask whether the studies cited are what they are cited for.

    Parameters
    ----------
    numbers : Numbers
        `study` (repeated), keys; `table` and `column` that tell; and `claimed`, what the review
        cites them for, with "|" between values that would do.

    Returns
    -------
    Finding
        "disagrees" names each study none of whose rows has such a value; "unknown" where the
        table says nothing of a study, and no other disagrees. `values`: by study, what it has.
    """
    table, column = numbers.words("table"), numbers.words("column")
    claimed = numbers.words("claimed")
    frame = numbers.read(table)
    check_choice(f"column ({table})", column, list(frame))
    check_choice(f"a column of {table}", "study", list(frame))
    values: dict[str, object] = {}
    wrong, silent = [], []
    for study in (item.printed.strip() for item in numbers.all("study")):
        held = _cells(frame[frame["study"] == study], column)
        held = held[~held.isin(SILENT)]
        values[study] = list(dict.fromkeys(held))
        if held.empty:
            silent.append(study)
        elif not held.isin(_allowed(claimed)).any():
            wrong.append(f"{study} has {', '.join(dict.fromkeys(held))}")
    if wrong:
        return Finding("disagrees", f"{column} claimed: {claimed}; {'; '.join(wrong)}", values)
    if silent:
        return Finding("unknown", f"{table} has no {column} of {', '.join(silent)}", values)
    return Finding("agrees", f"{column} of {', '.join(values)}: {claimed}", values)


def _condition(where: str) -> str:
    """Return the conditions of `rows` as a reader may take them in."""
    pairs = [part.partition("=") for part in where.split(";") if part.strip()]
    # Which review it is stands beside the claim.
    asked = {c.strip(): _listed(value) for c, _, value in pairs if c.strip() != "review"}
    said = [f"{column} is {' or '.join(values) or 'empty'}" for column, values in asked.items()]
    return f", where {' and '.join(said)}" if said else ""


def _listed(values: str) -> list[str]:
    return [value.strip() for value in values.split("|") if value.strip()]


def _cells(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as the texts to compare: lower case, whole numbers whole, empty for none."""
    return frame[column].map(_cell).astype("str")


def _cell(value: object) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value).casefold()


def _allowed(values: str) -> list[str]:
    return [value.strip().casefold() for value in values.split("|")]
