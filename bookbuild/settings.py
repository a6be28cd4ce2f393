"""What a book sets for its build."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.yaml_file import read_mapping

#: Seconds for a cell where `_config.yml` says nothing: jupyter-book's.
DEFAULT_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders and options of a build.

    Attributes
    ----------
    root : pathlib.Path
        Folder of the book, absolute.
    state : pathlib.Path
        The build's own folder: stored results, the lock. Outside `_build`, so that
        `jupyter-book clean` leaves it.
    lock_file : pathlib.Path
        The locked environment; when it changes, every chapter is executed again.
    checks : tuple of str
        Modules to run (`python -m`) before any chapter, such as a check of the data.
    inputs : dict
        Declared inputs: globs from `root`, by chapter, for what the trace cannot see.
    cell_timeout : int
        Seconds allowed for a cell; 0 for no limit.
    preload : tuple of str
        Libraries to import once for all kernels (:mod:`bookbuild.forked`); none for
        kernels that each start from nothing.
    slow : tuple of str
        Chapters that take longest, to start first where no earlier build has timed them.
    """

    root: Path
    state: Path
    lock_file: Path
    checks: tuple[str, ...] = ()
    inputs: dict[str, list[str]] = field(default_factory=dict)
    cell_timeout: int = 0
    preload: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()


def settings_for(
    root: Path,
    lock_file: str = "requirements.txt",
    checks: Sequence[str] = (),
    inputs: dict[str, list[str]] | None = None,
    cell_timeout: int = 0,
    preload: Sequence[str] = (),
    slow: Sequence[str] = (),
) -> Settings:
    """Return the settings of the book in `root`, with the build's folder at its place."""
    return Settings(
        root=root,
        state=state_folder(root),
        lock_file=root / lock_file,
        checks=tuple(checks),
        inputs=inputs or {},
        cell_timeout=cell_timeout,
        preload=tuple(preload),
        slow=tuple(slow),
    )


def read_settings(root: Path) -> Settings:
    """Return the settings of the book in `root` as its `_config.yml` has them, without Sphinx.

    Raises
    ------
    bookbuild.errors.UsageError
        Where there is no such file, or it is no mapping.
    """
    config = read_mapping(root / "_config.yml")
    options: dict[str, Any] = (config.get("sphinx") or {}).get("config") or {}
    return settings_for(
        root,
        lock_file=options.get("bookbuild_lock", "requirements.txt"),
        checks=options.get("bookbuild_checks", ()),
        inputs=options.get("bookbuild_inputs"),
        cell_timeout=(config.get("execute") or {}).get("timeout", DEFAULT_TIMEOUT),
        preload=options.get("bookbuild_preload", ()),
        slow=options.get("bookbuild_slow", ()),
    )


def state_folder(root: Path) -> Path:
    """Return the folder that builds of the book in `root` keep for themselves."""
    return root / ".bookbuild"
