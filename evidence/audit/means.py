"""P values of two means, and standard deviations mistaken for standard errors."""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.pvalues import p_of, p_said, said
from evidence.audit.ranges import Range, about
from evidence.checks import check_choice

SPREADS = ("sd", "se")


@dataclass(frozen=True, slots=True)
class _Test:
    """What t can be, and the fewest and the most degrees of freedom that it can have."""

    t: Range
    df_lb: float
    df_ub: float

    @property
    def p(self) -> Range:
        return about(
            p_of("t", float(self.t.ub), self.df_ub), p_of("t", float(self.t.lb), self.df_lb)
        )


def p_means(numbers: Numbers) -> Finding:
    """Ask whether a p value or t is that of two groups' means and spreads, and of which reading.

    Parameters
    ----------
    numbers : Numbers
        `mean_e, mean_c, n_e, n_c, spread_e, spread_c`; `spread_kind`, "sd" or "se"; and `p`, or
        `t`. The groups are two sets of people: for measurements before and after in one set the
        correlation is needed too, and this is no test of them.

    Returns
    -------
    Finding
        "agrees" where Student's or Welch's t test of the stated kind of spread prints so;
        "disagrees" else, and the computation says whether the other kind would. `values`: t and
        p of Welch's test, of both readings, from the figures as printed.

    Notes
    -----
    Means, spreads, t and p may each be anything that prints so; Welch's degrees of freedom
    (Satterthwaite) are bounded over the ratio of the variances.

    References
    ----------
    .. [1] Cochrane Handbook for Systematic Reviews of Interventions, version 6, sections 6.5.2.2
       and 6.5.2.3: standard errors taken for standard deviations.
    .. [2] Welch BL (1947). The generalization of Student's problem when several different
       population variances are involved. Biometrika 34:28-35. doi:10.1093/biomet/34.1-2.28
    """
    kind = numbers.one("spread_kind").text
    check_choice("spread_kind", kind, SPREADS)
    stated = numbers.get("p") or numbers.one("t")
    fits = {each: _fits(numbers, each, stated) for each in SPREADS}
    other: Literal["sd", "se"] = "se" if kind == "sd" else "sd"
    values = {
        f"{name}_{each}": found
        for each in SPREADS
        for name, found in zip(("t", "p"), _as_printed(numbers, each), strict=True)
    }
    shown = "; ".join(
        f"as {each.upper()}s, t = {values[f't_{each}']:.3g} and {p_said(values[f'p_{each}'])}"
        for each in (kind, other)
    )
    text = f"{_groups(numbers)}: {shown}; printed {stated.name} {said(stated)}"
    if fits[kind]:
        both = "; either reading fits" if fits[other] else ""
        return Finding("agrees", text + both, values)
    hint = f": it fits if the spreads are {other.upper()}s" if fits[other] else ""
    return Finding("disagrees", text + hint, values)


def _groups(numbers: Numbers) -> str:
    groups = (
        f"{numbers.one(f'mean_{a}')} ({numbers.one(f'spread_{a}')}), n = {numbers.one(f'n_{a}')}"
        for a in "ec"
    )
    return " against ".join(groups)


def _fits(numbers: Numbers, kind: str, stated: Number) -> bool:
    for test in _tests(numbers, kind):
        reach = test.p if stated.name == "p" else test.t
        wanted = stated.rounded if stated.name == "p" else stated.rounded.magnitude()
        if reach.meets(wanted):
            return True
    return False


def _as_printed(numbers: Numbers, kind: str) -> tuple[float, float]:
    gap = abs(float(numbers.one("mean_e").figure - numbers.one("mean_c").figure))
    v_e, v_c = (
        _variance(float(numbers.one(f"spread_{arm}").figure), _n(numbers, arm), kind)
        for arm in "ec"
    )
    t = gap / sqrt(v_e + v_c) if v_e + v_c else inf
    df = _welch(v_e, v_c, _n(numbers, "e"), _n(numbers, "c"))
    return t, p_of("t", t, df)


def _tests(numbers: Numbers, kind: str) -> tuple[_Test, _Test]:
    """Return Student's and Welch's test, over all that prints so."""
    gap = (numbers.one("mean_e").rounded - numbers.one("mean_c").rounded).magnitude()
    n_e, n_c = _n(numbers, "e"), _n(numbers, "c")
    ends = {
        arm: [_variance(max(float(bound), 0.0), n, kind) for bound in (spread.lb, spread.ub)]
        for arm, n, spread in (
            ("e", n_e, numbers.one("spread_e").rounded),
            ("c", n_c, numbers.one("spread_c").rounded),
        )
    }
    (e_lb, e_ub), (c_lb, c_ub) = ends["e"], ends["c"]
    welch = [sqrt(e_lb + c_lb), sqrt(e_ub + c_ub)]
    student = [_pooled_se(e, c, n_e, n_c) for e, c in ((e_lb, c_lb), (e_ub, c_ub))]
    corners = [_welch(e, c, n_e, n_c) for e in (e_lb, e_ub) for c in (c_lb, c_ub)]
    most = n_e + n_c - 2
    # Degrees of freedom are most where the variances of the means are as n - 1.
    reached = (e_lb * (n_c - 1) <= c_ub * (n_e - 1)) and (e_ub * (n_c - 1) >= c_lb * (n_e - 1))
    return (
        _Test(_quotient(gap, *student), most, most),
        _Test(_quotient(gap, *welch), min(corners), most if reached else max(corners)),
    )


def _quotient(gap: Range, least: float, most: float) -> Range:
    low = float(gap.lb) / most if most else inf
    high = float(gap.ub) / least if least else inf
    return about(low if gap.lb else 0.0, high)


def _variance(spread: float, n: int, kind: str) -> float:
    """Return the variance of a group's mean."""
    return spread**2 if kind == "se" else spread**2 / n


def _pooled_se(v_e: float, v_c: float, n_e: int, n_c: int) -> float:
    pooled = (v_e * n_e * (n_e - 1) + v_c * n_c * (n_c - 1)) / (n_e + n_c - 2)
    return sqrt(pooled * (1 / n_e + 1 / n_c))


def _welch(v_e: float, v_c: float, n_e: int, n_c: int) -> float:
    """Return Satterthwaite's degrees of freedom; the fewest where there is no variance at all."""
    below = v_e**2 / (n_e - 1) + v_c**2 / (n_c - 1)
    return (v_e + v_c) ** 2 / below if below else min(n_e, n_c) - 1.0


def _n(numbers: Numbers, arm: str) -> int:
    n = numbers.one(f"n_{arm}").count
    if n < 2:
        raise ValueError(f"n_{arm} must be 2 or more for a t test; got {n}")
    return n
