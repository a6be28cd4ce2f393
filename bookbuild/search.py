"""What the search finds: words of tables and figures as a reader sees them, and single rows.

Sphinx takes the tags out of a table without leaving a space, so the last word of a cell and
the first of the next become one word that nobody types. And it leads to pages; a claim among
hundreds, or a study, is led to by its row.
"""

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.errors import ConfigError

from bookbuild.data_package import read_package
from bookbuild.data_pages import FOLDER

UNREAD = re.compile(r"<(style|script|svg)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^<]+?>")
#: Sphinx's weights of what is found: people's names stand before pages, sentences after them.
WEIGHTS = {"first": 1, "last": 2}


def words_of(html: str) -> str:
    """Return the text of HTML, a space for each tag."""
    return unescape(TAG.sub(" ", UNREAD.sub(" ", html)))


def readable(doctree: nodes.document) -> nodes.document:
    """Return a copy of a page in which what is written as HTML is text."""
    copied = doctree.deepcopy()
    for raw in list(copied.findall(nodes.raw)):
        if "html" in raw.get("format", "").split():
            text = words_of(raw.astext())
            raw.replace_self(nodes.inline(text, text))
    return copied


def index_words(app: Sphinx) -> None:
    """Let the search index take the words of each page from its readable copy."""
    builder: Any = app.builder
    if hasattr(builder, "index_page"):
        builder.index_page = partial(_index_page, builder.index_page)


def _index_page(index_page: Any, pagename: str, doctree: nodes.document, title: str) -> None:
    index_page(pagename, readable(doctree), title)


class RowDomain(Domain):
    """Rows of the data that a search leads to, as Sphinx leads to a function of a program."""

    name = "row"
    label = "Rows of the data"

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield name, text, kind, page, id and weight of each row that `_config.yml` asks for."""
        asked = self.env.config.bookbuild_search_rows
        tables = read_package(Path(self.env.srcdir) / FOLDER) if asked else {}
        for place, (page, weight) in asked.items():
            name, _, column = place.partition(".")
            if name not in tables or weight not in WEIGHTS:
                known = f"a table ({', '.join(tables)}) and a weight ({', '.join(WEIGHTS)})"
                raise ConfigError(f"bookbuild_search_rows: {place}: {page}, {weight}: give {known}")
            table = tables[name]
            (at,) = table.places((column,))
            for row, anchor in zip(table.rows, table.anchors().values(), strict=True):
                # Sphinx leaves an anchor out that equals the name, and takes the text for it.
                yield f"{name}:{anchor}", row[at], table.key[0], page, anchor, WEIGHTS[weight]

    def merge_domaindata(self, docnames: Any, otherdata: dict[str, Any]) -> None:
        """Do nothing: the domain remembers nothing."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension.

    `bookbuild_search_rows`
        By "table.column": the page that shows the rows with their ids, and a weight, "first" or
        "last". The search finds a row by the words of that column.
    """
    app.add_config_value("bookbuild_search_rows", {}, "html")
    app.add_domain(RowDomain)
    app.connect("builder-inited", index_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
