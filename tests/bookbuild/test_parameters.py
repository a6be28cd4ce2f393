"""A schema: what it takes, what it says of the rest, and its other forms."""

import json
import math
from pathlib import Path

import pytest
from books import CHOICES
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bookbuild.errors import UsageError
from bookbuild.parameter_text import (
    cell_source,
    commands,
    parameter_table,
    read_command,
    schema_faults,
)
from bookbuild.parameters import ParameterError, read_schema, schema_of
from bookbuild.run import LONGEST_SLUG, slug

SCHEMA = schema_of("c", CHOICES)
DEFAULTS = {"drug": "all", "level": 95.0, "doses": 1, "strict": False}


def said(**values: object) -> str:
    """Return the one line about one value."""
    with pytest.raises(ParameterError) as caught:
        SCHEMA.check(values)
    (fault,) = caught.value.faults
    assert "\n" not in fault
    return fault


def test_values_come_back_as_their_types_in_the_order_of_the_schema():
    checked = SCHEMA.check({"doses": 2.0, "level": 90, "drug": "ketamine"})
    assert checked == {"drug": "ketamine", "level": 90.0, "doses": 2}
    assert list(checked) == ["drug", "level", "doses"]
    assert [type(value) for value in checked.values()] == [str, float, int]


def test_chosen_are_those_that_differ_and_complete_are_all():
    assert SCHEMA.defaults == DEFAULTS
    assert SCHEMA.chosen({"level": 95, "doses": 2}) == {"doses": 2}
    assert SCHEMA.complete({"level": 90}) == DEFAULTS | {"level": 90.0}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("drug", "memantin", "drug must be one of all, ketamine, memantine, any infusion; got"),
        ("drug", "memantin", "got 'memantin'; did you mean 'memantine'?"),
        ("drug", "ALL", "did you mean 'all'?"),
        ("drug", None, "got None; leave it out for 'all'"),
        ("drug", False, "YAML takes an unquoted yes, no, on or off for a truth value: quote it"),
        ("drug", ["all"], "got ['all']"),
        ("level", 100, "level must be a number above 1 and below 100 (percent); got 100"),
        ("level", 0.9, "got 0.9; level is a percentage: write 90"),
        ("level", "95%", "got '95%'; write 95"),
        ("level", True, "got True; leave it out for 95.0"),
        ("level", math.nan, "got nan; leave it out for 95.0"),
        ("level", math.inf, "got inf; leave it out for 95.0"),
        ("level", 10**400, "level must be a number above 1 and below 100 (percent); got 1000"),
        ("doses", 1.5, "doses must be a whole number from 1 to 4; got 1.5"),
        ("doses", "2", "got '2'; write 2"),
        ("doses", True, "doses must be a whole number from 1 to 4; got True"),
        ("strict", "false", "strict must be one of True, False; got 'false'; write False"),
        ("strict", 0, "strict must be one of True, False; got 0; leave it out for False"),
        ("levl", 90, "levl is not a parameter of c; did you mean 'level'? its parameters are drug"),
        ("colour", 1, "colour is not a parameter of c; its parameters are drug, level, doses"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_taken_is_told_in_a_line(name, value, words):
    assert words in said(**{name: value})


def test_all_faults_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        SCHEMA.check({"levl": 90, "drug": "x", "doses": 9, "strict": True})
    assert [fault.split()[0] for fault in caught.value.faults] == ["levl", "drug", "doses"]
    assert str(caught.value).count("\n") == 2


def test_texts_are_read_by_the_declared_type():
    texts = {"drug": "5", "level": "9e1", "doses": " 2 ", "strict": "false", "other": "1"}
    read = SCHEMA.from_text(texts)
    assert read == {"drug": "5", "level": 90.0, "doses": 2, "strict": False, "other": "1"}
    assert [type(value) for value in read.values()] == [str, float, int, bool, str]


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "0x5a", "95%", "", "٩٠", "9" * 5000])
def test_a_text_that_is_no_number_is_refused(text):
    with pytest.raises(ParameterError, match=r"level must be a number above 1 and below 100"):
        SCHEMA.check(SCHEMA.from_text({"level": text}))


VALUES = (
    st.none() | st.booleans() | st.integers(-3, 120) | st.floats() | st.text(max_size=3)
    | st.sampled_from(["all", "ketamine", "any infusion"])
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*DEFAULTS, "other"]), VALUES))
def test_what_is_taken_is_what_the_json_schema_allows(values):
    numbers = [value for value in values.values() if isinstance(value, float)]
    valid = Draft202012Validator(json.loads(CHOICES)).is_valid(values)
    try:
        SCHEMA.check(values)
        taken = True
    except ParameterError:
        taken = False
    # JSON has no nan, so a schema says nothing of it.
    assert taken == (valid and all(map(math.isfinite, numbers)))


SETS = st.fixed_dictionaries(
    {},
    optional={
        "drug": st.sampled_from(["all", "ketamine", "memantine", "any infusion"]),
        "level": st.floats(1, 100, exclude_min=True, exclude_max=True),
        "doses": st.integers(1, 4),
        "strict": st.booleans(),
    },
)


@given(SETS, SETS)
def test_no_two_sets_share_a_folder(one, other):
    names = slug(SCHEMA, one), slug(SCHEMA, other)
    assert (names[0] == names[1]) == (SCHEMA.chosen(one) == SCHEMA.chosen(other))
    assert all(
        len(name) <= LONGEST_SLUG + 9 and "/" not in name and " " not in name for name in names
    )


def test_a_folder_is_named_by_what_differs_from_the_defaults():
    assert slug(SCHEMA, {"level": 95}) == "default"
    assert slug(SCHEMA, {"level": 90, "drug": "ketamine"}) == "drug=ketamine,level=90"
    assert slug(SCHEMA, {"drug": "any infusion"}).startswith("drug=any-infusion-")
    assert slug(SCHEMA, {"level": 92.5, "strict": True}) == "level=92.5,strict=True"


def test_the_parameters_cell_has_a_line_each_of_a_width_that_fits():
    assert cell_source(SCHEMA).splitlines() == [
        'drug: str = "all"  # drug: all, ketamine, memantine, any infusion',
        "level: float = 95.0  # confidence level, percent: above 1 and below 100",
        "doses: int = 1  # doses a day: from 1 to 4",
        "strict: bool = False  # leave out what is doubtful: True, False",
    ]
    many = CHOICES.replace('"memantine"', '"memantine", "' + '", "'.join("abcdefghijklmnop") + '"')
    named = many.replace('"title": "drug"', f'"title": "{"drug " * 5}", "examples": ["ketamine"]')
    assert cell_source(schema_of("c", named)).splitlines()[0].endswith(": ketamine, ...")


def test_the_table_tells_every_parameter_and_no_html_of_its_own():
    text = CHOICES.replace("Drug that is shown.", "Drug <b>that</b> is shown.")
    table = parameter_table(schema_of("c", text))
    assert table.count('<th scope="row">') == len(DEFAULTS)
    assert "Drug &lt;b&gt;that&lt;/b&gt; is shown." in table
    assert '<td class="allowed">above 1 and below 100</td><td class="short">percent</td>' in table


def test_a_command_is_read_and_shown_in_both_ways():
    line = "python -m bookbuild run c -p drug='any infusion' -p level=90 -p strict=true"
    values = read_command(SCHEMA, "c", line)
    assert values == {"drug": "any infusion", "level": 90.0, "strict": True}
    own, plain = commands("chapters/c", values)
    assert read_command(SCHEMA, "c", own) == values
    assert plain == (
        "papermill chapters/c.ipynb out.ipynb -p drug 'any infusion' -p level 90 -p strict True"
    )


@pytest.mark.parametrize(
    "line",
    [
        "papermill chapters/c.ipynb out.ipynb",
        "python -m bookbuild run d",
        "python -m bookbuild run c -p",
        "python -m bookbuild run c -f x.yaml",
        "python -m bookbuild run c -p level=900",
        "python -m bookbuild run c -p levl=90",
    ],
)
def test_a_page_cannot_show_a_command_that_would_be_refused(line):
    with pytest.raises(UsageError):
        read_command(SCHEMA, "c", line)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"type": "object"', '"type": "array"', "must have 'type': \"object\""),
        ('"additionalProperties": false,', "", "must have 'additionalProperties': false"),
        ('"minimum": 1', '"multipleOf": 1', "doses has multipleOf, which nobody checks"),
        ('"default": 1,', '"default": 5,', "does not allow its own default or example 5"),
        ('"minimum": 1', '"minimum": "1"', "is no JSON Schema"),
        (', "minimum": 1, "maximum": 4', "", "doses must have an enum or bounds"),
        ('"title": "doses a day", ', "", "doses lacks title"),
        ('"title": "doses a day"', '"title": "doses = a day"', "a title without = and #"),
        ('"doses"', '"doses a day"', "a name of Python"),
        ('"title": "drug"', f'"title": "{"drug " * 20}"', "more than 100 characters"),
    ],
)
def test_a_schema_that_cannot_be_held_to_is_refused(old, new, words):
    assert list(schema_faults(CHOICES)) == []
    flat = " ".join(CHOICES.split())
    assert old in flat
    assert any(words in fault for fault in schema_faults(flat.replace(old, new, 1)))


@pytest.mark.parametrize("text", ["", "[]", '{"properties": {"a": {"type": "array"}}}', "{"])
def test_a_file_that_is_no_schema_is_told_in_a_line(tmp_path: Path, text: str):
    (tmp_path / "c.parameters.json").write_text(text)
    with pytest.raises(UsageError, match=r"^c\.parameters\.json is no schema of parameters: .*$"):
        read_schema(tmp_path, "c")


def test_a_chapter_without_a_schema_has_no_parameters(tmp_path: Path):
    with pytest.raises(UsageError, match=r"c has no parameters to choose: there is no c\.param"):
        read_schema(tmp_path, "c")
