"""The imaging studies of inflammation in migraine: a row a study, with its one headline finding.

Selects and joins; counts are in ``imaging_counts``, what the studies could have seen in
``imaging_power``, words and tables in ``imaging_text``.
"""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load

SUBTYPES = ("MO", "MA", "MO and MA", "HM", "not reported")
DESIGN_CLASSES = ("structured", "case series", "case report")
#: Process that a tracer or contrast agent is to show: the word of a choice, and of the table.
TARGETS = {
    "permeability": "permeability",
    "TSPO": "microglia (TSPO)",
    "macrophages": "macrophages",
    "albumin": "extravasation (albumin)",
    "exudate": "inflammatory exudate",
}
PERIODS = ("review", "all")

#: What a headline finding says of the target, in the reader's words.
FINDINGS = {
    "increased": "raised",
    "mixed": "raised in some scans",
    "no difference": "not raised",
    "decreased": "lowered",
    "not tested": "not tested",
}
#: Findings that count as positive: a rise in all or in some of the scans.
POSITIVE = ("raised", "raised in some scans")

#: Filed under migraine with aura by the review; hemiplegic migraine is not excluded, says the
#: note of each in studies.csv.
PERHAPS_HEMIPLEGIC = ("arnold1998", "gomezchoco2008", "smith2002")

_STUDY = ["study", "label", "year", "n", "cohort"]
_FINDING = ["study", "contrast", "outcome", "region", "direction", "basis"]
_COUNTS = ["positive", "total", "unit"]


def imaging_rows(
    *,
    subtype: str = "all",
    target: str = "all",
    design_class: str = "all",
    period: str = "review",
) -> pd.DataFrame:
    """Return the imaging studies that fit the choice, each with its headline finding.

    Parameters
    ----------
    subtype : str
        ``"all"``, ``"MO"`` (without aura), ``"MA"`` (with aura), ``"MO and MA"`` (studied
        together, not apart), ``"HM"`` (hemiplegic) or ``"not reported"``. Only studies filed
        under exactly this subtype are kept: a mixed study is in neither MO nor MA.
    target : str
        ``"all"`` or a key of `TARGETS`.
    design_class : str
        ``"structured"`` (a statistical comparison), ``"case series"``, ``"case report"`` or
        ``"all"``.
    period : {"review", "all"}
        ``"review"`` keeps the studies of the review; ``"all"`` has those that the book added.

    Returns
    -------
    pandas.DataFrame
        By subtype, design class and year. Besides the columns of the two tables: `n_migraine`
        (participants with migraine; where the subtypes are unknown, all participants less the
        comparison groups), `finding` (see `FINDINGS`), `group` (the cohort, or the study where
        no shared cohort is known), and `finding_source`, `finding_origin`. May be empty.

    Raises
    ------
    ValueError
        If a choice is none of those allowed.
    """
    check_choice("subtype", subtype, ["all", *SUBTYPES])
    check_choice("target", target, ["all", *TARGETS])
    check_choice("design_class", design_class, ["all", *DESIGN_CLASSES])
    check_choice("period", period, PERIODS)
    rows = _joined()
    chosen = {
        "subtype": subtype,
        "target": TARGETS.get(target, target),
        "design_class": design_class,
        "period": "all" if period == "all" else "review",
    }
    for name, value in chosen.items():
        rows = rows if value == "all" else rows[rows[name] == value]
    return rows


def _joined() -> pd.DataFrame:
    findings = load("imaging_findings")
    headline = findings[findings["headline"]][[*_FINDING, *_COUNTS, "source", "origin"]]
    headline = headline.rename(columns={"source": "finding_source", "origin": "finding_origin"})
    rows = load("imaging_studies").merge(load("studies")[_STUDY], on="study")
    rows = rows.merge(headline, on="study", validate="one_to_one")
    others = rows[["n_hc", "n_ch", "n_clbp"]].fillna(0).sum(axis=1)
    with_migraine = rows[["n_mo", "n_ma", "n_hm"]].sum(axis=1, min_count=3)
    rows = rows.assign(
        n_migraine=with_migraine.fillna(rows["n"] - others),
        finding=rows["direction"].map(FINDINGS),
        group=rows["cohort"].fillna(rows["study"]),
    )
    ranks = {"subtype": SUBTYPES, "design_class": DESIGN_CLASSES}
    order = rows.assign(**{name: rows[name].map(ranks[name].index) for name in ranks})
    order = order.sort_values(["subtype", "design_class", "year", "study"])
    return rows.loc[order.index].reset_index(drop=True)


def readings(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows as the book reads them, and under each other reading that the sources allow.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`imaging_rows`; may be empty.

    Returns
    -------
    dict of str to pandas.DataFrame
        Rows by the name of the reading; the book's own comes first. A reading about a study
        that is not among the rows changes nothing.
    """
    study = rows["study"]
    twins, gallium, family = (
        study == key for key in ("cha2007", "sianardgainko1993", "iizuka2011")
    )
    return {
        "as in this book": rows,
        "possible hemiplegic cases moved to HM": rows.assign(
            subtype=rows["subtype"].mask(study.isin(PERHAPS_HEMIPLEGIC), "HM")
        ),
        "both twins of Cha 2007 enhanced": rows.assign(
            positive=rows["positive"].mask(twins, rows["total"])
        ),
        "Iizuka 2011 counted as not raised": rows.assign(
            finding=rows["finding"].mask(family, "not raised")
        ),
        "Sianard-Gainko 1993 counted as raised": rows.assign(
            finding=rows["finding"].mask(gallium, "raised")
        ),
        "studies that may share patients counted once": rows.drop_duplicates("group"),
    }


def not_counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the imaging studies of the theme that are not among `rows`, with the note on each.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`imaging_rows`.

    Returns
    -------
    pandas.DataFrame
        `study, label, population, note, source, origin`. These have no tracer and no contrast
        agent, or no result that could be read, or are told with another study; the rest fell
        outside the choice made.
    """
    studies = load("studies")
    studies = studies[studies["theme"] == "neuroinflammation-imaging"]
    left = studies[~studies["study"].isin(rows["study"])]
    return left[["study", "label", "population", "note", "source", "origin"]].reset_index(drop=True)
