"""Numbers needed to treat of the migraine trials, beside those of the standard treatments."""

from math import exp

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.effects import escalc
from evidence.nnt import nnt, nnt_at
from evidence.pooling import pool
from evidence.sentences import Result
from evidence.synthesis import NotPooled
from evidence.tables import Table
from evidence.text import EMPTY, percent_text
from evidence.themes.comparators import comparator_nnts
from evidence.themes.migraine_text import time_text


def nnt_text(rows: pd.DataFrame) -> str:
    """Return the NNT of the one comparison of `rows`, with baseline risk and time."""
    if len(rows) != 1 or not rows["nnt"].iloc[0]:
        return "no number needed to treat (no single trial with counts fits this choice)"
    row = rows.iloc[0]
    risk = percent_text(row["risk_c"])
    at = "" if risk == EMPTY else f", where {risk} had the event under {row['control']}"
    time = time_text(str(row["time"]))
    return f"{row['nnt']}{at}" + (f", over {time}" if time else "")


def pooled_nnt_text(rows: pd.DataFrame, result: Result, better: str) -> str:
    """Return the NNT of a pooled result at the share with the event under control in its trials.

    One trial has its own. An RD gives it as it is; an RR or OR at that share (Handbook 15.4.4).
    A result that is no pool of counts has none, and a risk ratio that would carry the risk above 1
    has none either.
    """
    if len(rows) == 1:
        return nnt_text(rows)
    if isinstance(result, NotPooled) or result.measure not in ("RD", "RR", "OR"):
        return "none, because nothing was pooled that has one"
    counted = rows.dropna(subset=["event_c", "n_c"])
    if counted.empty:
        return str(nnt(result, better))
    risk = float(counted["event_c"].sum() / counted["n_c"].sum())
    if result.measure == "RD":
        return f"{nnt(result, better)}; {percent_text(risk)} had the event under control"
    if not 0 < risk < 1 or (result.measure == "RR" and exp(result.estimate) * risk > 1):
        return f"none: the ratio cannot hold where {percent_text(risk)} have the event"
    return str(nnt_at(result, risk, better))


def nnt_at_risk_text(rows: pd.DataFrame, risk_pct: float, better: str, level: float = 95.0) -> str:
    """Return what the risk ratio of one trial would mean at another share under control.

    Parameters
    ----------
    rows : pandas.DataFrame
        One comparison with counts; anything else gives words.
    risk_pct : float
        Share with the event under control, percent.
    better : {"higher", "lower"}
    level : float
        Percent.
    """
    if len(rows) != 1 or rows[["event_e", "event_c"]].isna().any(axis=None):
        return "no number needed to treat (no single trial with counts fits this choice)"
    fit = pool(escalc(rows, "RR"), level=level)
    if exp(fit.estimate) * risk_pct > 100:
        return "no number needed to treat (the risk ratio cannot hold at that risk)"
    return nnt_at(fit, risk_pct / 100, better).label


def standard_rows(keys: list[str], *, level: float = 95.0) -> pd.DataFrame:
    """Return standard treatments of migraine for a table or the figure of NNTs, in the order given.

    Parameters
    ----------
    keys : list of str
        Keys of comparators.
    level : float
        As for :func:`evidence.themes.comparators.comparator_nnts`.
    """
    outcomes = [str(key) for key in load("comparators")["outcome"].unique()]
    rows = comparator_nnts(outcomes, "migraine", level=level).set_index("comparator")
    rows = rows.loc[[key for key in keys if key in rows.index]].reset_index()
    return rows.rename(columns={"label": "outcome_label"})


def nnt_rows(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return risk differences as rows for the figure of NNTs: benefit above 0.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.migraine.comparison_rows` with ``measure="RD"``; may be empty.
    kind : str
        What to call them.
    """
    lower = rows["outcome"].map(load("outcomes").set_index("outcome")["better"]).eq("lower")
    names = ["yi", "ci_lb", "ci_ub"]
    benefit, lb, ub = (rows[name].astype(float).where(~lower, -rows[name]) for name in names)
    return pd.DataFrame(
        {
            "label": rows["drug"].str.capitalize() + ", " + rows["label"],
            "benefit": benefit,
            "benefit_lb": np.minimum(lb, ub),
            "benefit_ub": np.maximum(lb, ub),
            "kind": kind,
        }
    )


def standard_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the standard treatments a row each: what was counted, how often, and the NNT.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`standard_rows`.
    caption : str
        Of the table.
    """
    frame = pd.DataFrame(
        {
            "treatment": rows["drug"],
            "dose": rows["dose"],
            "for": rows["purpose"].replace({"preventive": "prevention", "acute": "attack"}),
            "outcome": rows["outcome_label"],
            "trials": rows["k"],
            "people": rows["n"],
            "had it under placebo": [
                EMPTY if pd.isna(r) else f"{r:g}%" for r in rows["risk_c_pct"]
            ],
            "number needed to treat": rows["nnt_text"].replace("", "not given"),
            "made of": rows["basis"],
            "origin": rows["origin"],
        }
    )
    return Table(frame, caption)


def better_of(rows: pd.DataFrame) -> str:
    """Return whether more of the outcome of `rows` is better; of the first row, where they differ.

    Rows that differ in outcome are never pooled, so that no number hangs on the first.
    """
    if rows.empty:
        return "higher"
    better = load("outcomes").set_index("outcome")["better"]
    return str(better[rows["outcome"].iloc[0]])
