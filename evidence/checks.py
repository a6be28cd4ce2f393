"""Checks of arguments: each names the argument, the value given and the values allowed."""

from collections.abc import Iterable
from difflib import get_close_matches


def check_choice(name: str, value: object, allowed: Iterable[object]) -> None:
    """Refuse a value that is not one of `allowed`.

    Parameters
    ----------
    name : str
        The argument, as its caller wrote it.
    value : object
        The value given.
    allowed : iterable
        The values allowed, in the order in which the message lists them.

    Raises
    ------
    ValueError
        Naming argument, value and choices, and the nearest choice where one is near.
    """
    choices = list(allowed)
    if value in choices:
        return
    near = get_close_matches(str(value), [str(choice) for choice in choices], n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    listed = ", ".join(str(choice) for choice in choices)
    raise ValueError(f"{name} must be one of {listed}; got {value!r}{hint}")


def check_level(level: float, name: str = "level") -> None:
    """Refuse a confidence level that is not a percentage strictly between 0 and 100."""
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 100:
        raise ValueError(
            f"{name} must be a percentage between 0 and 100, such as 95; got {level!r}"
        )
    if level <= 1:
        raise ValueError(f"{name} is a percentage: write {100 * level:g} instead of {level!r}")


def check_between(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside the closed interval from `low` to `high`."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}; got {value!r}")
