"""Execute chapters side by side, each in a process of its own."""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from bookbuild.failures import Failure
from bookbuild.jobs import Job, Outcome
from bookbuild.parent import end_with_parent


def worker_count(variable: str | None = None) -> int:
    """Return how many chapters to execute at a time: `BOOK_JOBS`, else the cores at hand.

    Raises
    ------
    ValueError
        Where the variable is not a whole number above zero.
    """
    text = os.environ.get("BOOK_JOBS", "") if variable is None else variable
    if not text:
        return _cores()
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"BOOK_JOBS must be a whole number from 1; got {text!r}")
    return int(text)


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def execute_all(
    jobs: Sequence[Job], workers: int, tell: Callable[[Outcome], None], again: bool = True
) -> None:
    """Execute jobs, the first ones first, and tell each outcome as soon as it is there.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which to start them; the longest first leaves no core idle at the end.
    workers : int
        How many at a time.
    tell : callable
        Called in this process with each outcome.
    again : bool
        Whether to try once more the jobs that were lost with a process that was killed from
        outside (out of memory, say). Which of them was to blame cannot be known.
    """
    lost: list[Job] = []
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=end_with_parent) as pool:
        futures = {pool.submit(_execute, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                tell(future.result())
            except BrokenProcessPool:
                lost.append(futures[future])
    for job in lost:
        if again:
            execute_all([job], 1, tell, again=False)
            continue
        error = "the process that executed it was killed, twice (out of memory?)"
        tell(Outcome(job.docname, (Failure(job.chapter, error, parameters=job.parameters),)))


def _execute(job: Job) -> Outcome:
    # Imported by the workers, at the same time: papermill takes a third of a second.
    from bookbuild.execute import execute

    return execute(job)
