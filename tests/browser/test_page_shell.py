"""The shell in a real browser: its policy, its keyboard, its modes, on a page and from a folder."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from views import DESKTOP, PHONE

PAGE = "chapters/migraine-trials"


def test_an_injected_script_is_refused(open_page):
    opened = open_page(PAGE)
    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.injected = true";
          document.body.append(script);
          const image = document.createElement("img");
          image.setAttribute("onerror", "window.injected = true");
          image.src = "data:image/png;base64,none";
          document.body.append(image);
        }"""
    )
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.injected") is None
    refused = [said for said in opened.faults if "Content Security Policy" in said]
    assert any("inline script" in said for said in refused)
    assert any("inline event handler" in said for said in refused)


def test_another_host_is_refused(open_page):
    opened = open_page(PAGE)
    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.src = "https://example.org/script.js";
          document.head.append(script);
        }"""
    )
    opened.page.wait_for_timeout(200)
    assert any("Content Security Policy" in said for said in opened.faults)


def test_the_first_key_offers_to_skip_to_the_text(open_page):
    page = open_page(PAGE).page
    page.keyboard.press("Tab")
    link = page.locator("#pst-skip-link a")
    assert link.evaluate("link => link === document.activeElement")
    box = link.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_focus_is_seen_on_everything_the_keyboard_reaches(open_page, size):
    page = open_page("index", viewport=size).page
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const it = document.activeElement, style = getComputedStyle(it);
              const drawn = style.outlineStyle !== "none" || style.boxShadow !== "none"
                || style.textDecorationLine !== "none";
              return it === document.body ? null : [it.outerHTML.slice(0, 80), drawn];
            }"""
        )
        if seen is None:  # after the last
            break
        reached.add(seen[0])
        assert seen[1], seen
    assert len(reached) > 10


@pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
def test_the_mode_is_told_kept_and_there_before_the_first_paint(open_page, scheme, other):
    page = open_page(PAGE, color_scheme=scheme).page
    button = page.locator(".theme-switch-button")
    assert button.get_attribute("aria-label") == "Colour mode: as your system"
    assert page.locator("html").get_attribute("data-theme") == scheme
    button.click()
    assert button.get_attribute("aria-label") == f"Colour mode: {other}"
    page.add_init_script(
        """document.addEventListener("readystatechange", () => {
          window.early ||= document.documentElement.dataset.theme;
        });"""
    )
    page.reload()
    assert page.evaluate("window.early") == other


def test_a_phone_opens_the_chapters_and_escape_closes_them(open_page):
    page = open_page(PAGE, viewport=PHONE).page
    button = page.get_by_role("button", name="Chapters")
    button.click()
    assert page.get_by_role("dialog").get_by_role("link", name="Methods", exact=False).is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert button.evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_back_up(open_page, scheme):
    page = open_page(PAGE, viewport=PHONE, color_scheme=scheme).page
    button = page.get_by_role("button", name="Back to top")
    assert button.count() == 0
    page.evaluate("scrollTo(0, 5000)")
    button.wait_for()
    found = Axe().run(page, "#pst-back-to-top").response["violations"]
    assert [each["id"] for each in found] == []
    button.click()
    button.wait_for(state="hidden")
    assert page.evaluate("scrollY") < 5000


def test_the_search_is_sent_by_keyboard_from_a_page(open_page):
    opened = open_page(PAGE)
    page = opened.page
    page.keyboard.press("Control+k")
    page.keyboard.type("memantine")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"search\.html\?q=memantine"))
    page.locator("#search-results li a").first.wait_for()
    assert opened.faults == []


def test_found_words_are_marked_and_the_marks_go_again(open_page):
    opened = open_page("search")
    page = opened.page
    page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'memantine')")
    page.goto(page.url.replace("search.html", f"{PAGE}.html"))
    opened.faults.clear()  # what the page that was left had not yet asked for
    page.locator("span.highlighted").first.wait_for()
    page.get_by_role("link", name="Hide Search Matches").click()
    assert page.locator("span.highlighted").count() == 0
    assert opened.faults == []
