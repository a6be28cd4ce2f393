"""The migraine trials counted: which drug, for what, against what, and whom the review cites."""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.interval import Interval
from evidence.tables import Table
from evidence.text import interval_text, number_text
from evidence.themes.migraine import THEME

PURPOSES = {
    "acute": "in the attack",
    "preventive": "prevention",
    "aura": "for the aura",
    "infusion": "infusion",
}
COMPARATORS = {
    "placebo": "placebo",
    "no treatment": "no treatment",
    "active control": "another drug",
    "none": "no control",
}
#: Designs that have no participants of their own yet.
NO_PARTICIPANTS = ("protocol", "review")


def trial_overview() -> pd.DataFrame:
    """Return the studies that gave a glutamate receptor antagonist, a row a study and comparator.

    Returns
    -------
    pandas.DataFrame
        `study, label, year, design, condition, n, review, source, origin, purpose`; `drug`: the
        drug for NMDAR antagonists, the target for others; `comparator`: placebo, no treatment,
        another drug or no control. A trial with two kinds of control stands in two rows.
        Protocols and reviews have no row.
    """
    studies = load("studies")
    studies = studies[studies["theme"].eq(THEME) & ~studies["design"].isin(NO_PARTICIPANTS)]
    arms = load("arms")[["study", "drug", "target", "role"]]
    given = arms[arms["role"].isin(["experimental", "single arm"])]
    given = given.assign(drug=given["drug"].where(given["target"] == "NMDAR", given["target"]))
    controls = arms.loc[arms["role"].isin(list(COMPARATORS)), ["study", "role"]]
    rows = studies.merge(given[["study", "drug"]].drop_duplicates(), on="study")
    rows = rows.merge(controls.drop_duplicates(), on="study", how="left")
    rows["comparator"] = rows["role"].astype(object).fillna("none").map(COMPARATORS)
    return rows.drop(columns="role").reset_index(drop=True)


def compared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a study, its comparators joined: what a table of the studies shows."""
    joined = rows.groupby("study", sort=False)["comparator"].agg(", ".join).rename("compared with")
    once = rows.drop(columns="comparator").drop_duplicates("study").merge(joined, on="study")
    return once.sort_values(["drug", "purpose", "label"], kind="stable").reset_index(drop=True)


def review_counts(rows: pd.DataFrame, review: str) -> pd.DataFrame:
    """Return, by drug, how many studies a review cites and how many this book adds.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`trial_overview`.
    review : str
        Key of the review, as in the column `review`.

    Returns
    -------
    pandas.DataFrame
        `drug`, then studies and those of them with a control group: `cited, cited_controlled,
        added, added_controlled`; the last row is the sum.
    """
    check_choice("review", review, sorted(load("studies")["review"].dropna().unique()))
    once = compared(rows)
    cited = once["review"] == review
    controlled = once["compared with"] != COMPARATORS["none"]
    marked = once.assign(
        cited=cited,
        cited_controlled=cited & controlled,
        added=~cited,
        added_controlled=~cited & controlled,
    )
    names = ["cited", "cited_controlled", "added", "added_controlled"]
    table = marked.groupby("drug")[names].sum().astype(int)
    table.loc["all"] = table.sum()
    return table.reset_index()


def published_table(caption: str) -> Table:
    """Return the published syntheses of the migraine trials that give an estimate, a row each."""
    rows = load("syntheses")
    rows = rows[rows["theme"].eq(THEME) & rows["estimate"].notna()]
    found = [
        f"{row.measure} {number_text(row.estimate)}"
        + (
            f" ({row.level:g}% CI {interval_text(Interval(row.ci_lb, row.ci_ub))})"
            if pd.notna(row.ci_lb)
            else ""
        )
        for row in rows.itertuples()
    ]
    frame = rows[["question"]].assign(result=found, studies=rows["k"], people=rows["n"])
    return Table(frame.assign(remark=rows["note"], source=rows["source"]), caption)
