"""From the scale of `yi` back to a scale that can be read."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from evidence.checks import check_choice
from evidence.effects_columns import Floats


def inverse_arcsine(yi: ArrayLike) -> Floats:
    """Return the proportion of a PAS: sin(yi) squared, 0 below 0 and 1 above pi / 2.

    Equals metafor's ``transf.iarcsin``.
    """
    proportion: Floats = np.sin(np.clip(np.asarray(yi, float), 0, np.pi / 2)) ** 2
    return proportion


def inverse_freeman_tukey(yi: ArrayLike, n: ArrayLike) -> Floats:
    """Return the proportion of a PFT at a sample size.

    Parameters
    ----------
    yi : array_like
        Half the sum of the two arcsines, as `escalc` makes it.
    n : array_like
        Sample size, broadcast against `yi`; for a pooled PFT by convention the harmonic mean of
        the studies' sizes (`harmonic_mean`). The answer depends on it, and can be misleading
        where sizes differ widely [2]_.

    Returns
    -------
    ndarray
        From 0 to 1: 0 below the PFT of 0 / n, 1 above that of n / n.

    Notes
    -----
    Equals metafor's ``transf.ipft`` and, with the harmonic mean, ``transf.ipft.hm``.

    References
    ----------
    .. [1] Miller JJ (1978). The inverse of the Freeman-Tukey double arcsine transformation.
       The American Statistician 32(4):138. doi:10.1080/00031305.1978.10479283
    .. [2] Schwarzer G et al. (2019). Seriously misleading results using inverse of Freeman-Tukey
       double arcsine transformation. Research Synthesis Methods 10(3):476-483.
       doi:10.1002/jrsm.1348
    """
    y, size = np.broadcast_arrays(np.asarray(yi, float), np.asarray(n, float))
    if not np.all(size > 0):
        raise ValueError(f"n must be above 0; got {size.min()!r}")
    low = np.arcsin(np.sqrt(1 / (size + 1))) / 2
    high = np.pi / 2 - low
    inside = np.clip(y, low, high)
    s, c = np.sin(2 * inside), np.cos(2 * inside)
    root = np.sqrt(np.maximum(1 - (s + (s - 1 / s) / size) ** 2, 0))
    proportion = (1 - np.sign(c) * root) / 2
    return np.where(y < low, 0.0, np.where(y > high, 1.0, proportion))


def harmonic_mean(n: ArrayLike) -> float:
    """Return the harmonic mean of sample sizes, all above 0."""
    sizes = np.asarray(n, float)
    if not sizes.size or not np.all(sizes > 0):
        raise ValueError(f"n must hold sizes above 0; got {sizes.tolist()!r}")
    return float(sizes.size / np.sum(1 / sizes))


#: Measures that need no sample size; those not named (and PFT) are on their own scale already.
BACK: dict[str, Callable[[Floats], Floats]] = {
    "PLN": np.exp,
    "PLO": expit,
    "PAS": inverse_arcsine,
    "RR": np.exp,
    "OR": np.exp,
    "ROM": np.exp,
    "ZCOR": np.tanh,
    "PR": np.asarray,
    "RD": np.asarray,
    "MD": np.asarray,
    "SMD": np.asarray,
    "MC": np.asarray,
    "SMCC": np.asarray,
    "GEN": np.asarray,
}


def back_transform(yi: ArrayLike, measure: str, *, n: ArrayLike | None = None) -> Floats:
    """Return values on the scale on which the measure is read.

    Parameters
    ----------
    yi : array_like
        On the scale of `escalc`: an effect, a bound.
    measure : str
        PLN, RR, OR, ROM: exp. PLO: inverse logit. PAS, PFT: proportion. ZCOR: correlation.
        PR, RD, MD, SMD, MC, SMCC, GEN: as it is.
    n : array_like, optional
        Sample size, needed for PFT only: see `inverse_freeman_tukey`.

    Raises
    ------
    ValueError
        Unknown measure, or PFT without `n`.
    """
    check_choice("measure", measure, (*BACK, "PFT"))
    values = np.asarray(yi, float)
    if measure != "PFT":
        return np.asarray(BACK[measure](values), float)
    if n is None:
        raise ValueError("n must be given for PFT, such as harmonic_mean(frame['n']); got None")
    return inverse_freeman_tukey(values, n)
