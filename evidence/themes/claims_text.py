"""The audit in words and small tables; every count is computed."""

import pandas as pd

from evidence import results as out
from evidence.references import References, references
from evidence.tables import Link, Table
from evidence.text import EMPTY, count_text, percent_text
from evidence.themes.claims import FAULTS, REVIEWS, reviews_of, summary
from evidence.themes.claims_html import place_text
from evidence.themes.claims_links import claim_address

NO_CLAIM = "no claim fits this choice"
#: What each count of :func:`evidence.themes.claims.summary` is of, for `results.json`.
MEANINGS = {
    "claims": "all",
    "computed": "verdict computed",
    "judged": "verdict judged",
    "twice": "found by both readings",
    "agreed": "set down alike by both readings",
    "disagreed": "found by both readings, set down differently",
    "holds": "holds as printed",
    "caveat": "holds with a caveat",
    "faults": "does not hold as printed",
    "within": "inconsistent within the review",
    "primary": "differs from the primary source",
    "ambiguous": "can be read in more than one way",
    "unchecked": "not checkable from what could be read",
    "moves": "a correction weakens or changes a conclusion",
    "typographical": "typographical slip",
    "substantive": "substantive slip",
    "minor": "off, but no conclusion moves",
    "weakens": "a conclusion stands on less",
    "changes": "a conclusion changes",
}


def verdict_entries(rows: pd.DataFrame) -> out.Entries:
    """Return the verdict of each claim under its own name, for :func:`evidence.results.record`."""
    verdicts = dict(zip(rows["claim"], rows["verdict"], strict=True))
    return out.each(verdicts, out.word, "Verdict")


def of_text(rows: pd.DataFrame, name: str) -> str:
    """Return one count of :func:`evidence.themes.claims.summary` of all: "420 of 626"."""
    counts = summary(rows)
    return f"{counts[name]} of {counts['claims']}" if len(rows) else NO_CLAIM


def count_of(rows: pd.DataFrame, name: str) -> str:
    """Return one count of :func:`evidence.themes.claims.summary`: "420"."""
    return str(summary(rows)[name]) if len(rows) else NO_CLAIM


def claims_text(rows: pd.DataFrame) -> str:
    """Return how many claims there are: "626 claims"."""
    return count_text(len(rows), "claim")


def review_text(rows: pd.DataFrame, review: str) -> str:
    """Return the reading of one review: its counts in sentences."""
    rows = rows[rows["review"] == review]
    if rows.empty:
        return f"{REVIEWS[review]}: {NO_CLAIM}."
    c = summary(rows)
    hold = percent_text(c["holds"] / c["claims"])
    return (
        f"Of {c['claims']} claims {c['holds']} hold ({hold}), {c['caveat']} of them with a caveat. "
        f"{c['within']} disagree with another part of the review, {c['primary']} with the source; "
        f"{c['ambiguous']} can be read in more than one way, and {c['unchecked']} could not be "
        f"checked from what we could read. {c['typographical']} are slips of the pen and "
        f"{c['substantive']} slips of substance. Claims whose correction leaves a conclusion on "
        f"less: {c['weakens']}; that changes one: {c['changes']}. {_where(rows)}"
    )


def _where(rows: pd.DataFrame) -> str:
    faults = rows.loc[rows["verdict"].isin(FAULTS), "kind"]
    if faults.empty:
        return "None of them is wrong as printed."
    # Of equals the first in the alphabet, so that the words do not hang on the order of rows.
    most = faults.sort_values().value_counts(sort=False).idxmax()
    return f"What does not hold is most often of the kind: {most}."


def entries(rows: pd.DataFrame, meaning: str) -> out.Entries:
    """Return the counts of some claims, and the share that holds, for `results.json`."""
    counts = summary(rows)
    parts = {f"_{name}": out.count(counts[name], what, "claims") for name, what in MEANINGS.items()}
    share = counts["holds"] / counts["claims"] if len(rows) else None
    return out.within(meaning, parts | {"_share": out.share(share, "share that holds")})


def review_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the counts of each review, and of all, a column a review."""
    names = {name: REVIEWS[name].partition(",")[0] for name in reviews_of(rows)}
    chosen = {short: rows[rows["review"] == name] for name, short in names.items()}
    counts = {name: summary(part) for name, part in (chosen | {"All": rows}).items()}
    lines = [
        {"claims": what} | {name: found[key] for name, found in counts.items()}
        for key, what in MEANINGS.items()
    ]
    return Table(pd.DataFrame(lines if chosen else []), caption)


def verdict_table(counts: pd.DataFrame, caption: str) -> Table:
    """Return the numbers of the figure: review, verdict, claims, computed and judged."""
    return Table(counts.assign(review=counts["review"].map(REVIEWS)), caption)


def slip_table(rows: pd.DataFrame, slip: str, caption: str) -> Table:
    """Return the slips of one kind that move no conclusion, each with its correction and a link."""
    found = rows[rows["slip"].eq(slip) & rows["severity"].isin(["none", "minor"])]
    shown = pd.DataFrame(
        {
            "review": [REVIEWS[review] for review in found["review"]],
            "place": [place_text(claim) for claim in found.itertuples()],
            "said": [_link(claim.statement, claim.claim) for claim in found.itertuples()],
            "arithmetic": [text or EMPTY for text in found["computation"]],
            "corrected": found["corrected"].fillna(EMPTY).tolist(),
        }
    )
    names = {"said": "what is said", "arithmetic": "the check", "corrected": "corrected, if known"}
    return Table(shown, caption, names)


def _link(text: str, claim: str) -> Link:
    return Link(text, claim_address(claim, ""))


def sources_of(rows: pd.DataFrame) -> References:
    """Return the references of the reviews and of every source that decides a claim."""
    return references([*REVIEWS, *rows["source"].unique()])
