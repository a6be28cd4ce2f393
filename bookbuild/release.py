"""What a release attaches, made from a built book; `python -m bookbuild.release`.

`check TAG` says where the tag, pyproject.toml, CITATION.cff and CHANGELOG.md disagree, and
`assemble TAG --out FOLDER` leaves the files to attach in `FOLDER/files` and their notes beside.
"""

import argparse
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bookbuild.errors import UsageError
from bookbuild.takeaway_files import checksums, zipped
from bookbuild.yaml_file import read_mapping

SITE = Path("_build/html")
PDF = Path("_build/pdf/evidence-book.pdf")
PACKAGE = SITE / "evidence-package.zip"
LOCKS = (Path("requirements.txt"), Path("requirements-cluster.txt"))
SUMS = "SHA256SUMS"
HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\S+))?$", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def find_disagreements(root: Path, tag: str) -> Iterator[str]:
    """Yield where a tag and the files that state a version or its date disagree.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the book.
    tag : str
        Such as ``"v1.2.0"``.

    Yields
    ------
    str
        File, value, and what it must be.
    """
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        yield f"tag: {tag!r} must be v and three numbers, such as v1.2.0"
        return
    version = tag.removeprefix("v")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    citation = read_mapping(root / "CITATION.cff")
    for file, stated in (
        ("pyproject.toml", project["version"]),
        ("CITATION.cff", citation["version"]),
    ):
        if str(stated) != version:
            yield f"{file}: version {str(stated)!r} must be {version!r}"
    dates = dict(HEADING.findall((root / "CHANGELOG.md").read_text("utf-8")))
    if version not in dates:
        yield f"CHANGELOG.md: has no section [{version}]; it has {', '.join(dates) or 'none'}"
    elif not DATE.fullmatch(dates[version]):
        yield f"CHANGELOG.md: {dates[version]!r} must be the date of [{version}]: YYYY-MM-DD"
    elif str(citation.get("date-released")) != dates[version]:
        said = citation.get("date-released", "none")
        yield f"CITATION.cff: date-released {str(said)!r} must be {dates[version]!r}"
    if not (root / "releases" / version).is_dir():
        yield f"releases/{version}: is missing; run `python -m bookbuild snapshot {version}`"


def notes_of(changelog: str, version: str) -> str:
    """Return the section of a version, without its heading.

    Raises
    ------
    UsageError
        If there is no such section, or nothing stands in it.
    """
    found = {match[1]: match for match in HEADING.finditer(changelog)}
    if version not in found:
        raise UsageError(f"CHANGELOG.md has no section [{version}]; it has {', '.join(found)}")
    start = found[version].end()
    ends = [match.start() for match in found.values() if match.start() > start]
    notes = changelog[start : min(ends, default=len(changelog))].strip()
    if not notes:
        raise UsageError(f"CHANGELOG.md says nothing of [{version}]: write what it brings")
    return f"{notes}\n"


def assemble(root: Path, tag: str, out: Path) -> list[Path]:
    """Put what a release attaches into `out/files`, and its notes into `out/notes.md`.

    Parameters
    ----------
    root : pathlib.Path
        Folder of a book that was built, with its PDF.
    tag : str
        Such as ``"v1.2.0"``.
    out : pathlib.Path
        Folder that is not there yet.

    Returns
    -------
    list of pathlib.Path
        The files, the checksums last.

    Raises
    ------
    UsageError
        If the files disagree about the version, something was not built, or `out` is there.
    """
    faults = list(find_disagreements(root, tag))
    faults += [f"{path} is missing: {how}" for path, how in _missing(root)]
    if faults:
        raise UsageError("\n".join(faults))
    if out.exists():
        raise UsageError(f"{out} is there already: name a folder that is not, or delete it")
    version = tag.removeprefix("v")
    notes = notes_of((root / "CHANGELOG.md").read_text("utf-8"), version)
    files = out / "files"
    files.mkdir(parents=True)
    (out / "notes.md").write_text(notes, "utf-8")
    stem = f"evidence-book-{version}"
    site = {f"{stem}-html/{name}": content for name, content in _contents(root / SITE).items()}
    (files / f"{stem}-html.zip").write_bytes(zipped(site))
    shutil.copyfile(root / PDF, files / f"{stem}.pdf")
    (files / "results.json").write_text(_results(root / SITE), "utf-8")
    for path in (PACKAGE, *LOCKS):
        shutil.copyfile(root / path, files / path.name)
    made = sorted(files.iterdir())
    (files / SUMS).write_text(checksums(_contents(files)), "utf-8")
    return [*made, files / SUMS]


def _missing(root: Path) -> Iterator[tuple[Path, str]]:
    wanted: Mapping[Path, str] = {
        SITE / "index.html": "run `make book`",
        PACKAGE: "run `make book`",
        PDF: "run `make pdf`",
        **dict.fromkeys(LOCKS, "run `make lock`"),
    }
    for path, how in wanted.items():
        if not (root / path).is_file():
            yield path, how


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder and below, by their path in it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _results(site: Path) -> str:
    """Return the results of all chapters, by the name of the chapter."""
    found = sorted((site / "chapters").glob("*.results.json"))
    results = {
        path.name.removesuffix(".results.json"): json.loads(path.read_bytes()) for path in found
    }
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Do the command; return 0, or 2 where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild.release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check").add_argument("tag")
    whole = commands.add_parser("assemble")
    whole.add_argument("tag")
    whole.add_argument("--out", type=Path, default=Path("release"))
    given = parser.parse_args(arguments)
    try:
        if given.command == "assemble":
            print("\n".join(map(str, assemble(Path.cwd(), given.tag, given.out))))
        elif faults := list(find_disagreements(Path.cwd(), given.tag)):
            raise UsageError("\n".join(faults))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
