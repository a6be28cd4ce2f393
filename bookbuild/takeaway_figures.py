"""The figures of an executed chapter, as files with names that say what they show."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from bookbuild.chapters import code_cells
from bookbuild.store import Result

#: What a figure may be stored as, with the ending of its file; in the order of their links.
KINDS = {"image/svg+xml": "svg", "image/png": "png"}
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*$", re.MULTILINE)
FENCED = re.compile(r"^(`{3,}|:{3,}).*?^\1", re.MULTILINE | re.DOTALL)
#: Marks of Markdown that are no part of a heading's words.
ROLE, MARKS = re.compile(r"\{[\w:]+\}|\([^)]*\)=?$"), re.compile(r"[`*_\[\]$]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a chapter.

    Attributes
    ----------
    number : int
        Its place among the figures of the chapter, from 1.
    title : str
        The heading that it stands below.
    files : dict
        Its content by the ending of the file: `svg`, `png`, or both.
    """

    number: int
    title: str
    files: dict[str, bytes]

    @property
    def slug(self) -> str:
        """The name of its files: the number, and the words of the title."""
        words = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")
        return f"figure-{self.number}-{words}".rstrip("-")


def figures_of(source: str, result: Result) -> list[Figure]:
    """Return the figures of a chapter, in the order of the page.

    Parameters
    ----------
    source : str
        The notebook; its headings name the figures.
    result : Result
        Its execution. An output may be there in both kinds or in one.
    """
    found: list[Figure] = []
    for title, outputs in _titled_outputs(source, result):
        for output in outputs:
            files = {
                ending: _content(output["data"][kind])
                for kind, ending in KINDS.items()
                if kind in output.get("data", {})
            }
            if files:
                found.append(Figure(len(found) + 1, title, files))
    return found


def _titled_outputs(source: str, result: Result) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Yield the outputs of each code cell with the last heading above it."""
    notebook = nbformat.reads(source, as_version=4)  # type: ignore[no-untyped-call]
    executed = {id(c): r for c, r in zip(code_cells(notebook), result.cells, strict=True)}
    title = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            title = ([title, *map(_words, HEADING.findall(FENCED.sub("", cell.source)))])[-1]
        elif id(cell) in executed:
            yield title, executed[id(cell)]["outputs"]


def _words(heading: str) -> str:
    return MARKS.sub("", ROLE.sub("", heading)).strip()


def _content(stored: str | list[str]) -> bytes:
    """Return an image as bytes: XML is stored as text, any other in base64."""
    text = stored if isinstance(stored, str) else "".join(stored)
    return text.encode() if text.lstrip().startswith("<") else base64.b64decode(text)
