"""The declared parameters of the chapters, against what their code and data really allow."""

from pathlib import Path

import pytest

from bookbuild.parameters import read_schema
from evidence import magnesium_block
from evidence.audit.verdicts import VERDICTS
from evidence.checks import check_level
from evidence.data import load
from evidence.fits import TESTS
from evidence.power import detectable_effect
from evidence.proportions import METHODS
from evidence.tau2 import TAU2
from evidence.themes import (
    claims,
    comparators,
    directions,
    imaging,
    migraine,
    receptor,
    receptor_doses,
    responders,
    tissues,
)
from evidence.themes.headline import NAMES
from evidence.themes.msg import doses
from evidence.trials import CONTROLS, DENOMINATORS, ORIGINS

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
STUDIES = load("studies")
PURPOSES = STUDIES.loc[STUDIES["theme"] == migraine.THEME, "purpose"].unique()
FIBROMYALGIA = "fibromyalgia-trials"
COMMON = {"method": list(TAU2), "test": TESTS, "origin": ORIGINS}
ALLOWED = {
    "migraine-trials": COMMON
    | {
        "drug": migraine.drug_choices(),
        "purpose": ["all", *sorted(PURPOSES)],
        "design": migraine.DESIGNS,
        "outcome": migraine.outcome_choices(),
        "measure": comparators.MEASURES,
        "denominator": DENOMINATORS,
        "control": CONTROLS,
    },
    FIBROMYALGIA: COMMON
    | {
        "drug": comparators.drugs_of(FIBROMYALGIA),
        "threshold": comparators.THRESHOLDS,
        "measure": comparators.MEASURES,
        "denominator": DENOMINATORS,
        "interval": METHODS,
    },
    "glutamate-biomarkers": COMMON
    | {
        "analyte": list(directions.ANALYTES),
        "tissue": ["all", *directions.TISSUES],
        "condition": ["all", *directions.CONDITIONS],
        "measure": tissues.MEASURES,
    },
    "neuroinflammation-imaging": {
        "subtype": ["all", *imaging.SUBTYPES],
        "target": ["all", *imaging.TARGETS],
        "design_class": ["all", *imaging.DESIGN_CLASSES],
        "period": imaging.PERIODS,
        "interval": METHODS,
    },
    "claims-audit": {
        "review": ["all", *claims.REVIEWS],
        "verdict": ["all", *VERDICTS],
        "kind": ["all", *claims.kinds()],
        "severity": claims.SEVERITIES,
    },
    "responders-and-nnt": COMMON
    | {
        "condition": responders.CONDITIONS,
        "drug": responders.drug_choices(),
        "threshold": responders.THRESHOLDS,
        "denominator": DENOMINATORS,
    },
    "robustness": {
        "headline": ["all", *NAMES],
        "methods": ["all", *TAU2],
        "tests": ["all", *TESTS],
    },
    "receptor-and-doses": {
        "fit": magnesium_block.FITS,
        "drug": ["all", *receptor_doses.DRUGS],
        "potency": receptor.POTENCIES,
    },
}


def schema(chapter: str):
    return read_schema(ROOT, f"chapters/{chapter}")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_values_declared_are_those_that_the_code_takes(chapter):
    listed = {
        name: each.rules["enum"]
        for name, each in schema(chapter).parameters.items()
        if "enum" in each.rules and (chapter, name) != (FIBROMYALGIA, "outcome")
    }
    assert listed == {name: list(values) for name, values in ALLOWED.get(chapter, {}).items()}


def test_the_outcomes_declared_are_those_of_the_fibromyalgia_trials():
    with pytest.raises(ValueError, match="outcome must be one of") as caught:
        comparators.outcome_keys("?", 50, FIBROMYALGIA)
    taken = str(caught.value).removeprefix("outcome must be one of ").partition(";")[0]
    assert schema(FIBROMYALGIA).parameters["outcome"].allowed == taken


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize(
    ("level", "taken"),
    [(0.95, False), (1, False), (49.9, False), (50, True), (99.9, True), (99.99, False)],
)
def test_a_level_that_is_taken_can_be_shown_and_computed(chapter, level, taken):
    """The code takes more: below a half nobody wants it, and above 99.9 it would round to 100%."""
    parameters = schema(chapter).parameters
    assert "level" not in parameters or parameters["level"].takes(level) == taken
    if taken:
        check_level(level)


@pytest.mark.parametrize("weight", [29.9, 30, 70, 200, 200.1])
def test_a_body_weight_is_declared_as_the_code_takes_it(weight):
    try:
        doses(weight)
        taken = True
    except ValueError:
        taken = False
    assert schema("glutamate-biomarkers").parameters["body_weight"].takes(weight) == taken


@pytest.mark.parametrize("power", [0, 1])
def test_a_power_that_is_not_declared_the_code_does_not_take(power):
    assert not schema("neuroinflammation-imaging").parameters["power"].takes(power)
    with pytest.raises(ValueError, match="power"):
        detectable_effect(10, power=power)
