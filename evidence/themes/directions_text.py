"""Effect directions in tables and words."""

import pandas as pd

from evidence.data import load
from evidence.interval import Interval
from evidence.tables import Table
from evidence.text import EMPTY, count_text, interval_text, number_text, p_text, percent_text
from evidence.themes.directions import CONDITIONS, DIRECTIONS, SignTest, sign_test

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
#: Fewest studies with a direction for which a share and its test are shown.
LEAST_TO_TEST = 3
GROUP = ["condition", "tissue", "when"]


def sign_text(result: SignTest) -> str:
    """Return a sign test in words, such as "6 of 6 studies higher (100%, 95% CI 54 to 100%)"."""
    if not result.k:
        return "no study fits this choice"
    if result.ci is None:
        return f"none of {count_text(result.k, 'study', 'studies')} gives a direction"
    stated = result.higher + result.lower
    studies = count_text(stated, "study with a direction", "studies with a direction")
    interval = f"{result.level:g}% CI {interval_text(result.ci, 0, percent=True)}"
    shares = f"{percent_text(result.share)}, {interval}; {p_text(result.p)}"
    return f"{result.higher} of {studies} higher ({shares})"


def tally_text(studies: pd.DataFrame, **having: str) -> str:
    """Return the count of studies in each direction among the rows with the values given.

    Parameters
    ----------
    studies : pandas.DataFrame
        From :func:`evidence.themes.directions.by_study`; may be empty.
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
        From :func:`evidence.themes.directions.by_study`; may be empty.
    caption : str
        Caption of the table.
    level : float
        Percent.

    Returns
    -------
    Table
        The test is shown from three studies with a direction on. The last column is the share of
        studies that point up if those without a direction pointed down, and if they pointed up.
    """
    groups = studies.groupby(GROUP, sort=False) if len(studies) else []
    lines = [_line(key, sign_test(group, level=level), group) for key, group in groups]
    return Table(pd.DataFrame(lines), caption)


def _line(key: tuple[str, str, str], result: SignTest, group: pd.DataFrame) -> dict[str, object]:
    condition, tissue, when = key
    attack = f", {when}" if when == "in attack" else ""
    counts = group["direction"].value_counts()
    return {
        "condition and tissue": f"{condition}, {TISSUE_NAMES[tissue]}{attack}",
        "studies": result.k,
        **{name: int(counts.get(name, 0)) for name in DIRECTIONS},
        f"share higher ({result.level:g}% CI; sign test)": _tested(result),
        "share if the unclear were known": (
            interval_text(result.limits, 0, percent=True) if result.unclear else EMPTY
        ),
    }


def _tested(result: SignTest) -> str:
    if result.higher + result.lower < LEAST_TO_TEST:
        return "too few to test"
    ci = interval_text(result.ci, 0, percent=True)
    return f"{percent_text(result.share)} ({ci}; {p_text(result.p)})"


def robust_table(choices: dict[str, pd.DataFrame], caption: str) -> Table:
    """Return the directions by condition and tissue under several choices of studies.

    Parameters
    ----------
    choices : dict of str to pandas.DataFrame
        Studies from :func:`evidence.themes.directions.by_study` by the name of the choice.
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


def measured_table(rows: pd.DataFrame, caption: str) -> Table:
    """Return the measurements of :func:`evidence.themes.tissues.measured`, each group in a cell.

    Parameters
    ----------
    rows : pandas.DataFrame
        May be empty.
    caption : str
        Caption of the table.
    """
    lines = [
        {
            "study and site": row.row.replace("\n", " "),
            "measure": f"{row.analyte}, {row.unit}",
            "cases": f"{number_text(row.mean_e, 2)} ({number_text(row.sd_e, 2)}); {row.n_e:.0f}",
            "controls": f"{number_text(row.mean_c, 2)} ({number_text(row.sd_c, 2)}); {row.n_c:.0f}",
            "converted from": row.converted or EMPTY,
        }
        for row in rows.itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def span_text(values: pd.Series, digits: int, unit: str) -> str:
    """Return the smallest and largest value in words, such as "9.4 to 40.7 micromol/L"."""
    if values.empty:
        return "no study fits this choice"
    low, high = (number_text(float(bound), digits) for bound in (values.min(), values.max()))
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def syntheses_table(theme: str, caption: str) -> Table:
    """Return the published syntheses of a theme, with their estimate where they give one."""
    rows = load("syntheses")
    lines = [
        {
            "question": row.question,
            "studies": row.k,
            "published result": _published(row),
            "remark": row.note,
            "source": row.source,
        }
        for row in rows[rows["theme"] == theme].itertuples()
    ]
    return Table(pd.DataFrame(lines), caption)


def _published(row: tuple[object, ...]) -> str:
    if pd.isna(row.estimate):  # type: ignore[attr-defined]
        return "not pooled"
    ci = interval_text(Interval(row.ci_lb, row.ci_ub))  # type: ignore[attr-defined]
    return f"{row.measure} {number_text(row.estimate)} ({row.level:g}% CI {ci})"  # type: ignore[attr-defined]
