"""One commit built twice is the same to the byte, and where it is not, that is said."""

import json

import pytest
from books import Book, notebook

from bookbuild.compared import compare_sites

STATUS = "<tr><td>fresh</td><td>2026-11-21 07:55:51</td><td>{seconds}</td><td>{files}</td></tr>"


def site(folder, **changed):
    """Write a small site: what does not change with time, and what does."""
    about = {"executed": "2026", "seconds": 1.5, "code": "c"} | changed.pop("about", {})
    files = {
        "index.html": "<p>1.5</p>",
        "provenance.json": json.dumps({"chapters": {"a": about}}),
        "status.html": STATUS.format(seconds=about["seconds"], files="7 files"),
    }
    for name, text in (files | changed).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def differences(one, two):
    return dict(compare_sites(one, two).differences)


def test_times_of_execution_may_differ(tmp_path):
    first = site(tmp_path / "one")
    second = site(tmp_path / "two", about={"executed": "2027", "seconds": 22.0})
    assert differences(first, second) == {}
    assert compare_sites(first, second).files == 3


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"index.html": "<p>1.6</p>"}, "index.html", "from byte 5 on: '<p>1.5</p>' and '<p>1.6"),
        ({"index.html": "<p>1.5</p>\n"}, "index.html", "from byte 10 on"),
        ({"about": {"code": "d"}}, "provenance.json", "differs"),
        ({"about": {"new": 1}}, "provenance.json", "differs"),
        ({"status.html": STATUS.format(seconds=1.5, files="8 files")}, "status.html", "from byte "),
        ({"_images/a.png": "a"}, "_images/a.png", "only in the second"),
    ],
)  # fmt: skip
def test_nothing_else_may(tmp_path, changed, name, said):
    first, second = site(tmp_path / "one"), site(tmp_path / "two", **changed)
    assert list(differences(first, second)) == [name]
    assert said in differences(first, second)[name]


def test_a_file_that_only_the_first_has_is_told(tmp_path):
    first, second = site(tmp_path / "one", **{"a.js": "a"}), site(tmp_path / "two")
    assert differences(first, second) == {"a.js": "only in the first"}


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path / "book")
    made.write("data/a.csv", "4\n")
    made.toc("chapters/a")
    made.reader("chapters/a", "../data/a.csv")
    return made


def test_a_book_is_the_same_elsewhere_and_later(book):
    book.commit("one")
    book.write("data/a.csv", "5\n")  # not in the commit, and so not in its builds
    done = book.run("reproduce")
    assert done.status == 0, done.out + done.err
    assert done.out.endswith("the same in both builds\n")
    assert not (book.root / "_build").exists()


def test_a_chapter_that_tells_the_date_and_its_folder_is_found(book):
    tells = "import os, time\nprint(time.tzname, os.getcwd())"
    book.write("chapters/a.ipynb", notebook("#:# Chapter a", tells))
    book.commit("one")
    done = book.run("reproduce")
    assert done.status == 1, done.out + done.err
    assert "chapters/a.html: differs from byte " in done.out
    assert "files differ" in done.err


def test_what_cannot_be_built_says_why(book):
    unknown = book.run("reproduce")
    assert (unknown.status, unknown.out) == (2, "")
    assert "'HEAD' is no commit, tag or branch of the book here" in unknown.err
    book.write("chapters/a.ipynb", notebook("#:# Chapter a", "1 / 0"))
    book.commit("one")
    failed = book.run("reproduce")
    assert failed.status == 2
    assert "ZeroDivisionError" in failed.err
    assert "the copy in 'book' could not be built" in failed.err


def test_what_an_earlier_build_left_is_not_published(book):
    book.write("_static/old.css", "p {}")
    assert book.build().status == 0
    assert (book.root / "_build/html/_static/old.css").is_file()
    (book.root / "_static/old.css").unlink()
    assert book.build().status == 0
    assert not (book.root / "_build/html/_static/old.css").exists()
    # It holds a digest of absolute paths.
    assert not (book.root / "_build/html/.buildinfo").exists()
