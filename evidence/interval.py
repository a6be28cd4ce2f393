"""The one type that every interval of the book has."""

from typing import NamedTuple


class Interval(NamedTuple):
    """A closed interval on the scale of its estimate.

    Attributes
    ----------
    lb, ub : float
        Lower and upper bound, named as in metafor (``ci.lb``, ``ci.ub``).
    """

    lb: float
    ub: float
