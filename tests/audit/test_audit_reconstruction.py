"""Which tables lie behind printed effects, and whether the printed effects agree."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from audit_cases import CONVENTIONS, args, conventions, printed
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.audit.absolute import nnt
from evidence.audit.intervals import COLUMNS, NAMES, printing, restricted_risk
from evidence.audit.numbers import Number
from evidence.audit.reconstruction import (
    counts_behind,
    mirror,
    nnt_range,
    reconstruct,
    wanted_of,
)
from evidence.riskdiff import METHODS, _restricted_risk, risk_difference_ci

arm = st.integers(3, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.tuples(arm, arm).map(lambda arms: (*arms[0], *arms[1]))

OLIVAN = {"rd": "16", "nnt": "6.2", "nnt_lb": "3", "nnt_ub": "47"}


def frame(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def exactly(share, places, rounding):
    return printed(100 * share, places, rounding)


def effects(table, rounding, limits=None):
    """Print the effects of a table as a paper would."""
    e, n_e, c, n_c = table
    risks = Fraction(e, n_e), Fraction(c, n_c)
    rd = risks[0] - risks[1]
    shown = {"risk_e": exactly(risks[0], 1, rounding), "risk_c": exactly(risks[1], 1, rounding)}
    shown["rd"] = exactly(rd, 1, rounding)
    if rd:
        shown["nnt"] = printed(1 / rd, 1, rounding)
    if limits:
        lb, ub = (Fraction(float(limit)).limit_denominator(10**12) for limit in limits)
        shown |= {"rd_lb": exactly(lb, 1, rounding), "rd_ub": exactly(ub, 1, rounding)}
        if lb and ub:
            shown |= {
                "nnt_lb": printed(1 / ub, 1, rounding),
                "nnt_ub": printed(1 / lb, 1, rounding),
            }
    return shown


def test_memantine_in_fibromyalgia_has_one_table():
    """Arms of 63 in all, ARR 16%, NNT 6.2 (3 to 47): only Newcombe's interval prints so."""
    found = reconstruct(args(n_total=63, **OLIVAN))
    assert found.outcome == "agrees"
    assert found.values["tables"] == [(5, 31, 0, 32), (32, 32, 26, 31)]
    assert mirror((5, 31, 0, 32)) == (32, 32, 26, 31)
    assert found.values["n_tables"] == {name: 2 * (name == "newcombe") for name in NAMES}
    assert "no other table prints so, but for this pair of mirror images" in found.computation
    arms = reconstruct(args(n_e=31, n_c=32, **OLIVAN))
    assert arms.values["unique"]
    assert "newcombe: 5/31 against 0/32; wald: none" in arms.computation


def test_without_its_interval_memantine_has_many_tables():
    found = reconstruct(args(n_total=63, rd="16", nnt="6.2"))
    assert not found.values["unique"]
    assert len(found.values["tables"]) > 50
    assert (5, 31, 0, 32) in found.values["tables"]
    assert f"{len(found.values['tables'])} tables print so" in found.computation


def test_the_printed_lower_limit_of_memantine_fits_no_table():
    """2.0% would be an NNT of 50; 1/47 is 2.13%."""
    limits = {"rd": "16.13", "rd_lb": "2.0", "rd_ub": "32.6"}
    found = reconstruct(args(n_total=63, **limits))
    assert found.outcome == "disagrees"
    assert found.computation.startswith("no table of whole numbers prints so, by newcombe, wald")
    said = nnt(args(**limits, nnt_ub="47"))
    assert said.outcome == "disagrees"
    assert said.computation == "a limit of 2.0% is not an NNT limit of 47 (1/47 is 2.13%)"


def test_newcombes_own_example():
    """56/70 against 48/80 (Newcombe 1998, Table II): methods 1, 2, 5 and 10."""
    table, limits = (
        frame((56, 70, 48, 80)),
        {
            "wald": ("5.75", "34.25"),
            "wald with continuity correction": ("4.41", "35.59"),
            "miettinen-nurminen": ("5.28", "33.82"),
            "newcombe": ("5.24", "33.39"),
        },
    )
    for name, (lb, ub) in limits.items():
        wanted = wanted_of(args(rd_lb=lb, rd_ub=ub))
        fits = [each for each in NAMES if printing(table, each, wanted.lb, wanted.ub, 95.0).all()]
        assert fits == [name]


@given(tables, st.floats(-0.99, 0.99))
def test_the_restricted_risk_equals_the_one_that_is_searched_for(table, delta):
    floats = [np.array([count], float) for count in table]
    found = restricted_risk(*floats, np.array([delta]))[0]
    assert found == pytest.approx(_restricted_risk(delta, *table), abs=1e-6)


@settings(max_examples=60)
@given(tables, st.sampled_from(sorted(METHODS)), conventions)
def test_a_table_is_found_again_under_its_own_interval(table, method, rounding):
    shown = effects(table, rounding, risk_difference_ci(*table, method))
    sizes = {"n_e": table[1], "n_c": table[3]}
    found = reconstruct(args(**sizes, **shown))
    assert found.outcome == "agrees"
    assert found.values["n_tables"][method] >= 1
    assert table in found.values["tables"]


@settings(max_examples=20)
@given(tables, st.integers(-1000, 1000), conventions)
def test_tables_equal_an_enumeration(table, tenths, rounding):
    _, n_e, _, n_c = table
    rd = printed(Fraction(tenths, 10), 1, rounding)
    fits = {
        (e, n_e, c, n_c)
        for e in range(n_e + 1)
        for c in range(n_c + 1)
        if Number("rd", rd).value
        in {
            Number("x", exactly(Fraction(e, n_e) - Fraction(c, n_c), 1, how)).value
            for how in CONVENTIONS
        }
    }
    found = reconstruct(args(n_e=n_e, n_c=n_c, rd=rd))
    assert set(found.values["tables"]) == fits
    assert found.outcome == ("agrees" if fits else "disagrees")


@settings(max_examples=60)
@given(tables, st.sampled_from(sorted(METHODS)), conventions, st.booleans())
def test_effects_of_one_table_never_raise_an_alarm(table, method, rounding, harm):
    shown = effects(table, rounding, risk_difference_ci(*table, method))
    if harm and "nnt" in shown:
        # A fall in risk: the difference below 0, its NNT printed above.
        shown["nnt"] = shown["nnt"].removeprefix("-")
        shown = {name: text for name, text in shown.items() if name not in ("nnt_lb", "nnt_ub")}
    counts = dict(zip(COLUMNS, table, strict=True))
    found = nnt(args(**counts, **shown))
    assert found.outcome == "agrees"
    assert method in found.values["methods"]


@given(tables, conventions, st.sampled_from([-1, 1]))
def test_effects_that_cannot_be_of_one_table_are_caught(table, rounding, sign):
    shown = effects(table, rounding)
    rd = Fraction(table[0], table[1]) - Fraction(table[2], table[3])
    wrong = rd + sign * Fraction(5, 100)
    assume(abs(wrong) < 1 and abs(-wrong - rd) > Fraction(2, 100))
    assert nnt(args(**shown | {"rd": exactly(wrong, 1, rounding)})).outcome == "disagrees"
    counts = dict(zip(COLUMNS, table, strict=True))
    assert nnt(args(**counts, rd=exactly(wrong, 1, rounding))).outcome == "disagrees"
    risk = Fraction(table[0], table[1]) + sign * Fraction(5, 100)
    assert nnt(args(**counts, risk_e=exactly(abs(risk), 1, rounding))).outcome == (
        "agrees" if abs(risk) == Fraction(table[0], table[1]) else "disagrees"
    )


@given(st.integers(2, 200), conventions)
def test_an_nnt_far_from_its_difference_is_caught(number, rounding):
    rd = exactly(Fraction(1, number), 3, rounding)
    assert nnt(args(rd=rd, nnt=number)).outcome == "agrees"
    assert nnt(args(rd=rd, nnt=2 * number)).outcome == "disagrees"


@settings(max_examples=40)
@given(tables, conventions)
def test_limits_of_no_usual_interval_are_caught(table, rounding):
    e, n_e, c, n_c = table
    rd = Fraction(e, n_e) - Fraction(c, n_c)
    # No 95% interval of two small arms is a thousandth wide.
    limits = {"rd_lb": exactly(rd - Fraction(1, 2000), 3, rounding)}
    limits["rd_ub"] = exactly(rd + Fraction(1, 2000), 3, rounding)
    assume(0 < e < n_e and 0 < c < n_c)
    found = nnt(args(**dict(zip(COLUMNS, table, strict=True)), **limits))
    assert found.outcome == "disagrees"
    assert "no usual interval of these counts prints so" in found.computation
    assert reconstruct(args(n_e=n_e, n_c=n_c, **limits)).outcome == "disagrees"


def test_order_and_infinity():
    crossed = nnt(args(rd="10", rd_lb="12", rd_ub="20"))
    assert crossed.computation == "a limit of 12% is above a difference of 10%"
    through = args(rd="5", rd_lb="-5", rd_ub="15", nnt="20", nnt_lb="-20", nnt_ub="6.7")
    assert nnt(through).outcome == "agrees"
    assert (
        nnt(args(rd="-16", nnt="6.2", rd_lb="-33", rd_ub="-2.1", nnt_lb="3", nnt_ub="47")).outcome
        == "agrees"
    )
    inside = nnt(args(rd="10", rd_lb="2", rd_ub="20"))
    assert inside.computation == "the difference and its limits are in order"
    assert nnt(args(rd="16")).outcome == "unknown"
    assert nnt(args(risk_e="40", risk_c="20", rd="20")).outcome == "agrees"
    assert nnt(args(risk_e="20", risk_c="40", rd="20")).outcome == "agrees"
    assert nnt(args(rd="16", nnt="6.2")).computation == (
        "a difference of 16% is NNT 6.2 (1/6.2 is 16.13%)"
    )
    one = nnt(args(event_e=5, n_e=31, event_c=0, n_c=32, nnt_ub="47", level="95"))
    assert one.values["methods"] == ["newcombe"]


def test_counts_behind_memantine_of_40_to_71_people():
    found = counts_behind(16.13, (3, 47), least_total=40, most_total=71)
    rows = {tuple(row) for row in found[list(COLUMNS)].to_numpy()}
    assert rows == {(5, 31, 0, 32), (32, 32, 26, 31)}
    assert found["ci_lb"].to_list() == pytest.approx([0.021101] * 2, abs=1e-6)
    assert counts_behind(16.13, (3, 12), least_total=40, most_total=45).empty


def test_a_whole_nnt_may_be_rounded_up():
    assert nnt(args(rd="16.13", nnt="7")).outcome == "agrees"
    assert nnt(args(rd="16.13", nnt="7.0")).outcome == "disagrees"
    assert nnt_range(Number("nnt", "-7")).lb == Fraction(-15, 2)
    assert nnt_range(Number("nnt", "-7")).ub == -6
    assert reconstruct(args(n_e=31, n_c=32, rd="16.13", nnt="20")).outcome == "disagrees"


def test_a_level_and_a_single_limit():
    narrow = risk_difference_ci(20, 40, 10, 40, "newcombe", 90.0)
    shown = {"rd_lb": f"{100 * narrow.lb:.2f}"}
    found = reconstruct(args(n_e=40, n_c=40, rd="25", level="90", **shown))
    assert (20, 40, 10, 40) in found.values["tables"]
    assert reconstruct(args(n_e=40, n_c=40, rd="25", nnt_lb="3")).outcome == "agrees"
    with pytest.raises(ValueError, match="level is a percentage"):
        reconstruct(args(n_e=40, n_c=40, rd="25", level="0.95"))
