"""Build the book twice from one commit, under other circumstances, and compare every byte."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bookbuild.compared import compare_sites
from bookbuild.copies import build_copy, commit_id, git
from bookbuild.errors import UsageError
from bookbuild.store import write_atomically

#: Run by every Python process at its start: puts its date forward by more than a year.
LATER = """\
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(days=400, hours=5), tick=True).start()
"""
EDITED = b"\n\nA line that is taken back.\n"
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where, when and how a copy of the book is built.

    Attributes
    ----------
    folder : str
        Name of the copy's folder.
    variables : mapping of str to str
        Environment variables that the build is given.
    later : bool
        Whether its date is put forward.
    detour : bool
        Whether the copy is built, edited, built, put back and built again, instead of once.
    """

    folder: str
    variables: Mapping[str, str]
    later: bool = False
    detour: bool = False


FIRST = Circumstances(
    "book", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "BOOK_JOBS": "1"}
)
SECOND = Circumstances(
    "another folder – für später",
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2", "BOOK_JOBS": "2"},
    later=True,
    detour=True,
)


def add_reproduce(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `reproduce`."""
    about = "build a commit twice, under other circumstances, and compare every byte"
    command = commands.add_parser("reproduce", help=about, description=about)
    command.add_argument("commit", nargs="?", default="HEAD", help="which one (default: HEAD)")
    command.set_defaults(command=lambda given: reproduce(Path.cwd(), given.commit))


def reproduce(root: Path, commit: str = "HEAD") -> int:
    """Build `commit` of the book in `root` twice; say what differs; return 1 where anything does.

    The two builds have other folders, time zones, locales, hash seeds and numbers of
    processes; the second has another date, and reaches the commit by a detour, as an author
    does. Times of execution are left out of the comparison:
    they stand in two files only, see `bookbuild.compared`.

    Raises
    ------
    UsageError
        Where there is no such commit, or it cannot be built.
    """
    found = commit_id(commit, root)
    if found is None:
        raise UsageError(f"{commit!r} is no commit, tag or branch of the book here")
    with tempfile.TemporaryDirectory(prefix="reproduce-") as beside:
        sites = [_built(root, found, each, Path(beside)) for each in (FIRST, SECOND)]
        compared = compare_sites(*sites)
    for name, said in compared.differences[:SHOWN]:
        print(f"{name}: {said}")
    left = len(compared.differences) - SHOWN
    if left > 0:
        print(f"... and {left} more")
    if compared.differences:
        print(f"{len(compared.differences)} of {compared.files} files differ", file=sys.stderr)
        return 1
    print(f"{compared.files} files, {compared.size:,} bytes: the same in both builds")
    return 0


def _built(root: Path, commit: str, how: Circumstances, beside: Path) -> Path:
    copy = beside / how.folder
    done = git(root, "clone", "--quiet", "--no-checkout", str(root), str(copy))
    done = done if done.returncode else git(copy, "checkout", "--quiet", "--detach", commit)
    if done.returncode:
        raise UsageError(f"git cannot copy the book: {done.stderr.decode().strip()}")
    print(f"building {commit[:10]} in {how.folder!r} ...", file=sys.stderr, flush=True)
    _build(copy, how)
    if how.detour:
        page = copy / "index.md"
        before = page.read_bytes()
        page.write_bytes(before + EDITED)
        _build(copy, how)
        page.write_bytes(before)
        _build(copy, how)
    return copy / "_build" / "html"


def _build(copy: Path, how: Circumstances) -> None:
    variables = {**os.environ, **how.variables}
    if how.later:
        # Among the temporary files, which are no inputs of a chapter.
        write_atomically(copy.parent / "later" / "sitecustomize.py", LATER.encode())
        paths = [str(copy.parent / "later"), *filter(None, [variables.get("PYTHONPATH")])]
        variables["PYTHONPATH"] = os.pathsep.join(paths)
    build_copy(copy, f"the copy in {how.folder!r}", variables)
