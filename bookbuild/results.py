"""`results.json`: the numbers of a chapter, typed and documented, and the words they became."""

import ast
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bookbuild.glue import glued_values

#: What a chapter displays to record numbers: {"values": {key: value}, "keys": {key: {...}}}.
MIME = "application/vnd.evidence.results+json"
FORMAT = 1
TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "integer": (int,),
    "string": (str,),
    "boolean": (bool,),
}


class ResultsError(ValueError):
    """What a chapter recorded is not what a `results.json` may hold."""


def collect(cells: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return what the cells of an executed chapter recorded and glued.

    Parameters
    ----------
    cells : iterable of dict
        With `outputs`, as in :class:`bookbuild.store.Result`.

    Returns
    -------
    dict
        `values` and `keys` (type, unit, meaning) by key, `texts` by key of the glued value.

    Raises
    ------
    ResultsError
        Where a key is recorded twice, or not as its type.
    """
    cells = list(cells)
    faults = [fault for _, fault in find_faults(cells)]
    if faults:
        raise ResultsError("; ".join(faults))
    found: dict[str, Any] = {"values": {}, "keys": {}, "texts": {}}
    for _, record in _records(cells):
        found["values"] |= record["values"]
        found["keys"] |= record["keys"]
    for _, key, data in glued_values(cells):
        if "text/plain" in data:
            found["texts"][key] = _text(data["text/plain"])
    return found


def find_faults(cells: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield cell (from 0) and words for each record that breaks the rules of `results.json`."""
    seen: set[str] = set()
    for number, record in _records(cells):
        if not isinstance(record, Mapping) or record.keys() != {"values", "keys"}:
            yield number, "a record of results must have `values` and `keys`, nothing else"
            continue
        for key in dict.fromkeys([*record["values"], *record["keys"]]):
            if key in seen:
                yield number, f"the result {key!r} is recorded twice"
            elif fault := _fault(record["values"].get(key), record["keys"].get(key, {})):
                yield number, f"the result {key!r} {fault}"
            elif key not in record["values"]:
                yield number, f"the result {key!r} is described and has no value"
            seen.add(key)


def results_text(
    chapter: str, parameters: Mapping[str, Any], cells: Iterable[Any], short: Iterable[str] = ()
) -> str:
    """Return `results.json` as text: the same for the same results, byte for byte.

    Parameters
    ----------
    chapter : str
        The docname.
    parameters : mapping
        All parameters with the values that the chapter ran with.
    cells : iterable of dict
        As for :func:`collect`.
    short : iterable of str
        Keys of the texts that stand in the chapter's answer.
    """
    found = collect(cells)
    answer = {"short": [key for key in short if key in found["texts"]]}
    document = {"format": FORMAT, "chapter": chapter, "parameters": dict(parameters)}
    document |= found | answer
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _records(cells: Iterable[dict[str, Any]]) -> Iterator[tuple[int, Any]]:
    for number, cell in enumerate(cells):
        for output in cell["outputs"]:
            if MIME in output.get("data", {}):
                yield number, output["data"][MIME]


def _fault(value: Any, about: Mapping[str, Any]) -> str:
    if {"type", "unit", "meaning"} - about.keys() or about["type"] not in TYPES:
        return f"needs a type ({', '.join(TYPES)}), a unit and a meaning"
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}; a number that does not exist is null"
    fits = isinstance(value, TYPES[about["type"]]) and isinstance(value, bool) == (
        about["type"] == "boolean"
    )
    return "" if value is None or fits else f"is {value!r}, and not of the type {about['type']}"


def _text(shown: str) -> str:
    """Return the text that was glued; what is kept of it is its `repr`."""
    try:
        value = ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return shown
    return value if isinstance(value, str) else shown
