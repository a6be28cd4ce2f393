"""What changed between two editions, from their files: data, results, texts, causes."""

import json
from pathlib import Path

import jsonschema
import pytest
from editions import ARMS, STUDIES, data, edition, provenance, results

import bookbuild.diff
from bookbuild.diff.compare import CellChange, RowChange
from bookbuild.diff.edition import read_edition
from bookbuild.diff.render import LONGEST_COMMENT, as_html, as_json, as_markdown, as_text
from bookbuild.diff.report import difference
from bookbuild.diff.sections import shown_pair
from bookbuild.errors import UsageError

SCHEMA = json.loads(Path(bookbuild.diff.__file__).with_name("diff.schema.json").read_text("utf-8"))
ARMS_READ = {"data/arms.csv": "d1"}


def compared(old, new):
    """Return the difference of two editions given as files; its JSON always keeps the schema."""
    found = difference(read_edition("old", old), read_edition("new", new))
    jsonschema.validate(json.loads(as_json(found)), SCHEMA)
    return found


def of_values(found, **wanted):
    return {
        v.key: (v.old, v.new)
        for v in found.values
        if all(getattr(v, name) == value for name, value in wanted.items())
    }


def test_equal_editions_are_the_same_and_everything_is_counted():
    found = compared(edition(), edition())
    assert found.is_empty
    assert (found.counts.rows, found.counts.cells) == (5, 18)
    assert (found.counts.values, found.counts.texts) == (7, 2)
    assert "Nothing changed" in as_text(found)
    assert json.loads(as_json(found))["same"] is True


def test_a_study_added_and_one_removed_are_told_first():
    studies = STUDIES.replace("jones2005,Jones 2005,31", "wu2020,Wu 2020,12")
    found = compared(edition(), edition(data(studies=studies)))
    assert found.rows == (
        RowChange("studies", "wu2020", "Wu 2020", "added"),
        RowChange("studies", "jones2005", "Jones 2005", "removed"),
    )
    text = as_text(found)
    assert "1 study added, 1 study removed." in text
    assert "added · studies · Wu 2020 (wu2020)" in text


def test_a_corrected_value_is_told_with_table_row_and_column():
    found = compared(edition(), edition(data(arms=ARMS.replace("placebo,4", "placebo,6"))))
    assert found.cells == (CellChange("arms", "smith2001 / placebo", "", "event", "4", "6"),)
    assert "arms · smith2001 / placebo · event: 4 → 6" in as_text(found)


def test_a_number_written_otherwise_is_counted_and_not_told():
    found = compared(edition(), edition(data(arms=ARMS.replace("placebo,4", "placebo,4.0"))))
    assert found.is_empty
    assert found.counts.rewritten == 1
    assert "1 value written otherwise with the same number" in as_text(found)


def test_in_a_column_of_words_every_letter_counts():
    studies = STUDIES.replace("Smith 2001,", "Smith 2001.0,")
    (cell,) = compared(edition(), edition(data(studies=studies))).cells
    assert (cell.column, cell.old, cell.new) == ("label", "Smith 2001", "Smith 2001.0")


def test_a_column_that_comes_is_told_only_where_it_says_something():
    text = STUDIES.replace(",n\n", ",n,blind\n").replace(",20\n", ",20,yes\n")
    (cell,) = compared(edition(), edition(data(studies=text.replace(",31\n", ",31,\n")))).cells
    assert (cell.row, cell.column, cell.old, cell.new) == ("smith2001", "blind", None, "yes")


def test_rows_that_share_a_key_are_all_compared():
    twice = ARMS + "smith2001,drug,99,\n"
    found = compared(edition(), edition(data(arms=twice)))
    assert [(row.row, row.what) for row in found.rows] == [("smith2001 / drug / no. 2", "added")]


def test_results_before_and_after_with_headlines_apart_from_variants():
    changes = {"pain_estimate": -1.75, "pain_tau2": 0.3, "pain_nnt": 5.5, "pain_by_dl_estimate": -2}
    found = compared(edition(), edition(results(**changes, verdict_one="refuted", certain=False)))
    assert of_values(found, headline=True, type="number") == {
        "pain_estimate": (-1.25, -1.75), "pain_tau2": (0.0, 0.3), "pain_nnt": (4.0, 5.5),
    }  # fmt: skip
    assert of_values(found, headline=False) == {"pain_by_dl_estimate": (-1.5, -2)}
    text = as_text(found)
    assert "a · Pain, tau2: 0 → 0.300 variance\n" in text
    assert "a · Pain, NNT: 4.00 → 5.50 people to treat\n" in text
    assert "a · Verdict: one: holds → refuted" in text
    assert "a · Whether it is certain: yes → no" in text
    assert text.index("Pain, NNT") < text.index("by other choices") < text.index("by DL")


@pytest.mark.parametrize(("old", "new", "noise"), [
    (-1.25, -1.25 * (1 + 1e-12), 1), (-1.25, -1.25 * (1 + 1e-7), 0), (0.0, 1e-17, 1),
    (0.0, 1e-6, 0), (None, 0.0, 0), (1.0, True, 0), (0.0, -0.0, 0),
])  # fmt: skip
def test_noise_of_rounding_is_no_change(old, new, noise):
    found = compared(edition(results(pain_tau2=old)), edition(results(pain_tau2=new)))
    assert found.counts.noise == noise
    equal = noise or (old == new and type(old) is type(new))
    assert len(found.values) == (0 if equal else 1)


def test_a_unit_that_changes_is_a_change_though_the_number_stays():
    other = results()
    other = {n: t.replace(b'"unit": "variance"', b'"unit": "SD"') for n, t in other.items()}
    (change,) = compared(edition(), edition(other)).values
    assert (change.key, change.unit) == ("pain_tau2", "variance → SD")


def test_what_repeats_or_details_is_folded_away():
    found = compared(edition(), edition(results(pain_estimate=-2.0, pain_by_dl_estimate=-2.5)))
    for text in (as_html(found), as_markdown(found)):
        shown, _, folded = text.partition("<details><summary>The same results by other choices (1)")
        assert "Pain, estimate" in shown
        assert "Pain: by DL, estimate" in folded
        assert "by DL" not in shown


def test_results_that_come_and_go_are_counted_by_chapter():
    found = compared(edition(), edition(results(pain_k=..., dose=3.5, rate=1.0)))
    assert of_values(found, what="added") == {"dose": (None, 3.5), "rate": (None, 1.0)}
    assert of_values(found, what="removed") == {"pain_k": (2, None)}
    assert "a · added · 2" in as_text(found)


def test_texts_of_the_answer_stand_before_others():
    texts = {"answer": "−1.8 points", "k": "3 studies"}
    found = compared(edition(), edition(results(texts=texts)))
    assert [(t.key, t.short) for t in found.texts] == [("answer", True), ("k", False)]
    assert "a · answer: −1.3 points → −1.8 points" in as_text(found)


def test_one_row_that_alone_differs_is_the_cause():
    arms = ARMS.replace("placebo,4", "placebo,6")
    new = edition(data(arms=arms), results(pain_estimate=-2.0), provenance(inputs=ARMS_READ))
    found = compared(edition(), new)
    (cause,) = found.causes
    assert (cause.kind, cause.what, cause.rows) == (
        "data",
        "data/arms.csv",
        ("smith2001 / placebo",),
    )
    assert cause.alone
    assert "a · data · data/arms.csv · smith2001 / placebo · this row alone" in as_text(found)


def test_of_several_inputs_none_is_singled_out():
    inputs = {**ARMS_READ, "evidence/pool.py": "p1", "evidence/new.py": "n"}
    made = provenance(inputs=inputs, code="c1", numpy="2.5.0")
    changed = results(pain_estimate=-2.0, parameters={"method": "DL"})
    found = compared(edition(), edition(changed, made))
    assert [(c.kind, c.what) for c in found.causes] == [
        ("data", "data/arms.csv"),
        ("code", "evidence/new.py (read by one of them only)"),
        ("code", "evidence/pool.py"),
        ("chapter", "chapters/a.ipynb"),
        ("parameters", "method"),
        ("packages", "numpy 2.4.0 → 2.5.0"),
    ]
    assert not any(cause.alone for cause in found.causes)
    assert found.packages == ("numpy 2.4.0 → 2.5.0",)


def test_results_that_change_without_a_cause_are_said_to():
    (cause,) = compared(edition(), edition(results(pain_estimate=-2.0))).causes
    assert cause.kind == "unknown"
    assert "hang on something that is not traced" in cause.what


def test_inputs_that_changed_no_result_are_no_cause():
    assert compared(edition(), edition(provenance(inputs=ARMS_READ))).causes == ()


def test_an_older_edition_that_tells_less_is_compared_as_far_as_it_goes():
    old = json.loads(edition()["chapters/a.results.json"])
    files = edition({"chapters/a.results.json": json.dumps({"values": old["values"]}).encode()})
    del files["provenance.json"]
    found = compared(files, edition(results(pain_estimate=-2.0)))
    assert of_values(found) == {"pain_estimate": (-1.25, -2.0)}
    assert [c.kind for c in found.causes] == ["unknown"]
    assert any("carries no provenance.json" in note for note in found.notes)


def test_without_data_or_results_the_other_half_is_compared():
    old, new = edition(), edition(results(pain_estimate=-2.0))
    bare = {name: text for name, text in new.items() if not name.startswith("data/")}
    found = compared(old, bare)
    assert (found.rows, found.cells) == ((), ())
    assert of_values(found) == {"pain_estimate": (-1.25, -2.0)}
    assert "Note: new: it carries no data." in as_text(found)
    found = compared(old, data(arms=ARMS.replace("placebo,4", "placebo,6")))
    assert (len(found.cells), found.values, found.chapters["removed"]) == (1, (), ())


def test_chapters_that_come_and_go_are_named():
    other = {name: text for name, text in edition().items() if "chapters/" not in name}
    found = compared(edition(), {**other, **results("chapters/b")})
    assert found.chapters == {"added": ("chapters/b",), "removed": ("chapters/a",)}
    assert not found.is_empty
    assert "Chapters removed: chapters/a." in as_text(found)


@pytest.mark.parametrize(("files", "said"), [
    ({}, "old is not a built book"),
    ({"notes.json": b"{}"}, "old is not a built book"),
    ({"chapters/a.results.json": b"{"}, "chapters/a.results.json in old is not JSON"),
    ({"chapters/a.results.json": b"[]"}, "holds no `values`"),
    ({**results(), "x/chapters/a.results.json": results()["chapters/a.results.json"]}, "twice"),
    ({"data/datapackage.json": data()["data/datapackage.json"]}, "lacks studies.csv"),
])  # fmt: skip
def test_what_is_no_edition_is_refused(files, said):
    with pytest.raises(UsageError, match=said):
        read_edition("old", files)


def test_huge_differences_are_cut_and_fit_a_comment():
    many = STUDIES + "".join(f"s{n},{'A long name ' * 30}{n},{n}\n" for n in range(3000))
    found = compared(edition(), edition(data(studies=many)))
    assert "and 2960 more; --all shows them" in as_text(found)
    markdown = as_markdown(found)
    assert len(markdown) <= LONGEST_COMMENT
    assert "### Studies and other rows (3000)" in markdown
    assert as_text(found, None).count("added · studies") == 3000
    assert len(json.loads(as_json(found))["rows"]) == 3000


def test_hostile_cells_stay_text():
    text = '"<script>alert(1)</script> | [x](http://y) @someone"'
    found = compared(edition(), edition(data(arms=ARMS.replace("as printed", text))))
    assert "<script>" not in as_html(found)
    markdown = as_markdown(found)
    assert r"\<script\>alert\(1\)\</script\> \| \[x\]\(http://y\) \@someone |" in markdown
    assert as_text(found).count("\n  arms") == 1


def test_of_long_texts_the_part_that_differs_is_shown():
    note = "word " * 200
    old = data(arms=ARMS.replace("as printed", note + "mended"))
    new = data(arms=ARMS.replace("as printed", note + "broken"))
    text = as_text(compared(edition(old), edition(new)))
    assert "mended → …" in text
    assert max(map(len, text.splitlines())) < 600


@pytest.mark.parametrize(("old", "new", "shown"), [
    (1.0, 2.5, ("1.00", "2.50")), (-1.2501, -1.2502, ("−1.2501", "−1.2502")),
    (1234.5, 1e12, ("1,234", "1.00e+12")), (None, 0.0, ("none", "0")),
    (True, False, ("yes", "no")), (9999, 10001, ("9,999", "10,001")),
    (1e-7, -2e-7, ("1.00e−07", "−2.00e−07")),
])  # fmt: skip
def test_numbers_have_as_many_digits_as_tell_them_apart(old, new, shown):
    assert shown_pair(old, new) == shown
