"""How many imaging studies, participants and attacks showed a rise, each with its interval.

A description, not a synthesis: counting studies by whether they found something says nothing
of how large the effect is (Cochrane Handbook, chapter 12), and a case report is published
because of what it found.
"""

import pandas as pd

from evidence.checks import check_choice
from evidence.proportions import METHODS, proportion_cis
from evidence.synthesis import NotPooled, proportion_rows
from evidence.themes.imaging import DESIGN_CLASSES, POSITIVE, SUBTYPES, TARGETS

_ORDERS = {
    "subtype": SUBTYPES,
    "design_class": DESIGN_CLASSES,
    "target": tuple(TARGETS.values()),
}


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
        From :func:`evidence.themes.imaging.imaging_rows`; may be empty.
    by : list of str
        Columns that define the groups; ``[]`` counts all rows as one.
    interval, level
        As for :func:`evidence.proportions.proportion_ci`.

    Returns
    -------
    pandas.DataFrame
        A row a group, design classes, targets and subtypes in the book's order: the columns of
        `by`, `event` (studies with a rise in all or some scans), `n` (studies that looked for
        one), `groups` (of patients; fewer than `n` where studies may share patients), `estimate`,
        `ci_lb`, `ci_ub` as probabilities. A study whose finding is "not tested" counts nowhere.
        The interval takes studies as independent.
    """
    check_choice("interval", interval, METHODS)
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
    check_choice("interval", interval, METHODS)
    read = rows.dropna(subset=["positive", "total"])
    kept = {
        "studies": ("study", "size"),
        "patients": ("n_migraine", "sum"),
        "event": ("positive", "sum"),
        "n": ("total", "sum"),
    }
    return proportion_cis(_grouped(read, [*by, "unit"], kept), interval, level)


def forest_rows(
    counts: pd.DataFrame, *, interval: str = "clopper-pearson", level: float = 95.0
) -> pd.DataFrame:
    """Return counts by design class and target as rows of a forest plot.

    Adds `label` to what :func:`evidence.synthesis.proportion_rows` gives; may be empty.
    """
    rows = proportion_rows(counts, interval=interval, level=level)
    return rows.assign(label=rows["design_class"] + ": " + rows["target"])


def why_not_pooled(counts: pd.DataFrame, *, level: float = 95.0) -> NotPooled:
    """Return the result "not pooled" for counts of studies or scans, with its reason.

    Parameters
    ----------
    counts : pandas.DataFrame
        From :func:`positive_studies` or :func:`positive_scans`; may be empty.
    level : float
        Percent.
    """
    reason = "studies too unlike" if len(counts) else "no study fits this choice"
    return NotPooled(reason, "PLO", level, len(counts))


def _grouped(rows: pd.DataFrame, by: list[str], kept: dict[str, tuple[str, str]]) -> pd.DataFrame:
    if rows.empty:
        words = {name: pd.Series(dtype="str") for name in by}
        return pd.DataFrame(words | {name: pd.Series(dtype="int64") for name in kept})
    if not by:
        return _grouped(rows.assign(_all=0), ["_all"], kept).drop(columns="_all")
    ranked = rows.assign(
        **{f"_{name}": rows[name].map(_ORDERS[name].index) for name in by if name in _ORDERS}
    )
    ranked = ranked.sort_values([f"_{name}" for name in by if name in _ORDERS] or by, kind="stable")
    return ranked.groupby(by, sort=False).agg(**kept).reset_index()
