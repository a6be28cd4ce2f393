"""`python -m bookbuild diff` and `snapshot`: folders, packages, commits, the page of changes."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from books import Book, edited, git, notebook
from editions import data, edition, package, results

CONFIG = """\
title: A small book
only_build_toc_files: true
execute: {execute_notebooks: "off", timeout: 60}
html: {use_issues_button: false, use_repository_button: false}
sphinx:
  extra_extensions: [bookbuild.extension, bookbuild.diff.page]
  config: {language: en}
"""
COUNTS = (
    "#:# Chapter a\n\n## In short\n\n{glue:text}`total`",
    """\
import csv
from IPython.display import display
from myst_nb import glue
rows = list(csv.DictReader(open("../data/studies.csv")))
total = sum(int(row["n"]) for row in rows)
about = {"type": "integer", "unit": "people", "meaning": "All studies, people"}
record = {"values": {"all_n": total}, "keys": {"all_n": about}}
display({"application/vnd.evidence.results+json": record}, raw=True)
glue("total", f"{total} people", display=False)""",
)
STUDIES = "study,label,n\nsmith2001,Smith 2001,20\njones2005,Jones 2005,31\n"
CHANGES = "# Changes\n\n```{book-changes}\n```\n\n## Earlier\n\n```{book-changes}\n:earlier:\n```\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Book:
    """A book under git with two commits, tagged one and two: a value corrected between them."""
    book = Book(tmp_path_factory.mktemp("history") / "book")
    book.write("_config.yml", CONFIG)
    book.write("data/studies.csv", STUDIES)
    book.write("data/datapackage.json", package(studies=STUDIES).decode())
    book.write("chapters/a.ipynb", notebook(*COUNTS))
    book.write("changes.md", CHANGES)
    book.toc("chapters/a", "changes")
    book.commit("one")
    git(book, "tag", "one")
    edited(book, "data/studies.csv", "Smith 2001,20", "Smith 2001,24")
    git(book, "commit", "-qam", "two")
    git(book, "tag", "two")
    return book


def laid(folder: Path, files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def place(tmp_path) -> Book:
    """A book with two editions beside it, `old` and `new`; no git."""
    laid(tmp_path / "book/old", edition())
    laid(tmp_path / "book/new", edition(results(pain_estimate=-2.0)))
    return Book(tmp_path / "book")


def test_two_folders_as_text_with_the_status_asked_for(place):
    ran = place.run("diff", "old", "new")
    assert (ran.status, ran.err) == (0, "")
    assert "Pain, estimate: −1.25 → −2.00 points" in ran.out
    assert place.run("diff", "old", "new", "--exit-code").status == 1
    assert place.run("diff", "old", "old", "--exit-code").status == 0


def test_markdown_and_json_to_a_file(place):
    ran = place.run("diff", "old", "new", "--format", "json", "--output", "found.json")
    assert (ran.status, ran.out) == (0, "")
    found = json.loads((place.root / "found.json").read_text("utf-8"))
    assert [(v["key"], v["old"], v["new"]) for v in found["values"]] == [
        ("pain_estimate", -1.25, -2.0)
    ]
    ran = place.run("diff", "old", "new", "--format", "markdown")
    assert "| a | Pain, estimate | −1.25 | −2.00 | points |" in ran.out
    ran = place.run("diff", "old", "new", "--output", "nowhere/found.txt")
    assert ran.status == 2
    assert "cannot write nowhere/found.txt" in ran.err


def test_an_evidence_package_is_an_edition(place):
    with zipfile.ZipFile(place.root / "package.zip", "w") as archive:
        for name, content in edition(results(pain_estimate=-2.0)).items():
            archive.writestr(f"evidence-package/{name}", content)
    assert "−1.25 → −2.00" in place.run("diff", "old", "package.zip").out
    place.write("broken.zip", "no zip")
    ran = place.run("diff", "old", "broken.zip")
    assert (ran.status, "broken.zip is not an evidence package" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("word", "said"),
    [("chapters", "chapters is not a built book"), ("v9", "'v9' is no folder"), ("--x", "usage:")],
)
def test_what_is_no_edition_ends_with_status_2(place, word, said):
    (place.root / "chapters").mkdir()
    ran = place.run("diff", "old", word)
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_two_commits_are_built_and_the_row_that_did_it_is_told(history):
    ran = history.run("diff", "one", "two")
    assert ran.status == 0, ran.err
    assert "studies · Smith 2001 (smith2001) · n: 20 → 24" in ran.out
    assert "a · total: 51 people → 55 people" in ran.out
    assert "a · All studies, people: 51 → 55 people" in ran.out
    assert "a · data · data/studies.csv · smith2001 · this row alone" in ran.out
    assert "building" in ran.err
    status = subprocess.run(["git", "-C", history.root, "status", "--short"], capture_output=True)
    assert status.stdout == b""
    again = history.run("diff", "one", "two")
    assert (again.out, again.err) == (ran.out, "")


def test_a_dirty_tree_is_said_to_be_one_and_another_lock_is_told(history):
    edited(history, "data/studies.csv", "Smith 2001,24", "Smith 2001,25")
    edited(history, "requirements.txt", "numpy==", "# another\nnumpy==")
    try:
        ran = history.run("diff", "two")
    finally:
        git(history, "checkout", "-q", ".")
    assert ran.status == 0, ran.err
    assert ", with uncommitted changes)" in ran.out.splitlines()[0]
    assert "n: 24 → 25" in ran.out
    assert "its lock file is another" in ran.out


def test_a_commit_that_cannot_be_built_says_why(history):
    edited(history, "chapters/a.ipynb", "import csv", "import csv; 1 / 0")
    git(history, "commit", "-qam", "broken")
    ran = history.run("diff", "two", "HEAD")
    git(history, "reset", "-q", "--hard", "two")
    assert ran.status == 2
    assert "ZeroDivisionError" in ran.err
    assert "HEAD" in ran.err.splitlines()[-1]


def test_releases_are_kept_and_the_page_compares_with_the_newest(history):
    assert history.build().status == 0
    assert "No release is kept yet" in history.page("changes")
    assert history.run("snapshot", "latest").status == 2
    assert history.run("snapshot", "1.9").status == 0
    again = history.run("snapshot", "1.9")
    assert (again.status, "releases/1.9 is there already" in again.err) == (2, True)
    assert history.build().status == 0
    assert "Nothing changed" in history.page("changes")
    assert "Compared with release 1.9" in history.page("changes")
    edited(history, "data/studies.csv", "Smith 2001,24", "Smith 2001,30")
    assert history.build().status == 0
    page = history.page("changes")
    assert "<td>n</td><td>24</td><td>30</td>" in page
    assert "this row alone" in page
    assert "There is one release so far" in page
    assert history.run("snapshot", "1.10").status == 0
    assert history.build().status == 0
    page = history.page("changes")
    assert "Compared with release 1.10" in page
    assert "release 1.9 → release 1.10" in page
    kept = history.root / "releases/1.10"
    assert "executed" not in (kept / "provenance.json").read_text("utf-8")
    before = {p: p.read_bytes() for p in kept.rglob("*.*")}
    assert history.run("snapshot", "1.10", "--replace").status == 0
    assert {p: p.read_bytes() for p in kept.rglob("*.*")} == before
    git(history, "checkout", "-q", ".")


def test_the_site_carries_the_data_that_its_chapters_read(history):
    assert history.build().status == 0
    site = history.root / "_build/html/data"
    for name in ("studies.csv", "datapackage.json"):
        assert (site / name).read_bytes() == (history.root / "data" / name).read_bytes()


def test_a_run_with_other_choices_is_an_edition_too(tmp_path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c")
    book.toc("chapters/c")
    assert book.run("run", "c").status == 0
    assert book.run("run", "c", "-p", "level=90").status == 0
    ran = book.run("diff", "runs/c/default", "runs/c/level=90")
    assert "Confidence level.: 95.0 → 90.0 percent" in ran.out
    assert "c · parameters · level · this alone" in ran.out
    assert book.run("diff", "runs", "runs/c/default").status == 2


def test_data_alone_can_be_compared(place):
    laid(place.root / "tables", data())
    ran = place.run("diff", "old", "tables")
    assert (ran.status, "tables: it carries no results" in ran.out) == (0, True)
