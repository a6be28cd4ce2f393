"""The ledger: what is refused, with file and line, and what verdict a finding makes."""

import csv
import json
import shutil

import pandas as pd
import pytest
from audit_cases import args

from evidence.audit.numbers import Finding, Number, Numbers
from evidence.audit.registry import CHECKS, JUDGED, NAMES, SETTINGS, misfits, run
from evidence.audit.verdicts import VERDICTS, audit, numbers_by_claim, tally, verdict_of
from evidence.data import DATA_DIR, load
from evidence.validate import _ledger_faults, find_faults

REVIEW, OTHER = "kalatharan2023", "charles2007"
CLAIM = {
    "review": REVIEW,
    "part": "Table 2",
    "item": "8",
    "column": "Findings",
    "kind": "percentage",
    "statement": "67% responded",
    "study": "",
    "check": "percentage",
    "verdict": "",
    "finding": "",
    "caveat": "",
    "severity": "minor",
    "consequence": "",
    "rank": "",
    "source": REVIEW,
}
NUMBER = {
    "relation": "=",
    "unit": "",
    "source": REVIEW,
    "locator": "Table 2, row 8",
    "origin": "reported",
    "derivation": "",
}
PARTS = [
    {"review": REVIEW, "part": "Table 2", "items": "10"},
    {"review": REVIEW, "part": "5.3", "items": "4"},
]
TYPES = {"item": "integer", "rank": "integer", "items": "integer", "value": "number"}
TYPES |= {"position": "integer"}
REQUIRED = ("claim", "review", "part", "item", "statement", "check", "severity", "source")


def number(claim, position, name, text, **more):
    value = Number(name, text).value
    shown = "" if value is None else f"{float(value):g}"
    row = {"claim": claim, "position": str(position), "name": name, "printed": text}
    return row | {"value": shown} | NUMBER | more


def sound():
    """Return a small ledger without a fault: claims on lines 2 to 5."""
    claims = [
        {"claim": "right"} | CLAIM,
        {"claim": "wrong"} | CLAIM | {"check": "sum", "part": "5.3", "item": "1", "column": ""},
        {"claim": "read"} | CLAIM | {"check": JUDGED, "verdict": "ambiguous", "finding": "why"},
        {"claim": "cited"} | CLAIM | {"check": "citation", "caveat": "one of two"},
    ]
    numbers = [
        number("right", 1, "percent", "67"),
        number("right", 2, "event", "36", source=OTHER),
        number("right", 3, "n", "54", source=OTHER),
        number("wrong", 1, "part", "2"),
        number("wrong", 2, "part", "3"),
        number("wrong", 3, "total", "6"),
        number("cited", 1, "study", OTHER, source="", locator=""),
        number("cited", 2, "table", "studies", source="", locator=""),
        number("cited", 3, "column", "condition", source="", locator=""),
        number("cited", 4, "claimed", "migraine", source="", locator=""),
    ]
    return {"claims": claims, "claim-numbers": numbers, "review-parts": PARTS}


@pytest.fixture
def package(tmp_path):
    """Return a function that writes the book's data with a small ledger in place of its own."""
    copy = tmp_path / "data"

    def write(files):
        shutil.copytree(DATA_DIR, copy, dirs_exist_ok=True)
        shutil.copy(DATA_DIR.parent / "references.bib", copy)
        path = copy / "datapackage.json"
        known = json.loads(path.read_text("utf-8"))
        names = {file.replace("-", "_") for file in files}
        known["resources"] = [r for r in known["resources"] if r["name"] not in names]
        for file, rows in files.items():
            known["resources"].append(resource(file, rows))
            with (copy / f"{file}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        path.write_text(json.dumps(known), "utf-8")
        return copy

    return write


def resource(file, rows):
    fields = [
        {"name": name, "type": TYPES.get(name, "string"), "description": name}
        | ({"constraints": {"required": True}} if file == "claims" and name in REQUIRED else {})
        for name in rows[0]
    ]
    name = file.replace("-", "_")
    schema = {"fields": fields, "missingValues": [""]}
    path, profile = f"{file}.csv", "tabular-data-resource"
    return {"name": name, "path": path, "profile": profile, "encoding": "utf-8", "schema": schema}


def test_a_sound_ledger_has_no_fault_and_a_verdict_a_claim(package):
    data = package(sound())
    assert list(_ledger_faults(data)) == []
    found = audit(data).set_index("claim")
    assert found["verdict"].to_dict() == {
        "right": "confirmed",
        "wrong": "inconsistent within the review",
        "read": "ambiguous",
        "cited": "confirmed with a caveat",
    }
    assert found["how"].to_dict() == {
        "right": "computed",
        "wrong": "computed",
        "read": "judged",
        "cited": "computed",
    }
    assert found.loc["wrong", "computation"] == "2 + 3 = 5, not 6"
    assert found.loc["read", "computation"] == ""
    counted = tally(found)
    assert list(counted) == list(VERDICTS)
    assert counted.loc[REVIEW].sum() == 4
    assert counted.loc[REVIEW, "differs from the primary source"] == 0


def changed(file, line, **cells):
    files = sound()
    files[file][line - 2] = files[file][line - 2] | cells
    return files


@pytest.mark.parametrize(
    ("file", "line", "cells", "words"),
    [
        ("claims", 2, {"part": "Table 9"}, "part: 'Table 9' is no part of kalatharan2023"),
        ("claims", 2, {"item": "11"}, "item: '11' is more than the 10 items of Table 2"),
        ("claims", 2, {"column": "Colour"}, "column: 'Colour' is no column of Table 2: "),
        ("claims", 3, {"column": "Dose"}, "column: 'Dose' is given, but 5.3 is no table"),
        ("claims", 2, {"check": "magic"}, "check: 'magic' is not one of sum, flow, same"),
        ("claims", 2, {"check": "flow"}, "check: 'flow' lacks start, which is missing"),
        ("claims", 2, {"verdict": "confirmed"}, "is given, but the check computes it"),
        ("claims", 4, {"verdict": ""}, "verdict: '' is empty, but the check is judged"),
        ("claims", 4, {"finding": ""}, "finding: '' is empty, but the check is judged"),
        ("claims", 2, {"severity": "changes"}, "consequence: '' is empty, but a conclusion moves"),
        ("claim-numbers", 2, {"name": "parts"}, "name: 'parts' is no argument of 'percentage'"),
        ("claim-numbers", 3, {"name": "percent"}, "check: 'percentage' takes one"),
        ("claim-numbers", 4, {"name": "event"}, "lacks n, which is missing: 'percentage' needs it"),
        ("claim-numbers", 2, {"value": "76"}, "value: '76' is not what is printed: '67' is 67"),
        ("claim-numbers", 2, {"value": ""}, "value: '' is not what is printed: '67' is 67"),
        ("claim-numbers", 9, {"value": "3"}, "'3' is not what is printed: 'studies' is no number"),
        ("claim-numbers", 2, {"source": ""}, "source: '' is empty, but percent was read somewhere"),
        ("claim-numbers", 2, {"locator": ""}, "locator: '' is empty, but percent was read"),
        ("claim-numbers", 8, {"printed": "nobody1900"}, "'nobody1900' is no study in studies.csv"),
        ("claim-numbers", 10, {"printed": "colour"}, "cannot be run: column (studies) must be one"),
        ("claim-numbers", 4, {"printed": "0", "value": "0"}, "cannot be run: n must be a whole"),
    ],
)
def test_each_fault_is_named_with_its_line(package, file, line, cells, words):
    said = [str(fault) for fault in _ledger_faults(package(changed(file, line, **cells)))]
    if "takes one" in words:
        words = "name: 'percent' is given 2 times to 'percentage', which takes one"
        file, line = "claim-numbers", 2
    if "cannot be run" in words:
        file, line = "claims", 5 if line == 10 else 2
    if "lacks n" in words:
        file, line = "claims", 2
    assert any(fault.startswith(f"{file}.csv:{line}: ") and words in fault for fault in said), said


def test_a_rank_is_taken_once(package):
    files = changed("claims", 2, rank="1")
    files["claims"][2]["rank"] = "1"
    assert "claims.csv:4: rank: '1' is taken" in map(str, _ledger_faults(package(files)))


def test_a_missing_field_is_named_with_its_line(package):
    files = changed("claims", 2, statement="", part="", check="", item="x")
    said = set(map(str, find_faults(package(files))))
    empty = {
        f"claims.csv:2: {name}: '' must not be empty" for name in ("statement", "part", "check")
    }
    assert said >= empty | {"claims.csv:2: item: 'x' is not of type integer"}


def test_a_ledger_without_one_of_its_tables_is_left_to_the_schema(package):
    data = package(sound())
    (data / "review-parts.csv").unlink()
    assert list(_ledger_faults(data)) == []


def test_an_unknown_sign_is_left_to_the_schema_and_runs_nothing(package):
    data = package(changed("claim-numbers", 2, relation="about"))
    assert list(_ledger_faults(data)) == []
    with pytest.raises(ValueError, match="relation of percent must be one of"):
        audit(data)


def test_the_audit_names_the_claim_that_cannot_be_run(package):
    data = package(changed("claim-numbers", 10, printed="colour"))
    with pytest.raises(ValueError, match="claim cited: column"):
        audit(data)


@pytest.mark.parametrize(
    ("outcome", "sources", "table", "caveat", "verdict"),
    [
        ("agrees", (REVIEW, OTHER), "", "", "confirmed"),
        ("agrees", (REVIEW,), "", "mind", "confirmed with a caveat"),
        ("disagrees", (REVIEW, REVIEW), "", "mind", "inconsistent within the review"),
        ("disagrees", (REVIEW, OTHER), "", "", "differs from the primary source"),
        ("disagrees", (REVIEW,), "review_cells", "", "inconsistent within the review"),
        ("disagrees", (REVIEW,), "studies", "", "differs from the primary source"),
        ("ambiguous", (OTHER,), "", "mind", "ambiguous"),
        ("unknown", (REVIEW,), "", "", "not checkable from what we could read"),
    ],
)
def test_verdicts(outcome, sources, table, caveat, verdict):
    items = [Number("value", "1", source=source) for source in sources]
    items += [Number("table", table)] if table else []
    found = verdict_of(Finding(outcome, ""), Numbers(tuple(items)), REVIEW, caveat)
    assert found == verdict
    assert verdict in VERDICTS


def test_a_check_may_raise_a_caveat_itself():
    finding = Finding("agrees", "", caveat="only with the potency ratio")
    assert verdict_of(finding, Numbers(()), REVIEW) == "confirmed with a caveat"


def test_numbers_come_in_the_order_of_their_positions():
    rows = [number("a", 2, "part", "2"), number("a", 1, "part", "1", relation=None)]
    frame = pd.DataFrame(rows).assign(position=[2, 1])
    found = numbers_by_claim(frame)["a"]
    assert [item.printed for item in found.items] == ["1", "2"]
    assert found.read is load


#: The checks and arguments that the format of the ledger promises.
PROMISED = {
    "sum": "part total",
    "flow": "start less end",
    "same": "value",
    "source": "stated found",
    "rows": "total table where distinct",
    "percentage": "percent n event",
    "nnt": "event_e n_e event_c n_c rd rd_lb rd_ub nnt nnt_lb nnt_ub risk_e risk_c level",
    "reconstruct": "n_e n_total rd rd_lb rd_ub nnt nnt_lb nnt_ub risk_e risk_c n_c level",
    "p statistic": "p t z chi2 f r df df2 n",
    "p counts": "event_e n_e event_c n_c p",
    "p means": "mean_e mean_c n_e n_c spread_e spread_c spread_kind p t",
    "correlation": "r n p",
    "dose": "given stated weight_kg hours",
    "times": "higher lower times potency",
    "range": "low high member",
    "greater": "greater lesser",
    "overlap": "event n event_total n_total percent cohort may_share",
    "citation": "study table column claimed",
}


def test_the_checks_are_those_of_the_format():
    assert {name: " ".join(check.arguments) for name, check in CHECKS.items()} == PROMISED
    assert (*PROMISED, "judged") == NAMES
    assert {name for check in CHECKS.values() for name in check.repeated} <= {
        *("part", "less", "value", "n", "member", "event", "cohort", "study")
    }


@pytest.mark.parametrize("check", [name for name in CHECKS if name != "p counts"])
def test_a_value_that_is_stated_nowhere_is_unknown(check):
    known = CHECKS[check]
    names = [*known.required, *(group[0] for group in known.one_of)]
    items = [(name, "" if name not in SETTINGS else "x") for name in names]
    if all(name in SETTINGS for name in names):
        return
    found = run(check, args(*items))
    assert found.outcome == "unknown"
    assert found.computation.endswith("is stated nowhere that could be read")


def test_arguments_that_do_not_fit_are_refused():
    assert list(misfits(JUDGED, ["anything"])) == []
    with pytest.raises(ValueError, match="lesser is missing: 'greater' needs it"):
        run("greater", args(greater=3))
    with pytest.raises(ValueError, match="rd is missing: 'reconstruct' needs one of rd, rd_lb"):
        run("reconstruct", args(n_e=3, n_c=3))
    with pytest.raises(ValueError, match="check must be one of"):
        run("judged", args())
    assert run("greater", args(greater=4, lesser=3)).outcome == "agrees"
