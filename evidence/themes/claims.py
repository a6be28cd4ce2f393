"""The audit of the reviews, chosen and counted: a row a claim, with its verdict."""

from pathlib import Path

import pandas as pd

from evidence.audit.verdicts import AMBIGUOUS, CAVEAT, CONFIRMED, UNCHECKED, VERDICTS, audit
from evidence.checks import check_between, check_choice
from evidence.data import DATA_DIR, schemas

#: The reviews as a reader knows them, in the order of the book.
REVIEWS = {
    "kalatharan2023": "Kalatharan 2023, migraine",
    "littlejohn2017": "Littlejohn 2017, fibromyalgia",
    "christensen2022": "Christensen 2022, imaging",
}
#: From the least to the most that a correction changes.
SEVERITIES = ("none", "minor", "weakens", "changes")
SLIPS = ("none", "typographical", "substantive")
MOST = 10

HOLDS = (CONFIRMED, CAVEAT)
#: What is said of a claim that does not hold as printed.
FAULTS = tuple(name for name in VERDICTS if name not in (*HOLDS, AMBIGUOUS, UNCHECKED))


def kinds() -> tuple[str, ...]:
    """Return the kinds of claim, in the order of the data dictionary."""
    fields = schemas()["claims"]["schema"]["fields"]
    kind = next(field for field in fields if field["name"] == "kind")
    return tuple(kind["constraints"]["enum"])


def claims(
    review: str = "all",
    verdict: str = "all",
    kind: str = "all",
    severity: str = "none",
    data_dir: Path = DATA_DIR,
) -> pd.DataFrame:
    """Return the claims that fit the choice, each with its verdict.

    Parameters
    ----------
    review, verdict, kind : str
        One of `REVIEWS`, of `VERDICTS` and of :func:`kinds`; or ``"all"``.
    severity : str
        One of `SEVERITIES`: the least that a correction changes.
    data_dir : pathlib.Path, optional
        Folder of the data package.

    Returns
    -------
    pandas.DataFrame
        From :func:`evidence.audit.verdicts.audit`, by review in the order of `REVIEWS` and then
        as in the file. May be empty.

    Raises
    ------
    ValueError
        If a choice is none of those allowed.
    """
    check_choice("review", review, ("all", *REVIEWS))
    check_choice("verdict", verdict, ("all", *VERDICTS))
    check_choice("kind", kind, ("all", *kinds()))
    check_choice("severity", severity, SEVERITIES)
    rows = audit(data_dir)
    for name, value in {"review": review, "verdict": verdict, "kind": kind}.items():
        rows = rows if value == "all" else rows[rows[name] == value]
    rows = rows[rows["severity"].isin(SEVERITIES[SEVERITIES.index(severity) :])]
    order = rows["review"].map(list(REVIEWS).index)
    return rows.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def most_important(rows: pd.DataFrame, show: int = MOST) -> pd.DataFrame:
    """Return the first so many of the claims that have a rank, by rank; may be empty."""
    check_between("show", show, 1, MOST)
    return rows.dropna(subset="rank").sort_values("rank").head(show).reset_index(drop=True)


def verdict_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many claims have each verdict, a row a review and verdict.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`claims`.

    Returns
    -------
    pandas.DataFrame
        `review, verdict, claims, computed, judged`, for each review that has a claim among the
        rows, and each of `VERDICTS`, also where none has it.
    """
    columns = ["review", "verdict", "claims", "computed", "judged"]
    lines = [
        (review, verdict, len(found), *(int((found["how"] == how).sum()) for how in columns[3:]))
        for review in reviews_of(rows)
        for verdict in VERDICTS
        for found in [rows[(rows["review"] == review) & (rows["verdict"] == verdict)]]
    ]
    return pd.DataFrame(lines, columns=columns)


def reviews_of(rows: pd.DataFrame) -> list[str]:
    """Return the reviews that have a claim among the rows, in the order of the book."""
    return [review for review in REVIEWS if (rows["review"] == review).any()]


def summary(rows: pd.DataFrame) -> dict[str, int]:
    """Return the counts that describe some claims, by name.

    Returns
    -------
    dict of str to int
        `claims`; `computed`; `judged`; `twice`, found by both readings of the review, and set down
        alike (`agreed`) or not (`disagreed`); `holds`, `caveat` of them with one; `faults`, within
        the review (`within`) or against the source (`primary`); `ambiguous`; `unchecked`;
        `typographical` and `substantive` slips; `minor`, `weakens`, `changes`; and `moves`, the
        last two.
    """
    verdicts, slips, moves = rows["verdict"], rows["slip"], rows["severity"]
    agree = rows["readings_agree"]
    counted = {
        "claims": rows["claim"].notna(),
        "computed": rows["how"] == "computed",
        "judged": rows["how"] == "judged",
        "twice": agree.isin(["yes", "no"]),
        "agreed": agree == "yes",
        "disagreed": agree == "no",
        "holds": verdicts.isin(HOLDS),
        "caveat": verdicts == CAVEAT,
        "faults": verdicts.isin(FAULTS),
        "within": verdicts == FAULTS[0],
        "primary": verdicts == FAULTS[1],
        "ambiguous": verdicts == AMBIGUOUS,
        "unchecked": verdicts == UNCHECKED,
        "moves": moves.isin(SEVERITIES[2:]),
    }
    counted |= {name: slips == name for name in SLIPS[1:]}
    counted |= {name: moves == name for name in SEVERITIES[1:]}
    return {name: int(mask.sum()) for name, mask in counted.items()}
