"""Where an edition comes from: a built book, a package, a book's sources, a commit."""

import io
import os
import shutil
import sys
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path

from bookbuild.copies import build_copy, commit_id, git
from bookbuild.diff.edition import Edition, read_edition
from bookbuild.diff.files import (
    data_files,
    folder_files,
    without_times,
    write_files,
    zip_files,
)
from bookbuild.digests import file_digest, value_digest
from bookbuild.environment import commit_of, read_environment
from bookbuild.errors import UsageError
from bookbuild.settings import read_settings, state_folder


def open_edition(text: str, root: Path) -> Edition:
    """Return the edition that a word on the command line means.

    Parameters
    ----------
    text : str
        A folder or a zip file; else a commit, a tag or a branch of the book in `root`. A folder
        with `_config.yml` holds the sources of a book: it is built first.
    root : pathlib.Path
        Folder of the book.

    Raises
    ------
    UsageError
        Where it is none of these, or cannot be built.
    """
    path = root / text
    if (path / "_config.yml").is_file():
        return read_edition(_tree_name(path), sources_files(path))
    if path.is_dir():
        return read_edition(text, folder_files(path))
    if path.is_file():
        return read_edition(text, zip_files(path))
    return commit_edition(text, root)


def sources_files(root: Path, name: str = "this book") -> dict[str, bytes]:
    """Return the files of the book in `root`, built as it stands.

    Raises
    ------
    UsageError
        With the output of the build, where it fails.
    """
    build_copy(root, name)
    site = root / "_build" / "html"
    results = {name: text for name, text in folder_files(site).items() if name.endswith(".json")}
    return {**results, **data_files(root)}


def commit_edition(revision: str, root: Path) -> Edition:
    """Return the edition of a commit: built in a folder of its own by its own code.

    The packages are those of this environment; where the commit locks others, a note says so.
    Chapters whose results are stored and that are as they are now are not executed again, and
    what came of a commit is kept for the next time.

    Raises
    ------
    UsageError
        Where there is no such commit, or it cannot be built.
    """
    commit = _commit(revision, root)
    name = revision if commit.startswith(revision) else f"{revision} ({commit[:10]})"
    lock = read_settings(root).lock_file
    key = value_digest([commit, read_environment(lock).digest])[:40]
    kept = state_folder(root) / "editions" / key
    if not (kept / "whole").is_file():
        _keep(commit, name, root, kept)
    edition = read_edition(name, folder_files(kept))
    if (kept / "lock").read_text("utf-8") == file_digest(lock):
        return edition
    note = "its lock file is another; it was built with the packages that are installed here"
    return replace(edition, notes=(*edition.notes, note))


def _keep(commit: str, name: str, root: Path, kept: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="book-") as beside:
        tree = Path(beside) / "book"
        _unpack(commit, root, tree)
        stored = state_folder(root) / "results"
        if stored.is_dir():
            shutil.copytree(stored, state_folder(tree) / "results")
        if not (tree / "_config.yml").is_file():
            raise UsageError(f"no book in {name}: it has no _config.yml")
        print(f"building {name} ...", file=sys.stderr, flush=True)
        files = without_times(sources_files(tree, name))
        lock = file_digest(read_settings(tree).lock_file) or ""
    shutil.rmtree(kept, ignore_errors=True)
    write_files({**files, "lock": lock.encode(), "whole": b""}, kept)


def _commit(revision: str, root: Path) -> str:
    commit = commit_id(revision, root)
    if commit is None:
        raise UsageError(
            f"{revision!r} is no folder, no zip file and no commit, tag or branch here; "
            "give _build/html, an evidence package, or fetch the commit (git fetch --unshallow)"
        )
    return commit


def _unpack(commit: str, root: Path, tree: Path) -> None:
    top = Path(os.fsdecode(git(root, "rev-parse", "--show-toplevel").stdout).rstrip("\n"))
    inside = root.resolve().relative_to(top.resolve()).as_posix()
    what = commit if inside == "." else f"{commit}:{inside}"
    done = git(top, "archive", "--format=tar", what)
    if done.returncode:
        raise UsageError(f"git cannot give {commit}: {done.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(tree, filter="data")


def _tree_name(root: Path) -> str:
    commit = commit_of(root)
    if commit is None:
        return f"the sources in {root.resolve().name}"
    changed = ", with uncommitted changes" if commit.endswith("-dirty") else ""
    return f"working tree ({commit[:10]}{changed})"
