"""Reading the package: types as the schema says, what is unknown missing."""

import pandas as pd
import pytest

from evidence.audit.registry import SETTINGS
from evidence.data import DATA_DIR, dictionary, load, schemas


@pytest.mark.parametrize("table", sorted(schemas()))
def test_every_table_comes_with_the_types_of_its_schema(table):
    frame = load(table)
    fields = schemas()[table]["schema"]["fields"]
    assert list(frame) == [field["name"] for field in fields]
    for field in fields:
        column = frame[field["name"]]
        wanted = {
            "string": pd.api.types.is_string_dtype,
            "integer": pd.api.types.is_integer_dtype,
            "number": pd.api.types.is_float_dtype,
            "boolean": pd.api.types.is_bool_dtype,
        }[field["type"]]
        assert wanted(column), field["name"]


def test_an_unknown_table_is_named_with_the_nearest():
    with pytest.raises(ValueError, match="table must be one of.*did you mean 'studies'"):
        load("studdies")


def test_a_wrong_type_points_to_the_check(tmp_path):
    (tmp_path / "datapackage.json").write_bytes((DATA_DIR / "datapackage.json").read_bytes())
    header = (DATA_DIR / "prisma.csv").read_text("utf-8").splitlines()[0]
    row = "christensen2022,included,many,,x,y,reported,,1,"
    (tmp_path / "prisma.csv").write_text(f"{header}\n{row}\n", "utf-8")
    with pytest.raises(ValueError, match=r"data/prisma.csv.*make check"):
        load("prisma", tmp_path)


def test_the_dictionary_says_what_is_allowed():
    columns = dictionary("dichotomous")
    assert columns.loc["origin", "allowed"].startswith("reported, derived, reconstructed")
    assert columns.loc["event", "allowed"] == "at least 0"


def test_every_value_carries_its_provenance():
    for table in schemas():
        frame = load(table)
        if table == "claim_numbers":
            # How a check is to look is no value, and was read nowhere.
            frame = frame[~frame["name"].isin(SETTINGS)]
        if "origin" in frame:
            assert frame[["source", "locator", "origin"]].notna().all(axis=None), table
