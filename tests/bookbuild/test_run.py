"""`python -m bookbuild run`, as an author types it: what it leaves, and what it refuses."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from books import RECORDS, Book, edited

from bookbuild.run import place, plan, write_together

FILES = {"c.ipynb", "results.json", "provenance.json"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book with a chapter that was run once, and one without parameters."""
    book = Book(tmp_path_factory.mktemp("run") / "book")
    book.write("data/a.csv", "1.5\n")
    book.reader("chapters/a", "../data/a.csv")
    book.chooser("chapters/c")
    book.toc("chapters/a", "chapters/c")
    book.write("set.yaml", "level: 80\ndrug: any infusion\n")
    done = book.run("run", "chapters/c.ipynb", "-f", "set.yaml", "-p", "level=90")
    assert (done.status, done.err) == (0, "")
    book.write("said.txt", done.out)
    return book


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text("utf-8"))


def everything(book: Book) -> dict[str, bytes]:
    files = [path for path in book.root.rglob("*") if path.is_file() and "trace" not in path.name]
    return {path.relative_to(book.root).as_posix(): path.read_bytes() for path in files}


def test_a_run_leaves_three_files_and_says_the_headline_and_where_they_are(ran: Book):
    (folder,) = (ran.root / "runs" / "c").iterdir()
    assert folder.name.startswith("drug=any-infusion,level=90-")
    assert {file.name for file in folder.iterdir()} == FILES
    first, headline, last = (ran.root / "said.txt").read_text("utf-8").splitlines()
    assert first == "executing chapters/c with drug=any infusion, level=90.0 ..."
    assert headline == "  words  any infusion 90.0 1 False"
    assert last.startswith(f"runs/c/{folder.name} has c.ipynb, provenance.json, results.json (")


def test_results_are_flat_typed_and_told_with_all_parameters(ran: Book):
    (folder,) = (ran.root / "runs" / "c").iterdir()
    parameters = {"drug": "any infusion", "level": 90.0, "doses": 1, "strict": False}
    found = results(folder)
    assert (found["format"], found["chapter"]) == (1, "chapters/c")
    assert found["parameters"] == parameters
    assert found["values"] == {"level": 90.0, "all": "any infusion 90.0 1 False"}
    assert found["keys"]["level"] == {
        "type": "number", "unit": "percent", "meaning": "Confidence level."
    }  # fmt: skip
    assert found["texts"] == {"words": "any infusion 90.0 1 False", "other": "not of the headline"}
    made = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert made["parameters"] == parameters
    assert "chapters/c.parameters.json" in made["inputs"]
    assert made["environment"]["packages"].keys() == {"numpy"}


def test_the_notebook_left_is_what_papermill_would_leave_without_times_and_places(ran: Book):
    (folder,) = (ran.root / "runs" / "c").iterdir()
    text = (folder / "c.ipynb").read_text("utf-8")
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    tags = [cell.metadata.get("tags", []) for cell in made.cells]
    assert tags[tags.index(["parameters"]) + 1] == ["injected-parameters"]
    injected = made.cells[tags.index(["injected-parameters"])]
    assert injected.source == "# Parameters\ndrug = 'any infusion'\nlevel = 90.0\n"
    assert any(cell.outputs for cell in made.cells if cell.cell_type == "code")
    assert "papermill_" not in text
    assert str(ran.root) not in text


def test_the_defaults_give_what_the_build_publishes(ran: Book):
    assert ran.run("run", "c").status == 0
    assert ran.build().status == 0
    published = ran.root / "_build/html/chapters/c.results.json"
    assert published.read_bytes() == (ran.root / "runs/c/default/results.json").read_bytes()
    page = ran.page("chapters/c")
    assert '<a href="c.results.json">results.json</a>' in page
    assert "vnd.evidence" not in page.partition("output_html")[2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["d"], "no chapter 'd' in _toc.yml; the chapters are a, c"),
        (["chapters/cc"], "no chapter 'chapters/cc' in _toc.yml; did you mean 'c'?"),
        (["../c"], "no chapter '../c' in _toc.yml; did you mean 'c'?"),
        (["a"], "chapters/a has no parameters to choose: there is no chapters/a.parameters.json"),
        (["c", "-p", "level=100"], "level must be a number above 1 and below 100 (percent); got"),
        (["c", "-p", "drug=memantin"], "drug must be one of all, ketamine, memantine, any infu"),
        (["c", "-p", "levl=90"], "levl is not a parameter of chapters/c; did you mean 'level'?"),
        (["c", "-p", "level"], "-p level must be -p name=value"),
        (
            ["c", "-p", "level=90", "-p", "level=80"],
            "level is given twice: '90' and '80'; keep one",
        ),
        (["c", "-f", "missing.yaml"], "cannot read missing.yaml: No such file or directory"),
        (["c", "-f", "chapters"], "cannot read chapters: Is a directory"),
        (["c", "-f", "list.yaml"], "list.yaml holds list; it must be a mapping, a line `name: val"),
        (["c", "-f", "empty.yaml"], "empty.yaml holds nothing; it must be a mapping"),
        (["c", "-f", "broken.yaml"], "broken.yaml line 2 is not YAML: "),
        (["c", "-f", "binary.yaml"], "cannot read binary.yaml: it is not UTF-8 text"),
        (["c", "-f", "twice.yaml"], "twice.yaml gives level twice; keep one of each"),
        (["c", "-f", "wrong.yaml"], "strict must be one of True, False; got 'maybe'"),
        (["c", "--out", "said.txt"], "cannot write said.txt/c/default: "),
        (["c", "--out", "taken"], "cannot write taken/c/default: a file stands in its place; cho"),
        (["c", "--out", "/proc/runs"], "cannot write /proc/runs/c/default: No such file or dir"),
    ],
)
def test_bad_input_is_one_line_status_2_and_nothing_written(ran: Book, words, said):
    for name, text in {
        "list.yaml": "- level\n",
        "empty.yaml": "# nothing\n",
        "broken.yaml": "level: 90\n drug: [\n",
        "twice.yaml": "level: 90\nlevel: 80\n",
        "wrong.yaml": "strict: maybe\n",
        "taken/c/default": "",
    }.items():
        ran.write(name, text)
    (ran.root / "binary.yaml").write_bytes(b"level: \xff\n")
    before = everything(ran)
    done = ran.run("run", *words)
    assert done.err.startswith(said)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert everything(ran) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(ran: Book):
    (ran.root / "locked").mkdir(mode=0o500)
    done = ran.run("run", "c", "--out", "locked")
    assert (done.status, done.out) == (2, "")
    assert (
        done.err == "cannot write locked/c/default: Permission denied; choose another with --out\n"
    )


def test_all_faults_of_the_parameters_are_told_at_once(ran: Book):
    done = ran.run("run", "c", "-p", "levl=90", "-p", "doses=0", "-p", "drug=ketamine")
    assert (done.status, done.err.count("\n")) == (2, 2)


def test_no_book_and_a_broken_one(ran: Book, tmp_path: Path):
    shutil.copytree(ran.root / "chapters", tmp_path / "chapters")
    book = Book(tmp_path)
    (tmp_path / "_toc.yml").unlink()
    assert "has no _toc.yml; run it in the book's folder" in book.run("run", "c").err
    book.toc("chapters/c")
    (tmp_path / "_config.yml").unlink()
    done = book.run("run", "c")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "_config.yml: No such file" in done.err
    assert not (tmp_path / "runs").exists()


def test_two_chapters_of_one_name_are_told_apart(tmp_path: Path):
    book = Book(tmp_path / "book")
    book.chooser("one/c")
    book.chooser("two/c")
    book.toc("one/c", "two/c")
    done = book.run("run", "c")
    assert done.status == 2
    assert "the chapters are one/c, two/c" in done.err
    assert book.run("run", "two/c").status == 0
    assert results(book.root / "runs/two/c/default")["chapter"] == "two/c"


def test_a_run_that_fails_leaves_the_last_good_one(ran: Book, tmp_path: Path):
    root = tmp_path / "book"
    shutil.copytree(ran.root, root)
    book = Book(root)
    book.chooser("chapters/c", "assert level > 50, 'too low'")
    book.toc("chapters/c")
    assert book.run("run", "c", "-p", "doses=2").status == 0
    good = everything(book)
    edited(book, "chapters/c.ipynb", "level > 50", "level > 99")
    done = book.run("run", "c", "-p", "doses=2")
    assert done.status == 1
    assert 'chapters/c.ipynb, cell 5 (In [4]), parameters: {"doses": 2}' in done.err
    assert "AssertionError: too low" in done.err
    assert done.err.endswith("Nothing was written to runs/c/doses=2.\n")
    left = everything(book)
    assert {n: t for n, t in left.items() if n.startswith("runs/")} == {
        n: t for n, t in good.items() if n.startswith("runs/")
    }


def test_a_chapter_changed_while_it_was_executed_is_not_kept(ran: Book, tmp_path: Path):
    book = Book(tmp_path / "book")
    change = "text = open('c.ipynb').read().replace('!r}', '}')\nopen('c.ipynb', 'w').write(text)"
    book.chooser("chapters/c", change)
    book.toc("chapters/c")
    done = book.run("run", "c")
    assert (done.status, (book.root / "runs/c/default").exists()) == (1, False)
    assert "changed while" in done.err


def test_a_result_recorded_twice_or_wrongly_fails(ran: Book, tmp_path: Path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c", RECORDS.replace('"level": level', '"level": "high"'))
    book.toc("chapters/c")
    done = book.run("run", "c")
    assert done.status == 1
    assert "the result 'level' is 'high', and not of the type number" in done.err
    assert "the result 'all' is recorded twice" in done.err


def test_a_killed_run_leaves_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch):
    """Break off at each renaming and each writing of a file."""
    book = Book(tmp_path / "book")
    book.chooser("chapters/c")
    book.toc("chapters/c")
    folder = tmp_path / "runs" / "c" / "default"
    old, new = ({"a": f"{word} a", "b": f"{word} b"} for word in ("old", "new"))
    for moment in range(4):
        shutil.rmtree(tmp_path / "runs", ignore_errors=True)
        write_together(old, folder)
        with monkeypatch.context() as patch:
            _break_off(patch, moment)
            with pytest.raises(KeyboardInterrupt):
                write_together(new, folder)
        assert place(plan(book.root, "c", {}), tmp_path / "runs") == folder
        assert {path.name: path.read_text() for path in folder.iterdir()} == old
        write_together(new, folder)
        assert {path.name: path.read_text() for path in folder.iterdir()} == new
        assert [path.name for path in folder.parent.iterdir()] == ["default"]


def _break_off(patch: pytest.MonkeyPatch, moment: int) -> None:
    calls = iter(range(9))

    def counted(function):
        def call(*arguments):
            if next(calls) == moment:
                raise KeyboardInterrupt
            return function(*arguments)

        return call

    patch.setattr(os, "fsync", counted(os.fsync))
    patch.setattr(Path, "rename", counted(Path.rename))


def test_a_run_that_is_stopped_says_so_in_a_line_and_leaves_nothing(tmp_path: Path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c", "open('begun', 'w').close()\nimport time\ntime.sleep(60)")
    book.toc("chapters/c")
    process = subprocess.Popen(
        [sys.executable, "-m", "bookbuild", "run", "c"],
        cwd=book.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    while not (book.root / "chapters/begun").exists():
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "\nstopped; what was not finished is not kept\n")
    assert list((book.root / "runs/c").iterdir()) == []
