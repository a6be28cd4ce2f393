"""Sums and flows: no false alarm within rounding, none missed beyond it."""

import pytest
from audit_cases import args, conventions, decimals, printed, unit_of, values
from hypothesis import given
from hypothesis import strategies as st

from evidence.audit.arithmetic import flow, total

counts = st.lists(st.integers(0, 500), min_size=1, max_size=8)
measured = st.lists(values, min_size=1, max_size=6)


def in_mg(name, value, places, rounding):
    return (name, printed(value, places, rounding), "=", "mg")


@given(counts, st.integers(-50, 50))
def test_counts_add_up_exactly_or_not_at_all(parts, off):
    found = total(args(*[("part", part) for part in parts], total=max(sum(parts) + off, 0)))
    right = max(sum(parts) + off, 0) == sum(parts)
    assert found.outcome == ("agrees" if right else "disagrees")


@given(counts, st.integers(0, 50), st.integers(-50, 50))
def test_a_flow_ends_exactly_or_not_at_all(less, left, off):
    end = max(left + off, 0)
    found = flow(args(("start", sum(less) + left), *[("less", n) for n in less], end=end))
    assert found.outcome == ("agrees" if end == left else "disagrees")
    assert found.values["difference"] == left - end


@given(measured, decimals, conventions)
def test_rounded_parts_never_raise_an_alarm(parts, places, rounding):
    shown = [in_mg("part", part, places, rounding) for part in parts]
    whole = in_mg("total", sum(parts), places, rounding)
    assert total(args(*shown, whole)).outcome == "agrees"
    more = in_mg("start", sum(parts), places, rounding)
    less = [("less", *each[1:]) for each in shown[1:]]
    end = in_mg("end", parts[0], places, rounding)
    assert flow(args(more, *less, end)).outcome == "agrees"


@given(measured, decimals, conventions, st.sampled_from([-1, 1]))
def test_a_total_off_by_more_than_rounding_is_caught(parts, places, rounding, sign):
    shown = [in_mg("part", part, places, rounding) for part in parts]
    # Each figure may hide half a unit; twice that is beyond doubt.
    off = sign * (len(parts) + 2) * unit_of(places)
    whole = in_mg("total", sum(parts) + off, places, rounding)
    assert total(args(*shown, whole)).outcome == "disagrees"


def test_the_arithmetic_is_shown():
    found = total(args(("part", 8), ("part", 8), ("part", 17), total=33))
    assert found.computation == "8 + 8 + 17 = 33"
    off = flow(args(("start", 174), ("less", 135), ("less", 19), end=21))
    assert off.computation == "174 - 135 - 19 = 20, not 21"
    assert off.values["difference"] == -1
    percent = total(args(("part", 33, "=", "%"), ("part", 33, "=", "%"), ("total", 100, "=", "%")))
    assert percent.computation == "33% + 33% = 66, not 100% (rounding allows 65 to 67)"
    near = total(args(*[("part", 33, "=", "%")] * 3, ("total", 100, "=", "%")))
    assert near.computation == "33% + 33% + 33% = 99, 100% within the rounding of the figures"


def test_a_sum_needs_its_figures():
    with pytest.raises(ValueError, match="part must be a number; got 'many'"):
        total(args(("part", "many"), total=3))
