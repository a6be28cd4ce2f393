"""The numbers of a forest plot as a table: each row's effect, then what was pooled of them."""

import pandas as pd

from evidence.scales import scale_of
from evidence.sentences import Result, ci_text, estimate_text, pi_text, row_text
from evidence.synthesis import NotPooled
from evidence.tables import Link, Table

PREDICTION = "true effect in a new study (prediction interval)"


def forest_table(
    rows: pd.DataFrame, pooled: Result, caption: str, *, label: str = "label"
) -> Table:
    """Return what a forest plot draws, on the scale that a reader sees.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `label`, and `yi, ci_lb, ci_ub` on the scale of `yi`; may be empty.
    pooled : PooledEffect or NotPooled
        Its measure is that of the rows. Two more lines, effect and prediction interval, unless
        nothing was pooled.
    caption : str
        Caption of the table.
    label : str
        Column with the name of each row.

    Returns
    -------
    Table
        Two columns of text: the name, and estimate with interval.
    """
    scale = scale_of(pooled.measure)
    lines = [
        {"row": _one_line(name), "effect": row_text(values, pooled.measure)}
        for name, *values in rows[[label, "yi", "ci_lb", "ci_ub"]].itertuples(index=False)
    ]
    if lines and not isinstance(pooled, NotPooled):
        effect = f"{estimate_text(pooled)} ({ci_text(pooled)})"
        lines += [{"row": "pooled", "effect": effect}]
        lines += [{"row": PREDICTION, "effect": pi_text(pooled)}]
    names = {"row": "study", "effect": f"{scale.short} ({pooled.level:g}% CI)"}
    return Table(pd.DataFrame(lines), caption, names)


def _one_line(name: object) -> object:
    return name if isinstance(name, Link) else str(name).replace("\n", " ")
