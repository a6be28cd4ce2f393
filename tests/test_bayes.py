"""The hierarchical model against pinned posteriors, base R, and what a posterior must hold."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from evidence.bayes import bayes
from evidence.mixture import NormalMixture, invert
from evidence.nnt import nnt_at

HERE = Path(__file__).parent / "reference"
FAMILIES = {"halfnormal": "half-normal", "halfcauchy": "half-cauchy"}


def pinned():
    for path in sorted(HERE.glob("*_bayes_*.json")):
        data = json.loads(path.read_text("utf-8"))
        effects = pd.DataFrame({name: data["dataset"]["columns"][name] for name in ("yi", "vi")})
        for case in data["cases"]:
            family, scale = case["id"].split(".", 3)[2:]
            prior = (FAMILIES[family], float(scale))
            yield pytest.param(effects, prior, case["results"], id=f"{path.stem}-{family}-{scale}")


CASES = list(pinned())


@pytest.mark.parametrize(("effects", "prior", "expected"), CASES)
def test_equals_the_shared_reference(effects, prior, expected):
    fit = bayes(effects, prior_tau=prior)
    for name in ("mu", "theta_new", "tau"):
        of = getattr(fit, name)
        ours = {"mean": of.mean, "sd": of.sd, "median": of.median}
        ours |= {"lo95": of.equal_tailed.lb, "hi95": of.equal_tailed.ub}
        known = {key: value for key, value in expected[name].items() if value is not None}
        assert {key: ours[key] for key in known} == pytest.approx(known, rel=1e-9)
    assert fit.probability_of_benefit("higher") == pytest.approx(expected["prob_mu_gt_0"], rel=1e-9)


def test_the_reference_is_whole():
    assert len(CASES) == 15


def test_equals_base_r_under_a_normal_prior():
    (case,) = json.loads((HERE / "exact.json").read_text("utf-8"))["bayes"]
    effects = pd.DataFrame({"yi": case["yi"], "vi": case["vi"]})
    fit = bayes(effects, tuple(case["prior_mean"]), ("half-normal", case["scale"]))
    assert fit.mu.mean == pytest.approx(case["mean"], rel=1e-9)
    assert fit.tau.mean == pytest.approx(case["tau_mean"], rel=1e-9)
    assert fit.probability_of_benefit("lower") == pytest.approx(case["prob_lower"], rel=1e-9)
    new = fit.probability_of_benefit("lower", new_study=True)
    assert new == pytest.approx(case["prob_lower_new"], rel=1e-9)


def test_three_studies_under_a_half_cauchy_have_an_sd_and_two_have_none():
    # tau's density falls as tau^-(k + 1) under a flat mean; the reference leaves k = 3 open.
    yi, vi = np.array([0.98, -0.22, 0.35]), np.array([0.458, 0.225, 0.142])

    def density(tau):
        w = 1 / (vi + tau**2)
        misfit = np.sum(w * (yi - np.average(yi, weights=w)) ** 2)
        return np.sqrt(np.prod(w) / w.sum()) * np.exp(-misfit / 2) / (1 + (tau / 0.5) ** 2)

    def integral(of):
        parts = [
            integrate.quad(of, *span, epsabs=0, epsrel=1e-11)[0] for span in ((0, 1), (1, np.inf))
        ]
        return sum(parts)

    expected = integral(lambda tau: tau * density(tau)) / integral(density)
    three = bayes(pd.DataFrame({"yi": yi, "vi": vi}), prior_tau=("half-cauchy", 0.5))
    assert three.tau.mean == pytest.approx(expected, rel=1e-8)
    assert three.mu.sd is not None
    two = bayes(pd.DataFrame({"yi": yi[:2], "vi": vi[:2]}), prior_tau=("half-cauchy", 0.5))
    assert (two.mu.sd, two.tau.sd) == (None, None)
    assert two.mu.mean is not None
    one = bayes(pd.DataFrame({"yi": yi[:1], "vi": vi[:1]}), prior_tau=("half-cauchy", 0.5))
    assert one.mu.mean is None
    assert one.mu.median == pytest.approx(yi[0])


def test_one_study_is_itself_plus_what_the_prior_allows():
    fit = bayes(pd.DataFrame({"yi": [0.4], "vi": [0.09]}), prior_tau=("half-normal", 0.5))
    assert fit.estimate == pytest.approx(0.4)
    assert fit.mu.sd == pytest.approx(np.sqrt(0.09 + 0.25))
    assert fit.tau.median == pytest.approx(0.5 * stats.norm.ppf(0.75))
    assert fit.pi.lb < fit.ci.lb < 0.4 < fit.ci.ub < fit.pi.ub


def test_a_tight_prior_on_tau_is_the_common_effect():
    effects = pd.DataFrame({"yi": [0.1, 0.3, 0.2], "vi": [0.04, 0.05, 0.1], "measure": "OR"})
    fit = bayes(effects, prior_tau=("half-normal", 1e-9))
    w = 1 / effects["vi"]
    half = stats.norm.ppf(0.975) / np.sqrt(w.sum())
    centre = np.average(effects["yi"], weights=w)
    assert fit.ci == pytest.approx((centre - half, centre + half), rel=1e-8)
    assert (fit.measure, fit.k) == ("OR", 3)


def test_a_strong_prior_on_the_mean_decides():
    effects = pd.DataFrame({"yi": [0.1, 0.3], "vi": [0.04, 0.05]})
    assert bayes(effects, (-2.0, 1e-4)).estimate == pytest.approx(-2.0, abs=1e-5)
    wide = bayes(effects, (0.0, 1e6)).ci
    assert wide == pytest.approx(bayes(effects).ci, rel=1e-6)


effects_of = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None)
@given(effects_of, st.floats(-3, 3), st.floats(0.2, 5))
def test_shifts_scales_and_turns_with_the_effects(rows, shift, scale):
    yi, vi = np.array(rows).T
    here = bayes(pd.DataFrame({"yi": yi, "vi": vi}))
    moved = pd.DataFrame({"yi": shift - scale * yi, "vi": scale**2 * vi})
    there = bayes(moved.iloc[::-1], prior_tau=("half-normal", scale))
    for name in ("mu", "theta_new"):
        a, b = getattr(here, name), getattr(there, name)
        assert b.equal_tailed == pytest.approx(
            (shift - scale * a.equal_tailed.ub, shift - scale * a.equal_tailed.lb), abs=1e-8 * scale
        )
    assert there.tau.median == pytest.approx(scale * here.tau.median, rel=1e-8)


@settings(max_examples=12, deadline=None)
@given(effects_of, st.floats(60, 99))
def test_the_shortest_interval_holds_its_level_and_is_the_shorter(rows, level):
    yi, vi = np.array(rows).T
    fit = bayes(pd.DataFrame({"yi": yi, "vi": vi}), level=level)
    for of, new in ((fit.mu, False), (fit.theta_new, True)):
        above = [fit.probability_of_benefit("higher", bound, new_study=new) for bound in of.ci]
        assert above[0] - above[1] == pytest.approx(level / 100, abs=1e-9)
        assert of.ci.ub - of.ci.lb <= (of.equal_tailed.ub - of.equal_tailed.lb) * (1 + 1e-9)
    assert 0 <= fit.tau.ci.lb < fit.tau.median < fit.tau.ci.ub
    assert fit.tau.ci.ub - fit.tau.ci.lb <= (fit.tau.equal_tailed.ub - fit.tau.equal_tailed.lb) * (
        1 + 1e-9
    )


def test_the_two_directions_of_benefit_add_to_one():
    fit = bayes(pd.DataFrame({"yi": [0.1, 0.3], "vi": [0.04, 0.05]}))
    both = [fit.probability_of_benefit(better, 0.15) for better in ("higher", "lower")]
    assert sum(both) == pytest.approx(1)


def test_a_mixture_of_one_is_the_normal():
    one = NormalMixture(np.array([1.0]), np.array([2.0]), np.array([3.0]))
    assert one.pdf(1.0) == pytest.approx(stats.norm.pdf(1, 2, 3))
    assert one.quantile(0.999) == pytest.approx(stats.norm.ppf(0.999, 2, 3))


def test_a_quantile_far_below_the_middle_component_is_found():
    # Half of the mass lies around 0, closely; the quantile asked for lies with the rest, at -50.
    two = NormalMixture(np.array([0.4, 0.6]), np.array([-50.0, 0.0]), np.array([1.0, 0.1]))
    assert two.quantile(0.2) == pytest.approx(-50.0)
    assert two.cdf(two.quantile(0.05)) == pytest.approx(0.05, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prior_tau": ("half-t", 1)}, r"prior_tau\[0\] must be one of half-normal, half-cauchy"),
        (
            {"prior_tau": ("half-normal", 0)},
            r"prior_tau\[1\], its scale, must be finite and above 0",
        ),
        ({"prior_tau": "half-normal"}, r"prior_tau must be \(family, scale\)"),
        ({"prior_mean": (0, -1)}, r"prior_mean must be None or \(mean, sd\)"),
        ({"level": 1}, "level is a percentage"),
        ({"effects": pd.DataFrame({"yi": [], "vi": []}, dtype=float)}, "no study to pool"),
        ({"effects": pd.DataFrame({"yi": [1.0], "vi": [0.0]})}, "vi must be above 0; got row 0"),
        (
            {"effects": pd.DataFrame({"yi": [1, 2], "vi": [1, 1], "measure": ["OR", "RR"]})},
            "of one measure; got OR, RR",
        ),
    ],
)
def test_refuses(change, message):
    arguments = {"effects": pd.DataFrame({"yi": [0.1], "vi": [0.2]})} | change
    with pytest.raises(ValueError, match=message):
        bayes(**arguments)


def test_an_nnt_is_read_off_it_as_off_a_pool():
    fit = bayes(pd.DataFrame({"yi": [0.9, 1.1], "vi": [0.04, 0.05], "measure": "OR"}))
    found = nnt_at(fit, 0.3, "higher", interval="pi")
    assert found.ci.lb == pytest.approx(special.expit(special.logit(0.3) + fit.pi.lb) - 0.3)
    assert found.interval == "pi"


@pytest.mark.parametrize("prob", [1e-9, 0.3, 1 - 1e-9])
def test_a_quantile_is_found_outside_the_span_that_is_given(prob):
    assert invert(stats.norm.cdf, prob, -0.1, 0.1) == pytest.approx(stats.norm.ppf(prob), rel=1e-9)
