"""Where and when a book is built does not matter: locale, folder, home, clock, network."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from books import Book, edited, notebook
from disks import COMMAND, needs_mounts, ran, without_network

from bookbuild.bytecode import check_bytecode
from bookbuild.freshness import Files, file_clock, snapshot
from bookbuild.trace import Reads

PACKAGES = Path(__file__).resolve().parents[2]
#: Modules by which a program reaches other hosts.
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "urllib3"}
DRAWS = """\
import csv, matplotlib.pyplot as plt
from IPython.display import display
from myst_nb import glue
(name, number), = csv.reader(open("../data/größen.csv", encoding="utf-8"))
figure, axes = plt.subplots()
axes.plot([0.5, float(number)])
axes.set_title(name)
plt.close(figure)
glue("value", float(number), display=False)
display(figure, metadata={"alt": "A line from one half to one and a half."})"""
#: Sets back the clock of every Python process by a day for each start, but not that of the disk.
BACKWARD = """\
import time
now, now_ns = time.time, time.time_ns
time.time = lambda: now() - 86400 * DAYS
time.time_ns = lambda: now_ns() - 86400 * 10**9 * DAYS
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book with a figure and a name that is not ASCII, in a folder with spaces and umlauts."""
    book = Book(tmp_path_factory.mktemp("place") / "ein Büchlein für alle")
    book.write("data/größen.csv", "Glutamat in μmol/l: Übersicht,1.5\n")
    book.write("chapters/f.ipynb", notebook("#:# Chapter f", DRAWS, "#:It is {glue:text}`value`."))
    book.toc("chapters/f")
    built = book.build()
    assert built.status == 0, built.output
    return book


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a locale with decimal commas, compiled where the system has none."""
    folder = tmp_path_factory.mktemp("locales")
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no locale can be compiled here (localedef with the sources of locales)")
    return {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8"}


def anew(book: Book, *command: str, **variables: str) -> dict[str, bytes]:
    """Return the pages of a book that is executed and built from nothing, without a warning."""
    for folder in ("_build", ".bookbuild"):
        subprocess.run(["rm", "-rf", str(book.root / folder)], check=True)
    built = ran(book.root, *command, *COMMAND, **variables)
    assert built.status == 0, built.output
    assert "font" not in built.output.replace("fontawesome", "")
    return book.written()


def test_a_home_that_cannot_be_written_a_decimal_comma_and_ascii_change_no_byte(
    drawing: Book, german: dict[str, str], tmp_path: Path
):
    before = drawing.written()
    home = tmp_path / "ein Heim für alle"
    home.mkdir()
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for variables in (
        german | {"HOME": "/proc/nowhere", "MPLCONFIGDIR": "/proc/nowhere", "XDG_CACHE_HOME": ""},
        ascii_only | {"HOME": str(home), "TMPDIR": str(home)},
    ):
        assert anew(drawing, **variables) == before, variables
    assert not [path for path in home.rglob("*") if path.suffix == ".html"]


@needs_mounts
def test_no_network_at_all(book: Book):
    before = book.written()
    subprocess.run(["rm", "-rf", str(book.root / "_build"), str(book.root / ".bookbuild")])
    built = without_network(book.root, *COMMAND)
    assert built.status == 0, built.output
    assert book.written() == before


def test_no_module_of_ours_reaches_other_hosts():
    files = [file for name in ("bookbuild", "evidence") for file in (PACKAGES / name).rglob("*.py")]
    assert len(files) > 100
    found = {
        (file.name, name)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in imported(node)
        if name.partition(".")[0] in NETWORK or name.startswith("urllib.request")
    }
    assert found == set()


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_what_is_imported_is_seen():
    nodes = ast.parse("import socket\nfrom urllib import request\nfrom .a import b\nx = 1").body
    names = [["socket"], ["urllib", "urllib.request"], ["a", "a.b"], []]
    assert [imported(node) for node in nodes] == names


@pytest.mark.parametrize("package", ["bookbuild", "evidence"])
def test_every_open_names_its_encoding(package: str):
    """Where Python warns of an encoding left to the locale, the warning is an error."""
    rule = [sys.executable, "-m", "ruff", "check", "--preview", "--select", "PLW1514", "--isolated"]
    done = subprocess.run([*rule, package], cwd=PACKAGES, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("year", [1970, 2099])
def test_times_of_files_decide_nothing(book: Book, year: int):
    def timed() -> None:
        for path in [each for each in book.root.rglob("*") if each.is_file()]:
            if not {"_build", ".bookbuild"} & set(path.relative_to(book.root).parts):
                os.utime(path, (seconds, seconds))

    seconds = {1970: 1, 2099: 4_080_000_000}[year]
    timed()
    built = book.build()
    assert (built.status, built.executed) == (0, set()), built.output
    book.write("data/a.csv", "6.0\n")
    edited(book, "chapters/scale.py", "10 * number", "20 * number")  # as long as it was
    edited(book, "notes.md", "Of b:", "From b:")
    timed()
    built = book.build()
    assert (built.status, built.executed) == (0, {"chapters/a", "chapters/b"}), built.output
    assert (book.value("chapters/a"), book.value("chapters/b")) == ("6.0", "50.0")
    assert "From b:" in book.page("notes")


def test_a_clock_that_goes_backward_between_two_builds(book: Book, tmp_path: Path):
    for days, number in enumerate(("6.0", "7.0"), start=1):
        (tmp_path / "sitecustomize.py").write_text(BACKWARD.replace("DAYS", str(days)), "utf-8")
        book.write("data/a.csv", f"{number}\n")
        built = book.build(PYTHONPATH=str(tmp_path))
        assert (built.status, built.executed) == (0, {"chapters/a"}), built.output
        assert book.value("chapters/a") == number
        assert book.result("chapters/a").seconds > 0
        assert "-" not in built.output.partition("executed (")[2].partition(" s)")[0]


def test_only_a_file_that_changed_during_the_execution_is_said_to_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    clock, data = tmp_path / "clock", tmp_path / "data.csv"
    clock.touch()
    data.write_text("1\n", "utf-8")
    reads, made, hour = Reads((data,), (), ()), file_clock(data), 3600 * 10**9

    def changed(began: int) -> list[str]:
        return snapshot(reads, began, clock, Files(tmp_path))[2]

    assert changed(made) == []
    assert changed(made - 1) == ["data.csv"]
    # The clock was set back by two hours since, and the execution took one.
    monkeypatch.setattr("bookbuild.freshness.file_clock", lambda _: made - hour)
    assert changed(made - 2 * hour) == []


def test_a_module_of_the_same_size_and_time_is_run_as_it_is(tmp_path: Path):
    module = tmp_path / "scale.py"
    for number in (1, 2):
        module.write_text(f"print({number})\n", "utf-8")
        os.utime(module, (1, 1))
        check_bytecode(tmp_path)
        said = ran(tmp_path, sys.executable, "-c", "import scale", PYTHONDONTWRITEBYTECODE="")
        assert said.output == f"{number}\n"
    (tmp_path / "broken.py").write_text("def", "utf-8")
    check_bytecode(tmp_path)  # says nothing; the import will
