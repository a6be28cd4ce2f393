"""Sweeps on this machine: the table, failures, going on, and what is stale."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from books import edited, notebook
from swept import SweptBook, wait_until
from test_build_crashes import processes_in

GRID = "method: [REML, DL]\nlevel: [80, 90, 95]"
SETS = ["level=80", "level=90", "default", "method=DL,level=80", "method=DL,level=90", "method=DL"]
SLOW = f"{GRID}\nquick: false"


@pytest.fixture
def swept(tmp_path: Path) -> SweptBook:
    return SweptBook(tmp_path)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> SweptBook:
    """A book swept once, for tests that only look at it."""
    made = SweptBook(tmp_path_factory.mktemp("swept"))
    ended = made.sweep(GRID)
    assert ended.status == 0, ended.err
    assert "30 results of 6 sets: runs/a/grid.csv and grid.parquet" in ended.out
    return made


def test_the_table_has_a_row_for_each_set_and_result(done: SweptBook):
    table = done.table()
    assert [row["set"] for row in table[::5]] == SETS
    first = {
        "chapter": "chapters/a",
        "set": "level=80",
        "method": "REML",
        "level": "80.0",
        "quick": "true",
    }
    assert table[0] == first | {
        "key": "estimate",
        "value": "160.0",
        "text": "",
        "type": "number",
        "unit": "1",
    }
    assert [(r["key"], r["value"], r["text"], r["type"]) for r in table[1:5]] == [
        ("trials", "3", "", "integer"),
        ("pooled", "1", "", "boolean"),
        ("why", "", "a, b", "string"),
        ("none", "", "", "number"),
    ]
    assert done.estimates() == dict(zip(SETS, [160, 180, 190] * 2, strict=True))


def test_parquet_is_the_same_table_with_types(done: SweptBook):
    table = duckdb.read_parquet(str(done.runs / "grid.parquet"))
    types = dict(zip(table.columns, map(str, table.types), strict=True))
    assert list(types) == list(done.table()[0])
    assert {name: types[name] for name in ("level", "quick", "value", "text", "set")} == {
        "level": "DOUBLE",
        "quick": "BOOLEAN",
        "value": "DOUBLE",
        "text": "VARCHAR",
        "set": "VARCHAR",
    }
    rows = table.fetchall()
    assert len(rows) == 30
    assert rows[0] == (
        *("chapters/a", "level=80", "REML", 80.0, True),
        *("estimate", 160.0, None, "number", "1"),
    )


def test_each_set_is_kept_as_by_a_run_of_its_own(done: SweptBook):
    for name in SETS:
        kept = {path.name for path in (done.runs / name).iterdir()}
        assert kept == {"a.ipynb", "results.json", "provenance.json"}
    results = json.loads((done.runs / "level=80/results.json").read_text())
    assert results["parameters"] == {"method": "REML", "level": 80.0, "quick": True}


def test_progress_says_how_far_it_is_and_how_long_it_takes(swept: SweptBook):
    out = swept.sweep("level: [80, 90]").out
    assert "2 sets: 0 stored already, 2 to execute\n" in out
    assert "[1/2] level=" in out
    assert " s left\n" in out.splitlines(keepends=True)[1]
    assert "[2/2] level=" in out
    assert "\r" not in out


def test_a_failing_set_is_told_with_its_error_and_the_rest_goes_on(swept: SweptBook):
    ended = swept.sweep("method: [bad, REML, DL]")
    assert ended.status == 1
    assert "1 of 3 sets failed; runs/a/grid.failures.csv has all about them:" in ended.err
    assert "  method=bad: ValueError: no such method\n" in ended.err
    (failure,) = swept.table("grid.failures.csv")
    assert (failure["set"], failure["method"]) == ("method=bad", "bad")
    assert failure["cell"].startswith("cell 3")
    assert failure["error"] == "ValueError: no such\nmethod"
    (told,) = [line for line in ended.out.splitlines() if "method=bad FAILED" in line]
    assert "(0.0 s)" not in told
    assert swept.estimates().keys() == {"default", "method=DL"}
    assert not (swept.runs / "method=bad").exists()
    again = swept.sweep("method: [REML, DL]")
    assert again.status == 0
    assert not (swept.runs / "grid.failures.csv").exists()
    assert swept.log("started") == {"bad-95": 1, "REML-95": 1, "DL-95": 1}


def test_a_larger_grid_executes_only_what_it_adds(swept: SweptBook):
    swept.sweep("level: [80, 90]")
    ended = swept.sweep("level: [80, 85, 90]")
    assert "3 sets: 2 stored already, 1 to execute" in ended.out
    assert swept.log("started") == {"REML-80": 1, "REML-85": 1, "REML-90": 1}
    assert swept.estimates() == {"level=80": 160, "level=85": 170, "level=90": 180}


def change_data(swept: SweptBook) -> None:
    swept.book.write("data/a.csv", "3.0\n")


def change_code(swept: SweptBook) -> None:
    edited(swept.book, "chapters/a.ipynb", "scale * level", "1.5 * scale * level")


def change_lock(swept: SweptBook) -> None:
    swept.book.write("requirements.txt", "numpy==2.4.1\n")


def change_result(swept: SweptBook) -> None:
    file = swept.runs / "default" / "results.json"
    file.write_text(file.read_text().replace("190.0", "999.0"))


def lose_result(swept: SweptBook) -> None:
    (swept.runs / "default" / "results.json").unlink()


def damage_record(swept: SweptBook) -> None:
    (file,) = (swept.root / ".bookbuild" / "runs").iterdir()
    file.write_bytes(file.read_bytes()[:-1])


def rename_unread(swept: SweptBook) -> None:
    swept.book.write("data/unread.csv", "1\n")
    edited(swept.book, "chapters/a.ipynb", "# Chapter a", "# Chapter A")


@pytest.mark.parametrize(
    ("change", "times", "estimate"),
    [
        (change_data, 2, 285),
        (change_code, 2, 285),
        (change_lock, 2, 190),
        (change_result, 2, 190),
        (lose_result, 2, 190),
        (damage_record, 2, 190),
        (rename_unread, 1, 190),
    ],
)
def test_a_stored_set_counts_only_while_it_is_what_would_come_out_now(
    swept: SweptBook, change, times: int, estimate: float
):
    swept.sweep("method: REML")
    change(swept)
    ended = swept.sweep("method: REML")
    assert ended.status == 0, ended.err
    assert swept.log("ended") == {"REML-95": times}
    assert swept.estimates() == {"default": estimate}


def test_an_input_that_changes_during_the_sweep_leaves_no_old_number(swept: SweptBook):
    sweep = swept.start("level: [80, 90]\nquick: false", BOOK_JOBS="1")
    wait_until(sweep, lambda: any(swept.runs.glob("*/results.json")))
    change_data(swept)
    _, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 1
    assert "level=80,quick=False: data/a.csv changed, during the sweep; start it again" in err
    assert set(swept.estimates().values()) <= {270.0}
    assert swept.sweep("level: [80, 90]\nquick: false").status == 0
    assert sorted(swept.estimates().values()) == [240, 270]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_sweep_that_was_stopped_goes_on_with_what_is_missing(
    swept: SweptBook, number: int, status: int
):
    sweep = swept.start(SLOW)
    wait_until(sweep, lambda: len(list(swept.runs.glob("*/results.json"))) >= 2)
    send = os.killpg if number == signal.SIGINT else os.kill  # Ctrl-C goes to the whole group
    send(sweep.pid, number)
    _, err = sweep.communicate(timeout=20)  # as long as somebody is left, its output is open
    assert sweep.returncode == status
    stored = len(list((swept.root / ".bookbuild" / "runs").glob("[!.]*")))
    assert 1 <= stored < 6
    if number == signal.SIGINT:
        message = f"Stopped; {stored} of 6 sets are stored. The same command goes on from there."
        assert err.strip() == message
        assert [path.name for path in (swept.root / ".bookbuild").iterdir()] == ["runs"]
    wait_until(None, lambda: not processes_in(swept.root))
    assert not (swept.runs / "grid.csv").exists()
    before = swept.log("started")
    ended = swept.sweep(SLOW)
    assert ended.status == 0, ended.err
    assert f"{stored} stored already" in ended.out
    assert (swept.log("started") - before).total() == 6 - stored
    assert len(swept.estimates()) == 6
    assert [path.name for path in (swept.root / ".bookbuild").iterdir()] == ["runs"]


def test_two_sweeps_at_once_execute_each_set_once(swept: SweptBook):
    sweeps = [swept.start(GRID), swept.start(GRID)]
    outs = [sweep.communicate(timeout=120)[0] for sweep in sweeps]
    assert [sweep.returncode for sweep in sweeps] == [0, 0]
    assert sum("Waiting for another sweep of this chapter to end" in out for out in outs) == 1
    assert set(swept.log("started").values()) == {1}


def test_a_chapter_whose_parameter_is_a_column_of_the_table_is_refused(swept: SweptBook):
    swept.book.write("chapters/b.ipynb", notebook("#:# B", "#parameters\nkey: int = 1  # k"))
    schema = {"type": "object", "properties": {"key": {"type": "integer", "default": 1}}}
    swept.book.write("chapters/b.parameters.json", json.dumps(schema))
    swept.book.toc("chapters/b")
    process = swept.start("key: [1, 2]", chapter="b")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "its parameter key has the name of a column" in err


@pytest.mark.parametrize("name", ["grid.csv", "grid.parquet", "grid.failures.csv"])
def test_a_folder_where_a_table_is_to_be_is_told_before_anything_is_executed(
    swept: SweptBook, name: str
):
    (swept.runs / name).mkdir(parents=True)
    ended = swept.sweep("level: [80, 90]")
    assert ended.status == 2
    assert f"runs/a/{name} is a folder" in ended.err
    assert not swept.log("started")


def test_a_reader_of_the_output_that_goes_away_ends_it_quietly(swept: SweptBook):
    sweep = swept.start("level: [80, 90]")
    assert sweep.stdout is not None
    assert sweep.stdout.readline() == "2 sets: 0 stored already, 2 to execute\n"
    sweep.stdout.close()
    assert sweep.wait(timeout=60) == 141
    assert sweep.stderr is not None
    assert "Traceback" not in sweep.stderr.read()
    sweep.stderr.close()


def test_one_set_is_not_called_sets(swept: SweptBook):
    out = swept.sweep("level: 80").out
    assert "1 set: 0 stored already, 1 to execute\n" in out
    assert " results of 1 set: " in out


def test_a_set_that_was_run_by_itself_is_not_executed_again(swept: SweptBook):
    command = [sys.executable, "-m", "bookbuild", "run", "a", "-p", "level=80"]
    subprocess.run(command, cwd=swept.root, check=True, capture_output=True)
    assert "2 sets: 1 stored already, 1 to execute\n" in swept.sweep("level: [80, 90]").out
    subprocess.run(command, cwd=swept.root, check=True, capture_output=True)
    assert "2 sets: 2 stored already, 0 to execute\n" in swept.sweep("level: [80, 90]").out
