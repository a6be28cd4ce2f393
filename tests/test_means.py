"""Means and SDs from whatever was printed, and groups side by side."""

import numpy as np
import pandas as pd
import pytest

from evidence import biomarkers, contrasts, trials
from evidence.biomarkers import cases_and_controls
from evidence.contrasts import reported_contrasts
from evidence.means import combined, means, with_mean_sd

EMPTY = {
    c: np.nan
    for c in ("mean", "sd", "se", "ci_lb", "ci_ub", "level", "median", "q1", "q3", "min", "max")
}


def rows(*each):
    return pd.DataFrame([EMPTY | row for row in each])


def test_each_spread_becomes_an_sd_and_says_so():
    found = with_mean_sd(
        rows(
            {"n": 16, "mean": 5.0, "sd": 2.0},
            {"n": 16, "mean": 5.0, "se": 0.5},
            {"n": 16, "mean": 5.0, "ci_lb": 3.9342752, "ci_ub": 6.0657248, "level": 95.0},
            {"n": 101, "median": 5.0, "q1": 4.0, "q3": 6.0},
            {"n": 101, "median": 5.0, "min": 1.0, "max": 9.0},
        )
    )
    assert list(found["converted"]) == ["", "SE", "CI", "median, IQR", "median, range"]
    # SE 0.5 and a t interval of 15 df both come from an SD of 2; medians by Wan 2014.
    assert found["sd"].to_numpy()[:3] == pytest.approx([2.0, 2.0, 2.0], rel=1e-5)
    assert found["mean"].to_numpy() == pytest.approx(5.0)
    assert found["sd"].iloc[3] == pytest.approx(2 / 1.3490, rel=0.03)


def test_what_cannot_be_converted_is_left_out():
    without_spread = {"n": 10, "mean": 5.0}
    without_n = {"n": np.nan, "mean": 5.0, "sd": 1.0}
    too_few_for_a_median = {"n": 4, "median": 1.0, "q1": 0.0, "q3": 2.0}
    assert with_mean_sd(rows(without_spread, without_n, too_few_for_a_median)).empty


def test_groups_combine_as_if_measured_together():
    """Handbook 6.5.2.10: against the pooled raw values."""
    rng = np.random.default_rng(1)
    first, second, third = (rng.normal(m, s, n) for m, s, n in ((1, 1, 7), (3, 2, 9), (2, 1, 5)))
    groups = pd.DataFrame(
        {
            "mean": [x.mean() for x in (first, second, third)],
            "sd": [x.std(ddof=1) for x in (first, second, third)],
            "n": [7, 9, 5],
            "label": ["MA", "MO", "CM"],
            "converted": ["", "SE", "SE"],
        }
    )
    whole = np.concatenate([first, second, third])
    found = combined(groups)
    assert (found["mean"], found["sd"], found["n"]) == pytest.approx(
        (whole.mean(), whole.std(ddof=1), 21)
    )
    assert (found["label"], found["converted"]) == ("MA + MO + CM", "SE")


STUDY = {"study": "a", "label": "A 2001", "theme": "t", "cohort": None, "year": 2001}
DESIGN = {"design": "case-control", "condition": "migraine", "purpose": "x"}
STUDIES = pd.DataFrame([STUDY | DESIGN])


def group(name, role, phase, n, mean, sd):
    return EMPTY | {
        "study": "a",
        "analyte": "glutamate",
        "tissue": "plasma",
        "region": "whole",
        "unit": "µmol/L",
        "source": "a",
        "exclude": None,
        "origin": "reported",
        "group": f"{name} {phase}",
        "label": name,
        "role": role,
        "condition": "migraine" if role == "case" else "healthy",
        "phase": phase,
        "n": n,
        "mean": mean,
        "sd": sd,
    }


GROUPS = pd.DataFrame(
    [
        group("MA", "case", "interictal", 10, 6.0, 2.0),
        group("MO", "case", "interictal", 10, 4.0, 2.0),
        group("MO", "case", "ictal", 8, 3.0, 1.0),
        group("HC", "control", "not applicable", 12, 4.0, 1.5),
    ]
)


def test_case_groups_of_one_phase_stand_once_against_their_controls(monkeypatch):
    tables = {"studies": STUDIES, "biomarkers": GROUPS}
    monkeypatch.setattr(biomarkers, "load", lambda table: tables[table].copy())
    monkeypatch.setattr(biomarkers, "choices", lambda *_: ["all", "migraine", "ictal"])
    pairs = cases_and_controls("migraine").set_index("phase")
    assert list(pairs.index) == ["interictal", "ictal"]
    assert tuple(pairs.loc["interictal", ["mean_e", "n_e", "mean_c", "n_c"]]) == (5.0, 20, 4.0, 12)
    assert pairs.loc["interictal", "group_e"] == "MA + MO"
    assert list(cases_and_controls(phase="ictal")["n_e"]) == [8]
    assert cases_and_controls(tissue="plasma", origin="reported").shape[0] == 2
    with pytest.raises(ValueError, match="tissue must be one of all, plasma"):
        cases_and_controls(tissue="bone")


def test_a_printed_difference_becomes_an_effect(monkeypatch):
    arms = pd.DataFrame({"study": "a", "arm": ["d", "p"], "label": ["drug", "placebo"]})
    arms = arms.assign(drug=["x", "placebo"], target="NMDAR", role=["experimental", "placebo"])
    table = pd.DataFrame(
        [
            ("MD", -2.0, -3.96, -0.04, np.nan, "4 wk"),
            ("MD", -3.0, np.nan, np.nan, 0.5, "12 wk"),
            ("RR", 2.0, 1.0, 4.0, np.nan, "12 wk"),
            ("RR", 9.0, np.nan, np.nan, np.nan, "1 y"),
        ],
        columns=["measure", "estimate", "ci_lb", "ci_ub", "se", "time"],
    ).assign(study="a", arm_e="d", arm_c="p", outcome="o", exclude=None, origin="reported")
    tables = {"studies": STUDIES, "arms": arms, "contrasts": table.assign(level=np.nan)}
    monkeypatch.setattr(contrasts, "load", lambda name: tables[name].copy())
    monkeypatch.setattr(contrasts, "choices", lambda *_: ["all", "o", "MD", "RR"])
    (last,) = reported_contrasts("o").to_dict("records")
    assert (last["yi"], last["vi"], last["time"]) == (-3.0, 0.25, "12 wk")
    assert last["comparison"] == "drug v placebo"
    (ratio,) = reported_contrasts("o", "RR").to_dict("records")
    assert ratio["yi"] == pytest.approx(np.log(2))
    assert ratio["vi"] == pytest.approx((np.log(4) / (2 * 1.959964)) ** 2, rel=1e-6)


def test_changes_are_taken_before_values(monkeypatch):
    arms = pd.DataFrame({"study": "a", "arm": ["d", "p"], "label": ["d", "p"], "drug": ["d", "p"]})
    arms = arms.assign(role=["experimental", "placebo"], target="x", dose=None, route=None)
    base = EMPTY | {"study": "a", "outcome": "o", "time": "4 wk", "source": "s", "n": 10, "sd": 1.0}
    table = pd.DataFrame(
        [
            base | {"arm": arm, "statistic": statistic, "mean": mean}
            for arm in "dp"
            for statistic, mean in (("value", 5.0), ("change", -1.0))
        ]
    ).assign(origin="reported", exclude=None)
    studies = STUDIES.assign(population="", aura="mixed")
    tables = {"studies": studies, "arms": arms, "continuous": table}
    monkeypatch.setattr(trials, "load", lambda name: tables[name].copy())
    monkeypatch.setattr("evidence.means.choices", lambda *_: ["all", "o"])
    (pair,) = means("o").to_dict("records")
    assert (pair["statistic"], pair["mean_e"], pair["n_c"]) == ("change", -1.0, 10)


def test_a_choice_without_cases_has_no_pairs_and_its_columns():
    nothing = cases_and_controls(analyte="gaba", tissue="saliva")
    assert nothing.empty
    assert {"mean_e", "sd_e", "n_e", "mean_c", "row"} <= set(nothing)
