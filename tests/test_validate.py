"""`make check` names every fault by file, line, column and value; a sound package has none."""

import csv
import json
import runpy
import shutil
import subprocess
import sys

import pytest

from evidence import validate
from evidence.data import DATA_DIR, load, schemas
from evidence.validate import find_faults, main


@pytest.fixture
def package(tmp_path):
    """Return a copy of the real data package that a test may break."""
    copy = tmp_path / "data"
    shutil.copytree(DATA_DIR, copy)
    shutil.copy(DATA_DIR.parent / "references.bib", copy)
    return copy


def edit(package, file, line, **cells):
    """Change cells of one line of a file (2 is the first record); every record is one line."""
    path = package / file
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[line - 2].update(cells)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def said(package):
    return [str(fault) for fault in find_faults(package)]


def test_the_package_of_the_book_is_sound():
    assert find_faults() == []


def test_it_is_as_large_as_it_says():
    assert len(load("studies")) >= 100
    assert set(load("studies")["theme"]) >= {
        "glutamate-biomarkers",
        "migraine-trials",
        "fibromyalgia-trials",
        "neuroinflammation-imaging",
    }
    assert not [name for name in schemas() if load(name).empty]


@pytest.mark.parametrize(
    ("file", "cells", "words"),
    [
        ("dichotomous.csv", {"event": "x"}, "event: 'x' is not of type integer"),
        ("dichotomous.csv", {"event": "9999"}, "event: '9999' is more than n"),
        ("dichotomous.csv", {"event": "-1"}, "event: '-1' is below 0"),
        ("dichotomous.csv", {"origin": "guessed"}, "origin: 'guessed' is not one of reported,"),
        ("dichotomous.csv", {"source": "nobody1900"}, "source: 'nobody1900' is not in the table"),
        ("dichotomous.csv", {"study": "nobody1900"}, "is not in the table arms"),
        ("dichotomous.csv", {"locator": ""}, "locator: '' must not be empty"),
        ("dichotomous.csv", {"origin": "derived", "derivation": ""}, "derivation: '' is empty"),
        ("studies.csv", {"year": "1066"}, "year: '1066' is below 1960"),
        ("sources.csv", {"doi": "doi:x"}, "doi: 'doi:x' does not match"),
        ("contrasts.csv", {"ci_lb": "9", "ci_ub": "1"}, "ci_lb: '9' is more than ci_ub"),
        ("contrasts.csv", {"arm_e": "nobody"}, "arm_e: 'nobody' is no arm of"),
        ("directions.csv", {"eligible": "maybe"}, "eligible: 'maybe' is not of type boolean"),
    ],
)
def test_each_fault_is_named_with_its_line(package, file, cells, words):
    edit(package, file, 3, **cells)
    assert any(fault.startswith(f"{file}:3: ") and words in fault for fault in said(package))


def test_all_faults_come_at_once(package):
    edit(package, "studies.csv", 2, year="x", design="magic")
    edit(package, "dichotomous.csv", 4, event="9999", n="3", unit="cats")
    faults = said(package)
    for words in ("year: 'x'", "design: 'magic'", "event: '9999'", "unit: 'cats'"):
        assert any(words in fault for fault in faults), words


def test_a_key_that_is_taken(package):
    first, second = load("studies", package)["study"].head(2)
    edit(package, "studies.csv", 3, study=first)
    assert f"studies.csv:3: study: '{first}' is a key that is taken" in said(package)
    assert any(f"'{second}" in fault and "is not in the table" in fault for fault in said(package))


def test_a_row_too_long_and_one_too_short(package):
    path = package / "outcomes.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[1] += ",stray"
    lines[2] = ",".join(lines[2].split(",")[:3])
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert any("outcomes.csv:2" in f and "beyond the last column" in f for f in said(package))
    assert any("outcomes.csv:3" in f and "too short" in f for f in said(package))


def test_a_missing_file_and_a_missing_column(package):
    (package / "prisma.csv").unlink()
    path = package / "subunits.csv"
    path.write_text(path.read_text("utf-8").replace("gene", "jean", 1), "utf-8")
    faults = said(package)
    assert any(fault.startswith("prisma.csv") for fault in faults)
    assert any(fault.startswith("subunits.csv") for fault in faults)


def test_arms_that_cannot_be_read_are_told_once(package):
    (package / "arms.csv").unlink()
    assert not any("is no arm of" in fault for fault in said(package))
    assert any(fault.startswith("arms.csv") for fault in said(package))


def test_a_package_without_a_ledger_has_none_to_check(package):
    descriptor = package / "datapackage.json"
    made = json.loads(descriptor.read_text("utf-8"))
    made["resources"] = [each for each in made["resources"] if each["name"] != "claim_numbers"]
    descriptor.write_text(json.dumps(made), "utf-8")
    edit(package, "claims.csv", 2, part="no such part")
    assert not any("is no part of" in fault for fault in said(package))


def test_a_claim_about_a_table_that_is_none_says_so(package):
    lines = (package / "claim-numbers.csv").read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if ",table," in line)
    edit(package, "claim-numbers.csv", at + 1, printed="no_such_table")
    assert any("cannot be run" in fault and "no_such_table" in fault for fault in said(package))


def test_a_source_without_an_entry(package):
    bib = package / "references.bib"
    key = load("sources", package)["source"].iloc[0]
    bib.write_text(bib.read_text("utf-8").replace(f"{{{key},", "{someone1900,", 1), "utf-8")
    assert any(f"'{key}' has no entry in references.bib" in fault for fault in said(package))


def test_a_study_without_an_entry(package):
    edit(package, "studies.csv", 2, study="nobody1900")
    assert "studies.csv:2: study: 'nobody1900' has no entry in references.bib" in said(package)


def test_a_percentage_that_no_rounding_gives(package):
    edit(package, "dichotomous.csv", 2, event="1", n="3", percent_reported="40", note="")
    assert any("is not 1/3 (33.33%)" in fault for fault in said(package))


def test_the_command_prints_to_stderr_and_fails(package):
    edit(package, "studies.csv", 2, year="x")
    command = [sys.executable, "-m", "evidence.validate", "--data", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "studies.csv:2: year: 'x' is not of type integer" in done.stderr
    assert "1 fault" in done.stderr.splitlines()[-1]
    assert (
        subprocess.run([*command[:-1], "/nowhere"], check=False, capture_output=True).returncode
        == 2
    )


def test_a_descriptor_that_is_none_is_named_and_the_tables_are_checked_all_the_same(package):
    descriptor = package / "datapackage.json"
    made = json.loads(descriptor.read_text("utf-8")) | {"licenses": 5}
    descriptor.write_text(json.dumps(made), "utf-8")
    edit(package, "dichotomous.csv", 4, event="9999", n="3")
    faults = said(package)
    assert any("datapackage.json: " in f and "'licenses'" in f for f in faults)
    assert any(f.startswith("dichotomous.csv:4: event: '9999' is more than n") for f in faults)


def test_a_missing_table_of_the_ledger_is_named_and_no_more_asked_of_it(package):
    (package / "review-parts.csv").unlink()
    assert any(fault.startswith("review-parts.csv") for fault in said(package))


def test_a_folder_without_a_package_is_refused(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told == f"--data must be a folder that holds datapackage.json; got {tmp_path}\n"


def test_it_is_a_command(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["validate", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(validate.__file__, run_name="__main__")
    assert ended.value.code == 2
    assert str(tmp_path) in capsys.readouterr().err
