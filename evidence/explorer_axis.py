"""The axis of an explorer: where each number lies on it, in thousandths of its width."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from evidence.effects_columns import Floats
from evidence.scales import Scale
from evidence.text import MINUS

#: Steps between the powers of ten of a logarithmic axis, from fine to coarse.
STEPS = ((1.0, 2.0, 5.0), (1.0,))
#: A mark a tick, and no more than a phone has room for.
MOST_TICKS = 6
#: Below this ratio of its ends a logarithmic axis is marked at even steps.
NARROW = 10
#: Room beyond the outermost number, of the width.
MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`, and what is marked on it.

    Attributes
    ----------
    scale : Scale
        Of the measure.
    low, high : float
        The ends, on the scale shown (its logarithm where the axis is logarithmic).
    """

    scale: Scale
    low: float
    high: float

    def place(self, shown: Iterable[float]) -> list[int | None]:
        """Return where numbers of the scale shown lie: 0 to 1000, -1 and 1001 beyond, None none."""
        at = 1000 * (_drawn(np.array(list(shown), float), self.scale) - self.low)
        at = np.clip(np.round(at / (self.high - self.low)), -1, 1001)
        return [None if np.isnan(each) else int(each) for each in at]

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """The marks: place and text."""
        values = _log_ticks(self.low, self.high) if self.scale.log else self._even_ticks()
        places = self.place(values)
        found = zip(places, (_tick_text(value, self.scale) for value in values), strict=True)
        return [(at, text) for at, text in found if at is not None and 0 <= at <= 1000]

    def _even_ticks(self) -> list[float]:
        factor = 100 if self.scale.percent else 1
        located = MaxNLocator(MOST_TICKS - 1).tick_values(factor * self.low, factor * self.high)
        return [float(value) / factor for value in located]


def axis_of(shown: Iterable[float], scale: Scale) -> Axis:
    """Return the axis that holds the numbers shown, and no effect.

    Parameters
    ----------
    shown : iterable of float
        On the scale that a reader sees; what is not finite there is left out. A share always
        has the axis from nobody to all.
    scale : Scale
        Of the measure.
    """
    if scale.percent and scale.null is None:
        return Axis(scale, 0.0, 1.0)
    null = [] if scale.null is None else [scale.null]
    drawn = _drawn(np.array([*shown, *null], float), scale)
    drawn = drawn[np.isfinite(drawn)]
    low, high = (float(drawn.min()), float(drawn.max())) if len(drawn) else (-1.0, 1.0)
    room = MARGIN * (high - low) or 1.0
    return Axis(scale, low - room, high + room)


def _drawn(shown: Floats, scale: Scale) -> Floats:
    if not scale.log:
        return shown
    with np.errstate(divide="ignore"):
        return np.log(shown)


def _log_ticks(low: float, high: float) -> list[float]:
    ends = np.exp([low, high])
    if high - low < np.log(NARROW):
        located = MaxNLocator(MOST_TICKS - 1).tick_values(*ends)
        return [float(value) for value in located if ends[0] <= value <= ends[1]]
    powers = range(int(np.floor(low / np.log(10))), int(np.ceil(high / np.log(10))) + 1)
    for steps in STEPS:
        found = [step * 10.0**power for power in powers for step in steps]
        inside = [value for value in found if low <= np.log(value) <= high]
        if len(inside) <= MOST_TICKS:
            return inside
    return inside[:: len(inside) // MOST_TICKS + 1]


def _tick_text(value: float, scale: Scale) -> str:
    return f"{round(100 * value if scale.percent else value, 9) + 0.0:g}".replace("-", MINUS)
