"""From a row that was read in a review to the claim of the audit that stands behind it."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from evidence.data import load, schemas
from evidence.tables import Link
from evidence.text import EMPTY

#: The page of the audit, as seen from another chapter.
PAGE = "claims-audit.html"

_WORD = re.compile(r"[a-z]{3,}|\d+(?:[.]\d+)?|[a-z]+\d\w*")
_SMALL = frozenset(("and", "the", "for", "with", "without", "from", "was", "were")) | frozenset(
    ("paragraph", "first", "section", "row", "item")
)
_PLACE = re.compile(r"((?:Table|Box|Figure) \d+)|section (\d[\d.]*\d|\d)")
_ITEM = re.compile(r"(?:paragraph|items?) (\d+)(?: and (\d+))?")
#: Kinds of claim that a row of a table is most like.
_KINDS = {
    "arms": ("sample size", "design", "sum"),
    "constants": ("effect",),
    "contrasts": ("effect", "p value", "nnt"),
    "dichotomous": ("count", "percentage", "sum"),
    "directions": ("direction", "effect"),
    "imaging_findings": ("direction", "effect", "correlation", "count", "text against table"),
    "imaging_studies": ("sample size", "design"),
    "prisma": ("sum",),
    "regimens": ("dose", "range", "text against table"),
    "studies": ("sample size", "design"),
    "subunits": ("citation",),
}
#: What a shared figure or a fitting kind counts for, where a shared word counts for one.
_LIKE = 3
#: As many letters of a word are compared, so that "meningeal" is like "meninges".
_LETTERS = 6
#: Figures too common to tell one claim from another.
_COMMON = frozenset((0.0, 1.0))
#: Columns that say how a row was read, not what it says.
_READING = ("source", "locator", "origin", "derivation", "readings", "note", "exclude", "limits")


def claim_address(claim: str, page: str = PAGE) -> str:
    """Return the address of a claim on the page of the audit."""
    return f"{page}#claim-{claim}"


def claims_behind(table: str) -> pd.DataFrame:
    """Return a table of the package with `claim`: the claim behind each row read in a review.

    Parameters
    ----------
    table : str
        Name of a table with `source` and `locator`.

    Returns
    -------
    pandas.DataFrame
        All rows; `claim` is missing where the source is none of the reviews.

    Notes
    -----
    Of the claims of the review, those are taken that are about the study of the row (that of the
    locator, if no claim is about it) or, failing that, about none; of these, those at the
    place that the locator names; and of these the one that shares most with the row: `_LIKE` for
    a kind that fits the table and for each figure, one for each word; of equals the first.
    """
    rows = load(table)
    claims = _described(load("claims"), load("claim_numbers"))
    by_review, kinds = dict(list(claims.groupby("review"))), _KINDS.get(table, ())
    behind = [
        _best(by_review[row["source"]], row, kinds) if row["source"] in by_review else None
        for _, row in rows.iterrows()
    ]
    return rows.assign(claim=pd.Series(behind, index=rows.index, dtype="str"))


def claim_of(rows: pd.DataFrame, table: str, by: Sequence[str] = ()) -> pd.Series:
    """Return the claim behind each of some rows that come from one table of the package.

    Parameters
    ----------
    rows : pandas.DataFrame
        With the columns `by`; may be empty.
    table : str
        Table that the rows come from.
    by : sequence of str
        Columns that tell the rows of the table apart; its primary key by default.

    Returns
    -------
    pandas.Series
        Keys of claims with the index of `rows`; missing where none stands behind.
    """
    keys = list(by) or _primary_key(table)
    known = claims_behind(table).dropna(subset="claim").drop_duplicates(keys)
    claims = {tuple(map(str, row[:-1])): row[-1] for row in known[[*keys, "claim"]].to_numpy()}
    found = [claims.get(tuple(map(str, row))) for row in rows[keys].to_numpy()]
    return pd.Series(found, index=rows.index, dtype="str")


def linked(
    rows: pd.DataFrame, table: str, column: str = "source", by: Sequence[str] = ()
) -> pd.DataFrame:
    """Return rows with the cells of a column that come from a review made links to their claims.

    Parameters
    ----------
    rows, table, by
        As for :func:`claim_of`.
    column : str
        Column of text.
    """
    claims = claim_of(rows, table, by)
    cells = [
        text if pd.isna(claim) or text == EMPTY else Link(str(text), claim_address(claim))
        for text, claim in zip(rows[column], claims, strict=True)
    ]
    return rows.assign(**{column: pd.Series(cells, index=rows.index, dtype="object")})


def _primary_key(table: str) -> list[str]:
    key = schemas()[table]["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else list(key)


def _described(claims: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the claims with the `words` and the `figures` that each has."""
    texts = claims[["claim", "column", "statement"]].fillna("").agg(" ".join, axis=1)
    figures = numbers.dropna(subset="value").groupby("claim")["value"].agg(frozenset)
    return claims.assign(
        words=[_words(text.replace("_", " ")) for text in texts],
        figures=[figures.get(claim, frozenset()) for claim in claims["claim"]],
    )


def _words(text: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(text.casefold())) - _SMALL
    return frozenset(word[:_LETTERS] for word in words)


def _best(claims: pd.DataFrame, row: pd.Series, kinds: Sequence[str]) -> str:
    told = row.drop([name for name in _READING if name in row]).dropna()
    figures = {float(value) for value in told if isinstance(value, int | float)} - _COMMON
    locator = str(row["locator"])
    words = _words(" ".join([locator, *(str(value) for value in told)]).replace("_", " "))
    studies = _studies_of(claims["study"], row.get("study"), locator)
    ranked = [
        (
            2 * (claim.study in studies) if pd.notna(claim.study) and studies else 1,
            _at(claim, locator),
            _LIKE * (len(claim.figures & figures) + (claim.kind in kinds))
            + len(claim.words & words),
            -place,
            str(claim.claim),
        )
        for place, claim in enumerate(claims.itertuples())
    ]
    return max(ranked)[-1]


def _studies_of(known: pd.Series, study: object, locator: str) -> set[str]:
    """Return the study of a row, or, where no claim is about it, those that its locator names."""
    studies = {str(each) for each in known.dropna()}
    if study in studies:
        return {str(study)}
    named = re.findall("[a-z]+", locator.casefold())
    return {each for each in studies if re.sub(r"\d.*", "", each) in named}


def _at(claim: Any, locator: str) -> int:
    """Return 2 at a place that a locator names, 1 in its part, else 0."""
    found = 0
    for piece in locator.split(";"):
        if not _in_part(str(claim.part), piece):
            continue
        items = [item for pair in _ITEM.findall(piece) for item in pair if item]
        here = str(claim.item) in items
        found = max(found, 2 if here else 1)
    return found


def _in_part(part: str, piece: str) -> bool:
    place = _PLACE.search(piece)
    if place:
        return part == (place[1] or place[2])
    words = _words(piece)
    return bool(words) and words <= _words(part) and ("without" in piece) == ("without" in part)
