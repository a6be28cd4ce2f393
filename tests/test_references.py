"""References come from `references.bib`, each with a link."""

import pytest

from evidence.data import load
from evidence.references import references

BIB = """
@article{b2001, author={Xu, Ann and M{\\"u}ller, B.}, title={A {NMDA} thing}, journal={J}, year={2001}, doi={10.1000/x}}
@article{a2000, author={Zed, C.}, title={T}, journal={J}, year={2000}, pmid={123456}}
"""  # noqa: E501


def test_each_key_once_with_its_link(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text(BIB, "utf-8")
    listed = references(["b2001", "a2000", "b2001"], path)
    assert len(listed.items) == 2
    assert "https://doi.org/10.1000/x" in listed._repr_html_()
    assert "https://pubmed.ncbi.nlm.nih.gov/123456/" in listed._repr_html_()


def test_a_key_without_entry_is_named(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text(BIB, "utf-8")
    with pytest.raises(ValueError, match="missing: nobody1900"):
        references(["a2000", "nobody1900"], path)


def test_every_source_of_the_book_has_its_entry():
    assert len(references(load("sources")["source"]).items) == len(load("sources"))
