"""Time the build: `python bench/bench_build.py`, or `make bench`.

Every number comes from this run and this machine; trust the ratios. A book of the
repository's own chapters is used where `_toc.yml` names some, else a demonstration
of five, each with the usual imports, a table and a figure.
"""

import argparse
import ast
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import yaml
from bench_sweep import bench_sweep
from timing import Timing, bytecode, show, timed

ROOT = Path(__file__).resolve().parents[1]
JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
LEFT_OUT = shutil.ignore_patterns("_build", ".bookbuild", ".git", ".venv", "runs", "__pycache__")
IMPORTS = """\
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import statsmodels.api as sm"""
PRELOAD = ["matplotlib.pyplot", "pandas", "seaborn", "statsmodels.api"]
DEMO_SCHEMA = {"type": "object", "properties": {"slope": {"type": "number", "default": 2.0}}}
DEMO_CELLS = [
    IMPORTS,
    "slope: float = 2.0  # of the demonstration",
    'frame = pd.read_csv("../data/{number}.csv")\nframe["z"] = slope * frame["x"]\nframe',
    'fit = sm.OLS(frame["y"], sm.add_constant(frame["x"])).fit()\nfit.params',
    'ax = sns.regplot(frame, x="x", y="y")',
]


def chapters_of(book: Path) -> list[str]:
    """Return the notebooks that the table of contents names."""
    toc = yaml.safe_load((book / "_toc.yml").read_text("utf-8"))
    entries = toc.get("chapters", []) + [c for p in toc.get("parts", []) for c in p["chapters"]]
    names = [entry["file"].removesuffix(".ipynb") for entry in entries]
    return [name for name in names if (book / f"{name}.ipynb").exists()]


def make_demo(book: Path, count: int = 5) -> None:
    """Write a book of `count` chapters, each with a data file of its own."""
    for folder in ("chapters", "data"):
        (book / folder).mkdir(parents=True)
    names = [f"chapters/c{number}" for number in range(count)]
    for number, name in enumerate(names):
        rows = [f"{x},{x * 1.5 + (x * (number + 7)) % 5}" for x in range(40)]
        (book / f"data/{number}.csv").write_text("\n".join(["x,y", *rows, ""]), "utf-8")
        cells = [nbformat.v4.new_markdown_cell(f"# Chapter {number}")]
        sources = [cell.replace("{number}", str(number)) for cell in DEMO_CELLS]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        cells[2].metadata["tags"] = ["parameters"]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(made, book / f"{name}.ipynb")
        (book / f"{name}.parameters.json").write_text(json.dumps(DEMO_SCHEMA), "utf-8")
    files = "".join(f"  - file: {name}\n" for name in names)
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{files}", "utf-8")
    (book / "index.md").write_text("# A demonstration\n", "utf-8")
    shutil.copy(ROOT / "requirements.txt", book)
    config = {"title": "Demonstration", "only_build_toc_files": True}
    config["execute"] = {"execute_notebooks": "off", "timeout": 300}
    config["html"] = {"use_issues_button": False, "use_repository_button": False}
    options = {"language": "en", "bookbuild_preload": PRELOAD}
    config["sphinx"] = {"extra_extensions": ["bookbuild.extension"], "config": options}
    (book / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")


def plain_config(book: Path, mode: str) -> Path:
    """Write a configuration without the extension, and with jupyter-book's own execution."""
    config = yaml.safe_load((book / "_config.yml").read_text("utf-8"))
    config["execute"]["execute_notebooks"] = mode
    sphinx = config["sphinx"]
    sphinx["extra_extensions"].remove("bookbuild.extension")
    options = sphinx.get("config", {})
    sphinx["config"] = {k: v for k, v in options.items() if not k.startswith("bookbuild_")}
    path = book / f"_plain_{mode}.yml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return path


def swap_last_rows(book: Path, chapters: list[str]) -> tuple[str, int]:
    """Swap two rows in the CSV with the fewest readers; return it and how many they are."""
    from bookbuild.store import Store

    store = Store(book / ".bookbuild" / "results")
    read = [name for chapter in chapters for name in (store.load(chapter) or sys.exit()).inputs]
    tables = {name: read.count(name) for name in read if name.endswith(".csv")}
    name = min(tables, key=lambda table: (tables[table], table))
    lines = (book / name).read_text("utf-8").splitlines()
    lines[-2:] = lines[:-3:-1]
    (book / name).write_text("\n".join([*lines, ""]), "utf-8")
    return name, tables[name]


def import_lines(chapter: Path) -> str:
    """Return the imports of a chapter, as a program."""
    cells = [c.source for c in nbformat.read(chapter, 4).cells if c.cell_type == "code"]
    lines = [line for cell in cells for line in cell.splitlines() if not line.startswith("%")]
    nodes = ast.parse("\n".join(lines)).body
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, imports))


def executed(timing: Timing) -> int:
    """Return how many chapters a build executed."""
    return len(re.findall(r"^\[\d+/\d+\] \S+ executed", timing.output, re.MULTILINE))


def bench_builds(book: Path) -> None:
    """Time the whole book: cold, unchanged, and with one row changed."""
    chapters = chapters_of(book)
    force, off = plain_config(book, "force"), plain_config(book, "off")
    base = [sys.executable, "-c", JUPYTER_BOOK, "build", str(book), "--path-output"]
    ours = [sys.executable, "-m", "bookbuild"]
    plain = timed([*base, str(book / "_build/force"), "--config", str(force)], book, book)
    show(f"plain jupyter-book, force, {len(chapters)} chapters", plain)
    cold = timed(ours, book, book)
    show("ours, cold", cold, plain, "of plain; at most 0.65, with forked kernels 0.4")
    empty = [*base, str(book / "_build/off"), "--config", str(off)]
    timed(empty, book, book)
    show("jupyter-book with nothing to do", nothing := timed(empty, book, book))
    show("ours, nothing changed", same := timed(ours, book, book), cold, "of cold; at most 0.1")
    more = same.seconds - nothing.seconds
    print(f"    {more:+.2f} s against jupyter-book (at most +1); {executed(same)} kernels started")
    table, readers = swap_last_rows(book, chapters)
    show(f"ours, a row of {table} changed", row := timed(ours, book, book), cold, "of cold")
    print(f"    executed {executed(row)} of {len(chapters)} chapters; {readers} read that file")


def bench_chapter(book: Path) -> None:
    """Time one chapter by papermill against the imports it makes."""
    chapter = book / f"{chapters_of(book)[0]}.ipynb"
    floor = timed([sys.executable, "-c", import_lines(chapter)], chapter.parent, book)
    show(f"the imports of {chapter.stem}", floor)
    papermill = [sys.executable, "-m", "papermill", chapter.name, os.devnull, "--no-progress-bar"]
    show(f"papermill {chapter.stem}", timed(papermill, chapter.parent, book), floor, "of imports")


def main() -> None:
    """Copy the book, and time it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demo", action="store_true", help="use the demonstration in any case")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        if options.demo or not chapters_of(ROOT):
            make_demo(book)
        else:
            shutil.copytree(ROOT, book, ignore=LEFT_OUT)
        print(f"{bytecode()}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        bench_builds(book)
        bench_chapter(book)
        bench_sweep(book, chapters_of(book))


if __name__ == "__main__":
    main()
