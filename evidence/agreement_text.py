"""The agreement with R in words: tables, where R differs, and what is not compared."""

import pandas as pd

from evidence.tables import Table
from evidence.text import MINUS, count_text

#: What, as metafor does it, as the book does it; tests/reference/README.md has the reasons.
DIFFERENCES = {
    "hybrid": ("has none", "has it; compared with the wider of R's two intervals"),
    "one study": ("same", "z interval whatever the test; no prediction interval"),
    "REML or ML with two peaks": ("takes the peak its search reaches", "takes the highest"),
    "REML that does not settle": ("gives an error", "searches within bounds and finds it"),
    "prediction interval": ("degrees of freedom k minus one", "same; some papers use k minus two"),
    "ratio of means": ("corrects a bias from version five on", "does not"),
    "GLMM": ("stops early, right to a few digits", "runs on to the maximum"),
    "impossible input": ("warns and leaves a gap", "stops and names the row"),
}
#: What, and what was done instead.
NOT_COMPARED = {
    "shortest posterior intervals": "checked for what they hold and for width",
    "means and SDs from medians": "checked by hand and on simulated samples",
    "treatment-arm correction for zero cells": "checked by hand",
    "NNT at a stated baseline risk": "checked by hand",
    "conditional forms of the GLMM, trim and fill, fail-safe numbers": "not offered",
}


def differences_table() -> Table:
    """Return where R and the book differ."""
    rows = [(key, *words) for key, words in DIFFERENCES.items()]
    frame = pd.DataFrame(rows, columns=["matter", "metafor", "this book"])
    return Table(frame, "Where R and the book differ")


def not_compared_table() -> Table:
    """Return what was not compared with R, and what was done instead."""
    frame = pd.DataFrame(list(NOT_COMPARED.items()), columns=["matter", "instead"])
    return Table(frame, "Not compared with R")


def power_of_ten_text(value: float) -> str:
    """Return a small number as a reader meets it, such as "2e-9"; 0 is "none"."""
    return "none" if value == 0 else f"{value:.0e}".replace("e-0", "e-").replace("-", MINUS)


def agreement_table(found: pd.DataFrame) -> Table:
    """Return the table of :func:`evidence.agreement.agreement` for a reader."""
    frame = pd.DataFrame(
        {
            "results": found["family"],
            "compared with": found["against"],
            "values": found["values"],
            "largest difference": found["largest"].map(power_of_ten_text),
            "allowed": found["allowed"].map(power_of_ten_text),
            "agrees": found["agrees"],
        }
    )
    return Table(frame, "Agreement with R, computed now")


def agreement_text(found: pd.DataFrame) -> str:
    """Return how many values agree, or which families do not."""
    total = f"{int(found['values'].sum()):,}"
    failed = list(found.loc[~found["agrees"], "family"])
    if failed:
        return f"of {total} values, these do not agree: {', '.join(failed)}"
    return f"all {total} values agree"


def lacks_text(found: pd.DataFrame) -> str:
    """Return for how many of our values R has none."""
    lacks = int(found["r_lacks"].sum())
    if lacks == 0:
        return "R has a value wherever the book has one."
    return f"For {count_text(lacks, 'value')} of the book R returned none, so they stand unchecked."
