"""Where the terms of a glossary occur in a page: whole words of prose, each at its first place."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from docutils import nodes

#: No prose, or already something that can be chosen.
NOT_PROSE = (
    nodes.title,
    nodes.rubric,
    nodes.reference,
    nodes.literal,
    nodes.FixedTextElement,
    nodes.raw,
    nodes.math,
    nodes.citation,
    nodes.table,
    nodes.term,
)
#: What a notebook's code cell and its outputs are, in myst-nb.
CELL = "cell"
PUNCTUATION = "()[]“”‘’\"',.;:!?"
UNBROKEN = "term-unbroken"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a glossary: its page and place in it, its names, and what they mean."""

    page: str
    anchor: str
    names: tuple[str, ...]
    meaning: str


class Mark(nodes.inline):  # type: ignore[misc]
    """A term in prose, with its `entry`."""


class Terms:
    """All terms of a glossary, to be found in text, the longest first.

    A name in lower case is found in any case; one with capitals only as it stands, so that OR
    is not "or". A hyphen stands for a space, and any name may end in an s.
    """

    def __init__(self, entries: Collection[Entry]) -> None:
        named = sorted(
            ((name, entry) for entry in entries for name in entry.names),
            key=lambda pair: (-len(pair[0]), pair[0]),
        )
        self._entries = [entry for _, entry in named]
        found = "|".join(f"({_pattern(name)})" for name, _ in named) or "(?!)"
        self._pattern = re.compile(rf"(?<![\w-])(?:{found})(?![\w²])")

    def find(self, text: str) -> Iterator[tuple[re.Match[str], Entry]]:
        """Yield each term in a text with its entry."""
        for match in self._pattern.finditer(text):
            yield match, self._entries[(match.lastindex or 1) - 1]


def mark(document: nodes.document, terms: Terms) -> list[Entry]:
    """Mark each term where a page first has it in prose, and return their entries in that order.

    An abbreviation is marked where it first occurs, whether or not its long form was.
    """
    _join(document)
    seen: dict[tuple[Entry, bool], None] = {}
    for text in [text for text in document.findall(nodes.Text) if is_prose(text)]:
        parts = list(_split(str(text), terms, seen))
        if len(parts) > 1 or not all(isinstance(part, nodes.Text) for part in parts):
            text.parent.replace(text, parts)
    return list(dict.fromkeys(entry for entry, _ in seen))


def is_prose(text: nodes.Text) -> bool:
    """Return whether a text stands in a paragraph, and in nothing that is no prose."""
    node, paragraph = text.parent, False
    while node is not None:
        if isinstance(node, NOT_PROSE) or CELL in node.get("classes", ()):
            return False
        paragraph = paragraph or isinstance(node, nodes.paragraph)
        node = node.parent
    return paragraph


def _join(document: nodes.document) -> None:
    """Make one text of neighbouring ones: a line of the source ends a text, and not a term."""
    for parent in list(document.findall(nodes.TextElement)):
        joined: list[nodes.Node] = []
        for child in parent.children:
            if joined and isinstance(child, nodes.Text) and isinstance(joined[-1], nodes.Text):
                joined[-1] = nodes.Text(f"{joined[-1]}{child}")
            else:
                joined.append(child)
        if len(joined) < len(parent):
            parent[:] = joined


def _split(text: str, terms: Terms, seen: dict[tuple[Entry, bool], None]) -> Iterator[nodes.Node]:
    """Yield the parts of a text, with marks around terms not `seen` yet, and note those."""
    start = 0
    for match, entry in terms.find(text):
        form = entry, _is_abbreviation(match[0])
        if form in seen:
            continue
        seen[form] = None
        # A button may be broken from the bracket before it, or the comma after it.
        before = len(text[start : match.start()].rstrip(PUNCTUATION)) + start
        after = len(text) - len(text[match.end() :].lstrip(PUNCTUATION))
        yield from _texts(text[start:before])
        marked = Mark("", nodes.Text(match[0]), entry=entry)
        around = [*_texts(text[before : match.start()]), marked, *_texts(text[match.end() : after])]
        yield nodes.inline("", "", *around, classes=[UNBROKEN]) if len(around) > 1 else marked
        start = after
    yield from _texts(text[start:])


def _texts(text: str) -> list[nodes.Node]:
    return [nodes.Text(text)] if text else []


def _is_abbreviation(name: str) -> bool:
    return name.removesuffix("s").upper() == name.removesuffix("s") and " " not in name


def _pattern(name: str) -> str:
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name)))
    return rf"(?i:{words})s?" if name == name.lower() else rf"{words}s?"
