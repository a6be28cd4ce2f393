"""One build at a time: two would write into the same pages."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bookbuild.parent import end_with_parent

VARIABLE = "BOOKBUILD_LOCK"


@contextmanager
def exclusive(file: Path, tell: Callable[[str], None] = print) -> Iterator[int]:
    """Hold the lock `file`, waiting for another build to end.

    The lock belongs to the open file: it ends with the process, however that dies, and a
    child that is handed the descriptor (in the environment variable) holds it as well.

    Yields
    ------
    int
        The descriptor, for `subprocess.run(..., pass_fds=(descriptor,))`.
    """
    descriptor = acquire(file, tell)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def inheritance(descriptor: int) -> str:
    """Return the variable by which a child of this process takes the lock over."""
    return f"{descriptor} {os.getpid()}"


def acquire(file: Path, tell: Callable[[str], None] = print) -> int:
    """Take the lock, or take over the one of the parent process; held until closed."""
    inherited = os.environ.pop(VARIABLE, None)
    if inherited is not None:
        descriptor, parent = map(int, inherited.split())
        os.set_inheritable(descriptor, False)
        end_with_parent(parent)
        return descriptor
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell("Another build of this book is running; waiting for it to end ...")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor
