"""`escalc` against metafor, by hand, and on input that cannot be right."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_cases import (
    BINARY,
    CLOSED,
    CORRELATION,
    MEANS,
    ONE_GROUP,
    PAIRS,
    assert_close,
    cases,
    named,
)

from evidence.effects import MEASURES, escalc, read_effects, study_intervals

NAMES = {"2x2": BINARY, "prop": ONE_GROUP, "cont": MEANS, "change": PAIRS, "cor": CORRELATION}
ESCALC = cases("*_escalc_*")


def arguments(case_id):
    """Return the measure and the zero-cell rule that a case id names."""
    word = case_id.split(".", 1)[1].removesuffix(".LS")
    measure, rule = re.fullmatch(r"([A-Z]+?)(?:(?=add|to|drop)(.*))?", word).groups()
    key, _, value = (rule or "").partition("=")
    rules = {"add": {"add": 0.1}, "drop00": {"drop00": True}, "to": {"to": value}}
    return measure, rules.get(key, {})


@pytest.mark.parametrize(("name", "case"), ESCALC)
def test_escalc_equals_metafor(name, case):
    measure, rule = arguments(case["id"])
    effects = escalc(named(name, NAMES[name.rsplit("_", 1)[1]]), measure, **rule)
    # yi of a sampling error of 0 is 0 up to rounding: 1e-15 beside effects of order 1.
    assert_close(effects["yi"], case["results"]["yi"], rtol=CLOSED, atol=1e-15)
    assert_close(effects["vi"], case["results"]["vi"], rtol=CLOSED)
    assert set(effects["measure"]) == {measure}


def test_every_measure_is_pinned():
    assert {arguments(case.values[1]["id"])[0] for case in ESCALC} == set(MEASURES)


def two_arms(event_e, n_e, event_c, n_c):
    return pd.DataFrame({"event_e": event_e, "n_e": n_e, "event_c": event_c, "n_c": n_c})


MEANS_ROW = {"mean_e": 3.0, "sd_e": 1.0, "n_e": 10, "mean_c": 2.0, "sd_c": 1.0, "n_c": 10}
PAIR_ROW = {"mean_pre": 5.0, "mean_post": 4.0, "sd_pre": 2.0, "sd_post": 1.0, "n": 9, "ri": 0.5}


def test_a_zero_cell_moves_the_risk_difference_too():
    (yi,) = escalc(two_arms([0], [20], [4], [20]), "RD")["yi"]
    assert yi == pytest.approx(0.5 / 21 - 4.5 / 21, rel=1e-14)


def test_treatment_arm_correction_of_no_events_finds_no_effect():
    effects = escalc(two_arms([0, 3], [30, 30], [0, 2], [10, 12]), "OR", to="tacc")
    assert effects["yi"][0] == pytest.approx(0.0, abs=1e-12)
    assert effects["yi"][1] == pytest.approx(np.log((3 / 27) / (2 / 10)), rel=1e-12)


def test_a_log_of_zero_without_correction_is_missing():
    effects = escalc(two_arms([0, 3], [30, 30], [2, 2], [10, 12]), "RR", to="none")
    assert effects[["yi", "vi"]].isna().all(axis=1).tolist() == [True, False]


def test_the_frame_is_kept_and_not_changed():
    frame = two_arms([1], [9], [2], [9]).assign(study="A", note="x")
    before = frame.copy()
    effects = escalc(frame, "OR")
    pd.testing.assert_frame_equal(frame, before)
    assert list(effects) == [*before, "yi", "vi", "measure"]


def test_nullable_columns_are_read():
    frame = two_arms([1], [9], [2], [9])
    assert escalc(frame.convert_dtypes(), "RR")["yi"].equals(escalc(frame, "RR")["yi"])


counts = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda p: (min(p), p[1]))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8), st.sampled_from(MEASURES[5:8]))
def test_swapping_arms_flips_the_effect(tables, measure):
    e, c = ([list(x) for x in zip(*arm, strict=True)] for arm in zip(*tables, strict=True))
    here, there = escalc(two_arms(*e, *c), measure), escalc(two_arms(*c, *e), measure)
    np.testing.assert_allclose(here["yi"], -there["yi"], atol=1e-14)
    np.testing.assert_allclose(here["vi"], there["vi"], rtol=1e-13)


@given(st.floats(0.01, 100))
def test_smd_and_rom_do_not_depend_on_the_unit(unit):
    frame = pd.DataFrame([MEANS_ROW])
    scaled = frame.assign(
        **{name: frame[name] * unit for name in frame if name[:2] in ("me", "sd")}
    )
    for measure in ("SMD", "ROM"):
        for column in ("yi", "vi"):
            here, there = escalc(frame, measure)[column][0], escalc(scaled, measure)[column][0]
            assert there == pytest.approx(here, rel=1e-12)


def test_a_perfect_correlation_leaves_the_difference_of_the_sds():
    effects = escalc(pd.DataFrame([PAIR_ROW | {"ri": 1.0}]), "MC")
    assert effects["vi"][0] == pytest.approx((2.0 - 1.0) ** 2 / 9, rel=1e-14)


TABLE = {"event_e": 3, "n_e": 10, "event_c": 2, "n_c": 10}
GROUP = {"event": 3, "n": 10}
PLAIN = {"ri": 0.3, "n": 20}
FAULTS = [
    ("RR", TABLE | {"event_e": 11}, "event_e must not be above n_e; got row 7"),
    ("RD", TABLE | {"event_c": -1}, "event_c must not be negative; got row 7"),
    ("OR", TABLE | {"n_c": 0, "event_c": 0}, "n_c must be above 0; got row 7"),
    ("OR", TABLE | {"n_e": -4}, "n_e must be above 0; got row 7"),
    ("OR", TABLE | {"n_e": np.nan}, "n_e must be a finite number; got row 7"),
    ("OR", TABLE | {"n_e": "ten"}, "n_e must be a finite number; got row 7: ten"),
    ("PLO", GROUP | {"event": np.inf}, "event must be a finite number; got row 7"),
    ("PR", GROUP | {"event": 12}, "event must not be above n; got row 7"),
    ("MD", MEANS_ROW | {"sd_e": -1.0}, "sd_e must not be negative; got row 7"),
    ("MD", MEANS_ROW | {"sd_e": 0.0, "sd_c": 0.0}, "sd_e must not be 0 .*; got row 7"),
    ("SMD", MEANS_ROW | {"sd_e": 0.0, "sd_c": 0.0}, "sd_e .* pooled SD above 0 .*; got row 7"),
    ("SMD", MEANS_ROW | {"n_e": 1, "n_c": 2}, r"n_e .* at least 4 .*; got row 7"),
    ("ROM", MEANS_ROW | {"sd_c": 0.0}, "sd_c must be above 0 for a ROM; got row 7"),
    ("ROM", MEANS_ROW | {"mean_c": -2.0}, "mean_c must .* sign .*; got row 7"),
    ("ROM", MEANS_ROW | {"mean_e": -2.0}, "mean_e must .* sign .*; got row 7"),
    ("ROM", MEANS_ROW | {"mean_e": 0.0, "mean_c": 0.0}, "mean_e must .* sign .*; got row 7"),
    ("MC", PAIR_ROW | {"ri": 1.2}, "ri must be from -1 to 1; got row 7"),
    ("MC", PAIR_ROW | {"ri": 1.0, "sd_post": 2.0}, "ri must leave .* above 0.*; got row 7"),
    ("SMCC", PAIR_ROW | {"n": 2}, "n must be at least 3 for an SMCC; got row 7"),
    ("ZCOR", PLAIN | {"ri": -1.0}, "ri must be between -1 and 1.*; got row 7"),
    ("ZCOR", PLAIN | {"n": 3}, "n must be above 3 for a ZCOR; got row 7"),
]


@pytest.mark.parametrize(("measure", "row", "message"), FAULTS)
def test_bad_input_names_column_and_row(measure, row, message):
    frame = pd.DataFrame([row], index=[7]).assign(study="Smith 2020")
    with pytest.raises(ValueError, match=message.replace("row 7", r"row 7 \(Smith 2020\)", 1)):
        escalc(frame, measure)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"column 'n_c' is missing; the frame has event_e, n_e"):
        escalc(pd.DataFrame({"event_e": [1], "n_e": [2], "event_c": [1]}), "RR")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measure": "RRR"}, "measure must be one of PR, .*did you mean 'RR'"),
        ({"measure": "RR", "to": "some"}, "to must be one of only0, all, if0all, none, tacc"),
        ({"measure": "RR", "add": -0.5}, "add must be a number from 0"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        escalc(pd.DataFrame([TABLE]), **arguments)


def test_many_faults_are_counted():
    frame = pd.DataFrame([GROUP | {"event": -1}] * 9)
    with pytest.raises(ValueError, match=r"row 0: -1; .*row 4: -1; and 4 more rows$"):
        escalc(frame, "PR")


@pytest.mark.parametrize("vi", [0.0, -0.1, np.nan, np.inf])
def test_variances_must_be_positive_and_finite(vi):
    with pytest.raises(ValueError, match=r"vi must be .*; got row 1 \(B\)"):
        read_effects(pd.DataFrame({"study": ["A", "B"], "yi": [0.1, 0.2], "vi": [0.1, vi]}))


def test_no_study_is_an_error():
    with pytest.raises(ValueError, match="at least one row, got 0"):
        read_effects(pd.DataFrame({"yi": [], "vi": []}))


def test_study_intervals_by_hand():
    effects = study_intervals(pd.DataFrame({"yi": [1.0], "vi": [0.04]}), level=95)
    assert effects["ci_lb"][0] == pytest.approx(1 - 1.959963984540054 * 0.2, rel=1e-14)
    assert effects["ci_ub"][0] == pytest.approx(1 + 1.959963984540054 * 0.2, rel=1e-14)
