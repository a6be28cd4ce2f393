"""What helps a reader of a page: the box of its key points, links onward, the style for paper.

The box is made of the section "In short" as far as its first subsection or cell of code.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

TEMPLATES = str(Path(__file__).with_name("templates"))
SECTION = "in-short"
CELL = "cell"


class KeyPoints(nodes.section):  # type: ignore[misc]
    """The box. It is a section so that its heading is one, on the level of the section it is in."""


def box(document: nodes.document) -> None:
    """Put heading and points of the section "In short" into a box."""
    for section in list(document.findall(nodes.section)):
        if SECTION not in section["ids"] or isinstance(section, KeyPoints):
            continue
        points = section[: _length(section)]
        heading = points[0]
        heading["ids"] = [f"{SECTION}-heading"]
        # The ids make the link beside the heading; the section keeps the anchor itself.
        wrapped = KeyPoints("", *points, ids=[SECTION], heading=heading["ids"][0])
        section[: len(points)] = [wrapped]


def _length(section: nodes.section) -> int:
    """Return how many children of a section come before its first subsection or cell."""
    for number, child in enumerate(section):
        if isinstance(child, nodes.section) or CELL in child.get("classes", ()):
            return number
    return len(section)


def resolve(app: Sphinx, document: nodes.document, _docname: str) -> None:
    """Box the key points of a page."""
    if app.builder.format == "html":
        box(document)


def visit_key_points(translator: Any, node: KeyPoints) -> None:
    """Begin the box."""
    opened = f'<div class="key-points" role="region" aria-labelledby="{node["heading"]}">\n'
    translator.body.append(opened)


def depart_key_points(translator: Any, node: KeyPoints) -> None:
    """End it."""
    translator.body.append("</div>\n")


def add_templates(_app: Sphinx, config: Config) -> None:
    """Let the links to the pages before and after be written by the book's own template."""
    if TEMPLATES not in config.templates_path:
        config.templates_path.insert(0, TEMPLATES)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.add_node(KeyPoints, html=(visit_key_points, depart_key_points))
    app.connect("config-inited", add_templates)
    app.connect("doctree-resolved", resolve)
    app.add_css_file("print.css", media="print")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
