"""The rules of the ledger that hold across its tables: claims, numbers, parts and cells."""

from collections.abc import Callable, Iterator, Mapping
from math import isclose
from typing import NamedTuple

import pandas as pd

from evidence.audit.numbers import RELATIONS, Number, Numbers
from evidence.audit.registry import JUDGED, NAMES, SETTINGS, misfits, run
from evidence.audit.verdicts import numbers_by_claim

CLAIMS, NUMBERS = "claims", "claim_numbers"
#: The tables that the rules read.
TABLES = (CLAIMS, NUMBERS, "review_parts", "review_cells", "studies")
#: Severities that say a conclusion moves, and so need to say how.
MOVES = ("weakens", "changes")


class Fault(NamedTuple):
    """A row that breaks a rule: its table, its position from 0, the column, the rule in words."""

    table: str
    row: int
    column: str
    rule: str


def find_ledger_faults(
    tables: Mapping[str, pd.DataFrame], read: Callable[[str], pd.DataFrame]
) -> Iterator[Fault]:
    """Yield every breach of the rules across the ledger's tables.

    Parameters
    ----------
    tables : mapping
        The frames of `TABLES` by name, rows in the order of the files.
    read : callable
        From the name of a table to the table, for the checks that look things up; raises
        LookupError for a table that is not sound, and its claims are passed over.

    Yields
    ------
    Fault
        An impossible place in the review, an unknown check, arguments that the check lacks or
        does not take, a verdict where one is computed or none where one is judged, a severity
        without its consequence, a rank that is taken, a value that is not what is printed, a
        number without its source; and, where none of these, what the check itself refuses.
    """
    claims, numbers = tables[CLAIMS], tables[NUMBERS]
    found = [
        *_place_faults(claims, tables["review_parts"], tables["review_cells"]),
        *_verdict_faults(claims),
        *_number_faults(numbers),
        *_argument_faults(claims, numbers, set(tables["studies"]["study"])),
    ]
    yield from found
    bad = {claims["claim"].iloc[f.row] for f in found if f.table == CLAIMS}
    bad |= {numbers["claim"].iloc[f.row] for f in found if f.table == NUMBERS}
    known = numbers["relation"].isna() | numbers["relation"].isin(RELATIONS)
    bad |= set(numbers.loc[~known, "claim"])
    arguments = numbers_by_claim(numbers[known], read)
    for row, claim in enumerate(claims.itertuples()):
        if claim.claim not in bad and claim.check != JUDGED:
            try:
                run(str(claim.check), arguments.get(str(claim.claim), Numbers(())))
            except LookupError:
                continue  # The table has faults of its own, and they are told.
            except (ValueError, ArithmeticError) as error:
                yield Fault(CLAIMS, row, "check", f"cannot be run: {error}")


def _place_faults(
    claims: pd.DataFrame, parts: pd.DataFrame, cells: pd.DataFrame
) -> Iterator[Fault]:
    items = parts.groupby(["review", "part"])["items"].first()
    columns = cells.dropna(subset=["column"]).groupby(["review", "table"])["column"].unique()
    for row, claim in enumerate(claims.itertuples()):
        place = (claim.review, claim.part)
        if pd.isna(claim.part):
            continue
        if place not in items.index:
            yield Fault(CLAIMS, row, "part", f"is no part of {claim.review} in review-parts.csv")
            continue
        if pd.notna(claim.item) and claim.item > items[place]:
            rule = f"is more than the {items[place]:g} items of {claim.part}"
            yield Fault(CLAIMS, row, "item", rule)
        if pd.isna(claim.column):
            continue
        if place not in columns.index:
            rule = f"is given, but {claim.part} is no table in review-cells.csv"
            yield Fault(CLAIMS, row, "column", rule)
        elif claim.column not in columns[place]:
            rule = f"is no column of {claim.part}: {', '.join(columns[place])}"
            yield Fault(CLAIMS, row, "column", rule)


def _verdict_faults(claims: pd.DataFrame) -> Iterator[Fault]:
    judged, empty = claims["check"].eq(JUDGED), claims["verdict"].isna()
    moves = claims["severity"].isin(MOVES)
    taken = claims["rank"].notna() & claims["rank"].duplicated()
    for column, broken, rule in (
        ("verdict", judged & empty, "is empty, but the check is judged"),
        ("verdict", ~judged & ~empty, "is given, but the check computes it: leave it empty"),
        ("finding", judged & claims["finding"].isna(), "is empty, but the check is judged"),
        ("consequence", moves & claims["consequence"].isna(), "is empty, but a conclusion moves"),
        ("rank", taken, "is taken"),
    ):
        for row in broken.to_numpy(dtype=bool).nonzero()[0]:
            yield Fault(CLAIMS, int(row), column, rule)


def _number_faults(numbers: pd.DataFrame) -> Iterator[Fault]:
    for row, number in enumerate(numbers.itertuples()):
        printed = "" if pd.isna(number.printed) else str(number.printed)
        value = Number(str(number.name), printed).value
        if (value is None) != bool(pd.isna(number.value)) or (
            value is not None and not isclose(float(value), number.value, rel_tol=1e-12)
        ):
            said = "no number" if value is None else f"{float(value):g}"
            yield Fault(NUMBERS, row, "value", f"is not what is printed: {printed!r} is {said}")
        if number.name in SETTINGS:
            continue
        for column in ("source", "locator"):
            if pd.isna(getattr(number, column)):
                yield Fault(NUMBERS, row, column, f"is empty, but {number.name} was read somewhere")


def _argument_faults(
    claims: pd.DataFrame, numbers: pd.DataFrame, studies: set[str]
) -> Iterator[Fault]:
    rows_of = numbers.reset_index(drop=True).groupby("claim").groups
    for row, claim in enumerate(claims.itertuples()):
        if pd.isna(claim.check):
            continue
        if claim.check not in NAMES:
            yield Fault(CLAIMS, row, "check", f"is not one of {', '.join(NAMES)}")
            continue
        rows = [int(each) for each in rows_of.get(claim.claim, [])]
        given = [str(numbers["name"].iloc[each]) for each in rows]
        for name, rule in misfits(str(claim.check), given):
            if name in given:
                yield Fault(NUMBERS, rows[given.index(name)], "name", rule)
            else:
                yield Fault(CLAIMS, row, "check", f"lacks {name}, which {rule}")
        for each, name in zip(rows, given, strict=True):
            key = numbers["printed"].iloc[each]
            if claim.check == "citation" and name == "study" and key not in studies:
                yield Fault(NUMBERS, each, "printed", "is no study in studies.csv")
