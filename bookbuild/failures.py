"""Failures, gathered while the build goes on and told once, at its very end."""

import atexit
import json
import re
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from bookbuild.disk import disk_fault, told_mend

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chapter (or a check) did not end well.

    Attributes
    ----------
    chapter : str
        File of the chapter, from the book's folder.
    error : str
        The message: type and text of the exception, or what was found.
    cell : str
        Which cell, such as ``"cell 7 (In [3])"``; empty where no cell is to blame.
    parameters : dict
        Parameters given to the chapter; empty for its defaults.
    source : str
        The code of the cell.
    """

    chapter: str
    error: str
    cell: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    source: str = ""

    def __str__(self) -> str:
        given = json.dumps(self.parameters, default=str) if self.parameters else "the defaults"
        where = ", ".join(filter(None, [self.chapter, self.cell, f"parameters: {given}"]))
        code = [f"    | {line}" for line in self.source.splitlines()]
        error = [f"    {line}" for line in COLOURS.sub("", self.error).splitlines()]
        return "\n".join([where, *code, *error])


def report(failures: list[Failure]) -> str:
    """Return the list of failures as text for a terminal."""
    count = "1 failure" if len(failures) == 1 else f"{len(failures)} failures"
    return "\n\n".join([f"{count}; nothing was published.", *map(str, failures)])


class LastWords:
    """Text for the end of the output, after everything that others still print.

    jupyter-book reports an error of Sphinx by two tracebacks of its own; they say
    nothing about the chapter and would push the list out of sight.
    """

    def __init__(self) -> None:
        self.text = ""
        self.warnings: Collection[str] = ()

    def promise(self) -> None:
        """Arrange to be heard at the end of the process, however it ends."""
        atexit.register(self.speak)
        sys.excepthook = self._ended_by

    def fail(self, text: str) -> None:
        """Set the text, and keep the traceback of the exception that ends the build silent."""
        self.text = text
        sys.excepthook = _silent

    def _ended_by(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        """Say in a line what the disk refused; leave any other exception to Python."""
        fault = disk_fault(error)
        if fault is None:
            sys.__excepthook__(kind, error, traceback)
        else:
            self.text = fault

    def speak(self) -> None:
        """Print the text, or else the warnings of the build, once."""
        said = self.text or self._warnings_text()
        self.text, self.warnings = "", ()
        if said:
            with suppress(OSError):  # nobody reads it any more, or its disk is full
                sys.stdout.flush()
            print(f"\n{said}", file=sys.stderr, flush=True)

    def _warnings_text(self) -> str:
        if not self.warnings:
            return ""
        count = "1 warning" if len(self.warnings) == 1 else f"{len(self.warnings)} warnings"
        mends = dict.fromkeys(filter(None, map(told_mend, self.warnings)))
        return "\n".join(
            [f"{count} in this build:", *(f"  {line}" for line in self.warnings), *mends]
        )


def _silent(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Say nothing: the list of failures follows."""
