"""A full disk and one that can only be read: a line that says so, and the good site as it was."""

import errno
import shutil

import pytest
from books import Book
from disks import COMMAND, OWN_MOUNTS, needs_mounts, ran, read_only, with_largest_file

from bookbuild.disk import disk_fault, told_mend
from bookbuild.store import write_atomically

#: The book `$0` on a disk of its own, full but for `$1` KB, is built, and again when there is room.
FULL = """
mkdir -p "$0.disk" && mount -t tmpfs -o size=64m disk "$0.disk" && cp -a "$0/." "$0.disk" &&
mount --bind "$0.disk" "$0" && cd "$0" || exit 99
digests() { find _build/html -type f | sort | xargs sha256sum; }
before=$(digests)
head -c $(( ($(df --output=avail -k . | tail -1) - $1) * 1024 )) /dev/zero > .filler
shift
"$@"; echo "first: $?"
[ "$before" = "$(digests)" ] && echo "site: same"
ls -A _build .bookbuild
rm .filler
"$@"; echo "second: $?"
grep -o 'The value is <span class="pasted-text">[^<]*' _build/html/chapters/a.html
"""


def test_a_refusal_is_told_in_a_line_and_any_other_error_is_not():
    full = OSError(errno.ENOSPC, "No space left on device", "/elsewhere/page.html")
    said = "cannot use /elsewhere/page.html: No space left on device; make room on the disk, then"
    assert str(disk_fault(full)).startswith(said)
    wrapped = RuntimeError("the build failed")
    wrapped.__cause__ = full
    assert disk_fault(wrapped) == disk_fault(full)
    copied = shutil.Error([("from/a", "to/a", f"{full}"), ("from/b", "to/b", f"{full}")])
    assert str(disk_fault(copied)).startswith("cannot use to/a: No space left on device")
    assert disk_fault(FileNotFoundError(errno.ENOENT, "No such file", "data.csv")) is None
    assert disk_fault(ValueError("no number")) is None
    warned = "Failed to copy a.ttf: OSError(28, 'No space left on device')"
    assert told_mend(warned).startswith("No space left on device; make room on the disk")
    assert told_mend("Failed to copy a.ttf: OSError(2, 'No such file')") is None
    assert disk_fault(shutil.Error("of another kind")) is None


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_other(tmp_path, monkeypatch):
    file = tmp_path / "result.json"
    write_atomically(file, b"old")

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bookbuild.store.os.fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(file.name, b"old")]


@needs_mounts
@pytest.mark.parametrize("left", [0, 60, 3000])  # executing, keeping results, publishing
def test_a_full_disk(book: Book, left: int):
    book.write("data/a.csv", "6.0\n")
    built = ran(book.root.parent, *OWN_MOUNTS, FULL, str(book.root), str(left), *COMMAND)
    first, _, second = built.output.partition("first: ")
    assert second.startswith("1\nsite: same\n"), built.output
    assert not {"html.next", "html.last"} & set(second.splitlines())
    *_, refused, last = first.rstrip().splitlines()
    assert last == "The book was not published; the last good one is untouched."
    assert "No space left on device" in refused
    assert len(refused) < 300
    *_, status, value = second.rstrip().splitlines()
    assert (status, value.rpartition(">")[2]) == ("second: 0", "6.0")


def test_a_file_that_grows_too_large_for_the_limit(book: Book):
    book.write("data/a.csv", "6.0\n")
    before = book.everything()
    built = with_largest_file(book.root, 200_000, *COMMAND)
    *_, refused, last = built.output.rstrip().splitlines()
    assert built.status == 1
    assert "File too large; raise the limit on the size of files" in refused
    assert last == "The book was not published; the last good one is untouched."
    assert book.everything() == before
    assert not (book.root / "_build/html.next").exists()
    assert book.build().status == 0
    assert book.value("chapters/a") == "6.0"


@needs_mounts
def test_a_tree_that_can_only_be_read(book: Book):
    current = read_only(book.root, *COMMAND)
    assert (current.status, "Nothing has changed" in current.output) == (0, True)
    book.write("data/a.csv", "6.0\n")
    before = book.everything()
    refused = read_only(book.root, *COMMAND)
    assert refused.status == 1
    assert refused.output.splitlines() == [
        "cannot use .bookbuild/lock: Read-only file system; work in a copy of the book's folder",
        "The book was not published; the last good one is untouched.",
    ]
    assert book.everything() == before


@needs_mounts
def test_runs_in_a_tree_that_can_only_be_read(tmp_path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c")
    book.toc("chapters/c")
    grid = tmp_path / "grid.yaml"
    grid.write_text("level: [90, 95]\n", "utf-8")
    for words in (["run", "c"], ["sweep", "c", "--grid", str(grid)]):
        refused = read_only(book.root, *COMMAND, *words)
        assert refused.status == 2
        assert "Read-only file system; choose another with --out" in refused.output
        assert len(refused.output.splitlines()) == 1
        elsewhere = read_only(book.root, *COMMAND, *words, "--out", str(tmp_path / "out"))
        assert elsewhere.status == 1
        last = elsewhere.output.splitlines()[-1]
        assert "Read-only file system; work in a copy of the book's folder" in last
        assert "Traceback" not in elsewhere.output
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name != ".lock"][1:]
