"""The environment that a chapter ran in: Python, the lock file, what is installed, the commit."""

import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bookbuild.digests import file_digest, value_digest

PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Environment:
    """What is the same for all chapters and, when it changes, changes them all.

    Attributes
    ----------
    python : str
        Version of the interpreter.
    lock : str
        SHA-256 of the lock file.
    packages : dict
        The installed version of each package that the lock file names.
    """

    python: str
    lock: str
    packages: dict[str, str]

    @property
    def digest(self) -> str:
        """Fingerprint of all of it."""
        return value_digest([self.python, self.lock, self.packages])


def read_environment(lock: Path) -> Environment:
    """Return the environment of this interpreter.

    Versions are those installed, not those locked: a package changed by hand must
    not pass for the locked one.

    Raises
    ------
    FileNotFoundError
        Where there is no lock file.
    """
    digest = file_digest(lock)
    if digest is None:
        raise FileNotFoundError(f"bookbuild_lock names {lock.name}, and there is no such file")
    pinned = {_normal(name) for name in PIN.findall(lock.read_text("utf-8"))}
    installed = installed_versions()
    packages = {name: installed[name] for name in sorted(pinned & installed.keys())}
    return Environment(platform.python_version(), digest, packages)


def installed_versions() -> dict[str, str]:
    """Return the version of each installed package, by its normal name."""
    # Names of folders instead of importlib.metadata: 2 ms instead of 150, at every build.
    found: dict[str, str] = {}
    for entry in filter(None, reversed(sys.path)):
        for info in Path(entry).glob("*.dist-info"):
            name, _, version = info.stem.partition("-")
            found[_normal(name)] = version
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def commit_of(root: Path) -> str | None:
    """Return the commit of the book, with `-dirty` where files differ from it; None without git."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        done = subprocess.run([*command, "--exclude=*"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
