"""How often an interval holds the truth: simulated meta-analyses of binary outcomes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from evidence.checks import check_level
from evidence.coverage_intervals import FAST_INTERVALS, IntervalMaker, SimulatedCounts
from evidence.effects_columns import Floats

#: Replicates simulated together. The data depend on it, and not on the number of processes.
BATCH = 250


@dataclass(frozen=True, slots=True)
class Scenario:
    """One shape of meta-analysis, and the truth behind it.

    Attributes
    ----------
    n : tuple of int
        Participants of each study (of its experimental arm).
    p : float
        Proportion of responders in the median study (of control arms, where there are two),
        between 0 and 1.
    tau : float
        SD between studies, of the logit (one arm) or of the log odds ratio (two arms).
    n_c : tuple of int, optional
        Participants of each control arm; without it there is one arm.
    log_or : float
        True mean log odds ratio; two arms only.
    """

    n: tuple[int, ...]
    p: float
    tau: float
    n_c: tuple[int, ...] | None = None
    log_or: float = 0.0

    def __post_init__(self) -> None:
        sizes = self.n + (self.n_c or ())
        if not self.n or any(size < 1 for size in sizes):
            raise ValueError(f"n and n_c must hold sizes of 1 or more; got {self.n}, {self.n_c}")
        if self.n_c is not None and len(self.n_c) != len(self.n):
            raise ValueError(f"n_c must have a size for each of {len(self.n)}; got {self.n_c}")
        if not (0 < self.p < 1 and self.tau >= 0):
            raise ValueError(f"p must be between 0 and 1 and tau not below 0; got {self}")

    @property
    def truth(self) -> float:
        """The logit of `p`, or with two arms the log odds ratio."""
        return self.log_or if self.n_c else float(logit(self.p))

    def simulate(self, replicates: int, rng: np.random.Generator) -> SimulatedCounts:
        """Return the counts of so many meta-analyses."""
        deviation = self.tau * rng.standard_normal((replicates, len(self.n)))
        n = np.broadcast_to(np.array(self.n), deviation.shape)
        if self.n_c is None:
            return SimulatedCounts(_binomial(rng, n, logit(self.p) + deviation), n.astype(float))
        n_c = np.broadcast_to(np.array(self.n_c), deviation.shape)
        event = _binomial(rng, n, logit(self.p) + self.log_or + deviation)
        event_c = _binomial(rng, n_c, np.full(deviation.shape, logit(self.p)))
        return SimulatedCounts(event, n.astype(float), event_c, n_c.astype(float))

    def on_scale(self, bound: Floats) -> Floats:
        """Return a bound on the scale on which width is measured: proportion, or log odds."""
        shown: Floats = bound if self.n_c else expit(bound)
        return shown


def _binomial(rng: np.random.Generator, n: np.ndarray, logits: Floats) -> Floats:
    return rng.binomial(n, expit(logits)).astype(float)


def coverage(
    scenarios: Sequence[Scenario],
    intervals: Sequence[IntervalMaker] = FAST_INTERVALS,
    *,
    replicates: int = 2000,
    level: float = 95.0,
    seed: int = 0,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Simulate meta-analyses and see how often each interval holds the truth.

    Parameters
    ----------
    scenarios : sequence of Scenario
    intervals : sequence of IntervalMaker
        All see the same data.
    replicates : int
        Meta-analyses for each scenario, 1 or more.
    level : float
        Percent.
    seed : int
        The same seed gives the same table, whatever `processes` is.
    processes : int
        1 runs here; more spread the batches over new processes.
    progress : callable, optional
        Called with batches done and batches in all.

    Returns
    -------
    DataFrame
        A row for each scenario and interval: `k`, `n`, `n_c`, `p`, `tau`, `log_or`, `interval`,
        `replicates`; `coverage`, the share of intervals that hold the truth, and its Monte Carlo
        standard error `coverage_se`; `width`, the median width (of proportions for one arm, of
        log odds ratios for two); `excludes_zero`, the share that excludes a log odds ratio of 0
        (power, or under ``log_or=0`` the error rate; NaN for one arm); `failed`, the share of
        data sets without an interval, which count in none of the others.

    Notes
    -----
    The truth is the mean on the logit scale: the proportion of the median study. Its average over
    studies is another number when tau is above 0; a sum of all events aims at that one.
    """
    check_level(level)
    if not scenarios or not intervals or replicates < 1 or processes < 1:
        raise ValueError(
            "scenarios and intervals must not be empty, replicates and processes 1 or more; got "
            f"{len(scenarios)}, {len(intervals)}, {replicates} and {processes}"
        )
    tasks = list(_tasks(scenarios, tuple(intervals), replicates, level, seed))
    found: dict[int, list[Floats]] = {number: [] for number in range(len(scenarios))}
    for done, (task, bounds) in enumerate(_run(tasks, processes), start=1):
        found[task.number].append(bounds)
        if progress:
            progress(done, len(tasks))
    rows = [
        _row(scenario, maker.label, np.concatenate(found[number], axis=1)[place])
        for number, scenario in enumerate(scenarios)
        for place, maker in enumerate(intervals)
    ]
    return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True)
class _Task:
    """One batch of one scenario."""

    number: int
    scenario: Scenario
    intervals: tuple[IntervalMaker, ...]
    replicates: int
    level: float
    seed: np.random.SeedSequence


def _tasks(
    scenarios: Sequence[Scenario],
    intervals: tuple[IntervalMaker, ...],
    replicates: int,
    level: float,
    seed: int,
) -> Iterator[_Task]:
    seeds = np.random.SeedSequence(seed).spawn(len(scenarios))
    for number, (scenario, own) in enumerate(zip(scenarios, seeds, strict=True)):
        starts = range(0, replicates, BATCH)
        for start, child in zip(starts, own.spawn(len(starts)), strict=True):
            size = min(BATCH, replicates - start)
            yield _Task(number, scenario, intervals, size, level, child)


def _run(tasks: Sequence[_Task], processes: int) -> Iterator[tuple[_Task, Floats]]:
    if processes == 1:
        yield from zip(tasks, map(_bounds, tasks), strict=True)
        return
    # Fresh processes: a fork of a process with threads, such as a notebook's, may hang.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from zip(tasks, pool.map(_bounds, tasks), strict=True)


def _bounds(task: _Task) -> Floats:
    """Return the bounds of each interval, shape (intervals, replicates, 2)."""
    counts = task.scenario.simulate(task.replicates, np.random.default_rng(task.seed))
    return np.stack([np.stack(make(counts, task.level), axis=1) for make in task.intervals])


def _row(scenario: Scenario, label: str, bounds: Floats) -> dict[str, object]:
    made = bounds[~np.isnan(bounds).any(axis=1)]
    lb, ub = made.T
    share = np.mean((lb <= scenario.truth) & (scenario.truth <= ub)) if len(made) else np.nan
    width = scenario.on_scale(ub) - scenario.on_scale(lb)
    two_arms = scenario.n_c is not None and len(made) > 0
    return {
        "k": len(scenario.n),
        "n": scenario.n,
        "n_c": scenario.n_c,
        "p": scenario.p,
        "tau": scenario.tau,
        "log_or": scenario.log_or if scenario.n_c else np.nan,
        "interval": label,
        "replicates": len(bounds),
        "coverage": float(share),
        "coverage_se": float(np.sqrt(share * (1 - share) / len(made))) if len(made) else np.nan,
        "width": float(np.median(width)) if len(made) else np.nan,
        "excludes_zero": float(np.mean((lb > 0) | (ub < 0))) if two_arms else np.nan,
        "failed": 1 - len(made) / len(bounds),
    }
