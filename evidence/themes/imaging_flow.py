"""The flow of records of a review, recomputed from the counts that it prints."""

from dataclasses import dataclass

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load

#: Stages that a review must print for its flow to be recomputed; the rest follows from them.
_NEEDED = (
    "databases",
    "other sources",
    "excluded on abstract",
    "full texts excluded",
    "included",
)


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of records, after PRISMA 2020.

    Attributes
    ----------
    review : str
        Key of the review.
    databases, other : int
        Records from databases and from other sources, as printed.
    excluded_abstract, excluded_full : int
        Records excluded on the abstract and on the full text, as printed.
    printed : int
        Studies included, as printed.
    reason_full : str
        Why full texts were excluded, as given.

    References
    ----------
    .. [1] Page MJ et al. (2021). The PRISMA 2020 statement. BMJ 372:n71. doi:10.1136/bmj.n71
    """

    review: str
    databases: int
    other: int
    excluded_abstract: int
    excluded_full: int
    printed: int
    reason_full: str = ""

    @property
    def unique(self) -> int:
        """Records screened."""
        return self.databases + self.other

    @property
    def assessed(self) -> int:
        """Full texts assessed."""
        return self.unique - self.excluded_abstract

    @property
    def included(self) -> int:
        """Records left at the end."""
        return self.assessed - self.excluded_full


def prisma_flow(review: str = "christensen2022") -> Flow:
    """Return the flow of one review, from its printed counts alone.

    Raises
    ------
    ValueError
        If the review has no counts, or lacks one of the stages that the flow starts from.
    """
    counts = load("prisma")
    check_choice("review", review, sorted(counts["review"].unique()))
    counts = counts[(counts["review"] == review) & (counts["origin"] != "derived")]
    printed = counts.set_index("stage")["records"].astype("int64").to_dict()
    missing = [stage for stage in _NEEDED if stage not in printed]
    if missing:
        raise ValueError(f"data/prisma.csv: {review} has no printed count for {', '.join(missing)}")
    reasons = counts.set_index("stage")["reason"].fillna("")
    return Flow(
        review,
        databases=printed["databases"],
        other=printed["other sources"],
        excluded_abstract=printed["excluded on abstract"],
        excluded_full=printed["full texts excluded"],
        printed=printed["included"],
        reason_full=str(reasons["full texts excluded"]),
    )


def flow_checks(flow: Flow, studies: int) -> pd.DataFrame:
    """Compare what the flow gives with what is printed and what the book's tables hold.

    Parameters
    ----------
    flow : Flow
        From :func:`prisma_flow`.
    studies : int
        Studies of the review in the book's table of imaging studies.

    Returns
    -------
    pandas.DataFrame
        `count, arithmetic, recomputed, printed, agreement`; `printed` is missing where the review
        does not print the number, and `agreement` then says so.
    """
    checks: list[tuple[str, str, int, int | None]] = [
        ("records screened", f"{flow.databases} + {flow.other}", flow.unique, None),
        (
            "full texts assessed",
            f"{flow.unique} \N{MINUS SIGN} {flow.excluded_abstract}",
            flow.assessed,
            None,
        ),
        (
            "studies included",
            f"{flow.assessed} \N{MINUS SIGN} {flow.excluded_full}",
            flow.included,
            flow.printed,
        ),
        ("studies in this book's table", "rows of the table", studies, flow.printed),
    ]
    return pd.DataFrame(
        [
            {
                "count": name,
                "arithmetic": arithmetic,
                "recomputed": recomputed,
                "printed": pd.NA if printed is None else printed,
                "agreement": _agreement(recomputed, printed),
            }
            for name, arithmetic, recomputed, printed in checks
        ]
    ).astype({"printed": "Int64"})


def _agreement(recomputed: int, printed: int | None) -> str:
    if printed is None:
        return "not printed by the review"
    return "agrees" if recomputed == printed else "does not agree"
