"""Mathematics as MathML, made in the build: no script draws it in the browser, nothing moves.

A formula that cannot be told in MathML ends the build with the name of its page. The
library is lenient: it would write an unknown command as text and lose half a fraction.
"""

import re
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.util.math import get_node_equation_number

SPACE = "{http://www.w3.org/1998/Math/MathML}"
#: By element, how many children it has.
CHILDREN = {
    "mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "mover": 2, "munder": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(\w+\*?)\}")
#: What the library lays out right, and what it would number or lose under another name.
LAID_OUT = {
    "align*", "array", "bmatrix", "cases", "equation*", "matrix", "pmatrix", "smallmatrix",
    "split", "vmatrix",
}  # fmt: skip
RENAMED = {"align": "align*", "aligned": "split", "equation": "equation*"}


class FormulaError(ValueError):
    """A formula that cannot be told in MathML."""


def mathml(latex: str, block: bool = False) -> str:
    """Return a formula as MathML, with its LaTeX as the text alternative.

    Parameters
    ----------
    latex : str
        The formula, without dollars. Environments are those of `LAID_OUT` and `RENAMED`.
    block : bool
        Whether it stands in a line of its own.

    Raises
    ------
    FormulaError
        For braces that do not match, an environment or a command that is not known, and
        what the library itself refuses.
    """
    if _depth(latex):
        raise FormulaError("its braces do not match")
    source = ENVIRONMENT.sub(_renamed, latex.strip())
    try:
        made = convert(source, display="block" if block else "inline")
        _check(ET.fromstring(made))
    except FormulaError:
        raise
    except Exception as error:  # the library has no class of its own for all it refuses
        raise FormulaError(f"{type(error).__name__} {error}".strip()) from error
    return made.replace("<math ", f'<math alttext="{escape(latex.strip())}" ', 1)


def _depth(latex: str) -> int:
    depth = 0
    for sign in re.findall(r"(?<!\\)(?:\\\\)*([{}])", latex):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return depth
    return depth


def _renamed(found: re.Match[str]) -> str:
    name = RENAMED.get(found[1], found[1])
    if name not in LAID_OUT:
        known = ", ".join(sorted(LAID_OUT | set(RENAMED)))
        raise FormulaError(f"the environment {found[1]!r} is not known; known are {known}")
    return found[0].replace(found[1], name)


def _check(tree: ET.Element) -> None:
    for element in tree.iter():
        name = element.tag.removeprefix(SPACE)
        if len(element) != CHILDREN.get(name, len(element)):
            raise FormulaError(f"a part of it is missing ({name})")
        if name == "mi" and re.search(r"[\\{}&]", element.text or ""):
            raise FormulaError(f"{element.text!r} is not known")


def _rendered(writer: Any, node: nodes.Element, block: bool) -> str:
    try:
        return mathml(node.astext(), block)
    except FormulaError as error:
        page = writer.builder.current_docname
        raise SphinxError(f"{page}: the formula {node.astext()!r}: {error}") from error


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(_rendered(self, node, block=False) + "</span>")
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    """Write a formula in a line of its own, with its number where it has one."""
    number = escape(str(get_node_equation_number(self, node))) if node.get("number") else ""
    if "amsmath" in node["classes"]:
        # MyST gives it a random id; a page is to be the same in every build.
        node["ids"] = [f"equation-{number}"] if number else []
    opened = self.starttag(node, "div", CLASS="math notranslate nohighlight")
    self.body.append(opened.replace("<div ", '<div tabindex="0" role="group" ', 1))
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(_rendered(self, node, block=True) + "</div>\n")
    raise nodes.SkipNode


def choose(_: Sphinx, config: Config) -> None:
    """Let this renderer write the mathematics of all pages, and load MathJax on none."""
    config.html_math_renderer = "mathml"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", choose, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
