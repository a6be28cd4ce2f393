"""Which interval to trust with a few small studies: the shapes tried, and the rule that decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np
import pandas as pd

from evidence.checks import check_level
from evidence.coverage import Scenario
from evidence.data import load
from evidence.effects import escalc
from evidence.fits import TESTS, FitArrays, fit_choices

#: Largest SD between studies over which an interval must hold; beyond it is shown, not judged.
WIDEST_TAU = 1.0
#: Standard errors of simulation that are granted to a coverage below the level.
GRANTED = 2.0
#: Where trials agree an interval may miss so many times as often as it promises to.
EXCESS = 1.5


def one_arm(
    n: Sequence[int], p: float, *, ks: Sequence[int], taus: Sequence[float]
) -> list[Scenario]:
    """Return scenarios of one arm, for each number of studies and each SD between them.

    Parameters
    ----------
    n : sequence of int
        Sizes of studies, taken in turn and from the start again until there are k.
    p : float
        Proportion of responders in the median study.
    ks : sequence of int
        Numbers of studies.
    taus : sequence of float
        SDs between studies, of the logit.
    """
    return [Scenario(_sizes(n, k), p, tau) for k in ks for tau in taus]


def two_arms(
    n_e: Sequence[int],
    n_c: Sequence[int],
    p: float,
    *,
    ks: Sequence[int],
    taus: Sequence[float],
    log_or: float = 0.0,
) -> list[Scenario]:
    """Return scenarios of two arms; as `one_arm`, with `p` of the controls and the true effect."""
    return [Scenario(_sizes(n_e, k), p, tau, _sizes(n_c, k), log_or) for k in ks for tau in taus]


def _sizes(n: Sequence[int], k: int) -> tuple[int, ...]:
    if len(n) == 0:
        raise ValueError("n must hold the size of at least one study; got none")
    return tuple(int(size) for size in islice(cycle(n), k))


def arm_sizes(studies: Sequence[str], column: str = "n_completed") -> pd.DataFrame:
    """Return the sizes of both arms of placebo-controlled trials, from `arms.csv`.

    Returns
    -------
    DataFrame
        `study, n_e, n_c, source`, in the order given; trials without both sizes are left out.
    """
    arms = load("arms")
    arms = arms[arms["study"].isin(list(studies))]
    wide = arms.pivot_table(index="study", columns="role", values=column, aggfunc="first")
    wide = wide.reindex(columns=["experimental", "placebo"]).dropna()
    sizes = wide.astype(int).set_axis(["n_e", "n_c"], axis=1)
    sizes["source"] = arms.groupby("study")["source"].first()
    kept = [study for study in studies if study in sizes.index]
    return sizes.loc[kept].rename_axis("study").reset_index()


def where_narrower(
    scenarios: Sequence[Scenario],
    *,
    method: str = "REML",
    replicates: int = 2000,
    level: float = 95.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate coverage among the data sets that agree so well that `knha` is narrower than `z`.

    A reader can see that this has happened; an interval should hold there too.

    Parameters
    ----------
    scenarios : sequence of Scenario
    method : str
        Estimator of tau2.
    replicates : int
        Data sets for each scenario, before the choice.
    level : float
        Percent.
    seed : int

    Returns
    -------
    DataFrame
        A row for each scenario and test: `k, two_arms, tau, interval, share` of data sets chosen,
        `coverage` among them and its `coverage_se` (NaN where none was chosen).
    """
    check_level(level)
    seeds = np.random.SeedSequence(seed).spawn(len(scenarios))
    rows: list[dict[str, object]] = []
    for scenario, own in zip(scenarios, seeds, strict=True):
        fits = _fits(scenario, method, replicates, level, np.random.default_rng(own))
        chosen = fits["knha"].half_ci < fits["z"].half_ci
        rows += [_chosen_row(scenario, f"{method} {t}", fits[t], chosen) for t in TESTS]
    return pd.DataFrame(rows)


def _fits(
    scenario: Scenario, method: str, replicates: int, level: float, rng: np.random.Generator
) -> dict[str, FitArrays]:
    counts = scenario.simulate(replicates, rng)
    effects = escalc(counts.frame(), "PLO" if scenario.n_c is None else "OR")
    yi, vi = (effects[name].to_numpy().reshape(counts.event.shape) for name in ("yi", "vi"))
    found = fit_choices(yi, vi, methods=[method], tests=list(TESTS), level=level)
    return {test: found[method, test] for test in TESTS}


def _chosen_row(
    scenario: Scenario, label: str, fit: FitArrays, chosen: np.ndarray
) -> dict[str, object]:
    truth, count = scenario.truth, int(chosen.sum())
    held = (fit.ci_lb <= truth) & (truth <= fit.ci_ub)
    share = float(held[chosen].mean()) if count else np.nan
    return {
        "k": len(scenario.n),
        "two_arms": scenario.n_c is not None,
        "tau": scenario.tau,
        "interval": label,
        "share": float(chosen.mean()),
        "coverage": share,
        "coverage_se": float(np.sqrt(share * (1 - share) / count)) if count else np.nan,
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which interval the rule chooses.

    Attributes
    ----------
    interval : str or None
        The narrowest of those that pass; None where none does.
    frame : DataFrame
        A row a candidate: `interval`, its `lowest` coverage, whether it `holds`, its lowest
        coverage where trials agree (`agreeing`), whether it `holds_agreeing`, and `width`, how
        many times as wide as the narrowest candidate it is on average.
    level : float
        Percent.
    """

    interval: str | None
    frame: pd.DataFrame
    level: float


def choose_interval(found: pd.DataFrame, agreeing: pd.DataFrame, *, level: float = 95.0) -> Verdict:
    """Choose an interval by a rule that is fixed beforehand.

    1. In every scenario with a tau up to `WIDEST_TAU` the coverage must not be below the level by
       more than `GRANTED` Monte Carlo standard errors.
    2. Where trials rightly agree (tau = 0 and `knha` narrower than `z`), it must not miss more
       than `EXCESS` times as often as it promises, with the same grant.
    3. Of those that pass, the narrowest.

    Parameters
    ----------
    found : DataFrame
        From `coverage`. Candidates are the intervals that are in every scenario of it and in
        `agreeing`.
    agreeing : DataFrame
        From `where_narrower`.
    level : float
        Percent.

    Raises
    ------
    ValueError
        If there is no candidate.
    """
    check_level(level)
    judged = found[found["tau"] <= WIDEST_TAU]
    counts = judged["interval"].value_counts()
    candidates = [name for name in agreeing["interval"].unique() if counts.get(name, 0) > 0]
    if not candidates or counts[candidates].nunique() > 1:
        raise ValueError(
            "found must hold each interval of agreeing, in the same scenarios; got "
            f"{dict(counts)} for {list(agreeing['interval'].unique())}"
        )
    rows = [_judged(name, judged, agreeing, level) for name in candidates]
    frame = pd.DataFrame(rows)
    frame["width"] = _relative_widths(judged, candidates)
    passed = frame[frame["holds"] & frame["holds_agreeing"]].sort_values("width", kind="stable")
    return Verdict(passed["interval"].iloc[0] if len(passed) else None, frame, level)


def _judged(
    name: str, judged: pd.DataFrame, agreeing: pd.DataFrame, level: float
) -> dict[str, object]:
    own = judged[judged["interval"] == name]
    near = agreeing[(agreeing["interval"] == name) & (agreeing["tau"] == 0)].dropna()
    miss = EXCESS * (1 - level / 100)
    return {
        "interval": name,
        "lowest": own["coverage"].min(),
        "holds": bool((own["coverage"] + GRANTED * own["coverage_se"] >= level / 100).all()),
        "agreeing": near["coverage"].min(),
        "holds_agreeing": bool(
            (near["coverage"] + GRANTED * near["coverage_se"] >= 1 - miss).all()
        ),
    }


def _relative_widths(judged: pd.DataFrame, candidates: list[str]) -> list[float]:
    kept = judged[judged["interval"].isin(candidates)].copy()
    kept["scenario"] = kept.groupby("interval").cumcount()
    wide = kept.pivot_table(index="scenario", columns="interval", values="width")
    relative = wide.div(wide.min(axis=1), axis=0).mean()
    return [float(relative[name]) for name in candidates]
