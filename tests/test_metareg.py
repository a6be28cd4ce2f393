"""Moderators, subgroups and Egger's test beyond the pinned values."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from evidence.asymmetry import egger
from evidence.metareg import make_design, metareg
from evidence.pooling import pool
from evidence.subgroups import subgroups
from evidence.tau2 import TAU2

RNG = np.random.default_rng(11)
EFFECTS = pd.DataFrame(
    {
        "yi": RNG.normal(0.3, 0.5, 12),
        "vi": RNG.uniform(0.02, 0.3, 12),
        "dose": np.arange(12.0),
        "arm": list("abc") * 4,
        "blind": [True, False] * 6,
    }
)


@pytest.mark.parametrize("method", TAU2)
def test_a_regression_on_groups_without_intercept_pools_one_group(method):
    # One moderator that is constant is the pooled effect itself.
    ones = EFFECTS.assign(one=1.0)
    fit, plain = (
        metareg(ones, "one", intercept=False, method=method),
        pool(EFFECTS, method=method, test="knha"),
    )
    assert fit.coefficients["estimate"].item() == pytest.approx(plain.estimate, rel=1e-7)
    assert fit.coefficients["se"].item() == pytest.approx(plain.se, rel=1e-7)
    assert (fit.tau2, fit.i2, fit.h2) == (
        pytest.approx(plain.tau2, rel=1e-6, abs=1e-10),
        pytest.approx(plain.i2, rel=1e-6, abs=1e-8),
        pytest.approx(plain.h2, rel=1e-6),
    )


def test_statsmodels_wls_agrees_under_equal_effects():
    fit = metareg(EFFECTS, "dose", method="EE", test="knha")
    road = sm.WLS(EFFECTS["yi"], sm.add_constant(EFFECTS["dose"]), 1 / EFFECTS["vi"]).fit()
    np.testing.assert_allclose(fit.coefficients["estimate"], road.params, rtol=1e-10)
    np.testing.assert_allclose(fit.coefficients["se"], road.bse, rtol=1e-10)
    np.testing.assert_allclose(fit.coefficients["p"], road.pvalues, rtol=1e-8)


def test_terms_are_coded_as_in_r():
    design = make_design(EFFECTS, ["dose", "arm", "blind"], intercept=True)
    assert list(design) == ["intercept", "dose", "arm[b]", "arm[c]", "blind[True]"]
    whole = make_design(EFFECTS, ["arm", "blind"], intercept=False)
    assert list(whole) == ["arm[a]", "arm[b]", "arm[c]", "blind[True]"]


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_a_moderator_does_not_matter(unit):
    here = metareg(EFFECTS, "dose")
    there = metareg(EFFECTS.assign(dose=unit * EFFECTS["dose"]), "dose")
    slope = there.coefficients.loc["dose", "estimate"]
    assert slope * unit == pytest.approx(here.coefficients.loc["dose", "estimate"], rel=1e-8)
    assert there.q_m_p == pytest.approx(here.q_m_p, rel=1e-7)


def test_knha_and_z_differ_by_the_factor():
    z, knha, adhoc = (metareg(EFFECTS, "dose", test=test) for test in ("z", "knha", "adhoc"))
    ratio = (knha.coefficients["se"] / z.coefficients["se"]).to_numpy()
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-12)
    assert np.all(adhoc.coefficients["se"] >= z.coefficients["se"] * (1 - 1e-12))


@pytest.mark.parametrize(
    ("frame", "arguments", "message"),
    [
        (EFFECTS, {"moderators": "sex"}, "column 'sex' is missing"),
        (EFFECTS, {"moderators": []}, "moderators must name one column or more"),
        (EFFECTS, {"moderators": "dose", "test": "hybrid"}, "test must be one of z, knha, adhoc"),
        (EFFECTS.assign(dose=2.0), {"moderators": "dose"}, "moderators must vary"),
        (EFFECTS.assign(twin=EFFECTS["dose"]), {"moderators": ["dose", "twin"]}, "must not determ"),
        (EFFECTS.head(2), {"moderators": "dose"}, "2 coefficients need 3 studies or more; got 2"),
        (EFFECTS.assign(dose=np.nan), {"moderators": "dose"}, "dose must be a finite number; got"),
        (
            EFFECTS.assign(arm=[None, *"abcabcabcab"]),
            {"moderators": "arm"},
            "it is in row 0",
        ),
    ],
)
def test_bad_input_is_named(frame, arguments, message):
    with pytest.raises(ValueError, match=message):
        metareg(frame, **arguments)


def test_subgroups_are_pools_of_their_rows():
    found = subgroups(EFFECTS, "arm")
    assert list(found.fits) == ["a", "b", "c"]
    assert found.fits["b"] == pool(EFFECTS[EFFECTS["arm"] == "b"])
    assert found.df == 2


def test_subgroups_need_two_groups():
    with pytest.raises(ValueError, match="arm must make two groups or more; got a"):
        subgroups(EFFECTS.assign(arm="a"), "arm")
    with pytest.raises(ValueError, match="by must be a column without empty values; got 'sex'"):
        subgroups(EFFECTS, "sex")


def test_egger_says_when_it_means_little():
    assert egger(EFFECTS.head(9)).caution.startswith("9 studies are too few")
    assert egger(EFFECTS.head(10)).caution == ""


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (EFFECTS.head(2), "three studies or more; got 2"),
        (EFFECTS.assign(vi=0.25), "standard errors that differ; all are 0.5"),
    ],
)
def test_egger_refuses_what_it_cannot_tell(frame, message):
    with pytest.raises(ValueError, match=message):
        egger(frame)
