"""The headlines: each first universe is the book's own result, and every choice ends in words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evidence.data import load
from evidence.figures.gosh import gosh
from evidence.figures.ranges import ranges
from evidence.figures.specification import DRAWN, specification
from evidence.fragility import Fragility
from evidence.robustness import HOLDS
from evidence.text import EMPTY
from evidence.themes import headline_text as words
from evidence.themes import migraine, migraine_pool, msg, single_arm, tissues
from evidence.themes.headline import NAMES
from evidence.themes.headline_answers import all_subsets, answers, fragility_of
from evidence.themes.headline_results import fragility, overall, robust
from evidence.themes.headline_tables import (
    curve_of,
    fragility_table,
    headlines_table,
    levels_table,
    movers_table,
    no_number_table,
    overview_table,
    subsets_table,
)
from evidence.themes.headlines import MAKERS, NO_NUMBER, headlines

MATTERS = {"points": 10.0, "share": 25.0, "mean": 1.0, "deviations": 0.5}


@pytest.fixture(scope="module")
def shown():
    return headlines()


@pytest.fixture(scope="module")
def found(shown):
    return answers(shown, MATTERS)


def test_every_judged_result_is_a_headline_or_said_to_be_none():
    judged = set(load("certainty")["result"])
    here = {key.replace("_without_food", "").replace("_with_food", "") for key in NAMES}
    assert here | set(NO_NUMBER) == judged
    assert list(MAKERS) == list(NAMES)


def test_the_book_pools_memantine_as_its_chapter_does(found):
    rows = migraine.comparison_rows(
        "attack_frequency", drug="memantine", purpose="preventive", control="placebo"
    )
    fit = migraine_pool.pool_alike(rows)
    book = found["memantine_attack_frequency"].book
    assert book[["value", "lb", "ub"]].tolist() == pytest.approx([fit.estimate, *fit.ci])


def test_each_reading_of_memantine_is_that_of_its_chapter(found):
    specs = found["memantine_attack_frequency"].specs
    specs = specs[specs["method"].eq("REML") & specs["test"].eq("hybrid")]
    first = "as the trial prints it"
    at = specs.set_index(["difference", "spread", "period"])
    for place, name in (
        ((first, "read as SD", "as printed"), "unlabelled spread read as SD"),
        ((first, "read as SE", "all by month"), "four weeks brought to a month"),
        (("from means of the arms", "read as SE", "as printed"), None),
    ):
        name = name or "difference of the arms in both trials"
        fit = migraine_pool.memantine_alternatives()[name]
        row = at.loc[place]
        assert row[["value", "lb", "ub"]].tolist() == pytest.approx([fit.estimate, *fit.ci])


def test_the_book_pools_the_ketamine_cohorts_as_its_chapter_does(found, shown):
    fit = single_arm.pooled_share(shown["ketamine_response_session"].rows)
    book = found["ketamine_response_session"].book
    assert book["value"] == pytest.approx(100 / (1 + np.exp(-fit.estimate)))


def test_single_trials_have_the_interval_of_their_chapter(found):
    rows = migraine.comparison_rows("response_50_frequency", drug="memantine")
    book = found["memantine_response_50"].book
    wanted = 100 * rows[["yi", "ci_lb", "ci_ub"]].astype(float).iloc[0]
    assert book[["value", "lb", "ub"]].tolist() == pytest.approx(wanted.tolist())


def test_plasma_is_the_pooled_result_of_its_chapter(found):
    effects = tissues.measured_effects(tissues.measured(), "SMD")
    fit = tissues.pool_by_tissue(effects)["migraine, plasma"]
    assert found["plasma_glutamate_migraine"].book["value"] == pytest.approx(fit.estimate)


def test_harm_is_the_side_in_question_for_msg(shown):
    assert (shown["msg_headache_with_food"].better, shown["msg_headache_with_food"].sign) == (
        "lower",
        1,
    )
    attacks = shown["memantine_attack_frequency"]
    assert (attacks.better, attacks.sign) == ("lower", -1)
    assert shown["plasma_glutamate_migraine"].better == ""


def test_one_study_has_neither_method_nor_subset(found):
    answer = found["magnesium_prevention"]
    assert set(answer.specs["method"]) == {""}
    assert all_subsets(answer).empty
    assert found["magnesium_prevention"].spread.verdict == HOLDS


def test_subsets_are_all_there_and_the_last_is_the_book(found):
    answer = found["msg_headache_with_food"]
    table = all_subsets(answer)
    assert len(table) == 15
    whole = table[table["k"] == 4].iloc[0]
    assert whole["value"] == pytest.approx(answer.book["value"])
    assert len(msg.provocations("with food")) == 4


@pytest.mark.parametrize(("methods", "tests"), [("EE", "knha"), ("DL", "all"), ("all", "z")])
def test_the_book_stays_marked_whatever_is_tried(shown, found, methods, tests):
    key = "memantine_attack_frequency"
    other = answers({key: shown[key]}, MATTERS, methods=methods, tests=tests)[key]
    assert other.book["value"] == pytest.approx(found[key].book["value"])
    assert methods == "all" or set(other.specs["method"]) == {methods}
    assert tests == "all" or set(other.specs["test"]) == {tests}


def test_sentences_have_words_and_numbers_for_every_headline(found):
    for answer in found.values():
        said = words.summary_text(answer)
        assert "nan" not in said
        assert f"{answer.spread.analyses} analys" in said
    assert words.summary_text(None) == words.NOT_CHOSEN
    assert "81%" in words.short_text(found["memantine_attack_frequency"])


def test_a_headline_without_an_answer_says_so(shown):
    key = "memantine_response_50"
    one = answers({key: shown[key]}, MATTERS)[key]
    nothing = one.specs[one.specs["k"] == 0]
    assert len(nothing) == len(one.specs) // 2
    assert "left nothing to analyse" in words.chosen_text(one)


def test_tables_and_results_hold_every_headline(found, shown):
    fragile = {key: fragility_of(each) for key, each in found.items()}
    for table in (
        headlines_table(shown, "a"),
        overview_table(found, "a"),
        fragility_table(fragile, found, "a"),
    ):
        assert len(table.frame) == len(NAMES)
    assert set(movers_table(found, "a").frame["result"]) == set(NAMES.values())
    assert len(no_number_table("a").frame) == len(NO_NUMBER)
    cut = {key: all_subsets(each) for key, each in found.items()}
    # Two, three, two, four and two studies.
    assert len(subsets_table(cut, found).frame) == 3 + 7 + 3 + 15 + 3
    for key, each in found.items():
        entries = robust(each, "x") | fragility(fragile[key], "y")
        assert entries["_analyses"].value == each.spread.analyses
    assert overall(found, fragile, "all")["_k"].value == len(NAMES)


def test_a_fragility_is_that_of_its_kind(found):
    assert fragility_of(found["memantine_attack_frequency"]) is None
    # One more responder on placebo and Fisher's p is 0.10, as the row's note says.
    assert fragility_of(found["memantine_response_6mo"]).walsh == 1
    assert not fragility_of(found["dextromethorphan_response"]).shown


def test_no_headline_at_all_is_drawn_and_told():
    assert levels_table(None).frame.empty
    curve, _ = specification(**curve_of(None)).axes
    assert "Nothing to draw" in curve.texts[0].get_text()
    assert "Nothing to draw" in gosh({}, {}).ax.texts[0].get_text()
    assert overview_table({}, "a").frame.empty
    assert words.fragile_text({}) == "no result shown here counts patients"


def test_an_unknown_headline_is_named():
    with pytest.raises(ValueError, match="headline must be one of all, memantine_attack"):
        headlines(only="magic")


def test_the_curve_is_in_order_with_a_row_for_each_level(found):
    answer = found["s_ketamine_response_15min"]
    curve, matrix = specification(**curve_of(answer)).axes
    values = curve.lines[0].get_ydata()
    assert np.all(np.diff(values) >= 0)
    assert len(values) == answer.spread.analyses
    labels = [text.get_text().strip() for text in matrix.get_yticklabels()]
    assert labels[0] == "time"
    assert {"15 min", "8 wk", "RD, Newcombe"} <= set(labels)


def test_a_long_curve_is_thinned_to_its_ends(found):
    answer = found["ketamine_response_session"]
    curve, _ = specification(**curve_of(answer)).axes
    values = curve.lines[0].get_ydata()
    assert len(values) == DRAWN < answer.spread.analyses
    ends = [answer.spread.lowest, answer.spread.highest]
    assert [values[0], values[-1]] == pytest.approx(ends)


def test_ranges_and_clouds_are_drawn_as_given(found):
    table = words.range_rows(found)
    assert (table["lowest"] <= table["median"]).all()
    assert (table["median"] <= table["highest"]).all()
    # Fewer attacks are to the right.
    assert table.set_index("name").loc[NAMES["memantine_attack_frequency"], "book"] > 0
    ax = ranges(table).ax
    assert len(ax.get_yticks()) == len(NAMES)
    cloud = pd.DataFrame({"k": [1, 1, 2], "value": [0.1, 0.5, 0.3], "i2": [0, 0, 60]})
    (panel,) = gosh({"a": cloud, "b": cloud.iloc[:0]}, {"a": "points"}).axes
    assert panel.get_title() == "a"


def test_a_headline_that_nothing_speaks_to_or_that_nothing_moves_says_so(found):
    answer = found["memantine_response_50"]
    none = replace(answer, spread=replace(answer.spread, analyses=0))
    assert words.robust_text(none) == "no choice leaves anything to analyse"
    assert words.short_text(none) == "no choice leaves anything to analyse"
    assert words.mover_text(replace(answer, moves=answer.moves.iloc[:0])) == (
        "no choice changes anything"
    )
    still = replace(answer, moves=answer.moves.assign(range=0.0, verdicts=0.0))
    assert words.mover_text(still) == "no choice moves the estimate; none moves the conclusion"
    unlike = replace(answer, spread=replace(answer.spread, unlike=3))
    assert "and 3 are in a measure of another scale" in words.chosen_text(unlike)
    assert words.of_text(float("nan"), 5) == words.of_text(0.5, 0) == "none"
    empty = replace(answer, specs=answer.specs.assign(k=0))
    assert overview_table({"a": empty}, "a").frame["agree with it"].to_list() == [EMPTY]


def test_a_result_that_no_number_of_patients_turns_says_of_how_many():
    assert words.fragility_text(Fragility(True, None, None, 40)) == "no number of patients (of 40)"
    assert words.fragility_text(Fragility(True, 1, 1, 40)) == "1 patient of 40"
