"""Evidence maps: what is counted where, what is missing, and what is said of it."""

from dataclasses import replace

import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.evidence_map import MARKS, evidence_map
from evidence.themes import maps, maps_glutamate, maps_imaging, maps_trials
from evidence.themes.imaging import imaging_rows

DESIGNS = ("randomised", "other")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def toy(rows):
    return pd.DataFrame(rows, columns=maps.COLUMNS)


@pytest.fixture
def drawn():
    studies = toy(
        [
            ("a", "A", "drug", "pain", "randomised", 10.0),
            ("b", "B", "drug", "pain", "randomised", None),
            ("b", "B", "drug", "pain", "randomised", None),
            ("c", "C", "drug", "harm", "other", None),
            ("d", "D", "diet", "pain", "other", 7.0),
        ]
    )
    return maps.evidence_map_of(studies, ("diet", "drug", "salt"), ("pain", "harm"), DESIGNS)


def test_a_study_counts_once_and_unstated_people_are_told_apart(drawn):
    assert drawn.cells.drop(columns="which").astype(object).to_numpy().tolist()[:2] == [
        ["diet", "pain", "other", 1, 7.0, 0],
        ["drug", "pain", "randomised", 2, 10.0, 1],
    ]
    assert pd.isna(drawn.cells["people"].iloc[2])
    assert drawn.cells["which"].to_list() == ["D", "A; B", "C"]
    assert (drawn.size, drawn.empty, maps.empty_text(drawn)) == (6, 3, "3 of 6")


def test_the_strongest_design_stands_for_a_study():
    rows = [("a", "A", "x", "y", "other", 1.0), ("a", "A", "x", "y", "randomised", 1.0)]
    assert maps.strongest(toy(rows), DESIGNS)["design"].to_list() == ["randomised"]


def test_what_is_missing(drawn):
    assert maps.rows_without(drawn, columns=["harm"]) == ["diet"]
    assert maps.rows_without(drawn, designs=["randomised"]) == ["diet"]
    assert maps.rows_without(drawn, tried=False) == ["salt"]
    with pytest.raises(ValueError, match="column must be one of pain, harm; got 'hram'"):
        maps.rows_without(drawn, columns=["hram"])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "All."),
        (["a"], "No a."),
        (["a", "b"], "No a or b."),
        (["a", "b", "c"], "No a, b or c."),
    ],
)
def test_a_gap_in_words(names, said):
    assert maps.gap_text("No {}.", names, "All.") == said


def test_a_place_that_the_map_has_not_is_refused():
    rows = toy([("a", "A", "x", "y", "z", 1.0)])
    with pytest.raises(ValueError, match="design must be one of randomised, other; got 'z'"):
        maps.evidence_map_of(rows, ("x",), ("y",), DESIGNS)


def test_the_table_has_a_line_for_each_number(drawn):
    table = maps.map_table(drawn, "Numbers", "tried", "asked")
    assert table.frame["people"].to_list() == ["7", "10, 1 not stated", "–"]
    none = maps.evidence_map_of(toy([]), ("x",), ("y",), DESIGNS)
    assert "no row fits" in maps.map_table(none, "Numbers", "tried", "asked")._repr_html_()


def test_the_figure_has_words_and_a_mark_only_where_there_is_a_study(drawn):
    ax = evidence_map(drawn).ax
    texts = [text.get_text() for text in ax.texts]
    assert [text for text in texts if "(" in text] == ["1 (7)", "2 (10)", "1 (?)"]
    assert [line.get_marker() for line in ax.lines] == ["D", "s", "D"]
    assert [text for text in texts if "(" not in text] == ["diet", "drug", "salt"]
    empty = evidence_map(maps.evidence_map_of(toy([]), ("x",), ("y",), DESIGNS)).ax
    assert [text.get_text() for text in empty.texts] == ["x"]
    assert len({mark["marker"] for mark in MARKS}) == len(MARKS)


def test_two_trials_in_fibromyalgia_counted_responders_at_random():
    cells = maps_trials.fibromyalgia_map().studies
    counted = cells[(cells["column"] == "response") & cells["design"].isin(maps_trials.RANDOMISED)]
    assert dict(zip(counted["study"], counted["design"], strict=True)) == {
        "noppers2011": "randomised, other control",
        "olivan2014": "randomised, placebo",
    }


def test_the_gaps_of_the_trials_are_said():
    drawn = maps_trials.migraine_map()
    said = maps_trials.gap_texts(drawn)
    assert said["untried"].startswith("No study tried memantine in the attack, ")
    assert said["uncontrolled"] == "No randomised trial tested ketamine as an infusion."
    filled = drawn.studies[drawn.studies["row"] == "magnesium in the attack"]
    whole = maps.EvidenceMap(("magnesium in the attack",), drawn.columns, drawn.designs, filled)
    assert maps_trials.gap_texts(whole)["untried"] == "Every line has a study."


def test_a_study_whose_result_could_not_be_read_stands_in_the_last_column():
    cells = maps_trials.migraine_map().studies.set_index("study")
    assert cells.loc["kashipazha2018", "column"] == maps_trials.NOTHING
    assert cells.loc["nct00567086", "column"] == maps_trials.NOTHING
    assert "nct03221569" not in cells.index


def test_the_gaps_of_glutamate_are_said():
    measured, given = maps_glutamate.measured_map(), maps_glutamate.given_map()
    said = maps_glutamate.gap_texts(measured, given)
    assert said["given"].endswith("to people with migraine.")
    assert "saliva or urine in fibromyalgia" in said["fibromyalgia"]
    holton = given.studies[given.studies["study"] == "holton2012"].set_index("column")
    assert holton.loc["MSG: other symptoms", ["design", "people"]].to_list() == ["randomised", 26]
    assert holton.loc["diet: symptoms", ["design", "people"]].to_list() == ["no control", 37]


def test_what_no_scan_looked_for_is_said():
    rows = imaging_rows()
    drawn, aura = maps_imaging.imaging_map(rows), maps_imaging.KINDS["MA"]
    assert len(drawn.studies) == len(rows)
    assert drawn.size == 20
    assert maps_imaging.unseen_text(drawn, "HM").endswith("and no study of it is structured.")
    there = drawn.studies[drawn.studies["column"] == aura]
    looked = replace(drawn, rows=tuple(there["row"].unique()))
    assert maps_imaging.unseen_text(looked, "MA") == (
        "Each process was looked for in migraine with aura."
    )
    none = maps_imaging.imaging_map(rows.iloc[:0])
    assert none.empty == none.size
    assert maps_imaging.unseen_text(none, "MA") == "No study shown here is of migraine with aura."
    with pytest.raises(ValueError, match="kind must be one of MO, MA, HM; got 'XX'"):
        maps_imaging.unseen_text(drawn, "XX")
