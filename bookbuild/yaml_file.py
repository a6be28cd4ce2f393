"""Read a YAML file that must be a mapping, and say in a line why one cannot be read."""

from pathlib import Path
from typing import Any

from bookbuild.errors import UsageError


def read_mapping(file: Path) -> dict[str, Any]:
    """Return the mapping that a YAML (or JSON) file holds.

    Raises
    ------
    UsageError
        Where the file is missing or unreadable, is no YAML, holds something else, or gives a
        name twice: YAML itself would keep the last and say nothing.
    """
    import yaml

    try:
        text = file.read_text("utf-8")
        nodes = yaml.compose(text, yaml.SafeLoader)
        loaded = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"cannot read {file}: {reason}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or "a character that it does not allow"
        raise UsageError(f"{file}{place} is not YAML: {what}") from error
    except (ValueError, IndexError, RecursionError) as error:
        raise UsageError(f"{file} has a value that YAML cannot read: {error}") from error
    if not isinstance(loaded, dict) or not all(isinstance(name, str) for name in loaded):
        held = "nothing" if loaded is None else type(loaded).__name__
        wanted = "it must be a mapping, a line `name: value` each"
        raise UsageError(f"{file} holds {held}; {wanted}")
    names = [key.value for key, _ in nodes.value]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{file} gives {', '.join(twice)} twice; keep one of each")
    return loaded
