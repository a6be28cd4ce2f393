"""The page of a chapter: its notebook with the stored outputs, and the box of its inputs."""

import json
from html import escape
from pathlib import Path

import nbformat

from bookbuild.chapters import code_cells
from bookbuild.images import show_lighter
from bookbuild.results import MIME
from bookbuild.store import Result

BOX = """
<aside class="book-inputs" aria-label="Inputs of this chapter">
<details>
<summary>What this chapter was computed from: {count}</summary>
<div class="book-inputs-table" role="region" aria-label="Table of inputs" tabindex="0">
<table class="table">
<thead><tr><th scope="col">File</th><th scope="col">SHA-256</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<p>Time, duration and commit: <a href="{provenance}">provenance.json</a>.
The numbers of this page, for programs: <a href="{results}">results.json</a>.</p>
</details>
</aside>
"""


def merge_outputs(source: str, result: Result, records: bool = False) -> str:
    """Return a notebook, as text, with the outputs of `result` in its code cells.

    Prose and display tags are those of `source`, so that a page shows an edited
    paragraph at once; the code cells are the same, or the result would be stale. What they
    recorded for programs is no part of a page, nor is the heavier format of a figure, unless
    `records` asks for all.

    Raises
    ------
    ValueError
        Where the code cells are not as many: the notebook was changed during the build.
    """
    notebook = nbformat.reads(source, as_version=4)  # type: ignore[no-untyped-call]
    cells = code_cells(notebook)
    if len(cells) != len(result.cells):
        raise ValueError(f"{result.docname}.ipynb was changed during the build; build again")
    for cell, stored in zip(cells, result.cells, strict=True):
        cell.execution_count = stored["execution_count"]
        cell.outputs = [o for o in stored["outputs"] if records or MIME not in o.get("data", {})]
        if not records:
            show_lighter(cell)
    return json.dumps(notebook)


def shown_inputs(result: Result) -> dict[str, str]:
    """Return the digests of the files that a chapter read, data before code.

    Files looked for and not found are left out, and of files outside the book only the
    name is told: where they lay is of no use to a reader.
    """
    found = {name: digest for name, digest in result.inputs.items() if digest is not None}
    named = {
        f"{Path(name).name} (outside the book)" if Path(name).is_absolute() else name: digest
        for name, digest in found.items()
    }
    return dict(sorted(named.items(), key=lambda item: (item[0].endswith(".py"), item[0])))


def inputs_box(result: Result, provenance: str, results: str) -> str:
    """Return the box for the end of a chapter's page, as HTML: file names and digests only.

    No times: a page is to be the same whenever it was built from the same files.
    """
    inputs = shown_inputs(result)
    rows: list[str] = [
        f"<tr><td>{escape(name)}</td><td><code>{digest}</code></td></tr>"
        for name, digest in inputs.items()
    ]
    count = "1 file" if len(inputs) == 1 else f"{len(inputs)} files"
    return BOX.format(
        count=count,
        rows="\n".join(rows),
        provenance=escape(provenance),
        results=escape(results),
    )
