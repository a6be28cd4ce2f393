"""What difference an imaging study of its size could have seen.

In SD units, because the studies print no means and SDs that could be read. The power is that of
one t test on one region; a study that corrects for many regions sees less.
"""

import numpy as np
import pandas as pd

from evidence.power import check_power, detectable_effect

PAIRED, TWO_GROUPS = "paired", "two groups"

_COLUMNS = ["study", "label", "subtype", "target", "finding", "detection_limit_pct"]
_FOUND = ["design", "n", "n_control", "n_each", "effect", "implied_sd_pct"]


def detectable_rows(rows: pd.DataFrame, *, power: float = 0.8, level: float = 95.0) -> pd.DataFrame:
    """Return the smallest true difference that each structured study could reliably have seen.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.imaging.imaging_rows`; only rows with a statistical headline
        comparison are used. May be empty.
    power : float
        Probability of finding it, above the significance level and below 1.
    level : float
        100 minus the significance level, percent.

    Returns
    -------
    pandas.DataFrame
        By effect: `study, label, subtype, target, finding, detection_limit_pct`, and

        - `design`: ``"two groups"`` where the headline contrast is with healthy controls, else
          ``"paired"`` (attack against attack-free, or side against side, in the same patients);
        - `n`, `n_control`: participants or pairs, and controls (missing if paired);
        - `n_each`: pairs, or the harmonic mean of the two group sizes;
        - `effect`: detectable difference in SDs; of the change within a patient if paired, of
          a group otherwise, so the two are not the same unit;
        - `implied_sd_pct`: the SD of the change, in percent, at which the detection limit that
          the study states would be its detectable effect. Limits read as such are comparable
          between studies of one technique only if these SDs are alike.

    Raises
    ------
    ValueError
        As :func:`evidence.power.check_power`, whether or not there is a row.
    """
    check_power(power, level)
    tested = rows[rows["basis"] == "statistical"]
    if tested.empty:
        return tested[_COLUMNS].assign(**{name: pd.Series(dtype="float64") for name in _FOUND})
    found = [
        _detectable(int(n), int(controls) if against else None, power, level)
        for n, controls, against in zip(
            tested["n_migraine"],
            tested["n_hc"].fillna(0),
            tested["contrast"].str.endswith("v healthy controls"),
            strict=True,
        )
    ]
    table = pd.concat([tested[_COLUMNS].reset_index(drop=True), pd.DataFrame(found)], axis=1)
    table["implied_sd_pct"] = table["detection_limit_pct"] / table["effect"]
    return table.sort_values(["effect", "label"]).reset_index(drop=True)


def _detectable(n: int, n_control: int | None, power: float, level: float) -> dict[str, object]:
    return {
        "design": PAIRED if n_control is None else TWO_GROUPS,
        "n": n,
        "n_control": np.nan if n_control is None else n_control,
        "n_each": n if n_control is None else 2 * n * n_control / (n + n_control),
        "effect": detectable_effect(
            n, n_control, paired=n_control is None, power=power, level=level
        ),
    }


def detectable_curves(sizes: range, *, power: float = 0.8, level: float = 95.0) -> pd.DataFrame:
    """Return the detectable difference against size, for pairs and for two equal groups.

    Parameters
    ----------
    sizes : range
        Pairs, or participants in each group; 2 or more.
    power, level
        As for :func:`detectable_rows`.

    Returns
    -------
    pandas.DataFrame
        `design, n_each, effect`, in SDs as in :func:`detectable_rows`.
    """
    return pd.DataFrame(
        [
            {"design": design, "n_each": n, "effect": _detectable(n, other, power, level)["effect"]}
            for design in (PAIRED, TWO_GROUPS)
            for n in sizes
            for other in [None if design == PAIRED else n]
        ]
    )
