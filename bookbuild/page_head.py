"""The head of a page: what it may load, and what it is about."""

import re
from html import escape

from docutils import nodes

#: Nothing but files of the site; no script and no style is taken from the page itself.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')
LONGEST = 160


def without_viewport(tags: str) -> str:
    """Return the meta tags of a page without docutils' viewport: Sphinx has written one."""
    return VIEWPORT.sub("", tags)


def described(doctree: nodes.document | None) -> str:
    """Return the first paragraph of a page, cut at a word to what a list of results shows."""
    if doctree is None:
        return ""
    texts = (" ".join(node.astext().split()) for node in doctree.findall(nodes.paragraph))
    return shortened(next((text for text in texts if text), ""))


def shortened(text: str) -> str:
    """Return `text`, or as many of its words as fit, with an ellipsis."""
    if len(text) <= LONGEST:
        return text
    kept = text[: LONGEST - 1].rpartition(" ")[0] or text[: LONGEST - 1]
    return kept.rstrip(" ,;:.-") + "…"


def description_tag(text: str) -> str:
    """Return the meta tag that describes a page."""
    return f'\n    <meta name="description" content="{escape(text)}" />'
