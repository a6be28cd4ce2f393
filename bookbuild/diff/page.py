"""The Sphinx extension of the page of changes; it also puts the data into the site.

`{book-changes}` shows what changed since the newest release in `releases/`, and with the option
`earlier` what each release changed against the one before.
"""

from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from bookbuild.diff.edition import read_edition
from bookbuild.diff.files import DATA, book_files, data_files, write_files
from bookbuild.diff.releases import earlier_differences, read_release, release_folders
from bookbuild.diff.render import MOST, as_html
from bookbuild.diff.report import difference
from bookbuild.digests import value_digest
from bookbuild.errors import UsageError
from bookbuild.site import book_of

NO_RELEASE = "<p>No release is kept yet.</p>"
NONE_EARLIER = "<p>There is one release so far, so there is nothing earlier to compare.</p>"


class ChangesNode(nodes.General, nodes.Element):  # type: ignore[misc]
    """The place of a report of changes; filled when the page is written."""


class ChangesDirective(SphinxDirective):
    """`{book-changes}`: what changed since the last release, or release by release."""

    option_spec: ClassVar[dict[str, Any]] = {"earlier": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the place of the report."""
        shown_changes(self.env)[self.env.docname] = ""
        return [ChangesNode(earlier="earlier" in self.options)]


def shown_changes(env: BuildEnvironment) -> dict[str, str]:
    """Return, by page, the digest of the changes that it showed at last."""
    anything: Any = env
    if not hasattr(anything, "bookbuild_changes"):
        anything.bookbuild_changes = {}
    shown: dict[str, str] = anything.bookbuild_changes
    return shown


class Changes:
    """The reports of one build, made once and only where a page shows them."""

    def __init__(self) -> None:
        self.made: dict[bool, str] = {}

    def report(self, app: Sphinx, earlier: bool) -> str:
        """Return a report as HTML."""
        if earlier not in self.made:
            try:
                self.made[earlier] = _earlier(app) if earlier else _newest(app)
            except UsageError as error:
                raise ExtensionError(f"the page of changes: {error}") from error
        return self.made[earlier]

    def purge(self, _app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed, or about to be read again."""
        shown_changes(env).pop(docname, None)

    def updated(self, app: Sphinx, env: BuildEnvironment) -> set[str]:
        """Name the pages whose report is another now."""
        shown = shown_changes(env)
        if not shown:
            return set()
        now = value_digest([self.report(app, earlier) for earlier in (False, True)])
        changed = {name for name, digest in shown.items() if digest != now}
        shown |= dict.fromkeys(changed, now)
        return changed

    def resolve(self, app: Sphinx, doctree: nodes.document, _docname: str) -> None:
        """Fill in the reports."""
        for node in list(doctree.findall(ChangesNode)):
            text = self.report(app, node["earlier"])
            node.replace_self(nodes.raw("", text, format="html"))


def _newest(app: Sphinx) -> str:
    folders = release_folders(Path(app.srcdir))
    if not folders:
        return NO_RELEASE
    now = read_edition("this book", book_files(book_of(app)))
    found = difference(read_release(folders[-1]), now)
    return f"<p>Compared with {escape(found.old)}:</p>\n{as_html(found, MOST)}"


def _earlier(app: Sphinx) -> str:
    parts = [
        f"<h3>{escape(found.old)} → {escape(found.new)}</h3>\n{as_html(found, MOST)}"
        for found in earlier_differences(Path(app.srcdir))
    ]
    return "\n".join(parts) or NONE_EARLIER


def publish_data(app: Sphinx, error: Exception | None) -> None:
    """Put the tables of data, as the chapters read them, into the site's `data` folder."""
    if error is None and app.builder.format == "html":
        site = Path(app.outdir)
        files = data_files(Path(app.srcdir))
        write_files(files, site)
        for old in (site / DATA).glob("*.csv"):
            if f"{DATA}/{old.name}" not in files:
                old.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and what fills it."""
    changes = Changes()
    app.add_directive("book-changes", ChangesDirective)
    app.connect("env-purge-doc", changes.purge)
    app.connect("env-updated", changes.updated)
    app.connect("doctree-resolved", changes.resolve)
    app.connect("build-finished", publish_data)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
