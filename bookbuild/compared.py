"""Two built sites, byte by byte, but for the times of execution."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Of `provenance.json`: when a chapter was executed, and for how long.
TIMES = ("executed", "seconds")
#: The same on the page `status`.
TIME_CELLS = re.compile(rb"<td>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</td><td>\d+(?:\.\d+)?</td>")
AROUND = 40


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing two sites.

    Attributes
    ----------
    files, size : int
        How many files there are in both together, and bytes in the first.
    differences : tuple of (str, str)
        A file's name, and what differs in it.
    """

    files: int
    size: int
    differences: tuple[tuple[str, str], ...]


def compare_sites(one: Path, two: Path) -> Comparison:
    """Return how two built sites differ: files that only one has, and bytes."""
    first, second = _files(one), _files(two)
    names = sorted(first.keys() | second.keys())
    said = ((name, _difference(name, first.get(name), second.get(name))) for name in names)
    size = sum(len(content) for content in first.values())
    return Comparison(len(names), size, tuple((name, text) for name, text in said if text))


def _files(site: Path) -> dict[str, bytes]:
    paths = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}


def _difference(name: str, one: bytes | None, two: bytes | None) -> str:
    if one is None or two is None:
        return f"only in the {'second' if one is None else 'first'}"
    bare = BARE.get(name, bytes)
    first, second = bare(one), bare(two)
    return "" if first == second else _told(first, second)


def _told(one: bytes, two: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), -1)
    place = min(len(one), len(two)) if at < 0 else at
    start = max(place - AROUND, 0)
    shown = [part[start : place + AROUND].decode("utf-8", "replace") for part in (one, two)]
    return f"differs from byte {place} on: {shown[0]!r} and {shown[1]!r}"


def _provenance(content: bytes) -> bytes:
    made = json.loads(content)
    for about in made["chapters"].values():
        for key in TIMES:
            about.pop(key)
    return json.dumps(made, sort_keys=True).encode()


def _status(content: bytes) -> bytes:
    return TIME_CELLS.sub(b"<td></td><td></td>", content)


#: The files that tell times, and what of them is compared.
BARE: dict[str, Callable[[bytes], bytes]] = {
    "provenance.json": _provenance,
    "status.html": _status,
}
