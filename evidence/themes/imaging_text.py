"""The imaging evidence in words and tables."""

from collections.abc import Sequence

import pandas as pd

from evidence.data import load
from evidence.interval import Interval
from evidence.references import References, references
from evidence.tables import Link, Table
from evidence.text import EMPTY, count_text, interval_text, number_text, percent_text
from evidence.themes.claims_links import claim_address, linked
from evidence.themes.imaging_counts import positive_scans, positive_studies

NO_STUDY = "no study (none fits this choice)"
NO_SCAN = "no scan (no count fits this choice)"

SUBTYPE_NAMES = {
    "MO": "without aura (MO)",
    "MA": "with aura (MA)",
    "MO and MA": "both, not apart",
    "HM": "hemiplegic (HM)",
    "not reported": "not reported",
}
#: Stage of prisma.csv behind each count of the flow; behind the last row it is the end.
STAGES = {"records screened": "unique records", "full texts assessed": "full texts assessed"}
#: Claims of the review that bear on who was counted where; keys of claims.csv.
DISAGREEMENTS = (
    "christensen_hougaard_n",
    "christensen_merli_split",
    "christensen_sianard_pct",
    "christensen_iizuka_denominator",
    "christensen_hm_attacks",
    "christensen_structured_total",
    "christensen_gomezchoco_aura",
    "christensen_khan_posthoc",
    "christensen_kim_no_difference",
    "christensen_hadjikhani_regions",
    "christensen_hadjikhani_persistence",
    "christensen_tspo_overlap",
)


def share_text(event: float, n: float, interval: Interval, level: float, noun: str) -> str:
    """Return a count with its share and interval: "2 of 7 attacks (29%; 95% CI 4 to 71%)"."""
    counted = f"{int(event)} of {count_text(int(n), *noun_forms(noun))}"
    bounds = interval_text(interval, 0, percent=True)
    return f"{counted} ({percent_text(event / n)}; {level:g}% CI {bounds})"


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


def chance_text(power: float) -> str:
    """Return a probability in percent with the digits it was given: "99.9%"."""
    return f"{100 * power:g}%"


def patients_text(rows: pd.DataFrame) -> str:
    """Return the people with migraine who were scanned, added up over the studies."""
    return count_text(int(rows["n_migraine"].sum()), "patient")


def secondhand_text(rows: pd.DataFrame) -> str:
    """Return for how many studies the headline finding was read in the review only."""
    if rows.empty:
        return NO_STUDY
    secondhand = int((rows["finding_origin"] != "reported").sum())
    return f"{secondhand} of {count_text(len(rows), 'study', 'studies')}"


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
    shown = rows[["label", "n_migraine", "n_hc", "subtype", "design_class", "phase", "provocation"]]
    shown = shown.assign(
        subtype=rows["subtype"].map(SUBTYPE_NAMES),
        source=linked(rows, "imaging_studies")["source"],
        origin=rows["origin"],
    )
    names = {
        "label": "study",
        "n_migraine": "patients",
        "n_hc": "controls",
        "subtype": "migraine",
        "design_class": "design",
        "phase": "phase at the scan",
        "provocation": "attack",
    }
    return Table(shown, caption, names)


def seen_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the table of findings: what was seen, compared with what, and how it was scanned."""
    columns = ["label", "finding", "contrast", "target", "modality", "tracer", "basis"]
    of_finding = rows.assign(source=rows["finding_source"])
    sources = linked(of_finding, "imaging_findings", by=["study", "contrast", "outcome", "source"])
    shown = rows[columns].assign(source=sources["source"], origin=rows["finding_origin"])
    names = {"label": "study", "tracer": "tracer or contrast agent", "contrast": "comparison"}
    return Table(shown, caption, names)


def harvest_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the bars of the harvest plot: kind of migraine, finding, design, process, patients."""
    shown = rows[["label", "subtype", "finding", "design_class", "target", "n_migraine"]]
    names = {"label": "study", "subtype": "migraine", "design_class": "design"}
    names |= {"target": "process imaged", "n_migraine": "patients"}
    return Table(shown.assign(subtype=rows["subtype"].map(SUBTYPE_NAMES)), caption, names)


def dural_text(rows: pd.DataFrame) -> str:
    """Return how many of the studies the review lists as reporting on the dura."""
    if rows.empty:
        return NO_STUDY
    reported = int((rows["dural"] == "reported").sum())
    return f"{reported} of {count_text(len(rows), 'study', 'studies')}"


def counts_table(counts: pd.DataFrame, by: list[str], level: float, caption: str) -> Table:
    """Return counts of studies or scans with a rise, with share and interval as text.

    Parameters
    ----------
    counts : pandas.DataFrame
        From :func:`evidence.themes.imaging_counts.positive_studies` or ``positive_scans``.
    by : list of str
        Columns that name a row.
    level : float
        Percent, for the header.
    caption : str
        Caption of the table.
    """
    bounds = zip(counts["ci_lb"], counts["ci_ub"], strict=True)
    shown = counts[[*by, *(name for name in ("studies", "patients") if name in counts)]].assign(
        raised=[_of(*pair) for pair in zip(counts["event"], counts["n"], strict=True)],
        share=[_unbroken(percent_text(share)) for share in counts["estimate"]],
        interval=[_unbroken(interval_text(Interval(*pair), 0, percent=True)) for pair in bounds],
    )
    names = {
        "design_class": "design",
        "raised": "with a rise",
        "interval": f"{level:g}% interval",
        "subtype": "migraine",
    }
    return Table(shown, caption, names)


def power_table(found: pd.DataFrame, caption: str) -> Table:
    """Return what each study could have seen, beside the limit that it states itself."""
    shown = found[["label", "target", "design"]].assign(
        size=[
            _unbroken(size_text(*pair)) for pair in zip(found["n"], found["n_control"], strict=True)
        ],
        effect=[number_text(value, 2) for value in found["effect"]],
        finding=found["finding"],
        stated=[_percent(value) for value in found["detection_limit_pct"]],
        implied=[_percent(value) for value in found["implied_sd_pct"]],
    )
    stated = linked(shown.assign(study=found["study"]), "imaging_studies", "stated", ["study"])
    shown = shown.assign(stated=stated["stated"])
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
        From :func:`evidence.themes.imaging.readings`.
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
            SUBTYPE_NAMES[s]: _first(positive_studies(rows[rows["subtype"] == s], []))
            for s in subtypes
        }
        | {"attacks, HM": _first(_attacks(rows))}
        for name, rows in read.items()
        if len(rows)
    ]
    return Table(pd.DataFrame(lines), caption)


def flow_table(checks: pd.DataFrame, caption: str) -> Table:
    """Return the recomputed flow beside the printed one."""
    stages = checks.assign(stage=checks["count"].map(STAGES).fillna("included"))
    shown = linked(stages, "prisma", "agreement", by=["stage"])[list(checks)]
    return Table(shown, caption, {"recomputed": "as recomputed", "printed": "as printed"})


def left_table(left: pd.DataFrame, caption: str) -> Table:
    """Return the imaging studies that are not counted, with the note on each."""
    shown = linked(left, "studies")[["label", "population", "note", "source", "origin"]]
    return Table(shown, caption, {"label": "study", "population": "who", "note": "what to know"})


def sources_of(*frames: pd.DataFrame, keys: Sequence[str] = ()) -> References:
    """Return the references behind some rows: the studies themselves, what was read, and `keys`."""
    columns = ("study", "source", "finding_source")
    found = {
        str(key) for frame in frames for name in columns if name in frame for key in frame[name]
    }
    return references(found | set(keys))


def claims_table(keys: Sequence[str], caption: str) -> Table:
    """Return claims of the review beside what was found on checking them, in the order given."""
    claims = load("claims").set_index("claim").loc[list(keys)]
    statements = [Link(claim.statement, claim_address(key)) for key, claim in claims.iterrows()]
    shown = claims[["finding", "locator", "origin"]].reset_index(drop=True)
    shown.insert(0, "statement", pd.Series(statements, dtype="object"))
    return Table(shown, caption, {"statement": "the review", "finding": "on checking"})


def _attacks(rows: pd.DataFrame) -> pd.DataFrame:
    counts = positive_scans(rows[rows["subtype"] == "HM"], [])
    return counts[counts["unit"] == "attacks"]


def _first(counts: pd.DataFrame) -> str:
    return EMPTY if counts.empty else _of(counts["event"].iloc[0], counts["n"].iloc[0])


def _of(event: float, n: float) -> str:
    return _unbroken(f"{int(event)} of {int(n)}")


def _percent(value: float) -> str:
    return EMPTY if pd.isna(value) else _unbroken(f"{number_text(value, 0)}%")


def _unbroken(text: str) -> str:
    """Return text that a narrow column does not break."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
