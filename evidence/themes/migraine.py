"""The migraine trials: each comparison of a trial, or each cohort, as one row with its effect."""

import numpy as np
import pandas as pd

from evidence.checks import check_choice
from evidence.contrasts import reported_contrasts
from evidence.data import load
from evidence.effects import escalc, study_intervals
from evidence.means import means
from evidence.nnt import nnt_from_rd
from evidence.riskdiff import risk_difference_cis
from evidence.synthesis import proportion_rows
from evidence.themes.comparators import MEASURES, drugs_of
from evidence.trials import CONTROL_ROLES, CONTROLS, choices, cohorts, counts

THEME = "migraine-trials"
DESIGNS = ("all", "controlled", "uncontrolled")
#: Families of dichotomous outcomes that one word stands for.
GROUPS = {
    "response": ("response", "pain-free", "aura"),
    "harm": ("adverse event", "withdrawal"),
}
#: What a mean difference was made of.
PRINTED, ARMS = "printed difference", "means of the arms"

#: Columns of every comparison, whatever it was made of.
COLUMNS = (
    *("study", "label", "drug", "target", "purpose", "condition", "design", "outcome", "time"),
    *("control", "comparison", "arm_e", "arm_c", "event_e", "n_e", "event_c", "n_c"),
    *("mean_e", "sd_e", "mean_c", "sd_c", "unit", "denominator", "origin", "source", "basis"),
    *("risk_c", "nnt", "yi", "vi", "ci_lb", "ci_ub", "measure"),
)


def outcome_choices() -> list[str]:
    """Return the groups of outcomes and every outcome that a migraine trial has a row of."""
    studies = load("studies")
    ours = studies.loc[studies["theme"] == THEME, "study"]
    found: set[str] = set()
    for table in ("dichotomous", "continuous", "contrasts"):
        rows = load(table)
        found |= set(rows.loc[rows["study"].isin(ours), "outcome"])
    return [*GROUPS, *sorted(found)]


def drug_choices() -> list[str]:
    """Return ``"all"`` (every NMDAR antagonist), ``"others"`` (AMPA/kainate, mGluR5), each drug."""
    first, *drugs = drugs_of(THEME)
    return [first, "others", *drugs]


def check_selection(drug: str, purpose: str, design: str, outcome: str, measure: str) -> None:
    """Refuse a choice that no migraine trial could fit, naming the parameter.

    Raises
    ------
    ValueError
        With the parameter, the value given and the values allowed.
    """
    check_choice("drug", drug, drug_choices())
    studies = load("studies")
    purposes = studies.loc[studies["theme"] == THEME, "purpose"].unique()
    check_choice("purpose", purpose, ["all", *sorted(purposes)])
    check_choice("design", design, DESIGNS)
    check_choice("outcome", outcome, outcome_choices())
    check_choice("measure", measure, MEASURES)


def comparison_rows(
    outcome: str,
    *,
    drug: str = "all",
    purpose: str = "all",
    design: str = "all",
    control: str = "any",
    denominator: str = "randomised",
    origin: str = "all",
    measure: str = "RD",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return each randomised comparison of an outcome as an effect, a row a pair of arms.

    Parameters
    ----------
    outcome : str
        Key of an outcome, or ``"response"`` or ``"harm"``: every dichotomous outcome of that kind.
    drug : str
        One of :func:`drug_choices`.
    purpose : str
        ``"all"``, or one of the column `purpose` of studies.
    design : {"all", "controlled", "uncontrolled"}
        ``"uncontrolled"`` leaves no row: see :func:`cohort_rows`.
    control, denominator, origin
        As for :func:`evidence.trials.counts`; the longest follow-up that may be pooled.
    measure : {"RD", "RR", "OR"}
        For dichotomous outcomes; continuous ones come as mean differences ("MD").
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        With `yi, vi, ci_lb, ci_ub, measure` on the scale of `measure`; `row`, a label; `basis`,
        what the effect was made of; `risk_c`, the share with the event under control, and `nnt`
        in words (empty for mean differences). The interval of an RD from counts is Newcombe's;
        its `yi` is the observed difference, and `vi` that of :func:`evidence.effects.escalc`.
        Trials without random allocation are left out: no NNT may come of them.
    """
    check_selection(drug, purpose, design, outcome, measure)
    how = {"control": control, "origin": origin}
    outcomes = load("outcomes").set_index("outcome")
    frames = []
    for key in keys_of(outcome):
        if outcomes.loc[key, "kind"] == "continuous":
            frames.append(mean_differences(key, level=level, **how))
        else:
            frames.append(_from_counts(key, measure, level, denominator=denominator, **how))
            if measure == "RD":
                frames.append(_printed_rd(key, level, **how))
    rows = _together(frames, measure)
    rows = rows[rows["design"].astype(str).str.startswith("randomised")]
    rows = _of_drug(rows, drug)
    rows = rows if purpose == "all" else rows[rows["purpose"] == purpose]
    rows = rows.iloc[:0] if design == "uncontrolled" else rows
    rows = rows.assign(outcome_label=rows["outcome"].map(outcomes["label"]))
    return rows.sort_values(["purpose", "drug", "label"], kind="stable").reset_index(drop=True)


def keys_of(outcome: str) -> list[str]:
    """Return the outcomes that a choice stands for: those of a group, or the one named."""
    if outcome not in GROUPS:
        return [outcome]
    outcomes = load("outcomes")
    fits = outcomes["family"].isin(GROUPS[outcome]) & outcomes["kind"].eq("dichotomous")
    ours = outcomes["outcome"].isin(outcome_choices())
    return [str(key) for key in outcomes.loc[fits & ours, "outcome"]]


def mean_differences(
    outcome: str,
    *,
    control: str = "any",
    origin: str = "all",
    prefer: str = PRINTED,
    level: float = 95.0,
) -> pd.DataFrame:
    """Return the mean differences of a continuous outcome, each pair of arms once.

    Parameters
    ----------
    outcome : str
    control, origin
        As for :func:`evidence.trials.counts`.
    prefer : {"printed difference", "means of the arms"}
        What to take where a trial gives both: its own difference (which may be adjusted), or the
        difference of its arms.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        Experimental minus control, in the unit of each trial (column `unit`); may be empty.
    """
    check_choice("prefer", prefer, (PRINTED, ARMS))
    check_choice("control", control, CONTROLS)
    frames = {
        PRINTED: _printed(outcome, "MD", control, origin),
        ARMS: _from_means(outcome, control, origin),
    }
    both = pd.concat([frames[prefer], *(f for name, f in frames.items() if name != prefer)])
    rows = both.drop_duplicates(["study", "arm_e", "arm_c"]).reset_index(drop=True)
    rows = rows.assign(nnt="", risk_c=np.nan, measure="MD")
    return study_intervals(rows, level=level) if len(rows) else rows.assign(ci_lb=0.0, ci_ub=0.0)


def _from_means(outcome: str, control: str, origin: str) -> pd.DataFrame:
    if outcome not in choices("continuous", "outcome"):
        return pd.DataFrame(columns=["study", "arm_e", "arm_c"])
    rows = means(outcome, control=control, origin=origin, theme=THEME)
    rows = escalc(rows, "MD") if len(rows) else rows.assign(yi=0.0, vi=0.0)
    spread = rows["converted_e"].where(rows["converted_e"] != "", "SD")
    return rows.assign(basis=ARMS + ", " + spread.astype(str))


def _printed(outcome: str, measure: str, control: str, origin: str) -> pd.DataFrame:
    if outcome not in choices("contrasts", "outcome"):
        return pd.DataFrame(columns=["study", "arm_e", "arm_c"])
    rows = reported_contrasts(outcome, measure, origin=origin, theme=THEME)
    fits = rows["role"].eq("experimental") & rows["control_role"].isin(CONTROL_ROLES[control])
    return _with_sizes(rows[fits]).assign(basis=PRINTED)


def _with_sizes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return printed contrasts with the people analysed in each arm, as far as they are known."""
    arms = load("arms").set_index(["study", "arm"])
    sizes = arms["n_analysed"].fillna(arms["n_completed"]).fillna(arms["n_randomised"])
    for side in ("e", "c"):
        keys = list(zip(rows["study"], rows[f"arm_{side}"], strict=True))
        rows = rows.assign(**{f"n_{side}": [sizes.get(key) for key in keys]})
    return rows


def _printed_rd(outcome: str, level: float, *, control: str, origin: str) -> pd.DataFrame:
    """Return printed risk differences, brought from percentage points to shares."""
    rows = _printed(outcome, "RD", control, origin)
    if rows.empty:
        return rows
    rows = rows.assign(yi=rows["yi"] / 100, vi=rows["vi"] / 100**2, risk_c=np.nan, measure="RD")
    return _with_nnt(study_intervals(rows, level=level), level)


def _from_counts(
    outcome: str, measure: str, level: float, *, control: str, denominator: str, origin: str
) -> pd.DataFrame:
    if outcome not in choices("dichotomous", "outcome"):
        return pd.DataFrame(columns=["study", "arm_e", "arm_c"])
    rows = counts(outcome, control=control, denominator=denominator, origin=origin, theme=THEME)
    if rows.empty:
        return rows
    observed = risk_difference_cis(rows, "newcombe", level)
    observed = observed.rename(columns={"estimate": "yi"})
    observed["risk_c"] = (rows["event_c"] / rows["n_c"]).astype(float)
    named = _with_nnt(observed, level)[["risk_c", "nnt"]]
    effects = escalc(rows, measure).assign(basis="counts").join(named)
    if measure == "RD":
        return effects.assign(**{column: observed[column] for column in ("yi", "ci_lb", "ci_ub")})
    return study_intervals(effects, level=level)


def _with_nnt(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return rows with `yi, ci_lb, ci_ub` on the risk-difference scale plus `nnt` in words."""
    better = load("outcomes").set_index("outcome")["better"]
    labels = [
        nnt_from_rd(row.yi, (row.ci_lb, row.ci_ub), better[row.outcome], level=level).label
        for row in rows[["outcome", "yi", "ci_lb", "ci_ub"]].itertuples(index=False)
    ]
    return rows.assign(nnt=labels)


def _together(frames: list[pd.DataFrame], measure: str) -> pd.DataFrame:
    filled = [frame.reindex(columns=COLUMNS) for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(columns=COLUMNS).assign(measure=measure, row="")
    rows = pd.concat([frame.astype(object) for frame in filled], ignore_index=True)
    rows = rows.infer_objects()
    rows[["yi", "vi", "ci_lb", "ci_ub"]] = rows[["yi", "vi", "ci_lb", "ci_ub"]].astype(float)
    rows["row"] = rows["label"] + ": " + rows["drug"]
    return rows.drop_duplicates(["study", "outcome", "arm_e", "arm_c"])


def _of_drug(rows: pd.DataFrame, drug: str) -> pd.DataFrame:
    if drug == "all":
        return rows[rows["target"] == "NMDAR"]
    if drug == "others":
        return rows[rows["target"].isin(["AMPA/kainate", "mGluR5"])]
    return rows[rows["drug"] == drug]


def cohort_rows(
    outcome: str,
    *,
    drug: str = "all",
    purpose: str = "all",
    design: str = "all",
    denominator: str = "randomised",
    origin: str = "all",
    level: float = 95.0,
) -> pd.DataFrame:
    """Return each uncontrolled cohort with its proportion and exact (Clopper-Pearson) interval.

    Parameters as for :func:`comparison_rows`; a continuous outcome leaves no row.

    Returns
    -------
    pandas.DataFrame
        With `event, n`, `yi, ci_lb, ci_ub` on the logit scale, and `row`, a label of two lines.
        A cohort that reports two outcomes has two rows: the same people.
    """
    check_selection(drug, purpose, design, outcome, "RD")
    keys = [key for key in keys_of(outcome) if key in choices("dichotomous", "outcome")]
    how = {"denominator": denominator, "origin": origin, "theme": THEME}
    frames = [cohorts(key, **how) for key in keys] or [cohorts("pain_relief", **how).iloc[:0]]
    rows = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    rows = _of_drug(rows, drug)
    rows = rows if purpose == "all" else rows[rows["purpose"] == purpose]
    rows = rows.iloc[:0] if design == "controlled" else rows.reset_index(drop=True)
    labels = load("outcomes").set_index("outcome")["label"]
    rows = rows.assign(outcome_label=rows["outcome"].map(labels))
    rows["row"] = rows["label"] + ", " + rows["drug"] + "\n" + rows["outcome_label"].astype(str)
    return proportion_rows(rows, level=level)
