"""A copy of the book in a folder of its own: which commit, and its build."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bookbuild.errors import UsageError


def git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Return what git did in `root`.

    Raises
    ------
    UsageError
        Where there is no git.
    """
    try:
        return subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"a commit can only be read with git: {error.strerror}") from error


def commit_id(revision: str, root: Path) -> str | None:
    """Return the commit that a tag, a branch or the start of a commit names; None for none."""
    command = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    done = git(root, *command)
    return None if done.returncode else done.stdout.decode().strip()


def build_copy(tree: Path, name: str, variables: Mapping[str, str] = os.environ) -> None:
    """Build the copy in `tree` by its own code, with the packages of this environment.

    Parameters
    ----------
    tree : pathlib.Path
    name : str
        What an error calls it.
    variables : mapping of str to str
        The environment of the build.

    Raises
    ------
    UsageError
        With the output of the build, where it fails.
    """
    # Its own modules, and not those of the book that this command was started in.
    paths = [str(tree), *filter(None, [variables.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "bookbuild"],
        cwd=tree,
        env={**variables, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise UsageError(f"{done.stdout.strip()}\n\n{name} could not be built; see above")
