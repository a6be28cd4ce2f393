"""How each measure is shown to a reader: its name, its scale, and where no effect lies.

Between `escalc` and here everything lives on the scale of `yi`; tables, text and
figure axes come back through one of these.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from evidence.checks import check_choice
from evidence.effects_columns import Floats
from evidence.transforms import inverse_arcsine


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale on which a reader sees a measure.

    Attributes
    ----------
    name : str
        Full name, as on an axis.
    short : str
        Name in running text.
    back : callable
        From the scale of `yi` to the scale shown; increasing.
    null : float or None
        Value of no effect on the scale shown; None for a single group.
    log : bool
        Whether an axis of it is logarithmic.
    percent : bool
        Whether it is a share, shown in percent (or percentage points).
    digits : int
        Decimals shown.
    """

    name: str
    short: str
    back: Callable[[Floats], Floats] = np.asarray
    null: float | None = 0.0
    log: bool = False
    percent: bool = False
    digits: int = 2


SCALES: dict[str, Scale] = {
    "PR": Scale("Proportion", "proportion", null=None, percent=True, digits=0),
    "PLN": Scale("Proportion", "proportion", np.exp, None, percent=True, digits=0),
    "PLO": Scale("Proportion", "proportion", expit, None, percent=True, digits=0),
    "PAS": Scale("Proportion", "proportion", inverse_arcsine, None, percent=True, digits=0),
    "RD": Scale("Risk difference, percentage points", "risk difference", percent=True, digits=0),
    "RR": Scale("Risk ratio", "risk ratio", np.exp, 1.0, log=True),
    "OR": Scale("Odds ratio", "odds ratio", np.exp, 1.0, log=True),
    "ROM": Scale("Ratio of means", "ratio of means", np.exp, 1.0, log=True),
    "MD": Scale("Mean difference", "mean difference"),
    "SMD": Scale("Standardised mean difference (Hedges' g)", "standardised mean difference"),
    "MC": Scale("Mean change", "mean change"),
    "SMCC": Scale("Standardised mean change", "standardised mean change"),
    "ZCOR": Scale("Correlation", "correlation", np.tanh),
    "GEN": Scale("Effect", "effect"),
}


def scale_of(measure: str) -> Scale:
    """Return the scale of a measure.

    Raises
    ------
    ValueError
        If the measure has none. PFT is pooled but never shown: its inverse needs a sample size
        that a pooled effect does not have (Schwarzer et al. 2019, doi:10.1002/jrsm.1348).
    """
    check_choice("measure", measure, SCALES)
    return SCALES[measure]
