"""What all tests share."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# A property is true or false; how long a busy machine takes to see it is not asked.
settings.register_profile("book", deadline=None)
settings.load_profile("book")


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the site, built from the sources as they are."""
    done = subprocess.run([sys.executable, "-m", "bookbuild"], cwd=ROOT, check=False)
    assert done.returncode == 0
    return ROOT / "_build" / "html"
