"""The checks by name, with the arguments that each takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.audit.absolute import nnt
from evidence.audit.arithmetic import flow, total
from evidence.audit.cohorts import overlap
from evidence.audit.comparisons import greater, same, source
from evidence.audit.doses import dose, times, within
from evidence.audit.extracted import citation, rows
from evidence.audit.means import p_means
from evidence.audit.numbers import Finding, Numbers
from evidence.audit.percentages import percentage
from evidence.audit.pvalues import correlation, p_counts, p_statistic
from evidence.audit.reconstruction import reconstruct
from evidence.checks import check_choice

#: The check that computes nothing: a reader's verdict, with its reason.
JUDGED = "judged"
_SETTINGS = "table where distinct column claimed study cohort may_share spread_kind level"
#: Arguments that say how to look, not what was read: they need no source.
SETTINGS = frozenset(_SETTINGS.split())


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its arguments.

    Attributes
    ----------
    function : callable
        From numbers to a finding; pure but for reading the tables that its arguments name.
    required, optional : tuple of str
        Arguments.
    repeated : tuple of str
        Those that may come more than once.
    one_of : tuple of tuple of str
        Of each, at least one is needed.
    """

    function: Callable[[Numbers], Finding]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """Every argument that the check knows."""
        choices = (name for group in self.one_of for name in group)
        return tuple(dict.fromkeys((*self.required, *choices, *self.optional)))


_EFFECTS = ("rd", "rd_lb", "rd_ub", "nnt", "nnt_lb", "nnt_ub", "risk_e", "risk_c")
_COUNTS = ("event_e", "n_e", "event_c", "n_c")
_MEANS = ("mean_e", "mean_c", "n_e", "n_c", "spread_e", "spread_c", "spread_kind")

CHECKS: dict[str, Check] = {
    "sum": Check(total, ("part", "total"), repeated=("part",)),
    "flow": Check(flow, ("start", "less", "end"), repeated=("less",)),
    "same": Check(same, ("value",), repeated=("value",)),
    "source": Check(source, ("stated", "found")),
    "rows": Check(rows, ("total", "table", "where"), ("distinct",)),
    "percentage": Check(percentage, ("percent", "n"), ("event",), ("n",)),
    "nnt": Check(nnt, (), ("level",), (), ((*_COUNTS, *_EFFECTS),)),
    "reconstruct": Check(reconstruct, (), ("n_c", "level"), (), (("n_e", "n_total"), _EFFECTS)),
    "p statistic": Check(
        p_statistic, ("p",), ("df", "df2", "n"), (), (("t", "z", "chi2", "f", "r"),)
    ),
    "p counts": Check(p_counts, (*_COUNTS, "p")),
    "p means": Check(p_means, _MEANS, (), (), (("p", "t"),)),
    "correlation": Check(correlation, ("r", "n", "p")),
    "dose": Check(dose, ("given", "stated"), ("weight_kg", "hours")),
    "times": Check(times, ("higher", "lower", "times"), ("potency",)),
    "range": Check(within, ("low", "high", "member"), repeated=("member",)),
    "greater": Check(greater, ("greater", "lesser")),
    "overlap": Check(
        overlap,
        ("event", "n"),
        ("event_total", "n_total", "percent", "cohort", "may_share"),
        ("event", "n", "cohort"),
    ),
    "citation": Check(citation, ("study", "table", "column", "claimed"), repeated=("study",)),
}
NAMES = (*CHECKS, JUDGED)


def misfits(check: str, given: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each argument that a check lacks, does not know, or has too often.

    Parameters
    ----------
    check : str
        One of `NAMES`; "judged" takes any argument.
    given : list of str
        Names of the arguments given, in order.

    Yields
    ------
    tuple of str
        The argument, and what is wrong with it.
    """
    check_choice("check", check, NAMES)
    if check == JUDGED:
        return
    known = CHECKS[check]
    for name in dict.fromkeys(given):
        if name not in known.arguments:
            yield name, f"is no argument of {check!r}; it takes {', '.join(known.arguments)}"
        elif given.count(name) > 1 and name not in known.repeated:
            yield name, f"is given {given.count(name)} times to {check!r}, which takes one"
    for name in known.required:
        if name not in given:
            yield name, f"is missing: {check!r} needs it"
    for group in known.one_of:
        if not set(group) & set(given):
            yield group[0], f"is missing: {check!r} needs one of {', '.join(group)}"


def run(check: str, numbers: Numbers) -> Finding:
    """Return what a check finds of the figures of a claim.

    Parameters
    ----------
    check : str
        One of `CHECKS`.
    numbers : Numbers
        Its arguments. Where one of them is stated nowhere, the finding is "unknown".

    Raises
    ------
    ValueError
        On an unknown check, or arguments that it cannot take.
    """
    check_choice("check", check, CHECKS)
    faults = [f"{name} {rule}" for name, rule in misfits(check, [n.name for n in numbers.items])]
    if faults:
        raise ValueError("; ".join(faults))
    silent = [item.name for item in numbers.items if not item.printed and item.name not in SETTINGS]
    if silent:
        names = " and ".join(dict.fromkeys(silent))
        return Finding("unknown", f"{names} is stated nowhere that could be read")
    return CHECKS[check].function(numbers)
