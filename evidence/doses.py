"""Dose regimens in common units: per kilogram of body weight, by kind of dose.

A dose is brought over by :mod:`evidence.units`, which is exact; what cannot be brought over keeps
its row, and says why.
"""

from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from evidence.checks import check_between
from evidence.data import load
from evidence.units import dimensions, factor, quantity

#: Kinds of dose, and the unit in which doses of that kind are compared.
COMMON = {"single dose": "mg/kg", "daily dose": "mg/kg/day", "rate": "mg/kg/hour"}
#: The same rate as infusion charts print it.
RATES = {"mg_kg_h": "mg/kg/hour", "mg_h_70kg": "mg/hour/70kg", "ug_kg_min": "microgram/kg/min"}
WEIGHTS_KG = (30.0, 150.0)

ACTIVITY = "activity of a tracer: it weighs next to nothing"
SALT = "weight of a salt or complex whose share of magnesium was not read"
UNCLEAR = "not stated whether the salt or the magnesium is weighed"
ANIMALS = "given to animals"


def common_doses(
    regimens: pd.DataFrame, *, weight_kg: float = 70.0, s_potency: float = 1.0
) -> pd.DataFrame:
    """Return the regimens with each dose in the common unit of its kind.

    Parameters
    ----------
    regimens : pandas.DataFrame
        Rows of the table `regimens`; may be empty.
    weight_kg : float
        Body weight to assume for doses that are not per kilogram, 30 to 150.
    s_potency : float
        How many times as potent as the racemate S-ketamine is taken to be: its doses are
        multiplied by it. 1 leaves the weight as it is. Ketamine of no stated form is left alone.

    Returns
    -------
    pandas.DataFrame
        The rows, in their order, with `kind` (of `COMMON`; missing for an activity), `substance`
        (salts of magnesium become "magnesium", by the weight of the element), `low_common`,
        `high_common` and `unit_common`, `basis` ("per kg" as printed, or "weight assumed"),
        and `why_not`: why there is no common dose, else missing. Doses given to animals are left
        out so: they do not compare by body weight.
    """
    check_between("weight_kg", weight_kg, *WEIGHTS_KG)
    check_between("s_potency", s_potency, 1.0, 10.0)
    kind = regimens["unit"].map(kind_of)
    why_not = pd.Series([_why_not(row) for row in regimens.itertuples()], regimens.index, dtype=str)
    scale = pd.Series(
        [
            _scale(row, unit, weight_kg) if pd.isna(why) else float("nan")
            for row, unit, why in zip(regimens.itertuples(), kind.map(COMMON), why_not, strict=True)
        ],
        regimens.index,
        dtype="float64",
    )
    scale = scale.where(regimens["form"] != "S", scale * s_potency)
    per_kg = regimens["unit"].map(lambda unit: "[body_weight]" in dimensions(unit))
    return regimens.assign(
        kind=kind,
        substance=regimens["drug"].map(substance_of),
        low_common=regimens["low"] * scale,
        high_common=regimens["high"] * scale,
        unit_common=kind.map(COMMON),
        basis=per_kg.map({True: "per kg", False: "weight assumed"}).where(why_not.isna()),
        why_not=why_not,
    )


def kind_of(unit: str) -> str | None:
    """Return the kind of dose that a unit is of: "single dose", "daily dose" or "rate".

    None for a unit of no mass and no amount, such as the activity of a tracer.
    """
    if not {"[mass]", "[substance]"} & dimensions(unit).keys():
        return None
    times = {str(name) for name, power in quantity(unit).unit_items() if power < 0}
    if "day" in times:
        return "daily dose"
    return "rate" if "[time]" in dimensions(unit) else "single dose"


def substance_of(drug: str) -> str:
    """Return the drug, or "magnesium" for any salt or complex of it."""
    return "magnesium" if "magnesium" in drug else drug


def infusion_rates(doses: pd.DataFrame) -> pd.DataFrame:
    """Return the regimens that have a rate, in the three units of infusion charts.

    Parameters
    ----------
    doses : pandas.DataFrame
        From :func:`common_doses`.

    Returns
    -------
    pandas.DataFrame
        Rates as printed, and single doses with a stated duration as the mean rate over it:
        the columns of `doses`, `low_<unit>` and `high_<unit>` for each of `RATES`, and
        `from_duration` (whether the duration gave the rate).
    """
    timed = doses["duration_min"].notna() & (doses["kind"] == "single dose")
    rows = doses[(timed | (doses["kind"] == "rate")) & doses["why_not"].isna()]
    from_duration = rows["kind"] == "single dose"
    hours = (rows["duration_min"] / 60).where(from_duration, 1.0)
    columns = {
        f"{end}_{name}": rows[f"{end}_common"] / hours * float(factor(COMMON["rate"], unit))
        for name, unit in RATES.items()
        for end in ("low", "high")
    }
    return rows.assign(from_duration=from_duration, **columns)


def isomer_potency(s_over_r: float) -> float:
    """Return how potent S-ketamine is beside the same weight of the racemate.

    Parameters
    ----------
    s_over_r : float
        Potency of S over that of R, above 0; may be infinite.

    Returns
    -------
    float
        2 r / (1 + r), where the two halves of the racemate add up: never more than 2, which is
        reached where R does nothing.
    """
    if not s_over_r > 0:
        raise ValueError(f"s_over_r must be above 0; got {s_over_r!r}")
    return 2 / (1 + 1 / s_over_r)


def magnesium_share(drug: str) -> float | None:
    """Return how much of the weight of a magnesium compound is magnesium; None where unknown."""
    mass = _masses()
    magnesium = mass["mass_magnesium"]
    return {
        "magnesium": 1.0,
        "magnesium sulfate": magnesium / mass["mass_sulfate"],
        "magnesium oxide": magnesium / (magnesium + mass["mass_oxygen"]),
    }.get(drug)


@cache
def _masses() -> dict[str, float]:
    constants = load("constants")
    mass = constants[constants["quantity"] == "molar mass"]
    return dict(zip(mass["constant"], mass["low"], strict=True))


def _why_not(row: Any) -> str | None:
    """Return why a regimen has no common dose; None where it has one."""
    drug, form, note = (getattr(row, name) for name in ("drug", "form", "note"))
    if kind_of(row.unit) is None:
        return ACTIVITY
    if isinstance(note, str) and note.startswith("Animals"):
        return ANIMALS
    if substance_of(drug) == "magnesium":
        if magnesium_share(drug) is None:
            return SALT
        if form == "not stated":
            return UNCLEAR
    return None


def _scale(row: Any, unit: str, weight_kg: float) -> float:
    """Return what the printed dose is multiplied by: for units, body weight and magnesium."""
    printed, drug = row.unit, row.drug
    share = magnesium_share(drug) if substance_of(drug) == "magnesium" else 1.0
    amount = 1.0
    if "[substance]" in dimensions(printed):
        # Only magnesium is dosed in moles: a millimole weighs as many milligrams as its molar mass.
        amount, printed = _masses()["mass_magnesium"], printed.replace("mmol", "mg")
    weight = None if "[body_weight]" in dimensions(printed) else Fraction(str(weight_kg))
    return amount * (share or 1.0) * float(factor(printed, unit, weight))
