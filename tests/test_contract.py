"""The contract of a chapter: each rule refuses a chapter that breaks it, and only it."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookbuild.contract import KERNEL, find_chapter_faults


def chapter(*extra, parameters='method: str = "REML"  # tau2 estimator: EE, REML'):
    cells = [new_markdown_cell("# Title\n\nA question in 1990, value {glue:text}`k:.2f`.")]
    if parameters is not None:
        cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    return new_notebook(cells=[*cells, *extra], metadata={"kernelspec": KERNEL})


def faults(notebook, tmp_path):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook, path)
    return list(find_chapter_faults(path))


def test_a_sound_chapter_has_no_fault(tmp_path):
    prose = "Subunit NR2B, tracer 11C-PBR28, `x = 3`, [link](https://example.org/12).\n\n```python\n4\n```"
    assert faults(chapter(new_markdown_cell(prose), new_code_cell("1 + 1")), tmp_path) == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (new_code_cell("1", outputs=[new_output("stream", text="1")]), "stored with outputs"),
        (new_code_cell("1", execution_count=3), "stored with outputs"),
        (new_code_cell("x = 1", metadata={"tags": ["parameters"]}), "exactly one cell tagged"),
        (new_code_cell("def f():\n    return 1"), "defines a function"),
        (new_code_cell("f = lambda: 1"), "defines a function"),
        (new_code_cell("\n".join(["x = 1"] * 13)), "has 13 lines"),
        (new_markdown_cell("The pooled share was 57%."), "number 57 typed"),
        (new_markdown_cell("It was 1.53."), "number 1.53 typed"),
        (new_markdown_cell("# Another title"), "must have one `# ` title"),
    ],
)
def test_each_breach_is_named(extra, said, tmp_path):
    assert any(said in fault for fault in faults(chapter(extra), tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        "level = 95.0  # percent",
        "level: float = 95.0",
        "x: float | None = None  # x",
        "x: str = f()  # x",
    ],
)
def test_a_parameter_is_an_annotated_literal_with_its_meaning(line, tmp_path):
    assert any("parameters:" in fault for fault in faults(chapter(parameters=line), tmp_path))


def test_a_chapter_without_parameters_is_refused(tmp_path):
    assert any("has 0" in fault for fault in faults(chapter(parameters=None), tmp_path))


def test_a_foreign_kernel_is_refused(tmp_path):
    notebook = chapter()
    notebook.metadata["kernelspec"] = {**KERNEL, "name": "conda-env-py"}
    assert any("kernelspec" in fault for fault in faults(notebook, tmp_path))
