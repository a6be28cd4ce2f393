"""What the trace sees of a process, and what it leaves out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.trace import Reads, read_trace, trace_variables


@pytest.fixture
def traced(tmp_path: Path):
    """Return a function that runs a program in a folder and returns what it read there."""
    root = tmp_path / "book"
    root.mkdir()

    def run(program: str) -> Reads:
        file = tmp_path / "trace"
        file.unlink(missing_ok=True)
        variables = os.environ | trace_variables(file, root, (root / "_build",))
        subprocess.run([sys.executable, "-c", program], cwd=root, env=variables, check=True)
        return read_trace(file)

    run.root = root
    return run


def names(reads: Reads, root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in reads.files}


def test_files_opened_by_libraries_are_seen(traced):
    for name in ("a.csv", "b.csv", "c.txt", "d.json", "e.csv"):
        (traced.root / name).write_text("1,2\n3,4\n")
    reads = traced(
        "import json, pathlib, subprocess, sys\nimport numpy as np, pandas as pd\n"
        "pd.read_csv('a.csv'); pd.read_csv('b.csv', engine='python')\n"
        "np.loadtxt('e.csv', delimiter=','); pathlib.Path('c.txt').read_text()\n"
        "subprocess.run([sys.executable, '-c', 'open(\"d.json\")'], check=True)\n"
    )
    assert names(reads, traced.root) == {"a.csv", "b.csv", "c.txt", "d.json", "e.csv"}
    assert reads.folders == reads.untraced == ()


def test_modules_are_seen_with_and_without_their_bytecode(traced, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (traced.root / "package").mkdir()
    (traced.root / "package/__init__.py").write_text("from package.inner import x\n")
    (traced.root / "package/inner.py").write_text("x = 1\n")
    expected = {"package/__init__.py", "package/inner.py"}
    assert names(traced("import package"), traced.root) == expected
    assert list(traced.root.rglob("*.pyc"))
    assert names(traced("import package"), traced.root) == expected


def test_what_was_written_first_is_no_input_and_what_is_missing_is_one(traced):
    (traced.root / "log.txt").write_text("")
    reads = traced(
        "open('own.txt', 'w').write('1'); open('own.txt').read()\n"
        "open('log.txt', 'a').write('1')\n"
        "try:\n    open('missing.txt')\nexcept FileNotFoundError:\n    pass\n"
    )
    assert names(reads, traced.root) == {"missing.txt"}


def test_a_database_a_listing_and_a_changed_folder(traced):
    (traced.root / "data").mkdir()
    reads = traced(
        "import os, pathlib, sqlite3\nsqlite3.connect('data/x.sqlite').close()\n"
        "sqlite3.connect(':memory:').close()\nos.chdir('data'); list(pathlib.Path().glob('*'))"
    )
    assert names(reads, traced.root) == {"data/x.sqlite"}
    assert reads.folders == (traced.root / "data",)


def test_what_cannot_be_followed_is_named(traced):
    reads = traced(
        "import os, socket, subprocess\nsubprocess.run(['true'], check=True)\nos.system('true')\n"
        "with socket.socket() as s:\n    s.settimeout(0.01)\n"
        "    try:\n        s.connect(('192.0.2.1', 9))\n    except OSError:\n        pass\n"
    )
    assert set(reads.untraced) == {
        "the program true", "the shell command true", "the network host 192.0.2.1"
    }  # fmt: skip


def test_the_systems_files_and_the_builds_own_do_not_count(traced):
    (traced.root / "_build").mkdir()
    (traced.root / "_build/x.json").write_text("{}")
    reads = traced("open('_build/x.json'); open('/etc/hostname'); import json, email")
    assert reads.files == ()


def test_a_shadowed_sitecustomize_still_runs(traced, monkeypatch: pytest.MonkeyPatch):
    (traced.root / "site").mkdir()
    (traced.root / "site/sitecustomize.py").write_text("import builtins\nbuiltins.own = 1\n")
    monkeypatch.setenv("PYTHONPATH", str(traced.root / "site"))
    assert names(traced("assert own == 1"), traced.root) == {"site/sitecustomize.py"}
