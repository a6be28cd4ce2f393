"""Each headline with every answer that other choices give, and what hangs on few patients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from evidence.fits import TESTS
from evidence.fragility import Fragility, pooled_fragility, share_fragility, trial_fragility
from evidence.robustness import Spread, idle, moves, specifications, spread, without
from evidence.robustness_scale import control_risk, on_common_scale
from evidence.subsets import SAMPLE, subset_masks, subsets
from evidence.tau2 import TAU2
from evidence.themes.headline import Headline

#: How the book pools where nothing else is said.
METHOD, TEST = "REML", "hybrid"
#: Smallest benefit that would matter, by kind of question: see the chapter's parameters.
Thresholds = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """All answers to one question.

    Attributes
    ----------
    headline : Headline
    specs : DataFrame
        As :func:`evidence.robustness.specifications`, of the methods and tests asked for.
    book : Series
        The combination that the book uses, whatever was asked for.
    choices : tuple of str
        Columns of `specs` that say what was chosen and that change something.
    idle : tuple of str
        Choices that were made and change no data.
    spread : Spread
    moves : DataFrame
        As :func:`evidence.robustness.moves`.
    null, threshold : float
        On the scale of the question.
    level : float
        Percent.
    """

    headline: Headline
    specs: pd.DataFrame
    book: pd.Series
    choices: tuple[str, ...]
    idle: tuple[str, ...]
    spread: Spread
    moves: pd.DataFrame
    null: float
    threshold: float
    level: float


def answers(
    headlines: Mapping[str, Headline],
    thresholds: Thresholds,
    *,
    methods: str = "all",
    tests: str = "all",
    level: float = 95.0,
) -> dict[str, Answer]:
    """Return every answer to each headline, all fitted in one pass.

    Parameters
    ----------
    headlines : mapping of str to Headline
    thresholds : mapping of str to float
        By kind of question, above 0, on its scale. For a share without a control it stands in
        for no effect.
    methods, tests : str
        ``"all"``, or one as for :func:`evidence.pooling.pool`.
    level : float
        Percent.
    """
    chosen_methods = list(TAU2) if methods == "all" else [methods]
    chosen_tests = list(TESTS) if tests == "all" else [tests]
    left_out = {key: idle(each.universes) for key, each in headlines.items()}
    tables = specifications(
        {key: without(each.universes, left_out[key]) for key, each in headlines.items()},
        {key: each.kind for key, each in headlines.items()},
        methods=dict.fromkeys([*chosen_methods, METHOD]),
        tests=dict.fromkeys([*chosen_tests, TEST]),
        level=level,
    )
    found = {}
    for key, each in headlines.items():
        specs = tables[key]
        own = specs[specs["method"].isin([METHOD, ""]) & specs["test"].isin([TEST, ""])]
        kept = specs["method"].isin([*chosen_methods, ""])
        kept &= specs["test"].isin([*chosen_tests, ""])
        threshold = thresholds[each.kind]
        found[key] = _answer(each, specs[kept], own.iloc[0], left_out[key], threshold, level)
    return found


def _answer(
    headline: Headline,
    specs: pd.DataFrame,
    book: pd.Series,
    left_out: Iterable[str],
    threshold: float,
    level: float,
) -> Answer:
    null = threshold if headline.kind == "share" else 0.0
    names = [name for name in headline.universes[0].choices if name not in left_out]
    names += ["method", "test"]
    known = specs[specs["k"] > 0]
    # A level that leaves nothing to pool is a choice, too; it is counted, not drawn.
    changing = tuple(name for name in names if known[name].nunique() > 1)
    return Answer(
        headline=headline,
        specs=specs.reset_index(drop=True),
        book=book,
        choices=changing,
        idle=tuple(left_out),
        spread=spread(specs, book, sign=headline.sign, null=null, threshold=threshold),
        moves=moves(specs, changing, null),
        null=null,
        threshold=threshold,
        level=level,
    )


def fragility_of(answer: Answer) -> Fragility | None:
    """Return how few patients decide the book's answer; None where it is no count of patients.

    One trial by Fisher's exact test; one group by the exact interval of its share; several by the
    book's interval of what was pooled.
    """
    headline, level = answer.headline, answer.level
    rows = headline.rows
    if headline.kind not in ("points", "share") or rows.empty:
        return None
    if headline.kind == "points" and len(rows) == 1:
        counts = rows[["event_e", "n_e", "event_c", "n_c"]].iloc[0].astype(int)
        return trial_fragility(*(int(each) for each in counts), level=level)
    if headline.kind == "points":
        return pooled_fragility(rows, headline.measure, level=level)
    share = answer.null / 100
    if len(rows) == 1:
        event, n = (int(rows[name].iloc[0]) for name in ("event", "n"))
        return share_fragility(event, n, share, level=level)
    return pooled_fragility(rows, headline.measure, null=float(logit(share)), level=level)


def all_subsets(answer: Answer, *, sample: int = SAMPLE, seed: int = 0) -> pd.DataFrame:
    """Return every subset of the studies of the book's answer, by its method and test.

    Parameters
    ----------
    answer : Answer
    sample, seed : int
        For more than 16 studies; see :func:`evidence.subsets.subset_masks`.

    Returns
    -------
    DataFrame
        `subset, k, value, lb, ub, i2` on the scale of the question, and `studies`, their names;
        a ratio holds at the control risk of all studies. Empty where there is one study or none.
    """
    rows, first = answer.headline.rows, answer.headline.universes[0]
    columns = ["subset", "k", "value", "lb", "ub", "i2", "studies"]
    if len(rows) < 2:
        return pd.DataFrame(columns=columns)
    fits = subsets(
        first.effects, methods=[METHOD], tests=[TEST], level=answer.level, sample=sample, seed=seed
    )
    risk = control_risk(rows) if answer.headline.kind == "points" else np.nan
    fits = fits.assign(measure=answer.headline.measure, at=risk)
    fits = on_common_scale(fits, answer.headline.kind)
    masks = subset_masks(len(rows), sample=sample, seed=seed)
    labels = rows["label"].to_numpy(str)
    named = [", ".join(labels[mask]) for mask in masks]
    return fits.assign(studies=[named[number] for number in fits["subset"]])[columns]
