"""The table of agreement: what counts as a difference, and that nothing shrinks unseen."""

import json

import numpy as np
import pytest

from evidence import agreement_cases as made
from evidence.agreement import FAMILIES, Family, agreement, relative_difference
from evidence.agreement_cases import Pair
from evidence.tau2 import TAU2


def pair(ours, pinned, floor=0.0):
    return Pair(np.array(ours, float), np.array(pinned, float), floor)


@pytest.mark.parametrize(
    ("ours", "pinned", "floor", "expected"),
    [
        (2.02, 2.0, 0.0, 0.01),
        (0.02, 0.0, 2.0, 0.01),  # next to zero: relative to the floor
        (10.1, 10.0, 2.0, 0.01),  # the value is larger than the floor
        (0.0, 0.0, 0.0, 0.0),
        (np.inf, np.inf, 0.0, 0.0),
        (1.0, np.inf, 0.0, np.inf),
        (np.nan, 1.0, 0.0, np.inf),
    ],
)
def test_a_difference_by_hand(ours, pinned, floor, expected):
    assert relative_difference(pair([ours], [pinned], floor)) == pytest.approx([expected])


def test_what_r_lacks_is_counted_and_not_compared():
    family = Family("x", "R", 1e-6, lambda: iter([pair([1.0, 2.0], [np.nan, 2.0])]))
    (row,) = agreement((family,)).to_dict("records")
    assert (row["values"], row["r_lacks"], row["largest"], row["agrees"]) == (1, 1, 0.0, True)


def test_a_wrong_value_does_not_agree():
    family = Family("x", "R", 1e-6, lambda: iter([pair([1.0], [1.0]), pair([1.0], [1.001])]))
    (row,) = agreement((family,)).to_dict("records")
    assert row["largest"] == pytest.approx(0.001, rel=2e-3)
    assert not row["agrees"]


QUICK = [family for family in FAMILIES if family.name != "meta-regression"]


@pytest.mark.parametrize("family", QUICK, ids=lambda family: f"{family.name}-{family.against}")
def test_every_family_agrees(family):
    (row,) = agreement((family,)).to_dict("records")
    assert row["agrees"], row
    assert row["values"] >= 15


def test_every_method_of_pooling_is_in_the_table():
    assert {f"pooling, {method}" for method in TAU2} <= {family.name for family in FAMILIES}


def test_a_pattern_that_fits_no_case_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="files must hold a pinned case; none of gone"):
        list(made.cases("gone", ".*"))
    (tmp_path / "a.json").write_text(json.dumps({"cases": [{"id": "x", "results": {}}]}), "utf-8")
    assert [case.id for case in made.cases("a", "x", tmp_path)] == ["x"]


def test_missing_values_of_r_are_read_as_nan():
    assert np.isnan(made.numbers(["NA", None])).all()
    assert made.numbers("Inf").tolist() == [np.inf]


def test_a_changed_result_is_seen(monkeypatch):
    real = made.peto

    def changed(frame):
        fit = real(frame)
        object.__setattr__(fit, "estimate", fit.estimate + 1e-6)
        return fit

    monkeypatch.setattr(made, "peto", changed)
    (family,) = [f for f in FAMILIES if f.name.startswith("Mantel")]
    assert not agreement((family,))["agrees"].iloc[0]
