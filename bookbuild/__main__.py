"""`python -m bookbuild`: build or print the book, run a chapter of it, compare two editions."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bookbuild.build import build
from bookbuild.disk import disk_fault
from bookbuild.errors import UsageError

STOPPED = 130
STOPPED_READING = 141


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; without a command, the book is built."""
    # Not at the top: a build needs neither, and is to say at once that nothing has changed.
    from bookbuild.diff.command import add_diff
    from bookbuild.pdf import add_pdf
    from bookbuild.reproduce import add_reproduce
    from bookbuild.run_command import add_run
    from bookbuild.sweep import add_sweep

    made = argparse.ArgumentParser(prog="python -m bookbuild", description=__doc__)
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    whole = commands.add_parser("build", help="build the book, as does no command at all")
    whole.set_defaults(command=lambda _: build(Path.cwd()))
    add_run(commands)
    add_sweep(commands)
    add_pdf(commands)
    add_diff(commands)
    add_reproduce(commands)
    return made


def main(words: Sequence[str]) -> int:
    """Do the command; return its exit status, 2 where it cannot be done as it was given."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if not words:
            return build(Path.cwd())
        arguments = parser().parse_args(words)
        return int(arguments.command(arguments))
    except BrokenPipeError:  # whoever read the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED_READING
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        # Or it would tell, at length, that nobody waits for the kernel any more.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        print("\nstopped; what was not finished is not kept", file=sys.stderr)
        return STOPPED
    except OSError as error:
        fault = disk_fault(error)
        if fault is None:
            raise
        print(fault, file=sys.stderr)
        return 1


def in_utf8(words: Sequence[str]) -> None:
    """Start this program again in Python's UTF-8 mode, where the locale has another encoding.

    In it, a folder's name that is not ASCII could not be told to a kernel.
    """
    if sys.getfilesystemencoding() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "bookbuild", *words])


if __name__ == "__main__":
    in_utf8(sys.argv[1:])
    sys.exit(main(sys.argv[1:]))
