"""The pages of the book, in the order of its table of contents."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [CONTENTS["root"], *(entry["file"] for entry in CONTENTS["chapters"])]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
