"""The pages of the data: whole, linked row to row, every cell as text, downloads byte for byte."""

import csv
import hashlib
import json

import pytest
from bs4 import BeautifulSoup
from pages import PAGES, ROOT

from bookbuild.data_html import data_table, dictionary_table
from bookbuild.data_links import links_of, references
from bookbuild.data_package import read_package

TABLES = read_package(ROOT / "data")
every_table = pytest.mark.parametrize("name", TABLES)


def field(name, **constraints):
    return {"name": name, "type": "string", "description": f"<b>{name}", "constraints": constraints}


def package(folder, rows):
    """Two tables: rows, and parts of them with a composite key."""
    schema = {"fields": [field("key", required=True), field("text", enum=["a", "b"])]}
    parts = {
        "fields": [field("key"), field("part"), field("source")],
        "primaryKey": ["key", "part"],
        "foreignKeys": [
            {"fields": ["key"], "reference": {"resource": "rows", "fields": ["key"]}},
            {"fields": ["source"], "reference": {"resource": "sources", "fields": ["source"]}},
        ],
    }
    more = {
        "fields": [field("key"), field("part"), field("note")],
        "primaryKey": ["key", "part", "note"],
        "foreignKeys": [
            {
                "fields": ["key", "part"],
                "reference": {"resource": "parts", "fields": ["key", "part"]},
            }
        ],
    }
    sources = {"fields": [field("source"), field("doi"), field("pmid")], "primaryKey": "source"}
    tables = {
        "rows": (schema | {"primaryKey": "key"}, [["key", "text"], *rows]),
        "parts": (parts, [["key", "part", "source"], [rows[0][0], "p (1)", "s"], ["k", "q", "t"]]),
        "more": (more, [["key", "part", "note"], [rows[0][0], "p (1)", "n"]]),
        "sources": (sources, [["source", "doi", "pmid"], ["s", "10.1/<x>", "1234"], ["t", "", ""]]),
    }
    for name, (_, content) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(content)
    resources = [
        {"name": n, "path": f"{n}.csv", "title": n.title(), "description": "A row", "schema": s}
        for n, (s, _) in tables.items()
    ]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    return read_package(folder)


def shown(tables, name, told=None):
    links = links_of(tables, lambda column, cell: "")
    return BeautifulSoup(data_table(tables[name], links, told or {}), "html.parser")


HOSTILE = "<script>alert('x')</script> \"q\" & שלום " + "long" * 200


def test_a_cell_is_text_whatever_it_holds(tmp_path):
    page = shown(package(tmp_path, [["k", HOSTILE], ["l", '"><img src=x onerror=y>']]), "rows")
    assert page.select("script, img") == []
    assert [cell.get_text() for cell in page.select("tbody td")] == [
        HOSTILE,
        '"><img src=x onerror=y>',
    ]
    columns = BeautifulSoup(
        dictionary_table(package(tmp_path, [["k", "a"]])["rows"]), "html.parser"
    )
    assert columns.select("b") == []
    assert [row.get_text(" | ") for row in columns.select("tbody tr")] == [
        "key | string | <b>key | never empty",
        "text | string | <b>text | a, b",
    ]


def test_keys_lead_to_their_rows_and_sources_to_their_documents(tmp_path):
    tables = package(tmp_path, [["k", "a"]])
    leads = [link["href"] for link in shown(tables, "parts").select("a:not(.row-link)")]
    assert leads == [
        "rows.html#key-k",
        "https://doi.org/10.1/%3Cx%3E",
        "rows.html#key-k",
        "sources.html#source-t",
    ]
    leads = [link["href"] for link in shown(tables, "more").select("a:not(.row-link)")]
    assert leads == ["rows.html#key-k", "parts.html#row-k-p-1"]


def test_keys_that_differ_in_signs_only_have_ids_of_their_own(tmp_path):
    rows = [["a b", "1"], ["a-b", "2"], ["<", "3"]]
    page = shown(package(tmp_path, rows), "rows")
    assert [row["id"] for row in page.select("tbody tr")] == ["key-a-b", "key-a-b-2", "key-x"]


def test_a_column_without_a_value_is_left_out_of_sight(tmp_path):
    page = shown(package(tmp_path, [["k", ""], ["l", ""]]), "rows")
    assert [cell.get_text() for cell in page.select("thead th")] == ["key"]


def test_a_file_with_other_columns_is_refused(tmp_path):
    package(tmp_path, [["k", "a"]])
    (tmp_path / "rows.csv").write_text("key,words\nk,a\n", "utf-8")
    with pytest.raises(ValueError, match=r"rows.csv has the columns .*'words'.* says .*'text'"):
        read_package(tmp_path)


def test_references_have_authors_year_and_title_without_braces(tmp_path):
    entry = "@article{a, author={Krøyer, Ann B. and others}, year=2001, title={{Of} {NMDA}}}"
    (tmp_path / "r.bib").write_text(entry, "utf-8")
    assert references(tmp_path / "r.bib") == {"a": "Krøyer AB and others 2001. Of NMDA."}


def test_every_table_is_a_page_of_the_book():
    listed = {page.removeprefix("data/") for page in PAGES if page.startswith("data/")}
    assert listed == {table.path.stem for table in TABLES.values()}


@every_table
def test_a_page_shows_every_value_and_the_files_are_those_of_the_chapters(site, name):
    table = TABLES[name]
    page = BeautifulSoup((site / f"data/{table.path.stem}.html").read_text("utf-8"), "html.parser")
    rows = page.select("#the-table tbody tr")
    assert len(rows) == len(table.rows)
    assert len({row["id"] for row in rows}) == len(rows)
    expected = [[cell for cell in row if cell] for row in table.rows]
    said = [[c.get_text().removesuffix(" #") for c in row.select("th, td")] for row in rows]
    if name == "sources":
        assert all(cells.pop(1) for cells in said)
    assert [[cell for cell in cells if cell] for cells in said] == expected
    assert page.select_one(".data-files code").get_text() == table.digest
    assert (site / "data" / table.path.name).read_bytes() == table.path.read_bytes()
    read = json.loads((site / "provenance.json").read_text("utf-8"))["chapters"]
    inputs = {
        chapter: each["inputs"].get(f"data/{table.path.name}") for chapter, each in read.items()
    }
    assert {digest for digest in inputs.values() if digest} <= {table.digest}
    linked = {link["href"] for link in page.select(".data-files a[href^='../chapters/']")}
    assert linked == {f"../{chapter}.html" for chapter, digest in inputs.items() if digest}


@every_table
def test_the_dictionary_says_each_column_as_the_package_does(site, name):
    table = TABLES[name]
    file = site / f"data/{table.path.stem}-columns.csv"
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    fields = next(r["schema"]["fields"] for r in package["resources"] if r["name"] == name)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["column"], row["type"], row["meaning"]) for row in rows] == [
        (each["name"], each["type"], each["description"]) for each in fields
    ]
    for row, each in zip(rows, fields, strict=True):
        assert all(
            str(value) in row["allowed"] for value in each.get("constraints", {}).get("enum", [])
        )


def test_the_site_holds_the_whole_package(site):
    digest = hashlib.sha256((site / "data/datapackage.json").read_bytes()).hexdigest()
    assert digest == hashlib.sha256((ROOT / "data/datapackage.json").read_bytes()).hexdigest()
