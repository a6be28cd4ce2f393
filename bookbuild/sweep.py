"""`python -m bookbuild sweep`: run a chapter with every set of a grid, and collect the results."""

import argparse
import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

from bookbuild import lock
from bookbuild.digests import value_digest
from bookbuild.errors import UsageError
from bookbuild.failures import Failure
from bookbuild.grid import read_grid
from bookbuild.jobs import Job, Outcome
from bookbuild.parameters import Schema, read_schema
from bookbuild.progress import Progress, count_text
from bookbuild.run import place, plan
from bookbuild.runs import Run, keep, runs_of, stale_runs
from bookbuild.settings import read_settings
from bookbuild.sweep_table import (
    failure_rows,
    result_columns,
    result_rows,
    write_csv,
    write_parquet,
)

INTERRUPTED = 130
#: Characters of an error in the summary; the file of failures has all.
LONGEST = 160
#: Failures in the summary.
MOST = 10
#: Executes jobs, and yields each with what came of it as soon as it is there.
Executor = Callable[[Sequence[Job]], Generator[tuple[Job, Outcome]]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A chapter, the runs that a grid asks for, and where their results are collected.

    Attributes
    ----------
    schema : Schema
        Of the chapter.
    runs : tuple of Run
        In the order of the grid.
    table : pathlib.Path
        The CSV file, named as the grid; the Parquet file and the failures stand beside it.
    """

    schema: Schema
    runs: tuple[Run, ...]
    table: Path

    @property
    def failures_file(self) -> Path:
        """The CSV file of the sets without a result; it is there only if there are any."""
        return self.table.with_suffix(".failures.csv")


def add_sweep(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `sweep` to a command line."""
    parser = subparsers.add_parser(
        "sweep",
        help="run a chapter with every set of a grid of parameters",
        description="Run a chapter with every set of a grid of parameters and collect the results "
        "in one table. What is there already is not executed again.",
    )
    parser.add_argument("chapter", help="such as migraine-trials")
    parser.add_argument("--grid", required=True, type=Path, help="YAML: a value or a list a name")
    parser.add_argument("--out", default=Path("runs"), type=Path, help="folder of results (runs)")
    parser.add_argument("--jobs", help="how many at a time; else BOOK_JOBS, else the cores")
    parser.add_argument("--scheduler", help="send them to a Dask cluster: tcp://host:port")
    parser.set_defaults(command=run_command)


def run_command(options: argparse.Namespace) -> int:
    """Do what the command line says; return the exit status."""
    root = Path.cwd()
    planned = plan_sweep(root, options.chapter, options.grid, options.out)
    folder = planned.table.parent
    execute = executor(options.jobs, options.scheduler, folder)
    with lock.exclusive(folder / ".lock", _say_waiting):
        try:
            return run_sweep(planned, execute)
        except KeyboardInterrupt:
            done = len(planned.runs) - len(stale_runs(planned.runs))
            kept = f"{done} of {len(planned.runs)} sets are stored"
            print(f"\nStopped; {kept}. The same command goes on from there.", file=sys.stderr)
            return INTERRUPTED


def _say_waiting(_: str) -> None:
    print("Waiting for another sweep of this chapter to end ...", flush=True)


def plan_sweep(root: Path, chapter: str, grid: Path, out: Path) -> Sweep:
    """Return the sweep of a chapter over a grid; nothing is executed or written yet.

    Raises
    ------
    UsageError
        On anything that would not go well: chapter, grid, values, folder.
    """
    job = plan(root, chapter, {})
    schema = read_schema(job.root, job.docname)
    result_columns(schema)
    sets = read_grid(grid, schema)
    folder = place(job, out).parent.absolute()
    runs = runs_of(job, schema, sets, folder)
    sweep = Sweep(schema, tuple(runs), folder / f"{grid.stem}.csv")
    for file in (sweep.table, sweep.table.with_suffix(".parquet"), sweep.failures_file):
        if file.is_dir():
            raise UsageError(f"{_shown(file)} is a folder, and a table is to be written there")
    return sweep


def executor(jobs: str | None, scheduler: str | None, folder: Path) -> Executor:
    """Return what executes the sets: processes of this machine, or a Dask cluster."""
    if scheduler is not None:
        if jobs is not None:
            raise UsageError("--jobs is for this machine; with --scheduler, workers set the number")
        from bookbuild.cluster import cluster_executor

        return cluster_executor(scheduler)
    from bookbuild.pool import worker_count

    try:
        workers = worker_count(jobs)
    except ValueError as error:
        text = str(error)
        raise UsageError(text.replace("BOOK_JOBS", "--jobs") if jobs else text) from error
    work = f"sweep-{value_digest(str(folder))[:8]}"
    return lambda planned: _here(planned, workers, planned[0].state / work)


def _here(jobs: Sequence[Job], workers: int, work: Path) -> Generator[tuple[Job, Outcome]]:
    """Execute jobs on this machine, with a folder for what their processes leave behind."""
    from bookbuild.pool import outcomes

    shutil.rmtree(work, ignore_errors=True)  # of a sweep that was killed
    try:
        own = [replace(job, state=work) for job in jobs]
        yield from outcomes(own, workers, read_settings(jobs[0].root).preload)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_sweep(sweep: Sweep, execute: Executor) -> int:
    """Execute the runs that are missing, store each as it ends, and collect the results.

    Returns
    -------
    int
        Exit status: 0, or 1 where a set has no result.
    """
    missing = stale_runs(sweep.runs)
    stored = len(sweep.runs) - len(missing)
    sets = count_text(len(sweep.runs), "set")
    print(f"{sets}: {stored} stored already, {len(missing)} to execute", flush=True)
    todo = [run for run in sweep.runs if run.slug in missing]
    failures = _execute(todo, execute) if todo else {}
    # Asked again: what was stored an hour ago may be stale by now.
    now = stale_runs(sweep.runs)
    for run in sweep.runs:
        if run.slug in now and run.slug not in failures:
            error = f"{'; '.join(now[run.slug])}, during the sweep; start it again"
            failures[run.slug] = Failure(run.job.chapter, error, parameters=run.job.parameters)
    with _writing(sweep.table):
        return _collect(sweep, failures)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Say in a line what cannot be written, such as where a disk is full."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write {_shown(place)}: {error.strerror or error}") from error


def _execute(todo: Sequence[Run], execute: Executor) -> dict[str, Failure]:
    by_parameters = {value_digest(run.job.parameters): run for run in todo}
    progress = Progress(len(todo), sys.stdout, "set", alike=True)
    progress.draw()
    failures: dict[str, Failure] = {}
    with closing(execute([run.job for run in todo])) as ended:
        for job, outcome in ended:
            run = by_parameters[value_digest(job.parameters)]
            with _writing(run.folder):
                failure = keep(run, outcome)
            if failure:
                failures[run.slug] = failure
            progress.step(run.slug, outcome.seconds, failure is not None)
    return failures


def _collect(sweep: Sweep, failures: dict[str, Failure]) -> int:
    """Write the tables, and tell what there is and what there is not."""
    columns = result_columns(sweep.schema)
    good = [run for run in sweep.runs if run.slug not in failures]
    rows = write_csv(sweep.table, list(columns), result_rows(good))
    parquet = write_parquet(sweep.table, columns)
    sets = count_text(len(good), "set")
    print(f"{rows} results of {sets}: {_shown(sweep.table)} and {parquet.name}")
    if not failures:
        sweep.failures_file.unlink(missing_ok=True)
        return 0
    names = ["chapter", "set", *sweep.schema.parameters, "cell", "error"]
    write_csv(sweep.failures_file, names, failure_rows(sweep.runs, failures))
    file = _shown(sweep.failures_file)
    sets = count_text(len(sweep.runs), "set")
    lines = [f"{len(failures)} of {sets} failed; {file} has all about them:"]
    lines += [f"  {name}: {shorten(each.error, LONGEST)}" for name, each in failures.items()]
    more = [f"  and {len(failures) - MOST} more"] if len(failures) > MOST else []
    print(*lines[: MOST + 1], *more, sep="\n", file=sys.stderr)
    return 1


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
