"""The pinned results of R: reading them, and how near one must come to them.

reference/README.md says what they are; reference/generate.R writes them again.
"""

import json
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCE = Path(__file__).parent / "reference"

#: Closed forms differ in the order of their sums only.
CLOSED = 1e-10
#: Iterated estimators stop each at its own place.
ITERATED = 1e-7
METHODS = ("EE", "DL", "PM", "REML", "ML", "HS", "SJ", "EB")
RTOL = dict.fromkeys(METHODS, ITERATED) | dict.fromkeys(("EE", "FE", "DL", "HS", "SJ"), CLOSED)


@cache
def load(name):
    return json.loads((REFERENCE / f"{name}.json").read_text("utf-8"))


def files(pattern):
    return sorted(path.stem for path in REFERENCE.glob(f"{pattern}.json"))


def columns(name):
    return pd.DataFrame(load(name)["dataset"]["columns"])


def cases(pattern, wanted="*"):
    """Return (file, case) for every pinned case whose id fits, as parameters of a test."""
    return [
        pytest.param(name, case, id=f"{name}-{case['id']}")
        for name in files(pattern)
        for case in load(name)["cases"]
        if fnmatch(case["id"], wanted)
    ]


def number(value):
    """Return a pinned value as a float: R's NA and a missing component are NaN."""
    return np.nan if value is None or value == "NA" else float(value)


def numbers(values):
    array = np.array(values, object)
    return np.array([number(value) for value in array.ravel()]).reshape(array.shape)


def assert_close(ours, pinned, *, rtol, atol=0.0):
    np.testing.assert_allclose(ours, numbers(pinned), rtol=rtol, atol=atol)


BINARY = {"ai": "event_e", "n1i": "n_e", "ci": "event_c", "n2i": "n_c"}
ONE_GROUP = {"xi": "event", "ni": "n"}
MEANS = {"m1i": "mean_e", "sd1i": "sd_e", "n1i": "n_e", "m2i": "mean_c", "sd2i": "sd_c"}
MEANS |= {"n2i": "n_c"}
PAIRS = {"m1i": "mean_post", "sd1i": "sd_post", "m2i": "mean_pre", "sd2i": "sd_pre", "ni": "n"}
CORRELATION = {"ni": "n"}


def named(name, names):
    """Return the columns of a reference file under the book's names."""
    frame = columns(name)
    return frame[[column for column in frame if column in (*names, "ri")]].rename(columns=names)
