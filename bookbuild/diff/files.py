"""The files of an edition: in a folder, in a zip file, or of the book of this build."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bookbuild.diff.edition import PACKAGE, PROVENANCE, is_of_edition
from bookbuild.errors import UsageError
from bookbuild.provenance import provenance
from bookbuild.refresh import Book
from bookbuild.results_files import results_texts
from bookbuild.store import write_atomically

DATA = "data"


def folder_files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder that may be part of an edition, by their path in it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if is_of_edition(name)}


def zip_files(file: Path) -> dict[str, bytes]:
    """Return the same of a zip file.

    Raises
    ------
    UsageError
        Where it is none.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = sorted(name for name in archive.namelist() if is_of_edition(name))
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{file} is not an evidence package: {error}") from error


def data_files(root: Path) -> dict[str, bytes]:
    """Return the data package of the book in `root`, below `data/`; nothing where it has none."""
    package = root / DATA / PACKAGE
    if not package.is_file():
        return {}
    content = package.read_bytes()
    names = [str(each["path"]) for each in json.loads(content).get("resources", [])]
    files = {f"{DATA}/{name}": root / DATA / name for name in sorted(names)}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    return {f"{DATA}/{PACKAGE}": content, **found}


def book_files(book: Book) -> dict[str, bytes]:
    """Return the files of the book of this build."""
    made = json.dumps(provenance(book, {})).encode()
    results = {name: text.encode() for name, text in results_texts(book).items()}
    return {PROVENANCE: made, **results, **data_files(book.settings.root)}


def without_times(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with a provenance that tells from what, and neither when nor how long."""
    if PROVENANCE not in files:
        return dict(files)
    made: dict[str, Any] = json.loads(files[PROVENANCE])
    kept = ("inputs", "code", "environment")
    chapters = {
        name: {key: about[key] for key in kept if key in about}
        for name, about in made["chapters"].items()
    }
    reduced = {"format": made["format"], "chapters": chapters, "environments": made["environments"]}
    text = json.dumps(reduced, indent=1, sort_keys=True) + "\n"
    return {**files, PROVENANCE: text.encode()}


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder; one that says the same already is left alone."""
    for name, content in files.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != content:
            write_atomically(file, content)
