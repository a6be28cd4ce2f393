"""`results.json`: what a chapter records is typed, valid, and the numbers that its prose shows."""

import json
import re
from math import ceil
from pathlib import Path

import papermill
import pytest
import yaml

from bookbuild.results import collect
from evidence.text import MINUS

ROOT = Path(__file__).resolve().parents[1]
EFFECT = "estimate ci_lb ci_ub"
COUNTS = "event_e n_e event_c n_c"
COUNTED = "event n share ci_lb ci_ub"
NUMBER_NEEDED = "nnt nnt_lb nnt_ub"
DIRECTIONS = "higher no_difference mixed k"
ENDS = "min max"

#: The numbers that each glued text shows, in its order: "name: endings of keys", with "=" between
#: those that one numeral shows. The other texts show none.
SHOWN = {
    "migraine-trials": {
        "md": [f"memantine_attacks: {EFFECT} k"],
        "md_pi": ["memantine_attacks: pi_lb pi_ub"],
        "md_size": ["memantine_attacks: estimate"],
        "responders": [f"memantine_responders: {COUNTS} {EFFECT}"],
        "responders_nnt": [f"memantine_responders: {NUMBER_NEEDED} share_c time"],
        "responders_words": ["memantine_responders: share_e share_c"],
        "magnesium_prevention": [f"magnesium_responders: {COUNTS} {EFFECT}"],
        "valproate": [f"memantine_valproate: {EFFECT}"],
        "cited": ["studies_review: cited"],
        "cited_controlled": ["studies_review: cited_controlled"],
        "added": ["studies_review: added"],
        "added_controlled": ["studies_review: added_controlled"],
        "diarrhoea": ["magnesium_diarrhoea: event n share"],
        "all_studies": ["studies"],
        "assumed_risk": ["assumed_risk"],
        "memantine_assumed": [f"memantine_at_assumed_risk: {NUMBER_NEEDED}"],
    },
    "fibromyalgia-trials": {
        "sum_text": [f"groups_summed: label {COUNTED}"],
        "pooled_text": [f"groups: {EFFECT} k"],
        "pi_text": ["groups: pi_lb pi_ub"],
        "heterogeneity": ["groups: tau2 i2 q q_df q_p"],
        "once_text": ["groups_alone_gravennielsen2000: label event n"],
        "first_text": [f"trial_s_ketamine_15_min: {COUNTS} time {NUMBER_NEEDED}"],
        "last_text": [f"trial_s_ketamine_8_wk: {COUNTS} time nnt_lb nnt_ub"],
        "memantine_text": [f"trial_memantine_6_mo: {COUNTS} time {NUMBER_NEEDED}"],
        "standard_text": [
            f"standard_{name}: treatment {NUMBER_NEEDED}"
            for name in (
                "duloxetine_60",
                "milnacipran_100",
                "amitriptyline_25_50",
                "pregabalin_600",
            )
        ],
        "memantine_counts": [f"memantine_counts: {COUNTS}"],
        "duloxetine_other": ["duloxetine_other: lb ub"],
        "fisher_now": ["memantine_fisher"],
        "fisher_more": ["memantine_fisher_more"],
        "kurian_pain": [f"memantine_pain: {EFFECT}"],
        "kurian_dizziness": [f"memantine_dizziness: {EFFECT}"],
        "dxm_thesis": ["dextromethorphan_thesis", "dextromethorphan_thesis_p"],
        "dxm_registry": ["dextromethorphan_registry_p"],
        "guaifenesin_reach": ["guaifenesin_reach"],
        "diet_reach": ["diet_reach"],
        "diet_completed": [f"diet_completed: {COUNTED}"],
        "diet_randomised": [f"diet_randomised: {COUNTED}"],
        "diet_label": ["diet_outcome"],
        "crps_text": [f"crps_pain: {EFFECT} k"],
        "crps_late": ["crps_late"],
        "range_text": ["groups_different_people: lb ub"],
    },
    "glutamate-biomarkers": {
        "plasma": ["plasma: higher=k"],
        "plasma-controls": [f"plasma_controls: {ENDS}"],
        "csf": ["csf: higher=k"],
        "brain-migraine": [f"brain_migraine: {DIRECTIONS}"],
        "brain-fibromyalgia": [f"brain_fibromyalgia: {DIRECTIONS}"],
        "doses": [f"msg_dose: {ENDS}"],
        "weight": ["body_weight"],
        "msg-free": [f"msg_without_food: {EFFECT} k"],
        "msg-food": [f"msg_with_food: {EFFECT} k"],
        "repeated-once": ["msg_repeated_second_challenge: event n"],
        "repeated-twice": ["msg_repeated_further_challenges: event n"],
    },
    "neuroinflammation-imaging": {
        "leak_structured": ["raised_leak_structured: event n"],
        "leak_reports": ["raised_leak_reports: event n"],
        "tspo_structured": ["raised_tspo_structured: event n"],
        "hm_series": [f"hemiplegic_series: {COUNTED}"],
        "hm_series_patients": ["hemiplegic_patients"],
        "hm_attacks": [f"hemiplegic_attacks: {COUNTED}"],
        "detectable": [f"detectable: {ENDS}"],
        "power": ["power"],
        "k": ["studies"],
        "patients": ["patients"],
        "secondhand": ["secondhand", "studies"],
        "empty_cells": ["cells_empty", "cells"],
        "dural": ["dural", "studies"],
    },
    "methods": {
        "level_text": ["level"],
        "hybrid_range": [f"coverage_reml_hybrid: {ENDS}"],
        "dl_range": [f"coverage_dl_z: {ENDS}"],
        "sum_range": [f"coverage_summed_wilson: {ENDS}"],
        "power_two": ["power_2_trials"],
        "power_three": ["power_3_trials"],
        "agreement": ["agreement_values"],
        "lacks": ["agreement_lacks"],
        "knha_agreeing": [f"coverage_agreeing_reml_knha: {ENDS}"],
        "hybrid_agreeing": [f"coverage_agreeing_reml_hybrid: {ENDS}"],
        "share_agreeing": [f"agreeing: {ENDS}"],
        "odds_ratio": ["odds_ratio"],
        "rare_text": ["rare"],
        "rare_range": [f"coverage_rare_reml_hybrid: {ENDS}"],
        "rare_glmm": [f"coverage_rare_glmm_z: {ENDS}"],
        "failed_text": ["glmm_failed: min=max"],
        "rule": ["may_miss", "may_miss_agreeing", "grant"],
        "scenarios": ["scenarios", "data_sets: max min"],
    },
}
#: Texts that give a size without its sign.
UNSIGNED = {"md_size"}
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
        value = results["values"][keys[0]]
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
        for key in names:
            about = {"unit": keys[key]["unit"], "signed": name not in UNSIGNED}
            if found.group() != part and not shows(found, text, values[key], **about):
                yield f"{name}: {found.group()} in {text!r} is not {key}, {values[key]!r}"


def execute(name, folder, **values):
    done = papermill.execute_notebook(
        ROOT / f"chapters/{name}.ipynb",
        folder / f"{name}.ipynb",
        parameters=values,
        cwd=ROOT,
        progress_bar=False,
        kernel_name="python3",
    )
    return collect([cell for cell in done.cells if cell.cell_type == "code"])


@pytest.fixture(scope="module", params=SHOWN)
def chapter(request, tmp_path_factory):
    return request.param, execute(request.param, tmp_path_factory.mktemp(request.param))


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
            for key in keys:
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


def test_other_choices_have_their_own_numbers(tmp_path):
    choice = {"outcome": "response_50_frequency", "drug": "memantine", "measure": "RR", "level": 90}
    results = execute("migraine-trials", tmp_path, **choice)
    shown = dict(SHOWN["migraine-trials"])
    shown["view"] = [f"view_trial: {COUNTS} {EFFECT}"]
    shown["view_nnt"] = [f"view: {NUMBER_NEEDED} baseline_risk", "view_trial: time"]
    assert results["values"]["view_k"] == 1
    assert results["values"]["level"] == 90
    assert results["values"]["memantine_responders_measure"] == "risk ratio"
    assert all_faults(results, shown) == []
