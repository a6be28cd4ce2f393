"""MSG provocation, pairs of crossovers, diets and certainty: hand-computed values."""

import numpy as np
import pandas as pd
import pytest

from evidence.themes.certainty import certainty_of, certainty_table, reasons_table
from evidence.themes.msg import (
    crossover_pairs,
    diet_directions,
    diet_responders,
    doses,
    headache_directions,
    paired_test,
    provocations,
    provoked_effects,
)
from evidence.themes.msg_text import (
    dose_table,
    pairs_table,
    provocation_table,
    repeated_texts,
    responders_table,
)


def test_mcnemar_by_hand():
    """6 against 1: twice the chance of 6 or 7 heads of 7, 2 (7 + 1) / 2^7."""
    result = paired_test(6, 1)
    assert result.p == pytest.approx(0.125)
    assert result.odds_ratio == pytest.approx(6)
    assert result.ci.lb < 1 < result.ci.ub


def test_mcnemar_edges():
    assert paired_test(0, 0).p == 1
    assert paired_test(0, 0).ci is None
    assert np.isnan(paired_test(0, 0).odds_ratio)
    only = paired_test(3, 0)
    assert (only.odds_ratio, only.ci.ub) == (np.inf, np.inf)
    lower = 0.025 ** (1 / 3)
    assert only.ci.lb == pytest.approx(lower / (1 - lower))
    with pytest.raises(ValueError, match="level is a percentage"):
        paired_test(0, 0, level=0.9)


def test_pairs_agree_with_the_printed_p():
    """Yang 1997 prints p = 0.324 for 22 against 15."""
    pairs = crossover_pairs("symptoms").set_index("study")
    assert tuple(pairs.loc["yang1997", ["only_e", "only_c", "both", "n"]]) == (22, 15, 6, 61)
    assert round(pairs.loc["yang1997", "p"], 3) == 0.324


def test_pairs_make_up_the_margins():
    pairs = crossover_pairs("headache").set_index("study")
    margins = provocations("with food").set_index("study").loc[pairs.index]
    assert list(pairs["only_e"] + pairs["both"]) == list(margins["event_e"])
    assert list(pairs["only_c"] + pairs["both"]) == list(margins["event_c"])


def test_provocation_counts_and_difference():
    rows = provocations("without food").set_index("study")
    assert set(rows.index) == {"shimada2013", "gore1980"}
    assert rows.loc["shimada2013", "estimate"] == pytest.approx(8 / 14 - 2 / 14)
    effects = provoked_effects(rows.reset_index()).set_index("study")
    assert effects.loc["gore1980", "yi"] == pytest.approx(np.log(3.5))


def test_nothing_reported_with_food_is_an_empty_answer():
    rows = provocations("with food", origin="reported")
    assert rows.empty
    assert provoked_effects(rows).empty
    pairs = crossover_pairs("headache", origin="reported")
    tables = [
        provocation_table({"with food": rows}, "x", level=95.0),
        pairs_table(pairs, "x", level=95.0),
        responders_table(diet_responders(origin="reported"), "x", level=95.0),
    ]
    assert all("no row fits this choice" in table._repr_html_() for table in tables)


def test_doses_in_grams():
    rows = doses(80).set_index("study")
    assert rows.loc["baadhansen2010", ["low_g", "high_g"]].tolist() == pytest.approx([6, 12])
    assert rows.loc["gore1980", ["low_g", "high_g"]].tolist() == [1.5, 6]
    shown = dose_table(doses(80), "x").frame.set_index("study")
    assert tuple(shown.loc["Baad-Hansen 2010", ["as printed", "grams"]]) == (
        "75 to 150 mg/kg",
        "6 to 12",
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: doses(700), "body_weight must be a number from 30 to 200; got 700"),
        (lambda: provocations("raw"), "food must be one of without food, with food"),
        (lambda: crossover_pairs("nausea"), "outcome must be one of headache, symptoms"),
        (lambda: diet_responders(origin="x"), "origin must be one of all, reported"),
        (lambda: certainty_of("x"), "result must be one of"),
    ],
)
def test_arguments_are_checked(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_diets():
    rows = diet_responders().set_index("counted")
    assert tuple(rows.loc["all who began", ["event", "n"]]) == (31, 57)
    assert tuple(rows.loc["those who completed", ["event", "n"]]) == (31, 37)
    randomised = diet_directions().query("study == 'vellisca2014'")
    assert list(randomised["direction"]) == ["no difference"]
    assert "vellisca2014" in set(diet_directions(origin="reported")["study"])


def test_tables_in_words():
    shown = provocation_table({"without food": provocations("without food")}, "x", level=95.0)
    assert "8 of 14 (57%)" in set(shown.frame["headache on MSG"])
    pairs = pairs_table(crossover_pairs("headache"), "x", level=95.0).frame.set_index("study")
    assert pairs.loc["Zanda 1973, women", "odds ratio (95% CI)"].startswith("6.00 (")
    nobody = crossover_pairs("headache").head(1).assign(ci_lb=np.nan)
    assert pairs_table(nobody, "x", level=95.0).frame["odds ratio (95% CI)"].item() == "–"
    assert repeated_texts()["second challenge"] == "19 of 37"
    assert set(headache_directions()["direction"]) == {"higher", "no difference"}


def test_certainty_counts_the_steps(monkeypatch):
    rows = pd.DataFrame(
        {
            "result": ["a", "a", "b", "b"],
            "domain": ["risk of bias", "imprecision"] * 2,
            "judgement": ["serious", "no concern", "very serious", "very serious"],
            "reason": ["because"] * 4,
            "start": ["high", "high", "low", "low"],
        }
    )
    monkeypatch.setattr("evidence.themes.certainty.load", lambda table: rows)
    assert (certainty_of("a"), certainty_of("b")) == ("moderate", "very low")
    frame = certainty_table({"a": "First"}, "x").frame
    assert frame.loc[0, ["result", "certainty", "risk of bias"]].tolist() == [
        "First",
        "moderate",
        "serious",
    ]
    assert len(reasons_table({"a": "First", "b": "Second"}, "x").frame) == 3
