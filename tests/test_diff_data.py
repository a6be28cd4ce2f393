"""One cell of the real data changed: the study, the value, the headline result and the cause."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT

from bookbuild.diff.edition import Edition, read_edition
from bookbuild.diff.files import data_files, folder_files
from bookbuild.diff.render import as_text
from bookbuild.diff.report import difference


def edition_of(tree: Path, name: str) -> Edition:
    """Return the edition of a tree with the one chapter, executed by the tree's own modules."""
    words = [sys.executable, "-m", "bookbuild", "run", "migraine-trials", "--out", name]
    done = subprocess.run(
        words, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return read_edition(name, {**folder_files(tree / name), **data_files(tree)})


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    tree = tmp_path_factory.mktemp("tree") / "book"
    kept = ("bookbuild", "chapters", "data", "evidence", "_config.yml", "_toc.yml")
    for name in (*kept, "requirements.txt", "references.bib"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        tree.mkdir(exist_ok=True)
        copy(ROOT / name, tree / name)
    old = edition_of(tree, "old")
    file = tree / "data/contrasts.csv"
    text = file.read_text("utf-8")
    printed = (
        "noruzzadeh2016,attack_frequency_12wk,memantine,placebo,attack_frequency,12 wk,MD,-2.3,"
    )
    assert text.count(printed) == 1
    file.write_text(text.replace(printed, printed.replace("-2.3", "-2.0")), "utf-8")
    return difference(old, edition_of(tree, "new"))


def test_the_value_is_told_and_nothing_else_of_the_data(found):
    (cell,) = found.cells
    assert (cell.table, cell.column, cell.old, cell.new) == (
        "contrasts",
        "estimate",
        "-2.3",
        "-2.0",
    )
    assert cell.row.startswith("noruzzadeh2016 / attack_frequency_12wk")
    assert found.rows == ()
    assert found.counts.cells > 50_000


def test_the_headline_estimate_and_its_interval_move(found):
    moved = {v.key: v for v in found.values}
    for ending in ("estimate", "ci_lb", "ci_ub"):
        change = moved[f"memantine_attacks_{ending}"]
        assert change.headline
        assert change.old != change.new
    assert moved["memantine_attacks_estimate"].new > moved["memantine_attacks_estimate"].old
    assert "md" in {t.key for t in found.texts if t.short}
    others = [v for v in found.values if "memantine_attacks_read" in v.key]
    assert others
    assert not any(v.headline for v in others)


def test_the_row_is_the_cause_and_stands_in_the_text(found):
    (cause,) = found.causes
    assert (cause.kind, cause.what, cause.alone) == ("data", "data/contrasts.csv", True)
    assert cause.rows == (found.cells[0].row,)
    text = as_text(found)
    assert f"{cause.rows[0]} · this row alone" in text
    assert "migraine-trials · Memantine against placebo, estimate: −2.38 → −2.19" in text
