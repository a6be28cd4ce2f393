"""Run the code cells of a chapter in this process, with values of its own, as papermill would.

A kernel takes seconds to start, and nobody sees from outside which lines of `evidence` ran in it.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import matplotlib.pyplot as plt
import myst_nb
import nbformat
import pytest

from bookbuild.glue import PREFIX
from bookbuild.parameters import INJECTED, ParameterError
from evidence.figures import Drawn

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))


class CellError(AssertionError):
    """What a cell of a chapter raised; its cause is the error itself."""


def run_cells(
    chapter: str, values: Mapping[str, Any] | None = None, *, pictures: bool = True
) -> list[dict[str, Any]]:
    """Return the `outputs` of each code cell of a chapter.

    What a cell ends with is displayed, so that its HTML and its figure are made as well. A figure
    is laid out and not written; with `pictures` false it is left alone.

    Raises
    ------
    ParameterError
        Where the chapter refuses the values.
    CellError
        Where a cell raises anything else; a warning is such an error under pytest.
    """
    given = dict(values or {})
    injected = INJECTED + "".join(f"{name} = {value!r}\n" for name, value in given.items())
    space: dict[str, Any] = {"In": [""], "nan": float("nan"), "inf": float("inf")}
    cells: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch, plt.rc_context():
        patch.chdir(ROOT)
        patch.setattr(myst_nb, "glue", lambda *each, **_: cells[-1]["outputs"].append(glued(*each)))
        for number, source in enumerate(sources(chapter, injected)):
            cells.append({"outputs": []})
            space["In"].append(source)
            try:
                shown = run_code(source, space)
                cells[-1]["outputs"] += display(shown, pictures=pictures)
            except ParameterError:
                raise
            except Exception as error:
                raise CellError(f"{chapter}, {given}, code cell {number}: {error!r}") from error
    return cells


def sources(chapter: str, injected: str) -> list[str]:
    """Return the code of a chapter, with a cell after that of its parameters."""
    code = code_cells(chapter)
    place = next(n for n, cell in enumerate(code) if "parameters" in cell.metadata.tags) + 1
    found = [cell.source for cell in code]
    return [*found[:place], injected, *found[place:]]


@cache
def code_cells(chapter: str) -> list[Any]:
    """Return the code cells of a chapter."""
    notebook = nbformat.read(ROOT / f"chapters/{chapter}.ipynb", 4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run_code(source: str, space: dict[str, Any]) -> Any:
    """Run a cell in a namespace and return what it ends with, as a notebook does."""
    body, last = compiled(source)
    exec(body, space)
    return eval(last, space) if last else None


@cache
def compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """Return the statements of a cell and the expression that it ends with, if it does."""
    tree = ast.parse(source)
    ends = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    last = compile(ast.Expression(ends.value), "<cell>", "eval") if ends else None
    return compile(tree, "<cell>", "exec"), last


def display(shown: Any, *, pictures: bool) -> list[dict[str, Any]]:
    """Return what a notebook would display, as its outputs."""
    if shown is None:
        return []
    data = {"text/plain": repr(shown)}
    if isinstance(shown, Drawn):
        data["alt"] = shown.alt
        if pictures:
            shown.figure.draw_without_rendering()
    elif hasattr(shown, "_repr_mimebundle_"):
        data |= shown._repr_mimebundle_()
    elif hasattr(shown, "_repr_html_"):
        data["text/html"] = shown._repr_html_()
    return [{"data": data, "metadata": {}}]


def glued(name: str, value: Any) -> dict[str, Any]:
    """Return what `myst_nb.glue` displays."""
    record = {"name": name, "mime_prefix": PREFIX}
    return {"data": {f"{PREFIX}text/plain": repr(value)}, "metadata": {"scrapbook": record}}
