"""Files that a chapter hands to its page: loaded by the page's script when a reader asks for them.

A cell displays one as `MIME`: ``{"kind": ..., "key": ..., "text": ..., "needs": [...]}``. Its text
becomes the file `<chapter>.<kind>-<key>.js` beside the page, ``attachment:<kind>-<key>.js`` in the
HTML of the same output becomes the name of that file, and the page gets the scripts and styles of
`static/` that it needs. A script, since a page opened from a folder may load nothing else.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from bookbuild.refresh import Book
from bookbuild.site import book_of
from bookbuild.store import Result, write_atomically

MIME = "application/vnd.evidence.attachment+json"
#: What a file can be; by it those that no chapter makes any more are found.
KINDS = ("explorer",)
FIELDS = {"kind", "key", "text", "needs"}
KEY = re.compile(r"[a-z0-9-]+")


class AttachmentError(SphinxError):
    """A chapter handed its page something that is no attachment."""


def attachments(result: Result) -> dict[str, dict[str, Any]]:
    """Return what a chapter hands to its page, by the name of the file in the site.

    Raises
    ------
    AttachmentError
        Where it is not of this form, or two have one name.
    """
    found: dict[str, dict[str, Any]] = {}
    for data in _handed(cell["outputs"] for cell in result.cells):
        each = data[MIME]
        fault = _fault(each)
        if fault:
            raise AttachmentError(f"{result.docname} hands its page {fault}")
        name = file_name(result.docname, each)
        if name in found:
            raise AttachmentError(f"{result.docname} hands its page {name} twice; rename one")
        found[name] = each
    return found


def _handed(cells: Any) -> Iterator[Any]:
    """Yield the data of each output that has an attachment."""
    for outputs in cells:
        for output in outputs:
            if MIME in output.get("data", {}):
                yield output["data"]


def _fault(each: Any) -> str:
    if not isinstance(each, Mapping) or set(each) != FIELDS:
        return f"an attachment that has not exactly {', '.join(sorted(FIELDS))}"
    if each["kind"] not in KINDS:
        return f"an attachment of kind {each['kind']!r}; it must be one of {', '.join(KINDS)}"
    if not KEY.fullmatch(each["key"]):
        return f"an attachment {each['key']!r}; its key must be small letters, digits, hyphens"
    return ""


def file_name(docname: str, each: Mapping[str, Any]) -> str:
    """Return the place of an attachment in the site."""
    return f"{docname}.{each['kind']}-{each['key']}.js"


def placed(source: str, docname: str) -> str:
    """Return a merged notebook with its attachments taken out, and their names put in."""
    notebook = json.loads(source)
    cells = [cell.get("outputs", []) for cell in notebook["cells"]]
    for data in _handed(cells):
        each = data.pop(MIME)
        name = Path(file_name(docname, each)).name
        asked = f"attachment:{each['kind']}-{each['key']}.js"
        data["text/html"] = "".join(data.get("text/html", "")).replace(asked, name)
    return json.dumps(notebook)


def place(app: Sphinx, docname: str, source: list[str]) -> None:
    """Take the attachments out of the source of a page, which has its outputs by now."""
    book = book_of(app)
    if docname in book.results and attachments(book.results[docname]):
        source[0] = placed(source[0], docname)


def ask_for_scripts(
    app: Sphinx, pagename: str, _template: str, _context: dict[str, Any], _doctree: Any
) -> None:
    """Give a page the scripts and styles that its attachments need, each once."""
    results = book_of(app).results
    handed = attachments(results[pagename]) if pagename in results else {}
    for name in dict.fromkeys(name for each in handed.values() for name in each["needs"]):
        if name.endswith(".css"):
            app.add_css_file(name)
        else:
            app.add_js_file(name, loading_method="defer")


def write_attachments(book: Book, site: Path) -> None:
    """Write the attachments of every chapter; remove those that none makes any more.

    A file that says the same already is left alone.
    """
    texts = {
        name: each["text"]
        for result in book.results.values()
        for name, each in attachments(result).items()
    }
    for old in (found for kind in KINDS for found in site.rglob(f"*.{kind}-*.js")):
        if old.relative_to(site).as_posix() not in texts:
            old.unlink()
    for name, text in texts.items():
        file, content = site / name, text.encode()
        if not file.exists() or file.read_bytes() != content:
            write_atomically(file, content)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write the attachments once the pages are written."""
    if error is None and app.builder.format == "html":
        write_attachments(book_of(app), Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the extension that puts outputs into pages has."""
    app.connect("source-read", place, priority=600)
    app.connect("html-page-context", ask_for_scripts)
    app.connect("build-finished", finish, priority=800)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
