"""The claims as a page shows them: a list that can be searched, and the few that matter most."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from evidence.audit.verdicts import VERDICTS
from evidence.data import load
from evidence.references import bibliography
from evidence.text import count_text
from evidence.themes.claims import REVIEWS

NONE = '<p class="no-rows"><strong>{caption}:</strong> no claim fits this choice.</p>'
SEVERITY_WORDS = {
    "minor": "no conclusion moves",
    "weakens": "a conclusion stands on less",
    "changes": "a conclusion changes",
}
READ_WORDS = {
    "yes": "set down alike by both readings",
    "no": "set down differently by the two readings",
    "first only": "found in the first reading only",
    "second only": "found in the second reading only",
}
HEADERS = ("Claim", "Verdict", "What was found", "Source and use")


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims that show themselves as a table with a search box.

    Without a script all rows are there; with that of the site's tables they can be searched,
    filtered and sorted. On a narrow screen each row is a card.

    Attributes
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.claims.claims`; may be empty.
    caption : str
        Read out first by a screen reader.
    """

    rows: pd.DataFrame
    caption: str

    def __repr__(self) -> str:
        return f"Claims: {self.caption} ({len(self.rows)} rows)"

    def _repr_html_(self) -> str:
        """Return the table and its search."""
        caption = escape(self.caption)
        if self.rows.empty:
            return NONE.format(caption=caption)
        head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in HEADERS)
        addresses = source_addresses(self.rows["source"])
        body = "".join(_row(claim, addresses) for claim in self.rows.itertuples())
        return (
            f'<div class="claims" data-table="claims">{_search(self.rows)}'
            f'<div class="table-region" role="region" tabindex="0" aria-label="{caption}">'
            f'<table class="evidence-table claims-table" role="table"><caption>{caption}</caption>'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">{body}</tbody></table></div></div>'
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A few claims told one by one: what is said, the arithmetic, and what it changes.

    Attributes
    ----------
    rows : pandas.DataFrame
        From :func:`evidence.themes.claims.most_important`; may be empty.
    caption : str
        What the list holds.
    """

    rows: pd.DataFrame
    caption: str

    def __repr__(self) -> str:
        return f"Told: {self.caption} ({len(self.rows)} claims)"

    def _repr_html_(self) -> str:
        """Return an ordered list."""
        caption = escape(self.caption)
        if self.rows.empty:
            return NONE.format(caption=caption)
        addresses = source_addresses(self.rows["source"])
        items = "".join(_told(claim, addresses) for claim in self.rows.itertuples())
        return f'<ol class="claims-told" aria-label="{caption}">{items}</ol>'


def source_addresses(keys: Iterable[str]) -> dict[str, str]:
    """Return a link for each source: author and year, to its DOI or its record in PubMed.

    A source with neither stands as text.
    """
    sources = load("sources").set_index("source")
    entries = bibliography().entries
    linked = {}
    for key in sorted({str(key) for key in keys}):
        name = escape(_name(entries[key]) if key in entries else key)
        doi, pmid = sources.loc[key, ["doi", "pmid"]] if key in sources.index else (None, None)
        address = ""
        if pd.notna(doi):
            address = f"https://doi.org/{doi}"
        elif pd.notna(pmid):
            address = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        linked[key] = f'<a href="{escape(address)}">{name}</a>' if address else name
    return linked


def _name(entry: Any) -> str:
    fields = entry.fields
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    first = " ".join(people[0].prelast_names + people[0].last_names) if people else ""
    if first.startswith("["):  # "[authors not read]"
        first = ""
    others = " and others" if len(people) > 1 else ""
    name = f"{first}{others}" if first else str(fields.get("title", ""))
    return f"{name} {fields.get('year', '')}".replace("{", "").replace("}", "").strip()


def place_text(claim: Any) -> str:
    """Return where a claim stands in its review: "Table 2, row 8, Findings"."""
    part, item, column = claim.part, int(claim.item), claim.column
    part = f"Section {part}" if part[0].isdigit() else part.replace(": ", ", ")
    if pd.notna(column) and column:
        row = f"row {item}" if item else "caption or whole table"
        return f"{part}, {row}" + ("" if column == "item" else f", {column}")
    if part.startswith("Figure"):
        return part
    return f"{part}, {'sentence' if part == 'Abstract' else 'paragraph'} {item}"


def _row(claim: Any, addresses: dict[str, str]) -> str:
    review = claim.review
    told = [
        f"<strong>{_text(claim.statement)}</strong>",
        f"<small>{escape(REVIEWS[review])}: {escape(place_text(claim))}; {claim.kind}</small>",
    ]
    texts = ("<br>".join(told), _verdict(claim), _found(claim), _use(claim, addresses))
    cells = "".join(
        f'<td role="cell" data-label="{name}">{text}</td>'
        for name, text in zip(HEADERS[1:], texts[1:], strict=True)
    )
    return (
        f'<tr role="row" id="claim-{claim.claim}" data-review="{review}" '
        f'data-verdict="{claim.verdict}" data-kind="{claim.kind}">'
        f'<th scope="row" role="rowheader">{texts[0]}</th>{cells}</tr>'
    )


def _verdict(claim: Any) -> str:
    parts = [f'<span class="verdict">{claim.verdict}</span>', claim.how]
    if claim.slip != "none":
        parts.append(f"{claim.slip} slip")
    if claim.severity != "none":
        parts.append(SEVERITY_WORDS[claim.severity])
    parts.append(READ_WORDS[claim.readings_agree])
    return f"{parts[0]}<br><small>{'; '.join(map(str, parts[1:]))}</small>"


def _found(claim: Any) -> str:
    lines = [
        _line("", claim.finding),
        _line("Arithmetic:", claim.computation),
        _line("Caveat:", claim.caveat),
        _line("Caveat of the check:", claim.check_caveat),
        _line("Corrected:", claim.corrected),
        _line("So:", claim.consequence),
    ]
    return "<br>".join(line for line in lines if line)


def _use(claim: Any, addresses: dict[str, str]) -> str:
    lines = [f"{addresses[claim.source]}, {_text(claim.locator)}"]
    if pd.notna(claim.chapter):
        name = str(claim.chapter)
        lines.append(f'Chapter: <a href="{name}.html">{name.replace("-", " ")}</a>')
    lines.append(f'<a href="#claim-{claim.claim}">Link to this claim</a>')
    return "<br>".join(lines)


def _told(claim: Any, addresses: dict[str, str]) -> str:
    review = REVIEWS[claim.review]
    corrected = _line("Corrected:", claim.corrected)
    arithmetic = _line("The arithmetic:", claim.computation)
    what = _line("What that does:", claim.consequence)
    found = _line("What was found:", claim.finding)
    lines = [
        f"<strong>{_text(claim.statement)}</strong>",
        f"{escape(review)}: {escape(place_text(claim))}. Verdict: {claim.verdict} ({claim.how}).",
        *(line for line in (found, arithmetic, corrected, what) if line),
        f'Source: {addresses[claim.source]}. <a href="#claim-{claim.claim}">All of this claim</a>',
    ]
    return f"<li>{'<br>'.join(lines)}</li>"


def _line(label: str, text: Any) -> str:
    if pd.isna(text) or not str(text):
        return ""
    return f"<em>{label}</em> {_text(text)}" if label else _text(text)


def _text(text: object) -> str:
    return escape(str(text))


def _search(rows: pd.DataFrame) -> str:
    choices = {
        "review": (
            "Review",
            {key: name for key, name in REVIEWS.items() if key in set(rows["review"])},
        ),
        "verdict": ("Verdict", {name: name for name in VERDICTS if name in set(rows["verdict"])}),
        "kind": ("Kind", {name: name for name in sorted(set(rows["kind"]))}),
    }
    selects = "".join(
        f'<label>{label} <select name="{name}"><option value="">all</option>'
        + "".join(f'<option value="{escape(v)}">{escape(t)}</option>' for v, t in options.items())
        + "</select></label>"
        for name, (label, options) in choices.items()
    )
    return (
        '<form class="table-search" role="search" aria-label="Claims" hidden>'
        '<label>Search <input type="search" name="words" autocomplete="off"></label>'
        f'{selects}<button type="reset">Show all</button>'
        f'<p role="status" aria-live="polite">{count_text(len(rows), "claim")}</p></form>'
    )
