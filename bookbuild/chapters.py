"""The chapters of a book: its notebooks, and the fingerprint of the code in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from bookbuild.digests import file_digest, value_digest

#: Raised when a stored result of an older build can no longer be trusted or read.
FORMAT = 2
#: Tags that change how a cell runs. Others (hide-input, ...) only change how it is shown.
RUNNING_TAGS = frozenset({"parameters", "raises-exception", "skip-execution"})


@dataclass(frozen=True, slots=True)
class Chapter:
    """A notebook of the book, as it stands on disk.

    Attributes
    ----------
    docname : str
        Path from the book's folder without the suffix, as Sphinx names it.
    path : pathlib.Path
        The notebook.
    code : str
        Fingerprint of what is executed: code cells with the tags that matter, kernel,
        parameters, declared inputs. Prose is not in it.
    declared : dict
        SHA-256 of each declared input, by its path from the book's folder.
    """

    docname: str
    path: Path
    code: str
    declared: dict[str, str | None]


def read_chapter(docname: str, root: Path, patterns: list[str] | None = None) -> Chapter:
    """Read the notebook `docname` of the book in `root`.

    Parameters
    ----------
    docname : str
        Path from `root` without `.ipynb`.
    root : pathlib.Path
        Folder of the book.
    patterns : list of str, optional
        Inputs that are declared because the trace cannot see them: globs from `root`.

    Raises
    ------
    ValueError
        Where the file is no notebook, or a pattern matches no file.
    """
    path = root / f"{docname}.ipynb"
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ValueError(
            f"{docname}.ipynb is not a notebook: {str(error).splitlines()[0]}"
        ) from error
    declared = _declared(docname, root, patterns or [])
    code = [
        [cell.source, sorted(RUNNING_TAGS.intersection(cell.metadata.get("tags", [])))]
        for cell in code_cells(notebook)
    ]
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    return Chapter(docname, path, value_digest([FORMAT, kernel, code, declared]), declared)


def code_cells(notebook: Any) -> list[Any]:
    """Return the code cells of the author, without the cell that papermill injects."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    ]


def _declared(docname: str, root: Path, patterns: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for pattern in patterns:
        files = sorted(path for path in root.glob(pattern) if path.is_file())
        if not files:
            raise ValueError(f"bookbuild_inputs of {docname}: no file matches {pattern!r}")
        found |= {path.relative_to(root).as_posix(): file_digest(path) for path in files}
    return found
