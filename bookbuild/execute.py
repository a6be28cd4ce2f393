"""Execute one chapter by papermill, in this process, and say what came of it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import PapermillExecutionError, execute_notebook
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from bookbuild.bytecode import check_bytecode
from bookbuild.chapters import code_cells
from bookbuild.failures import Failure
from bookbuild.forked import use_forked_kernels, use_ordinary_kernels
from bookbuild.freshness import Files, file_clock, snapshot
from bookbuild.glue import glued_values, is_empty
from bookbuild.images import find_faults as find_image_faults
from bookbuild.jobs import FONTS, STEADY, Job, Outcome
from bookbuild.results import find_faults
from bookbuild.trace import read_trace, trace_variables

#: Said once on a machine, by the first chapter that draws, where it took more than 5 s.
HARMLESS = ("Matplotlib is building the font cache; this may take a moment.",)
#: Systems take about 104 bytes; the kernel's number is put behind this.
LONGEST_SOCKET = 96


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine; it keeps hold of the notebook, to see where a dead one stood."""

    notebook: Any = None

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        cls.notebook = nb_man.nb
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register("bookbuild", _Engine)


class _KernelError(Exception):
    """The kernel ended before it ran a cell."""


class _ChapterError(Exception):
    """A cell ended the execution."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def execute(job: Job, forked: bool = False) -> Outcome:
    """Execute a chapter with its folder as working directory, and trace what it reads.

    A kernel that fails to start gets one more try, as an ordinary one if it was to be
    forked. A cell that raises gets none.

    Parameters
    ----------
    job : Job
    forked : bool
        Whether to fork the kernel (:mod:`bookbuild.forked`); for a worker of the pool.

    Returns
    -------
    Outcome
        With `failures` where a cell raised, wrote to stderr, ran out of time or took the
        kernel with it, or where a glued value is empty. Never raises for what a chapter does.
    """
    why, clock = "", time.monotonic()
    for attempt in (1, 2):
        if forked and attempt == 1:
            use_forked_kernels()
        else:
            use_ordinary_kernels()
        try:
            return replace(_attempt(job), retried=why)
        except _ChapterError as error:
            seconds = round(time.monotonic() - clock, 2)
            return Outcome(job.docname, (error.failure,), seconds=seconds)
        except _KernelError as error:
            why = str(error)
    failure = Failure(job.chapter, f"the kernel did not start, twice: {why}")
    return Outcome(job.docname, (failure,))


def _attempt(job: Job) -> Outcome:
    started, clock = datetime.now(UTC), time.monotonic()
    job.state.mkdir(parents=True, exist_ok=True)
    check_bytecode(job.root)
    descriptor, name = tempfile.mkstemp(dir=job.state, prefix="trace-")
    os.close(descriptor)
    trace = Path(name)
    began = file_clock(trace)
    try:
        with _environment(kernel_variables(job, trace)):
            notebook = _run(job)
        reads = read_trace(trace)
        inputs, listings, changed = snapshot(reads, began, trace, Files(job.root))
    finally:
        trace.unlink()
    cells = [_cell(cell) for cell in code_cells(notebook)]
    return Outcome(
        docname=job.docname,
        failures=tuple(_faults(job, notebook, cells)),
        cells=cells,
        inputs=inputs,
        listings=listings,
        untraced=sorted(reads.untraced),
        changed=changed,
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 2),
    )


def _cell(cell: Any) -> dict[str, Any]:
    outputs = [o for o in cell.outputs if o.get("text", "").strip() not in HARMLESS]
    return {"execution_count": cell.execution_count, "outputs": outputs}


def kernel_variables(job: Job, trace: Path) -> dict[str, str | None]:
    """Return the environment variables of a kernel; None takes a variable away.

    The settings of whoever builds (IPython's start-up files, matplotlibrc) stay out, so
    that a chapter gives the same result on every machine.
    """
    unwatched = (job.state, job.root / "_build", job.root / ".git")
    return {
        **trace_variables(trace, job.root, unwatched),
        "IPYTHONDIR": str(job.state / "ipython"),
        "MATPLOTLIBRC": _default_style(),
        "MPLCONFIGDIR": str(job.state / FONTS),
        "JUPYTER_PREFER_ENV_PATH": "1",
        **STEADY,
        # Imports without a bytecode cache take three times as long, in every kernel.
        "PYTHONDONTWRITEBYTECODE": None,
    }


def _default_style() -> str | None:
    spec = find_spec("matplotlib")
    origin = spec.origin if spec else None
    return str(Path(origin).parent / "mpl-data" / "matplotlibrc") if origin else None


@contextmanager
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _run(job: Job) -> Any:
    _Engine.notebook = None
    sockets = tempfile.mkdtemp(prefix="book-")
    try:
        return _papermill(job, sockets)
    except PapermillExecutionError as error:
        raised = f"{error.ename}: {error.evalue}"
        raise _ChapterError(_failure(job, _Engine.notebook, error.cell_index, raised)) from error
    except Exception as error:
        last = _last_started(_Engine.notebook)
        if last is None:
            raise _KernelError(f"{type(error).__name__}: {error}") from error
        stopped = _failure(job, _Engine.notebook, last, _stop_text(job, error))
        raise _ChapterError(stopped) from error
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _papermill(job: Job, sockets: str) -> Any:
    path = job.root / job.chapter
    # The notebook and not its path: papermill would take braces in a path for parameters.
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return execute_notebook(
        notebook,
        None,
        parameters=job.parameters or None,
        engine_name="bookbuild",
        kernel_name=notebook.metadata.get("kernelspec", {}).get("name", "python3"),
        progress_bar=False,
        request_save_on_cell_execute=False,
        start_timeout=job.start_timeout,
        execution_timeout=job.cell_timeout or None,
        cwd=path.parent,
        config=_transport(f"{sockets}/kernel"),
    )


def _transport(sockets: str) -> Config:
    """Return how to reach a kernel: by files, where the system takes so long a name; else by ports.

    Of two kernels started at once, both may take a port.
    """
    if len(os.fsencode(sockets)) > LONGEST_SOCKET:
        return Config()
    return Config(KernelManager={"transport": "ipc", "ip": sockets})


def _last_started(notebook: Any) -> int | None:
    cells = notebook.cells if notebook is not None else []
    started = [n for n, cell in enumerate(cells) if cell.metadata.papermill.get("start_time")]
    return started[-1] if started else None


def _stop_text(job: Job, error: Exception) -> str:
    if isinstance(error, CellTimeoutError):
        return f"not done after {job.cell_timeout} s (execute.timeout in _config.yml)"
    if isinstance(error, DeadKernelError):
        return "the kernel died in this cell (out of memory, or a crash in a library)"
    return f"{type(error).__name__}: {error}"


def _failure(job: Job, notebook: Any, index: int, error: str) -> Failure:
    """Return a failure at a cell, numbered as the author sees it."""
    tags = [set(cell.metadata.get("tags", [])) for cell in notebook.cells]
    kept = [n for n, tag in enumerate(tags) if "papermill-error-cell-tag" not in tag]
    cell = notebook.cells[kept[index]]
    number = sum("injected-parameters" not in tags[n] for n in kept[: index + 1])
    return Failure(
        chapter=job.chapter,
        error=error,
        cell=f"cell {number} (In [{cell.get('execution_count') or ' '}])",
        parameters=job.parameters,
        source=cell.source,
    )


def _faults(job: Job, notebook: Any, cells: list[dict[str, Any]]) -> Iterator[Failure]:
    """Yield what is wrong with a chapter that ran to its end."""
    own = {id(cell): number for number, cell in enumerate(notebook.cells)}
    places = [own[id(cell)] for cell in code_cells(notebook)]
    for place, cell in zip(places, cells, strict=True):
        said = "".join(o["text"] for o in cell["outputs"] if o.get("name") == "stderr")
        if said:
            yield _failure(job, notebook, place, f"it wrote to stderr: {said.strip()}")
    for number, key, data in glued_values(cells):
        if is_empty(data):
            shown = data.get("text/plain", "nothing")
            yield _failure(
                job, notebook, places[number], f"the glued value {key!r} is empty: {shown}"
            )
    for number, fault in [*find_faults(cells), *find_image_faults(cells)]:
        yield _failure(job, notebook, places[number], fault)
