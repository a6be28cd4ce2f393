"""Back-transformations: there and back, at the ends, and bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.effects import MEASURES, escalc
from evidence.transforms import back_transform, harmonic_mean, inverse_freeman_tukey


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from(["PR", "PAS", "PFT"]))
def test_a_proportion_comes_back(event, n, measure):
    event = min(event, n)
    (yi,) = escalc(pd.DataFrame({"event": [event], "n": [n]}), measure, to="none")["yi"]
    assert back_transform(yi, measure, n=n) == pytest.approx(event / n, abs=1e-7)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["PLN", "PLO"]))
def test_a_logarithm_comes_back(event, none, measure):
    (yi,) = escalc(pd.DataFrame({"event": [event], "n": [event + none]}), measure)["yi"]
    assert back_transform(yi, measure) == pytest.approx(event / (event + none), rel=1e-12)


def test_a_correlation_comes_back():
    (yi,) = escalc(pd.DataFrame({"ri": [-0.62], "n": [30]}), "ZCOR")["yi"]
    assert back_transform(yi, "ZCOR") == pytest.approx(-0.62, rel=1e-12)


def test_beyond_the_ends_is_the_end():
    assert back_transform([-0.3, 2.0], "PAS").tolist() == [0.0, 1.0]
    assert back_transform([0.0, np.pi / 2], "PFT", n=20).tolist() == [0.0, 1.0]


def test_every_measure_has_a_way_back():
    for measure in MEASURES:
        assert np.isfinite(back_transform(0.4, measure, n=10))


def test_harmonic_mean_by_hand():
    assert harmonic_mean([10, 40]) == pytest.approx(16, rel=1e-14)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="n must be given for PFT"):
        back_transform(0.4, "PFT")
    with pytest.raises(ValueError, match="measure must be one of PLN"):
        back_transform(0.4, "HR")
    with pytest.raises(ValueError, match="n must hold sizes above 0"):
        harmonic_mean([10, 0])
    with pytest.raises(ValueError, match="n must be above 0"):
        inverse_freeman_tukey(0.4, 0)
