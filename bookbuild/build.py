"""Build the site in a folder of its own and publish it only when it is whole."""

import shutil
import subprocess
import sys
from pathlib import Path

from bookbuild.contract import find_chapter_faults


def build(root: Path) -> int:
    """Build the book in `root` with jupyter-book and publish it to `_build/html`.

    The site is built in `_build/next`; it replaces `_build/html` only when every
    chapter was executed and jupyter-book raised no warning. So whatever goes
    wrong, the last good build stays as it was.

    Parameters
    ----------
    root : pathlib.Path
        Folder of `_config.yml`.

    Returns
    -------
    int
        Exit status: 0 when the book was published, else jupyter-book's.
    """
    chapters = sorted(root.glob("chapters/*.ipynb"))
    faults = [fault for path in chapters for fault in find_chapter_faults(path)]
    if faults:
        print(
            *faults, f"chapters: {len(faults)} faults; nothing was run", sep="\n", file=sys.stderr
        )
        return 1
    following = root / "_build" / "next"
    shutil.rmtree(following, ignore_errors=True)
    builder = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root)]
    options = ["--path-output", str(following), "-n", "-W", "--keep-going"]
    status = subprocess.run([*builder, *options], check=False).returncode
    if status:
        print("The book was not published; an earlier build is untouched.", file=sys.stderr)
        return status
    publish(following / "_build" / "html", root / "_build" / "html")
    shutil.rmtree(following)
    print(f"The book is at {root / '_build' / 'html' / 'index.html'}")
    return 0


def publish(new: Path, place: Path) -> None:
    """Put the folder `new` at `place`; at no moment does `place` hold half of it."""
    last = place.with_name(place.name + ".last")
    shutil.rmtree(last, ignore_errors=True)
    if place.exists():
        place.rename(last)
    new.rename(place)
    shutil.rmtree(last, ignore_errors=True)
