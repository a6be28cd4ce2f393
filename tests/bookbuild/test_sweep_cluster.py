"""Sweeps on a Dask cluster: a scheduler and two workers on this machine, as processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from books import edited
from swept import SweptBook, wait_until

from bookbuild.cluster import _ended, _judged, _outcome, book_of, difference
from bookbuild.freshness import Files
from bookbuild.jobs import Job, Outcome

LEVELS = [50, 55, 60, 65, 70, 75, 80, 85]
GRID = f"level: {LEVELS}\nquick: false"
#: Kills the process that executes the chapter for a worker: the parent of the kernel's server.
SUICIDE = "import psutil; psutil.Process().parent().parent().kill()"


@contextmanager
def process(program: str, *arguments: str, folder: Path, **variables: str) -> Iterator:
    """Run a part of the cluster for a while."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments]
    with (folder / f"{program}.log").open("ab") as log:
        started = subprocess.Popen(
            [*command, "--no-dashboard", "--host", "127.0.0.1"],
            cwd=folder, env=os.environ | variables, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "scheduler.json"
    with process("scheduler", "--port", "0", "--scheduler-file", str(file), folder=tmp_path) as it:
        wait_until(it, lambda: file.exists() and file.read_text().endswith("}"))
        (tmp_path / "scheduler.pid").write_text(str(it.pid))
        yield json.loads(file.read_text())["address"]


@pytest.fixture
def workers(tmp_path: Path, scheduler: str) -> Iterator[dict[str, subprocess.Popen]]:
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path / "dask"))
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                process("worker", scheduler, *options, folder=tmp_path, WORKER=name)
            )
            for name in ("one", "two")
        }


def last_of(swept: SweptBook, worker: str) -> tuple[str, int]:
    """Return what a worker wrote last, and how many sets it has ended."""
    file = swept.root.parent / "log"
    lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    own = [word for word, _, name in lines if name == worker]
    return (own[-1] if own else ""), own.count("ended")


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    tmp_path: Path, scheduler: str, workers: dict[str, subprocess.Popen]
):
    swept = SweptBook(tmp_path)
    sweep = swept.start(GRID, "--scheduler", scheduler)
    wait_until(sweep, lambda: last_of(swept, "one") == ("started", 1))
    workers["one"].send_signal(signal.SIGKILL)
    out, err = sweep.communicate(timeout=120)
    assert sweep.returncode == 0, err
    started, ended = swept.log("started"), swept.log("ended")
    assert set(ended) == {f"REML-{level}" for level in LEVELS}
    assert set(ended.values()) == {1}
    assert started.total() == len(LEVELS) + 1  # the one that was killed
    lines = [line for line in out.splitlines() if " executed (" in line]
    assert len(lines) == len({line.split()[1] for line in lines}) == len(LEVELS)
    assert swept.estimates() == {f"level={level},quick=False": 2 * level for level in LEVELS}
    assert len(list(swept.runs.glob("*/provenance.json"))) == len(LEVELS)


@pytest.mark.usefixtures("workers")
def test_a_cluster_gives_what_this_machine_gives_and_goes_on_from_it(
    tmp_path: Path, scheduler: str
):
    swept = SweptBook(tmp_path)
    grid = "method: [REML, bad]\nlevel: [80, 90]"
    ended = swept.sweep(grid, "--scheduler", scheduler)
    assert ended.status == 1
    assert "2 of 4 sets failed" in ended.err
    there = swept.table(), swept.table("grid.failures.csv")
    again = swept.sweep(grid)
    assert "2 stored already, 2 to execute" in again.out
    assert (swept.table(), swept.table("grid.failures.csv")) == there
    (tmp_path / "other").mkdir()
    other = SweptBook(tmp_path / "other")
    other.sweep(grid)
    assert (other.table(), other.table("grid.failures.csv")) == there


def test_a_chapter_that_kills_what_executes_it_fails_alone(
    tmp_path: Path, scheduler: str, workers: dict[str, subprocess.Popen]
):
    swept = SweptBook(tmp_path)
    edited(swept.book, "chapters/a.ipynb", "raise ValueError", f"{SUICIDE}; raise ValueError")
    ended = swept.sweep("method: [bad, REML]", "--scheduler", scheduler)
    assert ended.status == 1
    assert "method=bad: a worker, or the process that executed it, was lost" in ended.err
    assert "ended with -9" in ended.err
    assert swept.estimates() == {"default": 190}
    assert [worker.poll() for worker in workers.values()] == [None, None]


@pytest.mark.usefixtures("workers")
def test_a_scheduler_that_is_lost_leaves_what_was_stored(tmp_path: Path, scheduler: str):
    swept = SweptBook(tmp_path)
    sweep = swept.start(GRID, "--scheduler", scheduler)
    wait_until(sweep, lambda: any(swept.runs.glob("*/results.json")))
    os.kill(json.loads((tmp_path / "scheduler.pid").read_text()), signal.SIGKILL)
    _, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 1
    assert "the scheduler was lost before it was done; start it again" in err
    assert "Traceback" not in err
    assert 1 <= len(swept.estimates()) < len(LEVELS)


class Finished:
    """A future that had ended, whose result cannot be fetched any more."""

    status = "finished"

    def done(self) -> bool:
        return True

    def result(self, timeout: float) -> None:
        raise TimeoutError


class Running(Finished):
    """A future whose end nobody will tell."""

    status = "pending"

    def done(self) -> bool:
        return False


def test_a_scheduler_that_is_lost_ends_what_waits_for_it(tmp_path: Path):
    job = Job("chapters/a", tmp_path, tmp_path)
    futures = [Finished(), Running()]
    ended = list(_ended(SimpleNamespace(status="closed"), futures))
    assert ended == futures
    for future in ended:
        (failure,) = _outcome(job, future).failures
        assert failure.error == "the scheduler was lost before it was done; start it again"


def test_a_cluster_without_workers_is_told_at_once(tmp_path: Path, scheduler: str):
    swept = SweptBook(tmp_path)
    began = time.monotonic()
    ended = swept.sweep(GRID, "--scheduler", scheduler)
    assert time.monotonic() - began < 15
    assert ended.status == 2
    assert f"{scheduler} has no worker; in the book's folder, `.venv/bin/dask worker" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_worker_with_another_book_is_named(tmp_path: Path):
    swept = SweptBook(tmp_path)
    here = book_of(swept.root, "chapters/a")
    assert difference(here, here) == ""
    swept.book.write("requirements.txt", "numpy==2.4.1\n")
    (swept.root / "chapters/a.ipynb").write_text(
        (swept.root / "chapters/a.ipynb").read_text().replace("scale * level", "level")
    )
    assert difference(here, book_of(swept.root, "chapters/a")) == (
        "another version of the chapter or its declared inputs, "
        "another Python, lock file or installed package"
    )
    assert difference(FileNotFoundError("chapters/a.ipynb"), here) == (
        "not the book (FileNotFoundError: chapters/a.ipynb)"
    )


def test_what_a_worker_read_from_another_file_is_no_result(tmp_path: Path):
    swept = SweptBook(tmp_path)
    job = Job("chapters/a", swept.root, swept.root / ".bookbuild")
    digest = Files(swept.root).digest("data/a.csv")
    outcome = Outcome("chapters/a", inputs={"data/a.csv": digest, "data/b.csv": None})
    assert _judged(job, outcome, Files(swept.root)) == outcome
    other = replace(outcome, inputs={"data/a.csv": "0" * 64})
    (failure,) = _judged(job, other, Files(swept.root)).failures
    assert failure.error == "a worker has read another data/a.csv than is here"
