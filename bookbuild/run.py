"""Run one chapter with parameters of one's own, and leave its results in a folder of theirs."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from bookbuild.chapters import read_chapter
from bookbuild.contents import find_chapter, short_name
from bookbuild.environment import commit_of, read_environment
from bookbuild.errors import UsageError
from bookbuild.headline import headline_keys
from bookbuild.jobs import Job, Outcome
from bookbuild.pages import merge_outputs, shown_inputs
from bookbuild.parameters import INJECTED, Schema, read_schema
from bookbuild.refresh import result_of
from bookbuild.results import results_text
from bookbuild.settings import read_settings
from bookbuild.store import Result

#: Characters of a folder's name that every file system and shell takes as they are.
UNSAFE = re.compile(r"[^A-Za-z0-9_.+=,-]+")
LONGEST_SLUG = 100


def plan(root: Path, chapter: str, values: Mapping[str, Any]) -> Job:
    """Return the execution of a chapter with the parameters given, checked.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the book.
    chapter : str
        Name of the chapter, with or without folder and suffix.
    values : mapping
        Parameters by name. Those that are the defaults are left out of the job.

    Raises
    ------
    UsageError
        On an unknown chapter or one without parameters, and (:class:`ParameterError`) on
        values that it does not take.
    """
    root = root.resolve()
    docname = find_chapter(root, chapter)
    chosen = read_schema(root, docname).chosen(values)
    settings = read_settings(root)
    try:
        code = read_chapter(docname, root, settings.inputs.get(docname)).code
    except ValueError as error:
        raise UsageError(str(error)) from error
    timeout = settings.cell_timeout
    return Job(docname, root, settings.state, chosen, cell_timeout=timeout, code=code)


def slug(schema: Schema, values: Mapping[str, Any]) -> str:
    """Return the name of the folder for a set of parameters: ``"drug=memantine,level=90"``.

    Only values that differ from the defaults are in it; ``"default"`` where none does. Where
    a value holds characters that a folder's name should not have, or the name would be long,
    it ends with a digest of the values, so that no two sets share a name.
    """
    chosen = schema.chosen(values)
    if not chosen:
        return "default"
    plain = ",".join(f"{name}={_short(value)}" for name, value in chosen.items())
    safe = UNSAFE.sub("-", plain)
    if safe == plain and len(plain) <= LONGEST_SLUG:
        return plain
    digest = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:8]
    return f"{safe[:LONGEST_SLUG]}-{digest}"


def _short(value: Any) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def place(job: Job, out: Path) -> Path:
    """Return the folder of a job's results below `out`: ``<out>/<chapter>/<slug>``.

    A run that was put aside for a newer one, which was then killed, is put back.

    Raises
    ------
    UsageError
        Where a folder cannot be made there, or cannot be written.
    """
    schema = read_schema(job.root, job.docname)
    folder = out / short_name(job.root, job.docname) / slug(schema, job.parameters)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(0, "a file stands in its place")
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=".").cleanup()
        if not folder.exists() and _aside(folder).exists():
            _aside(folder).rename(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot write {folder}: {reason}; choose another with --out") from error
    return folder


def save(job: Job, outcome: Outcome, folder: Path) -> Result:
    """Write the executed notebook, `results.json` and `provenance.json` of a job into `folder`.

    They are written beside it and put in its place together, so that the folder holds all of
    one execution or all of another, never a part.

    Returns
    -------
    Result
        The execution, for :func:`bookbuild.freshness.stale_reasons`.

    Raises
    ------
    ValueError
        Where the outcome is a failure, or the chapter was changed since it was planned: nothing
        is kept of it.
    """
    if outcome.failures or outcome.changed:
        raise ValueError(f"{job.docname} failed, or its inputs changed meanwhile")
    settings = read_settings(job.root)
    chapter = read_chapter(job.docname, job.root, settings.inputs.get(job.docname))
    if job.code and job.code != chapter.code:
        raise ValueError(f"{job.chapter} was changed while it was executed; run it again")
    environment = read_environment(settings.lock_file)
    result = result_of(chapter, outcome, environment, commit_of(job.root), job.parameters)
    parameters = read_schema(job.root, job.docname).complete(job.parameters)
    files = {
        f"{Path(job.docname).name}.ipynb": executed_notebook(job, result),
        "results.json": results_text(
            job.docname, parameters, outcome.cells, headline_keys(job.root / job.chapter)
        ),
        "provenance.json": json.dumps(provenance(result, parameters), indent=1) + "\n",
    }
    write_together(files, folder)
    return result


def executed_notebook(job: Job, result: Result) -> str:
    """Return the notebook with its outputs and, as papermill leaves it, the cell of parameters."""
    text = merge_outputs((job.root / job.chapter).read_text("utf-8"), result, records=True)
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    if job.parameters:
        lines = [f"{name} = {value!r}\n" for name, value in job.parameters.items()]
        cell = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
            INJECTED + "".join(lines), id="injected", metadata={"tags": ["injected-parameters"]}
        )
        tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
        notebook.cells.insert([("parameters" in each) for each in tags].index(True) + 1, cell)
    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


def provenance(result: Result, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return from what a run was made, in the words of the book's own `provenance.json`."""
    return {
        "format": 1,
        "chapter": result.docname,
        "parameters": dict(parameters),
        "executed": result.started,
        "seconds": result.seconds,
        "commit": result.commit,
        "code": result.code,
        "inputs": shown_inputs(result),
        "untraced": result.untraced,
        "environment": result.environment,
    }


def write_together(files: Mapping[str, str], folder: Path) -> None:
    """Put a folder with these files in the place of `folder`; it never holds half of them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    last = _aside(folder)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as beside:
        new = Path(beside) / folder.name
        new.mkdir()
        for name, text in files.items():
            with (new / name).open("w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
        if folder.exists():
            shutil.rmtree(last, ignore_errors=True)
            folder.rename(last)
        new.rename(folder)
        shutil.rmtree(last, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.last")
