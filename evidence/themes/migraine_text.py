"""The comparisons of the migraine trials in words and tables."""

import re
from typing import Any

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.interval import Interval
from evidence.scales import scale_of
from evidence.sentences import Result, effect_text
from evidence.synthesis import NotPooled
from evidence.tables import Table
from evidence.text import EMPTY, interval_text, number_text, percent_text
from evidence.themes.claims_links import linked
from evidence.themes.migraine import THEME, comparison_rows

#: Added to the name of a trial that did not enrol migraine alone.
OTHER = " (headache of any kind)"
UNITS = {"min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months"}


def time_text(time: str) -> str:
    """Return a time with its unit written out; nothing for a time that is not stated."""
    number, _, unit = str(time).rpartition(" ")
    if time == "not stated":
        return ""
    return f"{number} {UNITS[unit]}" if unit in UNITS else str(time)


def effect_of(row: pd.Series) -> str:
    """Return the effect of one comparison with its interval, on the scale of a reader."""
    scale = scale_of(str(row["measure"]))
    values = scale.back(np.array([row["yi"], row["ci_lb"], row["ci_ub"]], dtype=float))
    digits = scale.digits
    interval = interval_text(Interval(values[1], values[2]), digits, percent=scale.percent)
    value = float(values[0])
    estimate = percent_text(value, digits) if scale.percent else number_text(value, digits)
    return f"{estimate} ({interval})"


def trial_text(rows: pd.DataFrame, level: float = 95.0) -> str:
    """Return the one comparison of `rows` in running text, or that there is none or are several."""
    if rows.empty:
        return "not shown (no study fits this choice)"
    if len(rows) > 1:
        return f"not given as one number ({len(rows)} comparisons)"
    row = rows.iloc[0]
    found = effect_of(row).replace("(", f"({level:g}% CI ", 1)
    name = scale_of(str(row["measure"])).short
    counted = ""
    if pd.notna(row["event_e"]):
        counted = counts_text(row).replace("/", " of ").replace(" v ", " against ") + "; "
    return f"{counted}{name} {found}"


def view_text(rows: pd.DataFrame, result: Result, level: float = 95.0) -> str:
    """Return a pooled result in running text; of one trial its own effect."""
    if isinstance(result, NotPooled) and len(rows) == 1:
        return f"one trial: {trial_text(rows, level)}"
    return effect_text(result)


def counts_text(row: pd.Series) -> str:
    """Return events among people of both arms, such as "24/30 v 15/30"; sizes alone for means."""
    if pd.notna(row["event_e"]):
        return f"{row['event_e']:.0f}/{row['n_e']:.0f} v {row['event_c']:.0f}/{row['n_c']:.0f}"
    if pd.notna(row["n_e"]) and pd.notna(row["n_c"]):
        return f"{row['n_e']:.0f} v {row['n_c']:.0f} people"
    return EMPTY


def comparison_table(rows: pd.DataFrame, caption: str, level: float = 95.0) -> Table:
    """Return the comparisons a row each: who, what, effect, number needed to treat."""
    if rows.empty:
        return Table(rows, caption)
    study = rows["label"].where(rows["condition"] != "other", rows["label"] + OTHER)
    time = rows["time"].map(time_text)
    names = [scale_of(str(name)).short for name in rows["measure"]]
    effects = [effect_of(row) for _, row in rows.iterrows()]
    frame = pd.DataFrame(
        {
            "study": study,
            "comparison": rows["comparison"],
            "outcome": rows["outcome_label"] + time.radd(", ").replace(", ", ""),
            "numbers": [counts_text(row) for _, row in rows.iterrows()],
            f"effect ({level:g}% CI)": [f"{a} {b}" for a, b in zip(names, effects, strict=True)],
            "number needed to treat": rows["nnt"].replace("", EMPTY),
            "made of": rows["basis"],
            "origin": rows["origin"],
        }
    )
    if rows["nnt"].eq("").all():
        frame = frame.drop(columns="number needed to treat")
    return Table(
        frame if rows["basis"].ne("counts").any() else frame.drop(columns="made of"), caption
    )


def cohort_table(rows: pd.DataFrame, caption: str, level: float = 95.0) -> Table:
    """Return the uncontrolled cohorts a row each, with the share and its exact interval."""
    if rows.empty:
        return Table(rows, caption)
    bounds = rows[["ci_lb", "ci_ub"]].apply(lambda column: scale_of("PLO").back(column.to_numpy()))
    intervals = [
        interval_text(Interval(lb, ub), 0, percent=True)
        for lb, ub in bounds.itertuples(index=False)
    ]
    frame = pd.DataFrame(
        {
            "study": rows["label"],
            "drug": rows["drug"],
            "what was counted": rows["outcome_label"],
            "time": rows["time"].map(time_text).replace("", EMPTY),
            "numbers": [f"{a}/{b}" for a, b in zip(rows["event"], rows["n"], strict=True)],
            "share": [percent_text(a / b) for a, b in zip(rows["event"], rows["n"], strict=True)],
            f"exact {level:g}% CI": intervals,
            "denominator": rows["denominator"],
            "origin": linked(rows, "dichotomous", "origin")["origin"],
        }
    )
    return Table(frame, caption)


def words_only(drug: str, caption: str) -> Table:
    """Return the results of a drug that sources print in words or with a p value alone.

    A result of which an effect stands in `migraine.comparison_rows` is left out.
    """
    arms = load("arms")[["study", "arm", "drug"]].rename(columns={"arm": "arm_e"})
    studies = load("studies")[["study", "label", "theme"]]
    outcomes = load("outcomes")[["outcome", "label"]].rename(columns={"label": "result"})
    rows = load("contrasts").merge(arms, on=["study", "arm_e"]).merge(studies, on="study")
    rows = rows[rows["theme"].eq(THEME) & rows["drug"].eq(drug)].merge(outcomes, on="outcome")
    rows = rows[rows[["estimate", "exclude"]].isna().all(axis=1)]
    known = {key: set(comparison_rows(key, drug=drug)["study"]) for key in set(rows["outcome"])}
    new = [row.study not in known[row.outcome] for row in rows.itertuples()]
    rows = rows[new].drop_duplicates(["study", "outcome", "note"])
    shown = rows.assign(
        p=rows["p_relation"] + " " + rows["p"].map("{:g}".format),
        time=rows["time"].map(time_text).replace("", EMPTY),
        note=rows["note"].str.split("; ").map(_direction),
        arm_c=rows["arm_c"].str.replace("_", " "),
    )
    names = {"label": "study", "arm_c": "against", "p": "printed p", "note": "what is said"}
    columns = ["label", "arm_c", "result", "time", "note", "p", "origin"]
    return Table(shown[columns].reset_index(drop=True), caption, names)


def _direction(parts: list[str]) -> str:
    told = [part for part in parts if not re.search(r"p value is printed|\.csv", part)]
    return "; ".join(told) or "no direction stated"


def printed_values(drug: str, purpose: str, outcomes: list[str], caption: str) -> Table:
    """Return means and medians as printed, arm by arm, for outcomes that cannot be pooled.

    Parameters
    ----------
    drug, purpose : str
        As in arms and studies.
    outcomes : list of str
        Keys of continuous outcomes.
    caption : str
        Of the table.
    """
    arms = load("arms")[["study", "arm", "label", "role"]].rename(columns={"label": "arm_label"})
    studies = load("studies")[["study", "label", "theme", "purpose"]]
    names = load("outcomes").set_index("outcome")["label"]
    rows = load("continuous").merge(arms, on=["study", "arm"]).merge(studies, on="study")
    tried = load("arms").query("drug == @drug")["study"]
    rows = rows[rows["study"].isin(tried) & rows["purpose"].eq(purpose) & rows["theme"].eq(THEME)]
    rows = rows[rows["outcome"].isin(outcomes) & rows["exclude"].fillna("baseline").eq("baseline")]
    after = rows.loc[rows["exclude"].isna(), "study"]
    rows = rows[rows["study"].isin(after)]
    shown = pd.DataFrame(
        {
            "study": rows["label"],
            "arm": rows["arm_label"],
            "outcome": rows["outcome"].map(names),
            "time": rows["time"].replace("0 d", "before").map(time_text),
            "people": rows["n"],
            "kind": rows["statistic"],
            "printed": [_value(row) for row in rows.itertuples()],
            "origin": rows["origin"],
        }
    )
    return Table(shown.reset_index(drop=True), caption)


def _value(row: Any) -> str:
    if pd.notna(row.mean):
        return f"mean {number_text(row.mean, 1)} {row.unit}"
    text = f"median {number_text(row.median, 1)} {row.unit}"
    if pd.notna(row.q1):
        text += f" (quartiles {number_text(row.q1, 2)} to {number_text(row.q3, 2)})"
    return text


def size_text(result: Result) -> str:
    """Return the size of a pooled effect without its sign, to one decimal."""
    if isinstance(result, NotPooled):
        return f"an unknown number ({result.reason})"
    return number_text(abs(result.estimate), 1)


def shares_text(rows: pd.DataFrame) -> str:
    """Return the shares with the event in both arms of one trial, in running text."""
    if len(rows) != 1:
        return "an unknown share (no single trial fits this choice)"
    row = rows.iloc[0]
    share_e, share_c = row["event_e"] / row["n_e"], row["event_c"] / row["n_c"]
    return (
        f"{percent_text(share_e)} with {row['drug']} and "
        f"{percent_text(share_c)} with {row['control']}"
    )


def counted_text(study: str, arm: str, outcome: str) -> str:
    """Return how many of one arm had an event, where the other arm's count is not printed."""
    rows = load("dichotomous").query("study == @study and arm == @arm and outcome == @outcome")
    rows = rows.dropna(subset=["event", "n"])
    if len(rows) != 1:
        raise ValueError(
            f"dichotomous.csv must have one count of {outcome} for {study}, {arm}; got {len(rows)}"
        )
    row = rows.iloc[0]
    return f"{row['event']} of {row['n']} ({percent_text(row['event'] / row['n'])})"
