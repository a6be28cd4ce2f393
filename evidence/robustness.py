"""How far an answer moves over all defensible choices, and which choice moves it.

A table of specifications has a row for each combination of choices: a column a choice, `k`, and
`value, lb, ub` on the scale of the question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import nan

import numpy as np
import pandas as pd

from evidence.multiverse import Universe, fit_universes
from evidence.robustness_scale import on_common_scale

#: Percentiles between which the middle of the answers lies (Patel et al. 2015).
LOW, HIGH = 1, 99
#: From this share on nearly all analyses agree.
NEARLY_ALL = 0.95
#: Columns of a specification beside its choices.
SPEC_COLUMNS = ("method", "test", "k", "tau2", "value", "lb", "ub", "lb0", "ub0")
#: The stated rule, from firm to open.
HOLDS, DIRECTION, OPEN = "holds", "holds in direction only", "does not hold"


def specifications(
    sets: Mapping[str, Sequence[Universe]],
    kinds: Mapping[str, str],
    *,
    methods: Iterable[str],
    tests: Iterable[str],
    level: float = 95.0,
) -> dict[str, pd.DataFrame]:
    """Return every combination of choices of several questions, all fitted in one pass.

    Parameters
    ----------
    sets : mapping of str to sequence of Universe
        Universes by question; those of one question have the same names of choices.
    kinds : mapping of str to str
        Scale of each question, see :func:`evidence.robustness_scale.common`.
    methods, tests, level
        As for :func:`evidence.multiverse.fit_universes`.

    Returns
    -------
    dict of str to DataFrame
        By question: a column for each of its choices, `method, test, k, tau2` and `value, lb,
        ub`; `lb0, ub0` are the bounds on the scale of `yi`, for measures that cannot be brought
        to the scale of the question. All NaN where nothing was left to pool. A question none of
        whose universes has two studies has each once, with `method` and `test` empty: one study
        is itself whatever they are.
    """
    every = [universe for universes in sets.values() for universe in universes]
    fits = fit_universes(every, methods=methods, tests=tests, level=level)
    tables, start = {}, 0
    for name, universes in sets.items():
        end = start + len(universes)
        own = fits[fits["universe"].between(start, end - 1)]
        if own["k"].max() <= 1:
            own = own.drop_duplicates("universe").assign(method="", test="")
        named = pd.DataFrame([every[n].choices for n in own["universe"]], index=own.index)
        shown = on_common_scale(own, kinds[name]).rename(columns={"ci_lb": "lb0", "ci_ub": "ub0"})
        tables[name] = named.join(shown[list(SPEC_COLUMNS)]).reset_index(drop=True)
        start = end
    return tables


def idle(universes: Sequence[Universe]) -> list[str]:
    """Return the choices that change no data, however the others are made.

    Redundant analyses say nothing new and would only be counted several times [1]_.

    References
    ----------
    .. [1] Simonsohn U, Simmons JP, Nelson LD (2020). Specification curve analysis. Nature Human
       Behaviour 4(11):1208-1214. doi:10.1038/s41562-020-0912-z
    """
    names = list(universes[0].choices) if universes else []
    found, prints_of = [], {id(each): _print(each) for each in universes}
    for name in names:
        seen: dict[tuple[str, ...], set[bytes]] = {}
        for each in universes:
            others = tuple(level for key, level in each.choices.items() if key != name)
            seen.setdefault(others, set()).add(prints_of[id(each)])
        if all(len(prints) == 1 for prints in seen.values()):
            found.append(name)
    return found


def _print(universe: Universe) -> bytes:
    """Return what tells one set of effects from another."""
    columns = [c for c in ("yi", "vi", "ci_lb", "ci_ub") if c in universe.effects]
    numbers = universe.effects[columns].to_numpy(float).tobytes()
    measure = "".join(universe.effects.get("measure", pd.Series(dtype=str)).head(1))
    return bytes(numbers + measure.encode() + np.float64(universe.at).tobytes())


def without(universes: Sequence[Universe], names: Iterable[str]) -> list[Universe]:
    """Return the universes without the choices named: the first of those that are then alike."""
    dropped = set(names)
    kept: dict[tuple[str, ...], Universe] = {}
    for each in universes:
        choices = {name: level for name, level in each.choices.items() if name not in dropped}
        kept.setdefault(tuple(choices.values()), Universe(choices, each.effects, each.at))
    return list(kept.values())


def crossed(**levels: Iterable[str]) -> list[dict[str, str]]:
    """Return every combination of the levels of choices, the first levels first."""
    return [dict(zip(levels, each, strict=True)) for each in product(*levels.values())]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the answers lie apart, on the scale of the question.

    Attributes
    ----------
    analyses, empty : int
        Combinations with an answer, and those that left nothing to pool.
    unlike : int
        Of `analyses`, those whose measure cannot be brought to the scale.
    book : float
        The book's own answer; NaN where it has none.
    lowest, highest, median : float
    low, high : float
        1st and 99th percentile.
    towards, beyond, enough : float
        Share of analyses (0 to 1) whose estimate lies on the side in question, whose interval
        lies on that side as a whole, and whose estimate reaches the threshold.
    against : float
        Share whose interval lies on the other side as a whole.
    verdict : str
        By the rule of :func:`spread`.
    """

    analyses: int
    empty: int
    unlike: int
    book: float
    lowest: float
    highest: float
    median: float
    low: float
    high: float
    towards: float
    beyond: float
    enough: float
    against: float
    verdict: str

    @property
    def janus(self) -> bool:
        """Whether the 1st and the 99th percentile point in opposite directions."""
        return bool(self.low < 0 < self.high)


def spread(
    specs: pd.DataFrame, book: pd.Series | None, *, sign: int, null: float, threshold: float
) -> Spread:
    """Return how far the answers lie apart and how many agree.

    Parameters
    ----------
    specs : DataFrame
        From :func:`specifications`.
    book : Series or None
        The row of the book's own choices.
    sign : {1, -1}
        The side in question: 1 above `null`, -1 below.
    null : float
        No effect on the scale of the question; for a share without a control, the threshold.
    threshold : float
        How far from 0 an answer must be to count as large enough, above 0.

    Returns
    -------
    Spread
        The verdict is `HOLDS` where at least 95% of the analyses conclude as the book does (the
        interval lies above `null`, below it, or holds it); `DIRECTION` where fewer do, but at
        least 95% of the estimates lie on the side of the book's; `OPEN` else, or where the book's
        own choices leave no answer.

    References
    ----------
    .. [1] Patel CJ, Burford B, Ioannidis JPA (2015). Assessment of vibration of effects due to
       model specification can demonstrate the instability of observational associations.
       Journal of Clinical Epidemiology 68(9):1046-1058. doi:10.1016/j.jclinepi.2015.05.029
    """
    known = specs[specs["k"] > 0]
    values = known["value"].dropna().to_numpy(float)
    place = placed(known, null)
    quantiles = np.percentile(values, [0, 100, 50, LOW, HIGH]) if len(values) else [nan] * 5
    side = np.sign(values - null) if len(values) else np.array([])
    lowest, highest, median, low, high = (float(each) for each in quantiles)
    return Spread(
        analyses=len(known),
        empty=int((specs["k"] == 0).sum()),
        unlike=int(known["value"].isna().sum()),
        book=nan if book is None else float(book["value"]),
        lowest=lowest,
        highest=highest,
        median=median,
        low=low,
        high=high,
        towards=_share(side == sign),
        beyond=_share(place == sign),
        enough=_share(sign * values >= threshold),
        against=_share(place == -sign),
        verdict=_verdict(side, place, book, null),
    )


def placed(specs: pd.DataFrame, null: float) -> np.ndarray:
    """Return 1 where an interval lies above `null`, -1 below, 0 where it holds it.

    Where a measure cannot be brought to the scale of the question, its own bounds are read
    against 0, which is no effect on the scale of `yi`.
    """
    own = specs["value"].isna()
    lb = specs["lb"].where(~own, specs["lb0"] + null).to_numpy(float)
    ub = specs["ub"].where(~own, specs["ub0"] + null).to_numpy(float)
    return np.where(lb > null, 1, np.where(ub < null, -1, 0))


def _share(which: np.ndarray) -> float:
    return float(np.mean(which)) if len(which) else nan


def _verdict(side: np.ndarray, place: np.ndarray, book: pd.Series | None, null: float) -> str:
    if book is None or np.isnan(book["value"]) or not len(side):
        return OPEN
    if _share(place == placed(book.to_frame().T, null)[0]) >= NEARLY_ALL:
        return HOLDS
    same = _share(side == np.sign(book["value"] - null))
    return DIRECTION if same >= NEARLY_ALL else OPEN


def moves(specs: pd.DataFrame, choices: Iterable[str], null: float = 0.0) -> pd.DataFrame:
    """Return how much each choice moves the answer, the choice that moves it most first.

    Parameters
    ----------
    specs : DataFrame
        From :func:`specifications`.
    choices : iterable of str
        Columns; those with one level are left out.
    null : float
        As for :func:`spread`.

    Returns
    -------
    DataFrame
        `choice`; `low, low_median, high, high_median`: the levels with the lowest and the highest
        median answer; `range` between those; `variance`, the share of the variance of the answers
        that the means of the levels make (the first-order index of Saltelli et al. [1]_; NaN
        where all answers are one); `verdicts`, the widest gap between levels in the share of
        analyses whose interval excludes no effect.

    Notes
    -----
    Each combination counts once. A choice that acts only together with another has a small
    first-order index, and where some combinations are impossible the indices may sum to more than
    1: the range of medians can still be read.

    References
    ----------
    .. [1] Saltelli A, Annoni P, Azzini I, Campolongo F, Ratto M, Tarantola S (2010). Variance
       based sensitivity analysis of model output. Design and estimator for the total sensitivity
       index. Computer Physics Communications 181(2):259-270. doi:10.1016/j.cpc.2009.09.018
    """
    known = specs[specs["k"] > 0]
    rows = [_move(known, choice, null) for choice in choices if known[choice].nunique() > 1]
    columns = ["choice", "low", "low_median", "high", "high_median"]
    table = pd.DataFrame(rows, columns=[*columns, "range", "variance", "verdicts"])
    return table.sort_values(["range", "verdicts"], ascending=False, ignore_index=True)


def _move(specs: pd.DataFrame, choice: str, null: float) -> Mapping[str, object]:
    excludes = pd.Series(placed(specs, null) != 0, index=specs.index)
    shares = excludes.groupby(specs[choice], sort=False).mean()
    by_level = specs.dropna(subset=["value"]).groupby(choice, sort=False)["value"]
    middle, total = by_level.median(), float(specs["value"].var(ddof=0))
    about = (by_level.mean() - specs["value"].mean()) ** 2
    between = float((about * by_level.size()).sum() / by_level.size().sum())
    return {
        "choice": choice,
        "low": middle.idxmin(),
        "low_median": float(middle.min()),
        "high": middle.idxmax(),
        "high_median": float(middle.max()),
        "range": float(middle.max() - middle.min()),
        "variance": between / total if total > 1e-12 else nan,
        "verdicts": float(shares.max() - shares.min()),
    }
