"""Case-control measurements of glutamate by tissue, and what of them may be pooled."""

import pandas as pd

from evidence.biomarkers import cases_and_controls
from evidence.checks import check_choice
from evidence.data import load
from evidence.effects import escalc, study_intervals
from evidence.pooling import PooledEffect
from evidence.synthesis import NotPooled, synthesise
from evidence.themes.directions import CONDITIONS, GLUTAMATE, TISSUES, of_glutamate

MEASURES = ("SMD", "ROM")
Result = PooledEffect | NotPooled


def measured(
    *, analyte: str = "all", tissue: str = "all", condition: str = "all", origin: str = "all"
) -> pd.DataFrame:
    """Return cases and controls of each study, one measure of glutamate for a tissue and region.

    Parameters
    ----------
    analyte, tissue, condition : str
        As for :func:`evidence.themes.directions.of_glutamate`.
    origin : {"all", "reported"}
        As for :func:`evidence.biomarkers.measurements`.

    Returns
    -------
    pandas.DataFrame
        As :func:`evidence.biomarkers.cases_and_controls`, with `condition`, `converted` (what a
        mean and SD were made from; empty where they are printed) and `row`, a label for figures
        whose mark says that a median was converted. Where one voxel has several measures, the
        first of `GLUTAMATE` stands.
    """
    pairs = cases_and_controls(origin=origin)
    conditions = load("studies").set_index("study")["condition"]
    rows = of_glutamate(
        pairs.assign(condition=pairs["study"].map(conditions)),
        analyte=analyte,
        tissue=tissue,
        condition=condition,
    )
    order = rows.assign(
        _measure=rows["analyte"].map([*GLUTAMATE, "gaba"].index),
        _condition=rows["condition"].map(CONDITIONS.index),
        _tissue=rows["tissue"].map(TISSUES.index),
    ).sort_values(["_condition", "_tissue", "_measure"], kind="stable")
    rows = order.drop_duplicates(["study", "tissue", "region", "phase"])
    rows = rows.drop(columns=["_measure", "_condition", "_tissue"])
    made = (rows["converted_e"] != "") | (rows["converted_c"] != "")
    site = rows["region"].where(rows["region"] != "whole", rows["tissue"])
    name = rows["label"] + made.map({True: " *", False: ""}) + ",\n" + site
    converted = rows["converted_e"].where(rows["converted_e"] != "", rows["converted_c"])
    return rows.assign(row=name, converted=converted).reset_index(drop=True)


def measured_effects(rows: pd.DataFrame, measure: str, *, level: float = 95.0) -> pd.DataFrame:
    """Return the rows with `yi, vi, ci_lb, ci_ub`, cases minus controls; empty stays empty.

    Raises
    ------
    ValueError
        If `measure` is not SMD or ROM: units differ between laboratories, so that a difference
        in units would mean nothing across them.
    """
    check_choice("measure", measure, MEASURES)
    if rows.empty:
        return rows.assign(yi=0.0, vi=0.0, ci_lb=0.0, ci_ub=0.0, measure=measure)
    return study_intervals(escalc(rows, measure), level=level)


def pool_by_tissue(
    effects: pd.DataFrame,
    *,
    method: str = "REML",
    test: str = "hybrid",
    level: float = 95.0,
    measure: str = "SMD",
) -> dict[str, Result]:
    """Pool within each condition and tissue, and say where that would mix unlike things.

    Parameters
    ----------
    effects : pandas.DataFrame
        From :func:`measured_effects`; may be empty.
    method, test, level, measure
        As for :func:`evidence.synthesis.synthesise`; checked whatever there is to pool.

    Returns
    -------
    dict of str to Result
        By "condition, tissue". Measurements of different brain regions, or of different
        analytes, are not pooled. Empty where there is no effect.
    """
    nothing = synthesise(effects.iloc[:0], method=method, test=test, level=level, measure=measure)
    results: dict[str, Result] = {}
    for (condition, tissue), rows in effects.groupby(["condition", "tissue"], sort=False):
        name = f"{condition}, {tissue}"
        reason = _why_not(rows)
        if reason:
            results[name] = NotPooled(reason, measure, nothing.level, len(rows))
        else:
            results[name] = synthesise(rows, method=method, test=test, level=level)
    return results


def _why_not(rows: pd.DataFrame) -> str:
    if rows["region"].nunique() > 1:
        return "different regions of the brain"
    return "different analytes" if rows["analyte"].nunique() > 1 else ""


def overall(results: dict[str, Result], measure: str, *, level: float = 95.0) -> Result:
    """Return the one result there is, or that tissues and conditions are not pooled together."""
    if len(results) == 1:
        return next(iter(results.values()))
    k = sum(result.k for result in results.values())
    reason = "different tissues or conditions" if results else "no study fits this choice"
    return NotPooled(reason, measure, level, k)
