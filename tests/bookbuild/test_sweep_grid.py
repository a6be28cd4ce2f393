"""Which sets of parameters a grid means, and which grids are refused."""

import json
from pathlib import Path

import pytest
from swept import SCHEMA

from bookbuild.errors import UsageError
from bookbuild.grid import read_grid
from bookbuild.parameters import ParameterError, schema_of


def sets(text: str, tmp_path: Path) -> list[dict]:
    file = tmp_path / "grid.yaml"
    file.write_text(text)
    return read_grid(file, schema_of("a", json.dumps(SCHEMA)))


def test_a_grid_is_all_combinations_the_last_name_fastest(tmp_path: Path):
    assert sets("method: [DL, REML]\nlevel: [80, 90]", tmp_path) == [
        {"method": "DL", "level": 80.0},
        {"method": "DL", "level": 90.0},
        {"level": 80.0},
        {"level": 90.0},
    ]


def test_a_single_value_holds_for_all_sets(tmp_path: Path):
    found = sets("quick: false\nmethod: [DL, REML]", tmp_path)
    assert found == [{"method": "DL", "quick": False}, {"quick": False}]


def test_sets_add_grids_of_their_own(tmp_path: Path):
    text = "level: [80, 90]\nsets:\n  - method: DL\n  - {method: DL, level: [60, 70]}"
    assert sets(text, tmp_path) == [
        {"level": 80.0},
        {"level": 90.0},
        {"method": "DL"},
        {"method": "DL", "level": 60.0},
        {"method": "DL", "level": 70.0},
    ]


def test_sets_alone_are_a_grid(tmp_path: Path):
    assert sets("sets: [{level: 80}, {method: DL}]", tmp_path) == [
        {"level": 80.0},
        {"method": "DL"},
    ]


def test_the_same_set_counts_once_however_it_is_said(tmp_path: Path):
    text = "level: [95, 95.0, 90]\nsets: [{method: REML}, {level: 9.0e+1}]"
    assert sets(text, tmp_path) == [{}, {"level": 90.0}]


def test_every_fault_is_said_at_once_and_each_once(tmp_path: Path):
    text = "methd: [DL, REML]\nlevel: [120, 90, 0.9]\nsets: [{level: 120}, {method: magic}]"
    with pytest.raises(ParameterError) as caught:
        sets(text, tmp_path)
    unknown, high, low, method = caught.value.faults
    assert unknown.startswith("methd is not a parameter of a; did you mean 'method'?")
    assert "level must be" in high
    assert "got 120" in high
    assert "got 0.9" in low
    assert method.startswith("method must be one of REML, DL, bad; got 'magic'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds nothing; it must be a mapping"),
        ("[1, 2]", "holds list; it must be a mapping"),
        ("{}", "has an empty grid"),
        ("level: []", "has an empty grid: level has no value"),
        ("sets: []", "has an empty grid"),
        ("level: 90\nsets: [{}]", "has an empty grid"),
        ("sets: {level: 90}", "sets must be a list of mappings"),
        ("sets: [90]", "sets must be a list of mappings"),
        ("level: 90\nlevel: 80", "gives level twice"),
        ("level: [90", "is not YAML"),
        ("level: 2020-13-45", "has a value that YAML cannot read: month must be in 1..12"),
    ],
)
def test_what_is_no_grid_is_refused_in_a_line(text: str, said: str, tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        sets(text, tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
