"""Explain the terms of the glossary where they occur: a Sphinx extension.

The entries are those of the book's `{glossary}` directives. On every other page the first
occurrence of a term becomes a button that shows its meaning in place: a popover, which
browsers open by mouse, touch and keyboard without a script. The meanings stand together
at the end of the page, so that the prose stays what it was for whoever copies or searches it.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.digests import value_digest
from bookbuild.glossary_marks import Entry, Mark, Terms, mark

CARD = """\
<div class="term-card" id="{id}" popover autofocus tabindex="-1" role="dialog"
 aria-labelledby="{id}-name" aria-describedby="{id}-meaning">
<p class="term-name" id="{id}-name">{name}</p>
<p id="{id}-meaning">{meaning}</p>
<p class="term-more"><a href="{address}">In the glossary</a>
<button type="button" popovertarget="{id}" popovertargetaction="hide">Close</button></p>
</div>
"""


class Meanings(nodes.General, nodes.Element):  # type: ignore[misc]
    """The meanings of the terms marked in a page: its `entries`."""


class Glossary:
    """The glossary of a book, read once in a build, and its answers to Sphinx's events."""

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.terms: Terms | None = None

    def updated(self, _app: Sphinx, env: BuildEnvironment) -> set[str]:
        """Read the entries; name all pages to be written again when one has changed."""
        entries = list(read_entries(env))
        self.pages = {entry.page for entry in entries}
        self.terms = Terms(entries) if entries else None
        digest = value_digest([[e.page, e.anchor, *e.names, e.meaning] for e in entries])
        memory: Any = env
        before, memory.book_glossary = getattr(env, "book_glossary", digest), digest
        return set(env.found_docs) if before != digest else set()

    def resolve(self, app: Sphinx, document: nodes.document, docname: str) -> None:
        """Mark the terms of a page, and put their meanings at its end."""
        if self.terms is None or docname in self.pages or app.builder.format != "html":
            return
        entries = mark(document, self.terms)
        if entries:
            addresses = {
                page: app.builder.get_relative_uri(docname, page) for page in sorted(self.pages)
            }
            document += Meanings("", entries=entries, addresses=addresses)


def read_entries(env: BuildEnvironment) -> Iterator[Entry]:
    """Yield the entries of all glossaries of a book, page by page."""
    objects: dict[tuple[str, str], tuple[str, str]] = env.get_domain("std").data["objects"]
    pages = {page for (kind, _), (page, _) in objects.items() if kind == "term"}
    for page in sorted(pages):
        for glossary in env.get_doctree(page).findall(addnodes.glossary):
            for item in glossary.findall(nodes.definition_list_item):
                terms = [child for child in item if isinstance(child, nodes.term)]
                names = tuple(term.astext() for term in terms)
                meaning = " ".join(item[-1].astext().split())
                yield Entry(page, terms[0]["ids"][0], names, meaning)


def _id(entry: Entry) -> str:
    return f"meaning-of-{entry.anchor.removeprefix('term-')}"


def visit_mark(translator: Any, node: Mark) -> None:
    """Begin the button of a term."""
    opened = f'<button type="button" class="term" popovertarget="{_id(node["entry"])}">'
    translator.body.append(opened)


def depart_mark(translator: Any, node: Mark) -> None:
    """End it."""
    translator.body.append("</button>")


def visit_meanings(translator: Any, node: Meanings) -> None:
    """Write the meanings."""
    cards = [
        CARD.format(
            id=_id(entry),
            name=escape(", ".join(entry.names)),
            meaning=escape(entry.meaning),
            address=escape(f"{node['addresses'][entry.page]}#{entry.anchor}"),
        )
        for entry in node["entries"]
    ]
    translator.body.append('<div class="term-cards">\n' + "".join(cards) + "</div>\n")


def depart_meanings(translator: Any, node: Meanings) -> None:
    """End them: nothing is open."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx; a book without a glossary stays as it is."""
    glossary = Glossary()
    app.add_node(Mark, html=(visit_mark, depart_mark))
    app.add_node(Meanings, html=(visit_meanings, depart_meanings))
    app.connect("env-updated", glossary.updated)
    # Late: what other extensions still put into a page is marked too.
    app.connect("doctree-resolved", glossary.resolve, priority=900)
    app.add_css_file("glossary.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
