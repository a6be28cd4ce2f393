"""Say whether a stored result is still that of its chapter, and if not, why."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

from bookbuild.chapters import Chapter
from bookbuild.digests import file_digest, listing_digest
from bookbuild.environment import Environment
from bookbuild.store import DamagedResultError, Result, Store
from bookbuild.trace import Reads

#: Digests of files, of folders, and the names of files that changed meanwhile.
Snapshot = tuple[dict[str, str | None], dict[str, str | None], list[str]]


class Files:
    """Digests of files and folders, each computed once, by path from the book's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digest = cache(lambda name: file_digest(root / name))
        self.listing = cache(lambda name: listing_digest(root / name))

    def name(self, path: Path) -> str:
        """Return the path from the book's folder, or the absolute path of a file outside it."""
        inside = path.is_relative_to(self.root)
        return path.relative_to(self.root).as_posix() if inside else path.as_posix()


def stale_reasons(
    chapter: Chapter, result: Result | None, environment: Environment, files: Files
) -> Iterator[str]:
    """Yield each reason why `result` is not what `chapter` gives now; none when it is fresh."""
    if result is None:
        yield "never executed"
        return
    if result.code != chapter.code:
        yield "its code or a declared input changed"
    if result.environment != asdict(environment):
        yield "the lock file or an installed package changed"
    for name, digest in result.inputs.items():
        now = files.digest(name)
        if now != digest:
            yield f"{name} {'is gone' if now is None else 'changed' if digest else 'appeared'}"
    for name, digest in result.listings.items():
        if files.listing(name) != digest:
            yield f"the list of files in {name} changed"


def load_for(
    chapter: Chapter, store: Store, environment: Environment, files: Files
) -> tuple[Result | None, list[str]]:
    """Return the stored result of a chapter and the reasons why it is stale."""
    try:
        result = store.load(chapter.docname)
    except DamagedResultError as error:
        return None, [str(error)]
    return result, list(stale_reasons(chapter, result, environment, files))


def snapshot(reads: Reads, began: int, clock: Path, files: Files) -> Snapshot:
    """Return the digests of what was read, and the names of files that changed meanwhile.

    Parameters
    ----------
    reads : Reads
        What the trace saw.
    began : int
        Start of the execution by the clock of the file system (:func:`file_clock`). A file whose
        inode changed between then and now may have been read before or after: its digest would
        say nothing. One from the future was made while the clock was wrong.
    clock : pathlib.Path
        A file of the build's own, to ask the time.
    files : Files
        Of the book.
    """
    names = {files.name(path): path for path in sorted(reads.files)}
    inputs = {name: files.digest(name) for name in names}
    ended = file_clock(clock)
    changed = [
        name
        for name, path in names.items()
        if inputs[name] is not None and _changed_between(path, began, ended)
    ]
    listings = {files.name(path): files.listing(files.name(path)) for path in sorted(reads.folders)}
    return inputs, listings, changed


def file_clock(file: Path) -> int:
    """Return the time, in nanoseconds, that the file system of a file gives to a change now.

    The clock of this process may be another: that of a server holds for a shared folder.
    """
    os.utime(file)
    return file.stat().st_ctime_ns


def _changed_between(path: Path, began: int, ended: int) -> bool:
    try:
        return began < path.stat().st_ctime_ns <= ended
    except FileNotFoundError:
        return True
