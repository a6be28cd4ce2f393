"""Small books for the tests: made in a folder, built by the real jupyter-book."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from bookbuild.glue import glued_values
from bookbuild.parameter_text import cell_source, check_source
from bookbuild.parameters import schema_of
from bookbuild.refresh import refresh
from bookbuild.settings import settings_for
from bookbuild.store import Result, Store

JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
CONFIG = """\
title: A small book
only_build_toc_files: true
execute: {execute_notebooks: "off", timeout: 60}
html: {use_issues_button: false, use_repository_button: false}
sphinx:
  extra_extensions: [bookbuild.extension]
  config: {language: en}
"""
READS = """\
import csv
value = float(next(csv.reader(open("FILE")))[0])"""
GLUES = """\
from myst_nb import glue
glue("value", value, display=False)"""

CHOICES = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "drug": {
      "title": "drug", "description": "Drug that is shown.", "type": "string",
      "default": "all", "enum": ["all", "ketamine", "memantine", "any infusion"]
    },
    "level": {
      "title": "confidence level", "description": "Level of the interval.", "type": "number",
      "default": 95.0, "exclusiveMinimum": 1, "exclusiveMaximum": 100, "x-unit": "percent"
    },
    "doses": {
      "title": "doses a day", "description": "Doses a day.", "type": "integer",
      "default": 1, "minimum": 1, "maximum": 4
    },
    "strict": {
      "title": "leave out what is doubtful", "description": "Leave out what is doubtful.",
      "type": "boolean", "default": false
    }
  }
}
"""
#: Ends with what it was given: recorded for `results.json`, and glued.
RECORDS = """\
from IPython.display import display
from myst_nb import glue
words = f"{drug} {level!r} {doses!r} {strict!r}"
number = {"type": "number", "unit": "percent", "meaning": "Confidence level."}
text = {"type": "string", "unit": None, "meaning": "All parameters."}
record = {"values": {"level": level, "all": words}, "keys": {"level": number, "all": text}}
display({"application/vnd.evidence.results+json": record}, raw=True)
glue("words", words, display=False)
glue("other", "not of the headline", display=False)"""


@dataclass(frozen=True, slots=True)
class Built:
    """A build: its exit status, and what it printed."""

    status: int
    output: str

    @property
    def executed(self) -> set[str]:
        return set(re.findall(r"\[\d+/\d+\] (\S+) executed", self.output))


@dataclass(frozen=True, slots=True)
class Ran:
    """A command: its exit status, and what it printed."""

    status: int
    out: str
    err: str


def notebook(*cells: str) -> str:
    """Return a notebook as text; a cell that begins with `#:` is prose."""
    made = [
        nbformat.v4.new_markdown_cell(cell.removeprefix("#:"))
        if cell.startswith("#:")
        else nbformat.v4.new_code_cell(
            cell, metadata={"tags": ["parameters"]} if cell.startswith("#parameters") else {}
        )
        for cell in cells
    ]
    for number, cell in enumerate(made):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}))


class Book:
    """A book in a folder, with an index, a status page and the chapters given."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.write("_config.yml", CONFIG)
        self.write("requirements.txt", "numpy==2.4.0\n")
        self.write("index.md", "# A small book\n\nWelcome.\n")
        self.write("status.md", "# Status\n\n```{book-status}\n```\n")
        self.toc()

    def toc(self, *docnames: str) -> None:
        files = "".join(f"  - file: {name}\n" for name in [*docnames, "status"])
        self.write("_toc.yml", f"format: jb-book\nroot: index\nchapters:\n{files}")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def commit(self, message: str) -> None:
        """Put the book under git, where it is not yet, and all its files into a commit."""
        self.write(".gitignore", "_build/\n.bookbuild/\n")
        git(self, "init", "-q")
        git(self, "add", ".")
        git(self, "commit", "-qm", message)

    def reader(self, docname: str, data: str) -> None:
        """Write a chapter that reads the first number of a file, glues it and shows it."""
        title = docname.rpartition("/")[2]
        code = READS.replace("FILE", data)
        prose = "#:The value is {glue:text}`value:.1f`."
        self.write(f"{docname}.ipynb", notebook(f"#:# Chapter {title}", code, GLUES, prose))

    def scaled_reader(self, docname: str, data: str) -> None:
        """Write a chapter like `reader`, which has its number scaled by a module beside it."""
        self.reader(docname, data)
        path = self.root / f"{docname}.ipynb"
        text = path.read_text("utf-8").replace("import csv", "import csv, scale")
        path.write_text(text.replace("value = float(", "value = scale.scaled(1) * float("), "utf-8")

    def chooser(self, docname: str, *cells: str) -> Path:
        """Write a chapter whose parameters are checked, recorded and glued; return its file."""
        name = docname.rpartition("/")[2]
        self.write(f"{docname}.parameters.json", CHOICES)
        parameters = cell_source(schema_of(name, CHOICES))
        command = f"```{{book-parameters}}\npython -m bookbuild run {name} -p level=90\n```"
        short = "#:## In short\n\nIt was {glue:text}`words`."
        head = ["#:# Chapter " + name, short, f"#parameters\n{parameters}", check_source(name)]
        text = notebook(*head, *cells, RECORDS, f"#:{command}")
        return self.write(f"{docname}.ipynb", text)

    def run(self, *words: str) -> Ran:
        """Run a command of bookbuild in the book's folder."""
        command = [sys.executable, "-m", "bookbuild", *words]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    def command(self, plain: bool) -> list[str]:
        if plain:
            return [sys.executable, "-c", JUPYTER_BOOK, "build", str(self.root)]
        return [sys.executable, "-m", "bookbuild"]

    def start(self, plain: bool = False, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(plain),
            cwd=self.root,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, plain: bool = False, **variables: str) -> Built:
        process = self.start(plain, **variables)
        output, _ = process.communicate(timeout=120)
        return Built(process.returncode, output)

    def refresh(self, *docnames: str, **options: Any) -> set[str]:
        """Bring results up to date without Sphinx; return the chapters executed for it."""
        settings = settings_for(self.root, **options)
        book = refresh(settings, docnames or ("chapters/a", "chapters/b"), 2, lambda line: None)
        return set(book.executed)

    def result(self, docname: str) -> Result:
        """Return the stored result of a chapter."""
        result = Store(self.root / ".bookbuild" / "results").load(docname)
        assert result is not None
        return result

    def glued(self, docname: str) -> str:
        """Return the first glued value of a stored result."""
        cells = self.result(docname).cells
        return next(data["text/plain"] for _, _, data in glued_values(cells))

    def everything(self) -> dict[str, bytes]:
        """Return the files of the published site."""
        site = self.root / "_build" / "html"
        files = [path for path in site.rglob("*") if path.is_file()]
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}

    def written(self) -> dict[str, bytes]:
        """Return the files of the published site that do not tell times."""
        timed = {"provenance.json", "status.html"}
        return {name: text for name, text in self.everything().items() if name not in timed}

    def page(self, docname: str) -> str:
        return (self.root / "_build" / "html" / f"{docname}.html").read_text("utf-8")

    def value(self, docname: str) -> str:
        """Return the number that the prose of a page shows."""
        found = re.search(
            r'The value is <span class="pasted-text">([^<]*)</span>', self.page(docname)
        )
        return found[1] if found else ""

    def provenance(self) -> dict:
        return json.loads((self.root / "_build" / "html" / "provenance.json").read_text("utf-8"))


def git(book: Book, *words: str) -> None:
    """Run git in the book's folder, as somebody."""
    user = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "-C", str(book.root), *user, *words], check=True, capture_output=True)


def edited(book: Book, name: str, old: str, new: str) -> None:
    """Replace a text in a file of the book, where it stands."""
    path = book.root / name
    text = path.read_text("utf-8")
    assert old in text, f"{name} does not hold {old!r}"
    path.write_text(text.replace(old, new), "utf-8")
