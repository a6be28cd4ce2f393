"""Time a sweep of sixteen sets of parameters against as many runs of papermill."""

import os
import sys
from itertools import product
from pathlib import Path

import yaml
from timing import Timing, show, timed

#: By chapter: that of the README's examples, or that of the demonstration.
GRIDS = {
    "chapters/migraine-trials": {
        "test": ["z", "knha", "adhoc", "hybrid"],
        "level": [80, 90, 95, 99],
    },
    "chapters/c0": {"slope": [number / 4 for number in range(16)]},
}


def bench_sweep(book: Path, chapters: list[str]) -> None:
    """Time both, for the first chapter that has a grid here."""
    name = next(name for name in chapters if name in GRIDS)
    chapter, grid = book / f"{name}.ipynb", GRIDS[name]
    sets = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    by_papermill = Timing(sum(papermill(chapter, book, each).seconds for each in sets), "")
    show(f"papermill, {len(sets)} sets of {chapter.stem}", by_papermill)
    (book / "grid.yaml").write_text(yaml.safe_dump(grid), "utf-8")
    sweep = [sys.executable, "-m", "bookbuild", "sweep", chapter.stem, "--grid", "grid.yaml"]
    limit = "of papermill; at most 0.6, with forked kernels 0.3"
    show("ours, a sweep of them", timed(sweep, book, book), by_papermill, limit)
    show("ours, the same sweep again", again := timed(sweep, book, book), by_papermill)
    print(f"    {again.output.splitlines()[0]}")


def papermill(chapter: Path, book: Path, values: dict[str, object]) -> Timing:
    """Time one run by papermill, in a process of its own."""
    given = [word for name, value in values.items() for word in ("-p", name, str(value))]
    command = [sys.executable, "-m", "papermill", chapter.name, os.devnull, "--no-progress-bar"]
    return timed([*command, *given], chapter.parent, book)
