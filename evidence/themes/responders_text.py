"""Responders in words and tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from evidence.interval import Interval
from evidence.nnt import NNT
from evidence.sentences import ci_text, estimate_text, pi_text
from evidence.synthesis import NotPooled
from evidence.tables import Table
from evidence.text import EMPTY, interval_text, number_text, percent_text
from evidence.themes.cohorts_text import counts_text, limits_text, printed_nnt_text, shares_text
from evidence.themes.migraine_text import time_text
from evidence.themes.responders import may_share
from evidence.themes.responders_absolute import (
    NO_PREDICTION,
    ROADS,
    Comparison,
    at_risk,
)
from evidence.themes.responders_ways import chosen_pool, summed

GONE = "not shown: the choice leaves it out"
NO_EVENT = "half a responder added to each cell, as one was empty"
ROAD_NAMES = {
    "RR": "by risk ratio",
    "OR": "by odds ratio",
    "OR, prediction": "by odds ratio, prediction interval",
    "OR, Bayesian prediction": "by odds ratio, Bayesian prediction interval",
}


def change_text(points: float) -> str:
    """Return a difference of shares as people of a hundred: "30 more", "1 fewer", "no more"."""
    people = round(100 * points)
    if not people:
        return "no more"
    return f"{abs(people)} {'more' if people > 0 else 'fewer'}"


def changes_text(ci: Interval) -> str:
    """Return an interval of differences: "6 to 50 more", "22 fewer to 20 more"."""
    lb, ub = (change_text(bound) for bound in ci)
    first, _, side = lb.rpartition(" ")
    return f"{first} to {ub}" if first.isdigit() and ub.endswith(side) else f"{lb} to {ub}"


def gain_of(each: Comparison) -> tuple[float, Interval]:
    """Return the change in responders and its interval, drug less control."""
    if each.better == "higher":
        return each.absolute.rd, each.absolute.ci
    return -each.absolute.rd, Interval(-each.absolute.ci.ub, -each.absolute.ci.lb)


def hundred_text(each: Comparison | None, level: float = 95.0) -> str:
    """Return one comparison as people of a hundred, for running text.

    Examples
    --------
    "of a hundred people, 50 respond on placebo anyway; on memantine 30 more (95% CI 6 to 50 more)
    over 24 weeks"
    """
    if each is None:
        return GONE
    row, (gain, ci) = each.rows.iloc[0], gain_of(each)
    over = time_text(str(row["time"]))
    return (
        f"of a hundred people, {number_text(100 * each.risk_c, 0)} respond on {row['control']} "
        f"anyway; on {row['drug']} {change_text(gain)} ({level:g}% CI {changes_text(ci)})"
        f"{f', after {over}' if over else ''}"
    )


def found(
    comparisons: Sequence[Comparison], drug: str, condition: str, *, last: bool = False
) -> Comparison | None:
    """Return the first (or last) comparison of a drug with its control in a condition, or None."""
    hits = [
        each
        for each in comparisons
        if each.rows["drug"].iloc[0] == drug and each.rows["condition"].iloc[0] == condition
    ]
    return hits[-1 if last else 0] if hits else None


def group_table(
    groups: Mapping[str, pd.DataFrame], caption: str, *, method: str, test: str, level: float
) -> Table:
    """Return the groups without a control, a row a drug, condition and outcome."""
    rows = []
    for name, cohorts in groups.items():
        pooled = chosen_pool(cohorts, method=method, test=test, level=level)
        once = pd.DataFrame([summed(cohorts, level)])
        single = f"{estimate_text(pooled)} ({ci_text(pooled)})"
        rows.append(
            {
                "drug, people, what counted": name,
                "groups": len(cohorts),
                "responders": f"{int(cohorts['event'].sum())}/{int(cohorts['n'].sum())}",
                f"share, summed ({level:g}% CI)": shares_text(once).iloc[0],
                f"share, {method} and {test}": pooled.reason
                if isinstance(pooled, NotPooled)
                else single,
                "prediction interval": pi_text(pooled),
                "may share people": may_share(cohorts),
            }
        )
    return Table(pd.DataFrame(rows), caption)


def ways_table(ways: pd.DataFrame, caption: str, level: float) -> Table:
    """Return each method's answer for one group, with what it takes for granted."""
    shown = ways[["way"]].assign(
        share=[percent_text(each) for each in ways["estimate"]],
        interval=limits_text(ways),
        prediction=limits_text(ways, "pi_lb", "pi_ub"),
        tau=[number_text(each) for each in ways["tau"].astype(float)],
        why=ways["why"],
    )
    names = {
        "way": "method",
        "interval": f"{level:g}% interval",
        "prediction": "prediction interval",
        "tau": "spread between groups (tau, logits)",
        "why": "what it takes for granted",
    }
    return Table(shown, caption, names)


def comparison_table(comparisons: Sequence[Comparison], caption: str, level: float) -> Table:
    """Return each comparison with its counts, in every measure, and its NNT where it was seen."""
    rows = []
    for each in comparisons:
        gain, ci = gain_of(each)
        sides = each.rows[["event_e", "n_e", "event_c", "n_c"]].sum()
        points = f"{percent_text(gain)} ({interval_text(ci, 0, percent=True)})"
        rows.append(
            {
                "comparison": each.name,
                "counted": each.rows["outcome_label"].iloc[0],
                "trials": len(each.rows),
                "drug": f"{sides['event_e']:.0f}/{sides['n_e']:.0f}",
                "control": f"{sides['event_c']:.0f}/{sides['n_c']:.0f}",
                "risk difference": points,
                **{measure: ratio_text(each, measure) for measure in ("RR", "OR")},
                "NNT": each.absolute.label,
                "origin": ", ".join(each.rows["origin"].unique()),
            }
        )
    names = {"RR": "risk ratio", "OR": "odds ratio"}
    return Table(pd.DataFrame(rows), f"{caption} ({level:g}% CI)", names)


def ratio_text(each: Comparison, measure: str) -> str:
    """Return a ratio with its interval, such as "1.60 (1.07 to 2.39)", starred at an empty cell."""
    fit = each.fits[measure]
    star = "*" if has_empty_cell(each) else ""
    return f"{estimate_text(fit)} ({ci_text(fit)}){star}"


def has_empty_cell(each: Comparison) -> bool:
    """Return whether a trial had nobody in one of its four cells, so that a ratio needs a rule."""
    rows = each.rows
    cells = [rows["event_e"], rows["event_c"]]
    cells += [rows["n_e"] - rows["event_e"], rows["n_c"] - rows["event_c"]]
    return bool(pd.concat(cells).eq(0).any())


def risk_table(comparisons: Sequence[Comparison], risks: Sequence[float], caption: str) -> Table:
    """Return each comparison's NNT at each control risk, by each road that leads anywhere.

    The road of a frequentist prediction interval is left out where no comparison has one.
    """
    roads = [
        road
        for road in ROADS
        if any(at_risk(each, risk, road) != NO_PREDICTION for each in comparisons for risk in risks)
    ]
    rows = [
        {"comparison": each.name, "respond under control": percent_text(risk)}
        | {ROAD_NAMES[road]: nnt_text(at_risk(each, risk, road)) for road in roads}
        | {"note": NO_EVENT if has_empty_cell(each) else ""}
        for each in comparisons
        for risk in risks
    ]
    frame = pd.DataFrame(rows)
    noted = len(frame) and frame["note"].ne("").any()
    return Table(frame if noted or frame.empty else frame.drop(columns="note"), caption)


def nnt_text(value: NNT | str) -> str:
    """Return a number needed to treat, or the words in its place; a cut-off bound has a dagger."""
    return value if isinstance(value, str) else value.label + ("†" if value.truncated else "")


def icon_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the numbers of the icon figure, a row an array."""
    names = {
        "label": "comparison",
        "end": "end of the interval",
        "anyway": "respond either way",
        "more": "only with the drug",
        "fewer": "only with the control",
    }
    return Table(rows, caption, names)


def placebo_table(rows: pd.DataFrame, caption: str, level: float) -> Table:
    """Return what happened under placebo, a row an arm and a time."""
    shown = rows[["label", "condition", "arm_label", "outcome_label", "time"]].assign(
        responders=counts_text(rows), share=shares_text(rows), origin=rows["origin"]
    )
    names = {"label": "study", "arm_label": "given", "outcome_label": "counted"}
    return Table(shown, caption, names | {"share": f"share ({level:g}% CI)"})


def if_placebo_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the thought experiment: what an uncontrolled share would leave for the drug."""
    shown = pd.DataFrame(
        {
            "if placebo gave": [percent_text(each) for each in rows["risk"]],
            "left for the drug": [percent_text(each) for each in rows["left"]],
            "by the interval": limits_text(rows, "left_lb", "left_ub"),
            "responders who would have responded anyway": [
                percent_text(each) for each in rows["owed"]
            ],
        }
    )
    return Table(shown, caption)


def standards_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the standard treatments with what was counted and their own intervals."""
    level = rows["level"].map(lambda each: EMPTY if pd.isna(each) else f"{each:g}%")
    shown = pd.DataFrame(
        {
            "treatment": rows["treatment"],
            "condition": rows["condition"],
            "counted": rows["label"],
            "trials": rows["k"],
            "people": rows["n"],
            "respond under placebo": [percent_text(each) for each in rows["risk_c"]],
            "NNT as printed": printed_nnt_text(rows),
            "NNT, rounded up": rows["nnt_text"].replace("", "not given"),
            "level": level,
            "made from": rows["basis"],
            "origin": rows["origin"],
        }
    )
    return Table(shown, caption)


def standards_text(rows: pd.DataFrame) -> str:
    """Return the treatments that have a number, each with it, or that none has."""
    known = rows[rows["nnt_text"].ne("")]
    if known.empty:
        return "none with a number fits this choice"
    return "; ".join(known["treatment"] + " " + known["nnt_text"])


def widths_text(ways: pd.DataFrame) -> str:
    """Return the narrowest and the widest interval of the methods, by name."""
    if ways.empty:
        return "no group has more than one report to pool"
    width = (ways["ci_ub"] - ways["ci_lb"]).astype(float)
    ends = ways.loc[[width.idxmin(), width.idxmax()]]
    texts = [
        f"{row.way}, {limits}"
        for row, limits in zip(ends.itertuples(), limits_text(ends), strict=True)
    ]
    return f"narrowest: {texts[0]}; widest: {texts[1]}"
