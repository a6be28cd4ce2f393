"""`results.json`: what a chapter records is typed, valid, and the numbers that its prose shows."""

import json
import re
from math import ceil
from pathlib import Path

import pytest
import yaml
from in_process import run_cells

from bookbuild.results import collect
from evidence.text import MINUS

ROOT = Path(__file__).resolve().parents[1]
EFFECT = "estimate ci_lb ci_ub"
COUNTS = "event_e n_e event_c n_c"
NUMBER_NEEDED = "nnt nnt_lb nnt_ub"

#: By chapter, the numbers that each glued text shows, in its order: "name: endings of keys", with
#: "=" between those that one numeral shows and "|" after one shown without its sign. The other
#: texts show none.
SHOWN = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((ROOT / "tests/prose").glob("*.yaml"))
}
NUMERAL = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
LEVEL = re.compile(r"(\d+(?:\.\d+)?)% CI ")
PERCENT = {"percent", "percentage points"}


def listed(shown):
    """Return the keys of each numeral that an entry of SHOWN names, in their order."""
    keys = []
    for entry in shown:
        name, _, endings = entry.partition(": ")
        for ending in endings.split():
            keys.append([f"{name}_{each}" for each in ending.split("=")])
        keys += [] if endings else [[name]]
    return keys


def wanted(results, shown):
    """Return key and value of each numeral in its order; of words, each numeral in them."""
    found = []
    for keys in listed(shown):
        value = results["values"][keys[0].rstrip("|")]
        parts = NUMERAL.findall(value) if isinstance(value, str) else [None]
        found += [(keys, part) for part in parts]
    return found


def shows(found, text, value, unit, *, signed):
    """Return whether a numeral in a text is a recorded number, as the prose rounds."""
    numeral, before = found.group().replace(",", ""), text[: found.start()]
    if value is None or isinstance(value, bool | str):
        return False
    if before.endswith(("NNTB ", "NNTH ")):
        signs = (value > 0) == before.endswith("NNTB ")
        return "people to treat" in unit and signs and ceil(round(abs(value), 9)) == int(numeral)
    if before.endswith("p < "):
        return unit == "p value" and value < float(numeral)
    if text.startswith("%", found.end()) and unit not in PERCENT:
        return False
    minus = "-" if before.endswith(MINUS) else ""
    digits = len(numeral.partition(".")[2])
    shown = f"{value if signed else abs(value):.{digits}f}"
    return shown == minus + numeral or (float(shown) == 0 and float(numeral) == 0 and not minus)


def find_faults(name, text, results, shown):
    """Yield what is wrong where the numerals of a text are not the numbers that it is to show."""
    values, keys = results["values"], results["keys"]
    text = LEVEL.sub(lambda m: "" if float(m[1]) == values["level"] else m[0], text)
    numerals = list(NUMERAL.finditer(text))
    expected = wanted(results, shown)
    if len(numerals) != len(expected):
        yield f"{name}: {len(numerals)} numerals for {len(expected)} numbers in {text!r}"
        return
    for found, (names, part) in zip(numerals, expected, strict=True):
        for shown_as in names:
            key = shown_as.rstrip("|")
            about = {"unit": keys[key]["unit"], "signed": key == shown_as}
            if found.group() != part and not shows(found, text, values[key], **about):
                yield f"{name}: {found.group()} in {text!r} is not {key}, {values[key]!r}"


def execute(name, **values):
    return collect(run_cells(name, values, pictures=False))


@pytest.fixture(scope="module", params=SHOWN)
def chapter(request):
    return request.param, execute(request.param)


def all_faults(results, shown):
    return [
        fault
        for name, text in results["texts"].items()
        for fault in find_faults(name, text, results, shown.get(name, []))
    ]


def test_every_chapter_of_the_contents_is_held_to_its_prose():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    files = {entry["file"] for entry in contents["chapters"]}
    assert {Path(file).stem for file in files if (ROOT / f"{file}.ipynb").exists()} == set(SHOWN)


def test_a_chapter_records_the_numbers_that_its_prose_shows(chapter):
    name, results = chapter
    assert set(SHOWN[name]) <= set(results["texts"])
    assert all_faults(results, SHOWN[name]) == []


def test_a_recorded_number_that_changes_is_found_out(chapter):
    """Each number that is shown, changed by one in its last digit shown, is not the prose's."""
    name, results = chapter
    missed = []
    for text_name, shown in SHOWN[name].items():
        text = results["texts"][text_name]
        plain = LEVEL.sub("", text)
        for numeral, (keys, _) in zip(NUMERAL.findall(plain), wanted(results, shown), strict=True):
            for key in (each.rstrip("|") for each in keys):
                changed = {
                    **results,
                    "values": results["values"] | {key: other(results, key, numeral)},
                }
                missed += [] if [*find_faults(text_name, text, changed, shown)] else [(text, key)]
    assert missed == []


def other(results, key, numeral):
    """Return a value that would be shown otherwise: the last digit shown is one more."""
    value = results["values"][key]
    if isinstance(value, str):
        return value.replace(numeral, numeral + "0")
    digits = len(numeral.partition(".")[2])
    return value + 1.01 * 10.0**-digits


def test_every_number_is_described_and_fit_for_json(chapter):
    _, results = chapter
    assert results["values"]
    assert results["values"].keys() == results["keys"].keys()
    json.dumps(results, allow_nan=False)
    for key, about in results["keys"].items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
        assert about["meaning"]
        assert bool(about["unit"]) == (about["type"] in ("number", "integer")), key


def test_other_choices_have_their_own_numbers():
    choice = {"outcome": "response_50_frequency", "drug": "memantine", "measure": "RR", "level": 90}
    results = execute("migraine-trials", **choice)
    shown = dict(SHOWN["migraine-trials"])
    shown["view"] = [f"view_trial: {COUNTS} {EFFECT}"]
    shown["view_nnt"] = [f"view: {NUMBER_NEEDED} baseline_risk", "view_trial: time"]
    assert results["values"]["view_k"] == 1
    assert results["values"]["level"] == 90
    assert results["values"]["memantine_responders_measure"] == "risk ratio"
    assert all_faults(results, shown) == []
