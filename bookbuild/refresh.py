"""Bring the results of all chapters up to date: execute those that are stale, no others."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bookbuild.chapters import Chapter, read_chapter
from bookbuild.check import run_check
from bookbuild.environment import Environment, commit_of, read_environment
from bookbuild.failures import Failure
from bookbuild.freshness import Files, load_for
from bookbuild.jobs import Job, Outcome
from bookbuild.progress import Progress
from bookbuild.settings import Settings
from bookbuild.store import Result, Store


class BuildError(Exception):
    """Chapters failed; `failures` says which, where and how."""

    def __init__(self, failures: list[Failure]) -> None:
        names = ", ".join(dict.fromkeys(failure.chapter for failure in failures))
        super().__init__(f"failed: {names}; the list is at the end of this output")
        self.failures = failures


@dataclass(frozen=True, slots=True)
class Book:
    """The chapters, each with a result that is its own.

    Attributes
    ----------
    settings : Settings
    environment : Environment
    chapters : dict
        By docname, in the order of the book.
    results : dict
        By docname; none is missing.
    executed : tuple of str
        Those that had to be executed for it.
    """

    settings: Settings
    environment: Environment
    chapters: dict[str, Chapter]
    results: dict[str, Result]
    executed: tuple[str, ...]

    def stale_now(self) -> dict[str, list[str]]:
        """Return, by docname, the reasons that arose since: files changed during the build."""
        store, files = store_of(self.settings), Files(self.settings.root)
        checked = {
            n: load_for(c, store, self.environment, files)[1] for n, c in self.chapters.items()
        }
        return {name: reasons for name, reasons in checked.items() if reasons}


def store_of(settings: Settings) -> Store:
    """Return the store of a book."""
    return Store(settings.state / "results")


def refresh(
    settings: Settings, docnames: Sequence[str], workers: int, tell: Callable[[str], None]
) -> Book:
    """Return the book with all results fresh, having executed what was stale.

    Parameters
    ----------
    settings : Settings
    docnames : sequence of str
        The notebooks of the book, in its order.
    workers : int
        How many chapters to execute at a time.
    tell : callable
        Called with lines for whoever watches: each stale chapter and why.

    Raises
    ------
    BuildError
        With all failures, after every stale chapter was tried.
    """
    environment = read_environment(settings.lock_file)
    store = store_of(settings)
    chapters, failures = _read(settings, docnames)
    checked = [run_check(module, settings, environment, store) for module in settings.checks]
    failures += filter(None, checked)
    if failures:
        raise BuildError(failures)
    files = Files(settings.root)
    results: dict[str, Result] = {}
    stale: list[tuple[float, int, str]] = []
    first = {name: number for number, name in enumerate(settings.slow)}
    for name, chapter in chapters.items():
        result, reasons = load_for(chapter, store, environment, files)
        if reasons:
            tell(f"{name} is stale: {_some(reasons)}")
            known = -result.seconds if result else float("-inf")
            stale.append((known, first.get(name, len(first)), name))
        elif result:
            results[name] = result
    if stale:
        order = [name for *_, name in sorted(stale)]
        results |= _execute(settings, chapters, order, environment, workers)
    in_order = {name: results[name] for name in chapters}
    executed = tuple(sorted(name for *_, name in stale))
    return Book(settings, environment, chapters, in_order, executed)


def _read(settings: Settings, docnames: Sequence[str]) -> tuple[dict[str, Chapter], list[Failure]]:
    chapters: dict[str, Chapter] = {}
    failures: list[Failure] = []
    named = {"bookbuild_inputs": settings.inputs, "bookbuild_slow": settings.slow}
    for option, names in named.items():
        for unknown in sorted(set(names) - set(docnames)):
            error = f"{option} names a chapter that the book does not have: {unknown!r}"
            failures.append(Failure("_config.yml", error))
    for name in docnames:
        try:
            chapters[name] = read_chapter(name, settings.root, settings.inputs.get(name))
        except ValueError as error:
            failures.append(Failure(f"{name}.ipynb", str(error)))
    return chapters, failures


def _execute(
    settings: Settings,
    chapters: dict[str, Chapter],
    order: list[str],
    environment: Environment,
    workers: int,
) -> dict[str, Result]:
    # Not at the top: a build with nothing to execute needs no processes.
    from bookbuild.pool import execute_all

    jobs = [
        Job(name, settings.root, settings.state, cell_timeout=settings.cell_timeout)
        for name in order
    ]
    commit, store = commit_of(settings.root), store_of(settings)
    progress = Progress(len(jobs), sys.stdout)
    failures: list[Failure] = []
    results: dict[str, Result] = {}

    def keep(outcome: Outcome) -> None:
        failed = _failures(outcome)
        failures.extend(failed)
        if not failed:
            name = outcome.docname
            results[name] = result_of(chapters[name], outcome, environment, commit)
            store.save(results[name])
        if outcome.retried:
            progress.say(f"{outcome.docname}: kernel started again after {outcome.retried}")
        progress.step(outcome.docname, outcome.seconds, bool(failed))

    progress.start(min(workers, len(jobs)))
    execute_all(jobs, workers, keep, settings.preload)
    if failures:
        raise BuildError(sorted(failures, key=lambda failure: failure.chapter))
    return results


def _failures(outcome: Outcome) -> list[Failure]:
    if outcome.failures or not outcome.changed:
        return list(outcome.failures)
    error = f"changed while the chapter was executed: {', '.join(outcome.changed)}; build again"
    return [Failure(f"{outcome.docname}.ipynb", error)]


def result_of(
    chapter: Chapter,
    outcome: Outcome,
    environment: Environment,
    commit: str | None,
    parameters: dict[str, Any] | None = None,
) -> Result:
    """Return an execution that ended well as a result to keep."""
    return Result(
        docname=chapter.docname,
        code=chapter.code,
        environment=asdict(environment),
        parameters=parameters or {},
        inputs=outcome.inputs | chapter.declared,
        listings=outcome.listings,
        untraced=[] if chapter.declared else outcome.untraced,
        cells=outcome.cells,
        started=outcome.started,
        seconds=outcome.seconds,
        commit=commit,
    )


def _some(reasons: list[str], most: int = 3) -> str:
    more = len(reasons) - most
    return "; ".join(reasons[:most]) + (f"; and {more} more" if more > 0 else "")
