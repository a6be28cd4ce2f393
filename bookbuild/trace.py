"""Find out which files a Python process reads, by watching it rather than by asking it.

The watching is done in the process itself (:mod:`bookbuild.tracer.sitecustomize`), by
an audit hook: files opened by Python, modules imported, folders listed, and the same
in every Python process that it starts. Files looked for and not found count too: a
chapter that reads an optional file must run again when the file appears.

What Python does not open it cannot see: files opened inside C libraries (pyarrow,
HDF5), `os.path.exists`, environment variables, the clock, the network. Programs and
hosts are at least named; the files are declared in `bookbuild_inputs`. Not counted are
the environment (the lock file stands for it), the system's folders and the temporary one.
"""

import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

TRACER = Path(__file__).with_name("tracer")
ZIPPED_LIBRARY = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
#: Programs that Python's own libraries start and that read no data.
HARMLESS = frozenset({"cc", "fc-list", "gcc", "ld", "ldconfig", "lscpu", "objdump", "uname"})


@dataclass(frozen=True, slots=True)
class Reads:
    """What was read: files (also those not found), folders listed, and what was out of sight."""

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    untraced: tuple[str, ...]


def trace_variables(file: Path, root: Path, unwatched: tuple[Path, ...] = ()) -> dict[str, str]:
    """Return the environment variables that make a Python process write its reads to `file`.

    Parameters
    ----------
    file : pathlib.Path
        The trace; processes append to it.
    root : pathlib.Path
        Folder of the book. Everything in it counts, except the environment itself.
    unwatched : tuple of pathlib.Path
        Folders that do not count, such as the build's own.
    """
    prefix = [sys.prefix] if sys.prefix != sys.base_prefix else []
    libraries = [
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    zipped = Path(sysconfig.get_path("stdlib")).with_name(ZIPPED_LIBRARY)
    skipped = [*prefix, *libraries, str(zipped), str(TRACER), *map(str, unwatched)]
    python_path = [str(TRACER), *filter(None, [os.environ.get("PYTHONPATH")])]
    folders = dict.fromkeys(folder.rstrip(os.sep) + os.sep for folder in skipped)
    return {
        "BOOKBUILD_TRACE": "\n".join([str(file), f"{root}{os.sep}", *folders]),
        "PYTHONPATH": os.pathsep.join(python_path),
    }


def read_trace(file: Path) -> Reads:
    """Return what the processes that wrote `file` have read.

    A file counts by its first event: one that was written first is not an input.
    """
    first: dict[str, str] = {}
    folders: dict[str, None] = {}
    untraced: dict[str, None] = {}
    for record in os.fsdecode(file.read_bytes()).split("\0")[:-1]:
        kind, text = record[0], record[1:]
        if kind == "l":
            folders[text] = None
        elif kind == "u":
            untraced[text] = None
        else:
            first.setdefault(text, kind)
    return Reads(
        files=tuple(Path(text) for text, kind in first.items() if kind == "r"),
        folders=tuple(map(Path, folders)),
        untraced=tuple(text for text in untraced if text.split()[-1] not in HARMLESS),
    )
