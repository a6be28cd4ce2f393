"""Counts and citations against tables."""

from dataclasses import replace

import pandas as pd
import pytest
from audit_cases import args
from hypothesis import given
from hypothesis import strategies as st

from evidence.audit.extracted import citation, rows

STUDIES = pd.DataFrame(
    {
        "study": ["a", "a", "b", "c", "d"],
        "condition": ["Migraine", "fibromyalgia", "migraine", "cluster headache", None],
        "n": pd.array([5, 5, 7, 9, None], "Int64"),
        "share": [1.0, 2.5, 1.0, None, 3.0],
        "open": pd.array([True, False, True, None, True], "boolean"),
    }
)


def asked(*items, table="studies", frame=STUDIES, **named):
    return replace(args(*items, table=table, **named), read={table: frame}.__getitem__)


@pytest.mark.parametrize(
    ("where", "distinct", "count"),
    [
        ("", "", 5),
        ("", "study", 4),
        ("condition=migraine", "", 2),
        ("condition = migraine | cluster headache", "study", 3),
        ("condition=migraine; n=5", "", 1),
        ("condition=", "", 1),
        ("n=5|7", "study", 2),
        ("share=1", "", 2),
        ("share=2.5", "", 1),
        ("open=true", "", 3),
        ("condition=gout", "", 0),
    ],
)
def test_rows_are_counted(where, distinct, count):
    settings = {"where": where, "distinct": distinct}
    assert rows(asked(total=count, **settings)).outcome == "agrees"
    assert rows(asked(total=count + 1, **settings)).outcome == "disagrees"


cells = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=30)


@given(cells, st.sets(st.sampled_from("xyz"), min_size=1), st.booleans(), st.integers(-3, 3))
def test_a_count_of_any_table(pairs, kinds, once, off):
    frame = pd.DataFrame(pairs, columns=["study", "kind"], dtype="str")
    chosen = [study for study, kind in pairs if kind in kinds]
    count = len(set(chosen)) if once else len(chosen)
    asks = {"where": f"kind={'|'.join(kinds)}", "distinct": "study" if once else ""}
    found = rows(asked(frame=frame, total=max(count + off, 0), **asks))
    assert found.outcome == ("agrees" if max(count + off, 0) == count else "disagrees")
    assert found.values["found"] == count


@given(cells, st.sets(st.sampled_from("xyz"), min_size=1))
def test_a_citation_of_any_table(pairs, claimed):
    frame = pd.DataFrame(pairs, columns=["study", "kind"], dtype="str")
    cited = sorted({study for study, _ in pairs})
    right = all(any((s, kind) in pairs for kind in claimed) for s in cited)
    keys = [("study", key) for key in cited]
    found = citation(asked(*keys, frame=frame, column="kind", claimed="|".join(claimed)))
    assert found.outcome == ("agrees" if right else "disagrees")


def test_what_is_said():
    found = rows(asked(total=4, where="condition=migraine", distinct="study"))
    said = "2 rows of studies, one a study, where condition is migraine; the review has 4"
    assert found.computation == said
    cited = [("study", "a"), ("study", "b")]
    right = citation(asked(*cited, column="condition", claimed="Migraine"))
    assert right.computation == "condition of a, b: Migraine"
    wrong = citation(asked(*cited, ("study", "c"), column="condition", claimed="migraine"))
    assert wrong.computation == "condition claimed: migraine; c has cluster headache"
    silent = citation(asked(*cited, ("study", "d"), column="condition", claimed="migraine"))
    assert silent.outcome == "unknown"
    assert silent.computation == "studies has no condition of d"


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"column of where \(studies\) must be one of study,"):
        rows(asked(total=1, where="colour=red"))
    with pytest.raises(ValueError, match="where must be column=value; got 'migraine'"):
        rows(asked(total=1, where="migraine"))
    with pytest.raises(ValueError, match=r"distinct \(studies\) must be one of"):
        rows(asked(total=1, where="", distinct="colour"))
    with pytest.raises(ValueError, match=r"column \(studies\) must be one of"):
        citation(asked(("study", "a"), column="colour", claimed="red"))
    with pytest.raises(ValueError, match="a column of studies must be one of"):
        citation(asked(("study", "a"), frame=STUDIES[["n"]], column="n", claimed="5"))
