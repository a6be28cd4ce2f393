"""Tables as a reader sees them: caption, headers with scope, a region that scrolls by itself.

The only place, with :mod:`evidence.text`, where a number is rounded.
"""

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from evidence.text import cell_text


@dataclass(frozen=True, slots=True)
class Table:
    """A table that displays itself in a notebook and on a page.

    Attributes
    ----------
    frame : pandas.DataFrame
        What is shown, column by column; the index is not shown.
    caption : str
        What the table holds; read out first by a screen reader.
    names : dict of str to str
        Headers for columns whose own name would not tell a reader enough.
    """

    frame: pd.DataFrame
    caption: str
    names: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Table: {self.caption} ({len(self.frame)} rows)"

    def _repr_html_(self) -> str:
        """Return the table in HTML, every cell as text."""
        caption = escape(self.caption)
        if self.frame.empty:
            return f'<p class="no-rows"><strong>{caption}:</strong> no row fits this choice.</p>'
        numeric = [is_numeric(self.frame[column]) for column in self.frame]
        head = "".join(
            _cell(
                "th", self.names.get(column, str(column).replace("_", " ")), number, ' scope="col"'
            )
            for column, number in zip(self.frame, numeric, strict=True)
        )
        body = "".join(_row(record, numeric) for record in self.frame.itertuples(index=False))
        return (
            f'<div class="table-region" role="region" tabindex="0" aria-label="{caption}">'
            f'<table class="evidence-table"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def is_numeric(column: pd.Series) -> bool:
    """Return whether a column holds numbers, which are set to the right."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _row(record: tuple, numeric: list[bool]) -> str:
    first, *rest = zip(record, numeric, strict=True)
    cells = _cell("th", cell_text(first[0]), first[1], ' scope="row"')
    return f"<tr>{cells}{''.join(_cell('td', cell_text(v), number) for v, number in rest)}</tr>"


def _cell(tag: str, text: str, number: bool, extra: str = "") -> str:
    marked = ' class="number"' if number else ""
    return f"<{tag}{extra}{marked}>{escape(text)}</{tag}>"
