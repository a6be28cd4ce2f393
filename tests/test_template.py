"""A row is made from the schema alone; a name or a gap that the table does not allow is refused."""

import csv
import runpy
import sys
from pathlib import Path

import pytest

from bookbuild.contract import find_chapter_faults
from evidence import template
from evidence.data import DATA_DIR, schemas
from evidence.template import is_needed, main, needs, row

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@pytest.mark.parametrize("table", schemas())
def test_a_row_of_each_table_comes_back_as_it_stands(table):
    with (DATA_DIR / schemas()[table]["path"]).open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            (cells,) = csv.reader([row(table, {k: v for k, v in record.items() if v})])
            assert cells == list(record.values())


@pytest.mark.parametrize("table", schemas())
def test_what_a_row_needs_is_what_is_refused_without_it(table):
    wanted = [f["name"] for f in schemas()[table]["schema"]["fields"] if is_needed(f)]
    starred = [line[2:].partition(":")[0] for line in needs(table).splitlines() if line[:2] == "* "]
    assert starred[:-1] == wanted
    with pytest.raises(ValueError, match=f"{table} needs a value for {', '.join(wanted)}$"):
        row(table, {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["studys"], "table must be one of"),
        (["studies", "stuy=x"], "studies has no column 'stuy'; did you mean 'study'?"),
        (["studies", "qqq=x"], "studies has no column 'qqq'; it has study, label,"),
        (["studies", "study"], "a cell must be given as column=value; got 'study'"),
        (["studies", "study=a", "study=b"], "a column must be given once; got 'study' again"),
        (["outcomes", "outcome= "], "outcomes needs a value for outcome, label"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_line(words, said, capsys):
    assert main(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_it_tells_tables_columns_and_rows(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out.split() == list(schemas())
    assert main(["arms"]) == 0
    assert "one of " in capsys.readouterr().out
    assert main(["sources", "source=a", "kind=article", "access=abstract", "note=a, b"]) == 0
    assert capsys.readouterr().out == 'a,article,abstract,,,"a, b"\n'


def test_the_template_of_a_chapter_keeps_the_contract():
    (notebook,) = TEMPLATES.glob("*.ipynb")
    assert list(find_chapter_faults(notebook)) == []


def test_it_is_a_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["template"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(template.__file__, run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == list(schemas())
