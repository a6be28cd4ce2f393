"""What readers take away of a small book: files, links with sizes, citations, the package."""

import csv
import io
import json
import shutil
import subprocess
import zipfile

import nbformat
import pytest
from books import CONFIG, Book, edited, notebook
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from bookbuild.pdf_stamp import set_stamp, state, stored_results
from bookbuild.takeaway_citation import as_bibtex, as_text, read_citation
from bookbuild.takeaway_figures import figures_of
from bookbuild.takeaway_files import size_words

CITATION = """\
cff-version: 1.2.0
message: Cite it.
title: A small book & its 100%
version: 1.2.3
date-released: 2026-03-04
authors:
  - {family-names: Curie, given-names: Marie, name-particle: de}
  - name: The small book's friends
"""
DOWNLOADS = "# Downloads\n" + "".join(
    f"\n## The {part}\n\n```{{book-downloads}} {part}\n```\n"
    for part in ("book", "chapters", "data", "citation")
)
FIELDS = [
    {"name": "n", "type": "number", "description": 'A "number", or none', "constraints": {}},
    {
        "name": "kind",
        "type": "string",
        "description": "Its kind",
        "constraints": {"required": True, "enum": ["x", "y"]},
    },
]
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SHOW = """\
from IPython.display import display
display(PICTURES, metadata={"alt": "A picture with nothing in it."}, raw=True)"""
BOTH = SHOW.replace("PICTURES", repr({"image/svg+xml": SVG, "image/png": PNG}))
ONE = SHOW.replace("PICTURES", repr({"image/png": PNG}))


def table(name: str) -> dict:
    schema = {"fields": FIELDS, "missingValues": [""], "primaryKey": "kind"}
    described = {"title": f"Table {name}", "description": "A table."}
    return {"name": name, "path": f"{name}.csv", **described, "schema": schema}


def make(book: Book) -> Book:
    """Write two chapters, of which one reads a table, draws, and can be run with choices."""
    package = {"name": "small", "profile": "data-package", "resources": [table("a"), table("b")]}
    book.write("data/datapackage.json", json.dumps(package))
    book.write("data/a.csv", "n,kind\n1.5,x\n")
    book.write("data/b.csv", "n,kind\n2.5,y\n")
    book.write("references.bib", "@misc{one, title = {One}}\n")
    book.write("LICENSE", "Do as you like.\n")
    book.write("CITATION.cff", CITATION)
    book.write("downloads.md", DOWNLOADS)
    reads = 'import pathlib\nread = pathlib.Path("../data/a.csv").read_text()'
    book.chooser("chapters/chosen", reads, "#:## What was *found*, twice", BOTH, ONE)
    book.write("chapters/plain.ipynb", notebook("#:# Plain <chapter>", "1 + 1"))
    book.write(
        "_config.yml",
        CONFIG.replace("bookbuild.extension]", "bookbuild.extension, bookbuild.takeaway]"),
    )
    book.toc("chapters/chosen", "chapters/plain", "downloads")
    return book


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Book:
    book = make(Book(tmp_path_factory.mktemp("small") / "book"))
    built = book.build()
    assert built.status == 0, built.output
    shutil.copytree(book.root, book.root.with_name("as built"))
    return book


@pytest.fixture
def small(made: Book) -> Book:
    """Return the book as it was built; in the same place, or Sphinx would begin anew."""
    shutil.rmtree(made.root)
    shutil.copytree(made.root.with_name("as built"), made.root)
    return made


def links(book: Book, page: str) -> dict[str, str]:
    """Return the words of each link to take something away by its address."""
    soup = BeautifulSoup(book.page(page), "html.parser")
    return {a["href"]: a.get_text() for a in soup.select(".takeaway a[href]")}


def test_a_chapter_gives_its_notebooks_numbers_tables_and_figures(small: Book):
    files, place = small.everything(), "downloads/chapters/chosen/chosen"
    found = links(small, "chapters/chosen")
    assert {href.removeprefix("../") for href in found} == {
        f"{place}.zip",
        f"{place}.executed.ipynb",
        f"{place}.ipynb",
        "chosen.results.json",
        "downloads/data/a.csv",
        "downloads/data/dictionary.csv",
        "downloads/data/datapackage.json",
        f"{place}-figure-1-what-was-found-twice.svg",
        f"{place}-figure-1-what-was-found-twice.png",
        f"{place}-figure-2-what-was-found-twice.png",
    }
    assert files[f"{place}-figure-1-what-was-found-twice.svg"].decode() == SVG
    assert files[f"{place}-figure-2-what-was-found-twice.png"].startswith(b"\x89PNG")
    assert files[f"{place}.ipynb"] == (small.root / "chapters/chosen.ipynb").read_bytes()
    assert files["downloads/data/a.csv"] == b"n,kind\n1.5,x\n"


@pytest.mark.parametrize("page", ["chapters/chosen", "chapters/plain", "downloads"])
def test_every_link_tells_kind_and_size_of_the_file_that_it_leads_to(small: Book, page: str):
    here = small.root / "_build" / "html" / f"{page}.html"
    found = links(small, page)
    assert found
    for href, words in found.items():
        file = here.parent / href
        kind = "Jupyter notebook" if file.suffix == ".ipynb" else file.suffix[1:].upper()
        size = size_words(file.stat().st_size).replace(" ", "\xa0")
        assert words.endswith(f"{kind}, {size})") or words.endswith(f"{kind}, {size}"), words


def test_an_executed_notebook_is_valid_and_has_all_that_the_execution_gave(small: Book):
    text = small.everything()["downloads/chapters/chosen/chosen.executed.ipynb"].decode()
    executed = nbformat.reads(text, as_version=4)
    nbformat.validate(executed)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = [kind for c in code for output in c.outputs for kind in output.get("data", {})]
    assert {"image/svg+xml", "image/png", "application/vnd.evidence.results+json"} <= set(kinds)
    assert str(small.root) not in text
    source = nbformat.read(small.root / "chapters/chosen.ipynb", as_version=4)
    assert [c.source for c in executed.cells] == [c.source for c in source.cells]


def test_the_command_of_a_page_states_every_choice_and_runs(small: Book):
    soup = BeautifulSoup(small.page("chapters/chosen"), "html.parser")
    own, plain = (pre.get_text() for pre in soup.select(".takeaway:not(.takeaway-cite) pre"))
    choices = "-p drug=all -p level=95 -p doses=1 -p strict=False"
    assert own == f"python -m bookbuild run chosen {choices}"
    assert plain == f"papermill chapters/chosen.ipynb out.ipynb {choices.replace('=', ' ')}"
    ran = small.run(*own.split()[3:])
    assert ran.status == 0, ran.err
    written = json.loads((small.root / "runs/chosen/default/results.json").read_text("utf-8"))
    shown = json.loads(small.everything()["chapters/chosen.results.json"])
    assert written == shown


def test_a_chapter_without_parameters_and_tables_has_no_such_parts(small: Book):
    soup = BeautifulSoup(small.page("chapters/plain"), "html.parser")
    titles = [h.get_text() for h in soup.select(".takeaway h3")]
    assert titles == ["Notebook and numbers", "Cite this page"]
    assert "Plain <chapter>. In: A small book & its 100%" in soup.select_one(".takeaway-cite").text
    assert soup.select_one(".bd-toc a[href='#take-it-away'], nav a[href='#take-it-away']")


def test_a_part_is_in_no_search_index(small: Book):
    assert "bibtex" not in small.everything()["searchindex.js"].decode().lower()


def test_the_package_says_what_is_what_and_its_checksums_hold(small: Book, tmp_path):
    archive = zipfile.ZipFile(io.BytesIO(small.everything()["evidence-package.zip"]))
    names = set(archive.namelist())
    assert {"README.md", "LICENSE", "CITATION.cff", "references.bib", "requirements.txt"} <= names
    assert {"data/a.csv", "data/b.csv", "chapters/chosen.results.json"} <= names
    archive.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    rows = list(csv.DictReader((tmp_path / "data/dictionary.csv").read_text("utf-8").splitlines()))
    assert [(row["table"], row["column"]) for row in rows] == [
        ("a", "n"), ("a", "kind"), ("b", "n"), ("b", "kind"),
    ]  # fmt: skip
    assert rows[0]["meaning"] == 'A "number", or none'
    assert (rows[1]["required"], rows[1]["allowed"]) == ("yes", "x | y")


def test_two_builds_in_different_folders_are_the_same_bytes(small: Book, tmp_path):
    other = make(Book(tmp_path / "elsewhere" / "book"))
    assert other.build().status == 0
    ours, theirs = small.written(), other.written()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_build_from_stored_results_is_the_same_bytes_as_the_one_that_executed(small: Book):
    before = small.everything()
    shutil.rmtree(small.root / "_build")
    built = small.build()
    assert (built.status, built.executed) == (0, set())
    after = small.everything()
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []


def test_a_new_version_is_told_by_every_page_that_cites_and_executes_nothing(small: Book):
    edited(small, "CITATION.cff", "version: 1.2.3", "version: 2.0.0")
    built = small.build()
    assert (built.status, built.executed) == (0, set())
    for page in ("chapters/chosen", "chapters/plain", "downloads"):
        assert "Version 2.0.0" in small.page(page)
        assert "Version 1.2.3" not in small.page(page)


def test_a_table_that_grew_changes_the_size_on_pages_that_did_not_read_it(small: Book):
    before = links(small, "downloads")["downloads/data/b.csv"]
    edited(small, "data/b.csv", "2.5,y\n", f"2.5,y\n{'3,x' * 400}\n")
    assert small.build().status == 0
    assert links(small, "downloads")["downloads/data/b.csv"] != before
    edited(small, "data/b.csv", f"{'3,x' * 400}\n", "")
    assert small.build().status == 0
    assert links(small, "downloads")["downloads/data/b.csv"] == before


def test_files_of_a_removed_chapter_go(small: Book):
    small.toc("chapters/plain", "downloads")
    assert small.build().status == 0
    assert [name for name in small.everything() if "chosen" in name] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1.2.3\n", "", "CITATION.cff lacks version"),
        ("  - name: The small book's friends\n", "  - {alias: x}\n", "`family-names` or `name`"),
        ("cff-version: 1.2.0", "- cff", "CITATION.cff"),
    ],
)
def test_a_faulty_citation_ends_the_build_in_words(small: Book, old: str, new: str, said: str):
    edited(small, "CITATION.cff", old, new)
    built = small.build()
    assert built.status != 0
    assert said in built.output
    assert "Version 1.2.3" in small.page("chapters/plain")


def test_a_pdf_of_this_state_is_put_into_the_site_and_one_of_another_state_never(small: Book):
    pdf, root = b"%PDF-1.7 as printed", small.root
    assert "make pdf" in small.page("downloads")
    set_stamp(root, state(root, stored_results(root)), pdf)
    assert small.build().status == 0
    assert small.everything()["evidence-book.pdf"] == pdf
    assert "make pdf" not in small.page("downloads")
    edited(small, "index.md", "Welcome", "Be welcome")
    assert small.build().status == 0
    assert "evidence-book.pdf" not in small.everything()
    assert "make pdf" in small.page("downloads")
    edited(small, "index.md", "Be welcome", "Welcome")
    assert small.build().status == 0
    assert small.everything()["evidence-book.pdf"] == pdf


def test_a_pdf_that_is_not_the_one_stamped_is_not_taken(small: Book):
    root = small.root
    set_stamp(root, state(root, stored_results(root)), b"%PDF-1.7 as printed")
    (root / "_build/pdf/evidence-book.pdf").write_bytes(b"%PDF-1.7 another")
    assert small.build().status == 0
    assert "evidence-book.pdf" not in small.everything()


def test_a_citation_in_words_and_for_bibtex(tmp_path):
    (tmp_path / "CITATION.cff").write_text(CITATION, "utf-8")
    citation = read_citation(tmp_path)
    where = "https://example.org/book/a_b.html"
    assert as_text(citation, "Page", where) == (
        "de Curie, Marie; The small book's friends (2026). Page. "
        f"In: A small book & its 100%. Version 1.2.3. {where}"
    )
    entry = parse_string(as_bibtex(citation, "key", "Page 5%", where), "bibtex").entries["key"]
    assert [str(person) for person in entry.persons["author"]] == [
        "de Curie, Marie", "{The small book's friends}",
    ]  # fmt: skip
    assert entry.fields["title"] == r"{Page 5\%}"
    assert entry.fields["howpublished"] == r"In: A small book \& its 100\%"
    assert (entry.fields["year"], entry.fields["url"]) == ("2026", where)


def test_a_version_without_a_date_is_not_yet_released(tmp_path):
    text = CITATION.replace("date-released: 2026-03-04\n", "")
    (tmp_path / "CITATION.cff").write_text(text, "utf-8")
    citation = read_citation(tmp_path)
    assert "(not yet released)" in as_text(citation)
    assert "year" not in parse_string(as_bibtex(citation, "k"), "bibtex").entries["k"].fields


def test_sizes_in_words():
    sizes = [0, 812, 999, 1000, 12_400, 999_499, 999_500, 1_250_000]
    assert [size_words(size) for size in sizes] == [
        "0 bytes", "812 bytes", "999 bytes", "1 kB", "12 kB", "999 kB", "1.0 MB", "1.2 MB",
    ]  # fmt: skip


def test_a_heading_in_a_fence_or_a_comment_names_no_figure(made: Book):
    source = notebook("#:# Title\n\n## Why **it** `holds`\n\n```\n# no heading\n```", BOTH)
    result = made.result("chapters/plain")
    drawn = {
        "data": {"image/svg+xml": SVG.splitlines(keepends=True)},
        "output_type": "display_data",
    }
    result.cells[:] = [{"execution_count": 1, "outputs": [drawn]}]
    figure, *others = figures_of(source, result)
    assert (figure.title, figure.slug, others) == ("Why it holds", "figure-1-why-it-holds", [])
