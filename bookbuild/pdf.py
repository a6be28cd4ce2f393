"""`python -m bookbuild pdf`: print the published pages, keep the PDF, and put it into the site."""

from pathlib import Path
from typing import Any

from bookbuild.build import build
from bookbuild.contents import listed_files
from bookbuild.errors import UsageError
from bookbuild.pdf_print import find_chromium
from bookbuild.pdf_stamp import FOLDER, NAME, current_pdf, set_stamp, state, stored_results
from bookbuild.takeaway_citation import as_text, read_citation
from bookbuild.yaml_file import read_mapping

#: Pages that tell of the build or lead to its files: no part of what one reads.
LEFT_OUT = frozenset({"downloads", "status"})


def add_pdf(commands: Any) -> None:
    """Add the command to those of an `argparse` parser."""
    parser = commands.add_parser("pdf", help="print the whole book to a PDF (needs Chromium)")
    parser.set_defaults(command=lambda _: make_pdf(Path.cwd()))


def make_pdf(root: Path) -> int:
    """Build the book in `root`, print it, and build again, so that the site has the PDF.

    Where a PDF of exactly this state is there, nothing is printed.

    Returns
    -------
    int
        Exit status: that of the build, where it failed.

    Raises
    ------
    bookbuild.errors.UsageError
        Where there is no Chromium, or the book changed meanwhile.
    """
    root = root.resolve()
    find_chromium()
    if status := build(root):
        return status
    results = stored_results(root)
    if current_pdf(root, results):
        print(f"The PDF is of this state of the book: {FOLDER / NAME}")
        return 0
    before = state(root, results)
    printed = _print(root)
    if state(root, stored_results(root)) != before:
        raise UsageError("the book was changed while it was printed; run it again")
    set_stamp(root, before, printed)
    print(f"The PDF is at {FOLDER / NAME}")
    return build(root)


def _print(root: Path) -> bytes:
    # Not at the top: they take a tenth of a second, and other commands do without.
    from bookbuild.pdf_pages import headings_of, one_page
    from bookbuild.pdf_print import print_pdf

    citation = read_citation(root)
    address = (read_mapping(root / "_config.yml").get("html") or {}).get("baseurl") or ""
    note = f"Cite as: {as_text(citation, address=address)}"
    site, document = root / "_build" / "html", root / FOLDER / "book.html"
    text = one_page(site, pages_of(root), citation.title, note, address)
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(text, "utf-8")
    authors = "; ".join(author.name for author in citation.authors)
    try:
        return print_pdf(document, citation.title, authors, headings_of(text))
    finally:
        document.unlink()


def pages_of(root: Path) -> list[str]:
    """Return the pages to print, as Sphinx names them, in the order of the table of contents."""
    names = listed_files(read_mapping(root / "_toc.yml"), root)
    plain = (name.removesuffix(".ipynb").removesuffix(".md") for name in names)
    return [name for name in dict.fromkeys(plain) if name not in LEFT_OUT]
