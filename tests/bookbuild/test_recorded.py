"""What chapters record: one flat document, each key once, each value of its type."""

import copy
import json

import pytest
from books import Book, edited

from bookbuild.results import MIME, ResultsError, collect, find_faults, results_text
from bookbuild.store import Result, Store

KEYS = {
    "md": {"type": "number", "unit": "attacks a month", "meaning": "Pooled difference."},
    "k": {"type": "integer", "unit": None, "meaning": "Trials."},
    "pooled": {"type": "boolean", "unit": None, "meaning": "Whether trials were pooled."},
    "drug": {"type": "string", "unit": None, "meaning": "The drug."},
}
VALUES = {"md": -1.25, "k": 2, "pooled": True, "drug": "memantine"}


def cell(values=VALUES, keys=KEYS) -> dict:
    output = {"output_type": "display_data", "metadata": {}, "data": {}}
    record = copy.deepcopy({"values": values, "keys": keys})
    return {"execution_count": 1, "outputs": [output | {"data": {MIME: record, "text/plain": "4"}}]}


def glued(key: str, text: str) -> dict:
    data = {"application/papermill.record/text/plain": text}
    metadata = {"scrapbook": {"name": key, "mime_prefix": "application/papermill.record/"}}
    return {"execution_count": 2, "outputs": [{"data": data, "metadata": metadata}]}


def test_records_of_all_cells_are_one_document():
    other = {"n": {"type": "integer", "unit": "people", "meaning": "People."}}
    cells = [cell(), {"outputs": []}, cell({"n": None}, other), glued("md", "'−1.2 (95% CI)'")]
    assert collect(cells) == {
        "values": VALUES | {"n": None},
        "keys": KEYS | other,
        "texts": {"md": "−1.2 (95% CI)"},
    }


@pytest.mark.parametrize(
    ("shown", "text"), [("'a'", "a"), ("1.5", "1.5"), ('"it\'s"', "it's"), ("<Thing>", "<Thing>")]
)
def test_a_glued_text_is_told_as_it_is_read(shown, text):
    assert collect([glued("x", shown)])["texts"] == {"x": text}


@pytest.mark.parametrize(
    ("values", "keys", "said"),
    [
        (VALUES | {"md": "1"}, KEYS, "the result 'md' is '1', and not of the type number"),
        (VALUES | {"md": True}, KEYS, "the result 'md' is True, and not of the type number"),
        (VALUES | {"k": 2.0}, KEYS, "the result 'k' is 2.0, and not of the type integer"),
        (VALUES | {"pooled": 1}, KEYS, "the result 'pooled' is 1, and not of the type boolean"),
        (VALUES | {"drug": ["a"]}, KEYS, "the result 'drug' is ['a'], and not of the type string"),
        (VALUES | {"md": float("nan")}, KEYS, "the result 'md' is nan; a number that does not"),
        (VALUES | {"x": 1}, KEYS, "the result 'x' needs a type"),
        (VALUES, KEYS | {"k": {"type": "integer"}}, "the result 'k' needs a type"),
        (VALUES, KEYS | {"y": KEYS["k"]}, "the result 'y' is described and has no value"),
    ],
)
def test_each_breach_is_named(values, keys, said):
    assert any(said in fault for _, fault in find_faults([cell(values, keys)]))
    with pytest.raises(ResultsError, match="the result"):
        collect([cell(values, keys)])


def test_a_key_recorded_twice_is_named_with_its_cell():
    faults = list(find_faults([{"outputs": []}, cell(), cell({"md": 1.0}, {"md": KEYS["md"]})]))
    assert faults == [(2, "the result 'md' is recorded twice")]


def test_a_record_of_another_kind_is_named():
    broken = {"outputs": [{"data": {MIME: {"md": 1.0}}}]}
    assert "must have `values` and `keys`" in next(find_faults([broken]))[1]


def test_the_document_is_json_for_any_program():
    text = results_text("chapters/c", {"level": 95.0}, [cell()])
    document = json.loads(text, parse_constant=pytest.fail)
    assert document["format"] == 1
    assert document["parameters"] == {"level": 95.0}
    assert document["values"] == VALUES


def test_results_are_listed_in_their_order_whether_executed_now_or_stored(tmp_path):
    cells = [cell()]
    result = Result("c", "c", {}, {}, {}, {}, [], cells, "", 0.0, None)
    Store(tmp_path).save(result)
    stored = Store(tmp_path).load("c")
    assert stored is not None
    assert results_text("c", {}, stored.cells) == results_text("c", {}, cells)


def test_the_build_publishes_them_and_fails_on_a_breach(tmp_path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c")
    book.write("data/a.csv", "1.5\n")
    book.reader("chapters/a", "../data/a.csv")
    book.toc("chapters/a", "chapters/c")
    assert book.build().status == 0
    site = book.everything()
    assert json.loads(site["chapters/a.results.json"])["texts"] == {"value": "1.5"}
    assert json.loads(site["chapters/c.results.json"])["values"]["level"] == 95.0
    edited(book, "chapters/c.ipynb", '\\"level\\": level', '\\"level\\": \\"high\\"')
    built = book.build()
    assert built.status == 1
    assert "the result 'level' is 'high', and not of the type number" in built.output
    assert book.everything() == site
    book.toc("chapters/a")
    assert book.build().status == 0
    assert "chapters/c.results.json" not in book.everything()


def test_a_page_shows_the_parameters_of_its_schema_and_follows_it(tmp_path):
    book = Book(tmp_path / "book")
    book.chooser("chapters/c")
    book.toc("chapters/c")
    assert book.build().status == 0
    page = book.page("chapters/c")
    assert (
        '<th scope="row"><code>level</code></th><td class="meaning">Level of the interval.' in page
    )
    assert "papermill" in page
    edited(book, "chapters/c.parameters.json", "Level of the interval.", "Of the interval.")
    assert book.build().status == 0
    assert "Of the interval." in book.page("chapters/c")
    edited(book, "chapters/c.ipynb", "-p level=90", "-p levl=90")
    built = book.build()
    assert built.status == 1
    assert "levl is not a parameter of chapters/c; did you mean 'level'?" in built.output
