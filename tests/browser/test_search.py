"""The search of the site: a drug, an author and a claim are found from any page, by keyboard."""

import re

import pandas as pd
import pytest
from pages import ROOT
from playwright.sync_api import expect
from views import PHONE


def search(page, words):
    """Open the search as a reader at a keyboard does, and return the addresses that it finds."""
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator("#search-results")).to_contain_text(re.compile("finished|did not match"))
    links = page.locator("#search-results li a")
    return [link.get_attribute("href") for link in links.all()]


def follow(page, address):
    page.locator(f"#search-results li a[href='{address}']").first.press("Enter")
    page.wait_for_url(f"**/{address}")


@pytest.mark.parametrize("start", ["index", "chapters/methods", "data/arms"])
def test_a_drug_is_found_and_a_chapter_comes_before_single_claims(open_page, start):
    opened = open_page(start)
    page = opened.page
    found = search(page, "memantine")
    for chapter in ("migraine-trials", "fibromyalgia-trials", "receptor-and-doses"):
        assert f"chapters/{chapter}.html" in found
    claims = [i for i, address in enumerate(found) if "#claim-" in address]
    assert claims
    assert min(claims) > found.index("chapters/migraine-trials.html")
    assert opened.faults == []
    follow(page, "chapters/migraine-trials.html")
    assert page.locator("article h1").is_visible()


def test_an_author_is_led_to_by_the_row_of_the_study(open_page):
    page = open_page("index").page
    studies = pd.read_csv(ROOT / "data/studies.csv").set_index("study")
    author = studies.loc["noruzzadeh2016", "label"].split()[0]
    found = search(page, author.lower())
    assert found[0] == "data/studies.html#study-noruzzadeh2016"
    assert "chapters/migraine-trials.html" in found
    assert "data/sources.html" in found
    follow(page, found[0])
    assert page.locator("#study-noruzzadeh2016").is_visible()


def test_a_claim_is_found_by_words_of_it_and_led_to_by_its_row(open_page):
    opened = open_page("references", viewport=PHONE)
    page = opened.page
    found = search(page, "abstract names four search terms")
    address = "chapters/claims-audit.html#claim-kal_ab_search_terms"
    assert address in found
    assert "chapters/claims-audit.html" in found
    follow(page, address)
    expect(page.locator("#claim-kal_ab_search_terms")).to_be_in_viewport()
    row = page.locator("#claim-kal_ab_search_terms").bounding_box()
    assert 0 <= row["y"] < PHONE["height"]
    assert opened.faults == []


def test_a_second_author_of_a_source_is_found(open_page):
    page = open_page("index").page
    assert "data/sources.html" in search(page, "giffin goadsby")


def test_words_at_the_edges_of_cells_are_found(open_page):
    """Sphinx would make one word of the last word of a cell and the first of the next."""
    page = open_page("index").page
    assert "data/studies.html" in search(page, "whiplash diagnostic")


def test_nothing_is_found_of_a_word_that_no_page_has(open_page):
    assert search(open_page("index").page, "xyzzyquux") == []
