"""What readers take away of this book: each file is what the page says, and can be used."""

import hashlib
import json
import shlex
import subprocess
import sys
import tomllib
import zipfile
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from frictionless import Package, system
from pages import CHAPTERS, ROOT
from pybtex.database import parse_string

from bookbuild.__main__ import parser
from bookbuild.parameters import read_schema
from bookbuild.pdf_stamp import current_pdf, stored_results
from bookbuild.run_command import given
from bookbuild.takeaway_citation import read_citation

every_chapter = pytest.mark.parametrize("page", CHAPTERS)


def soup(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")


def texts(site, page):
    """Return the texts that can be copied, in the order of the page."""
    return [pre.get_text() for pre in soup(site, page).select(".takeaway-copy pre")]


@pytest.fixture(scope="module")
def package(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(site / "evidence-package.zip") as archive:
        archive.extractall(folder)
    return folder


@every_chapter
def test_every_link_leads_to_a_file_that_is_not_empty(site, page):
    place = (site / f"{page}.html").parent
    found = [unquote(a["href"]) for a in soup(site, page).select(".takeaway a[href]")]
    assert len(found) >= 8
    assert [href for href in found if not (place / href).is_file()] == []
    assert [href for href in found if not (place / href).stat().st_size] == []


@every_chapter
def test_the_notebooks_are_valid_and_the_source_is_the_chapter_itself(site, page):
    folder, stem = site / "downloads" / page, page.rpartition("/")[2]
    assert (folder / f"{stem}.ipynb").read_bytes() == (ROOT / f"{page}.ipynb").read_bytes()
    source = nbformat.read(folder / f"{stem}.ipynb", as_version=4)
    executed = nbformat.read(folder / f"{stem}.executed.ipynb", as_version=4)
    nbformat.validate(executed)
    assert [cell.source for cell in executed.cells] == [cell.source for cell in source.cells]
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert any(cell.outputs for cell in code)


@every_chapter
def test_the_tables_are_those_that_the_chapter_read_and_no_others(site, page):
    provenance = json.loads((site / "provenance.json").read_text("utf-8"))
    read = {n for n in provenance["chapters"][page]["inputs"] if n.endswith(".csv")}
    links = {a["href"] for a in soup(site, page).select(".takeaway a[href$='.csv']")}
    given_away = {href.partition("downloads/")[2] for href in links} - {"data/dictionary.csv"}
    assert given_away == read
    assert read
    for name in read:
        assert (site / "downloads" / name).read_bytes() == (ROOT / name).read_bytes()


@every_chapter
def test_every_figure_of_the_page_is_there(site, page):
    pictures = soup(site, page).select("article .cell_output img, article .cell_output svg")
    folder = site / "downloads" / page
    drawn = {file.stem for file in [*folder.glob("*-figure-*.svg"), *folder.glob("*-figure-*.png")]}
    assert len(drawn) == len(pictures) > 0
    for file in folder.glob("*.svg"):
        assert file.read_text("utf-8").rstrip().endswith("</svg>")
    for file in folder.glob("*.png"):
        assert file.read_bytes().startswith(b"\x89PNG")


@every_chapter
def test_the_one_file_of_a_chapter_holds_what_the_links_lead_to(site, page):
    folder = site / "downloads" / page
    with zipfile.ZipFile(folder / f"{page.rpartition('/')[2]}.zip") as archive:
        assert archive.testzip() is None
        held = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    place = (site / f"{page}.html").parent
    for link in soup(site, page).select(".takeaway a[href]"):
        file = place / unquote(link["href"])
        if file.suffix != ".zip":
            assert held[file.name] == file.read_bytes()


@every_chapter
def test_the_commands_are_taken_and_mean_what_the_page_shows(site, page):
    own, plain = (shlex.split(text) for text in texts(site, page)[:2])
    assert own[:3] == ["python", "-m", "bookbuild"]
    arguments = parser().parse_args(own[3:])
    schema = read_schema(ROOT, page)
    assert schema.chosen(given(schema, arguments.pairs, arguments.file)) == {}
    assert len(arguments.pairs) == len(schema.parameters)
    assert plain[:3] == ["papermill", f"{page}.ipynb", "out.ipynb"]
    pairs = dict(zip(plain[4::3], plain[5::3], strict=True))
    assert schema.chosen(schema.from_text(pairs)) == {}
    assert len(pairs) == len(schema.parameters)


def test_a_command_of_a_page_gives_the_numbers_of_the_page(site, tmp_path):
    page = "chapters/neuroinflammation-imaging"
    own = shlex.split(texts(site, page)[0])
    command = [sys.executable, *own[1:], "--out", str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    (written,) = tmp_path.rglob("results.json")
    shown = (site / f"{page}.results.json").read_text("utf-8")
    assert json.loads(written.read_text("utf-8")) == json.loads(shown)


@every_chapter
def test_a_page_says_how_to_cite_it(site, page):
    words, bibtex = texts(site, page)[2:]
    title = soup(site, page).select_one("article h1").find(string=True)
    citation = read_citation(ROOT)
    assert f"{title}. In: {citation.title}. Version {citation.version}." in words
    (entry,) = parse_string(bibtex, "bibtex").entries.values()
    assert entry.fields["title"] == f"{{{title}}}"
    assert len(entry.persons["author"]) == len(citation.authors)


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert read_citation(ROOT).version == project["version"]


def test_the_data_of_the_package_are_valid_where_it_is_unpacked(package):
    with system.use_context(trusted=True):
        described = Package(str(package / "data" / "datapackage.json"))
        report = described.validate()
    assert len(described.resources) > 10
    assert report.flatten(["title", "rowNumber", "fieldName", "note"]) == []


def test_the_package_is_whole_and_says_what_every_file_is(package):
    digests = [line.split("  ") for line in (package / "SHA256SUMS").read_text().splitlines()]
    for digest, name in digests:
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == digest
    held = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()}
    assert {name for _, name in digests} == held - {"SHA256SUMS"}
    for page in CHAPTERS:
        assert {f"{page}.ipynb", f"{page}.results.json"} <= held
    described = (package / "README.md").read_text("utf-8")
    top = {name.partition("/")[0] for name in held} - {"README.md"}
    assert [name for name in top if name.partition("-")[0].partition(".")[0] not in described] == []


def test_every_column_is_in_the_dictionary(package):
    described = json.loads((package / "data/datapackage.json").read_text("utf-8"))
    columns = sum(len(table["schema"]["fields"]) for table in described["resources"])
    lines = (package / "data/dictionary.csv").read_text("utf-8").splitlines()
    assert len(lines) == columns + 1


def test_the_page_of_downloads_offers_the_pdf_of_this_state_or_says_how_one_is_made(site):
    pdf = current_pdf(ROOT, stored_results(ROOT))
    page, file = soup(site, "downloads"), site / "evidence-book.pdf"
    assert (file.read_bytes() if file.exists() else None) == pdf
    assert bool(page.select("a[href='evidence-book.pdf']")) == (pdf is not None)
    assert ("make pdf" in page.get_text()) == (pdf is None)


def test_the_page_of_downloads_leads_to_the_package_every_chapter_and_every_table(site):
    links = {unquote(a["href"]) for a in soup(site, "downloads").select(".takeaway a[href]")}
    described = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))["resources"]
    tables = {f"downloads/data/{table['path']}" for table in described}
    chapters = {f"downloads/{page}/{page.rpartition('/')[2]}.zip" for page in CHAPTERS}
    assert {"evidence-package.zip"} | tables | chapters <= links
    assert [link for link in links if not (site / link).is_file()] == []


def test_the_theme_offers_no_second_button_of_downloads(site):
    assert soup(site, CHAPTERS[0]).select(".dropdown-download-buttons") == []
