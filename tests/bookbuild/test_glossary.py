"""The glossary: its terms are found in prose alone, all are used, no abbreviation is missing."""

import re
import shutil

import pytest
from books import CONFIG, Book, edited
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from pages import CHAPTERS, PAGES

from bookbuild.glossary_marks import Entry, Mark, Terms, mark

RATIO = Entry("glossary", "term-OR", ("odds ratio", "OR"), "A ratio of odds.")
RISK = Entry("glossary", "term-risk", ("risk ratio",), "A ratio of risks.")
TAU2 = Entry("glossary", "term-tau", ("tau²", "tau"), "How much studies differ.")
KETAMINE = Entry("glossary", "term-ketamine", ("ketamine",), "A drug.")
S_KETAMINE = Entry("glossary", "term-S-ketamine", ("S-ketamine",), "A half of a drug.")
TERMS = Terms([RATIO, RISK, TAU2, KETAMINE, S_KETAMINE])


def found(text):
    return [(match[0], entry) for match, entry in TERMS.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("An odds ratio or OR", ["odds ratio", "OR"]),
        ("Odds\nratios, risk-ratios, ORs", ["Odds\nratios", "risk-ratios", "ORs"]),
        ("ORDER, or, Or, for", []),
        ("tau² and tau, Tau", ["tau²", "tau", "Tau"]),
        ("S-ketamine, ketamine-induced", ["S-ketamine", "ketamine"]),
        ("R-ketamine, norketamine, s-ketamine", []),
        ("odds", []),
    ],
)
def test_whole_words_are_found_the_longest_first(text, names):
    assert [name for name, _ in found(text)] == names


def test_a_book_without_entries_has_no_terms():
    assert list(Terms([]).find("odds ratio")) == []


def page(*children):
    document = new_document("page")
    document += children
    return document


def marks(document):
    return [(node.astext(), node["entry"]) for node in document.findall(Mark)]


def test_the_first_occurrence_of_each_form_is_marked_and_the_words_stay():
    first = nodes.paragraph("", "An odds ratio (OR), tau, OR and odds ratios.")
    document = page(first, nodes.paragraph("", "OR, tau, ketamine."))
    words = document.astext()
    assert mark(document, TERMS) == [RATIO, TAU2, KETAMINE]
    assert marks(document) == [
        ("odds ratio", RATIO), ("OR", RATIO), ("tau", TAU2), ("ketamine", KETAMINE),
    ]  # fmt: skip
    assert document.astext() == words


def test_a_button_stays_with_its_brackets_and_commas():
    document = page(nodes.paragraph("", "It rose (tau), or (a tau)."))
    mark(document, TERMS)
    (unbroken,) = [n for n in document.findall(nodes.inline) if "term-unbroken" in n["classes"]]
    assert unbroken.astext() == "(tau),"


def test_a_term_over_two_lines_of_the_source_is_one():
    parts = [nodes.Text("an odds"), nodes.Text("\n"), nodes.Text("ratio")]
    document = page(nodes.paragraph("", "", *parts))
    assert mark(document, TERMS) == [RATIO]


@pytest.mark.parametrize(
    "wrapped",
    [
        nodes.title("", "tau"),
        nodes.paragraph("", "", nodes.reference("", "tau")),
        nodes.paragraph("", "", nodes.literal("", "tau")),
        nodes.literal_block("", "tau"),
        nodes.container("", nodes.paragraph("", "tau"), classes=["cell"]),
        nodes.table("", nodes.paragraph("", "tau")),
    ],
    ids=["heading", "link", "code", "block of code", "cell", "table"],
)
def test_what_is_no_prose_is_left_alone(wrapped):
    document = page(wrapped)
    assert mark(document, TERMS) == []
    assert marks(document) == []


@pytest.mark.parametrize("inside", [nodes.strong, nodes.emphasis, nodes.inline])
def test_emphasis_and_glued_text_are_prose(inside):
    document = page(nodes.paragraph("", "", inside("", "tau")))
    assert mark(document, TERMS) == [TAU2]


GLOSSARY = "# Words\n\n```{glossary}\ntau\ntau²\n  How much they <differ>.\n```\n"


@pytest.fixture(scope="module")
def worded(tmp_path_factory):
    """A book with a glossary and without a chapter."""
    book = Book(tmp_path_factory.mktemp("worded") / "book")
    ours = "bookbuild.extension, bookbuild.glossary, bookbuild.reading"
    book.write("_config.yml", CONFIG.replace("bookbuild.extension", ours))
    book.write("index.md", "# A book\n\n## In short\n\nThe tau.\n\n### More\n\nTau.\n")
    book.write("words.md", GLOSSARY)
    book.toc("words")
    built = book.build()
    assert built.status == 0, built.output
    return book


def test_a_meaning_that_changes_is_written_to_the_pages_that_show_it(worded):
    assert "How much they &lt;differ&gt;." in worded.page("index")
    edited(worded, "words.md", "<differ>", "disagree")
    assert worded.build().status == 0
    assert "How much they disagree." in worded.page("index")
    incremental = worded.written()
    shutil.rmtree(worded.root / "_build")
    assert worded.build().status == 0
    assert worded.written() == incremental


def test_the_box_ends_before_the_first_subsection_and_keeps_the_heading(worded):
    soup = BeautifulSoup(worded.page("index"), "html.parser")
    (box,) = soup.select("section#in-short > .key-points")
    assert box.get_text(" ", strip=True).startswith("In short")
    assert "More" not in box.get_text()
    assert soup.find(id=box["aria-labelledby"]).name == "h2"
    assert soup.select_one("section#in-short > section#more h3")


def test_a_meaning_is_found_by_search_on_its_own_page_alone(worded):
    index = worded.written()["searchindex.js"].decode()
    assert re.search(r'\btau"?: ?\[\d+, ?\d+\]', index), "on both pages"
    assert re.search(r'\bmuch"?: ?\d+', index), "on the page of the glossary"


@pytest.fixture(scope="module")
def soups(site):
    return {
        name: BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
        for name in PAGES
    }


@pytest.fixture(scope="module")
def entries(soups):
    return [
        Entry(
            "glossary",
            item.find_previous_sibling("dt")["id"],
            tuple(_names(item)),
            item.get_text(" ", strip=True),
        )
        for item in soups["glossary"].select("dl.glossary > dd")
    ]


def _names(meaning):
    names = []
    for before in meaning.find_previous_siblings():
        if before.name == "dd":
            break
        names.append(before.find(string=True, recursive=False))
    return names


def read(soup, *without):
    """Return the words of a page's article, without what is named and without meanings."""
    article = BeautifulSoup(str(soup.select_one("article")), "html.parser")
    left_out = ("pre", "code", "ol.references", ".book-inputs", ".term-cards", ".headerlink")
    for tag in article.select(", ".join([*left_out, *without])):
        tag.decompose()
    return " ".join(article.get_text(" ").split())


def test_every_term_is_used_and_has_one_meaning_in_a_sentence_or_three(soups, entries):
    texts = [read(soup) for name, soup in soups.items() if name != "glossary"]
    used = {entry for text in texts for _, entry in Terms(entries).find(text)}
    assert [entry.names for entry in entries if entry not in used] == []
    names = [name for entry in entries for name in entry.names]
    assert len(names) == len(set(names)) > 100
    for entry in entries:
        assert entry.meaning.endswith("."), entry.names
        assert len(re.findall(r"[.;](?: |$)", entry.meaning)) <= 3, entry.names


#: Names of trials, registers and people, and the units of the page about the build.
NAMES = {"MAGraine", "THINK", "ClinicalTrial", "DerSimonian", "SHA", "UTC"}
#: Kinds of files, named where they are offered.
NAMES |= {"BibTeX", "CSV", "JSON", "MB", "PDF", "PNG", "README", "SVG", "ZIP"}
#: A licence.
NAMES |= {"BY", "CC"}
LETTERS = r"[A-Za-z]*[A-Z][A-Za-z\d]*[A-Z\d][A-Za-z\d]*"
ABBREVIATION = re.compile(rf"(?<![\w/.\-])(?:{LETTERS}|[A-Z]²)(?!\w)")
#: What follows the name of a subunit, as in NR2B.
SUBUNIT = re.compile(r"\d[A-D]?$")


def test_no_abbreviation_is_left_unexplained(soups, entries):
    explained = {name for entry in entries for name in entry.names} | NAMES
    unknown: dict[str, set[str]] = {}
    for name in set(PAGES) - {"references"}:  # the titles of papers are their authors'
        for found in ABBREVIATION.findall(read(soups[name], "tbody")):
            word = found.removesuffix("s")
            if not {word, SUBUNIT.sub("", word)} & explained:
                unknown.setdefault(word, set()).add(name)
    assert unknown == {}


def test_terms_are_marked_in_every_chapter_and_lead_to_their_meaning(soups):
    for name in ["index", *CHAPTERS]:
        soup = soups[name]
        buttons = soup.select("article button.term")
        assert len(buttons) > 4, name
        cards = {card["id"]: card for card in soup.select(".term-card")}
        assert {button["popovertarget"] for button in buttons} == cards.keys()
        assert [b for b in buttons if b.find_parent(["h1", "h2", "h3", "a", "code", "table"])] == []
        for card in cards.values():
            anchor = card.a["href"].partition("#")[2]
            assert soups["glossary"].find(id=anchor)
            assert card.get_text(strip=True)


@pytest.mark.parametrize("name", ["index", *CHAPTERS])
def test_the_key_points_are_few_and_answer_what_a_reader_asks(soups, name):
    (box,) = soups[name].select("section#in-short > .key-points")
    heading = soups[name].find(id=box["aria-labelledby"])
    assert (heading.name, box["role"]) == ("h2", "region")
    points = [point.get_text(" ", strip=True) for point in box.select("ul > li")]
    assert 3 <= len(points) <= 6
    leads = " ".join(point.strong.get_text() for point in box.select("ul > li"))
    assert "For a patient" in leads
    assert "How sure" in leads
    assert name == "index" or "It does not mean" in leads
    assert box.select(".pasted-text")
