"""The chapters that a book can run, by the names that an author would type."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError
from bookbuild.parameters import nearest
from bookbuild.yaml_file import read_mapping


def chapter_names(root: Path) -> dict[str, str]:
    """Return the docname of each notebook in the book's table of contents, by its shortest name.

    The shortest name is that of the file without folder and suffix; where two chapters share
    it, the docname itself.

    Raises
    ------
    UsageError
        Where `root` holds no book.
    """
    if not (root / "_toc.yml").is_file():
        where = f"{root.name or root} has no _toc.yml"
        raise UsageError(f"no book here: {where}; run it in the book's folder")
    listed = [
        name.removesuffix(".ipynb") for name in listed_files(read_mapping(root / "_toc.yml"), root)
    ]
    docnames = [name for name in dict.fromkeys(listed) if (root / f"{name}.ipynb").is_file()]
    stems = Counter(Path(name).name for name in docnames)
    return {Path(n).name if stems[Path(n).name] == 1 else n: n for n in docnames}


def find_chapter(root: Path, name: str) -> str:
    """Return the docname of the chapter that `name` means: with or without folder and suffix.

    Raises
    ------
    UsageError
        With the chapters there are, and the nearest of them.
    """
    names = chapter_names(root)
    wanted = Path(name.removesuffix(".ipynb"))
    if wanted.is_absolute() and wanted.is_relative_to(root):
        wanted = wanted.relative_to(root)
    if wanted.as_posix() in {*names, *names.values()}:
        return names.get(wanted.as_posix(), wanted.as_posix())
    near = nearest(wanted.name, names)
    hint = f"did you mean {near!r}? " if near else ""
    known = ", ".join(names) or "none"
    raise UsageError(f"no chapter {name!r} in _toc.yml; {hint}the chapters are {known}")


def short_name(root: Path, docname: str) -> str:
    """Return the shortest name of a chapter."""
    return next(short for short, full in chapter_names(root).items() if full == docname)


def listed_files(entry: Any, root: Path) -> Iterator[str]:
    """Yield each file named in a table of contents, at any depth."""
    if isinstance(entry, list):
        for each in entry:
            yield from listed_files(each, root)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("file", "root"):
                yield str(value)
            elif key == "glob":
                found = sorted(root.glob(str(value)))
                yield from (each.relative_to(root).as_posix() for each in found)
            else:
                yield from listed_files(value, root)
