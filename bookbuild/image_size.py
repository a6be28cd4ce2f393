"""Write each picture of a page with the size that it has for its reader."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def visit_image(translator: Any, node: nodes.Element) -> None:
    """Write a picture with its size as attributes, so that nothing moves when it comes.

    docutils writes the size as a style, which no narrow screen could shrink in proportion.
    """
    names = ("width", "height")
    sized = all(str(node.get(name, "")).isdigit() for name in names)
    size = "".join(f'{name}="{node.attributes.pop(name)}" ' for name in names if sized)
    type(translator).visit_image(translator, node)
    translator.body[-1] = translator.body[-1].replace("<img ", f"<img {size}", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take over how pictures are written."""
    app.add_node(nodes.image, override=True, html=(visit_image, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
