"""`python -m bookbuild`: build the book beside the last good one, then put it in its place."""

import sys
from pathlib import Path

from bookbuild.build import build

if __name__ == "__main__":
    sys.exit(build(Path.cwd()))
