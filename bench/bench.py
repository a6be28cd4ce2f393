"""Time and memory of the pooling core, beside statsmodels, PyMARE and metafor.

Run by `make bench`. It prints medians of repeated runs on one core, and ratios, all from this one
run; it tests nothing. metafor's part needs `Rscript` with metafor, and is left out without it.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.stats.meta_analysis import combine_effects

from evidence.fits import TESTS, fit_arrays
from evidence.multiverse import fit_universes
from evidence.pooling import pool
from evidence.subsets import subsets
from evidence.tau2 import TAU2
from evidence.themes.headline_answers import answers
from evidence.themes.headlines import headlines

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)
    from pymare import Dataset
    from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

K, DATA_SETS, MILLION, SUBSET_K = 10, 10_000, 1_000_000, 12
METHODS = ("DL", "REML")
#: Data sets that the slow loops are timed on; their time is scaled up to DATA_SETS.
LOOP = 300


def data_sets(n: int, k: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return yi and vi of n simulated data sets with a tau2 of 0.1."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.02, 0.3, (n, k))
    return rng.normal(0, np.sqrt(v + 0.1)), v


def median_time(call: Callable[[], object], repeats: int = 7) -> float:
    """Return the median seconds of a call, after one call to warm up."""
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def show(label: str, seconds: float, ours: float | None = None, note: str = "") -> None:
    """Print one line: seconds, and how many times ours it is."""
    times = f"{seconds / ours:10,.1f} x" if ours else " " * 12
    print(f"  {label:<38}{seconds:12.6f} s {times}  {note}", flush=True)


R_SCRIPT = r"""
suppressMessages(library(metafor))
dir <- commandArgs(TRUE)[1]
y <- as.matrix(read.csv(file.path(dir, "y.csv"))); v <- as.matrix(read.csv(file.path(dir, "v.csv")))
for (m in c("DL", "REML")) {
  failed <- 0
  t <- system.time(for (i in seq_len(nrow(y))) {
    r <- try(rma(y[i, ], v[i, ], method = m, test = "knha"), silent = TRUE)
    failed <- failed + inherits(r, "try-error")
  })[[3]]
  cat("loop", m, t / nrow(y), failed, "\n")
}
g <- read.csv(file.path(dir, "g.csv"))
for (m in c("DL", "REML")) {
  f <- rma(yi, vi, data = g, method = m)
  cat("gosh", m, median(replicate(if (m == "DL") 9 else 1,
      system.time(gosh(f, progbar = FALSE))[[3]])), 0, "\n")
}
"""


def metafor_times(y: np.ndarray, v: np.ndarray, g: pd.DataFrame) -> dict[str, tuple[float, int]]:
    """Return seconds a fit, and fits that failed, for `rma`; seconds in all for `gosh`."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, table in (("y", pd.DataFrame(y)), ("v", pd.DataFrame(v)), ("g", g)):
            table.to_csv(Path(folder) / f"{name}.csv", index=False)
        done = subprocess.run(
            ["Rscript", "-e", R_SCRIPT, folder], capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"  metafor left out: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    rows = [line.split() for line in done.stdout.splitlines()]
    return {f"{what} {m}": (float(seconds), int(failed)) for what, m, seconds, failed in rows}


def one_fit() -> None:
    """Print (a): one fit with k = 10."""
    print(f"(a) one fit, k = {K}")
    y, v = data_sets(1, K)
    frame = pd.DataFrame({"yi": y[0], "vi": v[0]})
    for method in METHODS:
        show(f"pool, {method} hybrid", median_time(lambda m=method: pool(frame, method=m), 200))
        call = median_time(lambda m=method: fit_arrays(y[0], v[0], method=m), 200)
        show(f"fit_arrays, {method} hybrid", call)


def many_fits(r: dict[str, tuple[float, int]]) -> None:
    """Print (b): ten thousand data sets, beside the others."""
    print(f"(b) {DATA_SETS:,} data sets of k = {K}, knha")
    y, v = data_sets(DATA_SETS, K)
    for method in METHODS:
        fit = fit_arrays(y, v, method=method, test="knha")
        ours = median_time(lambda m=method: fit_arrays(y, v, method=m, test="knha"), 15)
        done = int(np.isfinite(fit.se).sum())
        show(f"fit_arrays, {method}", ours, note=f"{done:,} of {DATA_SETS:,} converged")
        with_p = median_time(lambda m=method: fit_arrays(y, v, method=m, test="knha").p, 7)
        show(f"  and its p-values, {method}", with_p, ours)
        for part, label in enumerate(("PyMARE 2-d: tau2, mean", "  as a Dataset", "  and CI, p")):
            theirs = median_time(lambda m=method, p=part: pymare(y, v, m, p), 3)
            show(f"{label}, {method}", theirs, ours, f"{theirs / with_p:.1f} x ours with p")
        if f"loop {method}" in r:
            seconds, failed = r[f"loop {method}"]
            note = f"{LOOP} fits timed, {failed} failed"
            show(f"metafor loop, {method}", seconds * DATA_SETS, ours, note)
        loop = median_time(lambda m=method: statsmodels_loop(y, v, m), 3) / LOOP * DATA_SETS
        what = "dl" if method == "DL" else "iterated (PM): it has no REML"
        show(f"statsmodels loop, {what}", loop, ours, f"{LOOP} fits timed")


def pymare(y: np.ndarray, v: np.ndarray, method: str, part: int) -> None:
    """Fit all data sets by PyMARE: 0 on bare arrays, 1 as a Dataset, 2 with intervals and p."""
    x = np.ones((y.shape[1], 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = DerSimonianLaird() if method == "DL" else VarianceBasedLikelihoodEstimator("reml")
        if part == 0:
            one.fit(y=y.T, v=v.T, X=x)
            return
        one.fit_dataset(Dataset(y=y.T, v=v.T, X=x))
        if part == 2:
            one.summary().get_fe_stats()


def statsmodels_loop(y: np.ndarray, v: np.ndarray, method: str) -> None:
    """Fit the first data sets one by one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in range(LOOP):
            how = "dl" if method == "DL" else "iterated"
            combine_effects(y[row], v[row], method_re=how, use_t=True)


def all_subsets(r: dict[str, tuple[float, int]], g: pd.DataFrame) -> None:
    """Print (c): every subset of twelve studies."""
    print(f"(c) all {2**SUBSET_K - 1:,} subsets of k = {SUBSET_K}")
    for method in METHODS:
        ours = median_time(lambda m=method: subsets(g, methods=[m], tests=["z"]), 101)
        show(f"subsets, {method} z", ours)
        if f"gosh {method}" in r:
            show(f"metafor::gosh, {method}", r[f"gosh {method}"][0], ours)


def every_choice() -> None:
    """Print (d): every combination of choices of the chapter on robustness."""
    shown = headlines()
    matters = {"points": 10.0, "share": 25.0, "mean": 1.0, "deviations": 0.5}
    found = answers(shown, matters)
    n = sum(len(each.specs) for each in found.values())
    print(f"(d) {n:,} combinations of choices of {len(shown)} headline results")
    show("headlines: rows and effects", median_time(headlines, 1))
    show("answers: fits, spread, moves", median_time(lambda: answers(shown, matters), 3))
    universes = [universe for each in shown.values() for universe in each.universes]
    every = {"methods": list(TAU2), "tests": TESTS}
    fits = len(universes) * len(TAU2) * len(TESTS)
    call = median_time(lambda: fit_universes(universes, **every), 5)
    show(f"fit_universes, {fits:,} fits", call, note="idle choices included")


def a_million() -> None:
    """Print (e): a million fits, their memory, and whether cost is linear."""
    print(f"(e) {MILLION:,} fits of k = {K}")
    y, v = data_sets(MILLION, K)
    for method in METHODS:
        tenth = median_time(
            lambda m=method: fit_arrays(y[: MILLION // 10], v[: MILLION // 10], method=m), 3
        )
        start = time.perf_counter()
        fit = fit_arrays(y, v, method=method)
        seconds = time.perf_counter() - start
        note = f"{seconds / tenth:.1f} times a tenth of them"
        show(f"fit_arrays, {method} hybrid", seconds, note=note)
        assert np.isfinite(fit.estimate).all()
    unit = 1024 if sys.platform != "darwin" else 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    print(f"  peak memory of this process, data included: {peak:,.0f} MiB")


def on_one_core() -> None:
    """Start again with one thread for linear algebra, which numpy reads when it is loaded."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    if threads.items() - os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **threads})


def main() -> None:
    """Print all parts."""
    on_one_core()
    y, v = data_sets(LOOP, K)
    g = pd.DataFrame({"yi": data_sets(1, SUBSET_K)[0][0], "vi": data_sets(1, SUBSET_K)[1][0]})
    r = metafor_times(y, v, g)
    one_fit()
    many_fits(r)
    all_subsets(r, g)
    every_choice()
    a_million()


if __name__ == "__main__":
    main()
