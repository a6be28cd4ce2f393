"""The releases that a book keeps: its data and results at each, in `releases/<version>/`.

A page cannot ask git what a release was: a copy without history must give the same page. So
each release leaves its data and results beside the sources, laid out as in the built site.
"""

import shutil
from itertools import pairwise
from pathlib import Path

from packaging.version import InvalidVersion, Version

from bookbuild.diff.edition import Edition, read_edition
from bookbuild.diff.files import folder_files, without_times, write_files
from bookbuild.diff.report import Difference, difference
from bookbuild.errors import UsageError

FOLDER = "releases"


def release_folders(root: Path) -> list[Path]:
    """Return the folders of the releases, oldest first.

    Raises
    ------
    UsageError
        Where a folder is not named as a version.
    """
    folders = [path for path in (root / FOLDER).glob("*") if path.is_dir()]
    return sorted(folders, key=lambda path: version_of(path.name))


def version_of(text: str) -> Version:
    """Return a version.

    Raises
    ------
    UsageError
        Where the text is none, such as "latest".
    """
    try:
        return Version(text)
    except InvalidVersion as error:
        raise UsageError(f"a release needs a version such as 1.2.0; got {text!r}") from error


def read_release(folder: Path) -> Edition:
    """Return a release, as it was kept."""
    return read_edition(f"release {folder.name}", folder_files(folder))


def earlier_differences(root: Path) -> list[Difference]:
    """Return what each release changed against the one before it, newest first."""
    editions = [read_release(folder) for folder in release_folders(root)]
    return [difference(old, new) for old, new in reversed(list(pairwise(editions)))]


def keep_release(root: Path, version: str, files: dict[str, bytes], replace: bool) -> Path:
    """Write a release; return its folder.

    Raises
    ------
    UsageError
        Where the version is none, or is kept already and not to be replaced.
    """
    folder = root / FOLDER / str(version_of(version))
    if folder.exists() and not replace:
        raise UsageError(
            f"{FOLDER}/{folder.name} is there already; a release does not change: choose another "
            "version, or --replace one that was never published"
        )
    shutil.rmtree(folder, ignore_errors=True)
    write_files(without_times(files), folder)
    return folder
