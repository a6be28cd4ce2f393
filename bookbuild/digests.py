"""Digests of what a chapter reads: the bytes of a file, the names in a folder."""

import hashlib
import json
from pathlib import Path
from typing import Any


def file_digest(path: Path) -> str | None:
    """Return the SHA-256 of a file as 64 hexadecimal digits, None where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def listing_digest(folder: Path) -> str | None:
    """Return the SHA-256 of the names in a folder, None where there is no such folder.

    Hidden files and Python's caches are left out: editors and imports make them.
    """
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return value_digest([n for n in names if not n.startswith(".") and n != "__pycache__"])


def value_digest(value: Any) -> str:
    """Return the SHA-256 of a value of plain types (what JSON can hold)."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
