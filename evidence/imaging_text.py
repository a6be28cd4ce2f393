"""The imaging evidence in words and tables."""

import pandas as pd

from evidence.data import load
from evidence.imaging_counts import positive_scans, positive_studies
from evidence.interval import Interval
from evidence.tables import Table
from evidence.text import EMPTY, count_text, interval_text, number_text, percent_text

NO_STUDY = "no study fits this choice"
NO_SCAN = "no count of scans fits this choice"

SUBTYPE_NAMES = {
    "MO": "without aura (MO)",
    "MA": "with aura (MA)",
    "MO and MA": "both, not apart",
    "HM": "hemiplegic (HM)",
    "not reported": "not reported",
}
CERTAINTIES = ("high", "moderate", "low", "very low")
DOWNGRADES = {"no concern": 0, "serious": 1, "very serious": 2}


def share_text(event: float, n: float, interval: Interval, level: float, noun: str) -> str:
    """Return a count with its share and interval: "2 of 7 attacks (29 %; 95 % CI 4 to 71 %)"."""
    counted = f"{int(event)} of {count_text(int(n), *noun_forms(noun))}"
    bounds = interval_text(interval, 0, percent=True)
    return f"{counted} ({percent_text(event / n)}; {level:g} % CI {bounds})"


def noun_forms(noun: str) -> tuple[str, str]:
    """Return singular and plural of a unit, given the plural."""
    forms = {"studies": "study", "participants": "participant", "attacks": "attack"}
    return forms[noun], noun


def studies_text(rows: pd.DataFrame) -> str:
    """Return how many of the studies saw a rise, without an interval: "2 of 7 studies".

    Case reports and studies are no random sample of anything, so in running text the count
    stands alone; the table has the interval.
    """
    counts = positive_studies(rows, [])
    if counts.empty:
        return NO_STUDY
    event, n = int(counts["event"].iloc[0]), int(counts["n"].iloc[0])
    return f"{event} of {count_text(n, 'study', 'studies')}"


def scans_text(
    rows: pd.DataFrame, unit: str, *, interval: str = "clopper-pearson", level: float = 95.0
) -> str:
    """Return how many participants or attacks showed a rise, with share and interval."""
    counts = positive_scans(rows, [], interval=interval, level=level)
    counts = counts[counts["unit"] == unit]
    if counts.empty:
        return NO_SCAN
    row = counts.iloc[0]
    return share_text(row["event"], row["n"], Interval(row["ci_lb"], row["ci_ub"]), level, unit)


def range_text(values: pd.Series, digits: int = 1) -> str:
    """Return smallest and largest of some numbers: "0.5 to 1.4"; one value stands alone."""
    values = values.dropna()
    if values.empty:
        return NO_STUDY
    lowest, highest = (number_text(bound, digits) for bound in (values.min(), values.max()))
    return lowest if lowest == highest else f"{lowest} to {highest}"


def size_text(n: float, n_control: float) -> str:
    """Return the size of a comparison: "19 pairs" or "35 v 21"."""
    return f"{int(n)} pairs" if pd.isna(n_control) else f"{int(n)} v {int(n_control)}"


def who_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the table of studies: who was scanned and when, with source and origin."""
    shown = rows[["label", "subtype", "design_class", "n_migraine", "n_hc", "phase", "provocation"]]
    shown = shown.assign(
        subtype=rows["subtype"].map(SUBTYPE_NAMES), source=rows["source"], origin=rows["origin"]
    )
    names = {
        "label": "study",
        "subtype": "migraine",
        "design_class": "design",
        "n_migraine": "patients",
        "n_hc": "healthy controls",
        "phase": "phase at the scan",
        "provocation": "attack",
    }
    return Table(shown, caption, names)


def seen_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the table of findings: tracer, comparison and what was seen, with its source."""
    shown = rows[["label", "tracer", "target", "contrast", "finding", "basis"]].assign(
        source=rows["finding_source"], origin=rows["finding_origin"]
    )
    names = {"label": "study", "tracer": "tracer or contrast agent", "contrast": "comparison"}
    return Table(shown, caption, names)


def counts_table(counts: pd.DataFrame, by: list[str], level: float, caption: str) -> Table:
    """Return counts of studies or scans with a rise, with share and interval as text.

    Parameters
    ----------
    counts : pandas.DataFrame
        From :func:`evidence.imaging_counts.positive_studies` or ``positive_scans``.
    by : list of str
        Columns that name a row.
    level : float
        Percent, for the header.
    caption : str
        Caption of the table.
    """
    bounds = zip(counts["ci_lb"], counts["ci_ub"], strict=True)
    shown = counts[[*by, *(name for name in ("studies", "patients") if name in counts)]].assign(
        raised=[f"{int(e)} of {int(n)}" for e, n in zip(counts["event"], counts["n"], strict=True)],
        share=[percent_text(share) for share in counts["estimate"]],
        interval=[interval_text(Interval(*pair), 0, percent=True) for pair in bounds],
    )
    names = {
        "design_class": "design",
        "raised": "with a rise",
        "interval": f"{level:g} % interval",
        "subtype": "migraine",
    }
    return Table(shown, caption, names)


def power_table(found: pd.DataFrame, caption: str) -> Table:
    """Return what each study could have seen, beside the limit that it states itself."""
    shown = found[["label", "target", "design"]].assign(
        size=[size_text(*pair) for pair in zip(found["n"], found["n_control"], strict=True)],
        effect=[number_text(value, 2) for value in found["effect"]],
        finding=found["finding"],
        stated=[_percent(value) for value in found["detection_limit_pct"]],
        implied=[_percent(value) for value in found["implied_sd_pct"]],
    )
    names = {
        "label": "study",
        "effect": "detectable difference, SD",
        "stated": "limit the study states",
        "implied": "SD of change that this limit implies",
    }
    return Table(shown, caption, names)


def readings_table(read: dict[str, pd.DataFrame], caption: str) -> Table:
    """Return the count of studies by subtype, and of hemiplegic attacks, under each reading.

    Parameters
    ----------
    read : dict of str to pandas.DataFrame
        From :func:`evidence.imaging.readings`.
    caption : str
        Caption of the table.

    Returns
    -------
    Table
        Cells such as "2 of 4" studies with a rise; an en dash where there is none to count.
        Empty where no row is left under any reading.
    """
    subtypes = [
        s for s in SUBTYPE_NAMES if any((rows["subtype"] == s).any() for rows in read.values())
    ]
    lines = [
        {"reading": name}
        | {
            SUBTYPE_NAMES[s]: _of(positive_studies(rows[rows["subtype"] == s], []))
            for s in subtypes
        }
        | {"attacks, HM": _of(_attacks(rows))}
        for name, rows in read.items()
        if len(rows)
    ]
    return Table(pd.DataFrame(lines), caption)


def claims_table(keys: list[str], caption: str) -> Table:
    """Return claims of the review beside what was found on checking them, in the order given."""
    claims = load("claims").set_index("claim").loc[keys]
    shown = claims[["statement", "finding", "locator", "origin"]].reset_index(drop=True)
    return Table(shown, caption, {"statement": "the review", "finding": "on checking"})


def certainty_text(theme: str, result: str) -> str:
    """Return the certainty of one headline result after its downgrades (GRADE): "very low".

    Starts at the row's `start`; serious takes one step, very serious two; never below very low.
    """
    rows = load("certainty")
    rows = rows[(rows["theme"] == theme) & (rows["result"] == result)]
    steps = int(rows["judgement"].map(DOWNGRADES).sum())
    start = CERTAINTIES.index(str(rows["start"].iloc[0]))
    return CERTAINTIES[min(start + steps, len(CERTAINTIES) - 1)]


def certainty_table(theme: str, names: dict[str, str], caption: str) -> Table:
    """Return the GRADE judgements of a theme, domain by domain.

    Parameters
    ----------
    theme : str
        Chapter, as in certainty.csv.
    names : dict of str to str
        The results to show, by key, in the reader's words.
    caption : str
        Caption of the table.
    """
    rows = load("certainty")
    rows = rows[(rows["theme"] == theme) & rows["result"].isin(list(names))]
    shown = rows[["result", "domain", "judgement", "reason"]].assign(
        result=rows["result"].map(names)
    )
    return Table(shown, caption)


def _attacks(rows: pd.DataFrame) -> pd.DataFrame:
    counts = positive_scans(rows[rows["subtype"] == "HM"], [])
    return counts[counts["unit"] == "attacks"]


def _of(counts: pd.DataFrame) -> str:
    if counts.empty:
        return EMPTY
    return f"{int(counts['event'].iloc[0])} of {int(counts['n'].iloc[0])}"


def _percent(value: float) -> str:
    return EMPTY if pd.isna(value) else f"{number_text(value, 0)} %"
