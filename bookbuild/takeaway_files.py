"""The files that a reader takes away: of each chapter, and of the data they all read."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from bookbuild.pages import merge_outputs
from bookbuild.parameters import SUFFIX
from bookbuild.refresh import Book
from bookbuild.results_files import results_name, results_texts
from bookbuild.store import write_atomically
from bookbuild.takeaway_figures import Figure, figures_of
from bookbuild.takeaway_tables import DESCRIPTOR, Table, dictionary, read_tables, tables_read

#: Folder of the site; everything in it is made here, and what is not is removed.
FOLDER = "downloads"
DICTIONARY = f"{FOLDER}/data/dictionary.csv"
#: The earliest time that a zip can hold: one file is to be the same whenever it is made.
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the site to take away.

    Attributes
    ----------
    path : str
        Where it stands in the site.
    words : str
        What it is.
    content : bytes
    """

    path: str
    words: str
    content: bytes

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.path).name

    @property
    def label(self) -> str:
        """Kind and size, as a link tells them: ``"CSV, 12 kB"``, the last in one line."""
        kind = {"ipynb": "Jupyter notebook"}.get(self.path.rpartition(".")[2])
        size = size_words(len(self.content)).replace(" ", "\N{NO-BREAK SPACE}")
        return f"{kind or self.path.rpartition('.')[2].upper()}, {size}"


@dataclass(frozen=True, slots=True)
class ChapterFiles:
    """What a chapter gives away.

    Attributes
    ----------
    whole : Download
        All the others in one file.
    executed, source, results : Download
    tables : tuple of Download
        The tables of the data package that the chapter really read, in its order.
    described : tuple of Download
        What says what their columns mean; none where it read none.
    figures : tuple of tuple
        Each figure with its files.
    """

    whole: Download
    executed: Download
    source: Download
    results: Download
    tables: tuple[Download, ...]
    described: tuple[Download, ...]
    figures: tuple[tuple[Figure, tuple[Download, ...]], ...]

    @property
    def own(self) -> list[Download]:
        """The files that no other part of the build writes, or other chapters share."""
        drawn = [file for _, files in self.figures for file in files]
        return [self.whole, self.executed, self.source, *drawn]


def size_words(size: int) -> str:
    """Return a size in bytes in words: ``"812 bytes"``, ``"12 kB"``, ``"1.2 MB"``."""
    if size < 1000:
        return f"{size} bytes"
    return f"{round(size / 1000)} kB" if size < 999_500 else f"{size / 1e6:.1f} MB"


def data_files(book: Book) -> dict[str, Download]:
    """Return the files of the data package by their path in the book, and their dictionary."""
    root = book.settings.root
    tables = read_tables(root)
    if not tables:
        return {}
    words = {path: table.title for path, table in tables.items()}
    words[DESCRIPTOR] = "Types and rules of all columns, for programs: a Frictionless data package"
    found = {
        path: Download(f"{FOLDER}/{path}", text, (root / path).read_bytes())
        for path, text in words.items()
    }
    text = dictionary(tables.values()).encode()
    return found | {DICTIONARY: Download(DICTIONARY, "Dictionary: what every column means", text)}


def chapter_files(book: Book) -> dict[str, ChapterFiles]:
    """Return what each chapter of the book gives away, by its docname."""
    data, tables, results = data_files(book), read_tables(book.settings.root), results_texts(book)
    return {
        name: _of_chapter(book, name, results[results_name(name)], data, tables)
        for name in book.results
    }


def _of_chapter(
    book: Book, docname: str, results: str, data: Mapping[str, Download], tables: dict[str, Table]
) -> ChapterFiles:
    root, result = book.settings.root, book.results[docname]
    raw = (root / f"{docname}.ipynb").read_bytes()
    text, stem = raw.decode(), Path(docname).name
    place = f"{FOLDER}/{docname}"
    merged = merge_outputs(text, result, records=True)
    executed = nbformat.reads(merged, as_version=4)  # type: ignore[no-untyped-call]
    run = f"{nbformat.writes(executed)}\n".encode()  # type: ignore[no-untyped-call]
    done = Download(f"{place}/{stem}.executed.ipynb", "Executed notebook, with its outputs", run)
    source = Download(f"{place}/{stem}.ipynb", "Source notebook, as its authors wrote it", raw)
    numbers = Download(results_name(docname), "Every number of this page", results.encode())
    read = tuple(data[path] for path in tables_read(tables, result.inputs))
    figures = tuple((f, _drawn(place, stem, f)) for f in figures_of(text, result))
    drawn = [file for _, files in figures for file in files]
    schema = root / f"{docname}{SUFFIX}"
    more = [Download(schema.name, "", schema.read_bytes())] if schema.is_file() else []
    described = tuple(data[path] for path in (DICTIONARY, DESCRIPTOR) if read)
    members = {file.name: file.content for file in (done, source, numbers, *more)}
    members |= {f"data/{file.name}": file.content for file in (*read, *described)}
    members |= {f"figures/{file.name}": file.content for file in drawn}
    whole = Download(f"{place}/{stem}.zip", "All files of this chapter in one", zipped(members))
    return ChapterFiles(whole, done, source, numbers, read, described, figures)


def _drawn(place: str, stem: str, figure: Figure) -> tuple[Download, ...]:
    return tuple(
        Download(f"{place}/{stem}-{figure.slug}.{ending}", figure.title, content)
        for ending, content in figure.files.items()
    )


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name: the same bytes for the same files, whenever it is made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, members[name], zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def checksums(members: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of each file, as `sha256sum --check` reads them."""
    lines = [f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members)]
    return "".join(lines)


def write_downloads(site: Path, files: Iterable[Download]) -> None:
    """Write the files into the site; remove from their folder what is none of them.

    A file that holds the same already is left alone.
    """
    wanted = {file.path: file.content for file in files}
    for old in (site / FOLDER).rglob("*"):
        if old.is_file() and old.relative_to(site).as_posix() not in wanted:
            old.unlink()
    for name, content in wanted.items():
        path = site / name
        if not path.is_file() or path.read_bytes() != content:
            write_atomically(path, content)
