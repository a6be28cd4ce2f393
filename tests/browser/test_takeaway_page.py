"""Taking a chapter away in a real browser: by hand, by keys, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from views import PHONE

CHAPTER = "chapters/migraine-trials"
PAGES = pytest.mark.parametrize("name", [CHAPTER, "downloads"])


def boxes(page):
    """Return the visible texts that can be copied, each with its button and what it says."""
    return [box for box in page.locator(".takeaway-copy").all() if box.is_visible()]


@PAGES
def test_a_button_copies_the_text_beside_it_and_says_so(open_page, name):
    opened = open_page(name, viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    for details in opened.page.locator(".takeaway details").all():
        details.evaluate("each => each.open = true")
    assert boxes(opened.page)
    for box in boxes(opened.page):
        box.get_by_role("button").click()
        box.get_by_role("status").get_by_text("Copied.").wait_for()
        copied = opened.page.evaluate("navigator.clipboard.readText()")
        assert copied == box.locator("pre").text_content()
    assert opened.faults == []


def test_where_the_browser_refuses_the_clipboard_the_text_is_selected(open_page):
    page = open_page(CHAPTER).page
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    box = boxes(page)[0]
    box.get_by_role("button").click()
    box.get_by_role("status").get_by_text("Selected").wait_for()
    assert page.evaluate("getSelection().toString()") == box.locator("pre").inner_text()


def test_the_keyboard_reaches_links_and_buttons_in_order(open_page):
    page = open_page(CHAPTER).page
    page.locator(".takeaway a").first.focus()
    reached = []
    for _ in range(14):
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
    assert any(words.startswith("Source notebook") for words in reached)
    assert "Copy command" in reached
    assert "Copy citation" in reached
    assert reached.index("Copy command") < reached.index("Copy citation")


@PAGES
def test_without_scripts_the_texts_are_there_and_no_button_is(open_page, name):
    page = open_page(name, java_script_enabled=False).page
    assert boxes(page)
    assert page.locator(".takeaway-copy button:visible").count() == 0


@PAGES
def test_opened_it_has_no_violation_and_does_not_scroll_sideways(open_page, name):
    opened = open_page(name, viewport=PHONE, color_scheme="dark")
    for details in opened.page.locator(".takeaway details").all():
        details.evaluate("each => each.open = true")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(opened.page, context=".takeaway").response["violations"]
    assert [each["id"] for each in found] == []


def test_a_link_downloads_the_file_that_it_names(open_page, site):
    page = open_page(CHAPTER, accept_downloads=True).page
    with page.expect_download() as waited:
        page.locator(".takeaway a[href$='.zip']").click()
    place = site / "downloads" / CHAPTER / "migraine-trials.zip"
    assert waited.value.path().read_bytes() == place.read_bytes()
    assert waited.value.suggested_filename == place.name
