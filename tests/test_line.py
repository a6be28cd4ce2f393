"""The line: imports point left only, science and publishing stay apart, files stay small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for name in ("evidence", "bookbuild") for path in (ROOT / name).rglob("*.py"))

#: The stations of the line, from left to right.
STATIONS = (
    ("checks", "interval"),
    ("data",),
    ("trials", "contrasts"),
    ("means", "biomarkers"),
    ("effects",),
    ("tau2",),
    ("fits",),
    ("pooling",),
    ("synthesis",),
    ("sentences",),
    ("tables",),
    ("audit",),
    ("figures",),
    ("themes",),
)
FOREIGN = {"sphinx", "papermill", "nbformat", "myst_nb", "IPython", "bookbuild"}


def imported(path):
    """Return the modules that a file imports, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def station_of(name):
    return name.split(".")[1] if name.startswith("evidence.") else ""


RANK = {name: rank for rank, names in enumerate(STATIONS) for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_imports_to_its_left_and_stays_small(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    modules = imported(path)
    assert len(path.read_text("utf-8").splitlines()) <= 300
    if parts[0] == "evidence":
        assert not {name.split(".")[0] for name in modules} & FOREIGN
        here = RANK.get(parts[1], len(STATIONS))
        right = {name for name in modules if RANK.get(station_of(name), -1) > here}
        # A figure may name the type of what it draws, which a theme defines.
        assert {name for name in right if parts[1] != "figures" or "themes" not in name} == set()
    else:
        assert not [name for name in modules if name.startswith("evidence")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_function_is_long(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            said = isinstance(node.body[0], ast.Expr) and isinstance(
                node.body[0].value, ast.Constant
            )
            body = node.body[1:] if said else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 30, f"{node.name}: {lines} lines"


def test_the_line_in_the_readme_is_that_of_the_packages():
    readme = (ROOT / "README.md").read_text("utf-8")
    line = readme.partition("How a number comes to a page")[2].split("```")[1]
    drawn = {"evidence": [], "bookbuild": []}
    package = ""
    for text in line.splitlines():
        package = package if text[:1] == " " else text.rstrip("/")
        if package in drawn and text.strip() != "|" and text[:1] == " ":
            drawn[package].append(tuple(text.strip().partition("  ")[0].split(", ")))
    assert tuple(drawn["evidence"]) == STATIONS
    assert len(drawn["bookbuild"]) >= 5
    for name in (name for names in drawn["bookbuild"] for name in names):
        assert (ROOT / f"bookbuild/{name}.py").is_file(), name
    assert len(line.splitlines()) <= 45
    assert max(map(len, line.splitlines())) <= 100
