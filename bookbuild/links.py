"""Find the links of a built site that lead nowhere: to no file of it, or to no place in a page."""

import re
from collections.abc import Iterator
from html import unescape
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
COMMENT = re.compile(r"<!--.*?-->|<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
#: A tag with what is given in it; a `>` in a quoted value does not end it.
TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
LINK = re.compile(r"""\s(?:href|src|data-src)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
PLACE = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def find_link_faults(site: Path) -> Iterator[str]:
    """Yield a line for each link within a site that leads nowhere.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the HTML pages.

    Yields
    ------
    str
        ``<page>: <link> <what is missing>``, once for each page and link.
    """
    # Of the theme: templates that it leaves among its files.
    pages = sorted(page for page in site.rglob("*.html") if "_static" not in page.parts)
    read = {page: _read(page) for page in pages}
    for page in pages:
        for link in read[page][0]:
            fault = _fault(page, link, site, read)
            if fault:
                yield f"{page.relative_to(site).as_posix()}: {link!r} {fault}"


def _read(page: Path) -> tuple[list[str], set[str]]:
    """Return the links of a page, each once, and what a link to it may end in."""
    tags = " ".join(TAG.findall(COMMENT.sub(" ", page.read_text("utf-8"))))
    links = [unescape(a or b) for a, b in LINK.findall(tags)]
    return list(dict.fromkeys(links)), {unescape(a or b) for a, b in PLACE.findall(tags)}


def _fault(
    page: Path, link: str, site: Path, read: dict[Path, tuple[list[str], set[str]]]
) -> str | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return "is no address"
    if parts.scheme or parts.netloc or link in ("#", ""):
        return None if link else "is empty"
    target = Path(normpath(page.parent / unquote(parts.path))) if parts.path else page
    if not target.is_relative_to(site):
        return "leads out of the site"
    if target.is_dir() or not target.exists():
        return "leads to no file of the site"
    if parts.fragment and target in read and unquote(parts.fragment) not in read[target][1]:
        return f"leads to no place in {target.relative_to(site).as_posix()}"
    return None


def check_links(app: Sphinx, error: Exception | None) -> None:
    """Warn, which fails the build, of each link that leads nowhere in the site just written."""
    if error is None and app.builder.name == "html":
        for fault in find_link_faults(Path(app.outdir)):
            logger.warning("broken link: %s", fault, type="bookbuild", subtype="link")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after every extension that writes a file of the site."""
    app.connect("build-finished", check_links, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
