"""What the receptor chapter says: from rows by hand, and for choices that leave nothing."""

import math
from pathlib import Path

import pytest

from bookbuild.parameters import read_schema
from evidence.data import load
from evidence.doses import common_doses
from evidence.interval import Interval
from evidence.magnesium_block import Block
from evidence.themes import receptor, receptor_doses
from evidence.themes import receptor_dose_tables as dose_tables
from evidence.themes import receptor_tables as tables
from evidence.themes import receptor_text as words

FIT = Block(3.57, 0.062)
ROWS = receptor_doses.dose_rows(common_doses(load("regimens"), s_potency=1.6))
NONE = ROWS.iloc[:0]


def test_every_drug_but_the_tracer_has_its_place_on_the_chart():
    others = set(ROWS.loc[ROWS["role"] == "Others", "substance"])
    assert others == {"technetium-99m human serum albumin"}
    assert len(ROWS) == len(load("regimens"))
    parts = [
        receptor_doses.dose_rows(common_doses(load("regimens")), drug)
        for drug in receptor_doses.DRUGS
    ]
    assert sum(map(len, parts)) == len(ROWS) - 1


def test_what_a_review_says_of_a_study_with_a_row_of_its_own_is_the_reviews():
    by_review = ROWS.set_index("regimen")["by_review"]
    assert by_review["littlejohn2017_crps"]
    assert not by_review["sigtermans2009_s_ketamine"]
    # Read in the review, but the only row of the study.
    assert not by_review["cohen2006_dextromethorphan"]
    reviews = set(ROWS.loc[ROWS["by_review"], "label"])
    assert reviews == {"Kalatharan 2023 (review)", "Littlejohn 2017 (review)"}


def test_regimens_are_counted_once_each():
    counts = receptor_doses.counted(ROWS).set_index("what")["regimens"]
    assert counts.sum() == len(ROWS)
    assert counts["body weight assumed"] == (ROWS["basis"] == "weight assumed").sum()
    assert receptor_doses.counted(NONE)["regimens"].tolist() == [0, 0]


def test_ranges_of_reviews_against_studies_by_hand():
    found = receptor_doses.review_ranges(ROWS).set_index(["line", "label"])
    review = found.loc[("memantine, mouth, a day", "Littlejohn 2017 (review)")]
    assert review["low_common"] == pytest.approx(10 / 70)
    assert review["study_high"] == pytest.approx(20 / 70)
    # Charles and Assarzadegan began with 5 mg.
    assert (review["studies"], review["outside"]) == (8, 2)
    none = found.loc[("amantadine, mouth, a day", "Littlejohn 2017 (review)")]
    assert none["studies"] == 0
    assert math.isnan(none["study_low"])


def test_doses_that_reach_the_blood_by_hand():
    found = receptor_doses.reaching_blood(ROWS).set_index("line").loc["ketamine, nose, once"]
    assert (found["share_low"], found["share_high"]) == (11, 45)
    assert found["blood_high"] == pytest.approx(0.45 * found["high_common"])


def test_printed_spans_leave_out_other_dimensions():
    assert receptor_doses.printed_doses("magnesium sulfate", "g") == Interval(1, 2)
    assert receptor_doses.printed_doses("memantine", "mg/day", "fibromyalgia") == Interval(20, 20)
    assert receptor_doses.printed_doses("memantine", "mg") is None
    assert words.range_text(None, "mg") == words.NO_DOSE


def test_doses_of_two_kinds_have_no_ratio():
    pair = ("noppers2011_s_ketamine", "sorensen1995_ketamine")
    assert receptor_doses.dose_ratio(ROWS, *pair) == pytest.approx(0.5 * 1.6 / 0.3)
    with pytest.raises(ValueError, match="must be doses of one kind"):
        receptor_doses.dose_ratio(ROWS, "noppers2011_s_ketamine", "lauritsen2016_ketamine_start")


def test_the_weight_that_one_trial_implies():
    assert receptor_doses.implied_weight_kg() == pytest.approx(65.2 / 0.76)


def test_potency_of_s_ketamine():
    # 1.4 / 0.3 = 4.667; 2 x 4.667 / 5.667
    assert receptor.s_potency("affinity") == pytest.approx(1.64706, abs=1e-5)
    assert (receptor.s_potency("off"), receptor.s_potency("clinical")) == (1, 2)
    rows = receptor.potency_evidence()
    assert (rows["high"] <= 2).all()
    with pytest.raises(ValueError, match="potency must be one of off, affinity, clinical"):
        receptor.s_potency("on")


def test_kinetics_and_shift_by_hand():
    rows = receptor.kinetics().set_index("antagonist")
    assert rows.loc["memantine", "half_time_s"] == pytest.approx(math.log(2) / 0.53)
    assert rows.loc["ketamine", "kd"] == pytest.approx(0.22 / 0.15)
    assert receptor.leaving_ratio() == pytest.approx(0.53 / 0.22)
    assert receptor.weaker("memantine") == pytest.approx(6.6)
    assert receptor.weaker("amantadine") == pytest.approx(165 / 49)


def test_fluids_come_to_one_unit():
    rows = receptor.fluids(FIT)
    by_print = rows.set_index("printed")["magnesium_mm"]
    assert by_print["2.23 mEq/l"] == pytest.approx(1.115)
    assert by_print["2.48 mg/dl"] == pytest.approx(24.8 / 24.305)
    unknown = rows[rows["magnesium_mm"].isna()]
    assert unknown["printed"].tolist() == ["no change, says the source"]
    assert unknown[["unblocked", "half_mv"]].isna().all(axis=None)
    assert receptor.treated_rise() == pytest.approx(3.21 / 2.48 - 1)


def test_current_falls_by_no_more_than_magnesium_rises():
    now, raised = receptor.open_in_csf(FIT), receptor.open_if_raised(FIT)
    assert raised.lb < raised.ub < now
    less = receptor.lowered(now, raised)
    assert 0 < less.lb < less.ub < 1 - 1 / 1.21


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0714285, "0.0714"), (2.0, "2"), (85.789, "85.8"), (1183.3, "1183"), (0, "0"), (140, "140")],
)
def test_three_figures(value, text):
    assert words.figure_text(value) == text


def test_words_for_no_magnesium():
    assert words.blocked_text(0.0, FIT) == "none of the current"
    assert words.half_text(0.0, FIT) == "no voltage at all"
    assert words.blocked_text(1.0, FIT) == "96% of the current"
    assert words.blocked_text(10.0, FIT) == "99.5% of the current"


def test_how_s_ketamine_is_counted_is_said():
    assert words.potency_text("off", 1.0).startswith("by its weight")
    assert words.potency_text("affinity", 28 / 17).startswith("as 1.65 times its weight")
    assert words.potency_text("clinical", 2.0).startswith("as 2 times its weight")


def test_counts_in_words():
    assert words.counts_text(ROWS) == "109 of 116 regimens"
    assert words.counts_text(NONE) == words.NO_DOSE
    assert words.left_text(NONE) == "no regimen"


@pytest.mark.parametrize("rows", [ROWS, NONE], ids=["all", "none"])
def test_tables_of_doses_show_every_row_or_say_that_there_is_none(rows):
    assert len(dose_tables.dose_table(rows, "c").frame) == len(rows)
    left = dose_tables.left_table(rows, "c").frame
    assert len(left) == int(rows["why_not"].notna().sum())
    for make in (dose_tables.range_table, dose_tables.blood_table):
        html = make(rows, "c")._repr_html_()
        assert ("no row fits this choice" in html) == rows.empty


def test_tables_of_antagonists_leave_no_row_out():
    known = len(tables.affinity_table("c").frame)
    without = len(tables.without_table("c").frame)
    assert known + without == len(load("antagonists"))
    assert int(receptor.sites()["rows"].sum()) == len(load("antagonists"))
    assert receptor.sites()["affinities"].sum() == known


def test_the_default_magnesium_is_that_of_cerebrospinal_fluid():

    root = Path(__file__).resolve().parents[1]
    schema = read_schema(root, "chapters/receptor-and-doses")
    assert schema.defaults["magnesium_mm"] == receptor.csf_mm()
    assert schema.parameters["drug"].rules["enum"] == ["all", *receptor_doses.DRUGS]
    assert schema.parameters["potency"].rules["enum"] == list(receptor.POTENCIES)
    assert schema.parameters["magnesium_mm"].rules["maximum"] == 10
