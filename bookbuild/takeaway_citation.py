"""How to cite the book or a page of it: from `CITATION.cff`, the same whenever it is built."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError
from bookbuild.yaml_file import read_mapping

FILE = "CITATION.cff"
NEEDED = ("title", "authors", "version")
#: Characters that mean something else to BibTeX.
SPECIAL = re.compile(r"([&%$#_])")


@dataclass(frozen=True, slots=True)
class Author:
    """A person or a group, as a list of references would have the name.

    Attributes
    ----------
    name : str
        ``"Family, Given"`` of a person, else the name of the group.
    group : bool
    """

    name: str
    group: bool


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited of the book.

    Attributes
    ----------
    title, version : str
    authors : tuple of Author
    released : str
        Date of the release, ISO 8601; empty where the version is not released yet.
    """

    title: str
    version: str
    authors: tuple[Author, ...]
    released: str


def read_citation(root: Path) -> Citation:
    """Return the citation that `CITATION.cff` of the book in `root` states.

    Raises
    ------
    bookbuild.errors.UsageError
        Where the file is missing, is no YAML, or lacks a part.
    """
    stated = read_mapping(root / FILE)
    missing = [name for name in NEEDED if not stated.get(name)]
    if missing:
        raise UsageError(f"{FILE} lacks {', '.join(missing)}: a page could not be cited")
    return Citation(
        title=str(stated["title"]),
        version=str(stated["version"]),
        authors=tuple(_author(each) for each in stated["authors"]),
        released=str(stated.get("date-released") or ""),
    )


def _author(stated: Mapping[str, Any]) -> Author:
    if "name" in stated:
        return Author(str(stated["name"]), group=True)
    family = " ".join(filter(None, [stated.get("name-particle"), stated.get("family-names")]))
    if not family:
        raise UsageError(f"{FILE}: an author needs `family-names` or `name`; got {dict(stated)}")
    return Author(", ".join(filter(None, [family, stated.get("given-names")])), group=False)


def as_text(citation: Citation, page: str = "", address: str = "") -> str:
    """Return the citation in words, of one page where its title is given."""
    authors = "; ".join(author.name for author in citation.authors)
    when = citation.released[:4] or "not yet released"
    within = f"{page}. In: {citation.title}" if page else citation.title
    ending = f" {address}" if address else ""
    return f"{authors} ({when}). {within}. Version {citation.version}.{ending}"


def as_bibtex(citation: Citation, key: str, page: str = "", address: str = "") -> str:
    """Return the citation as an entry for BibTeX and what reads its files.

    Parameters
    ----------
    citation : Citation
    key : str
        The name of the entry.
    page, address : str
        Title of the page, and where it stands; empty for the book, and where it is not known.
    """
    names = [f"{{{_tex(a.name)}}}" if a.group else _tex(a.name) for a in citation.authors]
    within = f"In: {citation.title}" if page else "Executable book"
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(page or citation.title)}}}",
        "howpublished": _tex(within),
        "year": citation.released[:4],
        "note": f"Version {_tex(citation.version)}",
        "url": address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
