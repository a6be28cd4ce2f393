"""Every page in a real browser: without a fault, on a phone and a desk, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import BELOW, PAGES, TOP
from views import DESKTOP, PHONE

every_page = pytest.mark.parametrize("name", [*PAGES, "search"])
VIEWS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]
#: The pages of the data are made alike from one template.
FEWER = [(PHONE, "light"), (DESKTOP, "dark")]
#: Without the much longer list of what was right, and without axe's own requests for style
#: sheets, which a browser refuses to a page from a folder; with a rule that is off by default.
OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
#: Takes away rows and entries whose tags and classes are those of one before them: they cost
#: minutes and can show nothing new.
ALIKE = """() => {
  const pattern = node => [...node.querySelectorAll("*")].reduce(
    (all, each) => all.add(`${each.parentNode.tagName} ${each.tagName} ${each.className}`),
    new Set([node.className]));
  document.querySelectorAll("tbody, ol, .citation-list, section, [role=list]").forEach(group => {
    const seen = new Set();
    const rows = [...group.children].filter(each => each.matches("tr, li, .citation"));
    rows.forEach((each, number) => {
      const found = [...pattern(each)];
      if (number >= 20 && found.every(one => seen.has(one))) each.remove();
      found.forEach(one => seen.add(one));
    });
  });
}"""


@every_page
def test_a_page_opens_without_a_fault_and_has_no_violation(open_page, name):
    opened = open_page(name, viewport=PHONE, color_scheme="light")
    page, said = opened.page, []
    page.evaluate(ALIKE)
    for size, scheme in FEWER if name in BELOW else VIEWS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        shown = "scheme => document.documentElement.dataset.theme === scheme"
        page.wait_for_function(shown, arg=scheme)
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
        found = Axe().run(page, options=OPTIONS).response["violations"]
        said += [
            f"{size['width']} {scheme} {each['id']}: {node['target']} {node['failureSummary']}"
            for each in found
            for node in each["nodes"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        said += [f"scrolls sideways: {wide} of {size['width']}"] if wide > size["width"] else []
    assert said == []
    assert opened.faults == []


@every_page
def test_a_page_can_be_read_without_scripts(open_page, name):
    opened = open_page(name, java_script_enabled=False, viewport=PHONE)
    page = opened.page
    assert page.locator("main h1").is_visible()
    # No button that does nothing: the browser itself opens what a button has as its target.
    assert page.locator("button:visible:not([popovertarget])").count() == 0
    # The chapters stand below the page.
    assert page.locator("nav[aria-label=Main] a:visible").count() >= len(TOP) - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert opened.faults == []


@every_page
def test_every_icon_is_drawn_and_every_button_named(open_page, name):
    page = open_page(name, viewport=PHONE).page
    bare = """() => [...document.querySelectorAll('i[class*="fa-"], span[class*="fa-"]')]
        .filter(icon => !getComputedStyle(icon).maskImage.startsWith("url("))
        .map(icon => icon.className)"""
    assert page.evaluate(bare) == []
    buttons = page.get_by_role("button").all()
    assert buttons
    named = [button.aria_snapshot() for button in buttons if button.is_visible()]
    assert [said for said in named if '"' not in said.splitlines()[0]] == []
