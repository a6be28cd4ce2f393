"""Effect sizes and their sampling variances: `escalc`."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from evidence.checks import check_between, check_choice, check_level
from evidence.effects_binary import ONE_GROUP, TWO_GROUPS, ZERO_CELL_RULES, one_group, two_groups
from evidence.effects_columns import Floats, read_column, refuse_rows
from evidence.effects_continuous import CONTINUOUS

#: Every measure, named as in metafor.
MEASURES = (*ONE_GROUP, *TWO_GROUPS, *CONTINUOUS)

#: Measures whose `yi` is a logarithm: `tables` shows them as exp(yi).
LOG_MEASURES = ("PLN", "RR", "OR", "ROM")


def escalc(
    frame: pd.DataFrame,
    measure: str,
    *,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
) -> pd.DataFrame:
    """Return the frame with the effect `yi` of each study and its sampling variance `vi`.

    Parameters
    ----------
    frame : DataFrame
        One row a study. Columns by measure:

        - `PR PLN PLO PAS PFT`: `event, n`
        - `RD RR OR`: `event_e, n_e, event_c, n_c`
        - `MD SMD ROM`: `mean_e, sd_e, n_e, mean_c, sd_c, n_c`
        - `MC SMCC`: `mean_pre, mean_post, sd_pre, sd_post, n, ri`
        - `ZCOR`: `ri, n`
    measure : str
        PR proportion; PLN its log; PLO its logit; PAS arcsine of its root; PFT Freeman-Tukey
        double arcsine (half the sum); RD risk difference; RR log risk ratio; OR log odds ratio;
        MD mean difference; SMD Hedges' g; ROM log ratio of means; MC mean change; SMCC mean
        change in SDs of the change; ZCOR Fisher's z.
    add : float, optional
        What the zero-cell rule adds to a cell: 1/2, but 0 for PAS and PFT.
    to : str
        Where it is added. ``"only0"``: to all cells of a study with a zero cell (for RD as well);
        ``"all"``: to every study; ``"if0all"``: to every study if any has a zero cell;
        ``"none"``: nowhere; ``"tacc"``: the treatment-arm correction of Sweeting et al. [2]_, to
        studies with a zero cell, ``2 add n_e / (n_e + n_c)`` in the experimental arm and the same
        with ``n_c`` in the control arm (for one group the same as ``"only0"``).
    drop00 : bool
        Two groups: leave out studies with no event, or only events, in both arms; their `yi` and
        `vi` become NaN.

    Returns
    -------
    DataFrame
        A copy with `yi`, `vi` and a constant column `measure`; columns of these names are
        replaced. Two groups: experimental minus control. Paired: after minus before. On the log
        scale for RR, OR, ROM and PLN, on the logit scale for PLO.

    Raises
    ------
    ValueError
        Unknown measure or rule; a missing column; NaN or infinite input; events below 0 or above
        n; n not above 0; SD below 0; correlations outside -1 to 1 (for ZCOR also -1 and 1); too
        few participants for the variance of SMD, SMCC or ZCOR; an SD of zero or means of unlike
        sign for ROM. Column and row are named.

    Notes
    -----
    Equals ``metafor::escalc`` 3.8 with its defaults. An effect that a rule leaves undefined (a log
    of zero under ``to="none"``, a study under `drop00`) is NaN, as metafor's NA; `pool` then names
    the row. Where metafor warns and returns NA for impossible input, this raises. ROM is without
    the bias correction that metafor 5 made its default.

    References
    ----------
    .. [1] Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package.
       Journal of Statistical Software 36(3):1-48. doi:10.18637/jss.v036.i03
    .. [2] Sweeting MJ, Sutton AJ, Lambert PC (2004). What to add to nothing? Statistics in
       Medicine 23(9):1351-1375. doi:10.1002/sim.1761
    """
    check_choice("measure", measure, MEASURES)
    check_choice("to", to, ZERO_CELL_RULES)
    if add is not None:
        check_between("add", add, 0, np.inf)
    if measure in CONTINUOUS:
        yi, vi = CONTINUOUS[measure](frame)
    else:
        make = one_group if measure in ONE_GROUP else two_groups
        yi, vi = make(frame, measure, add=add, to=to, drop00=drop00)
    return frame.assign(yi=yi, vi=vi, measure=measure)


def read_effects(effects: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return `yi` and `vi`, refusing what cannot be pooled.

    Returns
    -------
    yi, vi : ndarray, shape (k,)

    Raises
    ------
    ValueError
        No study at all, NaN or infinite values, or a variance that is not above 0.
    """
    if not len(effects):
        raise ValueError("no study to pool: effects must have at least one row, got 0")
    yi, vi = read_column(effects, "yi"), read_column(effects, "vi")
    refuse_rows(effects, "vi", vi <= 0, "must be above 0")
    return yi, vi


def read_measure(effects: pd.DataFrame) -> str:
    """Return the one measure of the effects, "GEN" where they do not say.

    Raises
    ------
    ValueError
        The column `measure` holds more than one value.
    """
    if "measure" not in effects:
        return "GEN"
    measures = sorted({str(measure) for measure in effects["measure"]})
    if len(measures) != 1:
        said = "measure must be one for all rows: effects pooled together are of one measure"
        raise ValueError(f"{said}; got {', '.join(measures)}")
    return measures[0]


def study_intervals(effects: pd.DataFrame, *, level: float = 95.0) -> pd.DataFrame:
    """Return the frame with `ci_lb` and `ci_ub`: yi -/+ z sqrt(vi), on the scale of `yi`."""
    check_level(level)
    yi, vi = read_effects(effects)
    half = ndtri((1 + level / 100) / 2) * np.sqrt(vi)
    return effects.assign(ci_lb=yi - half, ci_ub=yi + half)
