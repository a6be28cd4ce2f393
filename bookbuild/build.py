"""Build the site in a folder of its own and publish it only when it is whole."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from bookbuild import lock, seal
from bookbuild.digests import value_digest
from bookbuild.disk import disk_fault
from bookbuild.pdf_stamp import pdf_seal
from bookbuild.settings import state_folder

#: Sphinx's note to itself, which names the folder that the book was built in.
SPHINX_ONLY = shutil.ignore_patterns(".buildinfo")
#: The command `jupyter-book` of this interpreter, wherever its script was installed. A message
#: that nobody reads any more is not told of by a traceback.
JUPYTER_BOOK = (
    "import logging, sys; logging.raiseExceptions = False; "
    "from jupyter_book.cli.main import main; sys.exit(main())"
)


def build(root: Path) -> int:
    """Build the book in `root` with jupyter-book and publish it to `_build/html`.

    The site is built in `_build/work`, where the next build goes on from it. It is
    copied to `_build/html` only when every chapter was executed and jupyter-book raised
    no warning. So whatever goes wrong, the last good build stays as it was. When nothing
    has changed since it was published, nothing is started.

    Parameters
    ----------
    root : pathlib.Path
        Folder of `_config.yml`.

    Returns
    -------
    int
        Exit status: 0 when the book was published, 2 where there is no book, else
        jupyter-book's.
    """
    root = root.resolve()
    if not (root / "_config.yml").is_file():
        print(
            f"no book here: {root.name} has no _config.yml; run it in the book's folder",
            file=sys.stderr,
        )
        return 2
    place = root / "_build" / "html"
    try:
        with lock.exclusive(state_folder(root) / "lock") as descriptor:
            restore(place)
            status, current = _build(root, place, descriptor)
    except BrokenPipeError:
        raise
    except OSError as error:
        status, current = _refused(root, place, error)
    if status:
        kept = "; the last good one is untouched" if place.exists() else ""
        print(f"The book was not published{kept}.", file=sys.stderr)
    else:
        the_book = "Nothing has changed; the book" if current else "The book"
        print(f"{the_book} is at {place.relative_to(root) / 'index.html'}")
    return status


def _build(root: Path, place: Path, descriptor: int) -> tuple[int, bool]:
    """Return the exit status, and whether the book stood already as it was to be."""
    sources = _sources(root)
    if seal.is_published(root, sources):
        return 0, True
    status = _jupyter_book(root, descriptor)
    if not status:
        publish(root / "_build" / "work" / "_build" / "html", place)
        seal.set_seal(root, sources)
    return status, False


def _refused(root: Path, place: Path, error: OSError) -> tuple[int, bool]:
    """Say what the disk refused, unless there was nothing to write in a tree to be read only."""
    fault = disk_fault(error)
    if fault is None:
        raise error
    if seal.is_published(root, _sources(root)):
        return 0, True
    print(fault, file=sys.stderr)
    with suppress(OSError):
        restore(place)
    return 1, False


def _sources(root: Path) -> str:
    return value_digest([seal.sources_seal(root), pdf_seal(root)])


def _jupyter_book(root: Path, descriptor: int) -> int:
    work = root / "_build" / "work"
    # Sphinx leaves there whatever an earlier build wrote: pages and images that are no more.
    shutil.rmtree(work / "_build" / "html", ignore_errors=True)
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(root), "--path-output", str(work)]
    variables = os.environ | {lock.VARIABLE: lock.inheritance(descriptor)}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [*command, "-n", "-W", "--keep-going"],
        env=variables,
        pass_fds=(descriptor,),
        check=False,
    )
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def publish(new: Path, place: Path) -> None:
    """Copy the folder `new` to `place`; at no moment does `place` hold half of it."""
    copied, last = place.with_name(f"{place.name}.next"), place.with_name(f"{place.name}.last")
    shutil.rmtree(copied, ignore_errors=True)
    try:
        shutil.copytree(new, copied, ignore=SPHINX_ONLY)
    except OSError:
        shutil.rmtree(copied, ignore_errors=True)  # or it would go on filling a full disk
        raise
    shutil.rmtree(last, ignore_errors=True)
    if place.exists():
        place.rename(last)
    copied.rename(place)
    shutil.rmtree(last, ignore_errors=True)


def restore(place: Path) -> None:
    """Put the last good site back, after a build that was killed between two renamings."""
    last = place.with_name(f"{place.name}.last")
    if last.exists() and not place.exists():
        last.rename(place)
