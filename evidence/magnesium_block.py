"""The block of the NMDA receptor by magnesium, as a function of voltage and concentration.

The steady-state fit that goes back to Jahr and Stevens (1990), J Neurosci 10:3178-3182. Its
constants are data (table `constants`), with the place where each was read.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evidence.checks import check_between, check_choice
from evidence.data import load

#: Concentrations that the measurements behind the fit span, mmol/l.
MEASURED_MM = (0.001, 10.0)
FITS = ("jahr-stevens", "mel")


@dataclass(frozen=True, slots=True)
class Block:
    """Constants of a fit: share of open channels = 1 / (1 + Mg / half_mm * exp(-slope * V)).

    Attributes
    ----------
    half_mm : float
        Concentration that halves the conductance at 0 mV, mmol/l.
    slope_per_mv : float
        How steeply the block falls with voltage, 1/mV.
    """

    half_mm: float
    slope_per_mv: float


def block(fit: str = "jahr-stevens") -> Block:
    """Return the constants of a published fit.

    Parameters
    ----------
    fit : {"jahr-stevens", "mel"}
        The second is another set in use among modellers, for comparison. It is stated with the
        reciprocal of `half_mm`.
    """
    check_choice("fit", fit, FITS)
    value = load("constants").set_index("constant")["low"]
    if fit == "mel":
        return Block(1 / value["block_eta_mel"], value["block_slope_mel"])
    return Block(value["block_half"], value["block_slope"])


def unblocked(
    voltage_mv: ArrayLike, magnesium_mm: ArrayLike, constants: Block
) -> NDArray[np.float64]:
    """Return the share of the conductance that magnesium leaves.

    Parameters
    ----------
    voltage_mv, magnesium_mm : array_like
        Membrane voltage in mV, and magnesium outside the cell in mmol/l (0 or more); shapes are
        broadcast.
    constants : Block
        As :func:`block` returns them.

    Returns
    -------
    ndarray of float
        0 (blocked) to 1 (open), at equilibrium. Without magnesium it is 1 at every voltage. The
        paper itself needs a further mechanism at low concentrations, which this leaves out.
    """
    voltage, magnesium = _checked(voltage_mv, magnesium_mm)
    blocked = magnesium / constants.half_mm * np.exp(-constants.slope_per_mv * voltage)
    return np.asarray(1 / (1 + blocked), dtype=np.float64)


def half_block_voltage(magnesium_mm: ArrayLike, constants: Block) -> NDArray[np.float64]:
    """Return the voltage, in mV, at which magnesium blocks half of the conductance.

    Below it more is blocked, above it less. Without magnesium it is minus infinity.
    """
    _, magnesium = _checked(0.0, magnesium_mm)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(magnesium / constants.half_mm) / constants.slope_per_mv)


def block_curves(
    magnesium_mm: list[float], low_mv: float, high_mv: float, constants: Block
) -> pd.DataFrame:
    """Return the curves for some concentrations, a point a millivolt at most.

    Parameters
    ----------
    magnesium_mm : list of float
        Concentrations, mmol/l.
    low_mv, high_mv : float
        Ends of the voltage, both in; `low_mv` below `high_mv`.

    Returns
    -------
    pandas.DataFrame
        `magnesium_mm, voltage_mv, unblocked`.
    """
    if not low_mv < high_mv:
        raise ValueError(f"low_mv must be below high_mv ({high_mv:g}); got {low_mv:g}")
    voltage = np.linspace(low_mv, high_mv, int(np.ceil(high_mv - low_mv)) + 1)
    parts = [
        pd.DataFrame(
            {
                "magnesium_mm": level,
                "voltage_mv": voltage,
                "unblocked": unblocked(voltage, level, constants),
            }
        )
        for level in magnesium_mm
    ]
    return pd.concat(parts, ignore_index=True)


def _checked(
    voltage_mv: ArrayLike, magnesium_mm: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    voltage = np.asarray(voltage_mv, dtype=np.float64)
    magnesium = np.asarray(magnesium_mm, dtype=np.float64)
    for name, values, low, high in (
        ("voltage_mv", voltage, -1000.0, 1000.0),
        ("magnesium_mm", magnesium, 0.0, 1000.0),
    ):
        for value in values.ravel():
            check_between(name, float(value), low, high)
    return voltage, magnesium
