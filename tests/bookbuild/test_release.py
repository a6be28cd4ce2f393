"""What a release attaches is whole, the same twice, and refused where files disagree."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bookbuild.errors import UsageError
from bookbuild.release import assemble, find_disagreements, main, notes_of

ROOT = Path(__file__).resolve().parents[2]
CHANGES = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-12-01

### Added

- A study.

## [1.1.0] - 2026-11-01

- Less.
"""


@pytest.fixture
def book(tmp_path):
    """Return a folder that looks like a built book, of version 1.2.0."""
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1.2.0"\n',
        "CITATION.cff": "version: 1.2.0\ndate-released: 2026-12-01\n",
        "CHANGELOG.md": CHANGES,
        "requirements.txt": "a==1\n",
        "requirements-cluster.txt": "a==1\nb==2\n",
        "releases/1.2.0/provenance.json": "{}",
        "_build/html/index.html": "<p>front</p>",
        "_build/html/evidence-package.zip": "PK",
        "_build/html/chapters/b.results.json": '{"values": {"k": 3}}',
        "_build/html/chapters/a.results.json": '{"values": {"k": 2}}',
        "_build/pdf/evidence-book.pdf": "%PDF",
    }
    for name, text in files.items():
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / name).write_text(text, "utf-8")
    return tmp_path / "book"


def test_all_that_is_attached(book, tmp_path):
    names = [path.name for path in assemble(book, "v1.2.0", tmp_path / "out")]
    assert names == [
        "evidence-book-1.2.0-html.zip",
        "evidence-book-1.2.0.pdf",
        "evidence-package.zip",
        "requirements-cluster.txt",
        "requirements.txt",
        "results.json",
        "SHA256SUMS",
    ]
    files = tmp_path / "out/files"
    sums = dict(line.split("  ")[::-1] for line in (files / "SHA256SUMS").read_text().splitlines())
    assert sums == {n: hashlib.sha256((files / n).read_bytes()).hexdigest() for n in names[:-1]}
    results = json.loads((files / "results.json").read_text("utf-8"))
    assert {name: result["values"]["k"] for name, result in results.items()} == {"a": 2, "b": 3}
    assert (tmp_path / "out/notes.md").read_text("utf-8") == "### Added\n\n- A study.\n"
    with zipfile.ZipFile(files / names[0]) as archive:
        assert archive.read("evidence-book-1.2.0-html/index.html") == b"<p>front</p>"
        assert len(archive.namelist()) == 4


def test_two_of_one_book_are_equal(book, tmp_path):
    assemble(book, "v1.2.0", tmp_path / "one")
    for path in (book / "_build").rglob("*"):
        os.utime(path, (2e9, 2e9))
    assemble(book, "v1.2.0", tmp_path / "two")
    one, two = ((tmp_path / n / "files/SHA256SUMS").read_text() for n in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pyproject.toml", "1.2.0", "1.3.0", "pyproject.toml: version '1.3.0' must be '1.2.0'"),
        ("CITATION.cff", "1.2.0", "1.1.0", "CITATION.cff: version '1.1.0' must be '1.2.0'"),
        ("CITATION.cff", "date-released: 2026-12-01", "", "date-released 'none' must be"),
        ("CHANGELOG.md", "[1.2.0]", "[1.2.1]", "has no section [1.2.0]; it has Unreleased, 1.2.1"),
        ("CHANGELOG.md", " - 2026-12-01", "", "'' must be the date of [1.2.0]"),
    ],
)
def test_what_disagrees_is_named(book, tmp_path, file, old, new, said):
    path = book / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (fault,) = find_disagreements(book, "v1.2.0")
    assert said in fault
    with pytest.raises(UsageError):
        assemble(book, "v1.2.0", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_release_that_was_not_kept_is_named(book):
    (book / "releases/1.2.0").rename(book / "releases/1.1.0")
    (fault,) = find_disagreements(book, "v1.2.0")
    assert fault == "releases/1.2.0: is missing; run `python -m bookbuild snapshot 1.2.0`"


@pytest.mark.parametrize("tag", ["1.2.0", "v1.2", "v1.2.0-rc1", ""])
def test_a_tag_that_is_no_version(book, tag):
    (fault,) = find_disagreements(book, tag)
    assert repr(tag) in fault


def test_what_was_not_built_is_named_at_once(book, tmp_path):
    (book / "_build/pdf/evidence-book.pdf").unlink()
    (book / "_build/html/evidence-package.zip").unlink()
    with pytest.raises(UsageError) as error:
        assemble(book, "v1.2.0", tmp_path / "out")
    assert "evidence-book.pdf is missing: run `make pdf`" in str(error.value)
    assert "evidence-package.zip is missing: run `make book`" in str(error.value)


def test_a_folder_that_is_there_is_kept(book, tmp_path):
    with pytest.raises(UsageError, match="is there already"):
        assemble(book, "v1.2.0", tmp_path)


@pytest.mark.parametrize("version", ["9.9.9", "Unreleased"])
def test_notes_that_are_not_there(version):
    with pytest.raises(UsageError, match="CHANGELOG.md"):
        notes_of(CHANGES, version)


def test_the_command(book, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(book)
    assert main(["check", "v1.2.0"]) == 0
    assert main(["check", "v1.2.1"]) == 2
    assert "must be '1.2.1'" in capsys.readouterr().err
    assert main(["assemble", "v1.2.0", "--out", str(tmp_path / "out")]) == 0
    assert "SHA256SUMS" in capsys.readouterr().out


def test_the_versions_of_this_book_agree():
    from tomllib import loads

    stated = loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert list(find_disagreements(ROOT, f"v{stated}")) == []
    assert notes_of((ROOT / "CHANGELOG.md").read_text("utf-8"), stated)
    assert (ROOT / "releases" / stated).is_dir()


def test_binder_lends_notebooks_the_kernel_of_the_lock(tmp_path):
    """What postBuild does, with the environment of the tests in the place of a new one."""
    venv = tmp_path / ".venv"
    venv.mkdir()
    (tmp_path / "Makefile").write_text(".venv/.ready:\n\ttouch $@\n")
    for part in Path(sys.prefix).iterdir():
        if part.name != ".ready":
            (venv / part.name).symlink_to(part)
    env = os.environ | {"NB_PYTHON_PREFIX": str(tmp_path / "server")}
    subprocess.run(["bash", ROOT / "binder/postBuild"], cwd=tmp_path, env=env, check=True)
    spec = tmp_path / "server/share/jupyter/kernels/python3/kernel.json"
    python = json.loads(spec.read_text("utf-8"))["argv"][0]
    done = subprocess.run([python, "-c", "import evidence, papermill"], cwd=tmp_path, check=False)
    assert done.returncode == 0
