"""The receptor and the doses in words."""

import math

import pandas as pd

from evidence.interval import Interval
from evidence.magnesium_block import Block, half_block_voltage, unblocked
from evidence.references import References, references
from evidence.text import EMPTY, count_text, interval_text, number_text, percent_text
from evidence.themes.receptor import REST_MV, lowered
from evidence.themes.receptor_doses import converted

NO_DOSE = "no dose (none fits this choice)"
#: Units in a reader's signs.
SIGNS = {
    "mg/kg/hour": "mg/kg/h",
    "mg/hour/70kg": "mg/h per 70 kg",
    "microgram/kg/min": "µg/kg/min",
    "micromolar": "µmol/l",
}


def figure_text(value: float) -> str:
    """Return a number to three figures, without an exponent: "0.0124", "2.14", "143"."""
    if pd.isna(value):
        return EMPTY
    if not value or math.isinf(value):
        return number_text(value, 0)
    text = number_text(value, max(0, 2 - math.floor(math.log10(abs(value)))))
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_text(low: float, high: float, unit: str = "") -> str:
    """Return a range with its unit: "0.12 to 0.42 mg/kg/h"; one value where both print alike."""
    ends = list(dict.fromkeys([figure_text(low), figure_text(high)]))
    return " ".join(filter(None, [" to ".join(ends), SIGNS.get(unit, unit)]))


def printed_text(row: object) -> str:
    """Return a dose as its source prints it, with the unit."""
    low, high, unit = (getattr(row, name) for name in ("low", "high", "unit"))
    ends = dict.fromkeys(f"{end:g}" for end in (low, high))
    return f"{' to '.join(ends)} {SIGNS.get(unit, unit)}"


def open_text(share: float) -> str:
    """Return a share of channels left open, with a digit where it is small."""
    return percent_text(share, 0 if share >= 0.1 else 1)


def blocked_text(magnesium_mm: float, constants: Block) -> str:
    """Return how much magnesium blocks at rest: "95% of the current"."""
    left = float(unblocked(REST_MV, magnesium_mm, constants))
    if not magnesium_mm:
        return "none of the current"
    return f"{percent_text(1 - left, 1 if left < 0.01 else 0)} of the current"


def half_text(magnesium_mm: float, constants: Block) -> str:
    """Return where half is blocked: "−24 mV"; in words where there is no magnesium."""
    half = float(half_block_voltage(magnesium_mm, constants))
    return "no voltage at all" if math.isinf(half) else f"{number_text(half, 0)} mV"


def raised_text(now: float, raised: Interval) -> str:
    """Return what infusions of days change at rest: "from 5.4% to between 4.5% and 4.9%"."""
    low, high = (open_text(end) for end in raised)
    return f"from {open_text(now)} to between {low} and {high}"


def less_text(now: float, raised: Interval) -> str:
    """Return by how much that lowers the current: "9 to 16%"."""
    return interval_text(lowered(now, raised), 0, percent=True)


def times_text(ratio: float, digits: int = 1) -> str:
    """Return a ratio: "6.6 times"; whole where it is."""
    return f"{number_text(ratio, 0 if float(ratio).is_integer() else digits)} times"


def range_text(ends: Interval | None, unit: str = "") -> str:
    """Return both ends with a unit: "11 to 21%", "1 to 2 g"; in words where there is none."""
    if ends is None:
        return NO_DOSE
    text = span_text(*ends, "" if unit == "percent" else unit)
    return f"{text}%" if unit == "percent" else text


def counts_text(rows: pd.DataFrame) -> str:
    """Return how many regimens came to common units: "109 of 116 regimens"."""
    if rows.empty:
        return NO_DOSE
    return f"{len(converted(rows))} of {count_text(len(rows), 'regimen')}"


def basis_text(rows: pd.DataFrame, basis: str) -> str:
    """Return how many regimens have a basis: "69 regimens"; "no regimen"."""
    return count_text(int((rows["basis"] == basis).sum()), "regimen")


def left_text(rows: pd.DataFrame) -> str:
    """Return how many regimens could not be brought over: "7 regimens"."""
    return count_text(len(rows) - len(converted(rows)), "regimen")


def studies_text(rows: pd.DataFrame) -> str:
    """Return how many studies the regimens belong to: "84 studies"."""
    return count_text(rows["study"].nunique(), "study", "studies")


def level_text(magnesium_mm: float) -> str:
    """Return a concentration in up to four digits: "0.82 mmol/l"."""
    return f"{magnesium_mm:.4g} mmol/l"


def weight_text(weight_kg: float) -> str:
    """Return a body weight: "70 kg", "85.8 kg"."""
    return f"{figure_text(weight_kg)} kg"


def potency_text(choice: str, factor: float) -> str:
    """Return how S-ketamine is counted on this page."""
    if choice == "off":
        return "by its weight, as if it were the racemate"
    by = {"affinity": "its affinity", "clinical": "clinical comparisons"}[choice]
    return f"as {times_text(factor, 2)} its weight of racemate, by {by}"


def sources_of(*frames: pd.DataFrame) -> References:
    """Return the references of all rows shown; a cell may hold several keys."""
    keys = pd.concat([frame["source"] for frame in frames]).str.split(", ").explode()
    return references([*keys.unique(), "jahr1990", "modeldb258738", "modeldb157157", "merck1952"])
