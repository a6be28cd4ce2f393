"""Regimens in common units, against arithmetic by hand, and every row of the table."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.data import load
from evidence.doses import (
    ACTIVITY,
    ANIMALS,
    COMMON,
    SALT,
    UNCLEAR,
    common_doses,
    infusion_rates,
    isomer_potency,
    kind_of,
    magnesium_share,
)

REGIMENS = load("regimens")


def dose(**values):
    row = REGIMENS.iloc[:1].assign(
        drug="ketamine", form="not stated", low=2.0, high=7.0, unit="mg", duration_min=math.nan
    )
    return row.assign(**values)


@pytest.mark.parametrize(
    ("values", "kind", "low", "basis"),
    [
        ({"unit": "mg/kg"}, "single dose", 2, "per kg"),
        ({"unit": "microgram/kg"}, "single dose", 0.002, "per kg"),
        ({"unit": "mg"}, "single dose", 2 / 70, "weight assumed"),
        ({"unit": "g/day"}, "daily dose", 2000 / 70, "weight assumed"),
        ({"unit": "mg/kg/day"}, "daily dose", 2, "per kg"),
        ({"unit": "microgram/kg/min"}, "rate", 0.12, "per kg"),
        ({"unit": "mg/hour"}, "rate", 2 / 70, "weight assumed"),
        ({"unit": "mg/hour/70kg"}, "rate", 2 / 70, "per kg"),
        (
            {"unit": "g", "drug": "magnesium sulfate", "form": "salt"},
            "single dose",
            2.8174,
            "weight assumed",
        ),
        (
            {"unit": "mmol/day", "drug": "magnesium", "form": "elemental"},
            "daily dose",
            0.69443,
            "weight assumed",
        ),
    ],
)
def test_each_kind_by_hand(values, kind, low, basis):
    found = common_doses(dose(**values)).iloc[0]
    assert (found["kind"], found["basis"]) == (kind, basis)
    assert found["low_common"] == pytest.approx(low, rel=1e-4)
    assert found["high_common"] == pytest.approx(3.5 * low, rel=1e-4)
    assert found["unit_common"] == COMMON[kind]
    assert pd.isna(found["why_not"])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"unit": "mCi"}, ACTIVITY),
        ({"drug": "magnesium citrate"}, SALT),
        ({"drug": "magnesium oxide", "form": "not stated"}, UNCLEAR),
        ({"note": "Animals, not a treatment."}, ANIMALS),
    ],
)
def test_what_cannot_be_brought_over_says_why(values, why):
    found = common_doses(dose(**values)).iloc[0]
    assert found["why_not"] == why
    assert found[["low_common", "high_common", "basis"]].isna().all()


def test_only_weights_that_are_not_per_kilogram_hang_on_body_weight():
    light, heavy = (common_doses(REGIMENS, weight_kg=kg) for kg in (35.0, 140.0))
    ratio = light["low_common"] / heavy["low_common"]
    assert (ratio[light["basis"] == "weight assumed"].round(9) == 4).all()
    assert (ratio[light["basis"] == "per kg"] == 1).all()


def test_potency_touches_s_ketamine_alone():
    plain, counted = common_doses(REGIMENS), common_doses(REGIMENS, s_potency=2.0)
    ratio = (counted["low_common"] / plain["low_common"]).dropna()
    assert set(REGIMENS.loc[ratio[ratio != 1].index, "form"]) == {"S"}
    assert set(ratio) == {1.0, 2.0}


def test_every_regimen_is_brought_over_or_says_why():
    found = common_doses(REGIMENS)
    assert len(found) == len(REGIMENS)
    done = found["why_not"].isna()
    assert (found["low_common"].notna() == done).all()
    assert (found.loc[done, "low_common"] > 0).all()
    assert (found.loc[done, "low_common"] <= found.loc[done, "high_common"]).all()
    assert set(found.loc[~done, "why_not"]) <= {ACTIVITY, SALT, UNCLEAR, ANIMALS}


def test_two_printings_of_one_dose_agree():
    low = common_doses(REGIMENS).set_index("regimen")["low_common"]
    # 600 mg printed with 24 mmol: 24 x 24.305 is 583 mg.
    ratio = low["peikert1996_magnesium_mmol"] / low["peikert1996_magnesium"]
    assert ratio == pytest.approx(24 * 24.305 / 600)
    assert low["littlejohn2017_ketamine_infusion"] == pytest.approx(0.12)
    assert low["sigtermans2009_s_ketamine"] == pytest.approx(22.2 / 70)


def test_an_empty_table_stays_empty():
    empty = common_doses(REGIMENS.iloc[:0])
    assert empty.empty
    assert {"kind", "low_common", "why_not"} <= set(empty)
    assert infusion_rates(empty).empty


def test_rates_in_three_units_by_hand():
    rows = common_doses(
        pd.concat(
            [dose(unit="mg/kg", low=0.3, high=0.3, duration_min=30.0), dose(unit="mg/kg/hour")]
        )
    )
    found = infusion_rates(rows)
    assert found["from_duration"].tolist() == [True, False]
    assert found["low_mg_kg_h"].tolist() == pytest.approx([0.6, 2])
    assert found["low_mg_h_70kg"].tolist() == pytest.approx([42, 140])
    assert found["low_ug_kg_min"].tolist() == pytest.approx([10, 2000 / 60])


def test_daily_doses_and_doses_of_no_stated_time_have_no_rate():
    rows = pd.concat([dose(unit="mg/day", duration_min=60.0), dose(unit="mg")])
    assert infusion_rates(common_doses(rows)).empty


@pytest.mark.parametrize(
    ("ratio", "potency"), [(1, 1), (3, 1.5), (4, 1.6), (math.inf, 2), (1 / 3, 0.5)]
)
def test_s_ketamine_beside_the_racemate_by_hand(ratio, potency):
    assert isomer_potency(ratio) == pytest.approx(potency)


@given(st.floats(0.01, 1e6))
def test_an_isomer_is_never_more_than_twice_the_racemate(ratio):
    both = isomer_potency(ratio) + isomer_potency(1 / ratio)
    assert isomer_potency(ratio) < 2
    assert both == pytest.approx(2)


def test_shares_of_magnesium_by_hand():
    assert magnesium_share("magnesium sulfate") == pytest.approx(0.09861, abs=1e-5)
    assert magnesium_share("magnesium oxide") == pytest.approx(0.60304, abs=1e-5)
    assert magnesium_share("magnesium citrate") is None


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: common_doses(REGIMENS, weight_kg=7), "weight_kg must be a number from 30 to 150"),
        (lambda: common_doses(REGIMENS, s_potency=0.5), "s_potency must be a number from 1 to 10"),
        (lambda: isomer_potency(0), "s_over_r must be above 0; got 0"),
        (lambda: kind_of("spoons"), "unit 'spoons' is not known"),
    ],
)
def test_bad_values_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
