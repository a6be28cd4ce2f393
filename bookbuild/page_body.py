"""The text of a page, mended: headers, images and summaries as a browser and a reader need them."""

import re
from collections.abc import Callable, Iterator

from bookbuild.page_images import Size

IMAGE = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
SOURCE = re.compile(r'\bsrc="([^"]*)"')
EMPTY_HEADER = re.compile(r"<th\b([^>]*)>(\s|&nbsp;)*</th>")
SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">')
SCOPED = re.compile(r"<style scoped>.*?</style>", re.S)
TABLE_STYLE = re.compile(r'(<(?:table|thead|tbody|tr|th|td|col|colgroup)\b[^>]*?) style="[^"]*"')
BORDER = re.compile(r'<table border="\d+" class="dataframe">')
TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
INLINE = re.compile(r"""\s(on[a-z]+|style)\s*=""", re.I)
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")


def tidied(body: str, size_of: Callable[[str], Size | None], lazy: bool = True) -> str:
    """Return the body of a page with what its makers left out.

    An empty header of pandas' tables is a cell; a summary is named by its words; entries
    of a bibliography are items of the list that they are in; an image tells its size, so that
    nothing moves when it comes, and waits until it is near.

    Parameters
    ----------
    body : str
        HTML.
    size_of : callable
        Returns the size of an image by its address, None where it is not known.
    lazy : bool
        Whether images wait; not where a printer takes the page.
    """
    body = EMPTY_HEADER.sub(r"<td\1></td>", body)
    body = SUMMARY.sub("<summary>", body)
    body = body.replace(' role="doc-biblioentry"', ' role="listitem"')
    # pandas and docutils write styles into their tables; the policy refuses them.
    body = TABLE_STYLE.sub(r"\1", SCOPED.sub("", body))
    body = BORDER.sub('<table class="dataframe">', body)
    return IMAGE.sub(lambda found: _image(found[0], size_of, lazy), body)


def _image(tag: str, size_of: Callable[[str], Size | None], lazy: bool) -> str:
    source = SOURCE.search(tag)
    size = size_of(source[1]) if source else None
    added = ""
    if size and " width=" not in tag and " height=" not in tag:
        added += f' width="{size.width}" height="{size.height}"'
    if lazy and " loading=" not in tag:
        added += ' loading="lazy"'
    end = "/>" if tag.endswith("/>") else ">"
    return tag.removesuffix(end).rstrip() + added + (" />" if end == "/>" else ">")


def refused(body: str) -> Iterator[str]:
    """Yield what of a page the policy refuses: scripts, styles and handlers written into it."""
    for tag in TAG.findall(body):
        name = re.split(r"[\s>/]", tag[1:], maxsplit=1)[0].lower()
        data = re.search(r'\btype="application/', tag)
        if (name == "script" and " src=" not in tag and not data) or name == "style":
            yield f"<{name}>"
        elif found := INLINE.search(QUOTED.sub('""', tag)):
            yield f"{found[1]}= of <{name}>"
