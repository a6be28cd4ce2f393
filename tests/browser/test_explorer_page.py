"""The explorer in a real browser: every number it shows is Python's, whatever is chosen."""

import random
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from explorers import Truth, every, made_up, truths
from views import DESKTOP, PHONE

from evidence.effects import escalc, study_intervals
from evidence.explorer import baseline_at, explore
from evidence.fits import TESTS
from evidence.pooling import pool
from evidence.tau2 import TAU2

TRUTHS = truths()
STATIC = Path(__file__).resolve().parents[2] / "bookbuild" / "static"
TURNS = 12
each_explorer = pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.key)
BY_KEY = {truth.key: truth for truth in TRUTHS}


class Driven:
    """An explorer that is open, driven and read as a reader would."""

    def __init__(self, page, key):
        self.page, self.root = page, page.locator(f'[data-explorer="{key}"]')
        self.key = key

    def open(self):
        self.root.locator("summary").click()
        self.root.locator(".explorer-result").wait_for()
        return self

    def choose(self, positions, method, test, percent=None):
        boxes = self.root.locator("input[type=checkbox]")
        for i in range(boxes.count()):
            boxes.nth(i).set_checked(i in positions)
        self.list("Spread between studies").select_option(method)
        self.list("Interval").select_option(test)
        if percent is not None:
            self.list(re.compile("^Of a hundred people, how many")).select_option("other")
            self.root.get_by_role("spinbutton", name="Share, percent", exact=True).fill(
                f"{percent:g}"
            )

    def list(self, name):
        return self.root.get_by_role("combobox", name=name, exact=True)

    @property
    def ticked(self):
        boxes = self.root.locator("input[type=checkbox]")
        return tuple(i for i in range(boxes.count()) if boxes.nth(i).is_checked())

    @property
    def said(self):
        return self.root.locator(".explorer-result").text_content()

    @property
    def note(self):
        return self.root.locator(".explorer-said").text_content()

    @property
    def address(self):
        # Playwright hears of a change of `page.url` a moment later.
        return self.page.evaluate("location.href")

    @property
    def table(self):
        rows = self.root.locator("tbody tr").all()
        return {r.locator("th").text_content(): r.locator("td").text_content() for r in rows}


def compare(driven: Driven, truth: Truth, positions, method, test, percent):
    """Hold all that is shown of a choice against what Python makes of it."""
    choice = {"method": method, "test": test}
    words, shown = truth.words(positions, **choice), driven.table
    nnt = shown.pop("number needed to treat", None)
    assert shown == words
    if not positions:
        assert driven.said == "No study is ticked, so there is nothing to pool."
        return
    if truth.event:
        wanted = truth.nnt(positions, percent, **choice)
        assert nnt == wanted
        assert f"Number needed to treat: {wanted}" in driven.said
    else:
        assert nnt.startswith("none: ")
    title = driven.root.locator("svg[role=img] title").text_content()
    for i in positions:
        assert " ".join(truth.alone(i)) in title
    if len(positions) == 1:
        study = truth.alone(positions[0])
        assert f"Only “{study['row']}” is ticked, so nothing is pooled." in driven.said
        assert study["effect"] in driven.said
        return
    assert words["pooled result"] in driven.said
    assert f"Prediction interval: {words['prediction interval']}." in driven.said


def turns(truth, seed):
    """Return choices drawn at random: studies, method, interval, share under control."""
    rng = random.Random(f"{truth.key} {seed}")
    k = len(truth.effects)
    for _ in range(TURNS):
        some = tuple(i for i in range(k) if rng.random() < 0.7)
        percent = round(rng.uniform(0.5, 99.5), 1) if truth.event else None
        yield some, rng.choice(list(TAU2)), rng.choice(TESTS), percent


@each_explorer
def test_it_shows_the_numbers_of_python_whatever_is_chosen(open_page, truth):
    opened = open_page(truth.page)
    driven = Driven(opened.page, truth.key).open()
    assert driven.ticked == truth.ticked
    assert truth.words(truth.ticked).items() <= driven.table.items()
    rows = driven.root.locator(".explorer-row label + .explorer-number").all_text_contents()
    assert rows == [truth.alone(i)["effect"] for i in range(len(truth.effects))]
    for choice in turns(truth, seed=7):
        driven.choose(*choice)
        compare(driven, truth, *choice)
    assert opened.faults == []


def test_every_explorer_of_the_book_is_held_against_python(site):
    found = {
        tuple(path.name.removesuffix(".js").split(".explorer-"))
        for path in (site / "chapters").glob("*.explorer-*.js")
    }
    assert found == {(truth.page.split("/")[1], truth.key) for truth in TRUTHS}


@pytest.mark.parametrize("measure", ["RD", "RR", "OR"])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_number_needed_to_treat_is_that_of_python(browser, tmp_path, measure, better):
    rng = np.random.default_rng(len(measure + better))
    n = rng.integers(8, 60, (2, 5))
    rows = pd.DataFrame({"n_e": n[0], "n_c": n[1], "label": list("ABCDE")})
    rows["event_e"], rows["event_c"] = rng.binomial(n, [[0.6], [0.3]])
    rows.loc[4, ["event_e", "event_c"]] = [3, 3]
    rows.loc[4, ["n_e", "n_c"]] = 10
    effects = study_intervals(escalc(rows, measure))
    baseline = baseline_at({"low": 5.0, "high": 40.0}, better, "relapse")
    made = explore(effects, pool(effects), key="rd", title="t", baseline=baseline)
    page = browser.new_page()
    for name in ("explorer.js", "explorer.css"):
        shutil.copy(STATIC / name, tmp_path)
    page.goto(made_up(tmp_path, "rd", made))
    truth = Truth("", "rd", effects, effects, every(effects), better=better, event="relapse")
    driven = Driven(page, "rd").open()
    for choice in [*turns(truth, better), ((4,), "DL", "z", 30.0), ((0, 1), "EE", "z", 99.0)]:
        driven.choose(*choice)
        compare(driven, truth, *choice)
    page.close()


HOSTILE = ["<script>alert(1)</script>", "quote \" and ' &amp;", "دراسة <b>", "long" * 60]


def test_a_hostile_label_is_text(browser, tmp_path):
    effects = pd.DataFrame({"label": HOSTILE, "study": HOSTILE, "yi": 0.1, "vi": [1.0, 2, 3, 4]})
    effects = study_intervals(effects.assign(measure="MD"))
    note = "<img src=x onerror=alert(1)>"
    made = explore(effects, pool(effects), key="bad", title=note, favours=(note, note), note=note)
    for name in ("explorer.js", "explorer.css"):
        shutil.copy(STATIC / name, tmp_path)
    page = browser.new_page(viewport=PHONE)
    faults = []
    page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(made_up(tmp_path, "bad", made))
    driven = Driven(page, "bad").open()
    assert driven.root.locator("label bdi").all_text_contents() == HOSTILE
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    for i in range(len(HOSTILE)):
        driven.choose((i,), "REML", "z")
        assert HOSTILE[i] in driven.said
        address = driven.address
        page.goto("about:blank")
        page.goto(address)
        driven.root.locator(".explorer-result").wait_for()
        assert (driven.ticked, driven.note) == ((i,), "")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults == []
    page.close()


@each_explorer
def test_its_data_are_asked_for_when_it_is_opened_and_not_before(open_page, truth):
    opened = open_page(truth.page)
    asked = []
    opened.page.on("request", lambda request: asked.append(request.url))
    opened.page.reload()
    opened.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if ".explorer-" in url]
    Driven(opened.page, truth.key).open()
    assert [url.split(".explorer-")[1] for url in asked if ".explorer-" in url] == [
        f"{truth.key}.js"
    ]


def test_a_choice_is_in_the_address_and_comes_back_with_it(open_page):
    truth = BY_KEY["controlled"]
    page = open_page(truth.page).page
    driven = Driven(page, truth.key).open()
    assert "#" not in page.url
    driven.choose((0, 2, 3), "PM", "knha", 33.3)
    anchor = driven.address.split("#")[1]
    assert anchor.startswith("explore=controlled&studies=")
    other = open_page(truth.page, anchor=anchor).page
    again = Driven(other, truth.key)
    again.root.locator(".explorer-result").wait_for()
    assert again.ticked == (0, 2, 3)
    assert (again.said, again.table, again.note) == (driven.said, driven.table, "")
    driven.root.get_by_role("button", name="None").click()
    other.goto(driven.address)
    again.root.get_by_text("No study is ticked").first.wait_for()
    assert again.ticked == ()
    driven.root.get_by_role("button", name="The book's choice").click()
    assert driven.ticked == truth.ticked
    compare(driven, truth, truth.ticked, "REML", "hybrid", 25.0)


CLIPBOARD = """does => Object.defineProperty(navigator, "clipboard", { value: {
    writeText: async text => { if (!does) throw new Error("no"); window.kept = text; } } })"""


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "none"])
def test_a_link_to_the_choice_is_copied_or_shown(open_page, allowed):
    page = open_page("chapters/migraine-trials").page
    page.evaluate(CLIPBOARD, allowed)
    driven = Driven(page, "memantine-attacks").open()
    for method in ("DL", "EE"):
        driven.list("Spread between studies").select_option(method)
        driven.root.get_by_role("button", name="Copy link").click()
        if allowed:
            driven.root.get_by_text("The link is copied.").wait_for()
            link = page.evaluate("window.kept")
        else:
            link = driven.root.get_by_label("Link to this choice").input_value()
        assert f"method={method}" in link
        assert link == driven.address


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("studies=nobody2020", "the study “nobody2020”"),
        ("method=<b>", "the method “<b>”"),
        ("method=toString", "the method “toString”"),
        ("test=t", "the test “t”"),
        ("baseline=0", "a baseline risk of “0” percent"),
        ("baseline=1e1", "a baseline risk of “1e1” percent"),
    ],
)
def test_an_address_that_is_wrong_shows_the_choice_of_the_book_and_says_so(open_page, asked, said):
    truth = BY_KEY["controlled"]
    opened = open_page(truth.page, anchor=f"explore=controlled&{asked}")
    driven = Driven(opened.page, truth.key)
    driven.root.locator(".explorer-result").wait_for()
    assert driven.note == (
        f"The address names what this page does not have: {said}. "
        "The book's own choice is shown instead."
    )
    assert driven.root.locator(".explorer-said").is_visible()
    assert driven.ticked == truth.ticked
    compare(driven, truth, truth.ticked, "REML", "hybrid", 25.0)
    assert opened.faults == []


def test_an_address_of_no_explorer_is_told(open_page):
    opened = open_page("chapters/migraine-trials", anchor="explore=<i>nothing")
    assert "“<i>nothing”, which this page does not have" in opened.page.inner_text(".explorer-said")
    assert opened.faults == []


def test_two_explorers_of_a_page_are_apart(open_page):
    page = open_page("chapters/glutamate-biomarkers").page
    first, second = (Driven(page, key).open() for key in ("msg-without-food", "msg-with-food"))
    before = first.said
    second.choose((0, 3), "DL", "z", 10.0)
    compare(second, BY_KEY["msg-with-food"], (0, 3), "DL", "z", 10.0)
    assert first.said == before
    assert "explore=msg-with-food&" in second.address


def test_the_keyboard_is_enough(open_page):
    truth = BY_KEY["memantine-attacks"]
    page = open_page(truth.page).page
    driven = Driven(page, truth.key)
    driven.root.locator("summary").focus()
    page.keyboard.press("Enter")
    driven.root.locator(".explorer-result").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert driven.ticked == (1,)
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    compare(driven, truth, (0, 1), "EE", "hybrid", None)
    assert "method=EE" in driven.address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_an_open_explorer_has_no_violation_and_fits(open_page, viewport, scheme):
    opened = open_page("chapters/responders-and-nnt", viewport=viewport, color_scheme=scheme)
    for key in ("controlled", "uncontrolled"):
        Driven(opened.page, key).open()
    found = Axe().run(opened.page, ".explorer").response["violations"]
    assert [(each["id"], [n["target"] for n in each["nodes"]]) for each in found] == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@each_explorer
def test_without_scripts_and_on_paper_the_figure_stands(open_page, truth):
    page = open_page(truth.page, java_script_enabled=False).page
    root = page.locator(f'[data-explorer="{truth.key}"]')
    assert not root.locator("details").is_visible()
    assert root.locator("noscript p").is_visible()
    page.emulate_media(media="print")
    assert not root.is_visible()
