"""Every subset of studies, by every method: how far the pooled effect can move."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from evidence.checks import check_choice, check_level
from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Bools
from evidence.fits import TESTS, FitArrays, fit_choices
from evidence.tau2 import TAU2

#: Up to here all 2^k - 1 subsets are made; above, a sample.
ALL_UP_TO = 16
SAMPLE = 2**16 - 1

#: Columns of a subset's fit.
SUBSET_COLUMNS = ("k", "estimate", "ci_lb", "ci_ub", "pi_lb", "pi_ub", "tau2", "i2", "q")

TABLE_COLUMNS = pd.Index(["subset", "method", "test", *SUBSET_COLUMNS])


def subset_masks(k: int, *, sample: int = SAMPLE, seed: int = 0) -> Bools:
    """Return which studies each subset has.

    Parameters
    ----------
    k : int
        Studies, 1 or more.
    sample : int
        Subsets to draw where k is above `ALL_UP_TO`: distinct, each of all 2^k - 1 as likely.
    seed : int
        Of that draw.

    Returns
    -------
    ndarray of bool, shape (subsets, k)
        Up to `ALL_UP_TO` studies all subsets but the empty one: row i holds the binary digits of
        i + 1, the first study the lowest. Above, a sample in a fixed order.
    """
    if k < 1 or sample < 1:
        raise ValueError(f"k and sample must be 1 or more; got {k} and {sample}")
    if k <= ALL_UP_TO:
        bits = np.uint16(1) << np.arange(k, dtype=np.uint16)
        # Studies as rows of memory, as the stack of data sets wants them.
        digits: Bools = (np.arange(1, 2**k, dtype=np.uint16) & bits[:, None]).astype(bool)
        return digits.T
    rng = np.random.default_rng(seed)
    masks = np.empty((0, k), bool)
    while len(masks) < sample:
        drawn = rng.random((2 * (sample - len(masks)) + 8, k)) < 0.5
        masks = np.unique(np.vstack([masks, drawn[drawn.any(axis=1)]]), axis=0)
    kept = rng.choice(len(masks), size=sample, replace=False)
    chosen: Bools = masks[np.sort(kept)]
    return chosen


def subsets(
    effects: pd.DataFrame,
    *,
    methods: Iterable[str] = ("REML",),
    tests: Iterable[str] = ("hybrid",),
    level: float = 95.0,
    sample: int = SAMPLE,
    seed: int = 0,
) -> pd.DataFrame:
    """Pool every subset of the studies, by every method and test.

    Parameters
    ----------
    effects : DataFrame
        As `escalc` makes them.
    methods, tests : iterable of str
        As for `evidence.pooling.pool`; every pair is fitted.
    level : float
        Percent.
    sample, seed : int
        For more than 16 studies; see `subset_masks`.

    Returns
    -------
    DataFrame
        A row for each subset, method and test: `subset` (number of the row of `subset_masks`),
        `method`, `test` (categories) and `SUBSET_COLUMNS`, on the scale of `yi`. Subsets of one
        study are among them (their `k` is 1).

    Notes
    -----
    The cloud of ``metafor::gosh``, whose subsets are the same.

    References
    ----------
    .. [1] Olkin I, Dahabreh IJ, Trikalinos TA (2012). GOSH - a graphical display of study
       heterogeneity. Research Synthesis Methods 3(3):214-223. doi:10.1002/jrsm.1053
    """
    yi, vi = read_effects(effects)
    read_measure(effects)
    methods, tests = check_choices("methods", methods, TAU2), check_choices("tests", tests, TESTS)
    check_level(level)
    masks = subset_masks(len(yi), sample=sample, seed=seed)
    fits = fit_choices(yi, vi, masks, methods=methods, tests=tests, level=level)
    return _table(fits, methods, tests)


def _table(
    fits: Mapping[tuple[str, str], FitArrays], methods: Sequence[str], tests: Sequence[str]
) -> pd.DataFrame:
    """Return the fits one below the other, as `subsets` describes."""
    n = len(next(iter(fits.values())).k)
    codes = [(methods.index(method), tests.index(test)) for method, test in fits]
    by_method, by_test = np.repeat(np.array(codes, np.int8).T, n, axis=1)
    columns: list[Any] = [
        np.tile(np.arange(n), len(fits)),
        pd.Categorical.from_codes(by_method, dtype=_categories(*methods), validate=False),
        pd.Categorical.from_codes(by_test, dtype=_categories(*tests), validate=False),
        np.concatenate([fit.k for fit in fits.values()]).astype(int),
    ]
    for name in SUBSET_COLUMNS[1:]:
        values = [getattr(fit, name) for fit in fits.values()]
        columns.append(np.concatenate(values) if len(values) > 1 else values[0])
    # Labelled afterwards: pandas is slow to read names off a mapping.
    table = pd.DataFrame(dict(enumerate(columns)), copy=False)
    table.columns = TABLE_COLUMNS
    return table


@cache
def _categories(*values: str) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(values)


def check_choices(name: str, values: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Return the distinct values of a list argument, each checked.

    Raises
    ------
    ValueError
        A bare text instead of a list, no value, or one that is not allowed.
    """
    if isinstance(values, str):
        raise ValueError(f"{name} must be a list, such as [{values!r}]; got {values!r}")
    chosen = list(dict.fromkeys(values))
    if not chosen:
        raise ValueError(f"{name} must name one or more of {', '.join(allowed)}; got none")
    for value in chosen:
        check_choice(name, value, allowed)
    return chosen
