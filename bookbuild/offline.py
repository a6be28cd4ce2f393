"""Keep the site from asking any other host for anything.

jupyter-book adds sphinx-thebe to every page: a script that would be fetched from
a content network on a click, declared twice, which is an error in every browser's
console. The book runs nothing in the reader's browser, so it goes.
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def drop_thebe(app: Sphinx, _env: BuildEnvironment, _docnames: list[str]) -> None:
    """Take the scripts of sphinx-thebe out of every page."""
    app.registry.js_files[:] = [
        (name, attributes)
        for name, attributes in app.registry.js_files
        if not _is_thebe(name, attributes.get("body"))
    ]
    scripts = getattr(app.builder, "_js_files", [])
    scripts[:] = [s for s in scripts if not _is_thebe(s.filename, s.attributes.get("body"))]


def _is_thebe(name: object, body: object) -> bool:
    return "thebe" in str(name).lower() or "THEBE_JS_URL" in str(body)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after sphinx-thebe has."""
    app.connect("env-before-read-docs", drop_thebe, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
