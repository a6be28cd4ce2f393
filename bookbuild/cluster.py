"""Send the sets of a sweep to a Dask cluster.

A worker executes a set in a process of its own (:mod:`bookbuild.cluster_job`), from the book
at the same path: a shared file system, or a copy in the same place. That the copy is the
same is checked before anything starts, and again for what each set has really read. What is
sent is a :class:`bookbuild.jobs.Job`, what comes back its outcome; only this process stores
results, each once, however often a worker is lost and a set given to another.
"""

import asyncio
import logging
import pickle
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from bookbuild.chapters import read_chapter
from bookbuild.digests import file_digest, value_digest
from bookbuild.environment import read_environment
from bookbuild.errors import UsageError
from bookbuild.failures import Failure
from bookbuild.freshness import Files
from bookbuild.jobs import Job, Outcome
from bookbuild.settings import read_settings

ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+")
#: Seconds for the scheduler to answer, and again for a first worker to be there.
PATIENCE = 4
#: Seconds between two looks at what has ended.
PAUSE = 0.05
START = "in the book's folder, `.venv/bin/dask worker {} --nthreads 1` starts one"
#: What the book of a worker may differ in, as its author would call it.
WORDS = {
    "chapter": "another version of the chapter or its declared inputs",
    "environment": "another Python, lock file or installed package",
    "bookbuild": "another bookbuild/",
}


def cluster_executor(
    address: str,
) -> Callable[[Sequence[Job]], Generator[tuple[Job, Outcome]]]:
    """Return what executes jobs on the cluster of the scheduler at `address`.

    Raises
    ------
    UsageError
        Where the address is none, dask is not installed, or the scheduler does not answer.
    """
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--scheduler must be tcp://host:port; got {address!r}")
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise UsageError(
            f"--scheduler needs the extra `cluster`: `make cluster` installs it ({error})"
        ) from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_greet(address))
        client = distributed.Client(address, timeout=PATIENCE)
    except Exception as error:  # whatever it is that listens there
        raise UsageError(f"no Dask scheduler answers at {address}; is it running?") from error
    return partial(_outcomes, client)


async def _greet(address: str) -> None:
    """Shake hands with a scheduler; dask's own client waits for ever for one that is silent."""
    connect = import_module("distributed.comm").connect
    async with asyncio.timeout(PATIENCE):
        comm = await connect(address, timeout=PATIENCE)
    comm.abort()


def _outcomes(client: Any, jobs: Sequence[Job]) -> Generator[tuple[Job, Outcome]]:
    """Execute jobs on a cluster, and yield each with its outcome as soon as it is there."""
    with client:
        expected = check_workers(client, jobs[0])
        sweep = uuid.uuid4().hex
        futures = {
            client.submit(run_job, job, expected, key=f"book-{sweep}-{number}", retries=1): job
            for number, job in enumerate(jobs)
        }
        files = Files(jobs[0].root)
        for future in _ended(client, futures):
            job = futures[future]
            outcome = _outcome(job, future)
            future.release()  # or it would be computed again when the worker that has it is lost
            yield job, _judged(job, outcome, files)


def _ended(client: Any, futures: Iterable[Any]) -> Generator[Any]:
    """Yield futures as they end, all that are left when the scheduler is lost.

    Dask's own ``as_completed`` waits for ever for a future that had ended, but whose result
    was still on its way when the scheduler was lost.
    """
    left = list(futures)
    while left:
        lost = client.status in ("closing", "closed")
        ended = [future for future in left if lost or future.done()]
        yield from ended
        left = [future for future in left if future not in ended]
        if not ended:
            time.sleep(PAUSE)


def _outcome(job: Job, future: Any) -> Outcome:
    """Return what a future that has ended says of its job."""
    error = "the scheduler was lost before it was done; start it again"
    try:
        if future.status == "finished":
            outcome: Outcome = future.result(timeout=PATIENCE)
            return outcome
        if future.status == "error":  # after dask has given it to others, and that three times
            raised = future.exception(timeout=PATIENCE)
            error = f"a worker, or the process that executed it, was lost again and again: {raised}"
    except Exception:  # whatever dask raises where the result cannot be fetched any more
        logging.getLogger(__name__).debug("%s has no result", job.docname, exc_info=True)
    return Outcome(job.docname, (Failure(job.chapter, error, parameters=job.parameters),))


def check_workers(client: Any, job: Job) -> dict[str, str]:
    """Refuse a cluster without workers, or with one that has not the same book; return the book's.

    Raises
    ------
    UsageError
        With the worker and what it lacks.
    """
    address = client.scheduler.address
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise UsageError(f"{address} has no worker; {START.format(address)}") from error
    expected = book_of(job.root, job.docname)
    answers = client.run(book_of, job.root, job.docname, on_error="return")
    for worker, there in answers.items():
        fault = difference(there, expected)
        if fault:
            raise UsageError(f"the worker {worker} has {fault}; {job.root} must be the same there")
    return expected


def book_of(root: Path, docname: str) -> dict[str, str]:
    """Return digests of what must be the same wherever a chapter is executed."""
    settings = read_settings(root)
    builder = sorted(Path(__file__).parent.rglob("*.py"))
    return {
        "chapter": read_chapter(docname, root, settings.inputs.get(docname)).code,
        "environment": read_environment(settings.lock_file).digest,
        "bookbuild": value_digest([file_digest(path) for path in builder]),
    }


def difference(there: dict[str, str] | Exception, expected: dict[str, str]) -> str:
    """Return in words in what the book of a worker is another; empty where it is the same."""
    if isinstance(there, Exception):
        return f"not the book ({type(there).__name__}: {there})"
    return ", ".join(WORDS[name] for name in WORDS if there.get(name) != expected[name])


def run_job(job: Job, expected: dict[str, str]) -> Outcome:
    """Execute a job in a process of its own; called on a worker.

    Raises
    ------
    RuntimeError
        Where the process ended without an outcome.
    """
    fault = difference(book_of(job.root, job.docname), expected)
    if fault:
        failure = Failure(job.chapter, f"a worker has {fault}", parameters=job.parameters)
        return Outcome(job.docname, (failure,))
    command = [sys.executable, "-m", "bookbuild.cluster_job"]
    done = subprocess.run(
        command, input=pickle.dumps(job), capture_output=True, cwd=job.root, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"ended with {done.returncode}: {''.join(said)}")
    outcome: Outcome = pickle.loads(done.stdout)
    return outcome


def _judged(job: Job, outcome: Outcome, files: Files) -> Outcome:
    """Return the outcome, as a failure where the worker has read other files than are here."""
    other = [name for name, digest in outcome.inputs.items() if files.digest(name) != digest]
    other += [name for name, digest in outcome.listings.items() if files.listing(name) != digest]
    if outcome.failures or not other:
        return outcome
    error = f"a worker has read another {', another '.join(sorted(other))} than is here"
    return replace(outcome, failures=(Failure(job.chapter, error, parameters=job.parameters),))
