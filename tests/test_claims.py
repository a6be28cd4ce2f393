"""The audit on its page: chosen, counted, told, listed, and linked to from the theme chapters."""

import re
from itertools import product

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from evidence.audit.verdicts import VERDICTS
from evidence.data import load, schemas
from evidence.tables import Link, Table
from evidence.themes import claims as audit
from evidence.themes import claims_text as words
from evidence.themes.claims_html import Claims, Told, place_text, source_addresses
from evidence.themes.claims_links import claim_address, claim_of, claims_behind, linked
from evidence.themes.imaging import imaging_rows
from evidence.themes.imaging_flow import flow_checks, prisma_flow
from evidence.themes.imaging_text import DISAGREEMENTS, claims_table, flow_table, who_table

KINDS = audit.kinds()
#: Tables whose rows the theme chapters show.
SHOWN = (
    *("studies", "arms", "dichotomous", "contrasts", "directions", "prisma"),
    *("imaging_studies", "imaging_findings", "regimens", "constants", "subunits"),
)


@pytest.fixture(scope="module")
def every():
    return audit.claims()


@pytest.fixture(scope="module")
def page(every):
    return BeautifulSoup(Claims(every, "All")._repr_html_(), "html.parser")


def claim(**values):
    known = {
        "claim": "a_claim",
        "review": "littlejohn2017",
        "part": "3.2.1",
        "item": 5,
        "column": None,
        "kind": "sum",
        "statement": "1 < 2 & 3",
        "verdict": VERDICTS[0],
        "how": "computed",
        "finding": "It <holds>",
        "computation": "1 + 1 = 2",
        "caveat": None,
        "check_caveat": "",
        "corrected": None,
        "consequence": None,
        "severity": "none",
        "slip": "none",
        "readings_agree": "yes",
        "source": "littlejohn2017",
        "locator": "section 3.2.1",
        "chapter": "fibromyalgia-trials",
        "rank": 1,
    }
    return known | values


def frame(*rows):
    return pd.DataFrame([claim(**row) for row in rows])


def test_every_claim_is_there_once_by_review(every):
    assert set(every["claim"]) == set(load("claims")["claim"])
    assert every["claim"].is_unique
    assert list(dict.fromkeys(every["review"])) == list(audit.REVIEWS)


def test_a_choice_keeps_what_it_names(every):
    chosen = audit.claims(review="littlejohn2017", severity="weakens")
    wanted = every["review"].eq("littlejohn2017") & every["severity"].isin(["weakens", "changes"])
    assert set(chosen["claim"]) == set(every.loc[wanted, "claim"])
    assert len(chosen) > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("review", "x"), ("verdict", "x"), ("kind", "x"), ("severity", "x")],
)
def test_a_wrong_choice_is_named(name, value):
    with pytest.raises(ValueError, match=f"{name} must be one of .*; got 'x'"):
        audit.claims(**{name: value})


@pytest.mark.parametrize("show", [0, 11, True])
def test_how_many_are_told_has_bounds(every, show):
    with pytest.raises(ValueError, match="show must be a number from 1 to 10"):
        audit.most_important(every, show)


def test_the_first_by_rank_are_told():
    rows = frame({"claim": "c", "rank": 3}, {"claim": "a", "rank": 1}, {"claim": "x", "rank": None})
    assert list(audit.most_important(rows, 1)["claim"]) == ["a"]
    assert list(audit.most_important(rows)["claim"]) == ["a", "c"]


def test_the_counts_add_up(every):
    counts = audit.verdict_counts(every)
    assert counts["claims"].sum() == len(every)
    assert (counts["claims"] == counts["computed"] + counts["judged"]).all()
    assert len(counts) == len(audit.REVIEWS) * len(VERDICTS)
    found = audit.summary(every)
    assert found["claims"] == found["computed"] + found["judged"]
    parts = ("holds", "faults", "ambiguous", "unchecked")
    assert found["claims"] == sum(found[name] for name in parts)
    assert found["faults"] == found["within"] + found["primary"]
    assert found["moves"] == found["weakens"] + found["changes"]
    assert found["twice"] == found["agreed"] + found["disagreed"]


def test_counts_by_hand():
    rows = frame(
        {},
        {"verdict": VERDICTS[1], "how": "judged", "readings_agree": "no"},
        {"verdict": VERDICTS[3], "slip": "typographical", "severity": "minor"},
        {"verdict": VERDICTS[4], "slip": "substantive", "severity": "changes"},
        {"verdict": VERDICTS[5], "readings_agree": "first only"},
    )
    found = audit.summary(rows)
    wanted = {"claims": 5, "judged": 1, "holds": 2, "caveat": 1, "within": 1, "primary": 1}
    wanted |= {"unchecked": 1, "twice": 4, "agreed": 3, "disagreed": 1, "minor": 1, "changes": 1}
    wanted |= {"typographical": 1, "substantive": 1, "weakens": 0, "moves": 1, "ambiguous": 0}
    assert {name: found[name] for name in wanted} == wanted
    assert words.of_text(rows, "holds") == "2 of 5"
    said = words.review_text(rows, "littlejohn2017")
    assert said.startswith("Of 5 claims 2 hold (40%), 1 of them with a caveat.")
    assert said.endswith("What does not hold is most often of the kind: sum.")


def test_no_claim_is_said_in_words(every):
    none = every.iloc[:0]
    assert words.of_text(none, "holds") == words.count_of(none, "holds") == words.NO_CLAIM
    assert words.claims_text(none) == "no claim"
    assert words.NO_CLAIM in words.review_text(none, "littlejohn2017")
    shown = [
        Claims(none, "A"),
        Told(none, "A"),
        words.review_table(none, "A"),
        words.verdict_table(audit.verdict_counts(none), "A"),
        words.slip_table(none, "substantive", "A"),
    ]
    assert all("fits this choice" in each._repr_html_() for each in shown)
    assert words.entries(none, "None")["_share"].value is None


def test_every_claim_of_a_choice_is_a_row_with_its_words(every, page):
    rows = page.select("tbody tr")
    assert [row["id"] for row in rows] == [f"claim-{key}" for key in every["claim"]]
    assert [row["data-verdict"] for row in rows] == list(every["verdict"])
    assert page.select_one("table").caption.get_text() == "All"
    for row in rows:
        assert row.select_one("th[scope=row]").get_text(strip=True)
        assert all(cell.get_text(strip=True) for cell in row.select("td"))


def test_the_search_is_labelled_and_hidden_until_there_is_a_script(page):
    form = page.select_one("form")
    assert form.has_attr("hidden")
    assert [field["name"] for field in form.select("input, select")] == [
        "words",
        "review",
        "verdict",
        "kind",
    ]
    assert all(field.find_parent("label") for field in form.select("input, select"))
    assert form.select_one("[role=status][aria-live=polite]")


def test_a_row_escapes_what_it_shows_and_leads_on():
    html = Claims(frame({}), "One")._repr_html_()
    assert "1 &lt; 2 &amp; 3" in html
    assert "It &lt;holds&gt;" in html
    assert 'href="fibromyalgia-trials.html"' in html
    assert "https://doi.org/" in html


def test_what_is_told_changes_with_the_ledger():
    first = Told(frame({"consequence": "It falls"}), "Ten")._repr_html_()
    second = Told(frame({"consequence": "It stands", "corrected": "5 of 11"}), "Ten")._repr_html_()
    assert "<em>The arithmetic:</em> 1 + 1 = 2" in first
    assert "It falls" in first
    assert "Corrected" not in first
    assert "<em>Corrected:</em> 5 of 11" in second
    assert "It stands" in second


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Section 3.2.1, paragraph 5"),
        ({"part": "Abstract"}, "Abstract, sentence 5"),
        ({"part": "Table 2", "column": "Findings"}, "Table 2, row 5, Findings"),
        ({"part": "Box 1", "column": "item"}, "Box 1, row 5"),
        ({"part": "Table 2", "column": "A", "item": 0}, "Table 2, caption or whole table, A"),
        ({"part": "Results: PET"}, "Results, PET, paragraph 5"),
        ({"part": "Figure 1"}, "Figure 1"),
    ],
)
def test_a_place_in_words(values, text):
    assert place_text(next(frame(values).itertuples())) == text


def test_every_source_is_named_and_linked_where_it_can_be(every):
    found = source_addresses(every["source"])
    sources = load("sources").set_index("source")
    for key, text in found.items():
        known = sources.loc[key, ["doi", "pmid"]].notna().any()
        assert ("<a href" in text) == known, key
        assert re.search(r"[A-Z]", re.sub("<[^>]*>", "", text)), key


def test_slips_of_the_pen_stand_apart(every):
    typed = words.slip_table(every, "typographical", "A").frame
    other = words.slip_table(every, "substantive", "A").frame
    assert len(typed) > 0
    assert not set(typed["said"]) & set(other["said"])


@pytest.mark.parametrize("table", SHOWN)
def test_every_row_read_in_a_review_has_its_claim_on_the_page(table, page):
    behind = claims_behind(table)
    of_review = behind["source"].isin(list(audit.REVIEWS))
    assert behind.loc[of_review, "claim"].notna().all()
    assert behind.loc[~of_review, "claim"].isna().all()
    anchors = {row["id"] for row in page.select("tbody tr")}
    assert {f"claim-{key}" for key in behind["claim"].dropna()} <= anchors
    review = load("claims").set_index("claim")["review"]
    assert (behind.loc[of_review, "claim"].map(review) == behind.loc[of_review, "source"]).all()


def test_no_table_with_rows_of_a_review_is_forgotten():
    kept = {"claims", "claim_numbers", "review_parts", "review_cells"}
    for name, table in schemas().items():
        columns = {field["name"] for field in table["schema"]["fields"]}
        if name in kept or not {"source", "locator"} <= columns:
            continue
        assert name in SHOWN or not load(name)["source"].isin(list(audit.REVIEWS)).any(), name


@pytest.mark.parametrize(
    ("table", "row", "wanted"),
    [
        ("dichotomous", {"study": "gravennielsen2000", "event": 17}, "ft_responders_2000"),
        ("contrasts", {"study": "olivan2014", "contrast": "nnt"}, "ft_memantine_nnt"),
        ("dichotomous", {"study": "charles2007"}, "mt_charles_denominator"),
        ("regimens", {"regimen": "kalatharan_lauritsen_rate"}, "kal_lauritsen_rate"),
        ("regimens", {"regimen": "littlejohn2017_memantine"}, "ft_table_memantine_range"),
        ("constants", {"constant": "noppers_stated"}, "ft_noppers_dose"),
        (
            "imaging_findings",
            {"study": "sianardgainko1993", "finding": "parasellar_uptake_text"},
            "christensen_sianard_pct",
        ),
        ("prisma", {"stage": "databases"}, "christensen_flow_arithmetic"),
        ("subunits", {"subunit": "NR2C"}, "kal_t1_nr2c"),
    ],
)
def test_the_claim_behind_a_row_is_the_one_a_reader_would_name(table, row, wanted):
    found = claims_behind(table).dropna(subset="claim")
    for name, value in row.items():
        found = found[found[name] == value]
    assert list(found["claim"]) == [wanted]


def test_only_cells_read_in_a_review_become_links():
    rows = load("studies")
    cells = linked(rows, "studies")["source"]
    for cell, source in zip(cells, rows["source"], strict=True):
        assert str(cell) == source
        assert isinstance(cell, Link) == (source in audit.REVIEWS)
    assert claim_of(rows.iloc[:0], "studies").empty
    assert linked(rows.iloc[:0], "studies").empty


def test_a_table_shows_a_link_as_a_link_and_nothing_else_as_one():
    link = Link("a < b", "page.html#x&y")
    html = Table(pd.DataFrame({"name": [link], "n": ["<a>"]}), "T")._repr_html_()
    assert '<th scope="row"><a href="page.html#x&amp;y">a &lt; b</a></th>' in html
    assert "<td>&lt;a&gt;</td>" in html


def test_the_imaging_chapter_links_what_it_took_from_the_review():
    rows = imaging_rows()
    tables = (
        who_table(rows, "T"),
        flow_table(flow_checks(prisma_flow(), len(rows)), "T"),
        claims_table(DISAGREEMENTS, "T"),
    )
    found = [re.findall(r'href="([^"]*)"', table._repr_html_()) for table in tables]
    assert len(found[0]) == rows["source"].eq("christensen2022").sum()
    assert len(found[1]) == 4
    assert found[2] == [claim_address(key) for key in DISAGREEMENTS]


def test_every_choice_of_review_and_verdict_ends_in_words(every):
    for review, verdict in product(audit.REVIEWS, VERDICTS):
        rows = every[every["review"].eq(review) & every["verdict"].eq(verdict)]
        assert Claims(rows, "A")._repr_html_()
        assert words.review_table(rows, "A")._repr_html_()
        assert words.review_text(rows, review)


def test_the_ranks_are_those_that_move_a_conclusion(every):
    told = audit.most_important(every)
    assert told["rank"].tolist() == list(range(1, audit.MOST + 1))
    assert told["severity"].isin(["weakens", "changes"]).all()
    assert told["review"].value_counts().reindex(list(audit.REVIEWS)).min() >= 2
    assert told["consequence"].notna().all()


def test_every_kind_is_one_of_the_dictionary(every):
    assert set(every["kind"]) <= set(KINDS)
