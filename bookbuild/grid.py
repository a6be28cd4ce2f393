"""A grid of parameters: the file of an author, and the sets of parameters that it means."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError
from bookbuild.parameters import ParameterError, Schema
from bookbuild.yaml_file import read_mapping

#: Name of the grids that are added to the one of the file; no chapter has such a parameter.
SETS = "sets"


def read_grid(file: Path, schema: Schema) -> list[dict[str, Any]]:
    """Return the sets of parameters of a grid, none twice, in the order of the file.

    The file is a mapping of parameters, each with a value or a list of values; the sets are all
    combinations, of which the last name changes fastest. Below `sets`, a list of such mappings
    adds the sets of each. For two methods at two levels, and one drug by itself::

        method: [REML, DL]
        level: [90, 95]
        sets:
          - drug: memantine

    Parameters
    ----------
    file : pathlib.Path
        YAML, or JSON.
    schema : Schema
        Of the chapter.

    Returns
    -------
    list of dict
        The values that differ from the chapter's defaults, typed; empty for the defaults
        themselves.

    Raises
    ------
    UsageError
        Where the file cannot be read, is no such mapping or means no set, and
        (:class:`bookbuild.parameters.ParameterError`) with a line for each unknown name and each
        value that the chapter does not take.
    """
    grids = [_lists(grid, file) for grid in _grids(read_mapping(file), file)]
    faults = dict.fromkeys(fault for grid in grids for fault in _faults(grid, schema))
    if faults:
        raise ParameterError(list(faults))
    sets = [schema.chosen(values) for grid in grids for values in _combinations(grid)]
    return list({tuple(values.items()): values for values in sets}.values())


def _grids(content: dict[str, Any], file: Path) -> list[dict[str, Any]]:
    """Return the grid of the file and those of its `sets`."""
    own = {name: values for name, values in content.items() if name != SETS}
    added = content.get(SETS, [])
    if not isinstance(added, list) or not all(isinstance(grid, dict) for grid in added):
        raise UsageError(f"{file}: {SETS} must be a list of mappings, `- name: value` each")
    grids = [grid for grid in (own, *added) if grid]
    if not grids or len(added) > len([grid for grid in added if grid]):
        raise UsageError(f"{file} has an empty grid; give values, such as `level: [90, 95]`")
    return grids


def _lists(grid: dict[str, Any], file: Path) -> dict[str, list[Any]]:
    listed = {name: each if isinstance(each, list) else [each] for name, each in grid.items()}
    empty = [str(name) for name, values in listed.items() if not values]
    if empty:
        raise UsageError(
            f"{file} has an empty grid: {', '.join(empty)} has no value; "
            "give one or more, or take the line away for the default"
        )
    return listed


def _faults(grid: dict[str, list[Any]], schema: Schema) -> Iterator[str]:
    # A value at a time: a schema has no rule across parameters, and a product may be long.
    for name, values in grid.items():
        for value in values:
            try:
                schema.check({name: value})
            except ParameterError as error:
                yield from error.faults


def _combinations(grid: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))
