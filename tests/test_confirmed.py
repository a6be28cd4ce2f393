"""No cell of the data changes unnoticed: thousands of random corruptions, every one refused."""

import csv
import random
import shutil
from collections import Counter

import pytest

from evidence.confirmed import confirm, find_unconfirmed, read_confirmed, read_tables
from evidence.data import DATA_DIR, schemas
from evidence.validate import MEND, find_faults, main

#: What a slip of the hand, of a merge or of a spreadsheet does to a cell, given another of its
#: column and another of its row.
SLIPS = {
    "digit": lambda cell, *_: cell[:-1] + str((ord(cell[-1:] or "0") + 1) % 10),
    "emptied": lambda *_: "",
    "sign": lambda cell, *_: cell.removeprefix("-") if cell.startswith("-") else f"-{cell}",
    "point": lambda cell, *_: cell.replace(".", "") if "." in cell else f"{cell}.5",
    "doubled": lambda cell, *_: cell + cell[-1:],
    "blank": lambda cell, *_: f"{cell} ",
    "case": lambda cell, *_: cell.swapcase(),
    "from another row": lambda _, column, __: column,
    "from another column": lambda _, __, row: row,
}


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(DATA_DIR, copy)
    shutil.copy(DATA_DIR.parent / "references.bib", copy)
    return copy


def corrupted(records, rng):
    """Return the records with one cell of each changed, and by record the kind of slip."""
    made, slips = [], {}
    for number, row in enumerate(records, start=1):
        place = rng.randrange(len(row))
        kind = rng.choice(sorted(SLIPS))
        cell = SLIPS[kind](row[place], rng.choice(records)[place], rng.choice(row))
        made.append([*row[:place], cell, *row[place + 1 :]])
        if cell != row[place]:
            slips[number] = kind
    return made, slips


@pytest.mark.parametrize("seed", range(3))
def test_no_corruption_of_a_single_cell_passes(seed):
    rng = random.Random(seed)
    confirmed = read_confirmed()
    tried = 0
    for table, rows in read_tables().items():
        records, slips = corrupted([cells for _, cells in rows], rng)
        keyed = [(key, row) for (key, _), row in zip(rows, records, strict=True)]
        found = {each.record for each in find_unconfirmed({table: keyed}, confirmed)}
        assert found - {0} == set(slips)
        tried += len(slips)
    assert tried > 3000


@pytest.mark.parametrize("seed", range(3))
def test_make_check_names_each_and_most_break_a_rule_as_well(package, seed):
    rng = random.Random(seed)
    slips = {}
    for resource in schemas(package).values():
        path = package / resource["path"]
        with path.open(newline="", encoding="utf-8") as stream:
            header, *records = csv.reader(stream)
        records, here = corrupted(records, rng)
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerows([header, *records])
        slips |= {(resource["path"], number): kind for number, kind in here.items()}
    faults = find_faults(package)
    lines = {path: _records(package / path) for path, _ in slips}
    named = {(f.file, lines[f.file].get(f.line)) for f in faults if f.file in lines}
    assert set(slips) - named == set()
    by_rules = {
        (f.file, lines[f.file].get(f.line))
        for f in faults
        if f.file in lines and MEND not in f.rule
    }
    refused = Counter(kind for where, kind in slips.items() if where in by_rules)
    print({kind: f"{refused[kind]} of {n}" for kind, n in Counter(slips.values()).items()})
    assert refused.total() / len(slips) > 0.4


def _records(path):
    """Return the number of the record that starts on each line."""
    starts, line = {}, 1
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.reader(stream)
        for record, _ in enumerate(reader):
            starts[line], line = record, reader.line_num + 1
    return starts


def test_what_was_changed_is_named_until_it_is_confirmed(package, capsys):
    path = package / "prisma.csv"
    lines = path.read_text("utf-8").splitlines()
    changed, gone = lines[1], lines.pop()
    lines[1] = changed.replace("reported", "secondary", 1)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert main(["--data", str(package)]) == 1
    said = capsys.readouterr().err
    key = " + ".join(changed.split(",")[:2])
    assert f"prisma.csv:2: row: '{key}' was changed since it was confirmed: {MEND}" in said
    assert f"prisma.csv: row: '{' + '.join(gone.split(',')[:2])}' was confirmed and is gone" in said
    assert main(["--data", str(package), "--confirm"]) == 0
    assert f"confirmed: prisma: {key} was changed" in capsys.readouterr().out
    assert main(["--data", str(package)]) == 0
    assert confirm(package) == []


def test_data_with_faults_are_not_confirmed(package):
    path = package / "prisma.csv"
    before = (package / "confirmed.csv").read_bytes()
    path.write_text(path.read_text("utf-8").replace("reported", "guessed", 1), "utf-8")
    assert main(["--data", str(package), "--confirm"]) == 1
    assert (package / "confirmed.csv").read_bytes() == before


def test_without_the_file_every_row_is_new(package):
    (package / "confirmed.csv").unlink()
    faults = find_faults(package)
    assert len(faults) == sum(len(rows) for rows in read_tables(package).values())
    assert all(fault.rule.startswith("is new") for fault in faults)
