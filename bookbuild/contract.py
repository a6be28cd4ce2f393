"""What every chapter must be, whatever it says; checked before anything is executed."""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bookbuild.citations import find_citation_faults
from bookbuild.contents import listed_files
from bookbuild.errors import UsageError
from bookbuild.parameter_text import cell_source, check_source, schema_faults
from bookbuild.parameters import SUFFIX, Schema, schema_of
from bookbuild.terms import find_term_faults, read_terms
from bookbuild.yaml_file import read_mapping

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LONGEST_CELL = 12

#: Not prose: code, roles, directives, link targets, HTML tags and comments.
NOT_PROSE = re.compile(
    r"```.*?```|:::.*?:::|\{[\w:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>|https?://\S+", re.DOTALL
)
#: A directive of those named, and what stands in it.
HELD = r"^(`{{3,}}|:{{3,}})\{{(?:{})\}}(.*?)^\1[ \t]*$"
#: Directives that hold prose: their titles and words are read as all others are.
WRITTEN = re.compile(
    HELD.format(
        "admonition|attention|caution|danger|dropdown|epigraph|error|hint|important|margin|note"
        "|seealso|sidebar|tip|topic|warning"
    ),
    re.DOTALL | re.MULTILINE,
)
#: Its words are read, its numbers are not: they are no results, but what a term means.
GLOSSARY = re.compile(HELD.format("glossary"), re.DOTALL | re.MULTILINE)
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
    faults = [*_whole(notebook), *_parameters(notebook, path)]
    for number, cell in enumerate(notebook.cells, start=1):
        check = _code if cell.cell_type == "code" else _prose
        faults += [f"cell {number}: {fault}" for fault in check(cell.source)]
    for fault in faults:
        yield f"{path.name}: {fault}"


def find_page_faults(path: Path) -> Iterator[str]:
    """Yield one line for each number typed in the prose of a Markdown page."""
    for fault in _prose(path.read_text("utf-8")):
        yield f"{path.name}: {fault}"


def find_pages(root: Path) -> list[Path]:
    """Return the Markdown pages in the table of contents of a book, if it has one."""
    contents = root / "_toc.yml"
    if not contents.is_file():
        return []
    names = listed_files(read_mapping(contents), root)
    pages = [root / f"{name.removesuffix('.md')}.md" for name in names]
    return [page for page in dict.fromkeys(pages) if page.is_file()]


def _whole(notebook: NotebookNode) -> Iterator[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.outputs or cell.execution_count for cell in code):
        yield "is stored with outputs; clear them (`make strip`)"
    if notebook.metadata != {"kernelspec": KERNEL}:
        yield f"its metadata must be the kernelspec {KERNEL} and nothing else"
    prose = [_prose_of(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = sum(len(re.findall(r"^# ", text, re.MULTILINE)) for text in prose)
    calls = [node for cell in code for node in ast.walk(ast.parse(_python(cell.source)))]
    if not any(isinstance(n, ast.Call) and _called(n) == "record" for n in calls):
        yield "records no result, so its results.json would hold none; call evidence's `record`"
    if titles != 1 or not notebook.cells[0].source.startswith("# "):
        yield f"must have one `# ` title, on top; has {titles}"


def _called(call: ast.Call) -> str:
    """Return the last name of what is called: `record` for both `record()` and `out.record()`."""
    return ast.unparse(call.func).rpartition(".")[2]


def _parameters(notebook: NotebookNode, path: Path) -> Iterator[str]:
    """Yield where the parameters cell and what follows from it are not what the schema says."""
    file = path.with_name(f"{path.stem}{SUFFIX}")
    try:
        text = file.read_text("utf-8")
        schema = schema_of(path.stem, text)
    except FileNotFoundError:
        yield f"has no parameters declared: there is no {file.name}"
        return
    except UsageError as error:
        yield str(error)
        return
    yield from (f"{file.name} {fault}" for fault in schema_faults(text))
    tagged = [n for n, cell in enumerate(notebook.cells) if _has_tag(cell, "parameters")]
    if len(tagged) != 1:
        yield f"must have exactly one cell tagged `parameters`; has {len(tagged)}"
        return
    yield from _cells(notebook.cells[tagged[0] :], schema)
    shown = sum(cell.source.count("{book-parameters}") for cell in notebook.cells)
    if shown != 1:
        yield f"must say how to run it by one `{{book-parameters}}`; has {shown}"


def _cells(cells: list[NotebookNode], schema: Schema) -> Iterator[str]:
    """Yield where the cells from that of the parameters on do not honour them."""
    cell, *later = cells
    lines = zip_longest(cell.source.splitlines(), cell_source(schema).splitlines())
    for given, wanted in lines:
        if given != wanted:
            yield f"parameters: {given or 'a missing line'!r} must be {wanted or 'left out'!r}"
    check = check_source(schema.chapter)
    if not later or later[0].source != check:
        yield f"the cell after the parameters must be {check!r}"
    code = [each.source for each in later if each.cell_type == "code"]
    for name in sorted({name for source in code for name in _assigned(source)}):
        if name in schema.parameters:
            yield f"gives the parameter {name} another value; choose another name"


def _has_tag(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _assigned(source: str) -> Iterator[str]:
    """Yield the names that a cell gives a value to, but for those in comprehensions."""
    tree = ast.parse(_python(source))
    own = {
        id(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in own:
            yield node.id


def _python(source: str) -> str:
    return "\n".join("" if line.startswith("%") else line for line in source.splitlines())


def _code(source: str) -> Iterator[str]:
    tree = ast.parse(_python(source))
    lines = len(source.splitlines())
    if lines > LONGEST_CELL:
        yield f"has {lines} lines; at most {LONGEST_CELL}: give the package the word it lacks"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield f"defines a function or class (line {node.lineno}); it belongs in evidence/"


def _prose_of(source: str) -> str:
    return NOT_PROSE.sub(" ", WRITTEN.sub(r"\2", source))


def _words_of(source: str) -> str:
    return _prose_of(GLOSSARY.sub(r"\2", source))


def _prose(source: str) -> Iterator[str]:
    for number in NUMBER.findall(_prose_of(source)):
        if not YEAR.fullmatch(number):
            yield f"has the number {number} typed in its prose; glue it"


def find_spelling_faults(root: Path) -> Iterator[str]:
    """Yield one line for each term in the prose of a book that it spells otherwise elsewhere."""
    terms = read_terms(root)
    for path in sorted(root.glob("chapters/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
        for number, cell in enumerate(cells, start=1):
            if cell.cell_type == "markdown":
                for fault in find_term_faults(_words_of(cell.source), terms):
                    yield f"{path.name}: cell {number}: {fault}"
    for page in find_pages(root):
        for fault in find_term_faults(_words_of(page.read_text("utf-8")), terms):
            yield f"{page.name}: {fault}"


def main() -> int:
    """Print each fault of the chapters and pages of the book here; return 1 if there are any."""
    root = Path()
    faults = [
        f for path in sorted(root.glob("chapters/*.ipynb")) for f in find_chapter_faults(path)
    ]
    faults += [fault for page in find_pages(root) for fault in find_page_faults(page)]
    try:
        faults += [*find_spelling_faults(root), *find_citation_faults(root)]
    except UsageError as error:
        faults.append(str(error))
    if faults:
        print(*faults, f"chapters: {len(faults)} faults", sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
