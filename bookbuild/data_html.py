"""Tables of the data as HTML: every cell as text, keys as links, and the meaning of each column."""

from collections.abc import Mapping
from html import escape

from bookbuild.data_links import Links
from bookbuild.data_package import DataTable

DICTIONARY = ("column", "type", "meaning", "allowed")
NUMBERS = ("integer", "number")
#: How wide a column is, by its longest cell: wide enough to be read.
WIDTHS = {180: ' class="note"', 60: ' class="long"', 0: ""}
REGION = (
    '<div class="table-region data-region" role="region" tabindex="0" aria-label="{caption}">'
    '<table class="evidence-table"{plain}><caption>{caption}</caption>'
    "<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
)


def data_table(table: DataTable, links: Links, told: Mapping[str, str]) -> str:
    """Return the whole table; columns without a value are left out.

    Parameters
    ----------
    table : DataTable
    links : Links
    told : mapping
        What to say of a row, by its first cell, in a column `reference` that the file does not
        have; empty for no such column.
    """
    shown = [i for i in range(len(table.columns)) if any(row[i] for row in table.rows)]
    classes = {i: _class(table, i) for i in shown}
    headers = [_header(table.columns[i].name, classes[i]) for i in shown]
    if told:
        headers.insert(1, _header("reference", ""))
    rows = []
    for row, anchor in zip(table.rows, links.anchors[table.name].values(), strict=True):
        cells = [f"<td{classes[i]}>{_content(table, row, i, links)}</td>" for i in shown[1:]]
        if told:
            cells.insert(0, f'<td class="long">{escape(told.get(row[0], ""))}</td>')
        here = f' <a class="row-link" href="#{anchor}" aria-label="Link to this row">#</a>'
        first = f'<th scope="row">{_content(table, row, shown[0], links)}{here}</th>'
        rows.append(f'<tr id="{anchor}">{first}{"".join(cells)}</tr>')
    caption = escape(f"{table.title}: every row")
    body = "\n".join(rows)
    return REGION.format(plain="", caption=caption, head="".join(headers), body=body)


def dictionary_rows(table: DataTable) -> list[tuple[str, str, str, str]]:
    """Return name, type, meaning and allowed values of each column."""
    return [(each.name, each.type, each.meaning, each.allowed) for each in table.columns]


def dictionary_table(table: DataTable) -> str:
    """Return what each column means, its type, what is allowed in it, in the order of the file."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(kind)}</td>'
        f'<td class="long">{escape(meaning)}</td><td class="long">{escape(allowed)}</td></tr>'
        for name, kind, meaning, allowed in dictionary_rows(table)
    )
    head = "".join(_header(name, "") for name in DICTIONARY)
    caption = escape(f"{table.title}: the columns")
    return REGION.format(plain=" data-plain", caption=caption, head=head, body=rows)


def _header(name: str, marked: str) -> str:
    number = marked if "number" in marked else ""
    return f'<th scope="col"{number}>{escape(name.replace("_", " "))}</th>'


def _class(table: DataTable, i: int) -> str:
    if table.columns[i].type in NUMBERS:
        return ' class="number"'
    longest = max(len(row[i]) for row in table.rows)
    return next(marked for least, marked in WIDTHS.items() if longest > least)


def _content(table: DataTable, row: tuple[str, ...], i: int, links: Links) -> str:
    text, address = escape(row[i]), links.address(table, row, i)
    return f'<a href="{escape(address)}">{text}</a>' if address else text
