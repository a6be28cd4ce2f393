"""The shell around every page: light, closed to other hosts, and usable by everyone.

The theme and jupyter-book's own extensions add scripts, styles and fonts for what a
book may have, to every page; some are fetched from other hosts, some written into the
page. Here a page keeps what it uses, from files of the site alone, and says so to the
browser in a Content-Security-Policy. `templates/` mends what the theme's pages lack for
a screen reader; `static/icons.css` and `static/shell.js` stand for what was left out.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from bookbuild.page_assets import keeps, leftovers
from bookbuild.page_body import refused, tidied
from bookbuild.page_head import POLICY, described, description_tag, without_viewport
from bookbuild.page_images import Sizes
from bookbuild.page_styles import write_bundle

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent
BUNDLE = "site.css"


class Shell:
    """What is known during one build: whether the style sheet of all pages is written."""

    def __init__(self) -> None:
        self.bundled: tuple[str, ...] = ()

    def begin(self, app: Sphinx, config: Config) -> None:
        """Put our templates before the theme's, our files beside its files, and thebe out."""
        # The book runs nothing in a browser; sphinx-thebe writes scripts for it into each page.
        for name in ("env-before-read-docs", "doctree-resolved"):
            for listener in list(app.events.listeners[name]):
                if listener.handler.__module__ == "sphinx_thebe":
                    app.disconnect(listener.id)
        templates, static = str(HERE / "templates"), str(HERE / "static")
        if templates not in config.templates_path:
            config.templates_path.insert(0, templates)
        if static not in config.html_static_path:
            config.html_static_path = [*config.html_static_path, static]

    def page(
        self,
        app: Sphinx,
        name: str,
        _: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Make the page light, and mend what its text lacks; after all other extensions."""
        sizes = Sizes.of(app)
        context["content_security_policy"] = POLICY
        context["metatags"] = without_viewport(context.get("metatags", ""))
        if 'name="description"' not in context["metatags"]:
            title = f"{context.get('title') or name}: {app.config.html_title or app.config.project}"
            context["metatags"] += description_tag(described(doctree) or title)
        if "body" in context:
            lazy = app.builder.name != "singlehtml"
            context["body"] = tidied(context["body"], sizes, lazy=lazy)
            for fault in refused(context["body"]):
                text = "refused by the Content-Security-Policy of the page: %s; put it in a file"
                logger.warning(text, fault, location=name, type="bookbuild", subtype="policy")
        self._assets(app, context)

    def _assets(self, app: Sphinx, context: dict[str, Any]) -> None:
        body = context.get("body", "")
        scripts = [s for s in context["script_files"] if keeps(str(s.filename or ""), body)]
        for script in scripts:
            script.attributes.setdefault("defer", "defer")
        styles = [s for s in context["css_files"] if keeps(str(s.filename), body)]
        if not self.bundled:
            self.bundled = write_bundle(app, BUNDLE)
        context["script_files"] = scripts
        context["css_files"] = [s for s in styles if str(s.filename) not in self.bundled]

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """Remove the theme's files that no page asks for."""
        if error is None and app.builder.format == "html":
            for path in leftovers(Path(app.outdir) / "_static"):
                path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the theme and all others."""
    shell = Shell()
    app.setup_extension("bookbuild.page_math")
    app.connect("config-inited", shell.begin, priority=950)
    app.connect("html-page-context", shell.page, priority=950)
    app.connect("build-finished", shell.finish, priority=950)
    app.add_css_file(BUNDLE, priority=100)
    app.add_js_file("shell.js", priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
