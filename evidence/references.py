"""The sources of the rows that a chapter shows, as a list with links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pybtex.backends.html import Backend
from pybtex.database import BibliographyData, parse_file
from pybtex.style import FormattedEntry
from pybtex.style.formatting.plain import Style

BIBLIOGRAPHY = Path(__file__).resolve().parents[1] / "references.bib"


@dataclass(frozen=True, slots=True)
class References:
    """A list of references that displays itself; each ends with its DOI or PubMed link."""

    items: tuple[str, ...]

    def __repr__(self) -> str:
        return f"References: {len(self.items)} entries"

    def _repr_html_(self) -> str:
        """Return an ordered list in HTML."""
        listed = "".join(f"<li>{item}</li>" for item in self.items)
        return f'<ol class="references">{listed}</ol>'


@cache
def bibliography(path: Path = BIBLIOGRAPHY) -> BibliographyData:
    """Return the parsed `references.bib`."""
    return parse_file(str(path), bib_format="bibtex")


def references(keys: Iterable[str], path: Path = BIBLIOGRAPHY) -> References:
    """Return the entries of `keys`, each once, by first author and year.

    Parameters
    ----------
    keys : iterable of str
        Source keys, such as the column `source` of a table.
    path : pathlib.Path, optional
        The bibliography.

    Raises
    ------
    ValueError
        If a key has no entry.
    """
    entries = bibliography(path).entries
    wanted = sorted({str(key) for key in keys})
    missing = [key for key in wanted if key not in entries]
    if missing:
        raise ValueError(
            f"keys must have an entry in references.bib; missing: {', '.join(missing)}"
        )
    formatted = Style().format_entries(entries[key] for key in wanted)
    return References(tuple(_item(entry, entries[entry.key].fields) for entry in formatted))


def _item(entry: FormattedEntry, fields: Mapping[str, str]) -> str:
    text = str(entry.text.render(Backend()))
    if "doi" in fields or "pmid" not in fields:
        return text
    pmid = fields["pmid"]
    return f'{text} <a href="https://pubmed.ncbi.nlm.nih.gov/{pmid}/">PubMed {pmid}</a>.'
