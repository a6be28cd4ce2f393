"""Which pages are written again, and what stands on them."""

import hashlib
import shutil

from books import Book, Built, edited


def test_nothing_changed_starts_nothing_and_changes_no_byte(book: Book):
    before = book.everything()
    built = book.build()
    assert built == Built(0, "Nothing has changed; the book is at _build/html/index.html\n")
    assert book.everything() == before


def test_a_file_of_no_page_makes_sphinx_look_and_change_no_byte(book: Book):
    before = book.everything()
    book.write("notes.txt", "Not of the book.\n")
    built = book.build()
    assert (built.status, built.executed) == (0, set())
    assert "0 added, 0 changed, 0 removed" in built.output
    assert book.everything() == before


def test_a_hand_in_the_published_site_is_put_right(book: Book):
    before = book.everything()
    (book.root / "_build/html/chapters/a.html").write_text("The value is 9.9.", "utf-8")
    assert book.build().status == 0
    assert book.everything() == before


def test_edited_prose_executes_nothing_and_changes_its_page_alone(book: Book):
    book.build()
    before = book.written()
    edited(book, "chapters/a.ipynb", "The value is", "As read: The value is")
    built = book.build()
    assert (built.status, built.executed) == (0, set())
    assert 'As read: The value is <span class="pasted-text">1.5</span>' in book.page("chapters/a")
    changed = {name for name, content in book.written().items() if before.get(name) != content}
    assert changed == {"chapters/a.html", "_sources/chapters/a.ipynb", "searchindex.js"}


def test_results_outlive_a_clean_and_give_the_same_bytes(book: Book):
    before = book.everything()
    shutil.rmtree(book.root / "_build")
    built = book.build()
    assert (built.status, built.executed) == (0, set())
    assert book.everything() == before


def test_an_edited_title_changes_the_side_bar_of_all_pages(book: Book):
    edited(book, "chapters/a.ipynb", "# Chapter a", "# The first chapter")
    built = book.build(plain=True)
    assert (built.status, built.executed) == (0, set())
    assert "The first chapter" in book.page("chapters/b")
    edited(book, "chapters/a.ipynb", "# The first chapter", "# The prime chapter")
    assert book.build(plain=True).status == 0
    assert "The prime chapter" in book.page("chapters/b")


def test_a_removed_chapter_leaves_no_page_and_no_image(book: Book):
    book.toc("chapters/b", "notes")
    assert book.build().status == 0
    site = book.root / "_build/html"
    assert not (site / "chapters/a.html").exists()
    assert not (site / "_sources/chapters/a.ipynb").exists()
    assert (site / "chapters/b.html").exists()


def test_the_box_names_what_was_read_with_its_digest_and_no_time(book: Book):
    page = book.page("chapters/b")
    box = page.partition('<aside class="book-inputs"')[2].partition("</aside>")[0]
    for name in ("data/b.csv", "chapters/scale.py"):
        digest = hashlib.sha256((book.root / name).read_bytes()).hexdigest()
        assert f"<td>{name}</td><td><code>{digest}</code></td>" in box
    assert "a.csv" not in box
    started = book.provenance()["chapters"]["chapters/b"]["executed"]
    assert started[:10] not in page


def test_status_page_and_provenance_tell_when_and_from_what(book: Book):
    chapter = book.provenance()["chapters"]["chapters/a"]
    environment = book.provenance()["environments"][chapter["environment"]]
    digest = hashlib.sha256((book.root / "data/a.csv").read_bytes()).hexdigest()
    assert chapter["fresh"]
    assert chapter["inputs"] == {"data/a.csv": digest}
    assert 0 < chapter["seconds"] < 60
    assert environment["packages"].keys() == {"numpy"}
    status = book.page("status")
    assert chapter["executed"][:19].replace("T", " ") in status
    assert '<a href="chapters/a.html">Chapter a</a></th><td>fresh</td>' in status
    assert chapter["executed"][:10] not in book.written()["searchindex.js"].decode()


def test_plain_jupyter_book_does_the_same(book: Book):
    book.write("data/a.csv", "8.0\n")
    built = book.build(plain=True)
    assert (built.status, built.executed) == (0, {"chapters/a"})
    assert book.value("chapters/a") == "8.0"
    assert book.build().executed == set()
