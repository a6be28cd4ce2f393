"""The glued texts of a chapter's answer: those of its section "In short"."""

import re
from pathlib import Path

import nbformat

#: The section that holds the answer of a chapter, and the numbers glued in it.
SHORT = re.compile(r"^## In short$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
GLUED = re.compile(r"\{glue:text\}`([^`:]+)[^`]*`")


def headline_keys(notebook: Path) -> list[str]:
    """Return the keys glued in the section "In short", in its order; none without such a one."""
    cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    prose = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    section = SHORT.search(prose)
    return list(dict.fromkeys(GLUED.findall(section[1]))) if section else []
