"""What `references.bib` lacks, or says otherwise than the data."""

import shutil

import pytest

from evidence.bibliography import bibliography_faults
from evidence.data import DATA_DIR, load


@pytest.fixture
def package(tmp_path):
    """Return a copy of the data with its bibliography above it, as in the book."""
    shutil.copytree(DATA_DIR, tmp_path / "data")
    shutil.copy(DATA_DIR.parent / "references.bib", tmp_path)
    return tmp_path / "data"


def said(package):
    return [str(fault) for fault in bibliography_faults(package)]


def change(package, old, new):
    path = package.parent / "references.bib"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_that_of_the_book_is_sound(package):
    assert said(package) == []


def test_a_missing_one_is_the_only_fault(package):
    (package.parent / "references.bib").unlink()
    assert said(package) == ["references.bib: is missing"]


def test_one_that_cannot_be_read_is_named(package):
    change(package, "@article{", "@article")
    (fault,) = said(package)
    assert fault.startswith("references.bib: syntax error in line ")


def test_an_article_that_lacks_fields(package):
    change(package, "@article{", "@article{bare2000, title = {A}}\n\n@article{")
    assert said(package) == ["references.bib: bare2000: '' lacks author, journal, year"]


def test_a_doi_that_differs(package):
    doi = load("sources", package)["doi"].dropna().iloc[0]
    change(package, f'"{doi}"', '"10.1000/other"')
    (fault,) = said(package)
    assert fault.endswith(f": doi: '{doi}' differs from references.bib (10.1000/other)")


def test_without_the_tables_there_is_nothing_to_compare(package):
    (package / "sources.csv").unlink()
    (package / "studies.csv").unlink()
    assert said(package) == []
