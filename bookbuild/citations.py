"""Find the entries of a bibliography that nothing in the book names."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)
NAME = re.compile(r"[A-Za-z][\w:.+/-]*\w")
#: What names entries: rows of data, prose, and the code that lists the references of a chapter.
NAMING = ("data/*.csv", "chapters/*.ipynb", "*.md", "evidence/**/*.py")
#: Notes of comparisons, which name every row there is.
NOT_NAMING = ("confirmed.csv",)


def find_citation_faults(root: Path) -> Iterator[str]:
    """Yield a line for each entry of `references.bib`, in the folder of a book, never cited."""
    file = root / "references.bib"
    if file.is_file():
        files = (path for pattern in NAMING for path in sorted(root.glob(pattern)))
        texts = (path.read_text("utf-8") for path in files if path.name not in NOT_NAMING)
        for key in find_uncited(file.read_text("utf-8"), texts):
            yield f"{file.name}: {key} is cited nowhere; cite it, or leave it out"


def find_uncited(bibliography: str, texts: Iterable[str]) -> list[str]:
    """Return the keys of a bibliography that stand in none of the texts, in its order.

    Experiments a, b, ... of one report share its entry.
    """
    named: set[str] = set()
    for text in texts:
        named.update(NAME.findall(text))
    named |= {name[:-1] for name in named}
    return [key for key in ENTRY.findall(bibliography) if key not in named]
