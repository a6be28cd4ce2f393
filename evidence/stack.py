"""Many data sets side by side: the shape in which every estimator works.

A stack holds studies along the first axis and data sets along the second, so that sums over
studies run over whole rows of data sets at once. A study that a data set lacks has the weight 0,
whatever tau2 is. Effects and variances that all data sets share, as the subsets of one set of
studies do, are held once, and sums over them are matrix products.
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
#: The same where effects and variances are shared, which take no room of their own.
SHARED_BLOCK = 2**16


class Stack(NamedTuple):
    """Data sets of k studies, as columns.

    Attributes
    ----------
    y : ndarray, shape (studies, data sets), or (studies, 1) where shared
        Effects less `shift`; any finite number where a data set lacks the study.
    v : ndarray, shape as `y`
        Sampling variances; any number above 0 where a data set lacks the study.
    inside : ndarray, shape (studies, data sets), or None
        1 where a data set has the study, else 0; None where all have all.
    k : ndarray, shape (data sets,)
        Studies in each data set.
    shift : ndarray, shape (data sets,), or (1,) where shared
        A plain mean of the effects, taken off so that no digits are lost on effects far from
        zero: of each data set, or of all studies where the data sets share them.
    q : ndarray, shape (data sets,)
        Cochran's Q; 0 for one study.
    c : ndarray, shape (data sets,)
        What each unit of tau2 adds to the expectation of Q, sum w - sum w^2 / sum w with
        w = 1 / v; 1 for one study, where it would be 0 and nothing may divide by it.
    """

    y: Floats
    v: Floats
    inside: Floats | None
    k: Floats
    shift: Floats
    q: Floats
    c: Floats


def weights(stack: Stack, tau2: Floats) -> Floats:
    """Return 1 / (v + tau2), and 0 where a data set lacks the study.

    Shapes: `tau2` (..., data sets), the result (studies, ..., data sets).
    """
    v, inside = stack.v, stack.inside
    if np.ndim(tau2) > 1:
        v, inside = v[:, None], None if inside is None else inside[:, None]
    w: Floats = v + tau2
    return np.divide(1.0 if inside is None else inside, w, out=w)


def weighted_mean(stack: Stack, w: Floats) -> tuple[Floats, Floats]:
    """Return the mean of `stack.y` by weights, and the sum of the weights."""
    total: Floats = w.sum(axis=0)
    return dot(w, stack.y) / total, total


def generalised_q(stack: Stack, tau2: Floats) -> tuple[Floats, Floats, Floats]:
    """Return Q(tau2) about the weighted mean, that mean, and the sum of the weights."""
    w = weights(stack, tau2)
    mean, total = weighted_mean(stack, w)
    return q_about(mean, stack, w), mean, total


def q_about(mean: Floats, stack: Stack, w: Floats) -> Floats:
    """Return sum w (y - mean)^2; `w` is used up."""
    r = stack.y - mean
    w *= r
    return dot(w, r)


def sum_of_squares(stack: Stack) -> Floats:
    """Return the sum of squares of `y` about its plain mean."""
    if stack.inside is None:
        return dot(stack.y, stack.y)
    r = stack.y - dot(stack.inside, stack.y) / stack.k
    r *= stack.inside
    return dot(r, r)


def smallest_variance(stack: Stack) -> Floats:
    """Return the smallest `v` of each data set."""
    smallest: Floats = np.where(_has(stack), stack.v, np.inf).min(axis=0)
    return smallest


def largest_variance(stack: Stack) -> Floats:
    """Return the largest `v` of each data set."""
    largest: Floats = np.where(_has(stack), stack.v, 0.0).max(axis=0)
    return largest


def _has(stack: Stack) -> Bools | np.bool_:
    return np.True_ if stack.inside is None else stack.inside > 0


def dot(a: Floats, b: Floats) -> Floats:
    """Return the sum of products over studies, the first axis; `b` may be shared, (studies, 1)."""
    total: Floats
    if a.size > b.size == len(b):
        total = (b.reshape(-1) @ a.reshape(len(a), -1)).reshape(a.shape[1:])
    else:
        total = np.einsum("k...,k...->...", a, b)
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
    y, v = (_rows(a, shape[-1:] if prod(a.shape[:-1]) == 1 else shape) for a in (y, v))
    return y, v, _rows(m, shape), shape[:-1]


def _rows(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if array.shape != shape:
        array = np.broadcast_to(array.reshape(array.shape[-len(shape) :]), shape)
    return array.reshape(-1, shape[-1])


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
    shared = m is not None and len(y) == len(v) == 1
    rows = max(1, (SHARED_BLOCK if shared else BLOCK) // y.shape[1])
    for start in range(0, len(y if m is None else m), rows):
        part = slice(start, start + rows)
        effects, variances = (a if len(a) == 1 else a[part] for a in (y, v))
        yield part, make_stack(effects, variances, None if m is None else m[part])


def make_stack(y: Floats, v: Floats, m: Bools | None = None) -> Stack:
    """Return one stack of checked arrays: (data sets, k), or with `m` y and v of (1, k)."""
    if m is None:
        effects, variances = y.T.copy(order="C"), v.T.copy(order="C")
        shift = effects.sum(axis=0) / len(effects)
        effects -= shift
        return complete_stack(effects, variances, None, shift)
    inside = m.T.astype(float, order="C")
    # What is masked out may be unusable, and 0 times it NaN.
    effects = np.where(np.isfinite(y), y, 0.0).T.copy(order="C")
    variances = np.where(v > 0, v, 1.0).T.copy(order="C")
    if len(y) == 1:
        shift = effects.sum(axis=0) / len(effects)
    else:
        shift = dot(inside, effects) / inside.sum(axis=0)
    effects -= shift
    return complete_stack(effects, variances, inside, shift)


def complete_stack(y: Floats, v: Floats, inside: Floats | None, shift: Floats) -> Stack:
    """Return the stack with k, Q and c worked out."""
    w = 1 / v
    k, total, first, squares = _sums(y, w, inside)
    r = y - first / total
    r *= r
    if inside is not None:
        r *= inside
    several = k > 1
    q = np.where(several, dot(r, w), 0.0)
    return Stack(y, v, inside, k, shift, q, np.where(several, total - squares / total, 1.0))


def _sums(y: Floats, w: Floats, inside: Floats | None) -> tuple[Floats, ...]:
    """Return the studies of each data set, and the sums of w, w y and w^2 over them."""
    if inside is None:
        return np.full(w.shape[1:], float(len(w))), w.sum(axis=0), dot(w, y), dot(w, w)
    if w.shape == y.shape == (len(w), 1):
        return tuple(np.hstack([np.ones_like(w), w, w * y, w * w]).T @ inside)
    weight = inside * w
    return inside.sum(axis=0), weight.sum(axis=0), dot(weight, y), dot(weight, w)


def take(stack: Stack, which: NDArray[np.intp]) -> Stack:
    """Return the data sets chosen by number."""
    n = len(stack.k)

    def chosen(field: Floats) -> Floats:
        return field[..., which] if field.shape[-1] == n else field

    y, v, inside, *rest = stack
    kept = None if inside is None else chosen(inside)
    return Stack(chosen(y), chosen(v), kept, *map(chosen, rest))
