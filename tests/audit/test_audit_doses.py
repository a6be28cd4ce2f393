"""Doses in common units, "times higher", and ranges against their members."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from audit_cases import args, conventions, printed
from hypothesis import given
from hypothesis import strategies as st

from evidence.audit.doses import dose, times, within
from evidence.audit.units import factor
from evidence.units import quantity

doses = st.fractions(Fraction(1, 10), 500, max_denominator=200)
WEIGHT = Fraction(70)


@pytest.mark.parametrize(
    ("unit", "into", "known", "times_"),
    [
        ("g", "mg", {}, 1000),
        ("mcg", "µg", {}, 1),
        ("microgram/kg/min", "mg/kg/h", {}, Fraction(6, 100)),
        ("mg/h/70kg", "mg/kg/h", {}, Fraction(1, 70)),
        ("mg/hour/70 kg", "mcg per kg per min", {}, Fraction(1000, 70 * 60)),
        ("mg daily", "mg/day", {}, 1),
        ("mg/d", "mg/week", {}, 7),
        ("percent", "%", {}, 1),
        ("mEq", "mEq", {}, 1),
        ("Eq", "mEq", {}, 1000),
        ("mg/kg", "mg", {"weight_kg": WEIGHT}, 70),
        ("mg", "mg/kg", {"weight_kg": WEIGHT}, Fraction(1, 70)),
        ("mg/h", "mg", {"hours": Fraction(4)}, 4),
        ("mg/kg/h", "g", {"weight_kg": WEIGHT, "hours": Fraction(4)}, Fraction(28, 100)),
        ("points", "points", {}, 1),
        ("patients", "participants", {}, 1),
        ("", "mg", {}, 1),
    ],
)
def test_units(unit, into, known, times_):
    assert factor(unit, into, **known) == times_


@pytest.mark.parametrize(
    ("unit", "into"), [("mg/kg", "mg"), ("mg/kg", "%"), ("mEq", "mg"), ("mg/h", "mg"), ("IU", "mg")]
)
def test_what_measures_another_thing_is_refused(unit, into):
    with pytest.raises(ValueError, match="cannot be brought to"):
        factor(unit, into)


@pytest.mark.parametrize("unit", ["smidgens", "mg/", "mg mg)"])
def test_an_unknown_unit_is_refused(unit):
    with pytest.raises(ValueError, match="is not known; write it as mg"):
        quantity(unit)


def test_pint_is_loaded_only_where_units_differ():
    program = (
        "import sys; from audit_cases import args; from evidence.audit.registry import run;"
        "run('range', args(('low', 5), ('high', 9), ('member', 5, '=', 'mg')));"
        "sys.exit('pint' in sys.modules)"
    )
    here = {"PYTHONPATH": str(Path(__file__).parent)}
    assert subprocess.run([sys.executable, "-c", program], check=False, env=here).returncode == 0


@given(doses, st.integers(0, 3), conventions)
def test_one_dose_in_two_units_never_raises_an_alarm(mg, places, rounding):
    in_mg = printed(mg, places, rounding)
    in_g = printed(mg / 1000, places, rounding)
    assert dose(args(("given", in_mg, "=", "mg"), ("stated", in_g, "=", "g"))).outcome == "agrees"
    per_kg = printed(mg / WEIGHT, places, rounding)
    given_ = ("given", per_kg, "=", "mg/kg")
    assert dose(args(given_, ("stated", in_mg, "=", "mg"), weight_kg=70)).outcome == "agrees"
    rate = printed(mg / 4, places, rounding)
    given_ = ("given", rate, "=", "mg/h")
    assert dose(args(given_, ("stated", in_mg, "=", "mg"), hours=4)).outcome == "agrees"


@given(doses, conventions)
def test_a_unit_mistaken_is_caught(mg, rounding):
    wrong = ("stated", printed(mg, 2, rounding), "=", "g")
    assert dose(args(("given", printed(mg, 2, rounding), "=", "mg"), wrong)).outcome == "disagrees"
    off = ("stated", printed(mg + Fraction(2, 100), 2, rounding), "=", "mg")
    assert dose(args(("given", printed(mg, 2, rounding), "=", "mg"), off)).outcome == "disagrees"
    twice = ("stated", printed(2 * mg + Fraction(1, 10), 2, rounding), "=", "mg")
    given_ = ("given", printed(mg / WEIGHT, 6, rounding), "=", "mg/kg")
    assert dose(args(given_, twice, weight_kg=70)).outcome == "disagrees"


@given(doses, st.fractions(1, 50, max_denominator=20), conventions)
def test_times_higher(low, ratio, rounding):
    pair = (
        ("higher", printed(low * ratio, 2, rounding), "=", "mg/kg"),
        ("lower", printed(low * 1000, 2, rounding), "=", "mcg/kg"),
    )
    assert times(args(*pair, times=printed(ratio, 1, rounding))).outcome == "agrees"
    beyond = printed(2 * ratio + 1, 1, rounding)
    assert times(args(*pair, times=beyond)).outcome == "disagrees"
    by_effect = times(args(*pair, times=printed(2 * ratio, 1, rounding), potency="2.0"))
    assert by_effect.outcome == "agrees"


def test_times_with_and_without_potency():
    pair = (("higher", "0.5", "=", "mg/kg"), ("lower", "0.3", "=", "mg/kg"))
    assert times(args(*pair, times="2.5")).outcome == "disagrees"
    found = times(args(*pair, times="2.5", potency="1.5"))
    assert (found.outcome, found.caveat) == ("agrees", "it holds only with the potency ratio")
    assert found.values["ratio"] == pytest.approx(5 / 3)
    assert found.values["effective"] == pytest.approx(2.5)
    without = times(args(*pair, times="1.7", potency="3.0"))
    assert without.caveat == "it holds only without the potency ratio"
    neither = times(args(*pair, times="9", potency="3.0"))
    assert (neither.outcome, neither.caveat) == ("disagrees", "")


@given(st.lists(doses, min_size=1, max_size=5), conventions)
def test_a_range_of_its_members_never_raises_an_alarm(members, rounding):
    shown = [("member", printed(member, 2, rounding), "=", "mg") for member in members]
    ends = [
        ("low", printed(min(members), 1, rounding), "=", "mg"),
        ("high", printed(max(members), 1, rounding), "=", "mg"),
    ]
    assert within(args(*ends, *shown)).outcome == "agrees"
    in_g = [("member", printed(m / 1000, 6, rounding), "=", "g") for m in members]
    assert within(args(*ends, *in_g)).outcome == "agrees"


@given(st.lists(doses, min_size=1, max_size=5), conventions, st.booleans())
def test_a_member_outside_is_caught_and_an_end_not_reached_seen(members, rounding, below):
    shown = [("member", printed(member, 1, rounding), "=", "mg") for member in members]
    low, high = min(members), max(members) + 1
    inside = args(
        ("low", printed(low - Fraction(5, 10), 1, rounding), "=", "mg"),
        ("high", printed(high, 1, rounding), "=", "mg"),
        *shown,
    )
    assert within(inside).outcome == "ambiguous"
    shift = Fraction(5, 10) if below else Fraction(-15, 10)
    ends = (low + shift, high) if below else (low, high + shift)
    names = zip(("low", "high"), ends, strict=True)
    outside = args(*[(name, printed(end, 1, rounding), "=", "mg") for name, end in names], *shown)
    assert within(outside).outcome == "disagrees"


def test_what_is_said():
    found = dose(args(("given", "0.3", "=", "mg/kg"), ("stated", 21, "=", "mg"), weight_kg=70))
    assert found.computation == "0.3 mg/kg over 70 kg is 21 mg, as stated"
    crps = dose(args(("given", 22, "=", "mg/hour/70kg"), ("stated", "5.2", "=", "mcg/kg/min")))
    assert crps.outcome == "agrees"
    wide = within(args(*[(n, v, "=", "mg") for n, v in (("low", 2), ("high", 7), ("member", 9))]))
    assert wide.computation == (
        "stated 2 mg to 7 mg; the members run from 9 mg to 9 mg; outside: 9 mg"
    )
