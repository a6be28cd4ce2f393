"""All pages of the built site as one page, to be printed: what is read stays, what is clicked goes.

Sphinx's own `singlehtml` copies the headings of all chapters below one another with the ids they
had, so that a link to "In short" of one chapter leads to that of another. Here every id gets the
name of its page.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlparse

from bs4 import BeautifulSoup, Tag

STYLE = Path(__file__).with_name("pdf.css")
#: What serves a reader at a screen only.
DROPPED = (
    "script, noscript, dialog, form, input, select, textarea, [popover], [hidden], .headerlink,"
    " .d-print-none, .book-inputs, .takeaway, #take-it-away, .cell_input, .visually-hidden"
)
#: Attributes that hold ids of other elements, one or many.
REFERRING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
DOCUMENT = """<!DOCTYPE html>
<html lang="{lang}" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<style>
{style}
</style>
</head>
<body>
{pages}
</body>
</html>
"""


def one_page(site: Path, names: Sequence[str], title: str, note: str, address: str) -> str:
    """Return the pages of a site as one HTML document, for a browser to print.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the site.
    names : sequence of str
        The pages, in order, as Sphinx names them.
    title : str
        Title of the document.
    note : str
        What stands below the first heading: how to cite it.
    address : str
        Where the site is published, for links to what is none of the pages; empty where it is
        not known: then those are text.
    """
    soups = {
        n: BeautifulSoup((site / f"{n}.html").read_text("utf-8"), "html.parser") for n in names
    }
    styles = dict.fromkeys(s for name in names for s in _styles(soups[name], site, name))
    known = {f"{name}.html": _slug(name) for name in names}
    pages = [_page(soups[name], name, site, known, address) for name in names]
    first = pages[0].select_one("h1")
    if first is not None:
        first.insert_after(BeautifulSoup(f'<p class="pdf-note">{escape(note)}</p>', "html.parser"))
    return DOCUMENT.format(
        lang=escape(str(soups[names[0]].html.get("lang", "en"))),  # type: ignore[union-attr]
        title=escape(title),
        styles="\n".join(styles),
        style=STYLE.read_text("utf-8"),
        pages="\n".join(map(str, pages)),
    )


def headings_of(document: str) -> list[str]:
    """Return the words of all headings of an HTML document, in order."""
    soup = BeautifulSoup(document, "html.parser")
    found = soup.select("h1, h2, h3, h4, h5, h6")
    return [" ".join(heading.get_text().split()) for heading in found]


def _slug(name: str) -> str:
    return name.replace("/", "-")


def _styles(soup: BeautifulSoup, site: Path, name: str) -> Iterator[str]:
    for link in soup.select("link[rel=stylesheet]"):
        file = _target(name, str(link["href"]))
        media = escape(str(link.get("media", "all")))
        yield f'<link rel="stylesheet" href="{(site / file).as_uri()}" media="{media}">'


def _target(name: str, href: str) -> str:
    """Return the path in the site that an address on a page leads to."""
    path = unquote(urlparse(href).path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _page(
    soup: BeautifulSoup, name: str, site: Path, known: Mapping[str, str], address: str
) -> Tag:
    article = soup.select_one("article")
    if article is None:
        raise ValueError(f"{name}.html has no <article>: is it a page of this book's theme?")
    _reduce(article)
    slug = _slug(name)
    for tag in article.find_all(True):
        _rename(tag, slug)
    for image in article.select("img"):
        image["src"] = (site / _target(name, str(image["src"]))).as_uri()
        # What is not yet in sight would not be loaded, and print as an empty frame.
        image.attrs.pop("loading", None)
    for link in article.select("a[href]"):
        _relink(link, name, known, address)
    article.name, article.attrs = "section", {"id": slug, "class": "pdf-page"}
    return article


def _reduce(article: Tag) -> None:
    """Take out what cannot be used on paper, and open what is closed."""
    for tag in article.select(DROPPED):
        tag.decompose()
    for button in article.select("button"):
        # The button of a term is a word of its sentence.
        button.unwrap() if button.get("popovertarget") else button.decompose()
    for closed in article.select("details"):
        closed["open"] = ""
    for code in article.select("details.hide"):
        # What is left of it is the outputs of a cell whose code went.
        code.summary.decompose() if code.summary else None
        code.unwrap()


def _rename(tag: Tag, slug: str) -> None:
    """Give the ids of a page its name; those within a drawing refer to themselves in many ways."""
    if tag.find_parent("svg") is not None:
        return
    if "id" in tag.attrs:
        tag["id"] = f"{slug}--{tag['id']}"
    for attribute in REFERRING:
        if attribute in tag.attrs:
            value: Any = tag[attribute]
            words = value.split() if isinstance(value, str) else value
            tag[attribute] = " ".join(f"{slug}--{word}" for word in words)


def _relink(link: Tag, name: str, known: Mapping[str, str], address: str) -> None:
    """Lead a link to a page within the document, and one to a file to where it is published."""
    plain, anchor = urldefrag(str(link["href"]))
    if urlparse(plain).scheme:
        return
    file = _target(name, plain) if plain else f"{name}.html"
    if file in known:
        link["href"] = f"#{known[file]}--{unquote(anchor)}" if anchor else f"#{known[file]}"
    elif address:
        link["href"] = urljoin(f"{address.rstrip('/')}/", f"{file}#{anchor}" if anchor else file)
    else:
        link.unwrap()
