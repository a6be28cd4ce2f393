"""A build that is killed, and two at once: the next build is right."""

import shutil
import signal
import time
from pathlib import Path

import pytest
from books import Book, edited

from bookbuild.build import publish, restore


def change_both(book: Book) -> None:
    book.write("data/a.csv", "6.0\n")
    book.write("data/b.csv", "7.0\n")
    edited(book, "chapters/a.ipynb", "The value is", "Anew: The value is")


def written(page: Path, began: int) -> bool:
    """Return whether a page was written since; a build begins with none."""
    try:
        return page.stat().st_mtime_ns != began
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def changed_site(built_book: Book) -> dict[str, bytes]:
    """The site after `change_both`, built from nothing."""
    change_both(built_book)
    shutil.rmtree(built_book.root / "_build")
    assert built_book.build().status == 0
    return built_book.written()


@pytest.mark.parametrize("moment", ["executing", "executed", "reading", "writing"])
def test_the_build_after_a_kill_is_that_of_a_clean_one(
    changed_site: dict[str, bytes], book: Book, moment: str
):
    change_both(book)
    work = book.root / "_build/work/_build"
    stored = book.root / ".bookbuild/results/chapters/a.json"
    before, page = stored.stat().st_ino, work / "html/chapters/a.html"
    began = page.stat().st_mtime_ns
    build = book.start()
    while {
        "executing": not list(stored.parents[2].glob("trace-*")),
        "executed": stored.stat().st_ino == before,
        "reading": not (work / ".doctrees/bookbuild-unfinished").exists(),
        "writing": not written(page, began),
    }[moment]:
        assert build.poll() is None, "the build ended before the moment came"
        time.sleep(0.002)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert book.value("chapters/a") == "1.5", "half a site was published"
    after = book.build()
    assert after.status == 0, after.output
    assert (book.value("chapters/a"), book.value("chapters/b")) == ("6.0", "70.0")
    assert book.written() == changed_site


def test_a_killed_plain_build_leaves_pages_that_the_next_one_writes_again(book: Book):
    assert book.build(plain=True).status == 0
    first, second = (book.root / f"_build/html/chapters/{name}.html" for name in "ab")
    began = first.stat().st_mtime_ns
    change_both(book)
    build = book.start(plain=True)
    while first.stat().st_mtime_ns == began:
        assert build.poll() is None, "the build ended before the moment came"
        time.sleep(0.002)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    second.write_text("<html>half", "utf-8")  # younger than its source: Sphinx would leave it
    assert book.build(plain=True).status == 0
    assert book.value("chapters/b") == "70.0"


def test_a_build_that_warned_warns_again(book: Book):
    edited(book, "chapters/a.ipynb", "The value is", "### Too deep\\n\\nThe value is")
    for _ in range(2):
        built = book.build()
        assert built.status == 1
        assert "1 warning in this build:" in built.output
        assert "Non-consecutive header level" in built.output.splitlines()[-2]
    assert book.value("chapters/a") == "1.5"


def test_two_builds_at_once_execute_each_chapter_once(book: Book):
    change_both(book)
    builds = [book.start(), book.start()]
    outputs = [build.communicate(timeout=120)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert sum(output.count("Another build of this book is running") for output in outputs) == 1
    for chapter in ("chapters/a", "chapters/b"):
        assert sum(f"] {chapter} executed" in output for output in outputs) == 1
    assert book.value("chapters/b") == "70.0"


def test_nobody_is_left_of_a_killed_build(book: Book):
    edited(book, "chapters/a.ipynb", "import csv", "import csv, time; time.sleep(300)")
    build = book.start()
    while not any("ipykernel" in process for process in processes_in(book.root)):
        assert build.poll() is None
        time.sleep(0.05)
    build.send_signal(signal.SIGKILL)
    build.communicate(timeout=20)  # as long as somebody is left, its output is open
    end = time.monotonic() + 20
    while left := processes_in(book.root):
        assert time.monotonic() < end, left
        time.sleep(0.1)


def processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_site_is_published_whole_or_not_at_all(tmp_path: Path):
    for name, text in (("new", "2"), ("html", "1"), ("html.next", "half")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(text)
    publish(tmp_path / "new", tmp_path / "html")
    assert (tmp_path / "html/index.html").read_text() == "2"
    assert {path.name for path in tmp_path.iterdir()} == {"new", "html"}
    (tmp_path / "html").rename(tmp_path / "html.last")  # killed between the two renamings
    restore(tmp_path / "html")
    assert (tmp_path / "html/index.html").read_text() == "2"
