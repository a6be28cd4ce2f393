"""The built site, page by page: whole, without a fault, and asking no other host for anything."""

import itertools
import json
import re
from urllib.parse import urldefrag, urlparse

import pytest
from bs4 import BeautifulSoup
from pages import CHAPTERS, PAGES, ROOT, TOP

from bookbuild.links import find_link_faults
from bookbuild.page_body import refused
from bookbuild.page_head import POLICY

#: A glued text of another page, in the source of a page.
BORROWED = re.compile(r"\{glue:text\}`(chapters/[\w-]+)\.ipynb::([\w-]+):s`")


@pytest.fixture
def soup(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")


every_page = pytest.mark.parametrize("page", PAGES)
every_chapter = pytest.mark.parametrize("page", CHAPTERS)


@every_page
def test_one_title_and_the_language(soup):
    assert len(soup.select("article h1")) == 1
    assert soup.html["lang"] == "en"


@pytest.mark.parametrize("page", [*PAGES, "search"])
def test_the_head_names_a_policy_a_description_and_an_icon(soup):
    assert [tag["content"] for tag in soup.select("meta[http-equiv=Content-Security-Policy]")] == [
        POLICY
    ]
    assert (
        soup.head.select("meta[http-equiv]")[0].find_previous(["script", "link", "style"]) is None
    )
    descriptions = [tag["content"] for tag in soup.select("meta[name=description]")]
    assert len(descriptions) == 1
    assert 10 < len(descriptions[0]) <= 160
    assert len(soup.select("meta[name=viewport]")) == 1
    assert len(soup.select("link[rel=icon]")) == 1
    assert soup.select("link[rel=canonical]") == []


def test_descriptions_differ(site):
    pages = (
        BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser") for page in PAGES
    )
    found = [page.select_one("meta[name=description]")["content"] for page in pages]
    assert len(set(found)) == len(PAGES)


@pytest.mark.parametrize("page", [*PAGES, "search"])
def test_nothing_is_written_into_the_page_that_the_policy_refuses(site, page):
    assert list(refused((site / f"{page}.html").read_text("utf-8"))) == []


@pytest.mark.parametrize("page", [*PAGES, "search"])
def test_one_h1_and_headings_in_order(soup):
    levels = [int(tag.name[1]) for tag in soup.select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1] == []


@every_page
def test_no_empty_glue_and_no_error_output(soup):
    glued = soup.select(".pasted-text, .pasted-inline")
    assert [span for span in glued if not span.get_text(strip=True)] == []
    assert soup.select(".stderr, .traceback, .output.error, .system-message, .problematic") == []


@every_chapter
def test_a_chapter_glues_numbers_and_shows_figures_and_tables(soup):
    assert soup.select(".pasted-text")
    assert soup.select("table.evidence-table")
    assert soup.select(".cell_output img, .cell_output svg")
    assert soup.select("ol.references li")


@every_page
def test_every_picture_says_what_it_shows(soup):
    for picture in soup.select("article img"):
        alt = picture.get("alt", "")
        assert len(alt) > 20, picture
        assert "/" not in alt.split(" ")[0], picture


@every_chapter
def test_every_figure_has_a_size_and_waits_for_a_reader(soup):
    pictures = soup.select("article img")
    for picture in pictures:
        assert int(picture["width"]) > 300
        assert int(picture["height"]) > 100
        assert "style" not in picture.attrs
    assert [each.get("loading") for each in pictures] == ["lazy"] * len(pictures)


@every_chapter
def test_the_words_of_every_figure_are_those_of_its_result(site, page, soup):
    body = (ROOT / f".bookbuild/results/{page}.json").read_bytes().partition(b"\n")[2]
    outputs = [output for cell in json.loads(body)["cells"] for output in cell["outputs"]]
    told = [o["metadata"]["alt"] for o in outputs if "image/png" in o.get("data", {})]
    assert told == [picture["alt"] for picture in soup.select("article img")]


@every_page
def test_every_table_has_a_caption_and_headers(soup):
    for table in soup.select("table.evidence-table"):
        assert table.caption.get_text(strip=True)
        assert table.select("thead th[scope=col]")
        assert not [cell for cell in table.select("th") if not cell.get_text(strip=True)]


@every_page
def test_nothing_is_asked_of_another_host(soup):
    asked = [
        tag.get(name)
        for tag, name in (
            *((tag, "src") for tag in soup.select("[src]")),
            *((tag, "href") for tag in soup.select("link[href]:not([rel=canonical])")),
        )
    ]
    assert [address for address in asked if urlparse(address).scheme not in ("", "data")] == []
    assert "https://" not in " ".join(script.get_text() for script in soup.select("script"))


def test_every_inner_link_leads_somewhere(site):
    assert list(find_link_faults(site)) == []


def test_the_front_page_shows_the_results_of_the_chapters_word_for_word(site):
    borrowed = BORROWED.findall((ROOT / "index.md").read_text("utf-8"))
    texts = [
        json.loads((site / f"{chapter}.results.json").read_text("utf-8"))["texts"][key]
        for chapter, key in borrowed
    ]
    page = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    shown = [span.get_text() for span in page.select(".pasted-text")]
    assert len(shown) >= 10
    assert shown == texts


def test_the_front_page_leads_to_every_page_of_the_book(site):
    page = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    linked = {urldefrag(link["href"])[0] for link in page.select("article a[href]")}
    assert {f"{name}.html" for name in TOP[1:]} - linked == set()
