"""Disks that refuse: full, small or read-only; mounted for one command where that is allowed."""

import os
import resource
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from books import Built

COMMAND = [sys.executable, "-m", "bookbuild"]
OWN_MOUNTS = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
#: `$0` is the folder; the rest is the command.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'


@cache
def can_mount() -> bool:
    """Return whether this process may mount what it likes in a space of its own."""
    try:
        done = subprocess.run([*OWN_MOUNTS, "mount -t tmpfs x /mnt"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="this user may not mount (unshare -rm)")


def read_only(root: Path, *command: str) -> Built:
    """Run a command in a folder in which nothing can be written."""
    return _ran([*OWN_MOUNTS, READ_ONLY, str(root), *command])


def ran(root: Path, *command: str, **variables: str) -> Built:
    """Run a command in a folder, with its two outputs as one."""
    return _ran(list(command), cwd=root, env=os.environ | variables)


def with_largest_file(root: Path, size: int, *command: str) -> Built:
    """Run a command that can write no file larger than so many bytes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return _ran(list(command), cwd=root, preexec_fn=limit)


def without_network(root: Path, *command: str) -> Built:
    """Run a command where there is no network at all."""
    return ran(root, "unshare", "--map-root-user", "--net", *command)


def _ran(command: list[str], **options: object) -> Built:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    return Built(done.returncode, done.stdout)
