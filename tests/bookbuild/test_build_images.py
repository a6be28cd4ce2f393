"""Pictures on a page: the lighter format, with its words; and no picture without words."""

import base64
import random

import nbformat
import pytest
from books import Book, notebook

from bookbuild.images import find_faults, show_lighter

SVG = "<svg>" + "<path/>" * 500 + "</svg>"
PNG = base64.b64encode(random.Random(1).randbytes(2000)).decode()


def output(**changed):
    made = {"output_type": "display_data", "metadata": {"alt": "A line."}}
    made["data"] = {"image/svg+xml": SVG, "image/png": PNG, "text/plain": "Figure"}
    return made | changed


def shown(*outputs):
    cell = nbformat.v4.new_code_cell(outputs=list(outputs))
    show_lighter(cell)
    return cell


def test_a_page_shows_the_lighter_format_as_a_server_sends_it():
    assert len(SVG) > len(base64.b64decode(PNG))
    (lighter,) = shown(output()).outputs
    assert set(lighter["data"]) == {"image/svg+xml", "text/plain"}
    noise = random.Random(2).randbytes(4000).hex()
    (lighter,) = shown(output(data={"image/svg+xml": noise, "image/png": PNG})).outputs
    assert set(lighter["data"]) == {"image/png"}


def test_what_was_stored_keeps_both_and_the_page_gets_the_words():
    stored = output()
    cell = shown(stored)
    assert cell.metadata["mystnb"]["image"] == {"alt": "A line."}
    assert stored == output()


def test_other_outputs_are_left_alone():
    text = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "1"}}
    cell = shown(text)
    assert cell.outputs == [text]
    assert cell.metadata == {}


@pytest.mark.parametrize("metadata", [{}, {"alt": " "}])
def test_a_picture_without_words_is_a_fault_of_its_cell(metadata):
    cells = [{"outputs": []}, {"outputs": [output(metadata=metadata)]}]
    ((number, said),) = find_faults(cells)
    assert number == 1
    assert "no text alternative" in said
    assert list(find_faults([{"outputs": [output()]}])) == []


def test_two_pictures_of_a_cell_are_a_fault():
    ((_, said),) = find_faults([{"outputs": [output(), output()]}])
    assert "shows 2 figures" in said


def test_a_chapter_with_such_a_figure_is_not_published(book: Book):
    before = book.everything()
    code = "import matplotlib.pyplot as plt\nplt.plot([0, 1], [1, 2]);"
    book.write("chapters/a.ipynb", notebook("#:# Chapter a", "1 + 1", code))
    built = book.build()
    assert built.status == 1
    assert "chapters/a.ipynb, cell 3 (In [2])" in built.output
    assert "a figure has no text alternative" in built.output
    assert book.everything() == before
