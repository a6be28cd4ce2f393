"""`python -m bookbuild run`: check, execute, leave the results, and say the headline ones."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bookbuild.contents import find_chapter
from bookbuild.errors import UsageError
from bookbuild.headline import headline_keys
from bookbuild.jobs import Job, Outcome
from bookbuild.parameters import Schema, read_schema
from bookbuild.results import collect
from bookbuild.run import place, plan
from bookbuild.runs import Run, keep
from bookbuild.yaml_file import read_mapping


def add_run(commands: Any) -> None:
    """Add the command to those of an `argparse` parser."""
    parser = commands.add_parser("run", help="run a chapter with parameters of your own")
    parser.add_argument("chapter", help="such as migraine-trials")
    parser.add_argument(
        "-p", dest="pairs", metavar="NAME=VALUE", action="append", default=[],
        help="a parameter; may be given many times, and goes before the file's",
    )  # fmt: skip
    parser.add_argument("-f", dest="file", type=Path, metavar="FILE", help="parameters in YAML")
    parser.add_argument("--out", type=Path, default=Path("runs"), help="where to leave the results")
    parser.set_defaults(command=run_chapter)


def run_chapter(arguments: argparse.Namespace) -> int:
    """Run a chapter of the book in the working directory.

    Returns
    -------
    int
        Exit status: 0, or 1 where the chapter failed; then nothing is kept of it.

    Raises
    ------
    UsageError
        Where the command cannot be done as it was given.
    """
    root = Path.cwd()
    docname = find_chapter(root, arguments.chapter)
    schema = read_schema(root, docname)
    job = plan(root, docname, given(schema, arguments.pairs, arguments.file))
    folder = place(job, arguments.out)
    run = Run(job, schema.complete(job.parameters), folder.absolute())
    chosen = ", ".join(f"{name}={value}" for name, value in job.parameters.items())
    print(f"executing {docname} with {chosen or 'its defaults'} ...", flush=True)
    # Not at the top: papermill takes a third of a second, and a fault is to be said at once.
    from bookbuild.execute import execute

    outcome = execute(job)
    try:
        failures = outcome.failures or [each for each in [keep(run, outcome)] if each]
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror or error}") from error
    if failures:
        print(*failures, f"Nothing was written to {folder}.", sep="\n\n", file=sys.stderr)
        return 1
    _tell(job, outcome, folder)
    return 0


def given(schema: Schema, pairs: Iterable[str], file: Path | None) -> dict[str, Any]:
    """Return the parameters of the command line, before those of a file.

    Raises
    ------
    UsageError
        Where a pair is none, or gives a name that another has given, or the file cannot be used.
    """
    texts: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageError(f"-p {pair} must be -p name=value")
        if name in texts:
            raise UsageError(f"{name} is given twice: {texts[name]!r} and {text!r}; keep one")
        texts[name] = text
    values = read_mapping(file) if file else {}
    return values | schema.from_text(texts)


def headline(notebook: Path, texts: dict[str, str]) -> dict[str, str]:
    """Return the glued texts of the section "In short", or all where a chapter has no such one."""
    return {key: texts[key] for key in headline_keys(notebook) if key in texts} or texts


def _tell(job: Job, outcome: Outcome, folder: Path) -> None:
    shown = headline(job.root / job.chapter, collect(outcome.cells)["texts"])
    width = max(map(len, shown), default=0)
    for key, text in shown.items():
        print(f"  {key:<{width}}  {text}")
    files = ", ".join(sorted(file.name for file in folder.iterdir()))
    print(f"{folder} has {files} ({outcome.seconds:.1f} s)")
