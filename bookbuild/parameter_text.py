"""A schema of parameters in its other forms: the parameters cell, the table, the commands."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from bookbuild.errors import UsageError
from bookbuild.parameters import BOUNDS, TYPES, Parameter, Schema

#: Longest line of a parameters cell.
WIDTH = 100
COMMAND = "python -m bookbuild run"
KNOWN = frozenset(
    {"title", "description", "type", "default", "enum", "examples", "x-unit", *BOUNDS}
)
HEADER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
}
TABLE = """
<div class="table-region book-parameters" role="region" aria-label="Parameters" tabindex="0">
<table class="evidence-table">
<caption>Parameters of this chapter; the page shows the defaults</caption>
<thead><tr><th scope="col">Parameter</th><th scope="col">Meaning</th><th scope="col">Allowed</th>
<th scope="col">Unit</th><th scope="col">Default</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
"""
ROW = (
    '<tr><th scope="row"><code>{name}</code></th><td class="meaning">{meaning}</td>'
    '<td class="allowed">{allowed}</td><td class="short">{unit}</td>'
    '<td class="short"><code>{default}</code></td></tr>'
)


def cell_source(schema: Schema) -> str:
    """Return the parameters cell: what papermill's `--help-notebook` reads its answer from.

    A line a parameter, ``name: type = literal  # title, unit: allowed values``. Where they
    are too many for the line, its examples stand for them.
    """
    return "\n".join(_line(parameter) for parameter in schema.parameters.values())


def check_source(chapter: str) -> str:
    """Return the cell after the parameters cell."""
    return (
        "from bookbuild.parameters import check_parameters\n\n"
        f'check_parameters("{chapter}", globals())'
    )


def _line(parameter: Parameter) -> str:
    rules = parameter.rules
    literal = json.dumps(rules["default"], ensure_ascii=False)
    literal = repr(rules["default"]) if rules["type"] == "boolean" else literal
    meaning = ", ".join(filter(None, [rules.get("title"), rules.get("x-unit")]))
    start = f"{parameter.name}: {TYPES[rules['type']]} = {literal}  # {meaning}"
    full = f"{start}: {parameter.allowed}"
    if len(full) <= WIDTH or not rules.get("examples"):
        return full
    return f"{start}: {', '.join(map(str, rules['examples']))}, ..."


def parameter_table(schema: Schema) -> str:
    """Return the parameters as an HTML table in a region that scrolls."""
    rows = [
        ROW.format(
            name=name,
            meaning=escape(each.rules["description"]),
            allowed=_allowed(each),
            unit=escape(each.rules.get("x-unit", "")),
            default=escape(str(each.rules["default"])),
        )
        for name, each in schema.parameters.items()
    ]
    return TABLE.format(rows="\n".join(rows))


def _allowed(parameter: Parameter) -> str:
    listed = parameter.rules.get(
        "enum", [True, False] if parameter.rules["type"] == "boolean" else []
    )
    if not listed:
        return escape(parameter.allowed)
    return ", ".join(f"<code>{escape(str(value))}</code>" for value in listed)


def read_command(schema: Schema, chapter: str, line: str) -> dict[str, Any]:
    """Return the values of a line ``python -m bookbuild run <chapter> -p name=value ...``.

    Raises
    ------
    UsageError
        Where the line is another command, or runs another chapter.
    ParameterError
        On a value that the chapter does not take.
    """
    words = shlex.split(line)
    start = [*shlex.split(COMMAND), chapter]
    pairs = words[len(start) :]
    flags, given = pairs[::2], [pair.partition("=") for pair in pairs[1::2]]
    if words[: len(start)] != start or set(flags) - {"-p"} or len(flags) != len(given):
        raise UsageError(f"{line!r} must be {' '.join(start)} -p name=value ...")
    return schema.check(schema.from_text({name: text for name, _, text in given}))


def commands(docname: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the commands that run a chapter with these values: by this package, by papermill.

    Parameters
    ----------
    docname : str
        The notebook from the book's folder, without suffix.
    values : mapping
        As :meth:`Schema.check` returns them.
    """
    own = [*shlex.split(COMMAND), docname.rpartition("/")[2]]
    plain = ["papermill", f"{docname}.ipynb", "out.ipynb"]
    for name, value in values.items():
        text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
        own += ["-p", f"{name}={text}"]
        plain += ["-p", name, text]
    return shlex.join(own), shlex.join(plain)


def schema_faults(text: str) -> Iterator[str]:
    """Yield each way in which a file is not a schema of parameters that this package can hold to.

    It must be a JSON Schema of the draft 2020-12, for editors; and say nothing beyond the rules
    that are checked here, or somebody would rely on what nobody looks at.
    """
    from jsonschema import Draft202012Validator, SchemaError

    try:
        document = json.loads(text)
        Draft202012Validator.check_schema(document)
    except (ValueError, SchemaError) as error:
        yield f"is no JSON Schema: {str(error).splitlines()[0]}"
        return
    for key, wanted in HEADER.items():
        if document.get(key) != wanted:
            yield f"must have {key!r}: {json.dumps(wanted)}"
    if unknown := document.keys() - HEADER.keys() - {"title", "description", "properties"}:
        yield f"has {', '.join(sorted(unknown))}, which nobody checks"
    for name, rules in document.get("properties", {}).items():
        yield from (f"{name} {fault}" for fault in _property_faults(name, rules))


def _property_faults(name: str, rules: Mapping[str, Any]) -> Iterator[str]:
    if unknown := rules.keys() - KNOWN:
        yield f"has {', '.join(sorted(unknown))}, which nobody checks"
    if rules.get("type") not in TYPES:
        yield f"must have one of the types {', '.join(TYPES)}: papermill knows no others"
        return
    if missing := {"title", "description", "default"} - rules.keys():
        yield f"lacks {', '.join(sorted(missing))}"
        return
    if not name.isidentifier() or re.search(r"[=#\n]", rules["title"] + rules.get("x-unit", "")):
        yield "must have a name of Python and a title without = and #: papermill reads the line"
    parameter = Parameter(name, dict(rules))
    wrong = [v for v in [rules["default"], *rules.get("examples", [])] if not parameter.takes(v)]
    if wrong:
        yield f"does not allow its own default or example {wrong[0]!r}"
    if rules["type"] != "boolean" and not parameter.allowed:
        yield "must have an enum or bounds"
    if len(_line(parameter)) > WIDTH:
        yield f"makes a line of more than {WIDTH} characters: shorten its title, or give examples"
