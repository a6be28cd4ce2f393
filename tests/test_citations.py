"""No entry of the bibliography that nothing in the book names."""

from bookbuild.citations import find_citation_faults, find_uncited
from bookbuild.contract import main
from evidence.references import BIBLIOGRAPHY

BIB = """\
@article{xu2001, author = {Xu, A.}}
@article{xu2001a_trial, author = {Xu, A.}}
@misc { zed-2000 ,
  author = {Zed, C.}}
"""


def test_an_entry_is_cited_by_its_whole_name():
    assert find_uncited(BIB, ["source\nxu2001,1\n", "see xu2001a_trial, `zed-2000`."]) == []
    assert find_uncited(BIB, ["xu2001a_trial, zed-20001"]) == ["xu2001"]
    assert find_uncited(BIB, ["(Xu 2001)", "zed-2000"]) == ["xu2001", "xu2001a_trial"]
    assert find_uncited(BIB, ["xu2001b; zed-2000a"]) == ["xu2001a_trial"]  # experiment b, a
    assert find_uncited("", ["xu2001"]) == []


def test_an_entry_never_cited_fails_the_check_of_the_book(tmp_path, monkeypatch, capsys):
    assert list(find_citation_faults(tmp_path)) == []
    (tmp_path / "references.bib").write_text(BIB, "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/studies.csv").write_text("source\nxu2001\nxu2001a_trial\n", "utf-8")
    (tmp_path / "data/confirmed.csv").write_text("key\nzed-2000\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main() == 1
    said = capsys.readouterr().err
    assert "references.bib: zed-2000 is cited nowhere; cite it, or leave it out" in said
    assert "xu2001" not in said
    (tmp_path / "index.md").write_text("As {cite}`zed-2000` say.\n", "utf-8")
    assert main() == 0


def test_every_entry_of_the_book_is_cited():
    assert list(find_citation_faults(BIBLIOGRAPHY.parent)) == []
