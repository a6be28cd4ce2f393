"""Keep Python from running old code of the book because two files have the same time.

Python takes a compiled module for current by the time (whole seconds) and the size of its
source. Both may be the same of two versions: times are lost in archives and set back by wrong
clocks. A compiled module of the checked kind holds the digest of its source instead, and
Python keeps the kind when it compiles it anew.
"""

import py_compile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from bookbuild.seal import sources

#: In the first bytes of a compiled module: it has a digest, and Python is to compare it.
CHECKED = (3).to_bytes(4, "little")
MODE = py_compile.PycInvalidationMode.CHECKED_HASH


def check_bytecode(root: Path) -> None:
    """Compile the modules in the folder of a book so that their content decides."""
    for module, compiled in _unchecked(root):
        # What cannot be compiled says so where it is imported.
        with suppress(OSError, py_compile.PyCompileError):
            py_compile.compile(str(module), str(compiled), doraise=True, invalidation_mode=MODE)


def _unchecked(root: Path) -> Iterator[tuple[Path, Path]]:
    for module in sources(root):
        if module.suffix == ".py":
            compiled = Path(cache_from_source(str(module)))
            try:
                with compiled.open("rb") as stream:
                    checked = stream.read(8)[4:] == CHECKED
            except OSError:
                checked = False
            if not checked:
                yield module, compiled
