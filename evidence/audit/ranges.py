"""The values that a rounded figure can stand for."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf

#: An end of a range: exact, or infinite, or a float where it comes from a distribution.
Bound = Fraction | float


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `lb` to `ub`.

    Attributes
    ----------
    lb, ub : fractions.Fraction or float
        Ends; may be infinite.
    lb_in, ub_in : bool
        Whether the ends belong to it. A printed figure holds both, as some round the half up
        and others down or to the even digit.
    """

    lb: Bound
    ub: Bound
    lb_in: bool = True
    ub_in: bool = True

    def __add__(self, other: "Range") -> "Range":
        return Range(
            self.lb + other.lb,
            self.ub + other.ub,
            self.lb_in and other.lb_in,
            self.ub_in and other.ub_in,
        )

    def __neg__(self) -> "Range":
        return Range(-self.ub, -self.lb, self.ub_in, self.lb_in)

    def __sub__(self, other: "Range") -> "Range":
        return self + -other

    def times(self, factor: Bound) -> "Range":
        """Return every value times a factor above 0."""
        return Range(self.lb * factor, self.ub * factor, self.lb_in, self.ub_in)

    def over(self, other: "Range") -> "Range":
        """Return every quotient of two ranges of values of 0 or more; infinite over 0."""
        low = self.lb / other.ub if other.ub else inf
        high = self.ub / other.lb if other.lb > 0 else inf
        return Range(low, high, self.lb_in and other.ub_in, self.ub_in and other.lb_in)

    def inverse(self) -> "Range":
        """Return 1 / every value, of a range on one side of 0; an end at 0 becomes infinite."""
        if self.lb < 0 < self.ub:
            raise ValueError(f"a range through 0 has no inverse; got {self.lb} to {self.ub}")
        low = 1 / self.ub if self.ub else -inf
        high = 1 / self.lb if self.lb else inf
        return Range(low, high, self.ub_in, self.lb_in)

    def magnitude(self) -> "Range":
        """Return the values without their sign."""
        if self.lb >= 0:
            return self
        if self.ub <= 0:
            return -self
        return Range(Fraction(0), max(-self.lb, self.ub))

    def common(self, other: "Range") -> "Range | None":
        """Return what two ranges share; None where they share nothing."""
        lb, lb_out = max((self.lb, not self.lb_in), (other.lb, not other.lb_in))
        ub, ub_in = min((self.ub, self.ub_in), (other.ub, other.ub_in))
        if lb > ub or (lb == ub and (lb_out or not ub_in)):
            return None
        return Range(lb, ub, not lb_out, ub_in)

    def meets(self, other: "Range") -> bool:
        """Say whether some value belongs to both."""
        return self.common(other) is not None

    def within(self, other: "Range") -> bool:
        """Say whether every value belongs to `other`."""
        return self.common(other) == self


def about(low: float, high: float) -> Range:
    """Return the range of a computed float, wider by what floating point may have lost."""
    slack = 1e-9 * max(abs(low) if abs(low) < inf else 0.0, abs(high) if abs(high) < inf else 0.0)
    return Range(low - slack, high + slack)
