"""Every combination of choices, fitted in one pass, to see how far the answer can move."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import nan

import numpy as np
import pandas as pd

from evidence.checks import check_level
from evidence.effects import escalc, read_effects, read_measure
from evidence.effects_columns import Bools, Floats
from evidence.fits import TESTS, fit_choices
from evidence.subsets import check_choices
from evidence.tau2 import TAU2

#: Numbers of one fit, on the scale of `yi`.
FIT_COLUMNS = ("estimate", "se", "p", "tau2", "i2", "ci_lb", "ci_ub", "pi_lb", "pi_ub")

#: A rule keeps some rows of a frame.
Rule = Callable[[pd.DataFrame], "pd.Series[bool]"]


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """One set of effects, and the choices that made it.

    Attributes
    ----------
    choices : dict of str to str
        Name of each choice and its level. All universes of one question have the same names.
    effects : DataFrame
        With `yi, vi` and, of one value, `measure`; may be empty. Where it has one row with
        `ci_lb, ci_ub`, that interval stands, and not one made from `vi`.
    at : float
        What brings the effects to the scale of the question, such as the control risk; see
        :func:`evidence.robustness_scale.common`.
    """

    choices: dict[str, str]
    effects: pd.DataFrame
    at: float = nan


def fit_universes(
    universes: Sequence[Universe],
    *,
    methods: Iterable[str] = ("REML",),
    tests: Iterable[str] = ("hybrid",),
    level: float = 95.0,
) -> pd.DataFrame:
    """Pool every universe by every method and test, all in one pass.

    Parameters
    ----------
    universes : sequence of Universe
    methods, tests : iterable of str
        As for :func:`evidence.pooling.pool`; every pair is fitted.
    level : float
        Percent.

    Returns
    -------
    DataFrame
        A row a universe, method and test: `universe` (its number), `method, test, measure, at,
        k` and `FIT_COLUMNS`, on the scale of `yi`. A universe without an effect has `k` 0 and
        NaN elsewhere: that nothing is left is a result.

    Raises
    ------
    ValueError
        Unknown names, or effects that :func:`evidence.pooling.pool` would refuse.
    """
    methods, tests = check_choices("methods", methods, TAU2), check_choices("tests", tests, TESTS)
    check_level(level)
    filled = [number for number, each in enumerate(universes) if len(each.effects)]
    frames = []
    if filled:
        effects = [universes[number].effects for number in filled]
        fits = fit_choices(*_stacked(effects), methods=methods, tests=tests, level=level)
        named = {
            "measure": [read_measure(each) for each in effects],
            "at": [universes[number].at for number in filled],
        }
        own = _own_intervals(effects)
        for (method, test), fit in fits.items():
            numbers = {"k": fit.k.astype(int)} | {n: getattr(fit, n) for n in FIT_COLUMNS}
            about = {"universe": filled, "method": method, "test": test}
            frames.append(_with_own(pd.DataFrame(about | named | numbers), own))
    empty = _empty([n for n in range(len(universes)) if n not in set(filled)], methods, tests)
    whole = pd.concat([*frames, *([empty] if len(empty) or not frames else [])])
    return whole.sort_values("universe", kind="stable", ignore_index=True)


def _stacked(effects: Sequence[pd.DataFrame]) -> tuple[Floats, Floats, Bools]:
    """Return yi, vi and a mask, (universes, most studies)."""
    shape = len(effects), max(len(each) for each in effects)
    yi, vi = np.full(shape, nan), np.full(shape, nan)
    mask = np.zeros(shape, bool)
    for row, each in enumerate(effects):
        k = len(each)
        yi[row, :k], vi[row, :k] = read_effects(each)
        mask[row, :k] = True
    return yi, vi, mask


def _own_intervals(effects: Sequence[pd.DataFrame]) -> Floats:
    """Return the bounds that an only row brings, NaN for the others, (universes, 2)."""
    bounds = np.full((len(effects), 2), nan)
    for row, each in enumerate(effects):
        if len(each) == 1 and {"ci_lb", "ci_ub"} <= set(each):
            bounds[row] = each["ci_lb"].iloc[0], each["ci_ub"].iloc[0]
    return bounds


def _with_own(fits: pd.DataFrame, bounds: Floats) -> pd.DataFrame:
    """Return the fits with the interval of a universe of one row where it brings its own."""
    own = np.isfinite(bounds[:, 0])
    for column, values in zip(("ci_lb", "ci_ub"), bounds.T, strict=True):
        fits[column] = np.where(own, values, fits[column])
    # Made for another interval.
    for column in ("se", "p"):
        fits[column] = np.where(own, nan, fits[column])
    return fits


def _empty(numbers: list[int], methods: Sequence[str], tests: Sequence[str]) -> pd.DataFrame:
    rows = [
        {"universe": number, "method": method, "test": test, "measure": "", "k": 0}
        for number, method, test in product(numbers, methods, tests)
    ]
    return pd.DataFrame(
        rows, columns=["universe", "method", "test", "measure", "at", "k", *FIT_COLUMNS]
    ).astype(dict.fromkeys(["at", *FIT_COLUMNS], float))


def multiverse(
    frame: pd.DataFrame,
    *,
    rules: Mapping[str, Rule | None],
    measures: Sequence[str],
    methods: Iterable[str] = ("REML",),
    tests: Iterable[str] = ("hybrid",),
    level: float = 95.0,
) -> pd.DataFrame:
    """Pool under every combination of inclusion rule, measure, method and test.

    Parameters
    ----------
    frame : DataFrame
        One row a study, with the columns the measures need.
    rules : mapping of str to callable or None
        Name of an inclusion rule and what tells which rows it keeps, as in
        ``{"all": None, "randomised": lambda rows: rows["design"] == "randomised"}``.
    measures : sequence of str
        As for `escalc`.
    methods, tests, level
        As for :func:`fit_universes`.

    Returns
    -------
    DataFrame
        A row a combination: `rule, measure, method, test, k` and `FIT_COLUMNS`, on the scale of
        `yi` (which differs between measures). A rule that keeps no study has `k` 0 and NaN
        elsewhere.

    Raises
    ------
    ValueError
        Unknown names, or rows that `escalc` or `pool` refuse.
    """
    if not rules or not measures:
        raise ValueError("rules and measures must each name one or more; got none")
    universes = []
    for rule, measure in product(rules, measures):
        keep = rules[rule]
        kept = frame if keep is None else frame[keep(frame)]
        choices = {"rule": rule, "measure": measure}
        universes.append(Universe(choices, escalc(kept, measure)))
    fits = fit_universes(universes, methods=methods, tests=tests, level=level)
    named = pd.DataFrame([universes[n].choices for n in fits["universe"]])
    return named.join(fits[["method", "test", "k", *FIT_COLUMNS]])
