"""A real browser, Chromium, on the built site: opened from its folder, without a server."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from views import DESKTOP

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium: of the variable CHROMIUM, or one that is installed."""
    asked = os.environ.get("CHROMIUM")
    return asked or next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        said = "no Chromium: install it (apt-get install chromium), or set CHROMIUM"
        if os.environ.get("BOOK_BROWSER") == "required":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Opened:
    """A page of the book in the browser, and what went wrong in it."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def watch(self, site: Path) -> None:
        """Note each error of the console and each request for what is no file of the site."""
        here = site.resolve().as_uri()
        self.page.on(
            "console",
            lambda said: said.type in ("error", "warning") and self.faults.append(said.text),
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", lambda asked: self.faults.append(f"failed: {asked.url}"))
        self.page.on(
            "request",
            lambda asked: (
                urlparse(asked.url).scheme not in ("data", "blob")
                and not asked.url.startswith(here)
                and self.faults.append(f"off the site: {asked.url}")
            ),
        )


@pytest.fixture
def open_page(browser: Browser, site: Path) -> Iterator[Callable[..., Opened]]:
    """Return what opens a page of the book, such as `open_page("index", viewport=PHONE)`.

    Options are those of a Playwright context: viewport, color_scheme, java_script_enabled, ...;
    `anchor` is what follows `#` in the address.
    """
    contexts: list[BrowserContext] = []

    def opened(name: str, anchor: str = "", **options: object) -> Opened:
        contexts.append(browser.new_context(**({"viewport": DESKTOP} | options)))
        it = Opened(contexts[-1].new_page())
        it.watch(site)
        address = (site / f"{name}.html").resolve().as_uri()
        it.page.goto(f"{address}#{anchor}" if anchor else address)
        return it

    yield opened
    for context in contexts:
        context.close()
