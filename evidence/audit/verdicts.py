"""From what a check finds to a verdict on the claim."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.registry import JUDGED, SETTINGS, run
from evidence.data import DATA_DIR, load

CONFIRMED = "confirmed"
CAVEAT = "confirmed with a caveat"
AMBIGUOUS = "ambiguous"
WITHIN = "inconsistent within the review"
PRIMARY = "differs from the primary source"
UNCHECKED = "not checkable from what we could read"
#: From the best to the worst that can be said, and last what cannot be said.
VERDICTS = (CONFIRMED, CAVEAT, AMBIGUOUS, WITHIN, PRIMARY, UNCHECKED)
COMPUTED = "computed"
#: Tables that hold what the reviews themselves print.
REVIEW_TABLES = ("review_cells", "prisma")


def verdict_of(finding: Finding, numbers: Numbers, review: str, caveat: str = "") -> str:
    """Return the verdict that a finding makes on a claim.

    Parameters
    ----------
    finding : Finding
    numbers : Numbers
        What the check worked on: where all of it was read in the review, a disagreement is one
        within the review, else one with a source.
    review : str
        Key of the review as a source.
    caveat : str
        What a reader must know although the claim holds; empty if nothing.

    Returns
    -------
    str
        One of `VERDICTS`.
    """
    if finding.outcome == "agrees":
        return CAVEAT if caveat or finding.caveat else CONFIRMED
    if finding.outcome == "disagrees":
        return WITHIN if _of_review(numbers, review) else PRIMARY
    return AMBIGUOUS if finding.outcome == "ambiguous" else UNCHECKED


def _of_review(numbers: Numbers, review: str) -> bool:
    sources = {item.source for item in numbers.items if item.name not in SETTINGS}
    table = numbers.words("table")
    return sources <= {review} and (not table or table in REVIEW_TABLES)


def numbers_by_claim(
    frame: pd.DataFrame, read: Callable[[str], pd.DataFrame] = load
) -> dict[str, Numbers]:
    """Return the numbers of each claim, in order.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table claim_numbers.
    read : callable
        From the name of a table to the table, for the checks that look things up.
    """
    columns = ["name", "printed", "relation", "unit", "source"]
    ordered = frame.sort_values(["claim", "position"], kind="stable").fillna({"relation": "="})
    texts = ordered[["claim", *columns]].astype("object").fillna("")
    return {
        str(claim): Numbers(tuple(Number(*row) for row in rows[columns].to_numpy()), read)
        for claim, rows in texts.groupby("claim", sort=False)
    }


def audit(data_dir: Path = DATA_DIR) -> pd.DataFrame:
    """Return every claim of the reviews with its verdict.

    Parameters
    ----------
    data_dir : pathlib.Path, optional
        Folder of the data package, with the tables claims and claim_numbers.

    Returns
    -------
    pandas.DataFrame
        The table claims, in the order of the file, with `verdict` filled, one of `VERDICTS`; and
        `how`, "computed" or "judged"; `computation`, the arithmetic in words and figures, empty
        where judged; and `check_caveat`, what the check itself adds to the caveat.

    Raises
    ------
    ValueError
        Naming the claim whose numbers its check cannot take; `make check` names file and line.
    """
    claims = load("claims", data_dir)
    numbers = numbers_by_claim(load("claim_numbers", data_dir), partial(load, data_dir=data_dir))
    found = [
        _judge(row, numbers.get(str(row["claim"]), Numbers(()))) for _, row in claims.iterrows()
    ]
    columns = ["verdict", "how", "computation", "check_caveat"]
    verdicts = pd.DataFrame(found, columns=columns, index=claims.index, dtype="str")
    return claims.drop(columns="verdict").assign(**{name: verdicts[name] for name in columns})


def _judge(claim: pd.Series, numbers: Numbers) -> tuple[str, str, str, str]:
    if claim["check"] == JUDGED:
        return str(claim["verdict"]), JUDGED, "", ""
    try:
        finding = run(str(claim["check"]), numbers)
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"claim {claim['claim']}: {error}") from error
    caveat = "" if pd.isna(claim["caveat"]) else str(claim["caveat"])
    verdict = verdict_of(finding, numbers, str(claim["review"]), caveat)
    return verdict, COMPUTED, finding.computation, finding.caveat


def tally(audited: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims have each verdict, a row a review.

    Parameters
    ----------
    audited : pandas.DataFrame
        From `audit`.

    Returns
    -------
    pandas.DataFrame
        Index review, a column for each of `VERDICTS` in their order, also where none has it.
    """
    counts = pd.crosstab(audited["review"], audited["verdict"])
    return counts.reindex(columns=list(VERDICTS), fill_value=0).rename_axis(columns=None)
