"""The Sphinx extension: execute the stale chapters, then let Sphinx write the pages they change.

Sphinx decides by the age of the source files what to read and write again. A page
of this book depends on more: on results, on the theme and the lock file, on
numbers glued from other pages. What follows from these is told to Sphinx here.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from bookbuild import site
from bookbuild.digests import value_digest
from bookbuild.disk import disk_fault
from bookbuild.failures import LastWords, report
from bookbuild.lock import acquire
from bookbuild.pages import inputs_box, merge_outputs
from bookbuild.parameter_directive import ParametersDirective
from bookbuild.pool import worker_count
from bookbuild.provenance import provenance, status_table, write_provenance
from bookbuild.refresh import Book, BuildError, refresh
from bookbuild.results_files import results_name, write_results
from bookbuild.settings import Settings, settings_for, state_folder
from bookbuild.warned import Warned

logger = logging.getLogger(__name__)
STATIC = Path(__file__).with_name("static")


class StatusNode(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of the status table; filled when the page is written."""


class StatusDirective(SphinxDirective):
    """`{book-status}`: the table of chapters, when and from what each was computed."""

    def run(self) -> list[nodes.Node]:
        """Return the place of the table."""
        # Times stay out of the search index: it would differ with every build.
        self.env.metadata[self.env.docname]["nosearch"] = ""
        site.memory(self.env).status[self.env.docname] = ""
        return [StatusNode()]


class Publisher:
    """What the extension knows during one build, and its answers to Sphinx's events."""

    book: Book

    def __init__(self, app: Sphinx) -> None:
        self.warned = Warned(app)
        self.last_words = LastWords()
        self.stale: dict[str, list[str]] = {}
        self.read: set[str] = set()
        self.written: set[str] = set()

    def begin(self, app: Sphinx, config: Config) -> None:
        """Wait for other builds; then, after one that was broken off, forget what it left."""
        self.last_words.promise()
        self.warned.listen()
        if config.nb_execution_mode != "off":
            raise self._failed('bookbuild executes the chapters: set execute_notebooks to "off"')
        config.html_static_path = [*config.html_static_path, str(STATIC)]
        acquire(state_folder(Path(app.srcdir)) / "lock", logger.info)
        site.forget_unfinished(app)

    def execute(self, app: Sphinx) -> None:
        """Execute the stale chapters before Sphinx reads any page."""
        try:
            self.book = refresh(_settings(app), site.notebooks(app), worker_count(), logger.info)
        except BuildError as error:
            raise self._failed(str(error), report(error.failures)) from error
        except (OSError, ValueError) as error:
            raise self._failed(disk_fault(error) or str(error)) from error
        site.set_book(app, self.book)
        for name, result in self.book.results.items():
            for used in result.untraced:
                text = "%s was used, and what it reads cannot be traced: see bookbuild_inputs"
                logger.warning(text, used, location=name, type="bookbuild", subtype="untraced")
        # Sphinx stamps links to style sheets with their digests; myst-nb copies its own too late.
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)

    def outdated(self, app: Sphinx, env: BuildEnvironment, *_: set[str]) -> set[str]:
        """Name the pages whose result changed, and mark the site as unfinished."""
        self.stale = self.book.stale_now()
        marker = site.unfinished(app)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        return site.outdated(app, env, self.book)

    def purge(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget what a page was."""
        site.memory(env).forget(docname)
        site.drop_glue_file(env, docname)

    def merge(self, app: Sphinx, docname: str, source: list[str]) -> None:
        """Put the stored outputs into the source of a chapter."""
        self.read.add(docname)
        site.memory(app.env).stamps[docname] = site.stamp(app, docname, self.book)
        if docname in self.book.results:
            try:
                source[0] = merge_outputs(source[0], self.book.results[docname])
            except ValueError as error:
                raise self._failed(str(error)) from error

    def note(self, app: Sphinx, doctree: nodes.document) -> None:
        """Remember where the page's numbers come from."""
        site.note_glues(app.env, app.env.docname, doctree)

    def updated(self, app: Sphinx, env: BuildEnvironment) -> set[str]:
        """Name the pages that show something of others, before any is written."""
        if self.warned.of_glue:
            listed = "\n".join(["Glued values are missing:", *self.warned.of_glue])
            raise self._failed(
                "a page asks for glued values that its chapter does not give", listed
            )
        return site.to_write(env, self.read, self._status())

    def _failed(self, short: str, last: str = "") -> SphinxError:
        """Return the exception that ends the build; `last` (or `short`) is said at its very end."""
        self.last_words.fail(last or short)
        return SphinxError(short)

    def _status(self) -> str:
        return value_digest(provenance(self.book, self.stale))

    def resolve(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Fill in the status table."""
        for node in list(doctree.findall(StatusNode)):
            table = status_table(
                self.book,
                self.stale,
                title=lambda name: app.env.titles[name].astext(),
                link=lambda name: app.builder.get_relative_uri(docname, name),
            )
            node.replace_self(nodes.raw("", table, format="html"))

    def append(
        self, app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: Any
    ) -> None:
        """Put the box of inputs at the end of a chapter's page."""
        self.written.add(pagename)
        if pagename in self.book.results:
            made, numbers = "provenance.json", results_name(pagename)
            addresses = [context["pathto"](name, 1) for name in (made, numbers)]
            context["body"] += inputs_box(self.book.results[pagename], *addresses)

    def collect(self, app: Sphinx) -> list[Any]:
        """Add no page; at this moment all pages are written and the search index is not."""
        site.complete_index(app, self.written)
        return []

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """Write the provenance; call the site finished only when nothing was wrong with it."""
        if error is not None:
            return
        stale = self.book.stale_now()
        for name, reasons in stale.items():
            text = "changed during the build, build again: %s"
            logger.warning(text, "; ".join(reasons), location=name, type="bookbuild")
        if app.builder.format == "html":
            write_provenance(self.book, stale, Path(app.outdir) / "provenance.json")
            write_results(self.book, Path(app.outdir))
            site.prune(app, app.env.found_docs)
        if self.warned.of_glue:
            app.statuscode = 1
        # As they are at the end: other extensions may warn after this one has finished.
        self.last_words.warnings = self.warned.messages.keys()
        if not self.warned.messages:
            site.unfinished(app).unlink(missing_ok=True)


def _settings(app: Sphinx) -> Settings:
    config = app.config
    return settings_for(
        Path(app.srcdir),
        lock_file=config.bookbuild_lock,
        checks=config.bookbuild_checks,
        inputs=config.bookbuild_inputs,
        cell_timeout=config.nb_execution_timeout,
        preload=config.bookbuild_preload,
        slow=config.bookbuild_slow,
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension: options of `sphinx: config:` in `_config.yml`, directive, events.

    `bookbuild_lock`
        The lock file, from the book's folder (requirements.txt).
    `bookbuild_checks`
        Modules that are run before any chapter; a failure stops the build.
    `bookbuild_inputs`
        By chapter, globs of files that it reads and Python does not open itself.
    `bookbuild_preload`
        Libraries that most chapters import; they are imported once, and kernels forked.
    `bookbuild_slow`
        Chapters that take longest: started first where no earlier build has timed them.
    """
    app.add_config_value("bookbuild_lock", "requirements.txt", "")
    app.add_config_value("bookbuild_checks", [], "")
    app.add_config_value("bookbuild_inputs", {}, "")
    app.add_config_value("bookbuild_preload", [], "")
    app.add_config_value("bookbuild_slow", [], "")
    app.add_directive("book-status", StatusDirective)
    app.add_directive("book-parameters", ParametersDirective)
    publisher = Publisher(app)
    app.connect("config-inited", publisher.begin, priority=900)
    app.connect("builder-inited", publisher.execute, priority=900)
    app.connect("env-get-outdated", publisher.outdated)
    app.connect("env-purge-doc", publisher.purge)
    app.connect("source-read", publisher.merge)
    app.connect("doctree-read", publisher.note)
    app.connect("env-updated", publisher.updated)
    app.connect("doctree-resolved", publisher.resolve)
    app.connect("html-page-context", publisher.append)
    app.connect("html-collect-pages", publisher.collect)
    app.connect("build-finished", publisher.finish, priority=900)
    app.add_css_file("bookbuild.css")
    # Reading is one page at a time in jupyter-book; what is remembered is not merged.
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
