"""A figure as printed, the figures of a claim, and what a check finds of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from types import MappingProxyType
from typing import Literal

import pandas as pd

from evidence.audit.ranges import Range
from evidence.checks import check_choice
from evidence.data import load

Outcome = Literal["agrees", "disagrees", "ambiguous", "unknown"]
RELATIONS = ("=", "<", ">", "<=", ">=", "~")
_THINGS = """
    adults articles attacks cases categories children cohorts controls drugs episodes experiments
    females groups individuals infusions items males men participants patients people persons
    receptors records reports responders sessions studies study subjects subunits tests trials
    twins types variants volunteers women
"""
#: Units that count things. A whole number of these, or without a unit, is exact, not rounded.
COUNTED = frozenset(_THINGS.split())
_SPELLED = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
_WORDS = _SPELLED.split()
_FIGURE = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """One argument of a check: a figure or a word, as printed where it was read.

    Attributes
    ----------
    name : str
        Argument of the check.
    printed : str
        As printed: its decimals carry the rounding. Empty where nothing states it.
    relation : {"=", "<", ">", "<=", ">=", "~"}
        "~" is about: rounded to the last digit that is not 0.
    unit : str
        Empty for a count.
    source : str
        Where it was read.
    """

    name: str
    printed: str
    relation: str = "="
    unit: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        check_choice(f"relation of {self.name}", self.relation, RELATIONS)

    def __str__(self) -> str:
        sign = "" if self.relation == "=" else f"{self.relation} "
        gap = "" if self.unit in ("", "%") else " "
        return f"{sign}{self.printed}{gap}{self.unit}"

    @property
    def text(self) -> str:
        """The words in lower case with single spaces, for comparing."""
        return " ".join(self.printed.casefold().split())

    @property
    def value(self) -> Fraction | None:
        """The number printed, exactly; None for words, or where nothing is stated."""
        digits = _digits(self.printed)
        return None if digits is None else Fraction(digits)

    @property
    def figure(self) -> Fraction:
        """The number printed; refuses what is none."""
        if self.value is None:
            raise ValueError(f"{self.name} must be a number; got {self.printed!r}")
        return self.value

    @property
    def count(self) -> int:
        """The whole number printed; refuses what is none."""
        if self.figure.denominator != 1 or self.figure < 0 or self.relation != "=":
            raise ValueError(f"{self.name} must be a whole number of 0 or more; got {self}")
        return int(self.figure)

    @property
    def decimals(self) -> int:
        """Digits printed after the point."""
        return len((_digits(self.printed) or "").partition(".")[2])

    @property
    def rounded(self) -> Range:
        """Every value that prints so: half a unit of the last digit either way, both ends in."""
        if self.relation in ("<", "<="):
            return Range(-inf, self.figure, ub_in=self.relation == "<=")
        if self.relation in (">", ">="):
            return Range(self.figure, inf, lb_in=self.relation == ">=")
        half = Fraction(1, 2 * 10**self.decimals)
        if self.relation == "~" and self.decimals == 0 and self.figure:
            zeros = len(digits := str(abs(int(self.figure)))) - len(digits.rstrip("0"))
            half *= 10**zeros
        return Range(self.figure - half, self.figure + half)

    @property
    def range(self) -> Range:
        """As `rounded`; but a whole number without a unit, or of people or the like, is exact."""
        counted = self.unit == "" or self.unit.casefold() in COUNTED
        if counted and self.decimals == 0 and self.relation == "=":
            return Range(self.figure, self.figure)
        return self.rounded


@dataclass(frozen=True, slots=True)
class Numbers:
    """The arguments of one check, in order, and the tables that it may look things up in."""

    items: tuple[Number, ...]
    read: Callable[[str], pd.DataFrame] = load

    def all(self, name: str) -> list[Number]:
        """Return every argument of a name, in order."""
        return [item for item in self.items if item.name == name]

    def get(self, name: str) -> Number | None:
        """Return the argument of a name; None where there is none."""
        return next(iter(self.all(name)), None)

    def one(self, name: str) -> Number:
        """Return the argument of a name; refuses where there is none."""
        found = self.get(name)
        if found is None:
            given = ", ".join(dict.fromkeys(item.name for item in self.items)) or "nothing"
            raise ValueError(f"{name} is needed; got {given}")
        return found

    def words(self, name: str) -> str:
        """Return an optional argument as text; empty where there is none."""
        found = self.get(name)
        return "" if found is None else found.printed.strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    outcome : {"agrees", "disagrees", "ambiguous", "unknown"}
    computation : str
        The arithmetic in words and figures, for the reader.
    values : mapping
        What was computed, unrounded, by name.
    caveat : str
        What a reader must know although the figures agree.
    """

    outcome: Outcome
    computation: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    caveat: str = ""


def figure_text(value: Fraction | float) -> str:
    """Return a computed value for the arithmetic: whole numbers whole, others to 4 digits."""
    number = float(value)
    if number.is_integer():
        return f"{number:.0f}"
    return f"{number:.1f}" if abs(number) >= 1000 else f"{number:.4g}"


def _digits(printed: str) -> str | None:
    """Return a printed figure in plain ASCII digits; None where it is none."""
    text = printed.strip().removesuffix("%").strip().casefold()
    if text in _WORDS:
        return str(_WORDS.index(text))
    text = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    text = text.replace(",", ".", 1)
    return text if _FIGURE.fullmatch(text) else None
