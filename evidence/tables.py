"""Tables as a reader sees them: caption, headers with scope, a region that scrolls by itself.

The only place, with :mod:`evidence.text`, where a number is rounded.
"""

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from evidence.scales import scale_of
from evidence.sentences import (
    Result,
    ci_text,
    estimate_text,
    heterogeneity_text,
    pi_text,
)
from evidence.synthesis import NotPooled
from evidence.text import cell_text, p_text


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere: its text, and where to."""

    text: str
    href: str

    def __str__(self) -> str:
        return self.text


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
        """Return the table in HTML, every cell as text or as a link."""
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


def _row(record: tuple[object, ...], numeric: list[bool]) -> str:
    first, *rest = zip(record, numeric, strict=True)
    cells = _cell("th", first[0], first[1], ' scope="row"')
    return f"<tr>{cells}{''.join(_cell('td', value, number) for value, number in rest)}</tr>"


def _cell(tag: str, value: object, number: bool, extra: str = "") -> str:
    marked = ' class="number"' if number else ""
    text = escape(cell_text(value))
    if isinstance(value, Link):
        text = f'<a href="{escape(value.href)}">{text}</a>'
    return f"<{tag}{extra}{marked}>{text}</{tag}>"


def pooled_table(results: dict[str, Result], caption: str) -> Table:
    """Return one row a pooled result: estimate, both intervals, heterogeneity.

    Parameters
    ----------
    results : dict
        Results by the name that the row is to have.
    caption : str
        Caption of the table.
    """
    rows = [
        {
            "analysis": name,
            "studies": result.k,
            "measure": scale_of(result.measure).short,
            "estimate": estimate_text(result),
            f"{result.level:g}% CI": ci_text(result),
            "prediction interval": pi_text(result),
            "no effect": p_text(p_of(result)),
            "heterogeneity": heterogeneity_text(result),
        }
        for name, result in results.items()
    ]
    return Table(_one_measure(pd.DataFrame(rows)), caption)


def _one_measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its one measure as the header of the estimates, to save a column."""
    measures = frame["measure"].unique() if len(frame) else []
    if len(measures) != 1:
        return frame
    return frame.drop(columns="measure").rename(columns={"estimate": measures[0]})


def p_of(result: Result) -> float:
    """Return the p value of no effect; missing where there is no such question."""
    if isinstance(result, NotPooled) or scale_of(result.measure).null is None:
        return float("nan")
    return result.p
