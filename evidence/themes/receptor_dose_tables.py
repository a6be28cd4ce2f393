"""The dose regimens in tables."""

import pandas as pd

from evidence.doses import RATES
from evidence.tables import Table
from evidence.text import EMPTY, number_text
from evidence.themes.claims_links import linked
from evidence.themes.receptor_doses import converted, reaching_blood, review_ranges
from evidence.themes.receptor_text import printed_text, span_text

PROVENANCE = ["source", "origin"]


def dose_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return every regimen, as printed and in common units; or why not."""
    shown = pd.DataFrame(
        {
            "study": rows["label"],
            "drug": rows["drug"].where(rows["form"] != "S", "S-" + rows["drug"]),
            "route": rows["route"],
            "condition": rows["condition"],
            "printed": [printed_text(row) for row in rows.itertuples()],
            "common": _common(rows),
            "basis": rows["basis"].fillna(rows["why_not"]),
            **{name: linked(rows, "regimens")[name] for name in PROVENANCE},
        }
    )
    return Table(shown, caption, {"common": "in common units", "printed": "as printed"})


def left_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the regimens without a common dose, with the reason."""
    left = rows[rows["why_not"].notna()]
    shown = pd.DataFrame(
        {
            "study": left["label"],
            "drug": left["drug"],
            "printed": [printed_text(row) for row in left.itertuples()],
            "why_not": left["why_not"],
            **{name: linked(left, "regimens")[name] for name in PROVENANCE},
        }
    )
    return Table(shown, caption, {"printed": "as printed", "why_not": "why not"})


def rate_table(rates: pd.DataFrame, caption: str) -> Table:
    """Return infusion rates in the three units of infusion charts."""
    columns = {
        unit: [
            span_text(low, high)
            for low, high in zip(rates[f"low_{name}"], rates[f"high_{name}"], strict=True)
        ]
        for name, unit in RATES.items()
    }
    minutes = [number_text(value, 0) for value in rates["duration_min"]]
    shown = pd.DataFrame(
        {
            "study": rates["label"],
            "drug": rates["drug"].where(rates["form"] != "S", "S-" + rates["drug"]),
            "printed": [printed_text(row) for row in rates.itertuples()],
            "minutes": minutes,
            **columns,
            "rate": rates["from_duration"].map({True: "dose over its time", False: "as printed"}),
            "source": linked(rates, "regimens")["source"],
        }
    )
    names = {
        "mg/kg/hour": "mg/kg/h",
        "mg/hour/70kg": "mg/h per 70 kg",
        "microgram/kg/min": "µg/kg/min",
        "printed": "as printed",
    }
    return Table(shown, caption, names)


def range_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the ranges of the reviews beside the doses of the studies."""
    found = review_ranges(rows)
    shown = pd.DataFrame(
        {
            "line": found["line"],
            "review": found["label"].str.removesuffix(" (review)"),
            "range": [
                span_text(row.low_common, row.high_common, row.unit_common)
                for row in found.itertuples()
            ],
            "study_range": [
                span_text(row.study_low, row.study_high, row.unit_common) if row.studies else EMPTY
                for row in found.itertuples()
            ],
            "studies": found["studies"].astype(str),
            "same_condition": found["same_condition"].astype(str),
            "outside": found["outside"].astype(str),
            "regimen": found["regimen"],
        }
    )
    shown = linked(shown, "regimens", "range").drop(columns="regimen")
    names = {
        "line": "drug, route, kind",
        "range": "range of the review",
        "study_range": "doses of studies",
        "studies": "studies",
        "same_condition": "of them in its condition",
        "outside": "of them beyond the range",
    }
    return Table(shown, caption, names)


def blood_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return doses of ketamine by nose and mouth, and what reaches the blood."""
    found = reaching_blood(rows)
    shown = pd.DataFrame(
        {
            "line": found["line"],
            "regimens": found["regimens"],
            "dose": _spans(found, "low_common", "high_common"),
            "share": [f"{span_text(row.share_low, row.share_high)}%" for row in found.itertuples()],
            "blood": _spans(found, "blood_low", "blood_high"),
        }
    )
    names = {"line": "drug, route, kind", "share": "share absorbed", "blood": "reaches the blood"}
    return Table(shown, caption, names)


def count_table(counts: pd.DataFrame, caption: str) -> Table:
    """Return how many regimens came over, and why others did not."""
    return Table(counts, caption, {"what": "what became of it"})


def _common(rows: pd.DataFrame) -> list[str]:
    known = set(converted(rows)["regimen"])
    return [
        span_text(row.low_common, row.high_common, row.unit_common)
        if row.regimen in known
        else EMPTY
        for row in rows.itertuples()
    ]


def _spans(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    ends = zip(rows[low], rows[high], rows["unit_common"], strict=True)
    return [span_text(a, b, unit) for a, b, unit in ends]
