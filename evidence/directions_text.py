"""Effect directions in tables and words."""

import pandas as pd

from evidence.directions import CONDITIONS, DIRECTIONS, SignTest, sign_test
from evidence.tables import Table
from evidence.text import EMPTY, count_text, interval_text, p_text, percent_text

#: Tissues as a reader names them.
TISSUE_NAMES = {
    "plasma": "plasma",
    "serum": "serum",
    "platelets": "platelets",
    "csf": "spinal fluid",
    "saliva": "saliva",
    "urine": "urine",
    "brain": "brain (MRS)",
}
GROUP = ["condition", "tissue", "when"]


def sign_text(result: SignTest) -> str:
    """Return a sign test in words, such as "6 of 6 studies higher (100 %, 95 % CI 54 to 100 %)"."""
    if not result.k:
        return "no study fits this choice"
    if result.ci is None:
        return f"none of {count_text(result.k, 'study', 'studies')} gives a direction"
    stated = result.higher + result.lower
    studies = count_text(stated, "study with a direction", "studies with a direction")
    interval = f"{result.level:g} % CI {interval_text(result.ci, 0, percent=True)}"
    shares = f"{percent_text(result.share)}, {interval}; {p_text(result.p)}"
    return f"{result.higher} of {studies} higher ({shares})"


def tally_text(studies: pd.DataFrame, **having: str) -> str:
    """Return the count of studies in each direction among the rows with the values given.

    Parameters
    ----------
    studies : pandas.DataFrame
        From :func:`evidence.directions.by_study`; may be empty.
    **having : str
        Column and value, such as ``tissue="plasma"``.

    Returns
    -------
    str
        Such as "3 higher, 1 mixed and 4 no difference, of 8 studies".
    """
    for column, value in having.items():
        studies = studies[studies[column] == value]
    if studies.empty:
        return "no study fits this choice"
    counts = studies["direction"].value_counts()
    said = [f"{counts[name]} {name}" for name in DIRECTIONS if name in counts]
    if len(studies) == 1:
        return f"{said[0].split(' ', 1)[1]} in the one study"
    if len(said) == 1:
        return f"{said[0].split(' ', 1)[1]} in all {len(studies)} studies"
    return f"{', '.join(said[:-1])} and {said[-1]}, of {len(studies)} studies"


def sign_table(studies: pd.DataFrame, caption: str, *, level: float = 95.0) -> Table:
    """Return the directions by condition, tissue and time of sampling, with their sign test.

    Parameters
    ----------
    studies : pandas.DataFrame
        From :func:`evidence.directions.by_study`; may be empty.
    caption : str
        Caption of the table.
    level : float
        Percent.

    Returns
    -------
    Table
        The last column is the share of studies that point up if those without a direction
        pointed down, and if they pointed up.
    """
    groups = studies.groupby(GROUP, sort=False) if len(studies) else []
    lines = [_line(key, sign_test(group, level=level), group) for key, group in groups]
    return Table(pd.DataFrame(lines), caption)


def _line(key: tuple[str, str, str], result: SignTest, group: pd.DataFrame) -> dict[str, object]:
    condition, tissue, when = key
    counts = group["direction"].value_counts()
    ci = interval_text(result.ci, 0, percent=True)
    tested = "" if result.ci is None else f" ({ci}; {p_text(result.p)})"
    return {
        "condition and tissue": f"{condition}, {TISSUE_NAMES[tissue]}",
        "when": when,
        "studies": result.k,
        **{name: int(counts.get(name, 0)) for name in DIRECTIONS},
        f"share higher ({result.level:g} % CI; sign test)": percent_text(result.share) + tested,
        "share if the unclear were known": interval_text(result.limits, 0, percent=True),
    }


def robust_table(choices: dict[str, pd.DataFrame], caption: str) -> Table:
    """Return the directions by condition and tissue under several choices of studies.

    Parameters
    ----------
    choices : dict of str to pandas.DataFrame
        Studies from :func:`evidence.directions.by_study` by the name of the choice.
    caption : str
        Caption of the table.

    Returns
    -------
    Table
        Cells such as "6 / 1 / 0": higher, lower, and without a clear direction.
    """
    pairs = [(c, t) for c in CONDITIONS for t in TISSUE_NAMES]
    lines = []
    for condition, tissue in pairs:
        cells = {name: _cell(rows, condition, tissue) for name, rows in choices.items()}
        if set(cells.values()) != {EMPTY}:
            lines.append({"condition and tissue": f"{condition}, {TISSUE_NAMES[tissue]}"} | cells)
    return Table(pd.DataFrame(lines), caption)


def _cell(rows: pd.DataFrame, condition: str, tissue: str) -> str:
    rows = rows[(rows["condition"] == condition) & (rows["tissue"] == tissue)]
    if rows.empty:
        return EMPTY
    result = sign_test(rows)
    return f"{result.higher} / {result.lower} / {result.unclear}"
