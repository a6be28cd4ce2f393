"""How many imaging studies, participants and attacks showed a rise, each with its interval.

A description, not a synthesis: counting studies by whether they found something says nothing
of how large the effect is (Cochrane Handbook, chapter 12), and a case report is published
because of what it found.
"""

import pandas as pd

from evidence.imaging import POSITIVE, SUBTYPES, TARGETS
from evidence.proportions import proportion_cis


def positive_studies(
    rows: pd.DataFrame,
    by: list[str],
    *,
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Count the studies with a rise among those that tested for one.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.imaging.imaging_rows`; may be empty.
    by : list of str
        Columns that define the groups; ``[]`` counts all rows as one.
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.

    Returns
    -------
    pandas.DataFrame
        In the order of `rows`, a row a group: the columns of `by`, `event` (studies with a rise
        in all or some scans), `n` (studies that tested), `groups` (of patients; fewer than `n`
        where studies may share patients), `estimate`, `ci_lb`, `ci_ub` as probabilities. A study
        without a test counts nowhere. The interval takes studies as independent.
    """
    tested = rows[rows["finding"] != "not tested"]
    tested = tested.assign(event=tested["finding"].isin(POSITIVE).astype("int64"))
    kept = {"event": ("event", "sum"), "n": ("event", "size"), "groups": ("group", "nunique")}
    return proportion_cis(_grouped(tested, by, kept), interval, level)


def positive_scans(
    rows: pd.DataFrame,
    by: list[str],
    *,
    interval: str = "clopper-pearson",
    level: float = 95.0,
) -> pd.DataFrame:
    """Add up the participants, and apart from them the attacks, in whom a rise was seen.

    Parameters
    ----------
    rows, by, interval, level
        As for :func:`positive_studies`.

    Returns
    -------
    pandas.DataFrame
        A row a group and unit (``participants`` or ``attacks``): `studies`, `patients` (people
        behind the counts), `event`, `n`, `estimate`, `ci_lb`, `ci_ub`. Only studies that read
        scans one by one have such counts; comparisons of group means have none. The interval
        takes scans as independent, so it is too narrow where attacks cluster in patients.
    """
    read = rows.dropna(subset=["positive", "total"])
    kept = {
        "studies": ("study", "size"),
        "patients": ("n_migraine", "sum"),
        "event": ("positive", "sum"),
        "n": ("total", "sum"),
    }
    return proportion_cis(_grouped(read, [*by, "unit"], kept), interval, level)


def evidence_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the number of studies by target (rows) and subtype (columns), zeros included.

    Every target of the package has a row. A subtype has a column if it is one of the four kinds
    of migraine that the review tells apart, or if a study of `rows` has it.
    """
    known = [name for name in SUBTYPES if name != "not reported" or (rows["subtype"] == name).any()]
    table = pd.crosstab(rows["target"], rows["subtype"])
    return table.reindex(index=list(TARGETS), columns=known, fill_value=0).astype("int64")


def _grouped(rows: pd.DataFrame, by: list[str], kept: dict[str, tuple[str, str]]) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame({name: pd.Series(dtype="int64") for name in [*by, *kept]})
    if not by:
        return _grouped(rows.assign(_all=0), ["_all"], kept).drop(columns="_all")
    return rows.groupby(by, sort=False).agg(**kept).reset_index()
