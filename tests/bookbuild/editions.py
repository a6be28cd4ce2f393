"""Small editions for the tests of differences, as files."""

import json

STUDIES = "study,label,n\nsmith2001,Smith 2001,20\njones2005,Jones 2005,31\n"
ARMS = (
    "study,arm,event,note\nsmith2001,drug,8,\nsmith2001,placebo,4,\njones2005,drug,9,as printed\n"
)
KEYS = {
    "pain_k": ("integer", "studies", "Pain, studies"),
    "pain_estimate": ("number", "points", "Pain, estimate"),
    "pain_tau2": ("number", "variance", "Pain, tau2"),
    "pain_nnt": ("number", "people to treat, above 0 for benefit", "Pain, NNT"),
    "pain_by_dl_estimate": ("number", "points", "Pain: by DL, estimate"),
    "verdict_one": ("string", "", "Verdict: one"),
    "certain": ("boolean", "", "Whether it is certain"),
}
VALUES = {
    "pain_k": 2,
    "pain_estimate": -1.25,
    "pain_tau2": 0.0,
    "pain_nnt": 4.0,
    "pain_by_dl_estimate": -1.5,
    "verdict_one": "holds",
    "certain": True,
}


def package(**tables: str) -> bytes:
    """Return a `datapackage.json` for the tables, the key of each being its first columns."""
    keys = {"studies": ["study"], "arms": ["study", "arm"]}
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "schema": {
                "primaryKey": keys.get(name, []),
                "fields": [{"name": "n", "type": "integer"}, {"name": "event", "type": "integer"}],
            },
        }
        for name in tables
    ]
    return json.dumps({"resources": resources}).encode()


def data(**tables: str) -> dict[str, bytes]:
    """Return the files of a data package."""
    tables = {"studies": STUDIES, "arms": ARMS} | tables
    files = {f"data/{name}.csv": text.encode() for name, text in tables.items()}
    return {"data/datapackage.json": package(**tables), **files}


def results(chapter="chapters/a", texts=None, parameters=None, **values) -> dict[str, bytes]:
    """Return the `results.json` of a chapter; a value of `...` is left out."""
    kept = {key: value for key, value in (VALUES | values).items() if value is not ...}
    document = {
        "format": 1,
        "chapter": chapter,
        "parameters": parameters or {"method": "REML"},
        "values": kept,
        "keys": {
            key: dict(
                zip(("type", "unit", "meaning"), KEYS.get(key, ("number", "mg", key)), strict=True)
            )
            for key in kept
        },
        "texts": {"answer": "−1.3 points", "k": "2 studies"} | (texts or {}),
        "short": ["answer"],
    }
    return {f"{chapter}.results.json": json.dumps(document).encode()}


def provenance(chapter="chapters/a", code="c0", inputs=None, numpy="2.4.0") -> dict[str, bytes]:
    """Return the provenance of a book with one chapter."""
    about = {
        "code": code,
        "environment": "e",
        "inputs": {"data/arms.csv": "d0", "evidence/pool.py": "p0"} | (inputs or {}),
    }
    made = {
        "format": 1,
        "chapters": {chapter: about},
        "environments": {"e": {"python": "3.11.4", "lock": "l", "packages": {"numpy": numpy}}},
    }
    return {"provenance.json": json.dumps(made).encode()}


def edition(*parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a whole edition; `parts` replace those of the ordinary one."""
    files = {**data(), **results(), **provenance()}
    for part in parts:
        files |= part
    return files
