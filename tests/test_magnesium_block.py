"""The block by magnesium: values by hand, and what must hold at every voltage and concentration."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.data import load
from evidence.magnesium_block import Block, block, block_curves, half_block_voltage, unblocked

FIT = Block(3.57, 0.062)
volts = st.floats(-150, 100)
levels = st.floats(0.001, 10)


def test_the_constants_are_those_of_the_table_and_the_second_reading_agrees():
    assert block() == FIT
    # modeldb258738 writes 0.28 for 1 mmol/l, to two digits.
    assert round(1 / block().half_mm, 2) == 0.28
    rows = load("constants").set_index("constant")
    assert (rows.loc[["block_half", "block_slope"], "readings"] == 2).all()
    assert block("mel") == Block(1 / 0.33, 0.06)


@pytest.mark.parametrize(
    ("voltage", "magnesium", "share"),
    [
        # 1 / (1 + 1/3.57) and 1 / (1 + exp(0.062 * 70)/3.57): exp(4.34) is 76.7075.
        (0, 1, 0.781181619),
        (-70, 1, 0.044471),
        (0, 3.57, 0.5),
        (-70, 0, 1),
    ],
)
def test_values_by_hand(voltage, magnesium, share):
    assert unblocked(voltage, magnesium, FIT) == pytest.approx(share, rel=2e-5)


def test_the_voltage_of_half_by_hand():
    # ln(1/3.57) / 0.062 = -1.27257 / 0.062
    assert half_block_voltage(1, FIT) == pytest.approx(-20.5253, abs=1e-4)
    assert half_block_voltage(3.57, FIT) == 0
    assert half_block_voltage(0, FIT) == -math.inf


@given(voltage=volts, magnesium=levels)
def test_half_is_blocked_at_the_voltage_of_half(voltage, magnesium):
    half = half_block_voltage(magnesium, FIT)
    assert unblocked(half, magnesium, FIT) == pytest.approx(0.5, abs=1e-12)
    assert (unblocked(voltage, magnesium, FIT) > 0.5) == (voltage > half) or voltage == (
        pytest.approx(half, abs=1e-9)
    )


@given(voltage=volts, step=st.floats(0.1, 50), magnesium=levels, times=st.floats(1.1, 10))
def test_voltage_frees_and_magnesium_blocks(voltage, step, magnesium, times):
    here = unblocked(voltage, magnesium, FIT)
    assert 0 < here < 1
    assert unblocked(voltage + step, magnesium, FIT) > here
    assert unblocked(voltage, magnesium * times, FIT) < here


@given(voltage=volts, magnesium=levels, times=st.floats(1.01, 10))
def test_more_magnesium_only_shifts_the_curve(voltage, magnesium, times):
    shift = math.log(times) / FIT.slope_per_mv
    moved = unblocked(voltage + shift, magnesium * times, FIT)
    assert moved == pytest.approx(float(unblocked(voltage, magnesium, FIT)), rel=1e-9)
    gap = half_block_voltage(magnesium * times, FIT) - half_block_voltage(magnesium, FIT)
    assert gap == pytest.approx(shift, rel=1e-9)


@given(voltage=volts, magnesium=levels, times=st.floats(1.01, 10))
def test_current_cannot_fall_by_more_than_magnesium_rose(voltage, magnesium, times):
    ratio = unblocked(voltage, magnesium * times, FIT) / unblocked(voltage, magnesium, FIT)
    assert 1 / times <= ratio * (1 + 1e-12)


def test_curves_span_the_voltages_and_shapes_are_broadcast():
    curves = block_curves([0.0, 1.0], -100, 60, FIT)
    assert curves.groupby("magnesium_mm")["voltage_mv"].agg(
        ["min", "max", "size"]
    ).to_numpy().tolist() == [[-100, 60, 161], [-100, 60, 161]]
    assert (curves[curves["magnesium_mm"] == 0]["unblocked"] == 1).all()
    assert unblocked(np.zeros((2, 1)), np.ones(3), FIT).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: unblocked(0, -1, FIT), "magnesium_mm must be a number from 0"),
        (lambda: unblocked(math.nan, 1, FIT), "voltage_mv must be a number"),
        (lambda: half_block_voltage(math.nan, FIT), "magnesium_mm must be a number"),
        (lambda: block_curves([1.0], 10, 10, FIT), "low_mv must be below high_mv"),
        (lambda: block("jahr"), "fit must be one of jahr-stevens, mel; got 'jahr'"),
    ],
)
def test_bad_values_are_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
