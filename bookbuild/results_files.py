"""`<chapter>.results.json` beside each chapter's page."""

from pathlib import Path
from typing import Any

from bookbuild.headline import headline_keys
from bookbuild.parameters import SUFFIX, read_schema
from bookbuild.refresh import Book
from bookbuild.results import results_text
from bookbuild.store import write_atomically

ENDING = ".results.json"


def results_name(docname: str) -> str:
    """Return where the results of a chapter stand in the site."""
    return f"{docname}{ENDING}"


def results_texts(book: Book) -> dict[str, str]:
    """Return the results of every chapter as text, by where they stand in the site."""
    return {
        results_name(name): results_text(
            name, _defaults(book, name), result.cells, headline_keys(book.chapters[name].path)
        )
        for name, result in book.results.items()
    }


def write_results(book: Book, site: Path) -> None:
    """Write the results of every chapter; remove those of chapters that are no more.

    A file that says the same already is left alone.
    """
    texts = results_texts(book)
    for old in site.rglob(f"*{ENDING}"):
        if old.relative_to(site).as_posix() not in texts:
            old.unlink()
    for name, text in texts.items():
        file, content = site / name, text.encode()
        if not file.exists() or file.read_bytes() != content:
            write_atomically(file, content)


def _defaults(book: Book, docname: str) -> dict[str, Any]:
    root = book.settings.root
    has_schema = (root / f"{docname}{SUFFIX}").exists()
    return read_schema(root, docname).defaults if has_schema else {}
