"""How far answers move: by hand on tables of a few rows."""

import numpy as np
import pandas as pd
import pytest

from evidence.multiverse import Universe
from evidence.robustness import (
    DIRECTION,
    HOLDS,
    OPEN,
    crossed,
    idle,
    moves,
    placed,
    specifications,
    spread,
    without,
)
from evidence.robustness_scale import common, control_risk, on_common_scale


def specs(values, half=1.0, **columns):
    values = np.array(values, float)
    table = pd.DataFrame({"value": values, "lb": values - half, "ub": values + half, "k": 2})
    return table.assign(lb0=table["lb"], ub0=table["ub"], **columns)


def effect(yi, vi=0.04, measure="MD"):
    yi = np.atleast_1d(yi)
    return pd.DataFrame({"yi": yi, "vi": vi, "measure": measure})


def test_ratios_come_to_points_at_the_control_risk():
    assert common("points", "RR", np.log([2.0, 0.5]), 0.2) == pytest.approx([20, -10])
    # Odds of .2 are 1/4; twice that is 1/2, a risk of 1/3.
    assert common("points", "OR", np.log([2.0]), 0.2) == pytest.approx([100 * (1 / 3 - 0.2)])
    assert common("points", "RD", np.array([0.25])) == pytest.approx([25])


def test_a_risk_ratio_cannot_carry_a_risk_above_one():
    assert common("points", "RR", np.log([9.0]), 0.2) == pytest.approx([80])


def test_shares_come_back_from_their_scale():
    assert common("share", "PLO", np.array([0.0])) == pytest.approx([50])
    assert common("share", "PAS", np.array([np.pi / 4])) == pytest.approx([50])
    assert common("share", "PR", np.array([-0.1, 1.2])) == pytest.approx([0, 100])


def test_a_measure_of_another_scale_has_no_place():
    assert np.isnan(common("deviations", "ROM", np.array([0.3]))).all()
    with pytest.raises(ValueError, match="kind must be one of points, share, mean, deviations"):
        common("nnt", "RD", np.array([0.3]))


def test_fits_of_several_measures_come_to_one_scale():
    fits = pd.DataFrame(
        {"measure": ["RD", "RR"], "at": [0.5, 0.5], "estimate": [0.1, 0.0], "ci_lb": [0.0, -1.0]}
    ).assign(ci_ub=[0.2, 0.0])
    found = on_common_scale(fits, "points")
    assert found["value"].tolist() == pytest.approx([10, 0])
    assert found["lb"].tolist() == pytest.approx([0, 50 * (np.exp(-1) - 1)])


@pytest.mark.parametrize(("event", "risk"), [(5, 0.25), (0, 0.5 / 21), (20, 20.5 / 21)])
def test_the_control_risk_is_never_nought_or_all(event, risk):
    rows = pd.DataFrame({"event_c": [event], "n_c": [20]})
    assert control_risk(rows) == pytest.approx(risk)


def test_intervals_are_placed_by_the_null():
    table = specs([2, 0.5, -2])
    assert placed(table, 0).tolist() == [1, 0, -1]
    assert placed(table, 1).tolist() == [0, 0, -1]


def test_where_there_is_no_value_its_own_bounds_are_read():
    table = specs([2.0]).assign(value=np.nan, lb=np.nan, ub=np.nan)
    assert placed(table, 25).tolist() == [1]


def test_a_spread_by_hand():
    table = pd.concat([specs([1.5, 2.0, 3.0, -0.5]), specs([np.nan]).assign(k=0)])
    found = spread(table, table.iloc[0], sign=1, null=0, threshold=2)
    assert (found.analyses, found.empty, found.unlike) == (4, 1, 0)
    assert (found.lowest, found.highest, found.median, found.book) == (-0.5, 3, 1.75, 1.5)
    assert (found.towards, found.beyond, found.enough, found.against) == (0.75, 0.75, 0.5, 0)
    assert found.janus
    assert found.verdict == OPEN


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([2.0] * 20, HOLDS),
        ([2.0] * 19 + [0.5], HOLDS),
        ([2.0] * 18 + [0.5] * 2, DIRECTION),
        ([2.0] * 18 + [-0.5] * 2, OPEN),
        ([0.1] * 10 + [-0.1] * 10, HOLDS),
    ],
    ids=["all", "nearly all", "in direction", "not", "a null that holds"],
)
def test_the_verdict_follows_its_rule(values, verdict):
    table = specs(values)
    assert spread(table, table.iloc[0], sign=1, null=0, threshold=1).verdict == verdict


def test_without_an_answer_nothing_holds():
    empty = specs([np.nan]).assign(k=0)
    found = spread(empty, empty.iloc[0], sign=1, null=0, threshold=1)
    assert (found.analyses, found.verdict) == (0, OPEN)
    assert np.isnan(found.median)


def test_moves_by_hand():
    table = specs([1, 2, 5, 6], a=list("xxyy"), b=list("uvuv"), c=list("wwww"))
    found = moves(table, ["a", "b", "c"]).set_index("choice")
    assert list(found.index) == ["a", "b"]
    assert found.loc["a", ["low", "low_median", "high", "high_median"]].tolist() == [
        *("x", 1.5),
        *("y", 5.5),
    ]
    # Means 1.5 and 5.5 about 3.5: 4 of a variance of 4.25; 3 and 4: 0.25.
    assert found["variance"].tolist() == pytest.approx([4 / 4.25, 0.25 / 4.25])
    assert found["range"].tolist() == [4, 1]


def test_a_choice_may_move_the_conclusion_alone():
    table = specs([2.0, 2.0], a=["narrow", "wide"])
    table.loc[1, ["lb", "ub"]] = [-3.0, 7.0]
    found = moves(table, ["a"]).iloc[0]
    assert (found["range"], found["verdicts"]) == (0, 1)
    assert np.isnan(found["variance"])


def test_idle_choices_are_found_and_left_out():
    universes = [
        Universe(each, effect(1.0 if each["a"] == "x" else 2.0))
        for each in crossed(a=["x", "y"], b=["u", "v"])
    ]
    assert idle(universes) == ["b"]
    kept = without(universes, ["b"])
    assert [each.choices for each in kept] == [{"a": "x"}, {"a": "y"}]
    assert idle([]) == []


def test_a_choice_that_matters_once_is_not_idle():
    universes = [
        Universe(each, effect(1.0 if each != {"a": "y", "b": "v"} else 2.0))
        for each in crossed(a=["x", "y"], b=["u", "v"])
    ]
    assert idle(universes) == []


def test_specifications_of_two_questions_are_each_their_own():
    one = [Universe({"a": "x"}, effect(0.3)), Universe({"a": "y"}, effect([]))]
    two = [Universe({"b": "u"}, effect([0.1, 0.5]))]
    found = specifications(
        {"one": one, "two": two},
        {"one": "mean", "two": "mean"},
        methods=["EE", "DL"],
        tests=["z", "knha"],
    )
    assert found["one"][["a", "method", "k"]].values.tolist() == [["x", "", 1], ["y", "", 0]]
    assert len(found["two"]) == 4
    assert found["two"]["value"].tolist() == pytest.approx([0.3] * 4)
    assert found["two"]["b"].tolist() == ["u"] * 4
