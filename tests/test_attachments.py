"""What a chapter hands to its page: a file beside it, and nothing of it in the page itself."""

import json
from types import SimpleNamespace

import pytest

from bookbuild.attachments import MIME, AttachmentError, attachments, placed, write_attachments

HTML = '<section data-file="attachment:explorer-one.js"></section>'


def handed(key="one", text="a();\n", **other):
    file = {"kind": "explorer", "key": key, "text": text, "needs": ["explorer.js"]} | other
    return {"outputs": [{"data": {MIME: file, "text/html": HTML}}, {"text": "no data"}]}


def result(*cells, docname="chapters/x"):
    return SimpleNamespace(docname=docname, cells=[*cells, {"outputs": []}])


def book(*results):
    return SimpleNamespace(results={each.docname: each for each in results})


def test_a_file_is_named_after_its_chapter():
    found = attachments(result(handed(), handed("two")))
    assert list(found) == ["chapters/x.explorer-one.js", "chapters/x.explorer-two.js"]
    assert found["chapters/x.explorer-one.js"]["text"] == "a();\n"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([handed(), handed()], "chapters/x.explorer-one.js twice"),
        ([handed(kind="virus")], "kind 'virus'; it must be one of explorer"),
        ([handed(key="../../index")], "'../../index'; its key must be small letters"),
        ([handed(more=1)], "has not exactly key, kind, needs, text"),
        ([{"outputs": [{"data": {MIME: "text"}}]}], "has not exactly"),
    ],
)
def test_what_is_no_attachment_is_refused(cells, said):
    with pytest.raises(AttachmentError, match="chapters/x hands its page .*" + said):
        attachments(result(*cells))


def test_the_page_has_the_name_of_the_file_and_nothing_of_its_content():
    cells = [{"cell_type": "code", **handed(text="secret")}, {"cell_type": "markdown"}]
    page = placed(json.dumps({"cells": cells}), "chapters/x")
    assert "secret" not in page
    assert MIME not in page
    html = json.loads(page)["cells"][0]["outputs"][0]["data"]["text/html"]
    assert html == '<section data-file="x.explorer-one.js"></section>'


def test_files_are_written_and_those_of_no_chapter_removed(tmp_path):
    old = tmp_path / "chapters/gone.explorer-one.js"
    other = tmp_path / "_static/explorer.js"
    for path in (old, other):
        path.parent.mkdir(exist_ok=True)
        path.write_text("old")
    write_attachments(book(result(handed()), result(docname="index")), tmp_path)
    made = tmp_path / "chapters/x.explorer-one.js"
    assert made.read_bytes() == b"a();\n"
    assert not old.exists()
    assert other.exists()
    before = made.stat().st_mtime_ns
    write_attachments(book(result(handed())), tmp_path)
    assert made.stat().st_mtime_ns == before
    write_attachments(book(result(handed(text="b();\n"))), tmp_path)
    assert made.read_bytes() == b"b();\n"
