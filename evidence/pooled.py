"""What the stations right of pooling read off a fit, whoever made it."""

from typing import Protocol

from evidence.interval import Interval


class Pooled(Protocol):
    """A pooled effect on the scale of `yi`: log for RR and OR."""

    @property
    def measure(self) -> str:
        """The measure as metafor names it: "RD", "RR", "OR" and so on."""

    @property
    def level(self) -> float:
        """Level of both intervals, percent."""

    @property
    def estimate(self) -> float:
        """The pooled effect."""

    @property
    def ci(self) -> Interval:
        """Confidence interval, or its Bayesian kin."""

    @property
    def pi(self) -> Interval | None:
        """Prediction interval; None where there is none."""
