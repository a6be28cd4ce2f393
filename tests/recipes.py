"""Read the recipes of CONTRIBUTING.md, and follow one to the letter in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
APPEND = re.compile(r"Add to the end of `([^`]+)`:$")
INSERT = re.compile(r"In `([^`]+)`, (after|before) `([^`]+)`, insert:$")
REPLACE = re.compile(r"In `([^`]+)`, replace `([^`]+)` by `([^`]+)`")


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a recipe: what is said before it, its kind, and what it holds."""

    said: str
    kind: str
    text: str


def read_recipes(text):
    """Return the steps of each recipe, a section that begins with "Add a", by its title."""
    recipes, title, said, heading = {}, "", "", False
    for token in MarkdownIt().parse(text):
        if token.type == "heading_open":
            heading = token.tag == "h2"
        elif token.type == "inline":
            said = " ".join(token.content.split("\n"))
            title, heading = (said if heading else title), False
        elif token.type == "fence" and title.startswith("Add a"):
            recipes.setdefault(title, []).append(Step(said, token.info, token.content))
    return recipes


def copy_repository(to):
    """Copy what git knows or would add, and lend the copy the environment of the tests."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    (to / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name not in (".ready", ".cluster"):
            (to / ".venv" / part.name).symlink_to(part)
    # Newer than the lock, so that make installs nothing into the environment of the tests.
    for name in (".ready", ".cluster"):
        (to / ".venv" / name).touch()
    return to


def follow(step, root):
    """Do what one step says, and check that it says what happens."""
    for file, old, new in REPLACE.findall(step.said):
        _change(root / file, old, new)
    if step.kind == "bash":
        done = run(step.text, root)
        assert done.returncode == 0, done.stdout + done.stderr
    elif step.kind == "console":
        for command in re.split(r"^\$ ", step.text, flags=re.MULTILINE)[1:]:
            _watch(command, root)
    elif found := APPEND.search(step.said):
        with (root / found[1]).open("a", encoding="utf-8") as file:
            file.write(step.text)
    else:
        file, where, line = INSERT.search(step.said).groups()
        _insert(root / file, where, line, step.text)


def run(command, root):
    """Run a command of bash in the copy, in a shell where its environment is active."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    env |= {"PATH": f"{root / '.venv/bin'}{os.pathsep}{env['PATH']}", "PYTHONPATH": str(root)}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=root,
        env=env | {"VENV": str(root / ".venv")},
        check=False,
        capture_output=True,
        text=True,
    )


def _watch(command, root):
    typed, *expected = command.strip().splitlines()
    done = run(typed, root)
    shown = done.stdout + done.stderr
    assert [line for line in expected if line.strip() not in shown] == [], shown
    assert "Traceback" not in shown


def _change(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path.name} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")


def _insert(path, where, near, text):
    lines = path.read_text("utf-8").splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if line.startswith(near)]
    assert len(found) == 1, f"{path.name} has {len(found)} lines that start with {near!r}"
    at = found[0] + (where == "after")
    path.write_text("".join([*lines[:at], text, *lines[at:]]), "utf-8")
