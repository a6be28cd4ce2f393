"""What every chapter must do, whatever it says: run, refuse, and stay clean."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
import yaml
from variations import VARIATIONS

from bookbuild.contract import find_chapter_faults
from bookbuild.parameters import TYPES, read_schema

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)

NO_VALUE = {"", "nan", "NaN", "None", "<NA>"}


def test_every_chapter_of_the_contents_is_here_and_has_its_variations():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    listed = {Path(entry["file"]).stem for entry in contents["chapters"]}
    stems = {path.stem for path in CHAPTERS}
    assert stems == {name for name in listed if (ROOT / f"chapters/{name}.ipynb").exists()}
    assert set(VARIATIONS) == stems
    assert all(len(values) >= 2 for values in VARIATIONS.values())


@each_chapter
def test_it_keeps_the_contract(path):
    assert list(find_chapter_faults(path)) == []


@each_chapter
def test_papermill_runs_it_from_the_root_with_no_word_on_stderr(path, tmp_path):
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(path.relative_to(ROOT)), str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"warn|error", done.stderr, re.IGNORECASE), done.stderr
    cells = nbformat.read(out, 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [o.text for o in outputs if o.get("name") == "stderr"] == []
    glued = {
        output.metadata["scrapbook"]["name"]: output.data[
            f"{output.metadata['scrapbook']['mime_prefix']}text/plain"
        ]
        for output in outputs
        if "scrapbook" in output.get("metadata", {})
    }
    assert glued
    assert {key: text for key, text in glued.items() if text.strip("'\" ") in NO_VALUE} == {}


@each_chapter
def test_every_number_in_its_prose_is_glued(path):
    notebook = nbformat.read(path, 4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    wanted = set(re.findall(r"\{glue:text\}`(\w+)`", prose))
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert wanted
    assert wanted <= set(re.findall(r"glue\(\s*\"(\w+)\"", code)) | set(
        re.findall(r"^\s*\"(\w+)\": ", code, re.MULTILINE)
    )


@each_chapter
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"method": "magic"}, "method must be one of .*; got 'magic'"),
        ({"level": 0.95}, "level is a percentage: write 95"),
        ({"level": 100}, "level must be a number from 50 to 99.9 .percent.; got 100"),
        ({"levl": 90}, "levl is not a parameter of .*; did you mean 'level'?"),
    ],
    ids=["method", "share", "level", "name"],
)
def test_it_names_a_wrong_value(path, values, said, tmp_path):
    parameters = papermill.inspect_notebook(path)
    missing = {"method", "level"} & set(values) - set(parameters)
    if missing or ("levl" in values and "level" not in parameters):
        pytest.skip(f"{path.stem} has no such parameter")
    with pytest.raises(papermill.PapermillExecutionError, match=said):
        papermill.execute_notebook(
            path, tmp_path / path.name, parameters=values, cwd=ROOT, progress_bar=False
        )


@each_chapter
def test_papermill_tells_every_parameter_as_its_schema_does(path):
    schema = read_schema(ROOT, f"chapters/{path.stem}")
    told = papermill.inspect_notebook(path)
    assert list(told) == list(schema.parameters)
    for name, each in schema.parameters.items():
        assert told[name]["inferred_type_name"] == TYPES[each.rules["type"]]
        assert ast.literal_eval(told[name]["default"]) == each.rules["default"]
        assert told[name]["help"].startswith(each.rules["title"])
