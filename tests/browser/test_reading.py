"""Reading in a real browser: words that explain themselves, key points, onward, and on paper."""

import io

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from pages import CHAPTERS, PAGES, ROOT
from pypdf import PdfReader
from views import DESKTOP, PHONE

CHAPTER = "chapters/migraine-trials"
#: What A4 leaves between the margins of print.css, in CSS pixels: 210 - 2 * 17 mm.
PAPER = {"width": 665, "height": 950}


def term(page):
    """Return the button of a term in the key points, and its card."""
    button = page.locator(".key-points button.term").first
    return button, page.locator(f"#{button.get_attribute('popovertarget')}")


def test_nothing_is_open_or_has_the_focus_at_first(open_page):
    page = open_page(CHAPTER).page
    assert page.locator(".term-card").count() > 20
    assert page.locator(".term-card:visible").count() == 0
    assert page.evaluate("document.activeElement === document.body")


def test_a_term_is_explained_by_keyboard(open_page):
    page = open_page(CHAPTER).page
    button, card = term(page)
    button.focus()
    page.keyboard.press("Enter")
    assert card.is_visible()
    assert card.get_attribute("role") == "dialog"
    assert page.evaluate("document.activeElement.id") == card.get_attribute("id")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "In the glossary"
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert button.evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_term_is_explained_by_touch_within_the_screen(open_page, scripts):
    page = open_page(CHAPTER, viewport=PHONE, has_touch=True, java_script_enabled=scripts).page
    button, card = term(page)
    button.tap()
    assert card.is_visible()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= PHONE["height"]
    card.get_by_role("button", name="Close").tap()
    assert not card.is_visible()


def test_a_card_leads_to_the_entry_of_the_glossary(open_page):
    page = open_page(CHAPTER).page
    button, card = term(page)
    button.click()
    words = card.locator("p").nth(1).inner_text()
    card.get_by_role("link").click()
    assert page.url.partition("#")[0].endswith("/glossary.html")
    assert words in page.locator("dt:target").evaluate(
        "dt => { while (dt.tagName != 'DD') dt = dt.nextElementSibling; return dt.innerText }"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_card_has_no_violation(open_page, scheme):
    page = open_page("index", viewport=PHONE, color_scheme=scheme).page
    term(page)[0].click()
    for part in (".term-card:popover-open", ".key-points"):
        found = Axe().run(page, context=part).response
        assert found["violations"] == []
        assert found["passes"], part


def test_the_key_points_fit_on_two_screens_of_a_phone(open_page):
    for name in ["index", *CHAPTERS]:
        box = open_page(name, viewport=PHONE).page.locator(".key-points").bounding_box()
        assert box["height"] <= 2 * PHONE["height"], name
        assert box["width"] <= PHONE["width"], name


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_previous_and_next_are_named_and_reached_by_keyboard(open_page, size):
    page = open_page(CHAPTER, viewport=size).page
    onward = page.get_by_role("navigation", name="Previous and next page")
    before, after = onward.locator("a[rel=prev]"), onward.locator("a[rel=next]")
    for link, word, beside in ((before, "previous", -1), (after, "next", 1)):
        neighbour = PAGES[PAGES.index(CHAPTER) + beside].rpartition("/")[2]
        assert link.get_attribute("href") == f"{neighbour}.html"
        assert link.inner_text().lower().startswith(word)
        box = link.bounding_box()
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
    before.focus()
    page.keyboard.press("Tab")
    assert after.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fibromyalgia-trials.html")


def on_paper(open_page, name):
    """Return a page as it is laid out for print, by a reader of the dark site."""
    page = open_page(name, viewport=PAPER, color_scheme="dark").page
    page.emulate_media(media="print")
    return page


#: Elements that print would cut at the right or left edge of the sheet.
CUT = """edge => [...document.querySelectorAll("article *")].filter(it => {
  const box = it.getBoundingClientRect();
  return it.checkVisibility() && box.width > 1 && (box.right > edge + 1 || box.left < -1);
}).map(it => `${it.tagName}.${it.className}: ${it.textContent.slice(0, 60)}`)"""
#: Text that is not dark on white.
PALE = """() => [...document.querySelectorAll("article *")].filter(it => {
  const pale = getComputedStyle(it).color.match(/[0-9.]+/g).slice(0, 3).some(part => part > 60);
  const text = [...it.childNodes].some(child => child.nodeType == 3 && child.data.trim());
  return pale && text && it.checkVisibility() && !it.closest("svg, .output");
}).map(it => `${it.tagName}.${it.className}: ${getComputedStyle(it).color}`)"""


@pytest.mark.parametrize("name", ["index", "glossary", *CHAPTERS])
def test_paper_is_black_on_white_with_nothing_cut(open_page, name):
    page = on_paper(open_page, name)
    assert page.evaluate(CUT, PAPER["width"]) == []
    assert page.evaluate(PALE) == []
    for part in ("body", "article", "article p"):
        ground = page.locator(part).first.evaluate("it => getComputedStyle(it).backgroundColor")
        assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize(
    "gone",
    [".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".prev-next-area",
     ".cell_input", "summary", ".headerlink", "button:not(.term)"],
)  # fmt: skip
def test_paper_has_no_controls(open_page, gone):
    page = on_paper(open_page, CHAPTER)
    assert page.locator(gone).count() > 0, "nothing of the kind, so the test would prove nothing"
    assert page.locator(f"{gone} >> visible=true").count() == 0


def test_paper_has_running_title_open_tables_sources_and_the_words_of_the_page(open_page):
    page = on_paper(open_page, CHAPTER)
    hidden = page.locator("details table.evidence-table caption").first.inner_text()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"]
    assert all(title in text and "Not medical advice" in text for text in texts)
    whole = " ".join(texts)
    assert hidden in whole
    assert "Words of this page" in whole
    assert "https://doi.org/10.1186/s13643-016-0204-x" in whole
    assert "file://" not in whole
    assert "Show code" not in whole
