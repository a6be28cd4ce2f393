"""A table of the data as a page of a small book: built, changed, and found."""

import json
import shutil

import pytest
from books import CONFIG, Book

EXTENSIONS = "bookbuild.extension, bookbuild.data_pages, bookbuild.search"
ROWS = "  config: {language: en, bookbuild_search_rows: {notes.text: [data/notes, last]}}"
PACKAGE = {
    "resources": [
        {
            "name": "notes",
            "path": "notes.csv",
            "title": "Notes on trials",
            "description": "One row for each note",
            "schema": {
                "primaryKey": "note",
                "fields": [
                    {"name": "note", "type": "string", "description": "Key"},
                    {"name": "text", "type": "string", "description": "What was noted"},
                ],
            },
        }
    ]
}


@pytest.fixture
def data_book(tmp_path) -> Book:
    book = Book(tmp_path / "book")
    config = CONFIG.replace("bookbuild.extension", EXTENSIONS)
    book.write("_config.yml", config.replace("  config: {language: en}", ROWS))
    book.write("data/datapackage.json", json.dumps(PACKAGE))
    book.write("data/notes.csv", "note,text\na,ketamine last\nb,first <b>memantine</b>\n")
    book.write("data/a.csv", "1.5\n")
    book.reader("chapters/a", "../data/a.csv")
    book.toc("chapters/a", "data/notes")
    return book


def index(book: Book) -> str:
    return book.written()["searchindex.js"].decode()


def test_a_changed_table_changes_page_file_and_index_as_a_clean_build_would(data_book):
    built = data_book.build()
    assert built.status == 0, built.output
    assert "&lt;b&gt;memantine&lt;/b&gt;" in data_book.page("data/notes")
    for word in ('"last":', '"memantin":', "ketamine last", '"row", "note", "note"'):
        assert word.replace(" ", "") in index(data_book).replace(" ", "")
    data_book.write("data/notes.csv", "note,text\na,aspirin\n")
    assert data_book.build().status == 0
    assert "aspirin" in data_book.page("data/notes")
    assert "memantin" not in index(data_book)
    assert data_book.written()["data/notes.csv"] == b"note,text\na,aspirin\n"
    changed = data_book.written()
    shutil.rmtree(data_book.root / "_build")
    assert data_book.build().status == 0
    assert data_book.written() == changed


def test_a_file_that_the_package_does_not_describe_is_refused(data_book):
    data_book.write("data/more.csv", "a\n1\n")
    data_book.toc("chapters/a", "data/notes", "data/more")
    built = data_book.build()
    assert built.status != 0
    assert "more.csv is no table of data/datapackage.json" in built.output


def test_rows_of_no_table_are_refused(data_book):
    config = (data_book.root / "_config.yml").read_text("utf-8")
    data_book.write("_config.yml", config.replace("notes.text:", "notices.text:"))
    built = data_book.build()
    assert built.status != 0
    assert "notices.text" in built.output
    assert "(notes)" in built.output
