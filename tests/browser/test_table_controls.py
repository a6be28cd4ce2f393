"""Tables in the browser: sorted and searched by keyboard, read on a phone and without scripts."""

import json

import pytest
from bs4 import BeautifulSoup
from pages import ROOT
from playwright.sync_api import expect
from views import DESKTOP, PHONE

STUDIES, CLAIMS = "data/studies", "chapters/claims-audit"
CELLS = {
    "numbers": ["−2", "10%", "1,234", "< 0.001", "0.001", "–", "3 to 5", "−0.5 (−1 to 0)"],
    "words": ["b10", "a", "b9", "Äpfel", "", "zoo", "B", "10.1/x"],
}
NUMBERS = ["−2", "−0.5 (−1 to 0)", "< 0.001", "0.001", "3 to 5", "10%", "1,234"]
WORDS = ["10.1/x", "a", "Äpfel", "B", "b9", "b10", "zoo"]


def made(page, cells, number_of_rows=None):
    """Put a table of these columns into the page, and the script that all tables have."""
    names, columns = list(cells), list(zip(*cells.values(), strict=True))
    head = "".join(f"<th scope=col>{name}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in columns)
    page.evaluate(
        """html => { document.querySelector("article").innerHTML = html; }""",
        f"<div class=table-region><table class=evidence-table><caption>C</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
    )
    page.add_script_tag(url="_static/tables.js")


def column(page, number, table="table.evidence-table"):
    return page.locator(f"{table} tbody tr:visible > :nth-child({number})").all_inner_texts()


@pytest.mark.parametrize(
    ("number", "name", "filled", "empty"),
    [(1, "numbers", NUMBERS, "–"), (2, "words", WORDS, "")],
)
def test_numbers_are_sorted_as_numbers_words_as_words_and_the_third_click_restores(
    open_page, number, name, filled, empty
):
    page = open_page("status").page
    made(page, CELLS)
    header = page.locator("thead th").nth(number - 1)
    assert header.get_attribute("aria-sort") is None
    header.get_by_role("button").press("Enter")
    assert column(page, number) == [*filled, empty]
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").press("Space")
    assert column(page, number) == [*filled[::-1], empty]
    assert header.get_attribute("aria-sort") == "descending"
    header.get_by_role("button").press("Enter")
    assert column(page, number) == CELLS[name]
    assert page.locator("[aria-sort]").count() == 0


def test_rows_that_are_alike_keep_their_order(open_page):
    page = open_page("status").page
    made(page, {"group": [*"bababa", "b"], "n": [*"1234567"]})
    button = page.locator("thead th button").first
    button.click()
    assert column(page, 2) == [*"2461357"]
    button.click()
    assert column(page, 2) == [*"1357246"]


@pytest.mark.parametrize(("rows", "sorts", "searches"), [(5, 0, 0), (6, 1, 0), (8, 1, 1)])
def test_a_small_table_is_left_plain(open_page, rows, sorts, searches):
    page = open_page("status").page
    made(page, {"n": [str(n) for n in range(rows)]})
    assert page.locator("thead button").count() == sorts
    assert page.locator("article form").count() == searches


def test_studies_are_searched_by_keyboard_and_the_count_is_told(open_page):
    opened = open_page(STUDIES)
    page = opened.page
    field = page.get_by_label("Search this table")
    status = page.locator(".table-search [role=status]")
    total = page.locator("#the-table tbody tr").count()
    field.focus()
    page.keyboard.type("fibromyalgia memantine")
    expect(page.locator("#the-table tbody tr[hidden]")).not_to_have_count(0)
    found = page.locator("#the-table tbody tr:visible")
    assert 0 < found.count() < total
    for text in found.all_inner_texts():
        assert "fibromyalgia" in text.lower()
        assert "memantine" in text.lower()
    assert status.inner_text() == f"{found.count()} of {total} rows shown"
    page.keyboard.type(" xyzzy")
    expect(page.locator("#the-table tbody tr:not([hidden])")).to_have_count(0)
    assert status.inner_text() == f"None of the {total} rows fits this choice"
    assert opened.faults == []


def test_a_sorted_column_of_the_studies_is_in_order(open_page):
    page = open_page(STUDIES).page
    names = page.locator("#the-table thead th").all_inner_texts()
    at = [name.strip() for name in names].index("n") + 1
    page.locator("#the-table thead th").nth(at - 1).get_by_role("button").press("Enter")
    sizes = [int(text) for text in column(page, at, "#the-table table") if text]
    assert len(sizes) > 100
    assert sizes == sorted(sizes)


def test_a_link_to_a_row_shows_it_though_a_search_hid_it(open_page):
    page = open_page(STUDIES).page
    page.get_by_label("Search this table").fill("xyzzy")
    expect(page.locator("#the-table tbody tr:not([hidden])")).to_have_count(0)
    page.evaluate("location.hash = 'study-noruzzadeh2016'")
    expect(page.locator("#the-table tbody tr[hidden]")).to_have_count(0)
    assert page.locator("#study-noruzzadeh2016").is_visible()
    assert page.get_by_label("Search this table").input_value() == ""


def test_a_row_opened_by_its_address_is_in_view_below_the_headers(open_page):
    page = open_page(STUDIES, anchor="study-wad2005").page
    expect(page.locator("#study-wad2005")).to_be_in_viewport()
    row = page.locator("#study-wad2005").bounding_box()
    head = page.locator("#the-table thead").bounding_box()
    assert head["y"] + head["height"] - 1 <= row["y"] < DESKTOP["height"]


def test_claims_are_filtered_searched_and_sorted_and_shown_again(open_page):
    opened = open_page(CLAIMS)
    page = opened.page
    rows = page.locator(".claims-table tbody tr:visible")
    total = rows.count()
    page.locator("select[name=verdict]").select_option("confirmed")
    expect(page.locator(".claims-table tbody tr[hidden]")).not_to_have_count(0)
    assert 0 < rows.count() < total
    verdicts = page.eval_on_selector_all(
        ".claims-table tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.verdict)"
    )
    assert set(verdicts) == {"confirmed"}
    page.locator(".claims-table thead button").first.click()
    said = page.locator(".claims-table tbody tr:visible th strong").all_inner_texts()
    assert said[0].casefold() < said[-1].casefold()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".claims-table tbody tr[hidden]")).to_have_count(0)
    assert rows.count() == total
    assert opened.faults == []


@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_first_column_stays_in_sight_and_the_region_scrolls(open_page, view):
    page = open_page(STUDIES, viewport=view).page
    region = page.locator("#the-table .table-region")
    assert region.evaluate("it => it.scrollWidth > it.clientWidth")
    region.focus()
    region.evaluate("it => { it.scrollLeft = 600; }")
    left = region.bounding_box()["x"]
    first = page.locator("#the-table tbody th").first.bounding_box()
    assert left <= first["x"] <= left + 2
    assert first["width"] < view["width"] / 2


def test_the_page_of_a_table_reads_without_scripts(open_page, site):
    page = open_page(STUDIES, java_script_enabled=False).page
    assert page.locator("#the-table tbody tr:visible").count() == len(
        BeautifulSoup((site / f"{STUDIES}.html").read_text("utf-8"), "html.parser").select(
            "#the-table tbody tr"
        )
    )
    assert page.locator("article form:visible").count() == 0


def test_the_columns_of_a_table_are_those_of_the_package(open_page):
    page = open_page(STUDIES).page
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    fields = next(r["schema"]["fields"] for r in package["resources"] if r["name"] == "studies")
    assert column(page, 1, "#the-columns table") == [field["name"] for field in fields]
