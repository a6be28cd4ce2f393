"""A build that is stopped says so in a line, leaves nobody behind, and the good site as it was."""

import os
import signal
import subprocess
import sys
import time

import pytest
from books import Book, edited
from test_build_crashes import processes_in

MINE = "from bookbuild.parent import end_with_parent; end_with_parent({}); print('alive')"


def start(book: Book) -> subprocess.Popen[str]:
    # Whoever runs the tests in the background has the interrupt ignored, and children inherit it.
    return subprocess.Popen(
        [sys.executable, "-m", "bookbuild"], cwd=book.root, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "send"),
    [(signal.SIGINT, os.killpg), (signal.SIGINT, os.kill), (signal.SIGTERM, os.kill)],
)
def test_a_build_that_is_stopped(book: Book, number: int, send):
    before = book.everything()
    edited(book, "chapters/a.ipynb", "import csv", "import csv, time; time.sleep(300)")
    build = start(book)
    while not any("ipykernel" in process for process in processes_in(book.root)):
        assert build.poll() is None, build.communicate()
        time.sleep(0.05)
    send(build.pid, number)
    error = build.communicate(timeout=20)[1]
    assert build.returncode == 130
    assert "stopped; what was not finished is not kept" in error
    assert "Traceback" not in error
    assert book.everything() == before
    end = time.monotonic() + 20
    while left := processes_in(book.root):
        assert time.monotonic() < end, left
        time.sleep(0.1)


def test_a_build_whose_output_nobody_reads_any_more(book: Book):
    book.write("data/a.csv", "6.0\n")
    before = book.everything()
    build = start(book)
    assert build.stdout
    assert build.stderr
    build.stdout.readline()
    build.stdout.close()
    with build.stderr as stream:
        error = stream.read()
    assert build.wait(timeout=60) != 0
    assert error.rstrip().endswith("The book was not published; the last good one is untouched.")
    assert "Traceback" not in error
    assert book.everything() == before
    assert book.build().status == 0
    assert book.value("chapters/a") == "6.0"


def test_a_child_whose_parent_had_died_before_it_asked_ends_at_once():
    def said(parent: int) -> tuple[int, str]:
        command = [sys.executable, "-c", MINE.format(parent)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert said(os.getpid()) == (0, "alive\n")
    assert said(2**22 + 1) == (-signal.SIGKILL, "")
