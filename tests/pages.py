"""The pages of the book, in the order of its table of contents."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
#: Those that the front page leads to; those of the data stand below one of them.
TOP = [CONTENTS["root"], *(entry["file"] for entry in CONTENTS["chapters"])]
BELOW = [each["file"] for entry in CONTENTS["chapters"] for each in entry.get("sections", [])]
PAGES = [*TOP, *BELOW]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
