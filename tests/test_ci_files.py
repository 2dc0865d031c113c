"""The files for GitLab, GitHub and pre-commit are sound, and what they run does what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlkg.validation.configuration import read_configuration
from mlkg.validation.reports import FORMATS


def loaded(root: Path, name: str) -> Any:
    """Return a YAML file of the checkout."""
    return yaml.safe_load((root / name).read_text("utf-8"))


def scripts(root: Path) -> list[tuple[str, list[str], set[str]]]:
    """Return each `mlkg` command of the CI files, with the files that its job picks up."""
    gitlab = loaded(root, ".gitlab-ci.yml")["study"]
    (job,) = loaded(root, ".github/workflows/mlkg.yml")["jobs"].values()
    uploads = {step["with"]["sarif_file"] for step in job["steps"] if "upload-sarif" in str(step)}
    (hook,) = loaded(root, ".pre-commit-hooks.yaml")
    lines = [
        ("gitlab", gitlab["script"], set(gitlab["artifacts"]["reports"].values())),
        ("github", [step["run"] for step in job["steps"] if "run" in step], uploads),
        ("pre-commit", [hook["entry"]], set()),
    ]
    return [
        (name, shlex.split(line), files)
        for name, script, files in lines
        for line in script
        if line.startswith("mlkg ")
    ]


@pytest.mark.parametrize("number", range(3), ids=["gitlab", "github", "pre-commit"])
def test_commands_run_and_write_what_is_picked_up(root: Path, tmp_path: Path, number: int) -> None:
    """The command of each file passes on the project and writes the files that its job uploads."""
    _, (command, *args), files = scripts(root)[number]
    assert command == "mlkg"
    args = [str(tmp_path / arg) if arg in files else arg for arg in args]
    done = subprocess.run(
        [sys.executable, "-m", "mlkg", *args], cwd=root, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert files == {path.name for path in tmp_path.iterdir()}


def test_there_is_one_command_each(root: Path) -> None:
    """The three files are all looked at."""
    assert [name for name, _, _ in scripts(root)] == ["gitlab", "github", "pre-commit"]


def test_gitlab_keeps_reports_of_failed_jobs(root: Path) -> None:
    """Reports matter most when the job fails."""
    job = loaded(root, ".gitlab-ci.yml")["study"]
    assert job["artifacts"]["when"] == "always"
    assert set(job["artifacts"]["reports"]) == {"codequality", "junit"}


def test_github_may_write_only_what_it_must(root: Path) -> None:
    """The workflow reads the code and writes scanning results, nothing else."""
    workflow = loaded(root, ".github/workflows/mlkg.yml")
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    assert {"pull_request", "push"} == set(workflow[True])  # YAML 1.1 reads `on` as true


def test_pre_commit_hook(root: Path) -> None:
    """The hook installs itself and looks at the whole study whatever was staged."""
    (hook,) = loaded(root, ".pre-commit-hooks.yaml")
    assert {key: hook[key] for key in ("id", "entry", "language", "pass_filenames")} == {
        "id": "mlkg-validate",
        "entry": "mlkg validate",
        "language": "python",
        "pass_filenames": False,
    }


def blocks(root: Path, language: str) -> list[str]:
    """Return the code blocks of docs/ci.md in one language."""
    text = (root / "docs" / "ci.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_readme_shows_jobs_that_keep_their_reports(root: Path) -> None:
    """README's snippets are YAML, write what they upload, and upload it when the job fails."""
    text = (root / "README.md").read_text("utf-8")
    found = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    gitlab, github, hooks = map(yaml.safe_load, found)
    job = gitlab["study"]
    assert job["artifacts"]["when"] == "always"
    command = shlex.split(job["script"][-1])
    assert set(job["artifacts"]["reports"].values()) == {
        file for option, file in pairwise(command) if option == "-o"
    }
    run, upload = github
    assert upload["if"] == "always()"
    assert f"-o {upload['with']['sarif_file']}" in run["run"]
    (hook,) = loaded(root, ".pre-commit-hooks.yaml")
    assert hooks[0]["hooks"] == [{"id": hook["id"]}]


def test_documented_yaml_is_yaml(root: Path) -> None:
    """What is there to be copied can be read."""
    gitlab, github, hook = [yaml.safe_load(block) for block in blocks(root, "yaml")]
    assert gitlab["study"]["artifacts"]["reports"] == {
        "codequality": "quality.json",
        "junit": "junit.xml",
    }
    assert len(gitlab["study"]["script"]) == 2
    assert github[1]["with"] == {"sarif_file": "mlkg.sarif"}
    assert hook[0]["hooks"] == [{"id": "mlkg-validate"}]


def test_documented_settings_are_settings(root: Path, tmp_path: Path) -> None:
    """Every key of the settings is documented, with a value that is one."""
    (block,) = blocks(root, "toml")
    (tmp_path / "pyproject.toml").write_text(block, "utf-8")
    settings = read_configuration(tmp_path)
    assert settings.fail_on == "warning"
    assert settings.severities == {"unsourced-evidence": "warning"}
    documented = {field.name.replace("_", "-") for field in fields(settings)} - {"source"}
    assert documented == set(re.findall(r"^([a-z-]+) = ", block, re.MULTILINE)) - {
        "unsourced-evidence"
    } | {"severities"}


def test_every_format_is_documented(root: Path) -> None:
    """The table of formats has each of them."""
    text = (root / "docs" / "ci.md").read_text("utf-8")
    assert set(FORMATS) == set(re.findall(r"^\| `(\w+)` \| ", text, re.MULTILINE)) & set(FORMATS)
