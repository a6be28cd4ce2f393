"""What makes a build fail, what it then says last, and that nothing is published."""

from pathlib import Path

import pytest
from books import Book, edited, notebook

from bookbuild.build import build
from bookbuild.pool import worker_count
from bookbuild.refresh import BuildError


def failed(book: Book, **variables: str) -> str:
    """Build, expect a failure that leaves the published site as it is, return the last words."""
    before = book.everything()
    built = book.build(**variables)
    assert built.status == 1
    assert book.everything() == before
    head, _, last = built.output.partition("nothing was published.")
    assert last, built.output
    assert "Traceback" not in last
    assert last.rstrip().endswith("The book was not published; the last good one is untouched.")
    return head.splitlines()[-1] + last


def test_a_raising_chapter(book: Book):
    edited(book, "chapters/a.ipynb", "value = float(", "value = 1 / 0 * float(")
    edited(book, "chapters/b.ipynb", "import csv, scale", "import csv, scales")
    said = failed(book)
    assert said.startswith("2 failures")
    assert "chapters/a.ipynb, cell 2 (In [1]), parameters: the defaults" in said
    assert 'value = 1 / 0 * float(next(csv.reader(open("../data/a.csv")))[0])' in said
    assert "ZeroDivisionError: division by zero" in said
    assert "chapters/b.ipynb, cell 2 (In [1])" in said
    assert "ModuleNotFoundError: No module named 'scales'" in said
    edited(book, "chapters/a.ipynb", "1 / 0 * ", "")
    edited(book, "chapters/b.ipynb", "scales", "scale")
    built = book.build()
    assert (built.status, built.executed) == (0, set())


def test_a_deleted_input(book: Book):
    (book.root / "data/a.csv").unlink()
    said = failed(book)
    assert "chapters/a.ipynb, cell 2 (In [1])" in said
    assert "FileNotFoundError" in said
    assert "data/a.csv" in said


def test_an_empty_glue(book: Book):
    edited(book, "chapters/a.ipynb", 'glue(\\"value\\", value', 'glue(\\"value\\", \\"\\"')
    said = failed(book)
    assert "chapters/a.ipynb, cell 3 (In [2])" in said
    assert "the glued value 'value' is empty" in said


def test_a_glue_that_no_chapter_gives(book: Book):
    edited(book, "chapters/a.ipynb", "`value:.1f`", "`valeu:.1f`")
    before = book.everything()
    built = book.build()
    assert built.status == 1
    assert "Glued values are missing" in built.output
    assert "valeu" in built.output.splitlines()[-2]
    assert book.build(plain=True).status == 1
    assert book.everything() == before


def test_a_glue_that_another_page_does_not_give(book: Book):
    edited(book, "notes.md", "::value:", "::valeu:")
    for plain in (False, True):
        built = book.build(plain=plain)
        assert built.status == 1
        assert "'valeu' not found in doc 'chapters/b'" in built.output.splitlines()[-2 + plain]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import warnings\nwarnings.warn('a doubtful number')", "UserWarning: a doubtful number"),
        ("import sys\nprint('oh', file=sys.stderr)", "it wrote to stderr: oh"),
        ("import os\nos._exit(1)", "the kernel died in this cell"),
    ],
)
def test_a_chapter_that_warns_or_dies(book: Book, code: str, error: str):
    book.write("chapters/c.ipynb", notebook("#:# Chapter c", "value = 1", code))
    with pytest.raises(BuildError) as caught:
        book.refresh("chapters/c")
    assert "chapters/c.ipynb, cell 3 (In [" in str(caught.value.failures[0])
    assert error in str(caught.value.failures[0])


def test_a_cell_without_end(book: Book):
    edited(book, "_config.yml", "timeout: 60", "timeout: 2")
    book.write("chapters/c.ipynb", notebook("#:# Chapter c", "import time\ntime.sleep(60)"))
    book.toc("chapters/a", "chapters/b", "chapters/c")
    assert "cell 2 (In [" in (said := failed(book))
    assert "not done after 2 s (execute.timeout in _config.yml)" in said


def test_an_input_that_changes_while_it_is_read(book: Book):
    code = "path = '../data/a.csv'\ntext = open(path).read()\nopen(path, 'a').write('\\n')"
    book.write("chapters/c.ipynb", notebook("#:# Chapter c", code))
    with pytest.raises(BuildError) as caught:
        book.refresh("chapters/c")
    assert "changed while the chapter was executed: data/a.csv" in str(caught.value.failures[0])


def test_the_check_stands_before_the_chapters_and_runs_when_its_files_change(book: Book):
    code = "import sys\nsys.exit(open('data/a.csv').read().startswith('-') and 'a.csv: negative')"
    book.write("rules.py", code)
    edited(book, "_config.yml", "language: en", "language: en, bookbuild_checks: [rules]")
    assert book.build().status == 0
    book.write("data/a.csv", "-1.0\n")
    said = failed(book)
    assert "python -m rules" in said
    assert "a.csv: negative" in said
    assert "executing" not in said


def test_bad_settings_are_said_last(book: Book):
    edited(book, "_config.yml", '"off"', "force")
    built = book.build()
    assert built.status == 1
    assert 'set execute_notebooks to "off"' in built.output.splitlines()[-2]


def test_a_missing_lock_file(book: Book):
    (book.root / "requirements.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"bookbuild_lock names requirements\.txt, and"):
        book.refresh()


def test_a_chapter_that_is_no_notebook_and_one_that_is_not_there(book: Book):
    edited(book, "chapters/a.ipynb", '"cells"', "cells")
    with pytest.raises(BuildError) as caught:
        book.refresh(inputs={"chapters/x": ["y"], "chapters/b": ["data/*.bin"]})
    unknown, broken, unmatched = map(str, caught.value.failures)
    assert "a chapter that the book does not have: 'chapters/x'" in unknown
    assert "chapters/a.ipynb is not a notebook" in broken
    assert "no file matches 'data/*.bin'" in unmatched


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_book_jobs_is_a_number_of_processes(monkeypatch: pytest.MonkeyPatch, jobs: str):
    monkeypatch.setenv("BOOK_JOBS", jobs)
    with pytest.raises(ValueError, match=f"whole number from 1; got '{jobs}'"):
        worker_count()
    monkeypatch.setenv("BOOK_JOBS", "3")
    assert worker_count() == 3


def test_a_folder_without_a_book(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert build(tmp_path) == 2
    assert "has no _config.yml; run it in the book's folder" in capsys.readouterr().err


def test_a_glue_that_a_chapter_no_longer_gives(book: Book):
    book.write("chapters/b.ipynb", notebook("#:# Chapter b", "1 + 1"))
    built = book.build()
    assert built.status == 1
    assert "'value' not found in doc 'chapters/b'" in built.output.splitlines()[-2]
