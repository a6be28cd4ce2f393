"""`python -m bookbuild diff OLD NEW`, and `snapshot VERSION`, which keeps a release to compare."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bookbuild.diff.releases import keep_release, version_of
from bookbuild.diff.render import MOST, as_json, as_markdown, as_text
from bookbuild.diff.report import difference
from bookbuild.diff.sources import open_edition, sources_files
from bookbuild.errors import UsageError

FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
WHAT = "a folder such as _build/html, a zip file, or a commit, tag or branch"


def add_diff(commands: Any) -> None:
    """Add `diff` and `snapshot` to the commands of an `argparse` parser."""
    parser = commands.add_parser("diff", help="say what changed between two editions of the book")
    parser.add_argument("old", metavar="OLD", help=WHAT)
    parser.add_argument("new", metavar="NEW", nargs="?", default=".", help="the same; . by default")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write there, not to the screen"
    )
    parser.add_argument("--all", action="store_true", help=f"more than {MOST} rows of a table")
    parser.add_argument(
        "--exit-code", action="store_true", help="end with status 1 where anything changed"
    )
    parser.set_defaults(command=show_difference)
    kept = commands.add_parser("snapshot", help="keep data and results of a release to compare")
    kept.add_argument("version", metavar="VERSION", help="such as 1.2.0")
    kept.add_argument("--replace", action="store_true", help="a release that is kept already")
    kept.set_defaults(command=snapshot)


def show_difference(arguments: argparse.Namespace) -> int:
    """Show what changed from the old edition to the new one.

    Returns
    -------
    int
        Exit status: 0, or with `--exit-code` 1 where anything changed.

    Raises
    ------
    UsageError
        Where an edition is none, or the file cannot be written.
    """
    root = Path.cwd()
    found = difference(open_edition(arguments.old, root), open_edition(arguments.new, root))
    text = FORMATS[arguments.format](found, None if arguments.all else MOST)
    if arguments.output is None:
        # Names and units have letters that not every terminal's encoding has.
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        try:
            arguments.output.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {arguments.output}: {error.strerror}") from error
    return int(arguments.exit_code and not found.is_empty)


def snapshot(arguments: argparse.Namespace) -> int:
    """Build the book and keep its data and results as a release."""
    root = Path.cwd()
    version_of(arguments.version)
    folder = keep_release(root, arguments.version, sources_files(root), arguments.replace)
    print(f"{folder.relative_to(root)} is to be committed with the release")
    return 0
