"""The binomial-normal model against high-precision maxima, metafor, and a dense grid."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy import special, stats

from evidence import binomial_normal
from evidence import glmm as model
from evidence.glmm import glmm

HERE = Path(__file__).parent / "reference"
OR_NAMES = {"ai": "event_e", "n1i": "n_e", "ci": "event_c", "n2i": "n_c"}
FILES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*_glmm*.json"))
}
each_file = pytest.mark.parametrize("name", FILES)


def table(name):
    columns = FILES[name]["dataset"]["columns"]
    names = {"xi": "event", "ni": "n"} if "xi" in columns else OR_NAMES
    measure = "PLO" if "xi" in columns else "OR"
    return pd.DataFrame({ours: columns[theirs] for theirs, ours in names.items()}), measure


def results(name, case):
    (found,) = [c["results"] for c in FILES[name]["cases"] if c["id"] == case]
    return found


@each_file
def test_equals_the_high_precision_maximum(name):
    frame, measure = table(name)
    expected = results(name, "hp.glmm.PLO" if measure == "PLO" else "hp.glmm.OR.UM.FS")
    fit = glmm(frame, measure)
    assert fit.estimate == pytest.approx(expected["beta"], rel=1e-8)
    assert fit.tau2 == pytest.approx(expected["tau2"], rel=1e-8, abs=1e-10)
    # The reference takes its information matrix by differences.
    assert fit.se == pytest.approx(expected["se"], rel=1e-7)
    assert fit.loglik == pytest.approx(expected["ll"], abs=1e-9)
    assert (fit.tau2 == 0) == expected["boundary"]


@each_file
def test_is_near_metafor_with_its_optimiser_tightened(name):
    frame, measure = table(name)
    case = "glmm.PLO.tight.nAGQ25" if measure == "PLO" else "glmm.OR.UM.FS.tight.nAGQ25"
    expected, fit = results(name, case), glmm(frame, measure)
    assert fit.k == expected["k"]
    assert fit.estimate == pytest.approx(expected["beta"][0], rel=1e-4)
    assert fit.ci == pytest.approx((expected["ci_lb"][0], expected["ci_ub"][0]), rel=1e-4)
    assert fit.p == pytest.approx(expected["pval"][0], rel=1e-3)


def test_t_is_on_one_degree_of_freedom_less_than_studies():
    frame, _ = table("ketamine_glmm")
    expected, fit = results("ketamine_glmm", "glmm.PLO.tight.nAGQ25.t"), glmm(frame, test="t")
    assert fit.ci == pytest.approx((expected["ci_lb"][0], expected["ci_ub"][0]), rel=1e-6)


def test_the_reference_is_whole():
    assert len(FILES) == 5


def on_a_grid(frame, theta, tau):
    """Return the log likelihood of proportions by the trapezoid rule, with nothing adaptive."""
    z = np.linspace(-10, 10, 4001)
    p = special.expit(theta + tau * z)
    heights = stats.binom.pmf(frame["event"].to_numpy()[:, None], frame["n"].to_numpy()[:, None], p)
    return np.log(np.trapezoid(heights * stats.norm.pdf(z), z)).sum()


arm = st.integers(3, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=12, deadline=None)
@given(st.lists(arm, min_size=2, max_size=6).filter(lambda rows: any(0 < e < n for e, n in rows)))
def test_is_a_maximum_of_an_independent_likelihood(rows):
    frame = pd.DataFrame(rows, columns=["event", "n"])
    try:
        fit = glmm(frame)
    except ArithmeticError:
        reject()  # studies with all or none of a few: it finds no value and gives none
    tau = np.sqrt(fit.tau2)
    top = on_a_grid(frame, fit.estimate, tau)
    assert fit.loglik == pytest.approx(top, abs=2e-7)
    for d_theta, d_tau in ((0.02, 0), (-0.02, 0), (0, 0.03), (0, -0.03), (0, 0.4), (0.3, 0.3)):
        assert on_a_grid(frame, fit.estimate + d_theta, abs(tau + d_tau)) <= top + 1e-7


@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.tuples(arm, arm), min_size=2, max_size=5).filter(
        lambda rows: all(0 < e < n for row in rows for e, n in row)
    )
)
def test_swapping_arms_or_the_event_turns_the_odds_ratio(rows):
    frame = pd.DataFrame([(*e, *c) for e, c in rows], columns=list(OR_NAMES.values()))
    fit = glmm(frame, "OR")
    swapped = glmm(
        frame.rename(columns=dict(zip(frame, [*frame][2:] + [*frame][:2], strict=True))), "OR"
    )
    assert swapped.estimate == pytest.approx(-fit.estimate, abs=1e-7)
    others = frame.assign(
        event_e=frame["n_e"] - frame["event_e"], event_c=frame["n_c"] - frame["event_c"]
    )
    assert glmm(others, "OR").estimate == pytest.approx(-fit.estimate, abs=1e-7)
    assert glmm(others.iloc[::-1], "OR").tau2 == pytest.approx(fit.tau2, abs=1e-6)


def test_agreeing_studies_have_no_heterogeneity_and_sum():
    fit = glmm(pd.DataFrame({"event": [5, 10, 20], "n": [10, 20, 40]}))
    assert fit.tau2 == 0
    assert fit.estimate == pytest.approx(0, abs=1e-12)
    assert fit.se == pytest.approx(1 / np.sqrt(70 / 4))
    assert fit.pi == fit.ci


def test_one_study_is_itself():
    one = glmm(pd.DataFrame({"event": [3], "n": [12]}))
    assert one.estimate == pytest.approx(np.log(3 / 9))
    assert one.se == pytest.approx(np.sqrt(1 / 3 + 1 / 9))
    assert (one.tau2, one.pi) == (0, None)
    pair = glmm(pd.DataFrame({"event_e": [5], "n_e": [9], "event_c": [2], "n_c": [8]}), "OR")
    assert pair.estimate == pytest.approx(np.log(5 * 6 / (4 * 2)))
    assert pair.se == pytest.approx(np.sqrt(1 / 5 + 1 / 4 + 1 / 2 + 1 / 6))


def test_studies_without_events_count_and_double_zeros_do_not():
    zeros = pd.DataFrame({"event": [0, 2, 3], "n": [10, 12, 15]})
    assert glmm(zeros).estimate < glmm(zeros.iloc[1:]).estimate
    trials = pd.DataFrame(
        [(0, 9, 3, 9), (4, 20, 6, 20), (2, 11, 3, 10)], columns=list(OR_NAMES.values())
    )
    more = pd.concat([trials, pd.DataFrame([(0, 5, 0, 6), (7, 7, 8, 8)], columns=trials.columns)])
    fit, same = glmm(trials, "OR"), glmm(more, "OR")
    assert same.estimate == pytest.approx(fit.estimate, rel=1e-12)
    assert (same.k, same.dropped) == (3, 2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(0, 5), (0, 9)], "PLO has no finite maximum likelihood estimate: no study has events"),
        ([(5, 5), (9, 9)], "no study has non-events"),
        ([(0, 5), (9, 9), (0, 4)], "tau2 has no finite maximum likelihood estimate"),
        ([(6, 5)], "event must not be above n; got row 0: 6"),
        ([(1.5, 5)], "event, row 0: must be a whole number"),
        ([], "no study to pool"),
    ],
)
def test_refuses_proportions_without_a_maximum(rows, message):
    with pytest.raises(ValueError, match=message):
        glmm(pd.DataFrame(rows, columns=["event", "n"], dtype=float))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(0, 5, 2, 6), (0, 9, 1, 9)], "every study has a zero cell on the same side"),
        ([(0, 5, 0, 6), (0, 9, 0, 9)], "no study has both events and non-events"),
        ([(3, 5, 9, 6)], "event_c must not be above n_c"),
        # Two trials that contradict each other outright: the further apart, the likelier.
        ([(10, 10, 0, 10), (0, 10, 10, 10)], "the likelihood still rises at tau = 40"),
    ],
)
def test_refuses_odds_ratios_without_a_maximum(rows, message):
    with pytest.raises(ValueError, match=message):
        glmm(pd.DataFrame(rows, columns=list(OR_NAMES.values())), "OR")


def test_refuses_arguments():
    frame = pd.DataFrame({"event": [1], "n": [5]})
    with pytest.raises(ValueError, match="measure must be one of PLO, OR; got 'RR'"):
        glmm(frame, "RR")
    with pytest.raises(ValueError, match="test must be one of z, t"):
        glmm(frame, test="knha")
    with pytest.raises(ValueError, match="needs 2 studies or more; got 1"):
        glmm(frame, test="t")


@pytest.mark.parametrize(
    ("module", "said"),
    [(model, "no maximum found"), (binomial_normal, "mode was not found")],
)
def test_a_search_that_does_not_end_raises(module, said, monkeypatch):
    monkeypatch.setattr(module, "MAX_STEPS", 1)
    with pytest.raises(ArithmeticError, match=said):
        glmm(pd.DataFrame({"event": [1, 5, 9], "n": [20, 20, 20]}), "PLO")
