"""Pool, or say why not: the answer of a chapter for any choice of its parameters."""

from dataclasses import dataclass

import pandas as pd

from evidence.pooling import PooledEffect, pool


@dataclass(frozen=True, slots=True)
class NotPooled:
    """The result "cannot be pooled", with its reason in words."""

    reason: str
    measure: str
    level: float
    k: int = 0


def synthesise(
    effects: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
    measure: str = "GEN",
) -> PooledEffect | NotPooled:
    """Pool the effects, or return why they cannot be pooled.

    Parameters
    ----------
    effects : pandas.DataFrame
        From :func:`evidence.effects.escalc`; may be empty.
    method, test, level
        As for :func:`evidence.pooling.pool`; they are checked even where nothing is pooled.
    measure : str
        What to call the measure where `effects` is empty.

    Returns
    -------
    PooledEffect or NotPooled
    """
    if len(effects):
        return pool(effects, method=method, test=test, level=level)
    pool(pd.DataFrame({"yi": [0.0], "vi": [1.0]}), method=method, test=test, level=level)
    return NotPooled("no study fits this choice", measure, level)
