"""What acts on the NMDA receptor, and how: antagonists, isomers, magnesium in fluids."""

from math import log

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.doses import isomer_potency
from evidence.interval import Interval
from evidence.magnesium_block import Block, half_block_voltage, unblocked

POTENCIES = ("off", "affinity", "clinical")
#: Voltage at which most affinities were measured, about that of a cell at rest.
REST_MV = -70.0
#: Charges of a magnesium ion: milliequivalents in a millimole.
CHARGES = 2
ORDER = ("ketamine", "norketamine", "memantine", "amantadine")


def s_potency(choice: str) -> float:
    """Return how potent S-ketamine is taken to be beside the same weight of the racemate.

    Parameters
    ----------
    choice : {"off", "affinity", "clinical"}
        Not at all more; by the affinities of both isomers, added up; or as a review of clinical
        studies puts it.
    """
    check_choice("potency", choice, POTENCIES)
    if choice == "off":
        return 1.0
    if choice == "affinity":
        return isomer_potency(s_over_r_affinity())
    return float(_constants()["low"]["s_over_racemate_clinical"])


def s_over_r_affinity() -> float:
    """Return how many times as tightly S-ketamine binds as R-ketamine."""
    value = load("antagonists").set_index("row")["value"]
    return float(value["r_ketamine_rat"] / value["s_ketamine_rat"])


def potency_evidence() -> pd.DataFrame:
    """Return what is known of the potency of S-ketamine, a row a source.

    Returns
    -------
    pandas.DataFrame
        `evidence, s_over_r_low, s_over_r_high, low, high` (times the racemate; computed from the
        ratio of isomers but for the clinical figure, which has none), `source, origin`.
    """
    constants = load("constants")
    ratios = constants[constants["constant"].str.startswith("s_over_r_")]
    rows = ratios.rename(columns={"subject": "evidence", "low": "s_over_r_low"})
    rows = rows.rename(columns={"high": "s_over_r_high"})
    binding = load("antagonists").set_index("row").loc["s_ketamine_rat"]
    ratio = s_over_r_affinity()
    own = {
        "evidence": "binding in rat brain",
        "s_over_r_low": ratio,
        "s_over_r_high": ratio,
        "source": binding["source"],
        "origin": "derived",
    }
    rows = pd.concat([pd.DataFrame([own]), rows], ignore_index=True)
    rows = rows.assign(
        low=rows["s_over_r_low"].map(isomer_potency), high=rows["s_over_r_high"].map(isomer_potency)
    )
    clinical = constants[constants["constant"] == "s_over_racemate_clinical"]
    rows = pd.concat([rows, clinical.rename(columns={"subject": "evidence"})], ignore_index=True)
    shown = ["evidence", "s_over_r_low", "s_over_r_high", "low", "high", "source", "origin"]
    return rows[shown]


def affinities() -> pd.DataFrame:
    """Return the rows of `antagonists` with a measured affinity, tightest first in each drug."""
    rows = load("antagonists").dropna(subset=["value"])
    rank = rows["antagonist"].map({name: at for at, name in enumerate(ORDER)})
    order = rows.assign(rank=rank).sort_values(["rank", "value", "row"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def without_affinity() -> pd.DataFrame:
    """Return the rows of `antagonists` that have no measured affinity, in their order."""
    rows = load("antagonists")
    return rows[rows["value"].isna()].reset_index(drop=True)


def sites() -> pd.DataFrame:
    """Return each substance once for each site and kind of block, with how many rows say so."""
    rows = load("antagonists")
    groups = rows.groupby(["site", "block", "antagonist"], sort=False, as_index=False)
    return groups.agg(
        rows=("row", "size"),
        affinities=("value", "count"),
        source=("source", lambda keys: ", ".join(dict.fromkeys(keys))),
    )


def kinetics() -> pd.DataFrame:
    """Return the drugs with rates of blocking and leaving.

    Returns
    -------
    pandas.DataFrame
        The rows of `antagonists`, with `half_time_s` (half of the drug has left) and `kd`
        (micromolar: leaving over blocking, which an IC50 should be near).
    """
    rows = load("antagonists").dropna(subset=["k_on", "k_off"])
    return rows.assign(half_time_s=log(2) / rows["k_off"], kd=rows["k_off"] / rows["k_on"])


def magnesium_shift() -> pd.DataFrame:
    """Return the affinities measured with and without magnesium, all else equal.

    Returns
    -------
    pandas.DataFrame
        `antagonist, receptor, voltage_mv, without, magnesium_mm, with_magnesium, times, source`.
    """
    rows = load("antagonists").dropna(subset=["value", "magnesium_mm"])
    key = ["antagonist", "receptor", "voltage_mv", "source"]
    none = rows[rows["magnesium_mm"] == 0][[*key, "value"]].rename(columns={"value": "without"})
    some = rows[rows["magnesium_mm"] > 0][[*key, "magnesium_mm", "value"]]
    both = none.merge(some.rename(columns={"value": "with_magnesium"}), on=key)
    return both.assign(times=both["with_magnesium"] / both["without"])


def fluids(constants: Block, voltage_mv: float = REST_MV) -> pd.DataFrame:
    """Return magnesium as measured in fluids of the body, and what it would block.

    Parameters
    ----------
    constants : Block
        Of the fit.
    voltage_mv : float
        Where the share left open is computed.

    Returns
    -------
    pandas.DataFrame
        `subject, kind` (ionised or total), `printed` (value with its unit), `magnesium_mm`
        (mmol/l: mEq/l halved, mg/dl by the molar mass; missing where no number is printed),
        `unblocked` (0 to 1), `half_mv`, `context, source, origin`. Total magnesium counts what is
        bound as well, so it overstates the block.
    """
    rows = load("constants")
    rows = rows[rows["quantity"].str.startswith("magnesium, ")]
    mm = rows["low"] * rows["unit"].map(_millimolar())
    known = mm.fillna(0.0).to_numpy()
    return pd.DataFrame(
        {
            "subject": rows["subject"],
            "kind": rows["quantity"].str.removeprefix("magnesium, "),
            "printed": [
                "no change, says the source" if pd.isna(low) else f"{low:g} {unit}"
                for low, unit in zip(rows["low"], rows["unit"], strict=True)
            ],
            "magnesium_mm": mm,
            "unblocked": np.where(mm.notna(), unblocked(voltage_mv, known, constants), np.nan),
            "half_mv": np.where(mm.notna(), half_block_voltage(known, constants), np.nan),
            "context": rows["context"],
            "source": rows["source"],
            "origin": rows["origin"],
        }
    ).reset_index(drop=True)


def affinity(*rows: str) -> Interval:
    """Return the lowest and highest affinity of some rows of `antagonists`, micromol/l."""
    value = load("antagonists").set_index("row").loc[list(rows), "value"]
    return Interval(float(value.min()), float(value.max()))


def weaker(antagonist: str) -> float:
    """Return how many times weaker a drug is with magnesium around."""
    return float(magnesium_shift().set_index("antagonist")["times"][antagonist])


def leaving_ratio() -> float:
    """Return how many times as fast memantine leaves the channel as ketamine."""
    rate = kinetics().set_index("antagonist")["k_off"]
    return float(rate["memantine"] / rate["ketamine"])


def check_ratio() -> float:
    """Return leaving over blocking for ketamine, as a multiple of its affinity: ideally 1."""
    row = kinetics().set_index("antagonist").loc["ketamine"]
    return float(row["kd"] / row["value"])


def constant(key: str) -> Interval:
    """Return both ends of a constant, as printed; equal where it is one value."""
    row = _constants().loc[key]
    return Interval(float(row["low"]), float(row["high"]))


def csf_mm() -> float:
    """Return ionised magnesium in cerebrospinal fluid, mmol/l."""
    return constant("csf_ionised").lb


def treated_rise() -> float:
    """Return by what share treated women had more magnesium there than untreated ones."""
    return constant("csf_total_treated").lb / constant("csf_total_untreated").lb - 1


def open_in_csf(constants: Block) -> float:
    """Return the share that magnesium of `csf_mm` leaves open at rest."""
    return float(unblocked(REST_MV, csf_mm(), constants))


def open_if_raised(constants: Block) -> Interval:
    """Return the same after the rises reported for infusions over days."""
    rises = reversed(constant("csf_rise"))
    low, high = (
        float(unblocked(REST_MV, csf_mm() * (1 + rise / 100), constants)) for rise in rises
    )
    return Interval(low, high)


def lowered(now: float, raised: Interval) -> Interval:
    """Return by what share the current at rest falls: from `open_in_csf` to `open_if_raised`."""
    return Interval(1 - raised.ub / now, 1 - raised.lb / now)


def _millimolar() -> dict[str, float]:
    """Return how many mmol/l of magnesium one of each unit is."""
    mass = _constants()["low"]["mass_magnesium"]
    return {"mmol/l": 1.0, "mEq/l": 1 / CHARGES, "mg/dl": 10 / mass}


def _constants() -> pd.DataFrame:
    return load("constants").set_index("constant")
