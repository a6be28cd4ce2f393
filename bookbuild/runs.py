"""Executions of a chapter that are kept: a folder for each set, and whether it still counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookbuild.chapters import Chapter, read_chapter
from bookbuild.digests import file_digest, value_digest
from bookbuild.environment import read_environment
from bookbuild.failures import Failure
from bookbuild.freshness import Files, load_for
from bookbuild.jobs import Job, Outcome
from bookbuild.parameters import Schema
from bookbuild.run import save, slug
from bookbuild.settings import read_settings
from bookbuild.store import Store


@dataclass(frozen=True, slots=True)
class Run:
    """A set of parameters, and where its results are kept.

    Attributes
    ----------
    job : Job
        The execution; `job.parameters` are those that differ from the defaults.
    parameters : dict
        All parameters of the chapter, with their values in this set.
    folder : pathlib.Path
        Of its notebook, `results.json` and `provenance.json`.
    """

    job: Job
    parameters: dict[str, Any]
    folder: Path

    @property
    def slug(self) -> str:
        """The name of the set, which is that of its folder."""
        return self.folder.name


def runs_of(job: Job, schema: Schema, sets: Sequence[dict[str, Any]], folder: Path) -> list[Run]:
    """Return the runs of a chapter with each set of parameters.

    Parameters
    ----------
    job : Job
        The execution of the chapter with its defaults.
    schema : Schema
        Of the chapter.
    sets : sequence of dict
        Checked parameters that differ from the defaults.
    folder : pathlib.Path
        Where each run has a folder of its own.
    """
    return [
        Run(replace(job, parameters=values), schema.complete(values), folder / slug(schema, values))
        for values in sets
    ]


def stale_runs(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Return the runs that do not count, by slug, and why: never executed, or not from what is now.

    A run counts when all three files in its folder are as they were written, and code,
    parameters, locked packages and every file that was read are what they were.
    """
    if not runs:
        return {}
    root, docname = runs[0].job.root, runs[0].job.docname
    settings = read_settings(root)
    chapter = read_chapter(docname, root, settings.inputs.get(docname))
    environment, files = read_environment(settings.lock_file), Files(root)
    store = Store(settings.state / "runs")
    reasons = {
        run.slug: load_for(_named(chapter, run), store, environment, files)[1] for run in runs
    }
    return {name: why for name, why in reasons.items() if why}


def keep(run: Run, outcome: Outcome) -> Failure | None:
    """Store what an execution gave, in the place of an older run; return why if it gave nothing."""
    if outcome.failures:
        return outcome.failures[0]
    if outcome.changed:
        changed = f"changed while it was executed: {', '.join(outcome.changed)}; start it again"
        return Failure(run.job.chapter, changed, parameters=run.job.parameters)
    try:
        result = save(run.job, outcome, run.folder)
    except ValueError as error:
        return Failure(run.job.chapter, str(error), parameters=run.job.parameters)
    files = Files(run.job.root)
    written = {files.name(path): file_digest(path) for path in sorted(run.folder.iterdir())}
    name, inputs = _name(run), result.inputs | written
    Store(run.job.state / "runs").save(replace(result, docname=name, inputs=inputs, cells=[]))
    return None


def _named(chapter: Chapter, run: Run) -> Chapter:
    return replace(chapter, docname=_name(run))


def _name(run: Run) -> str:
    # By the folder: the same set may be kept in two, and only one of them be touched.
    return value_digest([str(run.folder), run.parameters])
