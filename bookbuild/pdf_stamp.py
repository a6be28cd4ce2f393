"""The PDF of the book that is there, and whether it is one of the book as it is now."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from bookbuild.digests import file_digest, value_digest
from bookbuild.seal import sources_seal
from bookbuild.settings import state_folder
from bookbuild.store import Result, Store, write_atomically

NAME = "evidence-book.pdf"
FOLDER = Path("_build") / "pdf"
STAMP = "evidence-book.json"


def state(root: Path, results: Mapping[str, Result]) -> str:
    """Return the digest of all that the pages of a book are made from: its files and results."""
    pages = {name: result.page for name, result in results.items()}
    return value_digest([sources_seal(root), pages])


def stored_results(root: Path) -> dict[str, Result]:
    """Return the results that the published site of `root` shows."""
    provenance = json.loads((root / "_build" / "html" / "provenance.json").read_bytes())
    store = Store(state_folder(root) / "results")
    return {name: found for name in provenance["chapters"] if (found := store.load(name))}


def set_stamp(root: Path, made_from: str, pdf: bytes) -> None:
    """Keep a PDF, and what it was made from; at no moment does one stand beside another's stamp."""
    folder = root / FOLDER
    (folder / STAMP).unlink(missing_ok=True)
    write_atomically(folder / NAME, pdf)
    stamp = {"made_from": made_from, "sha256": hashlib.sha256(pdf).hexdigest()}
    write_atomically(folder / STAMP, (json.dumps(stamp, indent=1) + "\n").encode())


def current_pdf(root: Path, results: Mapping[str, Result]) -> bytes | None:
    """Return the PDF of the book in `root` if there is one of exactly these files and results."""
    folder = root / FOLDER
    try:
        stamp, pdf = json.loads((folder / STAMP).read_bytes()), (folder / NAME).read_bytes()
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(stamp, dict) or stamp.get("sha256") != hashlib.sha256(pdf).hexdigest():
        return None
    # Last, as it reads every file of the book.
    return pdf if stamp.get("made_from") == state(root, results) else None


def pdf_seal(root: Path) -> list[str | None]:
    """Return the digests of the PDF and its stamp: a site is built again when one is made."""
    return [file_digest(root / FOLDER / name) for name in (NAME, STAMP)]
