"""Many data sets side by side: the shape in which every estimator works.

A stack holds studies along the first axis and data sets along the second, so that sums over
studies run over whole rows of data sets at once. A study that a data set lacks has the variance
infinity, and so the weight 0, whatever tau2 is.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from evidence.effects_columns import Bools, Floats

#: Numbers in one block of a stack: small enough for the cache, large enough to forget numpy's
#: overhead. The memory of a million fits is that of their results and one block.
BLOCK = 2**14


class Stack(NamedTuple):
    """Data sets of k studies, as columns.

    Attributes
    ----------
    y : ndarray, shape (studies, data sets)
        Effects less `shift`; 0 where a data set lacks the study.
    v : ndarray, shape (studies, data sets)
        Sampling variances; infinity where a data set lacks the study.
    k : ndarray, shape (data sets,)
        Studies in each data set.
    shift : ndarray, shape (data sets,)
        The plain mean of each data set, taken off so that no digits are lost on effects far
        from zero.
    q : ndarray, shape (data sets,)
        Cochran's Q; 0 for one study.
    c : ndarray, shape (data sets,)
        What each unit of tau2 adds to the expectation of Q, sum w - sum w^2 / sum w with
        w = 1 / v; 1 for one study, where it would be 0 and nothing may divide by it.
    """

    y: Floats
    v: Floats
    k: Floats
    shift: Floats
    q: Floats
    c: Floats


def generalised_q(y: Floats, v: Floats, tau2: Floats | float) -> tuple[Floats, Floats, Floats]:
    """Return Q(tau2) about the weighted mean, that mean, and the sum of the weights.

    Shapes: `y` and `v` (studies, ...), `tau2` and the results (...).
    """
    w = 1 / (v + tau2)
    total: Floats = w.sum(axis=0)
    mean = dot(w, y) / total
    r = y - mean
    w *= r
    return dot(w, r), mean, total


def trace(v: Floats, tau2: Floats | float) -> Floats:
    """Return sum w - sum w^2 / sum w, with w = 1 / (v + tau2)."""
    w = 1 / (v + tau2)
    total = w.sum(axis=0)
    expected: Floats = dot(w, total - w) / total
    return expected


def dot(a: Floats, b: Floats) -> Floats:
    """Return the sum of products over studies, the first axis."""
    total: Floats = np.einsum("k...,k...->...", a, b)
    return total


def shapes(
    yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None
) -> tuple[Floats, Floats, Bools, tuple[int, ...]]:
    """Return yi, vi and mask broadcast to (data sets, k), and the leading shape.

    Raises
    ------
    ValueError
        A value in use is NaN or infinite, a variance in use is not above 0, or a data set has no
        study.
    """
    y, v = np.asarray(yi, float), np.asarray(vi, float)
    m = np.asarray(True if mask is None else mask, bool)
    shape = np.broadcast_shapes(y.shape, v.shape, m.shape)
    if not shape or shape[-1] == 0:
        raise ValueError(f"yi must have one study or more along its last axis; got shape {shape}")
    flat = (-1, shape[-1])
    y, v, m = (np.broadcast_to(array, shape) for array in (y, v, m))
    for name, faulty, rule in (
        ("yi", ~np.isfinite(y), "must be finite"),
        ("vi", ~np.isfinite(v) | (v <= 0), "must be finite and above 0"),
    ):
        if np.any(faulty & m):
            place = tuple(int(i) for i in np.argwhere(faulty & m)[0])
            raise ValueError(f"{name} {rule}; it is not at {place}")
    if not np.all(m.any(axis=-1)):
        raise ValueError("mask must leave each data set one study or more")
    return y.reshape(flat), v.reshape(flat), m.reshape(flat), shape[:-1]


def blocks(y: Floats, v: Floats, m: Bools) -> Iterator[tuple[slice, Stack]]:
    """Yield the data sets of (data sets, k) arrays in stacks of bounded size."""
    rows = max(1, BLOCK // y.shape[1])
    for start in range(0, len(y), rows):
        part = slice(start, start + rows)
        yield part, make_stack(y[part], v[part], m[part])


def make_stack(y: Floats, v: Floats, m: Bools) -> Stack:
    """Return one stack of checked (data sets, k) arrays."""
    inside = np.ascontiguousarray(m.T)
    k = inside.sum(axis=0, dtype=float)
    effects = np.where(inside, y.T, 0.0)
    shift = effects.sum(axis=0) / k
    effects -= shift
    effects *= inside
    variances = np.where(inside, v.T, np.inf)
    q, _, _ = generalised_q(effects, variances, 0.0)
    several = k > 1
    c = np.where(several, trace(variances, 0.0), 1.0)
    return Stack(effects, variances, k, shift, np.where(several, q, 0.0), c)
