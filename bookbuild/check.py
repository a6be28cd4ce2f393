"""Run a check that stands before all chapters, when something it reads has changed."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bookbuild.bytecode import check_bytecode
from bookbuild.chapters import FORMAT, Chapter
from bookbuild.digests import value_digest
from bookbuild.environment import Environment
from bookbuild.failures import Failure
from bookbuild.freshness import Files, Snapshot, file_clock, load_for, snapshot
from bookbuild.settings import Settings
from bookbuild.store import Result, Store
from bookbuild.trace import read_trace, trace_variables


def run_check(
    module: str, settings: Settings, environment: Environment, store: Store
) -> Failure | None:
    """Run `python -m <module>` in the book's folder, unless it passed on the same files before.

    Which files these are is traced, as it is for chapters.

    Returns
    -------
    Failure or None
        The check's own output where it ended with another status than 0.
    """
    name = f"check/{module}"
    code = value_digest([FORMAT, module])
    as_chapter = Chapter(name, settings.root, code, {})
    _, reasons = load_for(as_chapter, store, environment, Files(settings.root))
    if not reasons:
        return None
    started, clock = datetime.now(UTC), time.monotonic()
    done, (inputs, listings, changed) = _traced(module, settings)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        return Failure(f"python -m {module}", said or f"exit status {done.returncode}")
    if not changed:
        seconds = round(time.monotonic() - clock, 2)
        store.save(
            Result(
                docname=name, code=code, environment=asdict(environment), parameters={},
                inputs=inputs, listings=listings, untraced=[], cells=[],
                started=started.isoformat(timespec="seconds"), seconds=seconds, commit=None,
            )
        )  # fmt: skip
    return None


def _traced(module: str, settings: Settings) -> tuple[subprocess.CompletedProcess[str], Snapshot]:
    settings.state.mkdir(parents=True, exist_ok=True)
    check_bytecode(settings.root)
    unwatched = (settings.state, settings.root / "_build", settings.root / ".git")
    with tempfile.TemporaryDirectory(dir=settings.state, prefix="trace-") as folder:
        trace = Path(folder) / "reads"
        trace.touch()
        began = file_clock(trace)
        variables = os.environ | trace_variables(trace, settings.root, unwatched)
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-m", module]
        done = subprocess.run(
            command, cwd=settings.root, env=variables, capture_output=True, text=True, check=False
        )
        return done, snapshot(read_trace(trace), began, trace, Files(settings.root))
