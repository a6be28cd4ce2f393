"""The parameters of a chapter: declared once, in `<chapter>.parameters.json`, and checked by it.

The declaration is a JSON Schema. A chapter checks itself with :func:`check_parameters`,
whoever executes it, so this module imports little; what only the build and the command line
need of a schema stands in :mod:`bookbuild.parameter_text`.
"""

import ast
import json
import re
import reprlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError

SUFFIX = ".parameters.json"
#: Types of JSON Schema that a parameter may have, with the type of Python.
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
KINDS = {"string": "a text", "integer": "a whole number", "number": "a number"}
BOUNDS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
}
#: How papermill begins the cell that it injects.
INJECTED = "# Parameters\n"
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
LARGEST = sys.float_info.max


class ParameterError(UsageError):
    """Values that a chapter does not take; `faults` has a line for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a chapter.

    Attributes
    ----------
    name : str
    rules : dict
        Its JSON Schema: `type`, `default`, `description`, and `enum` or bounds; `title`,
        `x-unit` and `examples` where there are any.
    """

    name: str
    rules: dict[str, Any]

    @property
    def allowed(self) -> str:
        """The values allowed: a list, or the bounds; empty where anything of the type goes."""
        if self.rules["type"] == "boolean":
            return "True, False"
        if "enum" in self.rules:
            return ", ".join(map(str, self.rules["enum"]))
        bounds = [
            text.format(self.rules[rule]) for rule, text in BOUNDS.items() if rule in self.rules
        ]
        inclusive = {"minimum", "maximum"} <= self.rules.keys()
        return (" " if inclusive else " and ").join(bounds)

    def takes(self, value: Any) -> bool:
        """Return whether a value is allowed."""
        # Neither nan nor an infinity, of which JSON Schema knows nothing.
        if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
            return False
        # Not at the top: a chapter that runs with its defaults does without it.
        from jsonschema import Draft202012Validator

        return bool(Draft202012Validator(self.rules).is_valid(value))

    def typed(self, value: Any) -> Any:
        """Return an allowed value as its type: 95 as 95.0 where numbers are meant."""
        return {"integer": int, "number": float}.get(self.rules["type"], lambda same: same)(value)

    def read(self, text: str) -> Any:
        """Return a text, such as that of a command line, as a value; itself where it is none."""
        kind, bare = self.rules["type"], text.strip()
        if kind == "boolean":
            return {"true": True, "false": False}.get(bare.lower(), text)
        if kind in ("integer", "number") and NUMBER.fullmatch(bare) and len(bare) < 100:
            return int(bare) if re.fullmatch(r"[+-]?[0-9]+", bare) else float(bare)
        return text

    def fault(self, value: Any) -> str:
        """Return the line about a value that is not allowed: what is, what was given, the mend."""
        unit = f" ({self.rules['x-unit']})" if "x-unit" in self.rules else ""
        listed = "enum" in self.rules or self.rules["type"] == "boolean"
        words = ["one of" if listed else KINDS[self.rules["type"]], self.allowed]
        wanted = " ".join(filter(None, words))
        return f"{self.name} must be {wanted}{unit}; got {reprlib.repr(value)}; {self._mend(value)}"

    def _mend(self, value: Any) -> str:
        if isinstance(value, str):
            if near := nearest(value, map(str, self.rules.get("enum", []))):
                return f"did you mean {near!r}?"
            as_meant = self.read(found[0] if (found := NUMBER.search(value)) else value)
            if not isinstance(as_meant, str) and self.takes(as_meant):
                return f"write {as_meant}"
        if isinstance(value, bool) and self.rules["type"] == "string":
            return "YAML takes an unquoted yes, no, on or off for a truth value: quote it"
        if self.rules.get("x-unit") == "percent" and isinstance(value, float) and 0 < value <= 1:
            return f"{self.name} is a percentage: write {100 * value:g}"
        return f"leave it out for {self.rules['default']!r}"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a chapter's parameters are and may be.

    Attributes
    ----------
    chapter : str
        The chapter, as messages name it.
    parameters : dict
        By name, in the order of the parameters cell.
    """

    chapter: str
    parameters: dict[str, Parameter]

    @property
    def defaults(self) -> dict[str, Any]:
        """The values that the book shows."""
        return {name: each.typed(each.rules["default"]) for name, each in self.parameters.items()}

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values given, each as its declared type, in the order of the schema.

        Raises
        ------
        ParameterError
            With a line for each unknown name and each value that is not allowed.
        """
        faults = [self._unknown(name) for name in values if name not in self.parameters]
        given = {name: each for name, each in self.parameters.items() if name in values}
        faults += [
            each.fault(values[name])
            for name, each in given.items()
            if not _same(values[name], each.rules["default"]) and not each.takes(values[name])
        ]
        if faults:
            raise ParameterError(faults)
        return {name: each.typed(values[name]) for name, each in given.items()}

    def chosen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values that differ from their defaults."""
        defaults = self.defaults
        return {name: each for name, each in self.check(values).items() if each != defaults[name]}

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values, and the defaults of the others."""
        return self.defaults | self.check(values)

    def from_text(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return texts, such as those of `-p name=value`, as values by their declared types.

        What cannot be read stays the text that it is, for :meth:`check` to refuse.
        """
        known = self.parameters
        return {n: known[n].read(text) if n in known else text for n, text in values.items()}

    def _unknown(self, name: object) -> str:
        near = nearest(str(name), self.parameters)
        hint = f"did you mean {near!r}? " if near else ""
        known = ", ".join(self.parameters)
        return f"{name} is not a parameter of {self.chapter}; {hint}its parameters are {known}"


def nearest(text: str, choices: Iterable[str]) -> str | None:
    """Return the choice that somebody who wrote `text` may have meant, None where none is near."""
    by_lower = {choice.lower(): choice for choice in choices}
    near = get_close_matches(text.lower(), list(by_lower), n=1)
    return by_lower[near[0]] if near else None


def _same(value: object, default: object) -> bool:
    return type(value) is type(default) and value == default


def schema_of(chapter: str, text: str) -> Schema:
    """Return the schema that a text declares.

    Raises
    ------
    UsageError
        Where the text is no JSON, or has not the shape of a schema of parameters.
    """
    try:
        properties = json.loads(text)["properties"]
        parameters = {name: Parameter(name, rules) for name, rules in properties.items()}
        if not all(p.rules["type"] in TYPES and "default" in p.rules for p in parameters.values()):
            raise KeyError("type or default")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{chapter}{SUFFIX} is no schema of parameters: {error!r}") from error
    return Schema(chapter, parameters)


def read_schema(root: Path, chapter: str) -> Schema:
    """Return the schema of the chapter with the docname `chapter` of the book in `root`.

    Raises
    ------
    UsageError
        Where there is none: the chapter has no parameters.
    """
    file = root / f"{chapter}{SUFFIX}"
    try:
        return schema_of(chapter, file.read_text("utf-8"))
    except FileNotFoundError:
        where = f"there is no {chapter}{SUFFIX}"
        raise UsageError(f"{chapter} has no parameters to choose: {where}") from None


def check_parameters(chapter: str, namespace: dict[str, Any]) -> None:
    """Refuse the values of a chapter's parameters cell that its schema does not allow.

    Called in the cell after it, so that papermill and Jupyter end with the same words as
    `python -m bookbuild run`. A name that the schema does not have is refused as well, where
    papermill has injected it: its cell has just run, and says which names were given.

    Parameters
    ----------
    chapter : str
        Name of the notebook, without suffix.
    namespace : dict
        ``globals()`` of the chapter. Its parameters are given their declared types.

    Raises
    ------
    ParameterError
        With a line for each fault.
    """
    schema = schema_of(chapter, _schema_text(chapter))
    names = [*schema.parameters, *(n for n in _injected(namespace) if n not in schema.parameters)]
    namespace.update(schema.check({name: namespace[name] for name in names if name in namespace}))


def _schema_text(chapter: str) -> str:
    # Jupyter and the build run a chapter in its folder, papermill in the caller's.
    places = [Path(), Path("chapters"), Path(__file__).resolve().parents[1] / "chapters"]
    for place in places:
        try:
            return (place / f"{chapter}{SUFFIX}").read_text("utf-8")
        except FileNotFoundError:
            continue
    raise UsageError(f"no {chapter}{SUFFIX} beside the notebook; run it in the book's folder")


def _injected(namespace: Mapping[str, Any]) -> list[str]:
    """Return the names given in the cell before this one, if papermill injected that."""
    source = "".join(namespace.get("In", [])[-2:-1])
    statements = ast.parse(source).body if source.startswith(INJECTED) else []
    assigned = [each for each in statements if isinstance(each, ast.Assign)]
    names = [t.id for each in assigned for t in each.targets if isinstance(t, ast.Name)]
    # papermill adds its own where it is asked to, such as with --inject-output-path.
    return [name for name in names if not name.startswith("PAPERMILL_")]
