"""A chapter checks its own parameters, whoever executes it: papermill, a forked kernel, Jupyter."""

import re
import subprocess
import sys
from collections.abc import Iterator

import nbformat
import pytest
from books import Book, Ran
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from bookbuild.glue import glued_values
from bookbuild.jobs import Job, Outcome
from bookbuild.parameters import check_parameters
from bookbuild.pool import execute_all

UNKNOWN = "levl is not a parameter of c; did you mean 'level'?"
#: Plain values that a chapter makes: none of them is to be taken for a parameter.
LATER = "limit, levels, named = 3, [90, 95], {'a': 1}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = Book(tmp_path_factory.mktemp("own") / "book")
    book.chooser("chapters/c", LATER)
    book.toc("chapters/c")
    return book


def papermill(book: Book, *words: str, folder: str = ".") -> Ran:
    path = "chapters/c.ipynb" if folder == "." else "c.ipynb"
    command = [sys.executable, "-m", "papermill", path, str(book.root / "out.ipynb"), *words]
    done = subprocess.run(
        [*command, "--no-progress-bar"],
        cwd=book.root / folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, re.sub(r"\x1b\[[0-9;]*m", "", done.stderr))


def words_of(path) -> str:
    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    return next(data["text/plain"] for _, key, data in glued_values(cells) if key == "words")


@pytest.mark.parametrize("folder", [".", "chapters"])
def test_plain_papermill_runs_it_and_gives_each_value_its_type(book: Book, folder: str):
    done = papermill(book, "-p", "level", "90", "-p", "strict", "True", folder=folder)
    assert done.status == 0, done.err
    assert words_of(book.root / "out.ipynb") == "'all 90.0 1 True'"
    assert papermill(book, folder=folder).status == 0
    assert words_of(book.root / "out.ipynb") == "'all 95.0 1 False'"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("-p", "drug", "magic"),
            "drug must be one of all, ketamine, memantine, any infusion; got",
        ),
        (("-p", "level", "0.9"), "level must be a number above 1 and below 100 (percent); got 0.9"),
        (("-p", "strict", "false"), "strict must be one of True, False; got 'false'; write False"),
        (("-p", "levl", "90"), UNKNOWN),
        (("-y", "{levl: [90, 95]}"), UNKNOWN),
        (("-y", "{levl: null}"), UNKNOWN),
        (("-p", "display", "all"), "display is not a parameter of c"),
    ],
)
def test_plain_papermill_ends_with_the_same_words(book: Book, words, said):
    done = papermill(book, *words)
    assert done.status == 1
    assert f"ParameterError: {said}" in done.err


def test_a_wrong_value_and_a_misspelled_name_are_told_at_once(book: Book):
    done = papermill(book, "-p", "levl", "90", "-p", "doses", "9")
    assert UNKNOWN in done.err
    assert "doses must be a whole number from 1 to 4; got 9" in done.err


def test_forked_kernels_refuse_them_too(book: Book):
    outcomes: list[Outcome] = []
    sets = [{"level": 90.0}, {"levl": 90.0}, {"level": 0.9}]
    jobs = [Job("chapters/c", book.root, book.root / ".bookbuild", values) for values in sets]
    execute_all(jobs, 1, outcomes.append, preload=["json"])
    good, unknown, share = outcomes
    assert good.failures == ()
    assert UNKNOWN in str(unknown.failures[0])
    assert "level is a percentage: write 90" in str(share.failures[0])
    assert '{"levl": 90.0}' in str(unknown.failures[0])


@pytest.fixture
def jupyter(book: Book) -> Iterator[BlockingKernelClient]:
    """A kernel as Jupyter starts it for a notebook: in its folder, with nothing of ours."""
    manager, client = start_new_kernel(cwd=str(book.root / "chapters"))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run_cells(client: BlockingKernelClient, sources: list[str]) -> list[str]:
    """Execute cells as Jupyter does; return the error of each, empty where there is none."""
    replies = [client.execute_interactive(s, output_hook=lambda _: None) for s in sources]
    return [reply["content"].get("evalue", "") for reply in replies]


def test_in_jupyter_a_chapter_may_run_again_and_again(book: Book, jupyter: BlockingKernelClient):
    notebook = nbformat.read(book.root / "chapters/c.ipynb", 4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parameters, check, *rest = sources
    assert run_cells(jupyter, sources) == [""] * len(sources)
    assert run_cells(jupyter, sources) == [""] * len(sources)
    assert run_cells(jupyter, [check]) == [""]
    edited = parameters.replace("doses: int = 1", "doses: int = 9")
    assert "doses must be a whole number" in run_cells(jupyter, [edited, check])[1]
    injected = "# Parameters\nlevl = 90"
    assert UNKNOWN in run_cells(jupyter, [parameters, injected, check])[2]
    assert run_cells(jupyter, [parameters, check, *rest]) == [""] * len(sources)


def test_without_a_notebook_the_values_are_checked_and_no_names_are_guessed(
    book: Book, monkeypatch
):
    monkeypatch.chdir(book.root)
    namespace = {"drug": "all", "level": 90, "doses": 1, "strict": False, "limit": 3}
    check_parameters("c", namespace)
    assert repr(namespace["level"]) == "90.0"
    assert namespace["limit"] == 3


def test_the_defaults_need_no_library_to_be_checked(book: Book):
    program = (
        "import sys; from bookbuild.parameters import check_parameters\n"
        "check_parameters('c', {'drug': 'all', 'level': 95.0, 'doses': 1, 'strict': False})\n"
        "print([n for n in ('jsonschema', 'yaml', 'sphinx', 'papermill') if n in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_papermill_tells_the_words_of_the_schema(book: Book):
    done = papermill(book, "--help-notebook")
    assert re.search(r"level: float \(default 95.0\) +confidence level, percent: above 1", done.out)
    assert re.search(r'drug: str \(default "all"\) +drug: all, ketamine, memantine', done.out)
