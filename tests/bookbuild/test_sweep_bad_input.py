"""Bad input to the command `sweep`: a line that says what and how to mend it, and status 2."""

import socket
import time
from pathlib import Path

import pytest
from swept import SweptBook

GOOD = "level: [80, 90]"


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> SweptBook:
    """A book with results that no bad command may touch."""
    made = SweptBook(tmp_path_factory.mktemp("bad"))
    assert made.sweep(GOOD).status == 0
    made.book.write("a file", "not a folder")
    return made


def refused(swept: SweptBook, grid: str, *options: str, **given: str) -> str:
    """Return the one line that a command says; it must leave all as it was."""
    before = swept.files()
    process = swept.start(grid, *options, **given)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert swept.files() == before
    assert len(err.splitlines()) == 1, err
    return err


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ("- level", "grid.yaml holds list; it must be a mapping, a line `name: value` each"),
        ("", "grid.yaml holds nothing; it must be a mapping"),
        ("{}", "grid.yaml has an empty grid; give values, such as `level: [90, 95]`"),
        ("level: []", "has an empty grid: level has no value; give one or more"),
        ("levl: [80, 90]", "levl is not a parameter of chapters/a; did you mean 'level'?"),
        ("level: [80, 120]", "level must be a number above 1 and below 100 (percent); got 120"),
        ("level: ['95%']", "level must be a number above 1 and below 100 (percent); got '95%'"),
        ("quick: [yess]", "quick must be one of True, False; got 'yess'"),
        ("level: [80", "grid.yaml line 1 is not YAML"),
    ],
)
def test_a_bad_grid(swept: SweptBook, grid: str, said: str):
    assert said in refused(swept, grid)


def test_all_faults_of_a_grid_are_said_at_once(swept: SweptBook):
    process = swept.start("levl: 1\nlevel: [80, 120]\nmethod: [DL, magic]")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, len(err.splitlines())) == (2, "", 3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--grid", "missing.yaml"), "cannot read missing.yaml: No such file or directory"),
        (("--grid", "data"), "cannot read data: Is a directory"),
        (
            ("--out", "a file"),
            "cannot write a file/a/default: Not a directory; choose another with --out",
        ),
        (("--jobs", "0"), "--jobs must be a whole number from 1; got '0'"),
        (("--jobs", "two"), "--jobs must be a whole number from 1; got 'two'"),
        (("--scheduler", "here"), "--scheduler must be tcp://host:port; got 'here'"),
        (("--scheduler", "tcp://h:1", "--jobs", "2"), "--jobs is for this machine"),
    ],
)
def test_a_bad_option(swept: SweptBook, options: tuple[str, ...], said: str):
    assert said in refused(swept, GOOD, *options)


@pytest.mark.parametrize(
    ("chapter", "said"),
    [
        ("aa", "no chapter 'aa' in _toc.yml; did you mean 'a'? the chapters are a, plain"),
        ("plain", "chapters/plain has no parameters to choose"),
    ],
)
def test_a_bad_chapter(swept: SweptBook, chapter: str, said: str):
    assert said in refused(swept, GOOD, chapter=chapter)


def test_a_bad_number_of_jobs_in_the_environment(swept: SweptBook):
    said = "BOOK_JOBS must be a whole number from 1; got 'many'"
    assert said in refused(swept, GOOD, BOOK_JOBS="many")


@pytest.mark.parametrize("listening", [True, False])
def test_a_scheduler_that_does_not_answer(swept: SweptBook, listening: bool):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listening:  # accepts, and says nothing
            server.listen()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        err = refused(swept, GOOD, "--scheduler", address)
        assert time.monotonic() - began < 10
    assert err == f"no Dask scheduler answers at {address}; is it running?\n"


def test_dask_that_is_not_installed(swept: SweptBook, tmp_path: Path):
    (tmp_path / "distributed.py").write_text("raise ImportError('No module named distributed')")
    err = refused(swept, GOOD, "--scheduler", "tcp://127.0.0.1:1", PYTHONPATH=str(tmp_path))
    assert "--scheduler needs the extra `cluster`: `make cluster` installs it" in err
