"""The PDF of a small book: printed by a real Chromium, the same bytes each time, never stale."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from books import CONFIG, Book, edited, notebook
from bs4 import BeautifulSoup
from pypdf import PdfReader

from bookbuild.errors import UsageError
from bookbuild.pdf_pages import headings_of, one_page
from bookbuild.pdf_print import find_chromium

CITATION = """\
cff-version: 1.2.0
message: Cite it.
title: The small book
version: 1.2.3
authors: [{name: Its friends}]
"""
LONG = "## A heading so long that it must go on in a second line of the page on which it stands"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Book:
    book = Book(tmp_path_factory.mktemp("printed") / "book")
    book.write("CITATION.cff", CITATION)
    book.write("_config.yml", CONFIG.replace("extension]", "extension, bookbuild.takeaway]"))
    ways = [
        "[the notes](../notes.md)",
        "[their end](#end-of-notes)",
        "[status](../status.md)",
    ]
    prose = f"See {', '.join(ways)}."
    cells = [f"#:# One\n\n{prose}", "#:## In short\n\nFirst.", "print('printed by the cell')"]
    book.write("chapters/a.ipynb", notebook(*cells))
    long = f"# Notes\n\n## In short\n\nSecond.\n\n{LONG}\n\n(end-of-notes)=\n## The end\n\n[Out](https://example.org/)\n"
    book.write("notes.md", long)
    book.toc("chapters/a", "notes")
    return book


@pytest.fixture(scope="module")
def printed(small: Book) -> Book:
    try:
        find_chromium()
    except UsageError as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}; .ci/run installs it")
        pytest.skip(str(error))
    ran = small.run("pdf")
    assert ran.status == 0, ran.out + ran.err
    return small


@pytest.fixture(scope="module")
def pdf(printed: Book) -> PdfReader:
    return PdfReader(printed.root / "_build" / "pdf" / "evidence-book.pdf")


def test_the_site_has_the_pdf_that_was_printed(printed: Book):
    content = printed.everything()["evidence-book.pdf"]
    assert content == (printed.root / "_build" / "pdf" / "evidence-book.pdf").read_bytes()


def test_it_is_tagged_named_and_tells_no_time_and_no_place(printed: Book, pdf: PdfReader):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].startswith("en")
    assert root["/StructTreeRoot"]
    assert dict(pdf.metadata) == {
        "/Title": "The small book", "/Author": "Its friends", "/Producer": "evidence book",
    }  # fmt: skip
    assert "/ID" not in pdf.trailer
    content = (printed.root / "_build" / "pdf" / "evidence-book.pdf").read_bytes()
    assert b"file:" not in content
    assert str(printed.root).encode() not in content


def test_its_outline_has_the_headings_word_for_word(pdf: PdfReader):
    def titles(entries):
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    headings = ["A small book", "One", "In short", "Notes", "In short", LONG[3:], "The end"]
    assert list(titles(pdf.outline)) == headings


def test_chapters_begin_pages_and_pages_are_numbered(pdf: PdfReader):
    texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) == 3
    assert "printed by the cell" in texts[1]
    assert "print('" not in "".join(texts)
    for number, text in enumerate(texts, start=1):
        assert re.search(rf"{number}\s*/\s*3", text)
    assert "Its friends (not yet released). The small book. Version 1.2.3." in " ".join(
        texts[0].split()
    )


def test_its_links_lead_within_it_or_out_and_never_to_a_file(pdf: PdfReader):
    links = [a.get_object() for page in pdf.pages for a in page.get("/Annots", [])]
    out = {a["/A"]["/URI"] for a in links if "/A" in a and "/URI" in a["/A"]}
    assert out == {"https://example.org/"}
    assert len(links) == 3


def test_a_second_print_is_the_same_bytes_and_none_is_made_where_one_is_there(printed: Book):
    file = printed.root / "_build" / "pdf" / "evidence-book.pdf"
    first, made = file.read_bytes(), file.stat().st_mtime_ns
    assert "is of this state" in printed.run("pdf").out
    assert file.stat().st_mtime_ns == made
    (file.parent / "evidence-book.json").unlink()
    assert printed.run("pdf").status == 0
    assert file.stat().st_mtime_ns != made
    assert file.read_bytes() == first


def test_after_a_change_the_site_has_no_pdf_until_one_is_printed(printed: Book):
    edited(printed, "notes.md", "Second.", "Third.")
    assert printed.build().status == 0
    assert "evidence-book.pdf" not in printed.everything()
    assert printed.run("pdf").status == 0
    file = printed.root / "_build" / "html" / "evidence-book.pdf"
    assert any("Third." in page.extract_text() for page in PdfReader(file).pages)


def test_without_chromium_it_says_what_to_install(small: Book):
    command = [sys.executable, "-m", "bookbuild", "pdf"]
    for variables, said in (
        ({"PATH": "", "CHROMIUM": ""}, "apt-get install chromium"),
        ({"CHROMIUM": "/no/such"}, "CHROMIUM is '/no/such'"),
    ):
        done = subprocess.run(
            command, cwd=small.root, env=os.environ | variables,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


PAGE = """<html lang="en"><head>
<link rel="stylesheet" href="_static/a.css?v=1" media="print"></head>
<body><article><h1 id="t">T<a class="headerlink" href="#t">#</a></h1>
<p>A <button popovertarget="x">term</button><span popover id="x">told</span> <button>gone</button>
<label for="i">L</label><a href="#t">up</a> <a href="b.html#t">b</a> <a href="b.html">B</a>
<a href="data.csv">file</a> <a href="https://doi.org/1">doi</a></p>
<details class="hide"><summary>Show</summary><div class="cell_input">code</div><p>out</p></details>
<details><summary>More</summary><p>inside</p></details><div class="takeaway">T</div>
<img src="_images/a.svg" loading="lazy" alt="A"><svg><g id="g"/><use href="#g"/></svg>
</article></body></html>"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(PAGE, "utf-8")
    return tmp_path


def test_pages_become_one_with_ids_of_their_own(pages: Path):
    text = one_page(pages, ["a", "b"], "The <book>", "Cite <it>", "")
    soup = BeautifulSoup(text, "html.parser")
    assert soup.title.string == "The <book>"
    assert [h["id"] for h in soup.select("h1")] == ["a--t", "b--t"]
    assert soup.select_one(".pdf-note").string == "Cite <it>"
    hrefs = [a["href"] for a in soup.select("#a a")]
    assert hrefs == ["#a--t", "#b--t", "#b", "https://doi.org/1"]
    assert soup.select_one("label")["for"] == "a--i"
    assert soup.select_one("use")["href"] == "#g"
    assert headings_of(text) == ["T", "T"]


def test_what_is_read_stays_and_what_is_clicked_goes(pages: Path):
    soup = BeautifulSoup(one_page(pages, ["a"], "T", "", ""), "html.parser")
    words = soup.body.get_text(" ", strip=True)
    assert "A term" in words
    assert "out" in words
    assert "inside" in words
    for gone in ("told", "gone", "code", "Show"):
        assert gone not in words
    assert soup.select_one("details").has_attr("open")
    assert soup.select(".takeaway, button, [loading]") == []
    image = soup.select_one("img")
    assert image["src"] == (pages / "_images/a.svg").as_uri()
    assert soup.select_one("link")["href"] == (pages / "_static/a.css").as_uri()


def test_a_link_to_a_file_is_kept_where_the_address_of_the_site_is_known(pages: Path):
    text = one_page(pages, ["a"], "T", "", "https://example.org/book")
    hrefs = [a["href"] for a in BeautifulSoup(text, "html.parser").select("a")]
    assert "https://example.org/book/data.csv" in hrefs
    assert "https://example.org/book/b.html#t" in hrefs
