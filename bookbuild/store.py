"""Results of executed chapters, one file each, kept between builds."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bookbuild.digests import value_digest


class DamagedResultError(ValueError):
    """A stored result does not have the checksum it was written with."""


@dataclass(frozen=True, slots=True)
class Result:
    """One execution of one chapter.

    Attributes
    ----------
    docname : str
        The chapter, as Sphinx names it: its path without the suffix.
    code : str
        Fingerprint of code cells, parameters and kernel.
    environment : dict
        Python, lock and packages (:class:`bookbuild.environment.Environment`).
    parameters : dict
        Parameters given; empty where the chapter ran with its defaults.
    inputs : dict
        SHA-256 of each file read, None where it was looked for and not found. Keys are
        paths from the book's folder, or absolute outside it.
    listings : dict
        Digest of the names in each folder that was listed.
    untraced : list of str
        What the chapter used and the trace cannot follow.
    cells : list of dict
        `execution_count` and `outputs` of each code cell, in order.
    started : str
        Time of the start, ISO 8601, UTC.
    seconds : float
        Duration, the start of the kernel included.
    commit : str or None
        Commit of the book then.
    """

    docname: str
    code: str
    environment: dict[str, Any]
    parameters: dict[str, Any]
    inputs: dict[str, str | None]
    listings: dict[str, str | None]
    untraced: list[str]
    cells: list[dict[str, Any]]
    started: str
    seconds: float
    commit: str | None

    @property
    def page(self) -> str:
        """Digest of all that the chapter's page shows of this result: neither time nor commit."""
        return value_digest([self.cells, self.inputs])


class Store:
    """The stored results, in a folder that neither `jupyter-book clean` nor a build empties."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, docname: str) -> Result | None:
        """Return the stored result of a chapter, None where there is none.

        Raises
        ------
        DamagedResultError
            Where the file is there and its checksum does not hold.
        """
        try:
            checksum, _, body = self._path(docname).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            raise DamagedResultError(f"the stored result of {docname} is damaged")
        try:
            return Result(**json.loads(body))
        except TypeError as error:  # written by another version of this package
            raise DamagedResultError(
                f"the stored result of {docname} is of another kind"
            ) from error

    def save(self, result: Result) -> None:
        """Store a result in the place of an earlier one; at no moment is half of it there."""
        # In its own order: results.json lists results as the chapter records them.
        body = json.dumps(asdict(result)).encode()
        checksum = hashlib.sha256(body).hexdigest().encode()
        write_atomically(self._path(result.docname), checksum + b"\n" + body)

    def _path(self, docname: str) -> Path:
        return self.folder / f"{docname}.json"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that, killed at any moment, the old or the new content is there, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
