"""What every chapter must be, whatever it says; checked before anything is executed."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
PLAIN_TYPES = ("str", "int", "float", "bool", "list")
LONGEST_CELL = 12

#: Not prose: code, roles, directives, link targets, HTML tags and comments.
NOT_PROSE = re.compile(
    r"```.*?```|:::.*?:::|\{[\w:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>|https?://\S+", re.DOTALL
)
#: A number of its own: not part of a name such as NR2B or 11C-PBR28.
NUMBER = re.compile(r"(?<![\w.\-])\d+(?:[.,]\d+)*(?![\w\-])")
YEAR = re.compile(r"(?:19|20)\d\d")


def find_chapter_faults(path: Path) -> Iterator[str]:
    """Yield one line for each way in which a chapter breaks the contract.

    Parameters
    ----------
    path : pathlib.Path
        A notebook.

    Yields
    ------
    str
        ``<file>: <cell>: <fault and mend>``.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    faults = [*_whole(notebook), *_parameters(notebook)]
    for number, cell in enumerate(notebook.cells, start=1):
        check = _code if cell.cell_type == "code" else _prose
        faults += [f"cell {number}: {fault}" for fault in check(cell.source)]
    for fault in faults:
        yield f"{path.name}: {fault}"


def _whole(notebook: NotebookNode) -> Iterator[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.outputs or cell.execution_count for cell in code):
        yield "is stored with outputs; clear them (`make strip`)"
    if notebook.metadata != {"kernelspec": KERNEL}:
        yield f"its metadata must be the kernelspec {KERNEL} and nothing else"
    prose = [_prose_of(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = sum(len(re.findall(r"^# ", text, re.MULTILINE)) for text in prose)
    if titles != 1 or not notebook.cells[0].source.startswith("# "):
        yield f"must have one `# ` title, on top; has {titles}"


def _parameters(notebook: NotebookNode) -> Iterator[str]:
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        yield f"must have exactly one cell tagged `parameters`; has {len(cells)}"
        return
    for line in cells[0].source.splitlines():
        yield from _parameter_line(line)


def _parameter_line(line: str) -> Iterator[str]:
    wanted = "`name: type = literal  # meaning, unit, allowed values`"
    try:
        (statement,) = ast.parse(line).body
        plain = False
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            ast.literal_eval(statement.value)
            plain = ast.unparse(statement.annotation).split("[")[0] in PLAIN_TYPES
    except (SyntaxError, ValueError):
        plain = False
    if not plain or "  # " not in line:
        yield f"parameters: {line!r} must be {wanted}, of type {', '.join(PLAIN_TYPES)}"


def _code(source: str) -> Iterator[str]:
    python = "\n".join("" if line.startswith("%") else line for line in source.splitlines())
    tree = ast.parse(python)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = len(source.splitlines()) - sum(_length(node) for node in imports)
    if lines > LONGEST_CELL:
        yield f"has {lines} lines; at most {LONGEST_CELL}: give the package the word it lacks"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield f"defines a function or class (line {node.lineno}); it belongs in evidence/"


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _prose_of(source: str) -> str:
    return NOT_PROSE.sub(" ", source)


def _prose(source: str) -> Iterator[str]:
    for number in NUMBER.findall(_prose_of(source)):
        if not YEAR.fullmatch(number):
            yield f"has the number {number} typed in its prose; glue it"


def main() -> int:
    """Print each fault of the chapters below the working directory; return 1 if there are any."""
    faults = [
        f for path in sorted(Path("chapters").glob("*.ipynb")) for f in find_chapter_faults(path)
    ]
    if faults:
        print(*faults, f"chapters: {len(faults)} faults", sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
