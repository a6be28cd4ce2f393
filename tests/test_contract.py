"""The contract of a chapter: each rule refuses a chapter that breaks it, and only it."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookbuild.contract import KERNEL, find_chapter_faults, find_page_faults, find_pages, main
from bookbuild.parameter_text import check_source

SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "method": {
      "title": "tau2 estimator", "description": "How it is estimated.", "type": "string",
      "default": "REML", "enum": ["EE", "REML"]
    },
    "level": {
      "title": "confidence level", "description": "Of intervals.", "type": "number",
      "default": 95.0, "exclusiveMinimum": 1, "exclusiveMaximum": 100, "x-unit": "percent"
    }
  }
}
"""
PARAMETERS = """\
method: str = "REML"  # tau2 estimator: EE, REML
level: float = 95.0  # confidence level, percent: above 1 and below 100"""
CHECK = check_source("chapter")
RUN = "```{book-parameters}\npython -m bookbuild run chapter -p level=90\n```"


def chapter(*extra, parameters=PARAMETERS, check=CHECK, run=RUN, record="out.record(k=k)"):
    cells = [new_markdown_cell("# Title\n\nA question in 1990, value {glue:text}`k:.2f`.")]
    if parameters is not None:
        cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    cells += [new_code_cell(check), *extra, new_code_cell(record), new_markdown_cell(run)]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def faults(notebook, tmp_path, schema=SCHEMA):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook, path)
    if schema is not None:
        (tmp_path / "chapter.parameters.json").write_text(schema, "utf-8")
    return list(find_chapter_faults(path))


def test_a_sound_chapter_has_no_fault(tmp_path):
    prose = "Subunit NR2B, tracer 11C-PBR28, `x = 3`, [link](https://example.org/12).\n\n```python\n4\n```"
    prose += "\n\n```{glossary}\nepisodic\n  On fewer than 15 days a month.\n```"
    code = "%config x\nsquares = [level for level in (1, 2)]"
    assert faults(chapter(new_markdown_cell(prose), new_code_cell(code)), tmp_path) == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (new_code_cell("1", outputs=[new_output("stream", text="1")]), "stored with outputs"),
        (new_code_cell("1", execution_count=3), "stored with outputs"),
        (new_code_cell("x = 1", metadata={"tags": ["parameters"]}), "exactly one cell tagged"),
        (new_code_cell("def f():\n    return 1"), "defines a function"),
        (new_code_cell("f = lambda: 1"), "defines a function"),
        (new_code_cell("\n".join(["x = 1"] * 13)), "has 13 lines"),
        (new_code_cell("\n".join(["import x"] * 13)), "has 13 lines"),
        (new_markdown_cell("The pooled share was 57%."), "number 57 typed"),
        (new_markdown_cell("It was 1.53."), "number 1.53 typed"),
        (new_markdown_cell(":::{note}\nIt was 57%.\n:::"), "number 57 typed"),
        (new_markdown_cell("```{admonition} All 57\nof them\n```"), "number 57 typed"),
        (new_markdown_cell("# Another title"), "must have one `# ` title"),
    ],
)
def test_each_breach_is_named(extra, said, tmp_path):
    assert any(said in fault for fault in faults(chapter(extra), tmp_path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("95.0  # confidence level, percent", "95.0  # level, percent"),
        ("95.0", "90.0"),
        ("level: float", "level"),
        ("level", "levels"),
        ('"REML"  # tau2 estimator: EE, REML', '"REML"  # tau2 estimator: EE, REML, DL'),
        (PARAMETERS.splitlines()[1], ""),
        ("\n", "\n\n"),
        (PARAMETERS, "\n".join(reversed(PARAMETERS.splitlines()))),
    ],
)
def test_the_parameters_cell_says_what_the_schema_says(old, new, tmp_path):
    found = faults(chapter(parameters=PARAMETERS.replace(old, new, 1)), tmp_path)
    assert found
    assert all("chapter.ipynb: parameters: " in fault for fault in found)


@pytest.mark.parametrize(
    "code", ["level = 90", "for level in (1, 2):\n    pass", "a, (level,) = 1, [2]"]
)
def test_a_parameter_keeps_its_value(code, tmp_path):
    (fault,) = faults(chapter(new_code_cell(code)), tmp_path)
    assert "gives the parameter level another value" in fault


@pytest.mark.parametrize("check", ["1 + 1", check_source("another")])
def test_the_cell_after_the_parameters_checks_them(check, tmp_path):
    (fault,) = faults(chapter(check=check), tmp_path)
    assert "the cell after the parameters must be" in fault
    assert 'check_parameters("chapter", globals())' in fault


@pytest.mark.parametrize("record", ["recorded = 1", "# record()", "record"])
def test_a_chapter_records_results(record, tmp_path):
    (fault,) = faults(chapter(record=record), tmp_path)
    assert "records no result" in fault


@pytest.mark.parametrize("run", ["How to run it.", f"{RUN}\n\n{RUN}"])
def test_a_chapter_says_once_how_to_run_it(run, tmp_path):
    (fault,) = faults(chapter(run=run), tmp_path)
    assert "by one `{book-parameters}`" in fault


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (None, "has no parameters declared: there is no chapter.parameters.json"),
        ("{", "chapter.parameters.json is no schema of parameters"),
        (SCHEMA.replace("95.0", "100"), "level does not allow its own default or example 100"),
        (SCHEMA.replace("exclusiveMinimum", "least"), "level has least, which nobody checks"),
    ],
)
def test_the_schema_is_one_that_can_be_held_to(schema, said, tmp_path):
    assert any(said in fault for fault in faults(chapter(), tmp_path, schema))


def test_a_chapter_without_parameters_is_refused(tmp_path):
    assert any("has 0" in fault for fault in faults(chapter(parameters=None), tmp_path))


def test_a_foreign_kernel_is_refused(tmp_path):
    notebook = chapter()
    notebook.metadata["kernelspec"] = {**KERNEL, "name": "conda-env-py"}
    assert any("kernelspec" in fault for fault in faults(notebook, tmp_path))


def test_the_pages_of_the_contents_type_no_number_either(tmp_path, monkeypatch, capsys):
    sound = "# Title\n\nSince 2008: {glue:text}`chapters/a.ipynb::share`, [a](chapters/a.ipynb).\n"
    (tmp_path / "_toc.yml").write_text(
        "root: index\nchapters:\n- file: notes\n- file: chapters/a\n"
    )
    for name, text in {
        "index": sound,
        "notes": "It was 57%.\n",
        "README": "In 12 steps.\n",
    }.items():
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    pages = find_pages(tmp_path)
    assert [page.name for page in pages] == ["index.md", "notes.md"]
    assert list(find_page_faults(pages[0])) == []
    monkeypatch.chdir(tmp_path)
    assert main() == 1
    said = capsys.readouterr().err
    assert "notes.md: has the number 57 typed in its prose; glue it" in said
    assert "README" not in said
    (tmp_path / "notes.md").write_text("It was more than half.\n", "utf-8")
    assert main() == 0


def test_without_contents_there_is_no_page(tmp_path):
    assert find_pages(tmp_path) == []
