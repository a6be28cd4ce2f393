"""The evidence package: what the book rests on and found, in one file that says what is what."""

from bookbuild.parameters import SUFFIX
from bookbuild.refresh import Book
from bookbuild.results_files import results_texts
from bookbuild.takeaway_citation import FILE as CITATION_FILE
from bookbuild.takeaway_citation import Citation, as_text
from bookbuild.takeaway_files import DICTIONARY, Download, checksums, data_files, zipped

NAME = "evidence-package.zip"
#: Beside data and results: files of the book's folder, where it has them.
PATTERNS = ("LICENSE*", "references.bib", "requirements*.txt", CITATION_FILE)
README = """\
# {title}

The evidence package of version {version}: what the book was computed from, and what came out.

| File | What it is |
| --- | --- |
| data/ | the extracted evidence, a Frictionless data package: one CSV a table, nothing computed |
| data/datapackage.json | types, rules and meaning of every column, for programs |
| data/dictionary.csv | the same as a table, a row a column |
| chapters/*.results.json | every number of a chapter, unrounded, and its meaning |
| chapters/*.parameters.json | what can be chosen in a chapter: a JSON Schema |
| chapters/*.ipynb | the source notebook of a chapter |
| references.bib | every source that data or text name |
| requirements.txt | the locked packages, with hashes, that the results were computed with |
| requirements-cluster.txt | the same, and what a sweep on many machines needs |
| LICENSE... | what may be done with code, text and data |
| CITATION.cff | how to cite the book, for programs |
| SHA256SUMS | digests of all files |

Check that every file is whole: `sha256sum --check SHA256SUMS`.
Check types, rules and keys of the data: `frictionless validate data/datapackage.json`.
Python {python} computed the results. Each value of the data names its source (a key of
references.bib), the place in it, and how it came to be known.

Cite it as: {citation}

Not medical advice.
"""


def package(book: Book, citation: Citation, address: str) -> Download:
    """Return the evidence package: the same bytes for the same book.

    Parameters
    ----------
    book : Book
    citation : Citation
    address : str
        Where the book is published; empty where that is not known.
    """
    root = book.settings.root
    members = {
        path.name: path.read_bytes()
        for pattern in PATTERNS
        for path in root.glob(pattern)
        if path.is_file()
    }
    for path, file in data_files(book).items():
        members["data/dictionary.csv" if path == DICTIONARY else path] = file.content
    members |= {name: text.encode() for name, text in results_texts(book).items()}
    chapters = [f"{name}{ending}" for name in book.results for ending in (".ipynb", SUFFIX)]
    members |= {name: (root / name).read_bytes() for name in chapters if (root / name).is_file()}
    members["README.md"] = _readme(book, citation, address).encode()
    members["SHA256SUMS"] = checksums(members).encode()
    return Download(NAME, "Evidence package", zipped(members))


def _readme(book: Book, citation: Citation, address: str) -> str:
    return README.format(
        title=citation.title,
        version=citation.version,
        python=book.environment.python,
        citation=as_text(citation, address=address),
    )
