"""How chapters are executed: retries, lost processes, progress."""

import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from books import Book, edited, notebook

from bookbuild.execute import execute
from bookbuild.jobs import Job
from bookbuild.progress import Progress
from bookbuild.refresh import BuildError, refresh
from bookbuild.settings import settings_for

#: A kernel that fails to start as often as there are lines in a file.
FLAKY = """\
import os, pathlib, sys
left = pathlib.Path(sys.argv[1])
lines = left.read_text().splitlines()
if lines:
    left.write_text("\\n".join(lines[1:]))
    sys.exit("not today")
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[2]])"""


@pytest.fixture
def flaky_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that makes a job whose kernel fails to start so many times."""

    def make(failures: int, code: str) -> Job:
        kernels = tmp_path / "jupyter" / "kernels" / "flaky"
        kernels.mkdir(parents=True)
        (kernels / "flaky.py").write_text(FLAKY)
        (tmp_path / "left").write_text("\n".join(["x"] * failures))
        program = [sys.executable, str(kernels / "flaky.py"), str(tmp_path / "left")]
        spec = {"argv": [*program, "{connection_file}"], "display_name": "x", "language": "python"}
        (kernels / "kernel.json").write_text(json.dumps(spec))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        chapter = notebook("#:# Chapter", code).replace('"python3"', '"flaky"')
        (tmp_path / "c.ipynb").write_text(chapter)
        return Job("c", tmp_path, tmp_path / ".bookbuild")

    return make


def test_a_kernel_that_fails_to_start_gets_one_more_try(flaky_job):
    outcome = execute(flaky_job(1, "1 + 1"))
    assert outcome.failures == ()
    assert "Kernel died before replying" in outcome.retried
    assert outcome.cells[0]["outputs"][0]["data"]["text/plain"] == "2"


def test_and_no_third_one(flaky_job):
    (failure,) = execute(flaky_job(2, "1 + 1")).failures
    assert "the kernel did not start, twice: RuntimeError: Kernel died" in str(failure)


def test_a_cell_that_raises_is_run_once(flaky_job, tmp_path: Path):
    (failure,) = execute(flaky_job(0, "open('runs', 'a').write('x')\n1 / 0")).failures
    assert "ZeroDivisionError" in str(failure)
    assert (tmp_path / "runs").read_text() == "x"


def test_a_lost_worker_costs_its_chapter_and_no_other(book: Book):
    code = "import os, signal\nos.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGKILL)"
    book.write("chapters/c.ipynb", notebook("#:# Chapter c", code))
    book.write("data/a.csv", "5.0\n")
    with pytest.raises(BuildError) as caught:
        book.refresh("chapters/a", "chapters/b", "chapters/c")
    (failure,) = caught.value.failures
    assert str(failure).startswith("chapters/c.ipynb")
    assert "the process that executed it was killed, twice" in str(failure)
    assert book.glued("chapters/a") == "5.0"


@pytest.mark.parametrize(("slow", "first"), [((), "a"), (("chapters/b",), "b")])
def test_what_is_said_to_be_slow_starts_first_until_a_build_has_timed_it(
    book: Book, slow: tuple[str, ...], first: str
):
    wait = "import csv, pathlib; pathlib.Path('../order').open('a').write('{}'); "
    for name in "ab":
        edited(book, f"chapters/{name}.ipynb", "import csv", wait.format(name) + "import csv")
    shutil.rmtree(book.root / ".bookbuild" / "results")
    settings = settings_for(book.root, slow=slow)
    refresh(settings, ["chapters/a", "chapters/b"], 1, lambda line: None)
    assert (book.root / "order").read_text()[0] == first


def test_a_slow_chapter_that_the_book_does_not_have_is_told(book: Book):
    with pytest.raises(BuildError) as caught:
        book.refresh("chapters/a", slow=("chapters/aa",))
    (failure,) = caught.value.failures
    assert "bookbuild_slow names a chapter that the book does not have" in str(failure)


def test_the_environment_of_the_build_is_left_as_it_was(flaky_job):
    before = dict(os.environ)
    execute(flaky_job(0, "1"))
    assert dict(os.environ) == before | {"JUPYTER_PATH": os.environ["JUPYTER_PATH"]}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_progress_is_a_bar_in_a_terminal_and_lines_elsewhere(stream: io.StringIO):
    progress = Progress(2, stream)
    progress.start(2)
    progress.step("chapters/a", 1.0, failed=False)
    progress.step("chapters/b", 2.0, failed=True)
    said = stream.getvalue()
    assert "[2/2] chapters/b FAILED (2.0 s)\n" in said
    assert ("[############............] 1/2 chapters/a" in said) == stream.isatty()
    assert ("[1/2] chapters/a executed (1.0 s)\n" in said) != stream.isatty()
    assert ("\r" in said) == stream.isatty()
