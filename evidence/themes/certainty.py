"""The book's own judgement of how sure a result is, after GRADE."""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.tables import Table

LEVELS = ("high", "moderate", "low", "very low")
#: Steps down that a judgement costs (GRADE handbook, section 5).
STEPS = {"no concern": 0, "serious": 1, "very serious": 2}
DOMAINS = ("risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias")


def certainty_of(result: str) -> str:
    """Return the certainty of a headline result: its start less the steps down, at least very low.

    Raises
    ------
    ValueError
        If `certainty.csv` has no such result.
    """
    rows = load("certainty")
    check_choice("result", result, sorted(rows["result"].unique()))
    rows = rows[rows["result"] == result]
    steps = LEVELS.index(str(rows["start"].iloc[0])) + int(rows["judgement"].map(STEPS).sum())
    return LEVELS[min(steps, len(LEVELS) - 1)]


def certainty_table(names: dict[str, str], caption: str) -> Table:
    """Return one row a result: its certainty, and the judgement in each domain.

    Parameters
    ----------
    names : dict of str to str
        Key of each result in `certainty.csv`, and its name for a reader.
    caption : str
        Caption of the table.
    """
    rows = load("certainty")
    lines = []
    for result, name in names.items():
        judged = rows[rows["result"] == result].set_index("domain")["judgement"]
        line = {"result": name, "certainty": certainty_of(result)}
        lines.append(line | {domain: judged.get(domain, "") for domain in DOMAINS})
    return Table(pd.DataFrame(lines), caption)


def reasons_table(names: dict[str, str], caption: str) -> Table:
    """Return the reason of each judgement that lowers the certainty, a row a judgement."""
    rows = load("certainty")
    rows = rows[rows["result"].isin(list(names)) & (rows["judgement"] != "no concern")]
    shown = rows.assign(result=rows["result"].map(names))
    return Table(shown[["result", "domain", "judgement", "reason"]], caption)
