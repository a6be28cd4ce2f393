"""What Sphinx is to read and write again, and what of older builds is to go."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.digests import file_digest, value_digest
from bookbuild.refresh import Book

IMAGE = re.compile(rb"_images/([^\"'\s?#<>]+)")


class Memory:
    """What is remembered of the last build, kept in Sphinx's environment and so as old as it.

    Attributes
    ----------
    stamps : dict
        By docname: digest of source and result, at the time the page was read.
    titles : dict
        By docname: the title. It stands in the side bar of all other pages.
    glues : dict
        By docname: the pages that it takes glued values from.
    status : dict
        By docname: digest of the status that the page showed.
    renderer : str
        Digest of what shapes all pages.
    """

    def __init__(self) -> None:
        self.stamps: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.glues: dict[str, set[str]] = {}
        self.status: dict[str, str] = {}
        self.renderer = ""

    def forget(self, docname: str) -> None:
        """Forget a page that is removed, or about to be read again."""
        for remembered in (self.stamps, self.glues, self.status):
            remembered.pop(docname, None)


def memory(env: BuildEnvironment) -> Memory:
    """Return what `env` remembers, empty at first."""
    anything: Any = env
    if not hasattr(anything, "bookbuild"):
        anything.bookbuild = Memory()
    return cast(Memory, anything.bookbuild)


def set_book(app: Sphinx, book: Book) -> None:
    """Make the book of this build known to the other extensions."""
    anything: Any = app
    anything.bookbuild = book


def book_of(app: Sphinx) -> Book:
    """Return the book of this build: its chapters and their results, from `builder-inited` on."""
    anything: Any = app
    return cast(Book, anything.bookbuild)


def notebooks(app: Sphinx) -> list[str]:
    """Return the notebooks that are pages of the book, in the order of its table of contents."""
    app.env.find_files(app.config, app.builder)
    order = [name.removesuffix(".ipynb") for name in getattr(app.config, "external_site_map", [])]
    pages = [name for name in app.env.found_docs if app.env.doc2path(name).endswith(".ipynb")]
    return sorted(
        pages, key=lambda name: (order.index(name) if name in order else len(order), name)
    )


def stamp(app: Sphinx, docname: str, book: Book) -> str:
    """Return the digest of all that a page is made from: its source, and its result."""
    result = book.results.get(docname)
    source = file_digest(Path(app.env.doc2path(docname)))
    return value_digest([source, result.page if result else None])


def renderer(app: Sphinx, book: Book) -> str:
    """Return the digest of what shapes all pages: packages, this extension, toc, styles, templates.

    Sphinx would leave pages as they are when one of these changes: links to a style sheet
    with its old digest, a theme of the last release, a side bar without the new chapter.
    """
    root = Path(app.srcdir)
    folders = [Path(__file__).parent, *(root / f for f in app.config.html_static_path)]
    folders += [root / folder for folder in app.config.templates_path]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix != ".pyc"]
    files += [Path(app.config.external_toc_path)] if "external_toc_path" in app.config else []
    digests = {str(path): file_digest(root / path) for path in files}
    return value_digest([book.environment.digest, digests])


def outdated(app: Sphinx, env: BuildEnvironment, book: Book) -> set[str]:
    """Return the pages to read again, beyond those whose source file is younger."""
    kept, now = memory(env), renderer(app, book)
    if kept.renderer != now:
        kept.renderer = now
        return set(env.found_docs)
    return {name for name in env.found_docs if kept.stamps.get(name) != stamp(app, name, book)}


def to_write(env: BuildEnvironment, read: set[str], status: str) -> set[str]:
    """Return the pages to write again though they were not read: what they show of others changed.

    Parameters
    ----------
    env : BuildEnvironment
    read : set of str
        The pages that were read in this build.
    status : str
        Digest of what a status page is to show.
    """
    kept = memory(env)
    titles = {name: title.astext() for name, title in env.titles.items()}
    borrowers = {name for name, sources in kept.glues.items() if sources & read}
    reports = {name for name, shown in kept.status.items() if shown != status}
    everywhere = set(env.found_docs) if titles != kept.titles else set()
    kept.titles = titles
    kept.status |= dict.fromkeys(reports, status)
    return borrowers | reports | everywhere


def note_glues(env: BuildEnvironment, docname: str, doctree: nodes.document) -> None:
    """Remember from which other pages a page takes glued values."""
    found = {node.refdoc for node in doctree.findall(PendingGlueReference)}
    memory(env).glues[docname] = found


def drop_glue_file(env: BuildEnvironment, docname: str) -> None:
    """Remove the values that a page glued at last; myst-nb would leave them when it glues none."""
    Path(cast(Any, env).mystnb_config.output_folder, f"{docname}.glue.json").unlink(missing_ok=True)


def unfinished(app: Sphinx) -> Path:
    """Return the file that is there while pages are being written."""
    return Path(app.doctreedir) / "bookbuild-unfinished"


def forget_unfinished(app: Sphinx) -> None:
    """After a build that was broken off, or warned, make Sphinx read and write every page again.

    It compares ages of files only: a page half written is younger than its source, and
    a warning is given when a page is read and at no other time.
    """
    if unfinished(app).exists():
        (Path(app.doctreedir) / ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def complete_index(app: Sphinx, written: set[str]) -> None:
    """Make the search index what it would be had all pages been written now.

    Sphinx feeds it with the pages just written and takes the rest from the file of the
    last build, which lacks the entries of `index` directives and keeps words long gone.
    """
    indexer: Any = getattr(app.builder, "indexer", None)
    if indexer is None:
        return
    # Numbered by who came first, in this build or an older one.
    indexer._objtypes.clear()
    indexer._objnames.clear()
    for known in (indexer._mapping, indexer._title_mapping):
        for word in [word for word, pages in known.items() if not pages]:
            del known[word]
    if app.env.found_docs <= written:
        return
    for known in (indexer._mapping, indexer._title_mapping, indexer._index_entries):
        known.clear()
    indexer.prune([])
    builder: Any = app.builder
    for name in sorted(app.env.found_docs):
        doctree = app.env.get_and_resolve_doctree(name, builder)
        title = app.env.longtitles.get(name)
        shown = builder.render_partial(title)["title"] if title else ""
        builder.index_page(name, doctree, shown)


def prune(app: Sphinx, pages: Iterable[str]) -> None:
    """Remove from the site the images and pages that earlier builds left and no page needs."""
    site = Path(app.outdir)
    keep = {f"{page}.html" for page in pages}
    own = {"genindex.html", "search.html"}
    used: set[str] = set()
    for page in site.rglob("*.html"):
        name = page.relative_to(site).as_posix()
        source = site / "_sources" / name.removesuffix(".html")
        leftover = name not in keep | own and list(source.parent.glob(f"{source.name}.*"))
        for old in [page, *leftover] if leftover else []:
            old.unlink()
        if not leftover:
            used |= {found.decode() for found in IMAGE.findall(page.read_bytes())}
    for image in (site / "_images").glob("*"):
        if image.name not in used:
            image.unlink()
