"""One word for a thing: find the spellings of the field's terms that a book does not use."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bookbuild.errors import UsageError
from bookbuild.yaml_file import read_mapping

#: Of a book; one without it may spell as it likes.
FILE = "terms.yaml"
#: What somebody else wrote keeps its spelling.
QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")


def read_terms(root: Path) -> dict[str, re.Pattern[str]]:
    """Return, by term, what finds the spellings that the book in `root` does not use.

    Raises
    ------
    UsageError
        Where a term has no list, or a spelling is no regular expression.
    """
    file = root / FILE
    if not file.is_file():
        return {}
    return {str(term): _pattern(str(term), given) for term, given in read_mapping(file).items()}


def _pattern(term: str, spellings: object) -> re.Pattern[str]:
    if not isinstance(spellings, list) or not spellings:
        raise UsageError(f"{FILE}: {term} must have a list of spellings; got {spellings!r}")
    try:
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(str, spellings))})(?![\w-])", re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"{FILE}: {term} has no regular expression: {error}") from error


def find_term_faults(text: str, terms: Mapping[str, re.Pattern[str]]) -> Iterator[str]:
    """Yield a line for each spelling in a text, out of quotation marks, that is not the book's."""
    own = " ".join(QUOTED.sub(" ", text).split())
    for term, pattern in terms.items():
        for found in dict.fromkeys(pattern.findall(own)):
            yield f"has {found!r}; this book writes: {term}"
