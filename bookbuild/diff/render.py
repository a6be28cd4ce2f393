"""A difference as text for a terminal, as Markdown for a pull request, as HTML and as JSON."""

import json
import re
from html import escape

from bookbuild.diff.report import Difference, as_document
from bookbuild.diff.sections import Section, sections, summary

#: Beyond so many characters GitHub refuses a comment.
LONGEST_COMMENT = 60_000
MOST = 40
SAME = "Nothing changed: data, results and texts are the same."
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@])")


def as_text(found: Difference, most: int | None = MOST) -> str:
    """Return lines for a terminal: a change a line, old → new."""
    lines = [f"{found.old} → {found.new}", ""]
    lines += [SAME] if found.is_empty else []
    lines += summary(found)
    for section in sections(found, most):
        lines += ["", f"{section.title} ({len(section.rows) + section.more})"]
        lines += [f"  {section.lead}"] if section.lead else []
        lines += [f"  {_line(section.head, row)}" for row in section.rows]
        lines += [f"  and {section.more} more; --all shows them"] if section.more else []
    return "\n".join(lines) + "\n"


def _line(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = dict(zip(head, row, strict=True))
    old, new = cells.pop("Old", None), cells.pop("New", None)
    unit = cells.pop("Unit", "")
    place = " · ".join(" ".join(cell.split()) for cell in cells.values() if cell)
    return place if old is None else f"{place}: {old} → {new}{f' {unit}' if unit else ''}"


def as_markdown(found: Difference, most: int | None = MOST) -> str:
    """Return tables for a pull request; with fewer rows where a comment could not hold them."""
    text = _markdown(found, most)
    limit = MOST if most is None else most
    while most is not None and len(text) > LONGEST_COMMENT and limit > 1:
        limit //= 2
        text = _markdown(found, limit)
    return text


def _markdown(found: Difference, most: int | None) -> str:
    parts = [f"## What changes: {_cell(found.old)} → {_cell(found.new)}"]
    parts += [SAME] if found.is_empty else []
    parts.append("\n".join(f"- {_cell(line)}" for line in summary(found)))
    for section in sections(found, most):
        title = f"{section.title} ({len(section.rows) + section.more})"
        parts += [f"<details><summary>{title}</summary>"] if section.folded else [f"### {title}"]
        parts += [_cell(section.lead)] if section.lead else []
        parts.append("\n".join(_table(section)))
        parts += [f"And {section.more} more."] if section.more else []
        parts += ["</details>"] if section.folded else []
    return "\n\n".join(parts) + "\n"


def _table(section: Section) -> list[str]:
    rule = ["---"] * len(section.head)
    rows = [[_cell(cell) for cell in row] for row in (section.head, *section.rows)]
    return [f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:])]


def _cell(text: str) -> str:
    """Return a text that Markdown shows as it is: names of data have underscores and bars."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def as_json(found: Difference, most: int | None = None) -> str:
    """Return everything, unrounded, for programs, as `diff.schema.json` describes it."""
    return json.dumps(as_document(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_html(found: Difference, most: int | None = None) -> str:
    """Return a part of a page: sentences, then a table a section."""
    parts = [f"<p>{SAME}</p>"] if found.is_empty else []
    parts.append(
        "".join(f"<li>{escape(line)}</li>" for line in summary(found)).join(("<ul>", "</ul>"))
    )
    parts += [_html(section) for section in sections(found, most)]
    return "\n".join(parts)


def _html(section: Section) -> str:
    caption = escape(f"{section.title} ({len(section.rows) + section.more})")
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.head)
    rows = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in section.rows
    )
    lead = f"<p>{escape(section.lead)}</p>\n" if section.lead else ""
    more = f"<p>And {section.more} more.</p>" if section.more else ""
    table = (
        f'{lead}<div class="book-inputs-table" role="region" aria-label="{caption}" tabindex="0">\n'
        f'<table class="table book-changes">\n<caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n{more}"
    )
    folded = f"<details><summary>{caption}</summary>\n{table}\n</details>"
    return folded if section.folded else table
