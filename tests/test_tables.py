"""Tables show text as text, and never a number they were not given."""

import pandas as pd
from bs4 import BeautifulSoup

from evidence.effects import escalc
from evidence.synthesis import synthesise
from evidence.tables import Table, pooled_table


def parsed(table):
    return BeautifulSoup(table._repr_html_(), "html.parser")


def texts(cells):
    return [cell.get_text() for cell in cells]


def test_every_cell_is_text_and_every_header_has_its_scope():
    frame = pd.DataFrame({"study": ["A <script>", 'B "q" & c'], "n_e": [3, pd.NA]})
    page = parsed(Table(frame.convert_dtypes(), "Trials & more", {"n_e": "participants"}))
    assert page.script is None
    assert texts(page.select("tbody th")) == ["A <script>", 'B "q" & c']
    assert texts(page.select("thead th")) == ["study", "participants"]
    assert texts(page.select("td")) == ["3", "–"]
    assert texts(page.select("caption")) == ["Trials & more"]
    assert {cell["scope"] for cell in page.select("thead th")} == {"col"}
    (region,) = page.select("div[role=region][tabindex='0']")
    assert region["aria-label"] == "Trials & more"


def test_numbers_stand_to_the_right():
    page = parsed(Table(pd.DataFrame({"study": ["a"], "n": [5]}), "x"))
    assert texts(page.select(".number")) == ["n", "5"]


def test_an_empty_table_says_so():
    assert "no row fits this choice" in Table(pd.DataFrame({"a": []}), "Trials")._repr_html_()


def test_pooled_table_has_a_row_for_each_result():
    trials = pd.DataFrame({"event_e": [8, 12], "n_e": [20, 30], "event_c": [4, 6], "n_c": [20, 30]})
    results = {
        "both": synthesise(escalc(trials, "RD"), test="z"),
        "none": synthesise(trials.iloc[:0], measure="RD"),
    }
    frame = pooled_table(results, "Pooled").frame
    assert list(frame["analysis"]) == ["both", "none"]
    assert list(frame["studies"]) == [2, 0]
    assert frame["risk difference"].to_list() == ["20%", "not pooled"]
