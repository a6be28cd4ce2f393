"""A small book, built once, and put back for each test."""

import shutil

import pytest
from books import Book


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two chapters with a file each, one with a module too, and a page that shows its number."""
    book = Book(tmp_path_factory.mktemp("built") / "book")
    book.write("data/a.csv", "1.5\n")
    book.write("data/b.csv", "2.5\n")
    book.write("chapters/scale.py", "def scaled(number):\n    return 10 * number\n")
    book.reader("chapters/a", "../data/a.csv")
    book.scaled_reader("chapters/b", "../data/b.csv")
    book.write("notes.md", "# Notes\n\nOf b: {glue:text}`chapters/b.ipynb::value:.1f`.\n")
    book.toc("chapters/a", "chapters/b", "notes")
    built = book.build()
    assert built.status == 0, built.output
    assert built.executed == {"chapters/a", "chapters/b"}
    shutil.copytree(book.root, book.root.with_name("as built"))
    return book


@pytest.fixture
def book(built_book: Book) -> Book:
    """The same book as it was built; in the same place, or Sphinx would begin anew."""
    shutil.rmtree(built_book.root)
    shutil.copytree(built_book.root.with_name("as built"), built_book.root)
    return built_book
