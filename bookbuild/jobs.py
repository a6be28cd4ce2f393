"""What goes to a process that executes chapters, and what comes back."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.failures import Failure

#: Variables of every kernel. One thread each: they run side by side, and sums keep their order.
STEADY = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

#: Where matplotlib keeps its list of fonts, in the build's own folder.
FONTS = "matplotlib"


@dataclass(frozen=True, slots=True)
class Job:
    """A chapter to execute, and how.

    Attributes
    ----------
    docname : str
        The chapter: its path from `root` without `.ipynb`.
    root, state : pathlib.Path
        Folder of the book, and the build's own folder in it.
    parameters : dict
        Parameters for papermill; empty for the defaults.
    cell_timeout, start_timeout : int
        Seconds allowed for a cell (0 for no limit) and for the start of the kernel.
    code : str
        Fingerprint of the chapter when the job was planned; empty where nobody will ask.
    """

    docname: str
    root: Path
    state: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    cell_timeout: int = 0
    start_timeout: int = 60
    code: str = ""

    @property
    def chapter(self) -> str:
        """The notebook, from the book's folder."""
        return f"{self.docname}.ipynb"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an execution gave: what it read and wrote, or why it failed.

    Attributes are those of :class:`bookbuild.store.Result`; `changed` names the
    inputs that changed during the execution, so that the result cannot be trusted, and
    `retried` says why the kernel had to be started twice.
    """

    docname: str
    failures: tuple[Failure, ...] = ()
    cells: list[dict[str, Any]] = field(default_factory=list)
    inputs: dict[str, str | None] = field(default_factory=dict)
    listings: dict[str, str | None] = field(default_factory=dict)
    untraced: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retried: str = ""
    started: str = ""
    seconds: float = 0.0
