"""Faults of `references.bib`, and of what the data say of the same sources."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pybtex.database import BibliographyData, parse_file
from pybtex.exceptions import PybtexError

from evidence.faults import Fault, read_lenient, read_lines, shown

#: What the entry of an article must have; "[... not read]" says that a source did not show it.
NEEDED = ("author", "title", "journal", "year")


def bibliography_faults(data_dir: Path) -> Iterator[Fault]:
    """Yield what `references.bib`, in the folder or above it, lacks or says otherwise."""
    sources = read_lenient("sources", data_dir)
    near = (data_dir / "references.bib", data_dir.parent / "references.bib")
    path = next((path for path in near if path.is_file()), None)
    if path is None:
        yield Fault("references.bib", 0, "", "", "is missing")
        return
    try:
        entries = _entries(path)
    except PybtexError as error:
        yield Fault("references.bib", 0, "", "", str(error))
        return
    for key, entry in entries.entries.items():
        missing = [
            f
            for f in NEEDED
            if entry.type == "article" and f not in {*entry.fields, *entry.persons}
        ]
        if missing:
            yield Fault("references.bib", 0, key, "", f"lacks {', '.join(missing)}")
    yield from _study_faults(data_dir, entries)
    if sources is not None:
        lines = read_lines(data_dir / "sources.csv")
        for row, source in enumerate(sources.itertuples()):
            for column, value, rule in _source_faults(source, entries):
                yield Fault("sources.csv", lines.get(row + 2, 0), column, value, rule)


def _study_faults(data_dir: Path, entries: BibliographyData) -> Iterator[Fault]:
    studies = read_lenient("studies", data_dir)
    lines = read_lines(data_dir / "studies.csv")
    for row, study in enumerate(studies["study"] if studies is not None else []):
        # Experiments a, b, ... of one report share its entry.
        if not {str(study), str(study)[:-1]} & set(entries.entries):
            rule = "has no entry in references.bib"
            yield Fault("studies.csv", lines.get(row + 2, 0), "study", str(study), rule)


def _source_faults(source: Any, entries: BibliographyData) -> Iterator[tuple[str, str, str]]:
    entry = entries.entries.get(str(source.source))
    if entry is None:
        yield "source", shown(source.source), "has no entry in references.bib"
        return
    for field in ("doi", "pmid"):
        value, stated = getattr(source, field), entry.fields.get(field)
        if pd.notna(value) and stated != value:
            yield field, str(value), f"differs from references.bib ({stated})"


def _entries(path: Path) -> BibliographyData:
    return parse_file(str(path), bib_format="bibtex")
