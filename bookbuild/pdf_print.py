"""Print an HTML document to PDF with an installed Chromium: the same bytes for the same page."""

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FOOTER = """<div style="width: 100%; padding: 0 16mm; font: 7pt sans-serif; color: #444;
display: flex; justify-content: space-between"><span>{title}</span>
<span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>"""


def find_chromium() -> str:
    """Return the path of a Chromium: of the variable CHROMIUM, or one that is installed.

    Raises
    ------
    bookbuild.errors.UsageError
        Where there is none.
    """
    asked = os.environ.get("CHROMIUM")
    if asked and not shutil.which(asked):
        raise UsageError(f"CHROMIUM is {asked!r}, which is no program; give the path of a Chromium")
    found = asked or next((path for path in map(shutil.which, NAMES) if path), None)
    if not found:
        looked = ", ".join(NAMES)
        mend = "install it (apt-get install chromium), or set CHROMIUM to its path"
        raise UsageError(f"a PDF needs Chromium to print it; none of {looked} is here: {mend}")
    return found


def print_pdf(document: Path, title: str, author: str, headings: Sequence[str]) -> bytes:
    """Return an HTML document as a tagged PDF with an outline and numbered pages.

    Nothing in it tells when or where it was made.

    Parameters
    ----------
    document : pathlib.Path
    title, author : str
        What the PDF says of itself.
    headings : sequence of str
        The words of all headings of the document, in order.

    Raises
    ------
    bookbuild.errors.UsageError
        Where there is no Chromium, or it asks for what is no file.
    """
    # Not at the top: only who prints needs it.
    from playwright.sync_api import Error, sync_playwright

    lacking: list[str] = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=[*ARGUMENTS], headless=True
            )
            page = browser.new_page(java_script_enabled=False, color_scheme="light")
            page.on("requestfailed", lambda asked: lacking.append(Path(asked.url).name))
            page.goto(document.resolve().as_uri())
            printed = page.pdf(
                format="A4", tagged=True, outline=True, print_background=True,
                margin={"top": "16mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
                display_header_footer=True, header_template="<span></span>",
                footer_template=FOOTER.format(title=escape(title)),
            )  # fmt: skip
            browser.close()
    except Error as error:
        raise UsageError(f"Chromium could not print the book: {error.message}") from error
    if lacking:
        raise UsageError(f"the PDF would lack {', '.join(lacking)}; build the book again")
    return timeless(printed, title, author, headings)


def timeless(pdf: bytes, title: str, author: str, headings: Sequence[str]) -> bytes:
    """Return a PDF without dates and ids, and with the headings as they are in its outline.

    Chromium leaves out the space where a heading goes on in the next line, and says one twice
    that it moved to the next page.

    Raises
    ------
    bookbuild.errors.UsageError
        Where the outline does not have an entry for each heading.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    reader = PdfReader(io.BytesIO(pdf))
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = reader.pdf_header
    entries = list(_entries(writer.root_object.get("/Outlines")))
    if len(entries) != len(headings):
        counts = f"{len(entries)} entries for {len(headings)} headings"
        raise UsageError(f"the outline of the PDF has {counts}; was Chromium changed?")
    for entry, words in zip(entries, headings, strict=True):
        entry[NameObject("/Title")] = TextStringObject(words)
    writer.metadata = None
    writer.add_metadata({"/Title": title, "/Author": author, "/Producer": "evidence book"})
    writer._ID = None
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _entries(parent: Any) -> Iterator[Any]:
    """Yield the entries of an outline, each before those below it."""
    entry = parent.get_object().get("/First") if parent else None
    while entry is not None:
        found = entry.get_object()
        yield found
        yield from _entries(found)
        entry = found.get("/Next")
