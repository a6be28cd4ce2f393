"""How near the book's numbers come to those of R, family by family."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from evidence import agreement_cases as made
from evidence.agreement_cases import Pair
from evidence.effects_columns import Floats

METAFOR, BASE_R = "metafor", "formulas in base R"
CLOSED, ITERATED, MAXIMUM, LME4 = 1e-10, 1e-7, 1e-6, 1e-3


@dataclass(frozen=True, slots=True)
class Family:
    """Results of one kind.

    Attributes
    ----------
    name : str
        For a reader.
    against : str
        What they are compared with.
    allowed : float
        Largest relative difference that counts as agreement.
    pairs : callable
        Makes our values beside the pinned ones.
    """

    name: str
    against: str
    allowed: float
    pairs: Callable[[], Iterator[Pair]]


def _pooling(method: str, allowed: float) -> Family:
    return Family(f"pooling, {method}", METAFOR, allowed, partial(made.pool_pairs, method))


FAMILIES = (
    Family("effects and variances", METAFOR, CLOSED, made.effect_pairs),
    *(_pooling(method, CLOSED) for method in ("EE", "DL", "HS", "SJ")),
    *(_pooling(method, ITERATED) for method in ("REML", "ML", "PM", "EB")),
    Family("Q-profile interval", METAFOR, ITERATED, made.q_profile_pairs),
    Family("Mantel-Haenszel and Peto", METAFOR, CLOSED, made.table_pairs),
    Family("meta-regression", METAFOR, ITERATED, made.moderator_pairs),
    Family("leave-one-out, cumulative", METAFOR, ITERATED, made.sensitivity_pairs),
    Family("influence", METAFOR, ITERATED, made.influence_pairs),
    Family("Egger's test", METAFOR, ITERATED, made.egger_pairs),
    Family(
        "GLMM", "high-precision maximum", MAXIMUM, partial(made.glmm_pairs, made.HIGH_PRECISION)
    ),
    Family("GLMM", "metafor with lme4", LME4, partial(made.glmm_pairs, made.OF_METAFOR)),
    Family("Bayes", "independent quadrature", ITERATED, made.bayes_pairs),
    Family("interval of one proportion", BASE_R, CLOSED, made.proportion_pairs),
    Family("interval of a risk difference, NNT", BASE_R, CLOSED, made.difference_pairs),
)


def relative_difference(pair: Pair) -> Floats:
    """Return the differences of a pair, relative to the pinned value or the floor.

    Where R has no value there is nothing to compare. Where it has one and we have none, or one
    side alone is infinite, the difference is infinite.
    """
    ours, pinned, floor = np.broadcast_arrays(pair.ours, pair.pinned, pair.floor)
    known = ~np.isnan(pinned)
    ours, pinned, floor = ours[known], pinned[known], floor[known]
    same = ours == pinned
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(ours - pinned) / np.maximum(np.abs(pinned), floor)
    found = np.where(np.isfinite(ours) & np.isfinite(pinned), found, np.inf)
    shown: Floats = np.where(same, 0.0, found)
    return shown


def agreement(families: tuple[Family, ...] = FAMILIES) -> pd.DataFrame:
    """Compute every pinned result anew and compare.

    Parameters
    ----------
    families : tuple of Family, optional

    Returns
    -------
    DataFrame
        A row a family: `family`, `against`, `values` compared, those of ours that `r_lacks`, the
        `largest` relative difference, the one `allowed`, and whether the family `agrees`.

    Notes
    -----
    Differences are relative to the pinned value. For an estimate or a bound, which may lie next to
    zero, they are relative to its standard error where that is larger; for tau2, to a thousandth
    of the variance of the effects; for I2, to 100 percent. tests/reference/README.md says what is
    not compared, and where R differs.
    """
    return pd.DataFrame([_row(family) for family in families])


def _row(family: Family) -> dict[str, object]:
    pairs = list(family.pairs())
    found = np.concatenate([relative_difference(pair) for pair in pairs])
    lacks = sum(int((np.isnan(p.pinned) & ~np.isnan(p.ours)).sum()) for p in pairs)
    largest = float(found.max())
    return {
        "family": family.name,
        "against": family.against,
        "values": len(found),
        "r_lacks": lacks,
        "largest": largest,
        "allowed": family.allowed,
        "agrees": largest <= family.allowed,
    }
