"""Execute chapters side by side, each in a process of its own."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path

from bookbuild.failures import Failure
from bookbuild.jobs import FONTS, STEADY, Job, Outcome
from bookbuild.parent import end_with_parent

INLINE = "module://matplotlib_inline.backend_inline"


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
    jobs: Sequence[Job],
    workers: int,
    tell: Callable[[Outcome], None],
    preload: Sequence[str] = (),
) -> None:
    """Execute jobs as :func:`outcomes` does, and tell each outcome as soon as it is there."""
    for _, outcome in outcomes(jobs, workers, preload):
        tell(outcome)


def outcomes(
    jobs: Sequence[Job], workers: int, preload: Sequence[str] = (), again: bool = True
) -> Iterator[tuple[Job, Outcome]]:
    """Execute jobs, the first ones first, and yield each with its outcome as soon as it is there.

    Broken off (an exception, an interrupt from the keyboard), it kills what still runs.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which to start them; the longest first leaves no core idle at the end.
    workers : int
        How many at a time.
    preload : sequence of str
        Libraries that each worker has imported once; kernels are then forked. Used where
        there are more jobs than workers and the system can fork, else ignored.
    again : bool
        Whether to try once more the jobs that were lost with a process that was killed from
        outside (out of memory, say). Which of them was to blame cannot be known.
    """
    forked = bool(preload) and len(jobs) > workers and can_fork()
    lost: list[Job] = []
    context = multiprocessing.get_context("spawn")
    with (
        start_conditions(jobs[0].state),
        ProcessPoolExecutor(
            min(workers, len(jobs)), context, _begin, (preload if forked else (),)
        ) as pool,
        _killed_when_broken_off(pool),
    ):
        futures = {pool.submit(_execute, job, forked): job for job in jobs}
        for future in as_completed(futures):
            try:
                outcome = future.result()
            except BrokenProcessPool:
                lost.append(futures[future])
            else:
                yield futures[future], outcome
    for job in lost:
        yield from outcomes([job], 1, again=False) if again else [(job, _lost(job))]


def _lost(job: Job) -> Outcome:
    error = "the process that executed it was killed, twice (out of memory?)"
    return Outcome(job.docname, (Failure(job.chapter, error, parameters=job.parameters),))


@contextmanager
def _killed_when_broken_off(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Kill the workers when the work is broken off; they would go on to the last job."""
    others = set(multiprocessing.active_children())
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            _kill_family(process.pid)
        raise


def _kill_family(pid: int | None) -> None:
    """Kill a worker with its kernels; left alone, they would notice a second later, and say so."""
    import psutil

    with suppress(psutil.Error):
        worker = psutil.Process(pid)
        for process in (worker, *worker.children(recursive=True)):
            with suppress(psutil.Error):
                process.kill()


def can_fork() -> bool:
    """Return whether kernels can be forked here: not on Windows, nor where `BOOK_FORK` is 0."""
    possible = "forkserver" in multiprocessing.get_all_start_methods()
    return possible and os.environ.get("BOOK_FORK", "1") != "0"


def _begin(preload: Sequence[str]) -> None:
    """Prepare a worker, which comes with nothing imported."""
    # An interrupt from the keyboard goes to all processes; what comes of it the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if preload:
        from bookbuild.forked import start_server

        start_server(preload)


@contextmanager
def start_conditions(state: Path) -> Iterator[None]:
    """Start processes with the variables that Python reads but once, and without our own script.

    A process of multiprocessing imports the script of the one that starts it: here
    jupyter-book, with all of Sphinx. And matplotlib takes its backend, and the folder of its list
    of fonts (in `state`: that of the user may not be writable), at import.
    """
    before, script = dict(os.environ), sys.modules["__main__"].__dict__
    own: dict[str, object] = {
        name: script[name] for name in ("__file__", "__spec__") if name in script
    }
    script.pop("__file__", None)
    script["__spec__"] = None
    os.environ.update(STEADY, MPLBACKEND=INLINE, MPLCONFIGDIR=str(state / FONTS))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        yield
    finally:
        script.update(own)
        os.environ.clear()
        os.environ.update(before)


def _execute(job: Job, forked: bool) -> Outcome:
    # Imported by the workers, at the same time: papermill takes a third of a second.
    from bookbuild.execute import execute

    return execute(job, forked)
