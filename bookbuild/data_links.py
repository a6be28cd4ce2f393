"""Where the cells of the data lead: to the row that they are the key of, a document, a chapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pybtex.database import parse_file
from pybtex.richtext import Text

from bookbuild.data_package import DataTable

#: Columns whose values have an address of their own, the better one first.
RESOLVERS = {"doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}
#: The table of documents.
SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of cells, as seen from the pages of the tables.

    Attributes
    ----------
    tables : mapping
        All tables of the package by name.
    anchors : mapping
        By table: the id of each row, by the cells of its key.
    documents : mapping
        By key of a source: the address of the document; missing where it has none.
    chapter : callable
        Address of the chapter that a cell names, from "table.column" and the cell; else "".
    """

    tables: Mapping[str, DataTable]
    anchors: Mapping[str, Mapping[tuple[str, ...], str]]
    documents: Mapping[str, str]
    chapter: Callable[[str, str], str]

    def address(self, table: DataTable, row: tuple[str, ...], i: int) -> str:
        """Return where the cell `i` of a row leads, "" for nowhere."""
        column, value = table.columns[i], row[i]
        if not value:
            return ""
        if column.name in RESOLVERS:
            return resolved(column.name, value)
        if column.name in table.composite:
            other, names = table.composite[column.name]
            return self._row(other, tuple(row[place] for place in table.places(names)))
        target = column.target or self._through(table, column.name)
        if not target:
            return self.chapter(f"{table.name}.{column.name}", value)
        if target[0] == SOURCES and value in self.documents:
            return self.documents[value]
        return self._row(target[0], (value,))

    def _through(self, table: DataTable, name: str) -> tuple[str, ...]:
        """Return what a part of a composite key is itself the key of, in the table it leads to."""
        for other, names in table.composite.values():
            if name in names:
                columns = self.tables[other].columns
                return next(each.target for each in columns if each.name == name)
        return ()

    def _row(self, table: str, key: tuple[str, ...]) -> str:
        anchor = self.anchors[table].get(key)
        return f"{self.tables[table].path.stem}.html#{anchor}" if anchor else ""


def links_of(tables: Mapping[str, DataTable], chapter: Callable[[str, str], str]) -> Links:
    """Return the links of a package."""
    anchors = {name: table.anchors() for name, table in tables.items()}
    return Links(tables, anchors, documents(tables.get(SOURCES)), chapter)


def documents(sources: DataTable | None) -> dict[str, str]:
    """Return the address of each document that has one: its DOI, else its record in PubMed."""
    if sources is None:
        return {}
    names = [column.name for column in sources.columns]
    found = {}
    for row in sources.rows:
        cells = dict(zip(names, row, strict=True))
        given = [resolved(name, cells[name]) for name in RESOLVERS if cells.get(name)]
        if given:
            found[row[0]] = given[0]
    return found


def resolved(kind: str, value: str) -> str:
    """Return the address of a DOI or a PubMed identifier."""
    return RESOLVERS[kind] + quote(value, safe="/:;()")


def references(bibliography: Path) -> dict[str, str]:
    """Return authors, year and title of each entry of a bibliography, by its key."""
    entries = parse_file(str(bibliography), bib_format="bibtex").entries
    return {key: _told(entry) for key, entry in entries.items()}


def _told(entry: Any) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = ", ".join(_name(person) for person in people).replace(", others", " and others")
    year = entry.fields.get("year", "")
    title = str(Text.from_latex(entry.fields.get("title", "")))
    return ". ".join(part for part in (f"{names} {year}".strip(), title.strip(".")) if part) + "."


def _name(person: Any) -> str:
    names = (*person.prelast_names, *person.last_names)
    family = " ".join(str(Text.from_latex(part)) for part in names)
    initials = "".join(str(part)[:1] for part in (*person.first_names, *person.middle_names))
    return f"{family} {initials}".strip()
