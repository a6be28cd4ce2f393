"""The Sphinx extension that lets readers take the book away: files, commands, citations.

The files are made of the results before any page is read, so that a link can tell the size of
what it leads to. A page whose links have changed is written again.
"""

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from bookbuild.digests import value_digest
from bookbuild.errors import UsageError
from bookbuild.package import package
from bookbuild.parameter_text import commands
from bookbuild.parameters import SUFFIX, read_schema
from bookbuild.pdf_stamp import NAME as PDF_NAME
from bookbuild.pdf_stamp import current_pdf
from bookbuild.refresh import Book
from bookbuild.site import book_of
from bookbuild.takeaway_citation import as_bibtex, as_text, read_citation
from bookbuild.takeaway_files import (
    ChapterFiles,
    Download,
    chapter_files,
    data_files,
    write_downloads,
)
from bookbuild.takeaway_html import (
    Address,
    chapter_list,
    citation_box,
    data_list,
    section,
    whole_book,
)

TITLE = "Take it away"
PARTS = ("book", "chapters", "data", "citation")
KEY = "evidence-book"


class TakeawayNode(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of a part; filled when the page is written. It is no part of the search index."""


class DownloadsDirective(SphinxDirective):
    """`{book-downloads} book`: links to the whole book; also `chapters`, `data`, `citation`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place of the part."""
        part = directives.choice(self.arguments[0], PARTS)
        return [TakeawayNode(part=part, docname=self.env.docname)]


class Takeaway:
    """What can be taken away of the book of this build, and its answers to Sphinx's events."""

    book: Book
    chapters: dict[str, ChapterFiles]
    data: dict[str, Download]
    package: Download
    pdf: Download | None

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], str] = {}

    def prepare(self, app: Sphinx) -> None:
        """Make the files of all chapters, and put them into the site."""
        if app.builder.format != "html":
            return
        self.book, root = book_of(app), Path(app.srcdir)
        try:
            self.citation = read_citation(root)
            self.package = package(self.book, self.citation, app.config.html_baseurl)
        except UsageError as error:
            raise SphinxError(str(error)) from error
        self.chapters, self.data = chapter_files(self.book), data_files(self.book)
        printed = current_pdf(root, self.book.results)
        self.pdf = Download(PDF_NAME, "The book as a PDF", printed) if printed else None
        own = [file for files in self.chapters.values() for file in files.own]
        whole = [self.package, *([self.pdf] if self.pdf else [])]
        site = Path(app.outdir)
        write_downloads(site, [*own, *self.data.values(), *whole])
        if not self.pdf:
            (site / PDF_NAME).unlink(missing_ok=True)

    def append(self, app: Sphinx, doctree: nodes.document) -> None:
        """Put the section at the end of a chapter, before its headings are collected."""
        name = app.env.docname
        if app.builder.format != "html" or name not in book_of(app).results:
            return
        place = next(iter(doctree.findall(nodes.section)), doctree)
        made = nodes.section("", nodes.title(TITLE, TITLE), ids=["take-it-away"], names=[])
        made += TakeawayNode(part="chapter", docname=name)
        place += made

    def updated(self, app: Sphinx, env: BuildEnvironment) -> set[str]:
        """Name the pages whose links, commands or citations changed since they were written."""
        if app.builder.format != "html":
            return set()
        anything: Any = env
        last: dict[str, str] = getattr(anything, "bookbuild_takeaway", {})
        self.shown = {
            (name, part): self._part(app, name, part)
            for name in sorted(env.found_docs)
            for part in _parts_of(env.get_doctree(name))
        }
        names = {name for name, _ in self.shown}
        now = {n: value_digest([t for (of, _), t in self.shown.items() if of == n]) for n in names}
        anything.bookbuild_takeaway = now
        return {name for name in names if last.get(name) != now[name]}

    def load(self, app: Sphinx, pagename: str, _: str, context: dict[str, Any], tree: Any) -> None:
        """Give the pages that have a part its style and its script, and no other page."""
        if any(name == pagename for name, _ in self.shown):
            app.add_css_file("takeaway.css")
            app.add_js_file("takeaway.js", loading_method="defer")

    def visit(self, translator: Any, node: TakeawayNode) -> None:
        """Write a part."""
        translator.body.append(self.shown.get((node["docname"], node["part"]), ""))
        raise nodes.SkipNode

    def _part(self, app: Sphinx, docname: str, part: str) -> str:
        here = app.builder.get_target_uri(docname)

        def address(path: str) -> str:
            return str(relative_uri(here, path))

        if part == "chapter":
            return self._chapter(app, docname, address)
        if part == "book":
            return whole_book(self.package, self.pdf, address)
        if part == "chapters":
            return chapter_list(self.chapters, lambda n: app.env.titles[n].astext(), address)
        return data_list(self.data.values(), address) if part == "data" else self._cite(app)

    def _chapter(self, app: Sphinx, docname: str, address: Address) -> str:
        root = self.book.settings.root
        has_choices = (root / f"{docname}{SUFFIX}").is_file()
        run = commands(docname, read_schema(root, docname).defaults) if has_choices else None
        return section(self.chapters[docname], run, self._cite(app, docname), address)

    def _cite(self, app: Sphinx, docname: str = "") -> str:
        """Return how to cite a page, or the book: with its address where that is configured."""
        page = app.env.titles[docname].astext() if docname else ""
        where = app.config.html_baseurl
        if where and docname:
            where = urljoin(f"{where.rstrip('/')}/", app.builder.get_target_uri(docname))
        key = f"{KEY}-{PurePosixPath(docname).name}" if docname else KEY
        text = as_text(self.citation, page, where)
        bibtex = as_bibtex(self.citation, key, page, where)
        return citation_box(text, bibtex, "Cite this page" if page else "")


def _parts_of(doctree: nodes.document) -> list[str]:
    return [node["part"] for node in doctree.findall(TakeawayNode)]


def _skip(_translator: Any, _node: nodes.Node) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, the place of its parts, and the answers to events."""
    takeaway = Takeaway()
    app.add_directive("book-downloads", DownloadsDirective)
    skip = (_skip, None)
    app.add_node(TakeawayNode, html=(takeaway.visit, None), latex=skip, text=skip)
    app.connect("builder-inited", takeaway.prepare, priority=950)
    app.connect("doctree-read", takeaway.append, priority=400)
    app.connect("env-updated", takeaway.updated, priority=900)
    app.connect("html-page-context", takeaway.load)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
