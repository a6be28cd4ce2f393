"""The two searches behind the iterated estimators of tau2, for many data sets at once.

`highest_peak` finds the global maximum of a likelihood whose slope is known: it looks over the
whole range in which a maximum can lie, brackets every peak it sees, and refines each by Newton
steps kept inside the bracket. Fisher scoring alone, as in metafor, may cycle or stop at the lower
of two peaks. `crossing` solves for the tau2 at which a generalised Q has a wanted value.
Both raise when they do not converge; neither returns a last value.
"""

from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from evidence.effects_columns import Bools, Floats

#: A Newton step this small beside tau2 + the smallest variance is the last: the error left is of
#: the order of its square.
LAST_NEWTON = 1e-9
#: A bisection has to come down to this.
LAST_BISECTION = 1e-15
MAX_STEPS = 300

#: Ratio of neighbouring values of tau2 + the smallest variance, where peaks are looked for; the
#: second where the first look leaves a doubt.
GRID_RATIOS = (1.7, 1.06)
MAX_CELLS = 2000


class Likelihood(Protocol):
    """A likelihood of tau2 for n data sets."""

    def take(self, which: NDArray[np.intp]) -> Self:
        """Return the data sets chosen by number."""
        ...

    def slope(self, tau2: Floats) -> Floats:
        """Return the first derivative at tau2 of shape (points, n)."""
        ...

    def slopes(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return first and second derivative at tau2 of shape (n,)."""
        ...

    def value(self, tau2: Floats) -> Floats:
        """Return the log-likelihood, up to a constant, at tau2 of shape (n,)."""
        ...


class FallingQ(Protocol):
    """A generalised Q of n data sets, which falls as tau2 rises."""

    def take(self, which: NDArray[np.intp]) -> Self:
        """Return the data sets chosen by number."""
        ...

    def q_and_fall(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return Q and -dQ/dtau2 at tau2 of shape (n,)."""
        ...


def highest_peak(
    likelihood: Likelihood, upper: Floats, scale: Floats, ratios: tuple[float, ...] = GRID_RATIOS
) -> Floats:
    """Return the tau2 >= 0 of the highest likelihood.

    Parameters
    ----------
    likelihood : Likelihood
        Of n data sets.
    upper : ndarray, shape (n,)
        Above it the likelihood falls; not above 0 where the maximum must lie at 0.
    scale : ndarray, shape (n,)
        The smallest sampling variance; tau2 is resolved relative to tau2 + scale.
    ratios : tuple of float
        Spacing of the grids, coarse to fine. A finer one is used for those data sets whose slope
        turns close to 0 without crossing it: two peaks may hide between points.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ArithmeticError
        A peak could not be refined.
    """
    grid = _grid(np.maximum(upper, 0.0), scale, ratios[0])
    slope = likelihood.slope(grid)
    best = _best_peak(likelihood, grid, slope > 0, scale)
    if len(ratios) > 1:
        bent = slope * (grid + scale) ** 2
        doubt = (_turns_near_zero(bent) | _turns_at_once(likelihood, bent, scale)) & (upper > 0)
        doubtful = np.flatnonzero(doubt)
        if doubtful.size:
            closer = likelihood.take(doubtful)
            best[doubtful] = highest_peak(closer, upper[doubtful], scale[doubtful], ratios[1:])
    return best


def _grid(upper: Floats, scale: Floats, ratio: float) -> Floats:
    span = np.log1p(upper / scale)
    cells = int(np.clip(np.ceil(span.max() / np.log(ratio)), 1, MAX_CELLS))
    grid: Floats = scale * np.expm1(np.linspace(0, 1, cells + 1)[:, None] * span)
    grid[-1] = upper
    return grid


def _turns_near_zero(slope: Floats) -> Bools:
    """Tell where a turn of the slope lies nearer to 0 than to a neighbouring point."""
    before, here, after = slope[:-2], slope[1:-1], slope[2:]
    left, right = here - before, here - after
    turns = (left * right > 0) & (left * here < 0)
    near = np.maximum(np.abs(left), np.abs(right)) >= np.abs(here)
    found: Bools = np.any(turns & near, axis=0)
    return found


def _turns_at_once(likelihood: Likelihood, bent: Floats, scale: Floats) -> Bools:
    """Tell where the slope begins just below 0 and rises, to turn within the first cell."""
    found: Bools = (bent[0] <= 0) & (np.abs(bent[0]) <= np.abs(bent[1] - bent[0]))
    near = np.flatnonzero(found)
    slope, curvature = likelihood.take(near).slopes(np.zeros(near.size))
    found[near] = curvature * scale[near] + 2 * slope > 0
    return found


def _best_peak(likelihood: Likelihood, grid: Floats, rising: Bools, scale: Floats) -> Floats:
    cell, which = np.nonzero(rising[:-1] & ~rising[1:])
    peaks = _refine(likelihood.take(which), grid[cell, which], grid[cell + 1, which], scale[which])
    best = np.zeros(len(scale))
    best[which] = peaks
    falls_from_zero = ~rising[0]
    contested = (np.bincount(which, minlength=len(scale)) + falls_from_zero > 1)[which]
    if contested.any():
        owner = which[contested]
        zeros = owner[falls_from_zero[owner]]
        tau2 = np.concatenate([peaks[contested], np.zeros(len(zeros))])
        owner = np.concatenate([owner, zeros])
        for place in np.argsort(likelihood.take(owner).value(tau2), kind="stable"):
            best[owner[place]] = tau2[place]
    return best


def _refine(likelihood: Likelihood, low: Floats, high: Floats, scale: Floats) -> Floats:
    """Return the zero of the slope in each bracket: positive at `low`, not positive at `high`."""
    root, live, moved = np.empty(len(low)), np.arange(len(low)), high - low
    here = (low + high) / 2
    for _ in range(MAX_STEPS):
        if not live.size:
            return root
        slope, curvature = likelihood.slopes(here)
        low, high = np.where(slope > 0, here, low), np.where(slope > 0, high, here)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = here - slope / curvature
        # Newton where it stays in the bracket and halves the last step; else bisection.
        fast = (curvature < 0) & (np.abs(2 * slope) <= np.abs(moved * curvature))
        fast &= (newton >= low) & (newton <= high)
        there = np.where(fast, newton, (low + high) / 2)
        moved = np.abs(there - here)
        here = there
        done: Bools = moved <= np.where(fast, LAST_NEWTON, LAST_BISECTION) * (here + scale)
        root[live] = here
        if 4 * int(done.sum()) > live.size:
            keep = np.flatnonzero(~done)
            likelihood, live = likelihood.take(keep), live[keep]
            low, high, here, moved, scale = (x[keep] for x in (low, high, here, moved, scale))
    raise ArithmeticError(f"tau2 did not converge in {MAX_STEPS} steps for {live.size} data sets")


def crossing(falling: FallingQ, target: Floats, scale: Floats) -> Floats:
    """Return the tau2 at which Q falls to `target`, or 0 where Q(0) is not above it.

    1 / Q is concave in tau2, so Newton steps on it from 0 rise to the root and never pass it.

    Parameters
    ----------
    falling : FallingQ
        Of n data sets.
    target : ndarray, shape (n,)
        Above 0.
    scale : ndarray, shape (n,)
        As in `highest_peak`.

    Raises
    ------
    ArithmeticError
        A root was not reached.
    """
    root, live = np.zeros(len(target)), np.arange(len(target))
    for _ in range(MAX_STEPS):
        q, fall = falling.q_and_fall(root[live])
        above = q > target
        step = np.where(above, (q / target - 1) * q / np.where(above, fall, 1.0), 0.0)
        root[live] += step
        keep = np.flatnonzero(step > LAST_NEWTON * (root[live] + scale))
        if not keep.size:
            return root
        if 2 * keep.size < live.size:
            falling, live, target, scale = falling.take(keep), live[keep], target[keep], scale[keep]
    raise ArithmeticError(f"tau2 did not converge in {MAX_STEPS} steps for {live.size} data sets")
