"""NNTs against the reference, against arithmetic, and what their text must say."""

import json
from dataclasses import dataclass
from math import inf, log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.interval import Interval
from evidence.nnt import NNT, nnt, nnt_at, nnt_from_rd

HERE = Path(__file__).parent / "reference"
CASES = json.loads((HERE / "rd_ci_nnt.json").read_text("utf-8"))["cases"]
VIEWS = [
    (case["id"], key, case["results"]["rd"], case["results"][key.split(".")[0]], view)
    for case in CASES
    for key, view in case["results"]["nnt"].items()
]


@dataclass(frozen=True)
class Fit:
    measure: str
    estimate: float
    ci: Interval
    pi: Interval | None = None
    level: float = 95.0


@pytest.mark.parametrize(("case", "key", "rd", "ci", "view"), VIEWS, ids=lambda v: str(v)[:30])
def test_equals_the_reference(case, key, rd, ci, view):
    found = nnt_from_rd(rd, ci, better=key.split(".")[1])
    assert found.rd == pytest.approx(view["abs_benefit"], rel=1e-12)
    assert found.ci == pytest.approx(view["abs_benefit_ci"], rel=1e-12)
    assert found.value == pytest.approx(float(view["nnt"]), rel=1e-12)
    finite = [bound for bound in found.bounds if bound != inf]
    helps, harms = [b for b in finite if b > 0], [-b for b in finite if b < 0]
    if view["ci_form"] == "disjoint" and found.ci != (0, 0):
        assert found.through_infinity
        assert helps == pytest.approx([float(view["nntb_lo"])], rel=1e-12)
        assert harms == pytest.approx([float(view["nnth_lo"])], rel=1e-12)
    elif found.ci != (0, 0):
        side, numbers = ("nntb", helps) if view["type"] == "NNTB" else ("nnth", harms)
        assert numbers == pytest.approx([view[f"{side}_lo"], view[f"{side}_hi"]], rel=1e-12)


def test_the_reference_is_whole():
    assert len(VIEWS) == 32 * 4 * 2


@pytest.mark.parametrize(
    ("rd", "ci", "text"),
    [
        (0.10, (-0.05, 0.25), "NNTB 10 (NNTB 4 to ∞ to NNTH 20)"),
        (0.05, (-0.30, 0.20), "NNTB 20 (NNTB 5 to ∞ to NNTH 4)"),
        (-0.10, (-0.25, 0.05), "NNTH 10 (NNTB 20 to ∞ to NNTH 4)"),
        (0.20, (0.10, 0.30), "NNTB 5 (NNTB 4 to NNTB 10)"),
        (-0.20, (-0.30, -0.10), "NNTH 5 (NNTH 4 to NNTH 10)"),
        (0.0, (-0.10, 0.10), "∞ (NNTB 10 to ∞ to NNTH 10)"),
        (0.10, (0.0, 0.20), "NNTB 10 (NNTB 5 to ∞)"),
        (0.3 - 0.2, (0.05, 0.15), "NNTB 10 (NNTB 7 to NNTB 20)"),
        (0.0, (0.0, 0.0), "∞ (∞ to ∞)"),
    ],
)
def test_reads(rd, ci, text):
    assert str(NNT(rd, Interval(*ci))) == text


def test_says_what_it_holds_for():
    found = nnt_from_rd(
        0.2, (0.1, 0.3), "higher", interval="pi", baseline_risk=0.3, horizon="12 weeks"
    )
    assert str(found) == (
        "NNTB 5 (NNTB 4 to NNTB 10); 95% prediction interval, baseline risk 30%, 12 weeks"
    )


@settings(deadline=None)
@given(*[st.floats(-1, 1, allow_subnormal=False)] * 3)
def test_the_direction_of_benefit_only_turns_the_sign(a, b, c):
    lb, rd, ub = sorted((a, b, c))
    good, bad = nnt_from_rd(rd, (lb, ub), "higher"), nnt_from_rd(rd, (lb, ub), "lower")
    assert (bad.rd, *bad.ci) == (-good.rd, -good.ci.ub, -good.ci.lb)
    assert bad.through_infinity == good.through_infinity == (lb < 0 < ub)
    if good.through_infinity:
        assert "NNTB" in good.label
        assert "NNTH" in good.label
        assert "∞" in good.label


def test_a_pooled_rd_reads_either_interval():
    fit = Fit("RD", -0.2, Interval(-0.3, -0.1), Interval(-0.5, 0.1))
    assert nnt(fit, "lower").label == "NNTB 5 (NNTB 4 to NNTB 10)"
    assert nnt(fit, "lower", interval="pi").label == "NNTB 5 (NNTB 2 to ∞ to NNTH 10)"


def test_a_ratio_at_a_baseline_risk_is_handbook_arithmetic():
    # Cochrane Handbook 6, 15.4.4: 1 / |ACR (1 - RR)| and 1 / |ACR - OR ACR / (1 - ACR + OR ACR)|.
    rr, odds, risk = 0.92, 0.73, 0.3
    of_rr = nnt_at(Fit("RR", log(rr), Interval(log(0.8), log(1.1))), risk, "lower")
    assert of_rr.value == pytest.approx(1 / abs(risk * (1 - rr)), rel=1e-12)
    assert of_rr.ci == pytest.approx((-0.03, 0.06), rel=1e-9)
    of_or = nnt_at(Fit("OR", log(odds), Interval(log(0.5), log(0.9))), risk, "lower")
    expected = 1 / abs(risk - odds * risk / (1 - risk + odds * risk))
    assert of_or.value == pytest.approx(expected, rel=1e-12)
    assert of_or.baseline_risk == risk


@pytest.mark.parametrize("measure", ["RR", "OR"])
@given(risk=st.floats(0.001, 0.999))
def test_a_ratio_of_one_is_no_difference_at_any_risk(measure, risk):
    found = nnt_at(Fit(measure, 0.0, Interval(-0.0001, 0.0001)), risk, "higher")
    assert found.rd == 0
    assert str(found).startswith("∞")


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3), st.floats(0.01, 0.99))
def test_an_or_never_leaves_the_range_of_a_risk(log_or, below, above, risk):
    fit = Fit("OR", log_or, Interval(log_or - below, log_or + above))
    found = nnt_at(fit, risk, "higher")
    assert -risk <= found.ci.lb <= found.ci.ub <= 1 - risk
    assert not found.truncated


def test_a_bound_beyond_a_risk_of_one_is_cut_off_and_said():
    found = nnt_at(Fit("RR", log(1.5), Interval(log(1.1), log(4))), 0.5, "higher")
    assert found.ci == pytest.approx((0.05, 0.5))
    assert found.truncated
    assert "cut off" in str(found)


def test_an_estimate_beyond_a_risk_of_one_has_no_nnt():
    fit = Fit("RR", log(3), Interval(log(1.1), log(4)))
    with pytest.raises(
        ValueError, match=r"baseline_risk 0\.5 times a risk ratio of 3 is a risk of 1\.5"
    ):
        nnt_at(fit, 0.5, "higher")
    with pytest.raises(ValueError, match=r"rd must lie between -0\.9 and 0\.1 at a baseline_risk"):
        nnt_from_rd(0.2, (0.1, 0.3), "higher", baseline_risk=0.9)


def test_a_bound_beyond_one_is_cut_off():
    found = nnt_from_rd(0.4, (-1.7, 2.5), "higher")
    assert found.ci == (-1, 1)
    assert found.truncated
    assert not nnt_from_rd(0.4, (-1, 1), "higher").truncated


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nnt(Fit("OR", 0.1, Interval(0, 1)), "higher"),
            "measure must be one of RD; got 'OR'",
        ),
        (
            lambda: nnt_at(Fit("RD", 0.1, Interval(0, 1)), 0.2, "higher"),
            "measure must be one of RR",
        ),
        (
            lambda: nnt(Fit("RD", 0.1, Interval(0, 1)), "bigger"),
            "better must be one of higher, lower",
        ),
        (lambda: nnt(Fit("RD", 0.1, Interval(0, 1)), "higher", interval="pi"), "this fit has none"),
        (
            lambda: nnt(Fit("RD", 0.1, Interval(0, 1)), "higher", interval="cr"),
            "interval must be one",
        ),
        (
            lambda: nnt_at(Fit("RR", 0.1, Interval(0, 1)), 0, "higher"),
            "baseline_risk must be a prob",
        ),
        (
            lambda: nnt_at(Fit("RR", 0.1, Interval(0, 1)), 30, "higher"),
            "baseline_risk must be a prob",
        ),
        (lambda: nnt_from_rd(1.2, (0, 1), "higher"), "rd must lie between -1 and 1; got 1.2"),
        (lambda: nnt_from_rd(float("nan"), (0, 1), "higher"), "rd must lie between"),
        (lambda: nnt_from_rd(0.2, (0.3, 0.1), "higher"), "lb <= ub"),
        (lambda: NNT(0.2, Interval(-1.5, 0.3)), "ci must be two differences of risks, -1 <= lb"),
        (lambda: nnt_from_rd(0.5, (0.1, 0.3), "higher"), "rd must lie within its interval"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
