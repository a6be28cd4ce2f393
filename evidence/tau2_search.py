"""The two searches behind the iterated estimators of tau2, for many data sets at once.

`highest_peak` finds the global maximum of a likelihood whose slope is known: it looks over the
whole range in which a maximum can lie, brackets every peak it sees, and refines each by Newton
steps kept inside the bracket. Fisher scoring alone, as in metafor, may cycle or stop at the lower
of two peaks. `crossing` solves for the tau2 at which a generalised Q has a wanted value.
Both raise when they do not converge; neither returns a last value.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evidence.effects_columns import Floats

#: Steps are taken until they are this small beside tau2 + the smallest variance.
TOLERANCE = 1e-13
MAX_STEPS = 300

#: Ratio of neighbouring values of tau2 + the smallest variance, where peaks are looked for.
GRID_RATIO = 1.7
MAX_CELLS = 500


class Likelihood(Protocol):
    """A likelihood of tau2 for n data sets; `which` chooses data sets by number."""

    def slope(self, tau2: Floats) -> Floats:
        """Return the first derivative at tau2 of shape (..., n)."""
        ...

    def slopes(self, tau2: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return first and second derivative for the data sets chosen."""
        ...

    def value(self, tau2: Floats, which: NDArray[np.intp]) -> Floats:
        """Return the log-likelihood, up to a constant, for the data sets chosen."""
        ...


def highest_peak(likelihood: Likelihood, upper: Floats, scale: Floats) -> Floats:
    """Return the tau2 >= 0 of the highest likelihood.

    Parameters
    ----------
    likelihood : Likelihood
        Of n data sets.
    upper : ndarray, shape (n,)
        Above it the likelihood falls; not above 0 where the maximum must lie at 0.
    scale : ndarray, shape (n,)
        The smallest sampling variance; tau2 is resolved relative to tau2 + scale.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ArithmeticError
        A peak could not be refined.
    """
    grid = _grid(np.maximum(upper, 0.0), scale)
    rising = likelihood.slope(grid) > 0
    cell, which = np.nonzero(rising[:-1] & ~rising[1:])
    peaks = _refine(likelihood, grid[cell, which], grid[cell + 1, which], which, scale[which])
    best = np.zeros(len(upper))
    best[which] = peaks
    candidates = np.bincount(which, minlength=len(upper)) + ~rising[0]
    contested = np.flatnonzero((candidates > 1)[which])
    if contested.size:
        best = _highest(likelihood, best, peaks[contested], which[contested], ~rising[0])
    return best


def _grid(upper: Floats, scale: Floats) -> Floats:
    ratio = upper / scale + 1
    cells = int(np.clip(np.ceil(np.log(ratio.max()) / np.log(GRID_RATIO)), 1, MAX_CELLS))
    steps = np.linspace(0, 1, cells + 1)[:, None]
    grid = scale * np.expm1(steps * np.log(ratio))
    grid[-1] = upper
    return grid


def _highest(
    likelihood: Likelihood,
    best: Floats,
    peaks: Floats,
    which: NDArray[np.intp],
    zero_is_peak: NDArray[np.bool_],
) -> Floats:
    """Settle the data sets with several peaks, of which tau2 = 0 may be one."""
    zeros = which[zero_is_peak[which]]
    tau2 = np.concatenate([peaks, np.zeros(len(zeros))])
    owner = np.concatenate([which, zeros])
    order = np.argsort(likelihood.value(tau2, owner), kind="stable")
    settled = best.copy()
    for place in order:
        settled[owner[place]] = tau2[place]
    return settled


def _refine(
    likelihood: Likelihood, low: Floats, high: Floats, which: NDArray[np.intp], scale: Floats
) -> Floats:
    """Return the zero of the slope in each bracket: positive at `low`, not positive at `high`."""
    root, last = (low + high) / 2, high - low
    live = np.arange(len(root))
    for _ in range(MAX_STEPS):
        if not live.size:
            return root
        here = root[live]
        slope, curvature = likelihood.slopes(here, which[live])
        low[live] = np.where(slope > 0, here, low[live])
        high[live] = np.where(slope > 0, high[live], here)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = here - slope / curvature
        # Newton where it stays in the bracket and halves the last step; else bisection.
        fast = (curvature < 0) & (np.abs(2 * slope) <= np.abs(last[live] * curvature))
        fast &= (newton >= low[live]) & (newton <= high[live])
        root[live] = np.where(fast, newton, (low[live] + high[live]) / 2)
        last[live] = np.abs(root[live] - here)
        live = live[last[live] > TOLERANCE * (root[live] + scale[live])]
    raise ArithmeticError(f"tau2 did not converge in {MAX_STEPS} steps for {live.size} data sets")


def crossing(
    q_and_fall: Callable[[Floats, NDArray[np.intp]], tuple[Floats, Floats]],
    target: Floats,
    scale: Floats,
) -> Floats:
    """Return the tau2 at which Q falls to `target`, or 0 where Q(0) is not above it.

    1 / Q is concave in tau2, so Newton steps on it from 0 rise to the root and never pass it.

    Parameters
    ----------
    q_and_fall : callable
        For tau2 and the numbers of the data sets: Q and -dQ/dtau2.
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
        q, fall = q_and_fall(root[live], live)
        above = q > target[live]
        live, q, fall = live[above], q[above], fall[above]
        step = (q / target[live] - 1) * q / fall
        root[live] += step
        live = live[step > TOLERANCE * (root[live] + scale[live])]
        if not live.size:
            return root
    raise ArithmeticError(f"tau2 did not converge in {MAX_STEPS} steps for {live.size} data sets")
