"""What an explorer looks up: the words and places of every subset of studies, by every method."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from evidence.effects import read_effects, read_measure
from evidence.effects_columns import Floats
from evidence.explorer_axis import Axis, axis_of
from evidence.fits import TESTS, FitArrays, fit_choices
from evidence.forest_table import forest_table
from evidence.interval import Interval
from evidence.pooling import PooledEffect
from evidence.results import slug
from evidence.scales import scale_of
from evidence.sentences import ci_text, effect_text, estimate_text, heterogeneity_text, pi_text
from evidence.subsets import subset_masks
from evidence.synthesis import NotPooled
from evidence.tables import p_of
from evidence.tau2 import TAU2
from evidence.text import count_text, p_text

METHOD_NAMES = {
    "EE": "equal effects",
    "DL": "DerSimonian and Laird",
    "PM": "Paule and Mandel",
    "REML": "restricted maximum likelihood",
    "ML": "maximum likelihood",
    "HS": "Hunter and Schmidt",
    "SJ": "Sidik and Jonkman",
    "EB": "empirical Bayes",
}
TEST_NAMES = {
    "z": "normal distribution",
    "knha": "Knapp and Hartung",
    "adhoc": "Knapp and Hartung, never narrower than chance allows",
    "hybrid": "the wider of z and knha",
}
#: Why a measure has no NNT.
NO_NNT = {
    "share": "none: a share without a control group is no effect of a drug",
    "mean": "none: what was measured is a quantity and no event",
    "unknown": "none: no share with the event under control is known",
}
EVENTS = ("RD", "RR", "OR")
VALUES = ("estimate", "se", "statistic", "p", "tau2", "i2", "i2_q", "h2", "q", "q_p")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The shares with the event under control at which an NNT is given.

    Attributes
    ----------
    risks : tuple of (float, str)
        Percent, and name; rising.
    chosen : float
        The one first shown.
    better : {"higher", "lower"}
        Direction of benefit.
    event : str
        What those counted did, such as "respond on placebo".
    """

    risks: tuple[tuple[float, str], ...]
    chosen: float
    better: str
    event: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an explorer is made of; see :func:`evidence.explorer.explore`.

    Attributes
    ----------
    effects, shown : pandas.DataFrame
        What is pooled, and how the page shows each study; row by row the same studies.
    label : str
        Column of `effects` with their names.
    result : PooledEffect
        The page's own.
    own : list of int
        The rows that it pools.
    favours, baseline, title, note
        As given.
    """

    effects: pd.DataFrame
    shown: pd.DataFrame
    label: str
    result: PooledEffect
    own: list[int]
    favours: tuple[str, str] | None
    baseline: Baseline | None
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Each text once; what is looked up is its number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, texts: Iterable[str]) -> list[int]:
        """Return the numbers of texts, new ones at the end."""
        return [self.numbers.setdefault(text, len(self.numbers)) for text in texts]


def explorer_data(offer: Offer) -> dict[str, Any]:
    """Return all that the page looks up, fit for JSON.

    Subset number m (1 to 2^k - 1) has the studies of its binary digits, the first study the
    lowest, and stands at place m - 1 of each list. Places on the axis are in thousandths of its
    width. `yi` and `bounds` are unrounded and on the scale of `yi`: an NNT is made of them.
    """
    scale, texts = scale_of(offer.result.measure), Texts()
    sides = offer.shown[["yi", "ci_lb", "ci_ub"]].to_numpy(float)
    axis = axis_of(scale.back(sides).ravel(), scale)
    null = [] if scale.null is None else axis.place([scale.null])
    pooled = _lookup(offer, axis, texts)
    return {
        "title": offer.title,
        "note": offer.note,
        "measure": scale.short,
        "level": f"{offer.result.level:g}",
        "own": effect_text(offer.result),
        "sentence": _template(offer.result),
        "studies": _studies(offer, axis, sides),
        "counts": [count_text(k + 1, "study", "studies") for k in range(len(offer.effects))],
        "methods": {name: f"{name}: {METHOD_NAMES[name]}" for name in TAU2},
        "tests": {name: f"{name}: {TEST_NAMES[name]}" for name in TESTS},
        "chosen": {"method": offer.result.method, "test": offer.result.test},
        "axis": {"name": scale.name, "ticks": axis.ticks, "null": null, "favours": offer.favours},
        "nnt": _nnt(offer),
        **pooled,
        "texts": list(texts.numbers),
    }


def _template(result: PooledEffect) -> str:
    """Return `effect_text` with places for estimate, interval and studies."""
    name = scale_of(result.measure).short
    return f"{name} {{estimate}} ({result.level:g}% CI {{ci}}; {{studies}})"


def _studies(offer: Offer, axis: Axis, sides: Floats) -> list[dict[str, Any]]:
    """Return each study by itself, as the page's own figure and table have it."""
    apart = NotPooled("", offer.result.measure, offer.result.level)
    named = offer.shown.assign(_name=offer.effects[offer.label].to_numpy())
    effects = forest_table(named, apart, "", label="_name").frame
    back = scale_of(offer.result.measure).back(sides)
    return [
        {"id": name, "label": row.row, "text": row.effect, "on": i in offer.own}
        | {"at": axis.place(back[i]), "value": _numbers(sides[i])}
        for i, (name, row) in enumerate(
            zip(_ids(offer.effects, offer.label), effects.itertuples(), strict=True)
        )
    ]


def _ids(effects: pd.DataFrame, label: str) -> list[str]:
    """Return a name for each study that an address can hold, no two alike."""
    names = effects["study"] if "study" in effects else effects[label]
    found: list[str] = []
    for name in names:
        made = slug(str(name)).replace("_", "-") or "study"
        same = sum(each == made or each.startswith(f"{made}--") for each in found)
        found.append(f"{made}--{same + 1}" if same else made)
    return found


def _lookup(offer: Offer, axis: Axis, texts: Texts) -> dict[str, Any]:
    """Return the pooled results: what hangs on the method alone, and what on the interval too."""
    counted = offer.result.measure in EVENTS
    by_method, by_test = {}, {}
    for (method, test), results in _every_subset(offer.effects, offer.result.level).items():
        if method not in by_method:
            by_method[method] = _of_method(results, axis, texts, counted)
        by_test[f"{method} {test}"] = _of_test(results, axis, texts, counted)
    return {"byMethod": by_method, "byTest": by_test}


def _every_subset(effects: pd.DataFrame, level: float) -> dict[tuple[str, str], list[PooledEffect]]:
    """Return the pooled results of all subsets, by method and test.

    One subset after another, as `pool` does: of many at once (`evidence.subsets`) the last bit
    may differ, and where a number lies halfway between two printed ones, the last digit.
    """
    (yi, vi), measure = read_effects(effects), read_measure(effects)
    how = list(TAU2), list(TESTS)
    found: dict[tuple[str, str], list[PooledEffect]] = {pair: [] for pair in product(*how)}
    for mask in subset_masks(len(yi)):
        fits = fit_choices(yi[mask], vi[mask], methods=how[0], tests=how[1], level=level)
        for pair, fit in fits.items():
            found[pair].append(_result(fit, measure))
    return found


def _of_method(
    results: Sequence[PooledEffect], axis: Axis, texts: Texts, counted: bool
) -> dict[str, Any]:
    estimates = axis.scale.back(np.array([each.estimate for each in results]))
    found = {
        "estimate": texts.add(map(estimate_text, results)),
        "heterogeneity": texts.add(map(heterogeneity_text, results)),
        "middle": axis.place(estimates),
    }
    return found | ({"yi": _numbers(each.estimate for each in results)} if counted else {})


def _of_test(
    results: Sequence[PooledEffect], axis: Axis, texts: Texts, counted: bool
) -> dict[str, Any]:
    limits = np.array([[*each.ci, *(each.pi or (np.nan, np.nan))] for each in results])
    back = axis.scale.back(limits)
    found = {
        "ci": texts.add(map(ci_text, results)),
        "pi": texts.add(map(pi_text, results)),
        "p": texts.add(p_text(p_of(each)) for each in results),
        "reach": [axis.place(row) for row in back],
    }
    return found | ({"bounds": [_numbers(row[:2]) for row in limits]} if counted else {})


def _result(fit: FitArrays, measure: str) -> PooledEffect:
    """Return one fit as `pool` would, without the intervals of tau2 and I2."""
    values = {name: float(getattr(fit, name)) for name in VALUES}
    df, pi = float(fit.df), Interval(float(fit.pi_lb), float(fit.pi_ub))
    return PooledEffect(
        measure=measure,
        method=fit.method,
        test=fit.test,
        level=fit.level,
        k=int(fit.k),
        ci=Interval(float(fit.ci_lb), float(fit.ci_ub)),
        pi=None if isnan(pi.lb) else pi,
        df=None if np.isinf(df) else df,
        tau2_ci=None,
        i2_ci=None,
        **values,
    )


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _nnt(offer: Offer) -> dict[str, Any]:
    scale = scale_of(offer.result.measure)
    if offer.result.measure not in EVENTS:
        return {"none": NO_NNT["share" if scale.null is None else "mean"]}
    if offer.baseline is None:
        return {"none": NO_NNT["unknown"]}
    named = {
        "measure": offer.result.measure,
        "name": scale.short,
        "risks": [[percent, f"{name}: {percent:g}%"] for percent, name in offer.baseline.risks],
        "chosen": offer.baseline.chosen,
    }
    return named | {"better": offer.baseline.better, "event": offer.baseline.event}
