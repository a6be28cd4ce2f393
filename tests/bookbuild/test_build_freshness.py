"""What is executed again, and what is not: the failures of the caches before this one."""

import pytest
from books import Book, edited, notebook

GLUE = "from myst_nb import glue\nglue('value', value, display=False)"
OPTIONAL = """\
from pathlib import Path
try:
    extra = float(open("../data/extra.txt").read())
except FileNotFoundError:
    extra = 0.0
value = len(list(Path("../data").glob("*.csv"))) + extra"""


def test_a_changed_csv_executes_its_readers_and_nothing_else(book: Book):
    book.write("data/a.csv", "7.0\n")
    built = book.build()
    assert (built.status, built.executed) == (0, {"chapters/a"})
    assert "chapters/a is stale: data/a.csv changed" in built.output
    assert (book.value("chapters/a"), book.value("chapters/b")) == ("7.0", "25.0")


def test_a_page_that_borrows_a_changed_number_is_written_again(book: Book):
    book.write("data/b.csv", "3.0\n")
    assert book.build().executed == {"chapters/b"}
    assert book.value("chapters/b") == "30.0"
    assert 'Of b: <span class="pasted-text">30.0</span>' in book.page("notes")


def test_a_touched_csv_with_the_same_bytes_executes_nothing(book: Book):
    book.write("data/a.csv", (book.root / "data/a.csv").read_text("utf-8"))
    assert book.refresh() == set()


def test_a_changed_module_executes_its_users(book: Book):
    edited(book, "chapters/scale.py", "10 *", "100 *")
    assert book.refresh() == {"chapters/b"}
    assert book.glued("chapters/b") == "250.0"


def test_a_changed_lock_executes_all(book: Book):
    book.write("requirements.txt", "numpy==2.4.1\n")
    assert book.refresh() == {"chapters/a", "chapters/b"}


def test_a_changed_code_cell_executes_its_chapter(book: Book):
    edited(book, "chapters/a.ipynb", "value = float(", "value = 2 * float(")
    assert book.refresh() == {"chapters/a"}
    assert book.glued("chapters/a") == "3.0"


def test_equal_code_in_two_folders_reads_each_its_own_file(book: Book):
    for folder, number in (("one", "1.0\n"), ("two", "2.0\n")):
        book.write(f"{folder}/d.csv", number)
        book.reader(f"{folder}/same", "d.csv")
    book.toc("one/same", "two/same")
    assert book.build().executed == {"one/same", "two/same"}
    assert (book.value("one/same"), book.value("two/same")) == ("1.0", "2.0")
    book.write("two/d.csv", "3.0\n")
    assert book.refresh("one/same", "two/same") == {"two/same"}
    assert (book.glued("one/same"), book.glued("two/same")) == ("1.0", "3.0")


def test_a_listed_folder_and_a_missing_file_are_inputs(book: Book):
    book.write("chapters/c.ipynb", notebook("#:# Chapter c", OPTIONAL, GLUE))
    assert book.refresh("chapters/c") == {"chapters/c"}
    assert book.refresh("chapters/c") == set()
    book.write("data/new.csv", "4.0\n")
    assert book.refresh("chapters/c") == {"chapters/c"}
    book.write("data/extra.txt", "0.5")
    assert book.refresh("chapters/c") == {"chapters/c"}
    assert book.glued("chapters/c") == "3.5"


@pytest.mark.parametrize("damage", ["one digit", "half of it", "nothing left"])
def test_a_damaged_stored_result_is_executed_again(book: Book, damage: str):
    stored = book.root / ".bookbuild/results/chapters/a.json"
    text = stored.read_text("utf-8")
    damaged = {"one digit": text.replace("1.5", "9.9"), "half of it": text[: len(text) // 2]}
    stored.write_text(damaged.get(damage, ""), "utf-8")
    assert book.refresh() == {"chapters/a"}
    assert book.glued("chapters/a") == "1.5"


def test_a_declared_input_is_one(book: Book):
    pattern = {"chapters/a": ["data/*.bin"]}
    book.write("data/seen-by-c-only.bin", "1")
    assert book.refresh(inputs=pattern) == {"chapters/a"}
    assert book.refresh(inputs=pattern) == set()
    book.write("data/seen-by-c-only.bin", "2")
    assert book.refresh(inputs=pattern) == {"chapters/a"}
