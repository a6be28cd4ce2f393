"""`provenance.json` and the status page: when, how long, from what. Times stand nowhere else."""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from bookbuild.digests import value_digest
from bookbuild.pages import shown_inputs
from bookbuild.refresh import Book
from bookbuild.store import Result, write_atomically

TABLE = """
<div class="book-inputs-table" role="region" aria-label="Status of the chapters" tabindex="0">
<table class="table book-status">
<caption>{caption}</caption>
<thead><tr><th scope="col">Chapter</th><th scope="col">Numbers</th>
<th scope="col">Executed (UTC)</th><th scope="col">Seconds</th>
<th scope="col">Inputs</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
"""
ROW = """<tr><th scope="row"><a href="{link}">{title}</a></th><td>{state}</td>
<td>{executed}</td><td>{seconds}</td><td><details><summary>{count}</summary>
<ul>{inputs}</ul></details></td></tr>"""


def provenance(book: Book, stale: dict[str, list[str]]) -> dict[str, Any]:
    """Return the provenance of every chapter, for a program to read.

    Packages are named once for each environment that a chapter ran in, which is one for
    all unless a build was mixed; a chapter points to its own by digest.

    Parameters
    ----------
    book : Book
    stale : dict
        Reasons, by docname, that make a chapter stale at the end of the build.
    """
    environments = {value_digest(r.environment): r.environment for r in book.results.values()}
    chapters = {
        name: {
            "fresh": name not in stale,
            "stale_because": stale.get(name, []),
            "parameters": result.parameters,
            "executed": result.started,
            "seconds": result.seconds,
            "commit": result.commit,
            "environment": value_digest(result.environment),
            "code": result.code,
            "inputs": shown_inputs(result),
            "untraced": result.untraced,
        }
        for name, result in book.results.items()
    }
    return {"format": 1, "chapters": chapters, "environments": environments}


def write_provenance(book: Book, stale: dict[str, list[str]], file: Path) -> None:
    """Write `provenance.json`; it is left alone where it says the same already."""
    content = (json.dumps(provenance(book, stale), indent=1, sort_keys=True) + "\n").encode()
    if not file.exists() or file.read_bytes() != content:
        write_atomically(file, content)


def status_table(
    book: Book, stale: dict[str, list[str]], title: Callable[[str], str], link: Callable[[str], str]
) -> str:
    """Return the status of the chapters as HTML.

    Parameters
    ----------
    book : Book
    stale : dict
        Reasons, by docname, that make a chapter stale.
    title, link : callable
        The title of a chapter, and its address from the status page.
    """
    rows = [
        _row(result, stale.get(name, []), title(name), link(name))
        for name, result in book.results.items()
    ]
    packages = book.environment.packages
    caption = (
        f"Python {book.environment.python}, {len(packages)} locked packages, "
        f"lock file SHA-256 {book.environment.lock[:12]}."
    )
    return TABLE.format(caption=escape(caption), rows="\n".join(rows))


def _row(result: Result, reasons: list[str], title: str, link: str) -> str:
    inputs = shown_inputs(result)
    return ROW.format(
        link=escape(link),
        title=escape(title),
        state="fresh" if not reasons else escape("stale: " + "; ".join(reasons)),
        executed=result.started.removesuffix("+00:00").replace("T", " "),
        seconds=f"{result.seconds:.1f}",
        count="1 file" if len(inputs) == 1 else f"{len(inputs)} files",
        inputs="".join(f"<li>{escape(name)}</li>" for name in inputs),
    )
