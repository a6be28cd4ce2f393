"""A page for each table of the data package: what a row is, the table, its columns, downloads.

The CSV is the source of its page, as a notebook is of a chapter: `data/studies` in `_toc.yml`
is the page of `data/studies.csv`. So the contents, the search and "next" know it as any page.
"""

import csv
import io
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.parsers import Parser
from sphinx.util.docutils import SphinxDirective

from bookbuild.data_html import DICTIONARY, data_table, dictionary_rows, dictionary_table
from bookbuild.data_links import SOURCES, links_of, references
from bookbuild.data_package import DESCRIPTOR, DataTable, read_package
from bookbuild.digests import value_digest
from bookbuild.site import book_of
from bookbuild.store import write_atomically

FOLDER = "data"
COLUMNS = "-columns.csv"
FILES = """
<div class="data-files">
<p>{others}Downloads: <a href="{csv}" download>{csv}</a>, the table;
<a href="{columns}" download>{columns}</a>, what its columns mean;
<a href="{descriptor}" download>{descriptor}</a>, the same of all tables, for programs.</p>
<p>SHA-256 of {csv}: <code>{digest}</code>. {readers}</p>
</div>
"""
OTHERS = f'<a href="../{FOLDER}.html">All tables</a>. '
NOTE = "An empty cell is not known; a column in which nothing is known stands in the file only."
REFERENCE = "The column reference is from references.bib."
ELSEWHERE = "The table is in the file {name}."


class DataError(SphinxError):
    """A page of the data cannot be made."""


class DataParser(Parser):
    """Make the page of a table from its CSV and the package that describes it."""

    supported = ("csv",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Fill `document`; the file itself is read again, as bytes, for its digest."""
        env = self.env
        path = Path(env.doc2path(env.docname))
        tables = _package(path.parent)
        found = [table for table in tables.values() if table.path.name == path.name]
        if not found:
            raise DataError(f"{path.name} is no table of {FOLDER}/{DESCRIPTOR}: describe it there")
        for used in (DESCRIPTOR, *(table.path.name for table in tables.values())):
            env.note_dependency(str(path.with_name(used)))
        self.setup_parse(inputstring, document)
        document += _page(env, document, found[0], tables)
        self.finish_parse()


class DataTablesDirective(SphinxDirective):
    """`{data-tables}`: the tables of the package, with what a row of each is."""

    def run(self) -> list[nodes.Node]:
        """Return a list of links, in the order of the package."""
        folder = Path(self.env.srcdir) / FOLDER
        listed = nodes.bullet_list()
        for table in _package(folder).values():
            self.env.note_dependency(str(table.path))
            link = addnodes.pending_xref(
                "", nodes.inline("", table.title), refdomain="std", reftype="doc",
                refdoc=self.env.docname, reftarget=f"/{FOLDER}/{table.path.stem}",
                refexplicit=True, refwarn=True,
            )  # fmt: skip
            text = nodes.paragraph("", "", link, nodes.Text(f" ({_count(table)}): {table.about}."))
            listed += nodes.list_item("", text)
        self.env.note_dependency(str(folder / DESCRIPTOR))
        return [listed]


def _package(folder: Path) -> dict[str, DataTable]:
    try:
        return read_package(folder)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"the data package in {folder.name}/ cannot be shown: {error}") from error


def _page(
    env: BuildEnvironment, document: nodes.document, table: DataTable, tables: dict[str, DataTable]
) -> nodes.section:
    bibliography = Path(env.srcdir) / "references.bib"
    told = {}
    if table.name == SOURCES and bibliography.exists():
        env.note_dependency(str(bibliography))
        told = references(bibliography)

    def chapter(column: str, cell: str) -> str:
        known = column in env.config.bookbuild_data_chapters
        return f"../chapters/{cell}.html" if known and f"chapters/{cell}" in env.found_docs else ""

    links = links_of(tables, chapter)
    note = f"{NOTE} {REFERENCE}" if told else NOTE
    about = f"{table.about}. {_count(table, len(table.columns))}."
    lead = nodes.paragraph(about, about)
    whole = _section(document, "The table", nodes.paragraph(note, note))
    whole += _only("html", _html(data_table(table, links, told)))
    elsewhere = ELSEWHERE.format(name=table.path.name)
    whole += _only("not html", nodes.paragraph(elsewhere, elsewhere))
    meaning = _section(document, "The columns", _html(dictionary_table(table)))
    return _section(document, table.title, lead, _html(_files(env, table)), whole, meaning)


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def _section(document: nodes.document, title: str, *content: nodes.Node) -> nodes.section:
    section = nodes.section("", nodes.title(title, title), *content)
    section["names"] = [nodes.fully_normalize_name(title)]
    document.note_implicit_target(section, section)
    return section


def _only(builder: str, content: nodes.Node) -> addnodes.only:
    # One page of the whole book, as for print, has no place for thousands of rows.
    return addnodes.only("", content, expr=builder.replace("html", "builder_html"))


def _files(env: BuildEnvironment, table: DataTable) -> str:
    return FILES.format(
        others=OTHERS if FOLDER in env.found_docs else "",
        csv=escape(table.path.name),
        columns=escape(table.path.stem + COLUMNS),
        descriptor=DESCRIPTOR,
        digest=table.digest,
        readers=_readers_text(env, readers(env, table.path.name)),
    )


def _count(table: DataTable, columns: int = 0) -> str:
    rows = f"{len(table.rows)} row" + "s" * (len(table.rows) != 1)
    return f"{rows}, {columns} columns" if columns else rows


def readers(env: BuildEnvironment, name: str) -> dict[str, str]:
    """Return the chapters that were computed from a file of the data, with the digest they read."""
    read = {
        docname: result.inputs.get(f"{FOLDER}/{name}")
        for docname, result in book_of(env.app).results.items()
    }
    return {docname: digest for docname, digest in read.items() if digest}


def _readers_text(env: BuildEnvironment, chapters: dict[str, str]) -> str:
    if not chapters:
        return "No chapter reads it."
    listed = ", ".join(
        f'<a href="../{docname}.html">{escape(Path(docname).name.replace("-", " "))}</a>'
        for docname in chapters
    )
    return f"The chapters computed from this very file: {listed}."


def outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Name the pages of tables that other chapters read now than when the page was made."""
    remembered: Any = env
    now = {
        docname: value_digest(readers(env, f"{Path(docname).name}.csv"))
        for docname in env.found_docs
        if env.doc2path(docname).endswith(".csv")
    }
    before = getattr(remembered, "bookbuild_readers", {})
    remembered.bookbuild_readers = now
    return [docname for docname, digest in now.items() if before.get(docname, digest) != digest]


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put the package into the site, and the dictionary of each table, as they are."""
    source, site = Path(app.srcdir) / FOLDER, Path(app.outdir) / FOLDER
    if error is not None or app.builder.name != "html" or not (source / DESCRIPTOR).exists():
        return
    tables = read_package(source).values()
    wanted = {DESCRIPTOR: (source / DESCRIPTOR).read_bytes()}
    wanted |= {table.path.name: table.path.read_bytes() for table in tables}
    wanted |= {table.path.stem + COLUMNS: _dictionary(table) for table in tables}
    site.mkdir(parents=True, exist_ok=True)
    for old in (*site.glob("*.csv"), *site.glob("*.json")):
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        if not (site / name).exists() or (site / name).read_bytes() != content:
            write_atomically(site / name, content)


def _dictionary(table: DataTable) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([DICTIONARY, *dictionary_rows(table)])
    return text.getvalue().encode()


def ask_for_script(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Give a page that has a table the script that sorts and searches it."""
    if "evidence-table" in context.get("body", ""):
        app.add_js_file("tables.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the pages of tables.

    `bookbuild_data_chapters`
        Columns, as "table.column", whose cells name a chapter.
    """
    app.add_config_value("bookbuild_data_chapters", [], "env")
    app.add_source_suffix(".csv", "csv")
    app.add_source_parser(DataParser)
    app.add_directive("data-tables", DataTablesDirective)
    app.add_css_file("tables.css")
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", ask_for_script)
    app.connect("build-finished", write_files, priority=800)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
