"""Responders in running text: what the summary of the chapter says."""

from collections.abc import Sequence

import pandas as pd

from evidence.interval import Interval
from evidence.tables import Table
from evidence.text import EMPTY, count_text, interval_text, percent_text
from evidence.themes.certainty import certainty_of
from evidence.themes.cohorts_text import limits_text, shares_text
from evidence.themes.findings_summary_list import Finding
from evidence.themes.responders_absolute import Comparison, at_risk
from evidence.themes.responders_text import nnt_text

NOTHING = "no study fits this choice"


def group_text(shares: pd.DataFrame, level: float = 95.0) -> str:
    """Return the first group of shares: counts, share and where a new group may lie.

    Parameters
    ----------
    shares : pandas.DataFrame
        From :func:`evidence.themes.responders_ways.group_shares`; may be empty.
    level : float
        Percent.
    """
    if shares.empty:
        return NOTHING
    row, first = shares.iloc[0], shares.head(1)
    share = shares_text(first, level=level).iloc[0]
    new = limits_text(first, "pi_lb", "pi_ub").iloc[0]
    after = "" if new == EMPTY else f"; in a new group, {new}"
    return f"{row['label']}, {row['event']} of {row['n']} people, {share}{after}"


def placebo_text(arms: pd.DataFrame) -> str:
    """Return the lowest and the highest share under placebo, and where the highest was seen.

    Parameters
    ----------
    arms : pandas.DataFrame
        From :func:`evidence.themes.responders_placebo.control_arms`; may be empty.
    """
    if arms.empty:
        return NOTHING
    low, high = float(arms["estimate"].min()), float(arms["estimate"].max())
    top = arms.loc[arms["estimate"].idxmax()]
    span = percent_text(low) if low == high else interval_text(Interval(low, high), 0, percent=True)
    return f"{span} of people (in {count_text(len(arms), 'count')}; the most in {top['label']})"


def standards_span_text(rows: pd.DataFrame) -> str:
    """Return the smallest and the largest number needed to treat of standard treatments.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.responders_placebo.standards`; may be empty.
    """
    known = rows.dropna(subset=["benefit"]).sort_values("benefit", ascending=False)
    if known.empty:
        return NOTHING
    numbers = [text.partition(" (")[0] for text in known["nnt_text"].iloc[[0, -1]]]
    return f"{numbers[0]} to {numbers[1]} by treatment"


def owed_text(rows: pd.DataFrame) -> str:
    """Return what a share would leave for the drug at each assumed placebo response.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.responders_absolute.if_placebo`; may be empty.
    """
    parts = [
        f"{percent_text(row.left)} if placebo gave {percent_text(row.risk)}"
        for row in rows.itertuples()
    ]
    return ", ".join(parts) if parts else NOTHING


def at_risks_text(each: Comparison | None, risks: Sequence[float], road: str = "OR") -> str:
    """Return the NNT of one comparison at each control risk."""
    if each is None:
        return "not shown: the choice leaves it out"
    parts = [f"{nnt_text(at_risk(each, risk, road))} at {percent_text(risk)}" for risk in risks]
    return "; ".join(parts)


def sure_text(findings: Sequence[Finding]) -> str:
    """Return the certainty of the results of a choice: one word for all, or one for each grade."""
    grades: dict[str, list[str]] = {}
    for each in findings:
        name = f"{each.drug} in {each.condition} ({each.what})"
        grades.setdefault(certainty_of(each.key), []).append(name)
    if not grades:
        return "not judged: no result that the book judged fits this choice"
    if len(grades) == 1:
        return f"{next(iter(grades))} for every result judged below"
    return "; ".join(f"{grade} for {', '.join(names)}" for grade, names in grades.items())


def study_table(cohorts: pd.DataFrame, comparisons: pd.DataFrame, caption: str) -> Table:
    """Return each study that counted responders, once a drug, with its design and its source.

    Parameters
    ----------
    cohorts, comparisons : pandas.DataFrame
        From :func:`evidence.themes.responders.cohort_rows` and
        :func:`evidence.themes.responders.comparison_rows`; may be empty.
    caption : str
    """
    columns = ["label", "condition", "drug", "control", "design", "outcome_label"]
    columns += ["denominator", "source", "origin"]
    alone = cohorts.assign(control="no control group", design="group without a control")
    frames = [rows.reindex(columns=columns) for rows in (comparisons, alone) if len(rows)]
    rows = pd.concat(frames) if frames else pd.DataFrame(columns=columns)
    names = {"label": "study", "control": "compared with", "outcome_label": "counted"}
    names |= {"denominator": "people counted"}
    return Table(rows.drop_duplicates().reset_index(drop=True), caption, names)
