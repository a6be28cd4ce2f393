"""The receptor, what binds to it, and magnesium, in tables."""

import pandas as pd

from evidence.data import load
from evidence.magnesium_block import Block, half_block_voltage, unblocked
from evidence.tables import Table
from evidence.text import EMPTY, number_text
from evidence.themes.claims_links import linked
from evidence.themes.receptor import (
    affinities,
    fluids,
    kinetics,
    magnesium_shift,
    potency_evidence,
    sites,
    without_affinity,
)
from evidence.themes.receptor_text import figure_text, open_text, span_text

PROVENANCE = ["source", "origin"]
#: Voltages of the table of the block, mV.
READ_AT = (-80.0, -70.0, -60.0, -40.0, -20.0, 0.0)


def subunit_table(caption: str) -> Table:
    """Return the subunits: what they bind and where they are found."""
    rows = linked(load("subunits"), "subunits")
    return Table(rows[["subunit", "ligand", "localisation", *PROVENANCE]], caption)


def site_table(caption: str) -> Table:
    """Return each substance with its site and kind of block."""
    rows = sites()
    shown = rows.assign(affinities=rows["affinities"].astype(str))
    names = {"affinities": "affinities read"}
    return Table(shown[["antagonist", "site", "block", "affinities", "source"]], caption, names)


def affinity_table(caption: str) -> Table:
    """Return the measured affinities with the conditions of each."""
    rows = affinities()
    shown = pd.DataFrame(
        {
            "antagonist": _drug(rows),
            "affinity": [f"{value:g}" for value in rows["value"]],
            "measure": rows["measure"],
            "receptor": rows["receptor"],
            "voltage": [number_text(value, 0) for value in rows["voltage_mv"]],
            "magnesium": [figure_text(value) for value in rows["magnesium_mm"]],
            "species": rows["species"],
            **{name: rows[name] for name in PROVENANCE},
        }
    )
    names = {
        "affinity": "affinity, µmol/l",
        "voltage": "voltage, mV",
        "magnesium": "magnesium, mmol/l",
    }
    return Table(shown, caption, names)


def without_table(caption: str) -> Table:
    """Return the rows that have no number, with what is known instead."""
    rows = without_affinity()
    shown = rows.assign(antagonist=_drug(rows))
    names = {"note": "what is known"}
    return Table(shown[["antagonist", "site", "trapping", "note", "source"]], caption, names)


def kinetics_table(caption: str) -> Table:
    """Return how fast ketamine and memantine come and go."""
    rows = kinetics()
    shown = pd.DataFrame(
        {
            "antagonist": rows["antagonist"],
            "k_on": [figure_text(value) for value in rows["k_on"]],
            "k_off": [figure_text(value) for value in rows["k_off"]],
            "half_time_s": [number_text(value, 1) for value in rows["half_time_s"]],
            "kd": [number_text(value, 1) for value in rows["kd"]],
            "trapping": rows["trapping"],
            **{name: rows[name] for name in PROVENANCE},
        }
    )
    names = {
        "k_on": "blocks, million per mol/l and s",
        "k_off": "leaves, per s",
        "half_time_s": "half has left after, s",
        "kd": "leaving over blocking, µmol/l",
    }
    return Table(shown, caption, names)


def shift_table(caption: str) -> Table:
    """Return affinities without and with magnesium."""
    rows = magnesium_shift()
    texts = {
        name: [figure_text(value) for value in rows[name]]
        for name in ("without", "magnesium_mm", "with_magnesium", "voltage_mv")
    }
    rows = rows.assign(times=[number_text(value, 1) for value in rows["times"]], **texts)
    names = {
        "without": "without magnesium, µmol/l",
        "magnesium_mm": "magnesium, mmol/l",
        "with_magnesium": "with magnesium, µmol/l",
        "times": "times weaker",
        "voltage_mv": "voltage, mV",
    }
    columns = ["antagonist", "without", "with_magnesium", "times", "magnesium_mm", "voltage_mv"]
    return Table(rows[[*columns, "receptor", "source"]], caption, names)


def block_table(levels: list[float], constants: Block, caption: str) -> Table:
    """Return the share left open by concentration, at the voltages of `READ_AT`."""
    rows = []
    for level in levels:
        row = {"magnesium, mmol/l": f"{level:g}"}
        for voltage in READ_AT:
            share = open_text(float(unblocked(voltage, level, constants)))
            row[f"{number_text(voltage, 0)} mV"] = share
        half = number_text(float(half_block_voltage(level, constants)), 0)
        rows.append({**row, "half blocked at, mV": half})
    return Table(pd.DataFrame(rows), caption)


def fluid_table(constants: Block, caption: str) -> Table:
    """Return magnesium in fluids, and what it would leave open at rest."""
    rows = fluids(constants)
    known = rows["magnesium_mm"].notna()
    shown = pd.DataFrame(
        {
            "fluid": rows["subject"],
            "magnesium": rows["kind"],
            "printed": rows["printed"],
            "mm": [number_text(value, 2) for value in rows["magnesium_mm"]],
            "open": [
                open_text(share) if is_known else EMPTY
                for share, is_known in zip(rows["unblocked"], known, strict=True)
            ],
            "half_mv": [number_text(value, 0) for value in rows["half_mv"]],
            "context": rows["context"],
            **{name: rows[name] for name in PROVENANCE},
        }
    )
    names = {"mm": "mmol/l", "open": "left open at −70 mV", "half_mv": "half blocked at, mV"}
    return Table(shown, caption, {**names, "context": "in whom"})


def potency_table(caption: str) -> Table:
    """Return what is known of the potency of S-ketamine."""
    rows = potency_evidence()
    rows = linked(rows.assign(subject=rows["evidence"]), "constants", by=["subject", "source"])
    shown = pd.DataFrame(
        {
            "evidence": rows["evidence"],
            "isomers": [
                span_text(low, high)
                for low, high in zip(rows["s_over_r_low"], rows["s_over_r_high"], strict=True)
            ],
            "racemate": [
                span_text(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            **{name: rows[name] for name in PROVENANCE},
        }
    )
    return Table(shown, caption, {"isomers": "S over R", "racemate": "S over racemate"})


def _drug(rows: pd.DataFrame) -> pd.Series:
    """Return the antagonist with its isomer in front, where it has one."""
    isomer = rows["form"].isin(["S", "R"])
    return rows["antagonist"].where(~isomer, rows["form"] + "-" + rows["antagonist"])
