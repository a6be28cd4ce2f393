"""The recipes of CONTRIBUTING.md work as they stand, and move the numbers that they say."""

import json
import re

import pytest
from recipes import APPEND, INSERT, ROOT, copy_repository, follow, read_recipes, run

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RECIPES = read_recipes(TEXT)


@pytest.fixture
def followed(tmp_path):
    """Return a function that follows a recipe in a copy, which is then to be free of faults."""

    def follow_all(title):
        root = copy_repository(tmp_path)
        for step in RECIPES[title]:
            follow(step, root)
        done = run("make check && python -m bookbuild.contract", root)
        assert done.returncode == 0, done.stdout + done.stderr
        return root

    return follow_all


def values_of(path):
    return json.loads(path.read_text("utf-8"))["values"]


def published(site, chapter):
    return values_of(site / f"chapters/{chapter}.results.json")


def test_every_block_is_one_that_is_followed():
    assert list(RECIPES) == ["Add a study", "Add a claim", "Add a chapter", "Add a parameter"]
    for step in (step for steps in RECIPES.values() for step in steps):
        known = step.kind in ("bash", "console") or APPEND.search(step.said)
        assert known or INSERT.search(step.said), step.said


def test_a_study(site, followed):
    root = followed("Add a study")
    before = published(site, "migraine-trials")
    after = values_of(root / "runs/migraine-trials/default/results.json")
    assert after["memantine_attacks_k"] == before["memantine_attacks_k"] + 1
    assert after["memantine_attacks_estimate"] != before["memantine_attacks_estimate"]


def test_a_claim(site, followed):
    root = followed("Add a claim")
    before = published(site, "claims-audit")
    after = values_of(root / "runs/claims-audit/default/results.json")
    grown = {name: after[name] - before[name] for name in ("all_claims", "all_within", "all_holds")}
    assert grown == {"all_claims": 1, "all_within": 1, "all_holds": 0}


def test_a_chapter(followed):
    root = followed("Add a chapter")
    after = values_of(root / "runs/studies-so-far/condition=migraine/results.json")
    assert 0 < after["chosen"] < after["all_studies"]


def test_a_parameter(site, followed):
    root = followed("Add a parameter")
    before = published(site, "claims-audit")
    after = values_of(root / "runs/claims-audit/least_readings=2/results.json")
    assert after["all_claims"] == after["all_twice"] < before["all_claims"]


def test_the_pages_that_a_table_moves_are_those_that_read_it(site):
    read = json.loads((site / "provenance.json").read_text("utf-8"))["chapters"]
    told = re.findall(r"^\| `(data/[\w-]+\.csv)` \| (.+) \|$", TEXT, re.MULTILINE)
    assert len(told) >= 7
    for table, chapters in told:
        readers = {name.removeprefix("chapters/") for name in read if table in read[name]["inputs"]}
        wanted = {name.removeprefix("chapters/") for name in read}
        assert readers == (wanted if chapters == "all" else set(chapters.split(", "))), table


def test_a_recipe_that_does_not_do_what_it_says_is_refused(tmp_path):
    text = "## Add a mess\n\n1. Do.\n\n   ```console\n   $ echo one\n   two\n   ```\n"
    with pytest.raises(AssertionError):
        follow(read_recipes(text)["Add a mess"][0], tmp_path)
