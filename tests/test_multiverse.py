"""The multiverse: every combination is the pool of its own rows, and all are made in one pass."""

import numpy as np
import pandas as pd
import pytest

from evidence.effects import escalc
from evidence.multiverse import Universe, fit_universes, multiverse
from evidence.pooling import pool

COUNTS = pd.DataFrame(
    {
        "event_e": [3, 8, 5],
        "n_e": [20, 25, 18],
        "event_c": [2, 4, 1],
        "n_c": [21, 24, 19],
        "design": ["rct", "rct", "cohort"],
    }
)
NOTHING = pd.DataFrame({"yi": [], "vi": []})


def test_multiverse_tries_every_combination():
    rules = {"all": None, "rct": lambda rows: rows["design"] == "rct"}
    rules["none"] = lambda rows: rows["design"] == "magic"
    table = multiverse(COUNTS, rules=rules, measures=["OR", "RD"], methods=["DL", "REML"])
    assert len(table) == 12
    assert table.groupby("rule")["k"].unique().explode().to_dict() == {
        "all": 3,
        "rct": 2,
        "none": 0,
    }
    empty = table[table["rule"] == "none"]
    assert empty["estimate"].isna().all()


def test_each_row_is_the_pool_of_its_effects():
    rules = {"all": None, "rct": lambda rows: rows["design"] == "rct"}
    table = multiverse(
        COUNTS, rules=rules, measures=["OR", "RD"], methods=["DL", "REML"], tests=["z", "hybrid"]
    )
    for row in table.itertuples():
        kept = COUNTS if row.rule == "all" else COUNTS[COUNTS["design"] == "rct"]
        fit = pool(escalc(kept, row.measure), method=row.method, test=row.test)
        assert (row.k, row.estimate, row.p) == (fit.k, pytest.approx(fit.estimate), approx(fit.p))
        assert (row.ci_lb, row.ci_ub) == pytest.approx(fit.ci)
        assert (row.pi_lb, row.pi_ub) == pytest.approx(fit.pi)


def approx(value):
    return pytest.approx(value, rel=1e-9)


def test_a_universe_of_one_row_may_bring_its_interval():
    own = pd.DataFrame({"yi": [0.3], "vi": [1.0], "ci_lb": [0.1], "ci_ub": [0.45]})
    two = pd.DataFrame({"yi": [0.3, 0.4], "vi": [0.01, 0.01], "ci_lb": [0, 0], "ci_ub": [9, 9]})
    fits = fit_universes([Universe({}, own), Universe({}, two)], tests=["z"])
    assert fits.loc[0, ["estimate", "ci_lb", "ci_ub"]].tolist() == [0.3, 0.1, 0.45]
    # 0.35 -/+ 1.959964 x sqrt(0.01 / 2)
    assert fits.loc[1, ["ci_lb", "ci_ub"]].tolist() == pytest.approx([0.211410, 0.488590], abs=1e-6)
    assert np.isnan(fits.loc[0, "p"])


def test_nothing_at_all_is_an_answer():
    fits = fit_universes([Universe({}, NOTHING)], methods=["DL", "EE"])
    assert fits["k"].tolist() == [0, 0]
    assert fits["estimate"].isna().all()
    assert fit_universes([]).empty


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"methods": "REML"}, r"methods must be a list, such as \['REML'\]"),
        ({"tests": ["t"]}, "tests must be one of z, knha, adhoc, hybrid; got 't'"),
        ({"level": 0.95}, "level"),
    ],
)
def test_bad_choices_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_universes([Universe({}, NOTHING)], **arguments)


def test_rules_and_measures_must_be_given():
    with pytest.raises(ValueError, match="rules and measures must each name one or more"):
        multiverse(COUNTS, rules={}, measures=["OR"])
