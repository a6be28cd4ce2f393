"""What a study of a given size could have seen: power and detectable effects."""

from math import expm1, isfinite, log1p
from numbers import Real

from scipy import optimize, special, stats

from evidence.checks import check_level

#: In SD units. No effect of interest is larger.
_LARGEST = 1e4


def t_power(
    effect: float,
    n: int,
    n_control: int | None = None,
    *,
    paired: bool = False,
    level: float = 95.0,
) -> float:
    """Return the power of a two-sided t test, from the noncentral t distribution.

    Parameters
    ----------
    effect : float
        True difference in SD units: of one group from a fixed value, of paired differences from
        zero (in SDs of the difference), or between two groups (in SDs within a group).
    n : int
        Participants: of the one group, the pairs, or the first group.
    n_control : int, optional
        Participants of the second group; None for one group.
    paired : bool
        True says that `n` are pairs; the arithmetic is that of one group.
    level : float
        100 minus the significance level in percent: 95 is a test at 5%.

    Returns
    -------
    float
        Probability of rejecting no difference, on either side; at no effect it is the
        significance level.

    Raises
    ------
    ValueError
        On fewer than two participants in one group or pairs, or three in two groups; a paired
        design with `n_control`; an effect that is not finite; a level outside 0 to 100.

    Notes
    -----
    Equals R's ``power.t.test(..., strict = TRUE)``; R's default leaves the other side out.
    The square of noncentral t is noncentral F, which gives both sides at once. statsmodels'
    ``TTestPower`` adds them up and returns NaN where scipy's noncentral t has none for the far
    side, as with n = 2.

    References
    ----------
    .. [1] Cohen J (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd edition,
       chapter 2.
    """
    _check_design(n, n_control, paired)
    check_level(level)
    if not isfinite(effect):
        raise ValueError(f"effect must be a finite number of SDs; got {effect!r}")
    df = n - 1 if n_control is None else n + n_control - 2
    size = n if n_control is None else n * n_control / (n + n_control)
    crit = float(stats.t.ppf((1 + level / 100) / 2, df))
    return 1 - float(special.ncfdtr(1, df, size * effect**2, crit**2))


def check_power(power: float, level: float) -> None:
    """Refuse a power that chance alone reaches at this level, or that nothing can."""
    check_level(level)
    if not isinstance(power, int | float) or not 1 - level / 100 < power < 1:
        raise ValueError(
            f"power must be a probability above {1 - level / 100:g} (the significance level, "
            f"by a level of {level:g}%) and below 1, such as 0.8; got {power!r}"
        )


def detectable_effect(
    n: int,
    n_control: int | None = None,
    *,
    paired: bool = False,
    power: float = 0.8,
    level: float = 95.0,
) -> float:
    """Return the smallest true difference that a t test of this size finds with given power.

    Parameters
    ----------
    n, n_control, paired, level
        As in `t_power`.
    power : float
        Probability of finding it, above the significance level and below 1.

    Returns
    -------
    float
        In SD units: within a group for two groups, of the differences for pairs.

    Raises
    ------
    ValueError
        As `t_power`, and on a power that is not between the significance level and 1.

    Examples
    --------
    >>> round(detectable_effect(20, 20), 3)
    0.909
    """
    _check_design(n, n_control, paired)
    check_power(power, level)

    def lacking(effect: float) -> float:
        return t_power(effect, n, n_control, paired=paired, level=level) - power

    upper = 1.0
    while lacking(upper) < 0:
        upper *= 2
        if upper > _LARGEST:
            raise ArithmeticError(f"no effect up to {_LARGEST:g} SD reaches a power of {power:g}")
    return float(optimize.brentq(lacking, 0.0, upper, xtol=1e-13, rtol=1e-12))


def detectable_proportion(n: int, prob: float = 0.95) -> float:
    """Return the smallest true frequency that `n` participants show at least once.

    Parameters
    ----------
    n : int
        Participants, 1 or more.
    prob : float
        Probability of at least one case, between 0 and 1, both excluded.

    Returns
    -------
    float
        1 - (1 - `prob`) ** (1 / `n`), a probability. A study of `n` that saw none speaks
        against frequencies above it: at 0.95 it is close to 3 / `n`, the rule of three.

    Raises
    ------
    ValueError
        On an `n` or a `prob` that is out of range.

    References
    ----------
    .. [1] Hanley JA, Lippman-Hand A (1983). If nothing goes wrong, is everything all right?
       JAMA 249(13):1743-1745. doi:10.1001/jama.1983.03330370053031

    Examples
    --------
    >>> round(detectable_proportion(10), 4)
    0.2589
    """
    _check_size("n", n, 1)
    if not isinstance(prob, int | float) or not 0 < prob < 1:
        raise ValueError(f"prob must be a probability between 0 and 1, such as 0.95; got {prob!r}")
    # Not 1 - (1 - prob) ** (1 / n), which loses digits once n is in the millions.
    return -expm1(log1p(-prob) / n)


def _check_design(n: int, n_control: int | None, paired: bool) -> None:
    if n_control is None:
        _check_size("n", n, 2)
        return
    if paired:
        raise ValueError(f"n_control must be None in a paired design; got {n_control!r}")
    _check_size("n", n, 1)
    _check_size("n_control", n_control, 1)
    if n + n_control < 3:
        raise ValueError(
            f"two groups need 3 participants or more; got n={n}, n_control={n_control}"
        )


def _check_size(name: str, size: int, least: int) -> None:
    number = not isinstance(size, bool) and isinstance(size, Real)
    if not number or not size >= least or size != int(size):
        raise ValueError(f"{name} must be a whole number of {least} or more; got {size!r}")
