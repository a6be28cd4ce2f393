"""The workflows: pinned, with least privilege, and their own scripts do what they are there for."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FILES}
JOBS = {f"{w}.{j}": job for w, flow in WORKFLOWS.items() for j, job in flow["jobs"].items()}
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]
#: The jobs that may write anything, and what.
MAY_WRITE = {
    "pages.deploy": {"pages", "id-token"},
    "release.publish": {"contents"},
    "weekly.report": {"issues"},
    "evidence-comment.comment": {"pull-requests"},
}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_all_are_here():
    wanted = {"ci", "pages", "release", "weekly", "evidence-diff", "evidence-comment"}
    assert set(WORKFLOWS) == wanted


@each_file
def test_each_action_is_pinned_and_says_its_version(path):
    for line in path.read_text("utf-8").splitlines():
        if "uses:" in line:
            assert re.search(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_is_pinned_alike_everywhere():
    pins = {}
    for path in FILES:
        for action, pin in re.findall(r"uses: (\S+)@(.+)$", path.read_text("utf-8"), re.MULTILINE):
            pins.setdefault(action, set()).add(pin)
    assert {action for action, found in pins.items() if len(found) > 1} == set()


@pytest.mark.parametrize("name", JOBS)
def test_a_job_may_write_only_what_it_must_and_ends(name):
    flow = WORKFLOWS[name.partition(".")[0]]
    granted = JOBS[name].get("permissions", flow["permissions"])
    assert {scope for scope, level in granted.items() if level == "write"} == MAY_WRITE.get(
        name, set()
    )
    assert JOBS[name]["timeout-minutes"] <= 120
    assert flow["concurrency"]["group"]


def test_no_token_is_left_where_code_of_others_runs():
    checked_out = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout")]
    assert len(checked_out) >= 5
    assert all(step["with"]["persist-credentials"] is False for step in checked_out)


def test_no_text_of_others_becomes_a_command():
    assert [step["run"] for _, step in STEPS if "${{" in step.get("run", "")] == []


def test_a_job_that_may_write_runs_nothing_of_a_checkout():
    for name in MAY_WRITE:
        used = [step["uses"].partition("@")[0] for step in JOBS[name]["steps"] if "uses" in step]
        assert set(used) <= {"actions/download-artifact", "actions/deploy-pages"}
        runs = "\n".join(step.get("run", "") for step in JOBS[name]["steps"])
        assert not re.search(r"\b(python|make|bash|sh|pip|eval|source)\b", runs)


def test_what_they_call_is_there():
    runs = "\n".join(step.get("run", "") for _, step in STEPS)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", runs, re.MULTILINE)) <= targets
    helped = subprocess.run(
        [sys.executable, "-m", "bookbuild", "--help"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for command in set(re.findall(r"-m bookbuild ([a-z]+)", runs)):
        assert re.search(rf"^ +{command}\b", helped, re.MULTILINE), command


@pytest.fixture
def github(tmp_path):
    """Return a function that runs a step's script where `gh` answers from a folder and notes."""
    answers = tmp_path / "answers"
    answers.mkdir()
    gh = tmp_path / "bin/gh"
    gh.parent.mkdir()
    gh.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$*" >> asked\n'
        'case "$*" in\n'
        "  *'issue list'*|*'/pulls '*) cat answers/found;;\n"
        "  *'/comments') cat answers/comments;;\n"
        "  *body.md*) cp body.md posted;;\n"
        "esac\n"
    )
    gh.chmod(0o755)

    def run(job, found, comments=(), **env):
        (answers / "found").write_text(json.dumps(found))
        (answers / "comments").write_text(json.dumps(list(comments)))
        (step,) = (step for step in JOBS[job]["steps"] if "run" in step)
        fixed = {k: v for k, v in step["env"].items() if "${{" not in v}
        path = f"{gh.parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=tmp_path, env=fixed | env | {"PATH": path}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (tmp_path / "asked").read_text("utf-8")

    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    return run


def test_a_failed_week_opens_one_issue(github):
    title = JOBS["weekly.report"]["steps"][0]["env"]["TITLE"]
    other = {"number": 4, "title": f"{title} on my machine"}
    asked = github("weekly.report", [other], RUN="https://run")
    assert f"issue create --title {title}" in asked
    asked = github("weekly.report", [other, {"number": 5, "title": title}], RUN="https://run")
    assert "issue comment 5 --body" in asked
    assert asked.count("issue create") == 1


HEAD = {"REPO": "o/r", "HEAD_OWNER": "fork", "HEAD_BRANCH": "b", "HEAD_SHA": "abc"}
PULL = [{"number": 1, "head": {"sha": "old"}}, {"number": 7, "head": {"sha": "abc"}}]


def test_a_diff_is_posted_where_github_says_and_mentions_nobody(github, tmp_path):
    (tmp_path / "diff").mkdir()
    (tmp_path / "diff/evidence-diff.md").write_bytes(b"tau2 \xff @everyone " + b"x" * 70_000)
    asked = github("evidence-comment.comment", PULL, **HEAD)
    assert "POST repos/o/r/issues/7/comments" in asked
    posted = (tmp_path / "posted").read_text("utf-8")
    assert posted.startswith("<!-- evidence-diff -->\ntau2  &#64;everyone ")
    assert len(posted) < 65_536


def test_a_diff_replaces_the_one_before_and_no_other_comment(github, tmp_path):
    (tmp_path / "diff").mkdir()
    (tmp_path / "diff/evidence-diff.md").write_text("new")
    mine = {"user": {"login": "github-actions[bot]"}, "body": "<!-- evidence-diff -->\nold"}
    comments = [{"id": 1, "user": {"login": "x"}, "body": mine["body"]}, {"id": 2, **mine}]
    asked = github("evidence-comment.comment", PULL, comments, **HEAD)
    assert "PATCH repos/o/r/issues/comments/2" in asked
    assert "POST" not in asked


def test_a_diff_of_a_head_that_is_gone_is_not_posted(github, tmp_path):
    asked = github("evidence-comment.comment", PULL[:1], **HEAD)
    assert "PATCH" not in asked
    assert "POST" not in asked


def test_dependabot_keeps_what_the_build_needs():
    config = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))
    pip = next(entry for entry in config["updates"] if entry["package-ecosystem"] == "pip")
    ignored = {entry["dependency-name"]: entry["versions"] for entry in pip["ignore"]}
    assert ignored == {"jupyter-book": [">=2"], "sphinx": [">=7.5"]}
    assert "github-actions" in {entry["package-ecosystem"] for entry in config["updates"]}


LOCKS = ("requirements.txt", "requirements-cluster.txt", ".github/tools.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_version_and_hashes(name):
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 30
    for line in lines:
        assert re.match(r"[A-Za-z0-9._\[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]


def test_the_lock_has_what_the_project_names():
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / LOCKS[0]).read_text("utf-8"), re.M))
    assert {re.split(r"[<>=\[ ]", name)[0].lower() for name in named} <= locked


TOOLS = {
    "actionlint": ["-color=false"],
    "zizmor": ["--offline", "--no-progress", "."],
    "cffconvert": ["--validate"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_linters_have_nothing_to_say(tool):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed: pip install -r .github/tools.txt; CI runs it")
    done = subprocess.run(
        [tool, *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
