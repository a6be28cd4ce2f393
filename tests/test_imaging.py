"""The imaging studies: selected, counted, and measured against what they could have seen."""

import dataclasses

import pandas as pd
import pytest

from evidence.data import load
from evidence.interval import Interval
from evidence.power import t_power
from evidence.themes import imaging_flow
from evidence.themes.imaging import (
    DESIGN_CLASSES,
    PERHAPS_HEMIPLEGIC,
    SUBTYPES,
    TARGETS,
    imaging_rows,
    not_counted,
    readings,
)
from evidence.themes.imaging_counts import (
    forest_rows,
    positive_scans,
    positive_studies,
    why_not_pooled,
)
from evidence.themes.imaging_flow import Flow, flow_checks, prisma_flow
from evidence.themes.imaging_power import PAIRED, TWO_GROUPS, detectable_curves, detectable_rows
from evidence.themes.imaging_text import (
    chance_text,
    claims_table,
    counts_table,
    dural_text,
    patients_text,
    range_text,
    readings_table,
    scans_text,
    secondhand_text,
    share_text,
    size_text,
    studies_text,
)


def rows():
    """Five studies: two structured (one positive), two reports of one cohort, one untested."""
    return pd.DataFrame(
        {
            "study": ["a", "b", "c", "d", "e"],
            "label": ["A 2001", "B 2002", "C 2003", "D 2004", "E 2005"],
            "subtype": ["MO", "MA", "HM", "HM", "MO"],
            "design_class": ["structured"] * 2 + ["case report"] * 2 + ["case series"],
            "target": ["permeability"] * 4 + ["inflammatory exudate"],
            "finding": ["not raised", "raised", "raised", "raised in some scans", "not tested"],
            "basis": ["statistical", "statistical", "descriptive", "descriptive", "none"],
            "contrast": ["attack v attack-free", "MA v healthy controls", "x", "x", "x"],
            "group": ["a", "b", "twins", "twins", "e"],
            "n_migraine": [20, 12, 1, 2, 7],
            "n_hc": [0, 6, 0, 0, 0],
            "detection_limit_pct": [30.0, None, None, None, None],
            "positive": pd.array([pd.NA, pd.NA, 1, 1, pd.NA], "Int64"),
            "total": pd.array([pd.NA, pd.NA, 1, 4, pd.NA], "Int64"),
            "unit": [None, None, "attacks", "attacks", None],
        }
    )


def unbroken(frame):
    """Plain spaces for the no-break ones that keep a cell on one line."""
    return frame.replace("\N{NO-BREAK SPACE}", " ", regex=True)


def test_the_review_has_the_studies_that_it_says_it_included():
    found = imaging_rows()
    assert len(found) == prisma_flow().printed
    assert found["study"].is_unique
    # Abstract of the review: MO, MA, both, hemiplegic.
    assert [int((found["subtype"] == name).sum()) for name in SUBTYPES] == [4, 8, 3, 5, 0]


def test_every_word_of_the_tables_is_known_to_the_code():
    found = imaging_rows(period="all")
    assert len(found) == len(load("imaging_studies"))
    assert found["finding"].notna().all()
    assert set(found["target"]) == set(TARGETS.values())
    assert set(found["subtype"]) == set(SUBTYPES)
    assert set(found["design_class"]) == set(DESIGN_CLASSES)
    assert set(found["period"]) == {"review", "added"}


def test_patients_of_unknown_subtype_are_all_less_the_comparison_group():
    chang = imaging_rows(period="all").set_index("study").loc["chang2025"]
    assert chang["n_migraine"] == 29 - 10
    sianard = imaging_rows().set_index("study").loc["sianardgainko1993"]
    assert sianard["n_migraine"] == 7


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"subtype": "aura"}, "subtype must be one of all, MO, MA"),
        ({"target": "tspo"}, "target must be one of all, permeability, TSPO"),
        ({"design_class": "trial"}, "design_class must be one of all, structured"),
        ({"period": "later"}, "period must be one of review, all; got 'later'"),
    ],
)
def test_an_unknown_choice_is_refused_by_name(choice, message):
    with pytest.raises(ValueError, match=message):
        imaging_rows(**choice)


def test_a_choice_that_leaves_no_study_is_an_empty_frame():
    none = imaging_rows(subtype="not reported", period="review")
    assert none.empty
    assert studies_text(none) == "no study (none fits this choice)"
    assert scans_text(none, "attacks") == "no scan (no count fits this choice)"
    assert detectable_rows(none).empty
    assert "no row fits" in readings_table(readings(none), "Readings")._repr_html_()
    assert why_not_pooled(positive_studies(none, ["subtype"])).reason == "no study fits this choice"


def test_studies_are_counted_once_where_tested():
    counts = positive_studies(rows(), ["design_class"])
    assert counts["design_class"].to_list() == ["structured", "case report"]
    assert counts["event"].to_list() == [1, 2]
    assert counts["n"].to_list() == [2, 2]
    assert counts["groups"].to_list() == [2, 1]
    # Clopper-Pearson by hand: 2/2 is above 0.025 ** (1 / 2).
    assert counts["ci_lb"].iloc[1] == pytest.approx(0.025**0.5)
    assert studies_text(rows()) == "3 of 4 studies"


@pytest.mark.parametrize("count", [positive_studies, positive_scans])
def test_an_unknown_interval_is_refused_by_the_name_of_the_parameter(count):
    with pytest.raises(ValueError, match="interval must be one of wilson, .*; got 'exact'"):
        count(rows(), ["subtype"], interval="exact")


def test_rows_of_the_forest_plot_have_a_name_and_the_logit_scale():
    shown = forest_rows(positive_studies(rows(), ["design_class", "target"]))
    assert shown["label"].to_list() == ["structured: permeability", "case report: permeability"]
    # 1 of 2 is a logit of 0; 2 of 2 has none but infinity, which the figure draws at 100%.
    assert shown["yi"].to_list() == [0.0, float("inf")]
    assert forest_rows(positive_studies(rows().iloc[:0], ["design_class", "target"])).empty


def test_scans_are_added_within_a_unit():
    counts = positive_scans(rows(), ["subtype"])
    assert counts[["subtype", "unit"]].to_numpy().tolist() == [["HM", "attacks"]]
    assert counts[["studies", "patients", "event", "n"]].to_numpy().tolist() == [[2, 3, 2, 5]]
    assert counts["estimate"].iloc[0] == pytest.approx(0.4)


def test_the_book_has_none_of_four_structured_studies_and_all_case_reports_of_the_review():
    counts = positive_studies(imaging_rows(target="permeability"), ["design_class"])
    counts = counts.set_index("design_class")
    assert tuple(counts.loc["structured", ["event", "n"]]) == (0, 4)
    assert counts.loc["structured", "ci_ub"] == pytest.approx(1 - 0.025**0.25)
    assert tuple(counts.loc["case report", ["event", "n"]]) == (9, 9)


def test_the_two_tspo_studies_are_one_group_of_patients():
    (counts,) = positive_studies(imaging_rows(target="TSPO"), []).itertuples()
    assert (counts.event, counts.n, counts.groups) == (2, 2, 1)


def test_what_could_have_been_seen():
    found = detectable_rows(rows()).set_index("study")
    assert found["design"].to_dict() == {"a": PAIRED, "b": TWO_GROUPS}
    assert found["n_each"].to_dict() == {"a": 20, "b": 2 * 12 * 6 / 18}
    assert t_power(found.loc["a", "effect"], 20, paired=True) == pytest.approx(0.8)
    assert t_power(found.loc["b", "effect"], 12, 6) == pytest.approx(0.8)
    # A limit of 30% at d SDs of the change: one SD is 30 / d percent.
    assert found.loc["a", "implied_sd_pct"] == pytest.approx(30 / found.loc["a", "effect"])
    assert pd.isna(found.loc["b", "implied_sd_pct"])


def test_power_is_checked_even_where_there_is_no_study():
    with pytest.raises(ValueError, match="power must be a probability"):
        detectable_rows(rows().iloc[:0], power=1.5)


def test_curves_fall_with_size_and_pairs_see_more():
    curves = detectable_curves(range(5, 9)).pivot(index="n_each", columns="design", values="effect")
    assert (curves.diff().dropna() < 0).all(axis=None)
    assert (curves[PAIRED] < curves[TWO_GROUPS]).all()


def test_readings_change_only_what_they_name():
    read = readings(imaging_rows())
    book = read["as in this book"]
    moved = read["possible hemiplegic cases moved to HM"]
    changed = book["study"][book["subtype"] != moved["subtype"]]
    assert sorted(changed) == sorted(PERHAPS_HEMIPLEGIC)
    shown = unbroken(readings_table(read, "Readings").frame).set_index("reading")
    assert shown.loc["as in this book", "attacks, HM"] == "5 of 11"
    assert shown.loc["both twins of Cha 2007 enhanced", "attacks, HM"] == "6 of 11"
    assert shown.loc["studies that may share patients counted once", "with aura (MA)"] == "6 of 7"
    assert shown.loc["possible hemiplegic cases moved to HM", "hemiplegic (HM)"] == "8 of 8"


def test_the_notes_of_the_data_name_the_perhaps_hemiplegic():
    notes = load("studies").dropna(subset=["note"])
    named = notes.loc[notes["note"].str.contains("move to HM in a sensitivity"), "study"]
    assert sorted(named) == sorted(PERHAPS_HEMIPLEGIC)


def test_studies_without_a_tracer_are_told_and_not_counted():
    assert "choroidplexus2025" in set(not_counted(imaging_rows(period="all"))["study"])


def test_the_flow_is_recomputed_from_the_printed_counts():
    flow = prisma_flow()
    assert (flow.unique, flow.assessed, flow.included) == (174, 39, 20)
    derived = load("prisma").query("origin == 'derived'").set_index("stage")["records"]
    assert derived["unique records"] == flow.unique
    assert derived["full texts assessed"] == flow.assessed


def test_a_flow_that_does_not_add_up_is_said():
    flow = Flow("x", databases=10, other=2, excluded_abstract=4, excluded_full=3, printed=6)
    checks = flow_checks(flow, 6).set_index("count")
    assert checks["recomputed"].to_list() == [12, 8, 5, 6]
    assert checks.loc["records screened", "agreement"] == "not printed by the review"
    assert checks.loc["studies included", "agreement"] == "does not agree"
    assert checks.loc["studies in this book's table", "agreement"] == "agrees"
    with pytest.raises(dataclasses.FrozenInstanceError):
        flow.databases = 1


def test_a_review_without_a_flow_is_refused():
    with pytest.raises(ValueError, match="review must be one of christensen2022"):
        prisma_flow("page2021")


def test_words():
    assert share_text(1, 6, Interval(0.004, 0.641), 95.0, "attacks") == (
        "1 of 6 attacks (17%; 95% CI 0 to 64%)"
    )
    assert share_text(0, 1, Interval(0.0, 0.9), 90.0, "participants") == (
        "0 of 1 participant (0%; 90% CI 0 to 90%)"
    )
    assert range_text(pd.Series([1.44, 0.549])) == "0.5 to 1.4"
    assert range_text(pd.Series([0.5])) == "0.5"
    assert range_text(pd.Series([], dtype=float)) == "no study (none fits this choice)"
    assert chance_text(0.07) == "7%"
    assert chance_text(0.999) == "99.9%"
    assert size_text(19, float("nan")) == "19 pairs"
    assert size_text(35, 21) == "35 v 21"


def test_who_and_how_it_is_known_in_words():
    assert patients_text(rows()) == "42 patients"
    assert patients_text(rows().iloc[:0]) == "no patient"
    known = rows().assign(finding_origin=["reported", *["secondary"] * 3, "reconstructed"])
    assert secondhand_text(known) == "4 of 5 studies"
    assert secondhand_text(known.iloc[:0]) == "no study (none fits this choice)"


def test_the_dura_was_reported_on_by_few():
    # Headings of Tables 1 to 3 of the review: two, one and two studies stand under dural reporting.
    assert dural_text(imaging_rows()) == "5 of 20 studies"
    assert dural_text(imaging_rows().iloc[:0]) == "no study (none fits this choice)"


def test_a_table_of_counts_has_the_interval_in_words():
    counts = positive_studies(rows(), ["subtype"])
    frame = unbroken(counts_table(counts, ["subtype"], 95.0, "Counts").frame)
    assert frame["raised"].to_list() == ["0 of 1", "1 of 1", "2 of 2"]
    assert frame["interval"].iloc[2] == "16 to 100%"
    assert frame["share"].to_list() == ["0%", "100%", "100%"]


def test_a_claim_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match="no_such_claim"):
        claims_table(["no_such_claim"], "Claims")


def test_a_review_that_does_not_print_a_stage_is_named(monkeypatch):
    counts = load("prisma")
    lacking = counts[counts["stage"] != "other sources"]
    monkeypatch.setattr(imaging_flow, "load", {"prisma": lacking}.__getitem__)
    with pytest.raises(ValueError, match="christensen2022 has no printed count for other sources"):
        prisma_flow()
