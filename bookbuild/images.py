"""Pictures of a chapter: what each shows in words, and the lighter of its formats.

A figure displays itself as SVG and as PNG, with `alt` in the metadata of the output. A page shows
one of them; the stored result and the executed notebook keep both.
"""

import gzip
from binascii import a2b_base64
from collections.abc import Iterable, Iterator
from typing import Any

SVG, PNG = "image/svg+xml", "image/png"


def find_faults(cells: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield cell (from 0) and words for each picture that a page could not tell to all readers.

    Parameters
    ----------
    cells : iterable of dict
        With `outputs`, as in :class:`bookbuild.store.Result`.
    """
    for number, cell in enumerate(cells):
        pictures = [output for output in cell["outputs"] if _kinds(output)]
        if any(not str(each["metadata"].get("alt", "")).strip() for each in pictures):
            yield (
                number,
                "a figure has no text alternative; give `alt` in the metadata of its output, "
                "such as display(figure, metadata={'alt': ...})",
            )
        elif len(pictures) > 1:
            yield number, f"shows {len(pictures)} figures; the page has words for one a cell"


def show_lighter(cell: Any) -> None:
    """Keep of a cell's picture what its page shows: the lighter format, with words for it.

    Parameters
    ----------
    cell : NotebookNode
        Changed; its outputs are replaced, and the old ones are as they were.
    """
    for place, output in enumerate(cell.outputs):
        kinds = _kinds(output)
        if not kinds:
            continue
        best = min(kinds, key=lambda kind: _weight(kind, output["data"][kind]))
        data = {kind: value for kind, value in output["data"].items() if kind not in kinds}
        cell.outputs[place] = {**output, "data": data | {best: output["data"][best]}}
        image = cell.metadata.setdefault("mystnb", {}).setdefault("image", {})
        image["alt"] = output["metadata"]["alt"]


def _kinds(output: Any) -> list[str]:
    return [kind for kind in output.get("data", {}) if kind.startswith("image/")]


def _weight(kind: str, content: Any) -> int:
    """Return how many bytes a server sends, which packs a text and leaves a PNG as it is."""
    if kind == SVG:
        return len(gzip.compress("".join(content).encode(), mtime=0))
    return len(a2b_base64("".join(content)))
