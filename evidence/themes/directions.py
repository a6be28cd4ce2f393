"""Effect directions: synthesis without meta-analysis where studies print no usable numbers (SWiM).

Rows come from `directions.csv`. A study counts once for a tissue and phase; a statement that
groups did not differ is kept and shown, but is no direction and does not enter a sign test.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from evidence.checks import check_choice, check_level
from evidence.data import load
from evidence.interval import Interval
from evidence.proportions import proportion_ci
from evidence.trials import ORIGINS, choices

#: Measures of glutamate, the plainest first. Glx is glutamate and glutamine together.
GLUTAMATE = ("glutamate", "glx", "glutamate/creatine", "glx/creatine", "glutamate/glutamine")
#: What a choice of analyte takes in.
ANALYTES = {
    "all": GLUTAMATE,
    "glutamate": ("glutamate",),
    "glx": ("glx",),
    "ratio": tuple(name for name in GLUTAMATE if "/" in name),
    "gaba": ("gaba",),
}
TISSUES = ("plasma", "serum", "platelets", "csf", "saliva", "urine", "brain")
CONDITIONS = ("migraine", "fibromyalgia")
DIRECTIONS = ("higher", "lower", "no difference", "mixed")

#: Share of the comparisons of one study that must agree for the study to have their direction.
AGREEMENT = 0.7
SIZES = ("under 25", "25 to 49", "50 or more", "not stated")
SIZE_BOUNDS = (0, 25, 50, np.inf)
#: What `by_study` adds to its key.
STUDY_COLUMNS = (
    *("label", "population", "analyte", "direction", "comparisons", "cases"),
    *("origin", "cohort", "source", "row", "size", "when"),
)
#: Phases in which people are compared with themselves, and what was measured then.
ATTACKS = ("ictal", "after provocation")
IN_ATTACK = (*GLUTAMATE, "excitatory amino acids")


def comparisons(
    kind: str = "case vs control", *, origin: str = "all", eligible: bool = True
) -> pd.DataFrame:
    """Return rows of `directions.csv` with their study beside them.

    Parameters
    ----------
    kind : str
        Kind of comparison, as in the column `kind`.
    origin : {"all", "reported"}
        ``"reported"`` keeps only what the primary source prints.
    eligible : bool
        True: rows that may count in a synthesis. False: the others; `exclude` says why.

    Returns
    -------
    pandas.DataFrame
        With `label, theme, cohort, year, design, population` of the study; may be empty.

    Raises
    ------
    ValueError
        On an unknown kind or origin.
    """
    check_choice("kind", kind, choices("directions", "kind")[1:])
    check_choice("origin", origin, ORIGINS)
    studies = load("studies")[["study", "label", "theme", "cohort", "year", "design", "population"]]
    rows = load("directions").merge(studies, on="study")
    rows = rows[(rows["kind"] == kind) & (rows["eligible"] == eligible)]
    return rows if origin == "all" else rows[rows["origin"] == origin]


def of_glutamate(
    rows: pd.DataFrame, *, analyte: str = "all", tissue: str = "all", condition: str = "all"
) -> pd.DataFrame:
    """Return the rows on the analyte, tissue and condition asked for.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `analyte, tissue, condition`.
    analyte : str
        One of `ANALYTES`; ``"all"`` keeps every measure of glutamate and leaves GABA out,
        ``"ratio"`` keeps glutamate or Glx as a ratio to another substance.
    tissue : str
        ``"all"`` or one of `TISSUES`; ``"all"`` leaves out what is no body fluid or tissue
        of patients (symptoms).
    condition : str
        ``"all"`` or one of `CONDITIONS`.

    Raises
    ------
    ValueError
        On a choice that is not allowed. An allowed one that leaves nothing is an empty frame.
    """
    check_choice("analyte", analyte, ANALYTES)
    check_choice("tissue", tissue, ("all", *TISSUES))
    check_choice("condition", condition, ("all", *CONDITIONS))
    wanted = {
        "analyte": ANALYTES[analyte],
        "tissue": TISSUES if tissue == "all" else (tissue,),
        "condition": CONDITIONS if condition == "all" else (condition,),
    }
    for column, values in wanted.items():
        rows = rows[rows[column].isin(values)]
    return rows


def in_attack(*, origin: str = "all", tissue: str = "all") -> pd.DataFrame:
    """Return comparisons of people with themselves, in an attack of migraine and out of it.

    `origin` and `tissue` as for :func:`comparisons` and :func:`of_glutamate`; may be empty.
    """
    check_choice("tissue", tissue, ("all", *TISSUES))
    rows = comparisons("within person", origin=origin, eligible=False)
    rows = rows[rows["phase"].isin(ATTACKS) & rows["analyte"].isin(IN_ATTACK)]
    return rows if tissue == "all" else rows[rows["tissue"] == tissue]


def agreed_direction(directions: Iterable[str]) -> str:
    """Return the one direction of several comparisons of a study, or "mixed".

    The rule of the effect direction plot: the direction that at least 70% of the comparisons
    share. Here "no difference" is a direction of its own, since abstracts seldom print which way
    a difference that was not significant pointed.

    References
    ----------
    .. [1] Boon MH, Thomson H (2021). The effect direction plot revisited. Research Synthesis
       Methods 12(1):29-33. doi:10.1002/jrsm.1458

    Raises
    ------
    ValueError
        If there is no comparison.
    """
    counts = pd.Series(list(directions), dtype="str").value_counts()
    if counts.empty:
        raise ValueError("directions must hold at least one comparison; got none")
    share = counts.iloc[0] / counts.sum()
    return str(counts.index[0]) if share >= AGREEMENT else "mixed"


def by_study(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each study, condition, tissue and phase.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`comparisons`; may be empty.

    Returns
    -------
    pandas.DataFrame
        `study, condition, tissue, phase` and `STUDY_COLUMNS`. `cases` is missing where one
        group's number is; groups of one study (with and without aura) add up, regions of the
        same people do not.
    """
    key = ["study", "condition", "tissue", "phase"]
    if rows.empty:
        return pd.DataFrame(columns=[*key, *STUDY_COLUMNS])
    lines = [
        dict(zip(key, values, strict=True)) | _study(group)
        for values, group in rows.groupby(key, sort=False)
    ]
    studies = pd.DataFrame(lines)
    attack = studies["phase"] == "ictal"
    studies["row"] = studies["label"].where(~attack, studies["label"] + ", in attack")
    studies["size"] = pd.cut(studies["cases"], SIZE_BOUNDS, right=False, labels=SIZES[:-1])
    studies["size"] = studies["size"].astype("str").fillna(SIZES[-1])
    studies["when"] = np.select(
        [attack, studies["condition"] == "migraine"],
        ["in attack", "between attacks or not stated"],
        "any time",
    )
    return _ordered(studies)


def _study(group: pd.DataFrame) -> dict[str, object]:
    first = group.iloc[0]
    cases = group.groupby("contrast")["n_e"].max().astype("float64")
    return {
        "label": first["label"],
        "population": first["population"],
        "analyte": ", ".join(dict.fromkeys(group["analyte"])),
        "direction": agreed_direction(group["direction"]),
        "comparisons": len(group),
        "cases": cases.sum(skipna=False),
        "origin": ", ".join(sorted(set(group["origin"]))),
        "cohort": first["cohort"],
        "source": first["source"],
    }


def _ordered(studies: pd.DataFrame) -> pd.DataFrame:
    ranks = studies.assign(
        _condition=studies["condition"].map(CONDITIONS.index),
        _tissue=studies["tissue"].map(TISSUES.index),
    )
    ranks = ranks.sort_values(["_condition", "_tissue"], kind="stable")
    return ranks.drop(columns=["_condition", "_tissue"]).reset_index(drop=True)


def once_a_cohort(studies: pd.DataFrame) -> pd.DataFrame:
    """Return the studies with those that may share people counted once.

    Of studies with the same `cohort`, tissue and time (in an attack or not) the one with most
    cases stays.
    """
    if studies.empty:
        return studies
    # Where no study has one, the column is read as numbers, and would not take names.
    people = studies["cohort"].astype(object).fillna(studies["study"])
    ranked = studies.assign(_people=people).sort_values(
        "cases", ascending=False, na_position="last", kind="stable"
    )
    kept = ranked.drop_duplicates(["_people", "condition", "tissue", "when"])
    return studies.loc[sorted(kept.index)].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class SignTest:
    """How many studies point up, how many down, and how many cannot be said to do either.

    Attributes
    ----------
    higher, lower, unclear : int
        Studies; `unclear` are "no difference" and "mixed".
    level : float
        Percent.
    share : float
        higher / (higher + lower), a probability; NaN where no study has a direction.
    ci : Interval or None
        Clopper-Pearson interval of `share`.
    p : float
        Two-sided exact sign test; NaN where no study has a direction.
    limits : Interval or None
        Share of all studies that point up if every unclear one pointed down, or up.
    """

    higher: int
    lower: int
    unclear: int
    level: float
    share: float
    ci: Interval | None
    p: float
    limits: Interval | None

    @property
    def k(self) -> int:
        """Studies, with or without a direction."""
        return self.higher + self.lower + self.unclear


def sign_test(studies: pd.DataFrame, *, level: float = 95.0) -> SignTest:
    """Count directions and test them against a fair coin (Cochrane Handbook 6, 12.2.1.3, 12.4.2.3).

    Parameters
    ----------
    studies : pandas.DataFrame
        With `direction`, one row a study; may be empty.
    level : float
        Of the interval, percent.

    Notes
    -----
    A direction is what counts, not its size nor its significance. Where a report gives the
    direction only of significant findings the test leans to a difference: `limits` shows how far.
    """
    check_level(level)
    found = studies["direction"].astype("str")
    higher, lower = int((found == "higher").sum()), int((found == "lower").sum())
    unclear, stated = len(found) - higher - lower, higher + lower
    return SignTest(
        higher,
        lower,
        unclear,
        float(level),
        share=higher / stated if stated else np.nan,
        ci=proportion_ci(higher, stated, "clopper-pearson", level) if stated else None,
        p=float(binomtest(higher, stated).pvalue) if stated else np.nan,
        limits=Interval(higher / len(found), (higher + unclear) / len(found)) if stated else None,
    )
