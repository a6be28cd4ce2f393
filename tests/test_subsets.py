"""Subsets and sensitivity tables."""

import numpy as np
import pandas as pd
import pytest

from evidence.influence import cumulative, influence, leave_one_out
from evidence.pooling import pool
from evidence.subsets import subset_masks, subsets

EFFECTS = pd.DataFrame(
    {
        "study": list("ABCDE"),
        "year": [2003, 2001, 2002, 2001, 2004],
        "yi": [0.1, 0.7, 0.2, -0.4, 0.5],
        "vi": [0.05, 0.2, 0.1, 0.08, 0.3],
        "measure": "OR",
    },
    index=[10, 11, 12, 13, 14],
)


def test_every_subset_is_there_once():
    masks = subset_masks(5)
    assert masks.shape == (31, 5)
    assert len(np.unique(masks, axis=0)) == 31
    assert masks.any(axis=1).all()


def test_above_sixteen_a_seeded_sample():
    masks = subset_masks(20, sample=500, seed=3)
    assert masks.shape == (500, 20)
    assert len(np.unique(masks, axis=0)) == 500
    assert np.array_equal(masks, subset_masks(20, sample=500, seed=3))
    assert not np.array_equal(masks, subset_masks(20, sample=500, seed=4))
    # Each study is in half of the subsets: 250, with a standard deviation of 11.
    assert np.all(np.abs(masks.sum(axis=0) - 250) < 60)


def test_subsets_are_the_pools_of_their_rows():
    table = subsets(EFFECTS, methods=["DL", "REML"], tests=["z", "hybrid"])
    assert len(table) == 31 * 4
    masks = subset_masks(5)
    for row in table.iloc[::7].itertuples():
        fit = pool(EFFECTS[masks[row.subset]], method=row.method, test=row.test)
        assert row.k == fit.k
        assert (row.estimate, row.tau2) == (pytest.approx(fit.estimate), pytest.approx(fit.tau2))
        assert (row.ci_lb, row.ci_ub) == pytest.approx(fit.ci)
        assert np.isnan(row.pi_lb) == (fit.pi is None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"methods": "REML"}, r"methods must be a list, such as \['REML'\]"),
        ({"methods": []}, "methods must name one or more of EE, DL"),
        ({"tests": ["t"]}, "tests must be one of z, knha, adhoc, hybrid; got 't'"),
        ({"sample": 0}, "sample must be 1 or more"),
    ],
)
def test_bad_choices_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        subsets(EFFECTS, **arguments)


def test_leave_one_out_rows_are_pools_without_the_study():
    table = leave_one_out(EFFECTS)
    assert table.index.equals(EFFECTS.index)
    for row in table.itertuples():
        fit = pool(EFFECTS[EFFECTS["study"] != row.study])
        assert (row.estimate, row.p) == (pytest.approx(fit.estimate), pytest.approx(fit.p))
        assert (row.pi_lb, row.pi_ub) == pytest.approx(fit.pi)


def test_cumulative_follows_the_order_and_ends_with_all():
    table = cumulative(EFFECTS, order="year")
    assert "".join(table["study"]) == "BDCAE"
    assert table["k"].tolist() == [1, 2, 3, 4, 5]
    assert table["estimate"].iloc[-1] == pytest.approx(pool(EFFECTS).estimate)
    assert np.isnan(table["pi_lb"].iloc[0])
    with pytest.raises(ValueError, match="order must be a column without empty values; got 'age'"):
        cumulative(EFFECTS, order="age")


def test_two_studies_are_each_the_rest_of_the_other():
    table = leave_one_out(EFFECTS.head(2))
    assert table["estimate"].tolist() == pytest.approx([0.7, 0.1])
    assert np.isfinite(influence(EFFECTS.head(2)).drop(columns="study").astype(float)).all(
        axis=None
    )


@pytest.mark.parametrize("table", [leave_one_out, influence])
def test_one_study_cannot_be_left_out(table):
    with pytest.raises(ValueError, match="two studies or more to leave one out; got 1"):
        table(EFFECTS.head(1))


def test_an_outlier_is_influential():
    odd = EFFECTS.assign(yi=[0.1, 0.2, 0.15, 0.1, 9.0], vi=0.05)
    assert influence(odd, method="EE")["influential"].tolist()[-1]
