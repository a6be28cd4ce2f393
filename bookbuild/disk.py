"""What a disk refuses, in a line that says what, why and how to mend it."""

import errno
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOM = "make room on the disk, then start it again"
RIGHT = "give yourself the right to it, or work in a copy of the book's folder"
#: What to do about each refusal. Other errors of the system are faults of the program.
MENDS = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: "raise the limit on the size of files (ulimit -f), then start it again",
    errno.EROFS: "work in a copy of the book's folder",
    errno.EACCES: RIGHT,
    errno.EPERM: RIGHT,
    errno.EPIPE: "whoever read the output (head, say) has closed it: send it to a file",
}
#: How `shutil.copytree` tells why it could not copy a file.
NUMBER = re.compile(r"\[Errno (\d+)\] ([^:]*)")

#: How Python shows the same in the messages of others.
TOLD = re.compile(r"OSError\((\d+), '([^']*)'\)")


def disk_fault(error: BaseException) -> str | None:
    """Return the line about what the disk refused, None where the error is of another kind.

    The errors that led to this one are looked at as well.
    """
    for each in _chain(error):
        number, reason, name = _told(each)
        if number in MENDS:
            return f"cannot use {_shown(name)}: {reason}; {MENDS[number]}"
    return None


def told_mend(text: str) -> str | None:
    """Return reason and mend of what the disk refused, where a message of others tells of it."""
    for number, reason in (found.groups() for found in TOLD.finditer(text)):
        if int(number) in MENDS:
            return f"{reason}; {MENDS[int(number)]}"
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException) -> tuple[int | None, str, str]:
    """Return number, reason and file of an error of the system."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        _, name, why = error.args[0][0]
        found = NUMBER.search(why)
        return (int(found[1]), found[2], name) if found else (None, why, name)
    if isinstance(error, OSError):
        return error.errno, error.strerror or str(error), str(error.filename or "")
    return None, "", ""


def _shown(name: str) -> str:
    path, here = Path(name), Path.cwd()
    if not name:
        return "the disk or the output"
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
