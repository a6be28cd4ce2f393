"""A small book with what the real one has not: bad cells, mathematics, pages to be refused."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from books import CONFIG, Book, edited, notebook
from pages import ROOT
from views import PHONE

BAD = [
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "\"double\" and 'single' & <b>bold</b> &lt;i&gt;",
    "pneumono" * 30,
    "\u0645\u062b\u0628\u0637\u0627\u062a \u202b(NMDA)\u202c 12.5%",
    "</td></tr></table></div>",
]
CELLS = f"""\
import pandas as pd
from evidence.tables import Table
bad = {BAD!r}
frame = pd.DataFrame({{"study": bad, "found": bad[::-1], "n": range(len(bad))}})
Table(frame, bad[0])"""
PANDAS = "frame.set_index('n')"
WIDE = "pd.DataFrame({f'a column {n}': [1000.5 * n] for n in range(30)})"
MATHS = r"""#:## Mathematics

Inline $\theta_i = \mu + u_i$, and of its own:

$$
\hat\tau^2 = \max\left(0, \frac{Q - (k - 1)}{\sum w_i}\right)
$$ (eq-tau)

\begin{align}
a &= b \\
c &= d
\end{align}

See {eq}`eq-tau`.

```{note}
A note.
```
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    book = Book(tmp_path_factory.mktemp("demo") / "book")
    config = CONFIG.replace("[bookbuild.extension]", "[bookbuild.offline, bookbuild.extension]")
    config += "parse: {myst_enable_extensions: [amsmath, dollarmath]}\n"
    book.write("_config.yml", config)
    book.write("chapters/a.ipynb", notebook("#:# Chapter a\n\nWords.", CELLS, PANDAS, WIDE, MATHS))
    book.write("notes.md", "# Notes\n\nNo mathematics.\n")
    book.toc("chapters/a", "notes")
    shutil.copytree(ROOT / "_static", book.root / "_static")
    built = book.build()
    assert built.status == 0, built.output
    return book


@pytest.fixture
def site(demo):
    """Stand for the real site: these tests open pages of the small book."""
    return demo.root / "_build" / "html"


def test_bad_cells_are_text_and_break_nothing(open_page):
    opened = open_page("chapters/a", viewport=PHONE)
    page = opened.page
    table = page.locator("table.evidence-table")
    assert table.locator("tbody th").all_text_contents() == BAD
    assert table.locator("caption").text_content() == BAD[0]
    assert "taken" not in page.title()
    assert page.locator("table img, table script, table b").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert opened.faults == []


def test_a_page_of_pandas_tables_and_mathematics_has_no_violation(open_page):
    opened = open_page("chapters/a", viewport=PHONE)
    assert opened.page.locator("table.dataframe").count() == 2
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(opened.page, options=options).response["violations"]
    assert [(each["id"], node["target"]) for each in found for node in each["nodes"]] == []


def test_a_wide_table_shows_that_it_goes_on(open_page):
    page = open_page("chapters/a", viewport=PHONE).page
    wide = page.locator(".text_html", has_text="a column 29")
    assert wide.get_attribute("tabindex") == "0"
    assert wide.evaluate("it => it.classList.contains('more-right')")
    assert wide.evaluate("it => getComputedStyle(it).boxShadow") != "none"
    wide.evaluate("it => it.scrollTo(100000, 0)")
    page.locator(".text_html.more-left:not(.more-right)").wait_for()


def test_mathematics_is_there_without_a_script(open_page):
    opened = open_page("chapters/a", java_script_enabled=False)
    page = opened.page
    assert page.locator("math").count() == 3
    assert page.locator("math[display=block]").count() == 2
    assert page.locator("math").first.get_attribute("alttext") == r"\theta_i = \mu + u_i"
    fraction = page.locator("mfrac").bounding_box()
    assert fraction["height"] > 20
    assert page.locator("a[href='#equation-eq-tau']").count() >= 1
    assert page.locator(".eqno").first.inner_text().startswith("(1)")
    assert opened.faults == []


def test_every_icon_of_a_note_is_drawn(open_page):
    page = open_page("chapters/a").page
    icon = "getComputedStyle(document.querySelector('.admonition-title'), '::after').maskImage"
    assert page.evaluate(icon).startswith("url(")


def test_a_built_site_is_the_same_in_another_folder_and_after_a_second_build(demo, tmp_path):
    first = demo.written()
    demo.write("notes.md", "# Notes\n\nOther words.\n")
    assert demo.build().status == 0
    demo.write("notes.md", "# Notes\n\nNo mathematics.\n")
    assert demo.build().status == 0
    assert differing(first, demo.written()) == set()
    other = tmp_path / "elsewhere" / "book"
    shutil.copytree(demo.root, other, ignore=shutil.ignore_patterns("_build", ".bookbuild"))
    moved = Book.__new__(Book)
    moved.root = other
    assert moved.build().status == 0
    assert differing(first, moved.written()) == set()


def differing(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (r"The $\nosuch{x}$.", r"notes: the formula '\\nosuch{x}': '\\nosuch' is not known"),
        (r"The $\frac{1}$.", "notes: the formula"),
        ("<script>alert(1)</script>", "of the page: <script>; put it in a file"),
        ("<p style='top: 0'>Words.</p>", "of the page: style= of <p>; put it in a file"),
    ],
)
def test_a_page_that_would_break_is_refused_with_its_name(demo, words, said):
    edited(demo, "notes.md", "No mathematics.", words)
    built = demo.build()
    edited(demo, "notes.md", words, "No mathematics.")
    assert built.status != 0
    assert said in built.output
    assert "notes" in built.output
