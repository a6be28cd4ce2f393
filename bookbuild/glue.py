"""Glued values: the numbers that go from a chapter's code into its prose."""

from collections.abc import Iterable, Iterator
from typing import Any

PREFIX = "application/papermill.record/"
#: What `repr` makes of no value.
EMPTY = frozenset({"", "''", '""', "None", "nan", "NaN", "NaT", "<NA>", "np.float64(nan)"})


def glued_values(cells: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield cell (from 0), key and data of each glued value; data by MIME type, without prefix."""
    for number, cell in enumerate(cells):
        for output in cell["outputs"]:
            record = output.get("metadata", {}).get("scrapbook")
            if record:
                data = {kind.removeprefix(PREFIX): value for kind, value in output["data"].items()}
                yield number, record["name"], data


def is_empty(data: dict[str, Any]) -> bool:
    """Return whether a glued value shows nothing, or shows that there is no number."""
    text = data.get("text/plain")
    if text is None:
        return not data
    return text.strip().strip("'\"").strip() in EMPTY
