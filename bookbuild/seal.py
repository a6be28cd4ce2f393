"""Know at once that nothing has changed since the book was published.

Starting Sphinx to hear that it has nothing to do takes longer than to read every file
of a book. The seal is the digest of all of them, taken before the build began.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bookbuild.digests import file_digest, value_digest
from bookbuild.environment import installed_versions
from bookbuild.settings import state_folder
from bookbuild.store import Store, write_atomically

#: Folders that hold no source of the book. Hidden ones are left out as well.
NO_SOURCES = frozenset({"_build", "__pycache__", "runs"})


def sources_seal(root: Path) -> str:
    """Return the digest of all that a build of the book in `root` can depend on.

    That is every file in it, and the versions of the installed packages. What chapters read
    elsewhere, or in hidden folders, is not in it: see `is_published`.
    """
    names = sorted(path for path in sources(root) if path.suffix != ".pyc")
    digests = {path.relative_to(root).as_posix(): file_digest(path) for path in names}
    builder = sorted(Path(__file__).parent.rglob("*.py"))
    return value_digest([digests, installed_versions(), [file_digest(path) for path in builder]])


def is_published(root: Path, seal: str) -> bool:
    """Return whether the site of `root` stands as it was published, from sources of this seal."""
    try:
        kept = json.loads(_file(root).read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    inputs = {name: file_digest(root / name) for name in kept["inputs"]}
    return [seal, _site(root), inputs] == [kept["sources"], kept["site"], kept["inputs"]]


def set_seal(root: Path, seal: str) -> None:
    """Remember that the site was published from sources of this seal."""
    provenance = json.loads((root / "_build" / "html" / "provenance.json").read_bytes())
    store = Store(state_folder(root) / "results")
    results = filter(None, map(store.load, provenance["chapters"]))
    inputs = {name: digest for result in results for name, digest in result.inputs.items()}
    content = {"sources": seal, "site": _site(root), "inputs": inputs}
    # A shortcut for the next build: where the disk is full, it looks at every page instead.
    with suppress(OSError):
        write_atomically(_file(root), json.dumps(content).encode())


def _file(root: Path) -> Path:
    return state_folder(root) / "published.json"


def sources(root: Path) -> Iterator[Path]:
    """Yield every file in the folder of a book but those in hidden folders and what is built."""
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if name not in NO_SOURCES and name[0] != "."]
        yield from (Path(folder, name) for name in files)


def _site(root: Path) -> str:
    # Sizes and times only: this is to notice a hand in the site, not a forger.
    site = root / "_build" / "html"
    stats = {path.relative_to(site).as_posix(): path.stat() for path in site.rglob("*")}
    return value_digest({name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()})
