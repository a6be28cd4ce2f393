"""The two lock files: that of readers, and that with dask on top of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)( ;[^\\]*)?", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str, str]]:
    """Return package, version and marker of each line of a lock file."""
    return {(n, v, m.strip()) for n, v, m in PIN.findall((ROOT / name).read_text("utf-8"))}


def test_with_dask_everything_else_stays_as_readers_have_it():
    readers, cluster = pins("requirements.txt"), pins("requirements-cluster.txt")
    assert len(readers) > 100
    assert readers < cluster
    added = {name for name, *_ in cluster - readers}
    assert {"dask", "distributed"} <= added


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-cluster.txt"])
def test_every_package_is_locked_with_its_hashes(name: str):
    text = (ROOT / name).read_text("utf-8")
    locked = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(locked) == len(pins(name))
    assert all("--hash=sha256:" in entry for entry in locked)
