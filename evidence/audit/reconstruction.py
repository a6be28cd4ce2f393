"""The whole-number tables that print as a risk difference, an NNT and their intervals do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from evidence.audit.intervals import COLUMNS, NAMES, lies, printing
from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.ranges import Range
from evidence.checks import check_level
from evidence.riskdiff import risk_difference_cis

#: Of a total, the smallest share that one arm is taken to have: randomised 4 to 1 at most.
SMALLEST_ARM = Fraction(1, 5)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table must print: ranges of probabilities, None where nothing was printed.

    `rd` is experimental minus control; `lb` and `ub` are its limits.
    """

    rd: Range | None = None
    lb: Range | None = None
    ub: Range | None = None
    risk_e: Range | None = None
    risk_c: Range | None = None

    @property
    def interval(self) -> bool:
        """Whether any limit was printed."""
        return self.lb is not None or self.ub is not None


def tables(wanted: Wanted, arms: list[tuple[int, int]]) -> pd.DataFrame:
    """Return every table whose risks and risk difference print as wanted; no interval is asked.

    Parameters
    ----------
    wanted : Wanted
    arms : list of tuple of int
        Pairs of sizes `n_e, n_c` to try; some hundreds in an arm are quick.

    Returns
    -------
    pandas.DataFrame
        `event_e, n_e, event_c, n_c`.
    """
    found = [np.empty((0, 4), int), *(_grid(wanted, n_e, n_c) for n_e, n_c in arms)]
    return pd.DataFrame(np.concatenate(found), columns=list(COLUMNS))


def _grid(wanted: Wanted, n_e: int, n_c: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    event_e, event_c = np.meshgrid(np.arange(n_e + 1), np.arange(n_c + 1), indexing="ij")
    fits = np.ones(event_e.shape, bool)
    for values, reach in (
        (event_e / n_e, wanted.risk_e),
        (event_c / n_c, wanted.risk_c),
        (event_e / n_e - event_c / n_c, wanted.rd),
    ):
        if reach is not None:
            fits &= lies(values, reach)
    e, c = event_e[fits], event_c[fits]
    return np.stack([e, np.full_like(e, n_e), c, np.full_like(c, n_c)], axis=1)


def by_method(
    wanted: Wanted, arms: list[tuple[int, int]], level: float = 95.0
) -> dict[str, pd.DataFrame]:
    """Return, for each usual interval of a risk difference, the tables that print as wanted.

    Parameters
    ----------
    wanted, arms
        As for `tables`.
    level : float
        Percent.

    Returns
    -------
    dict
        A frame of tables by method; the one key "any" where no limit was printed. Exact
        unconditional intervals are not among them: each costs a search over two parameters.
    """
    check_level(level)
    found = tables(wanted, arms)
    if not wanted.interval:
        return {"any": found}
    whole = Range(Fraction(-1), Fraction(1))
    lb, ub = wanted.lb or whole, wanted.ub or whole
    return {
        name: found[printing(found, name, lb, ub, level)].reset_index(drop=True) for name in NAMES
    }


def reconstruct(numbers: Numbers) -> Finding:
    """Enumerate the whole-number tables that print as the figures of a trial do.

    Parameters
    ----------
    numbers : Numbers
        `n_e` and `n_c`, or `n_total`: then every split is tried in which no arm has less than
        `SMALLEST_ARM` of it. Any of `rd, rd_lb, rd_ub, risk_e, risk_c` (percent) and
        `nnt, nnt_lb, nnt_ub`; `level`, percent, 95 if not stated.

    Returns
    -------
    Finding
        "agrees" where some table fits under some method, "disagrees" where none does. `values`:
        n_tables (by method), tables (those that fit any method; event_e, n_e, event_c, n_c),
        unique.

    Notes
    -----
    An NNT counts as printed to the nearest, or, where it is whole, rounded up as the Cochrane
    Handbook (6, 15.4.2) asks. With only a total, each table has a mirror image: arms and events
    exchanged, no figure changes.

    Examples
    --------
    >>> figures = [("risk_e", "56"), ("risk_c", "0"), ("n_e", "7"), ("n_c", "7")]
    >>> reconstruct(Numbers(tuple(Number(*each) for each in figures))).outcome
    'disagrees'
    """
    level = float(numbers.one("level").figure) if numbers.get("level") else 95.0
    found = by_method(wanted_of(numbers), _arms(numbers), level)
    joint = pd.concat(found.values()).drop_duplicates().reset_index(drop=True)
    rows = [tuple(int(count) for count in row) for row in joint.to_numpy()]
    values = {
        "n_tables": {name: len(each) for name, each in found.items()},
        "tables": rows,
        "unique": len(rows) == 1,
    }
    if not rows:
        tried = "" if "any" in found else f", by {', '.join(found)}"
        return Finding("disagrees", f"no table of whole numbers prints so{tried}", values)
    parts = [_counted(name, each) for name, each in found.items()]
    return Finding("agrees", "; ".join(parts) + _uniqueness(rows), values)


def _counted(name: str, found: pd.DataFrame) -> str:
    label = "" if name == "any" else f"{name}: "
    shown = ", ".join(_table_text(row) for row in found.head(_SHOWN).to_numpy())
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{label}{shown}{more}" if shown else f"{label}none"


def _table_text(row: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    return f"{row[0]}/{row[1]} against {row[2]}/{row[3]}"


def _uniqueness(rows: list[tuple[int, ...]]) -> str:
    if len(rows) == 1:
        return "; no other table prints so"
    if len(rows) == 2 and rows[1] == mirror(rows[0]):
        return "; no other table prints so, but for this pair of mirror images"
    return f"; {len(rows)} tables print so"


def mirror(table: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the table with arms and events exchanged, which has the same risk difference."""
    event_e, n_e, event_c, n_c = table
    return n_c - event_c, n_c, n_e - event_e, n_e


def _arms(numbers: Numbers) -> list[tuple[int, int]]:
    if (total := numbers.get("n_total")) is None:
        return [(numbers.one("n_e").count, numbers.one("n_c").count)]
    least = max(1, -(-total.count * SMALLEST_ARM.numerator // SMALLEST_ARM.denominator))
    return [(n_e, total.count - n_e) for n_e in range(least, total.count - least + 1)]


def wanted_of(numbers: Numbers) -> Wanted:
    """Return what the printed percentages and NNTs of a claim ask of a table.

    Parameters
    ----------
    numbers : Numbers
        As for `reconstruct`.

    Returns
    -------
    Wanted
        Where an NNT and a difference of one kind exclude one another, a range that holds nothing.
    """
    got = {
        name: _percent(numbers.get(name)) for name in ("rd", "rd_lb", "rd_ub", "risk_e", "risk_c")
    }
    for end, number in zip(("rd", "rd_lb", "rd_ub"), signed_nnts(numbers), strict=True):
        if number is not None:
            got[end] = _both(got[end], nnt_range(number).inverse())
    return Wanted(got["rd"], got["rd_lb"], got["rd_ub"], got["risk_e"], got["risk_c"])


def signed_nnts(numbers: Numbers) -> tuple[Number | None, Number | None, Number | None]:
    """Return the NNT and the NNTs of the lower and the upper limit of the difference.

    All with the sign of the risk difference: a fall in risk is often printed below 0, its NNT
    above. An interval through infinity has a limit below 0 and one above.
    """
    found = [numbers.get(name) for name in ("nnt", "nnt_lb", "nnt_ub")]
    rd = numbers.get("rd") or numbers.get("rd_ub")
    positive = all(number.figure > 0 for number in found if number is not None)
    if rd is not None and rd.figure < 0 and positive:
        found = [number and replace(number, printed=f"-{number.printed}") for number in found]
    nnt, one, other = found
    if one is None or other is None:
        return nnt, other, one
    return (nnt, one, other) if 1 / one.figure < 1 / other.figure else (nnt, other, one)


def nnt_range(number: Number) -> Range:
    """Return what a printed NNT can stand for: to the nearest, or, if whole, rounded up."""
    reach = number.rounded
    if number.decimals or number.relation != "=":
        return reach
    if number.figure > 0:
        return Range(max(number.figure - 1, Fraction(0)), reach.ub, lb_in=False)
    return Range(reach.lb, min(number.figure + 1, Fraction(0)), ub_in=False)


def _percent(number: Number | None) -> Range | None:
    return None if number is None else number.rounded.times(Fraction(1, 100))


def _both(one: Range | None, other: Range) -> Range:
    shared = other if one is None else one.common(other)
    # An empty range: nothing lies in it.
    return Range(Fraction(2), Fraction(-2)) if shared is None else shared


def counts_behind(
    rd_pct: float,
    nnt_ci: tuple[float, float],
    *,
    least_total: int,
    most_total: int,
    least_arm: int = 12,
    level: float = 95.0,
) -> pd.DataFrame:
    """Return every pair of counts that a printed risk difference and NNT interval could come from.

    Parameters
    ----------
    rd_pct : float
        Risk difference as printed, percent with two decimals, above 0.
    nnt_ci : tuple of float
        Limits of the NNT as printed, whole numbers, the smaller first.
    least_total, most_total, least_arm : int
        Participants in all, and fewest in an arm, that are tried.
    level : float
        Percent.

    Returns
    -------
    pandas.DataFrame
        `event_e, n_e, event_c, n_c, estimate, ci_lb, ci_ub`: the tables whose difference prints
        as `rd_pct` and whose Newcombe interval has reciprocals that print as `nnt_ci`. Empty
        where none fits.
    """
    ub, lb = (Number("nnt", f"{limit:.0f}").rounded.inverse() for limit in nnt_ci)
    wanted = Wanted(Number("rd", f"{rd_pct:.2f}").rounded.times(Fraction(1, 100)), lb, ub)
    found = tables(wanted, list(_splits(least_total, most_total, least_arm)))
    fits = printing(found, "newcombe", lb, ub, level)
    return risk_difference_cis(found[fits], "newcombe", level).reset_index(drop=True)


def _splits(least_total: int, most_total: int, least_arm: int) -> Iterator[tuple[int, int]]:
    for total in range(least_total, most_total + 1):
        for n_e in range(least_arm, total - least_arm + 1):
            yield n_e, total - n_e
