"""Many data sets side by side: the shape in which every estimator works.

A stack holds studies along the first axis and data sets along the second, so that sums over
studies run over whole rows of data sets at once. A study that a data set lacks has the variance
infinity, and so the weight 0, whatever tau2 is.
"""

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def weighted_mean(y: Floats, v: Floats, tau2: Floats | float) -> tuple[Floats, Floats, Floats]:
    """Return the mean weighted by w = 1 / (v + tau2), the sum of the weights, and the weights.

    Shapes: `y`, `v` and the weights (studies, ...), `tau2`, mean and sum (...).
    """
    w = v + tau2
    np.reciprocal(w, out=w)
    total: Floats = w.sum(axis=0)
    return dot(w, y) / total, total, w


def generalised_q(y: Floats, v: Floats, tau2: Floats | float) -> tuple[Floats, Floats, Floats]:
    """Return Q(tau2) about the weighted mean, that mean, and the sum of the weights.

    Shapes: `y` and `v` (studies, ...), `tau2` and the results (...).
    """
    mean, total, w = weighted_mean(y, v, tau2)
    r = y - mean
    w *= r
    return dot(w, r), mean, total


def dot(a: Floats, b: Floats) -> Floats:
    """Return the sum of products over studies, the first axis."""
    total: Floats = np.einsum("k...,k...->...", a, b)
    return total


def shapes(
    yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None
) -> tuple[Floats, Floats, Bools | None, tuple[int, ...]]:
    """Return yi, vi and mask (if any) as (data sets, k), and the leading shape.

    A yi or vi that all data sets share stays one row, (1, k), where there is a mask.

    Raises
    ------
    ValueError
        A value in use is NaN or infinite, a variance in use is not above 0, or a data set has no
        study.
    """
    y, v = np.asarray(yi, float), np.asarray(vi, float)
    m = None if mask is None else np.asarray(mask, bool)
    shape = np.broadcast_shapes(y.shape, v.shape, () if m is None else m.shape)
    if not shape or shape[-1] == 0:
        raise ValueError(f"yi must have one study or more along its last axis; got shape {shape}")
    # Sums show at once whether anything is amiss; only then is it looked for.
    if m is not None or not (np.isfinite(y.sum() + v.sum()) and v.min() > 0):
        _refuse_values(y, v, m, shape)
    if m is None:
        return _rows(y, shape), _rows(v, shape), None, shape[:-1]
    y, v = (_rows(a, shape if prod(a.shape[:-1]) > 1 else shape[-1:]) for a in (y, v))
    return y, v, _rows(m, shape), shape[:-1]


def _rows(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    array = array.reshape(array.shape[-len(shape) :])
    return np.broadcast_to(array, shape).reshape(-1, shape[-1])


def _refuse_values(y: Floats, v: Floats, m: Bools | None, shape: tuple[int, ...]) -> None:
    used = np.True_ if m is None else m
    for name, faulty, rule in (
        ("yi", ~np.isfinite(y), "must be finite"),
        ("vi", ~np.isfinite(v) | (v <= 0), "must be finite and above 0"),
    ):
        # Looked for in the shape given: many masks share few values.
        if faulty.any() and np.any(faulty & used):
            places = np.argwhere(np.broadcast_to(faulty & used, shape))
            raise ValueError(f"{name} {rule}; it is not at {tuple(places[0].tolist())}")
    if m is not None and not np.all(m.any(axis=-1)):
        raise ValueError("mask must leave each data set one study or more")


def blocks(y: Floats, v: Floats, m: Bools | None) -> Iterator[tuple[slice, Stack]]:
    """Yield the data sets of the arrays from `shapes` in stacks of bounded size."""
    rows = max(1, BLOCK // y.shape[1])
    for start in range(0, len(y if m is None else m), rows):
        part = slice(start, start + rows)
        yield part, make_stack(*(a if a is None or len(a) == 1 else a[part] for a in (y, v, m)))


def make_stack(y: Floats, v: Floats, m: Bools | None = None) -> Stack:
    """Return one stack of checked arrays: (data sets, k), or with `m` y and v of (1, k)."""
    if m is None:
        k = np.full(len(y), float(y.shape[1]))
        effects, variances = y.T.copy(order="C"), v.T.copy(order="C")
        shift = effects.sum(axis=0) / k
        effects -= shift
    else:
        # As numbers, 1 and 0: far quicker than selecting. What is masked out may be unusable.
        inside = m.T.astype(float, order="C")
        k = inside.sum(axis=0)
        usable = np.where(np.isfinite(y), y, 0.0).T
        shift = dot(inside, usable) / k
        effects = np.subtract(usable, shift, order="C")
        effects *= inside
        with np.errstate(divide="ignore"):
            variances = np.divide(np.where(v > 0, v, 1.0).T, inside, order="C")
    return complete_stack(effects, variances, k, shift)


def complete_stack(y: Floats, v: Floats, k: Floats, shift: Floats) -> Stack:
    """Return the stack with Q and c worked out."""
    w = 1 / v
    total = w.sum(axis=0)
    mean = dot(w, y) / total
    r = y - mean
    r *= r
    q, several = dot(w, r), k > 1
    c = dot(w, total - w) / total
    return Stack(y, v, k, shift, np.where(several, q, 0.0), np.where(several, c, 1.0))


def take(stack: Stack, which: NDArray[np.intp]) -> Stack:
    """Return the data sets chosen by number."""
    return Stack(*(field[..., which] for field in stack))
