"""The first view of every page: what it asks for, how heavy that is, and that nothing moves."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from pages import PAGES
from views import PHONE

LIMIT = 400_000
every_page = pytest.mark.parametrize("name", [*PAGES, "search"])
SHIFTS = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture
def first_view(open_page):
    """Open a page; return it with the files that it asked for."""

    def opened(name):
        asked = []
        page = open_page("status", viewport=PHONE).page
        page.on("request", lambda each: asked.append(each.url))
        page.goto(page.url.replace("status.html", f"{name}.html"), wait_until="networkidle")
        assert any(url.endswith(f"{name}.html") for url in asked)
        return page, {Path(unquote(urlparse(url).path)) for url in asked if "data:" not in url}

    return opened


@every_page
def test_the_first_view_is_light_and_stands_still(first_view, name):
    page, files = first_view(name)
    weights = {file.name: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files}
    assert sum(weights.values()) <= LIMIT, weights
    assert page.evaluate(SHIFTS) < 0.1


@every_page
def test_a_page_asks_for_no_font_and_no_script_it_does_not_use(first_view, name):
    files = {file.name for file in first_view(name)[1]}
    search = {"searchindex.js", "searchtools.js", "language_data.js"}
    assert files & search == (search if name == "search" else set())
    assert files & {"fontawesome.js", "bootstrap.js", "thebe.js", "togglebutton.js"} == set()
    assert [each for each in files if each.endswith((".woff", ".woff2", ".ttf"))] == []
    assert "site.css" in files


@every_page
def test_images_tell_their_size_and_wait(open_page, name):
    page = open_page(name, viewport=PHONE).page
    for image in page.locator("article img").all():
        assert int(image.get_attribute("width")) > 0
        assert int(image.get_attribute("height")) > 0
        assert image.get_attribute("loading") == "lazy"
