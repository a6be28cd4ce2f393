"""Every page in a real browser: without a fault, on a phone and a desk, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE
from pages import PAGES

every_page = pytest.mark.parametrize("name", PAGES)
every_view = pytest.mark.parametrize(
    "view",
    [{"viewport": size, "color_scheme": scheme}
     for size in (PHONE, DESKTOP) for scheme in ("light", "dark")],
    ids=["phone-light", "phone-dark", "desk-light", "desk-dark"],
)  # fmt: skip


@every_page
@every_view
def test_a_page_opens_without_a_fault_and_has_no_violation(open_page, name, view):
    opened = open_page(name, **view)
    assert opened.faults == []
    found = Axe().run(opened.page).response["violations"]
    said = [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    assert said == []


@every_page
def test_a_page_does_not_scroll_sideways_on_a_phone(open_page, name):
    page = open_page(name, viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@every_page
def test_a_page_can_be_read_without_scripts(open_page, name):
    page = open_page(name, java_script_enabled=False).page
    assert page.locator("article h1").is_visible()
    assert page.locator("nav a[rel=next], article a").count() > 0
