"""Every chapter with parameters that nobody has tried: it runs and makes sense, or it refuses them.

`make test` tries a few sets a chapter, the same each time; `make fuzz` many, and others each time,
and makes what fails smaller. Put a set that failed into `variations.py`.
"""

import os
import re
from functools import cache
from math import inf, nan, nextafter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from in_process import CHAPTERS, ROOT, CellError, run_cells
from variations import VARIATIONS

from bookbuild.parameters import BOUNDS, ParameterError, read_schema
from bookbuild.results import collect
from evidence import agreement, references
from evidence.text import EMPTY

#: Sets a chapter; `make fuzz` sets more.
SETS = int(os.environ.get("FUZZ_SETS", "0"))
FEW = 5
#: Simulations take as long as their number, which no sentence depends on.
COST = {
    "methods": {"replicates": (100, 200), "replicates_slow": (10, 11), "processes": (1, 1)},
    "robustness": {"sample": (1, 1000)},
}
SLOW = {"methods"}

#: What a sentence never holds: no value, a number nobody rounded, a gap where words should be.
NONSENSE = re.compile(
    r"(?<![\w-])(?:nan|NaN|None(?! [a-z])|inf|NaT|np|Series|dtype)(?![\w-])|<NA>|[{}]"
    r"|\d\.\d{5,}|  |\(\s*\)|\s[.,;]|,,|\.\.(?!\.)|\b(\w+) \1 of\b|\bof of\b|–%"
)
NO_VALUE = re.compile(r"(?<![\w-])(?:nan|NaN|None(?! [a-z])|inf|NaT)(?![\w-])|<NA>")
TAG = re.compile(r"<[^>]*>")
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


@pytest.fixture(autouse=True, scope="module")
def _what_no_parameter_changes():
    """Work out once what is the same in every run: the comparison with R, and bibliographies."""
    listed, entries = references.references, {}

    def remembered(keys):
        keys = frozenset(keys)
        return entries.get(keys) or entries.setdefault(keys, listed(keys))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement, "agreement", cache(agreement.agreement))
        patch.setattr(references, "references", remembered)
        yield


def values_of(parameter, cost):
    """Return the values that a parameter may have, its very bounds among them."""
    rules = parameter.rules
    if "enum" in rules or rules["type"] == "boolean":
        return st.sampled_from(rules.get("enum", [False, True]))
    low, high = cost.get(parameter.name) or bounds(rules)
    ends = st.sampled_from([low, high])
    if rules["type"] == "integer":
        return ends | st.integers(low, high)
    return ends | st.floats(low, high) | st.floats(low, high).map(lambda x: round(x, 1) or low)


def bounds(rules):
    """Return the smallest and the largest number that a schema allows."""
    low = rules.get("minimum", None)
    high = rules.get("maximum", None)
    low = nextafter(rules["exclusiveMinimum"], inf) if low is None else low
    high = nextafter(rules["exclusiveMaximum"], -inf) if high is None else high
    return (low, high) if rules["type"] == "integer" else (float(low), float(high))


def sets_of(chapter):
    """Return parameter sets; each parameter is left out as often as not."""
    known, cost = read_schema(ROOT, f"chapters/{chapter}").parameters, COST.get(chapter, {})
    found = {name: values_of(each, cost) for name, each in known.items()}
    needed = {name: found.pop(name) for name in list(found) if name in cost}
    return st.fixed_dictionaries(needed, optional=found)


def faults_of(cells):
    """Yield what a reader must never see."""
    found = collect(cells)
    for key, text in found["texts"].items():
        if text.strip() in ("", EMPTY) or NONSENSE.search(text):
            yield f"{key}: {text!r}"
    shown = [out["data"] for cell in cells for out in cell["outputs"]]
    for data in shown:
        for text in (TAG.sub(" | ", data.get("text/html", "")), data.get("alt", "")):
            for hit in NO_VALUE.finditer(text):
                yield f"shows {text[max(0, hit.start() - 60) : hit.end() + 20]!r}"


def faults_with(chapter, values):
    """Return what is wrong with a chapter run so; a refusal must name two that exclude each other.

    Each of the values is allowed by itself.
    """
    try:
        return list(faults_of(run_cells(chapter, values)))
    except (ParameterError, CellError) as error:
        said = str(error.__cause__ or error)
        known = read_schema(ROOT, f"chapters/{chapter}").parameters
        names = set(known) & set(re.findall(r"\w+", said))
        first = re.match(r"(\w+) must be .*; got ", said)
        return [] if len(names) >= 2 and first and first[1] in known else [str(error)]


def test_values_that_exclude_each_other_are_both_named():
    values = {"power": 0.04, "level": 95.0}
    said = r"power must be a probability above 0\.05 \(.*level of 95%\) and below 1.*; got 0\.04"
    with pytest.raises(CellError, match=said):
        run_cells("neuroinflammation-imaging", values)
    assert faults_with("neuroinflammation-imaging", values) == []


@pytest.mark.parametrize(
    ("chapter", "values"),
    # With its own values a slow chapter is run in a kernel, once (test_chapters.py).
    [
        (chapter, values)
        for chapter in CHAPTERS
        for values in (*[{}][chapter in SLOW :], *VARIATIONS[chapter])
    ],
    ids=lambda given: given if isinstance(given, str) else str(given),
)
def test_it_runs_with_chosen_values(chapter, values):
    assert list(faults_of(run_cells(chapter, values))) == []


@each_chapter
def test_it_runs_with_any_values_that_it_takes(chapter):
    many = SETS or (1 if chapter in SLOW else FEW)
    phases = [Phase.generate, Phase.shrink] if SETS else [Phase.generate]

    @settings(
        max_examples=many, derandomize=not SETS, phases=phases, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(sets_of(chapter))
    def fuzz(values):
        assert faults_with(chapter, values) == [], values

    fuzz()


def wrong_values(parameter):
    """Return values that a parameter must refuse."""
    rules = parameter.rules
    found = [None, "", nan, inf, [1]]
    if rules["type"] == "string":
        return [*found, 1, True, "no such choice", f"{rules['default']} "]
    if rules["type"] == "boolean":
        return [*found, 0, 1, "yes", "false"]
    low, high = bounds(rules) if "enum" not in rules else (min(rules["enum"]), max(rules["enum"]))
    beyond = [low - 1, high + 1, -inf, "x", True, str(rules["default"])]
    beyond += [rules[name] for name in BOUNDS if name.startswith("exclusive") and name in rules]
    return [*found, *beyond, *([low + 0.5] if rules["type"] == "integer" else [])]


@each_chapter
def test_it_refuses_any_other_value_by_the_name_of_its_parameter(chapter):
    parameters = read_schema(ROOT, f"chapters/{chapter}").parameters
    assert parameters
    for name, parameter in parameters.items():
        for value in wrong_values(parameter):
            with pytest.raises(ParameterError) as caught:
                run_cells(chapter, {name: value})
            (fault,) = caught.value.faults
            assert fault.startswith(f"{name} must be "), (value, fault)
            assert parameter.allowed in fault
            assert fault.partition("; got ")[2], fault


@each_chapter
def test_it_refuses_a_name_that_is_not_its_own(chapter):
    with pytest.raises(ParameterError, match=r"^no_such_name is not a parameter of"):
        run_cells(chapter, {"no_such_name": 1})
