"""Shapes, the coverage where trials agree, and the rule."""

import numpy as np
import pandas as pd
import pytest

from evidence.coverage import Scenario
from evidence.small_samples import (
    arm_sizes,
    choose_interval,
    one_arm,
    two_arms,
    where_narrower,
)


def test_sizes_come_round_again():
    (scenario,) = one_arm([11, 18, 29], 0.5, ks=[5], taus=[0.5])
    assert scenario == Scenario((11, 18, 29, 11, 18), 0.5, 0.5)
    (trial,) = two_arms([30], [31], 0.4, ks=[2], taus=[0.0], log_or=0.7)
    assert trial == Scenario((30, 30), 0.4, 0.0, (31, 31), 0.7)
    assert [s.tau for s in one_arm([9], 0.5, ks=[2, 3], taus=[0, 1])] == [0, 1, 0, 1]
    with pytest.raises(ValueError, match="size of at least one study"):
        one_arm([], 0.5, ks=[2], taus=[0.0])


def test_sizes_of_arms_are_those_of_the_data():
    sizes = arm_sizes(["shanmugam2019", "charles2007"])
    assert sizes["study"].tolist() == ["shanmugam2019"]  # the other has one arm
    assert sizes[["n_e", "n_c"]].iloc[0].tolist() == [28, 29]
    assert arm_sizes([]).empty


def test_where_studies_agree_hybrid_is_z_and_knha_holds_less():
    found = where_narrower(one_arm([11, 18, 29], 0.57, ks=[3], taus=[0.0]), replicates=1500)
    held = found.set_index("interval")["coverage"]
    assert held["REML hybrid"] == held["REML z"]
    assert held["REML knha"] < held["REML z"] - 0.1
    assert held["REML adhoc"] >= held["REML hybrid"]
    # With two degrees of freedom knha is narrower than z if the factor is below (1.96 / 4.30)^2,
    # which chance alone makes so in 1 - exp(-0.2075) of reviews of normal effects.
    assert found["share"].iloc[0] == pytest.approx(0.187, abs=0.03)


def test_the_share_is_that_of_one_seed_and_may_be_nothing():
    scenarios = one_arm([40, 40], 0.5, ks=[2], taus=[3.0])
    here, there = (where_narrower(scenarios, replicates=3, seed=2) for _ in range(2))
    pd.testing.assert_frame_equal(here, there)
    none = here[here["share"] == 0]
    assert none["coverage"].isna().all()


def made(coverages, widths, se=0.005, tau=0.0):
    rows = [
        {"interval": name, "tau": tau, "coverage": value, "coverage_se": se, "width": widths[name]}
        for name, value in coverages.items()
    ]
    return pd.DataFrame(rows)


WIDTHS = {"narrow": 1.0, "middle": 2.0, "wide": 3.0}


def test_the_narrowest_that_passes_both_tests_is_chosen():
    found = made({"narrow": 0.90, "middle": 0.941, "wide": 1.0}, WIDTHS)
    near = made({"narrow": 0.95, "middle": 0.916, "wide": 1.0}, WIDTHS)
    verdict = choose_interval(found, near)
    # 0.941 + 2 x 0.005 >= 0.95; 0.916 + 2 x 0.005 >= 1 - 1.5 x 0.05
    assert verdict.interval == "middle"
    assert verdict.frame["holds"].tolist() == [False, True, True]
    assert verdict.frame["width"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("overall", "agreeing"), [(0.939, 0.95), (0.95, 0.914)])
def test_either_test_may_refuse(overall, agreeing):
    found = made({"middle": overall, "wide": 0.99}, WIDTHS)
    near = made({"middle": agreeing, "wide": 0.99}, WIDTHS)
    assert choose_interval(found, near).interval == "wide"


def test_none_may_pass_and_wider_differences_do_not_count():
    found = made({"narrow": 0.5}, WIDTHS)
    assert choose_interval(found, made({"narrow": 0.99}, WIDTHS)).interval is None
    good = pd.concat([made({"narrow": 0.95}, WIDTHS), made({"narrow": 0.5}, WIDTHS, tau=1.5)])
    assert choose_interval(good, made({"narrow": 0.99}, WIDTHS)).interval == "narrow"


def test_no_reviews_that_agree_leave_nothing_to_fail():
    near = made({"narrow": np.nan}, WIDTHS)
    assert choose_interval(made({"narrow": 0.95}, WIDTHS), near).interval == "narrow"


def test_candidates_must_be_in_both_tables():
    with pytest.raises(ValueError, match="found must hold each interval of agreeing"):
        choose_interval(made({"narrow": 0.95}, WIDTHS), made({"wide": 0.95}, WIDTHS))
