"""No command of mlkg runs what a repository or the environment of git names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from git_traps import ENVIRONMENT, SETTINGS, Traps, git

import mlkg
from mlkg.cli import cli

KINDS = ("own", "worktree", "alternates", "submodule", "partial", "embedded", "pointed")

PUSH = ["--endpoint", "http://127.0.0.1:1/query", "--update-endpoint", "http://127.0.0.1:1/update"]
COMMANDS = [
    ["diff", "HEAD"],
    ["diff", "HEAD~1", "HEAD", "--format", "json"],
    ["explain", "soup", "warm"],
    ["export", "--format", "csv"],
    ["export", "--format", "md"],
    ["export", "--format", "html", "-o", "out.html"],
    ["fmt", "--check"],
    ["link", "soup", "warm", "-s", "https://example.org/x", "--dry-run"],
    ["migrate", "--dry-run"],
    ["new", "option", "Stew", "--dry-run"],
    ["pull", "pulled", "--endpoint", "http://127.0.0.1:1/query"],
    ["push", *PUSH],
    ["push", "--dry-run", *PUSH],
    ["qr"],
    ["query", "evidence"],
    ["query", "SELECT * { ?s ?p ?o }"],
    ["review", "soup", "warm", "--dry-run"],
    ["rule"],
    ["set", "soup", "cheap", "yes", "--dry-run"],
    ["table"],
    ["validate"],
    ["validate", "--since", "HEAD~1", "--format", "sarif"],
    ["verify", "out.html", "old.md"],
]
"""Each command, in the forms that may ask git something; verify reads what export wrote."""


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    """The maker of repositories with traps."""
    return Traps(tmp_path)


@pytest.fixture
def in_environment(traps: Traps, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the variables of the environment, and take away those of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in traps.environment().items():
        monkeypatch.setenv(name, value)
    yield
    monkeypatch.undo()


def test_every_command_is_tried() -> None:
    """A new command joins the list above."""
    with cli.make_context("mlkg", ["table"]) as context:
        assert {words[0] for words in COMMANDS} == set(cli.list_commands(context))
    assert len(SETTINGS) + len(ENVIRONMENT) > 60


def test_the_traps_are_armed(traps: Traps) -> None:
    """Git itself runs into them, so their silence below says something."""
    folder = traps.own()
    git(folder, "config", "--unset", "core.worktree")
    for words in (["status"], ["diff"], ["checkout", "."], ["fetch", "origin"], ["log", "-p"]):
        git(folder, *words)
    assert traps.sprung() >= {"fsmonitor", "clean", "smudge", "ext"}
    around = {**traps.environment(), "GIT_DIR": str(folder / ".git")}
    git(folder, "status", env=around)
    assert traps.sprung() == {"git of the study"}
    git(folder, "status", env={**around, "PATH": os.environ["PATH"]})
    assert any("trace" in line for line in traps.sprung())
    partial = traps.partial()
    git(partial, "cat-file", "-p", "HEAD~1:data/all.ttl")
    assert traps.sprung()
    git(traps.embedded(), "status")
    assert "fsmonitor" in traps.sprung()


@pytest.mark.parametrize("kind", KINDS)
def test_no_trap_is_sprung(
    traps: Traps, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """No command runs anything, in any kind of repository, and none fails unexpectedly."""
    folder: Path = getattr(traps, kind)()
    traps.sprung()  # by the commands of git above
    before = {path for path in folder.rglob("*") if ".git" not in path.parts}
    monkeypatch.chdir(folder)
    request.getfixturevalue("in_environment")
    (folder / "old.md").write_text("| Breakfast |\n", "utf-8")
    for words in COMMANDS:
        done = CliRunner().invoke(cli, words, env={"MLKG_ENDPOINT": ""})
        assert traps.sprung() == set(), words
        assert done.exception is None or isinstance(done.exception, (SystemExit, mlkg.MlkgError)), (
            words,
            done.exception,
        )
    after = {path for path in folder.rglob("*") if ".git" not in path.parts}
    assert {path.name for path in after - before} <= {"old.md", "out.html"}


@pytest.mark.parametrize("kind", ["own", "worktree", "alternates", "submodule", "embedded"])
def test_no_answer_changes(
    traps: Traps, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The revision and the data of a commit are those that a plain git would tell."""
    folder: Path = getattr(traps, kind)()
    plain = ["--git-dir", ".git"] if kind != "embedded" else []
    where = folder if kind != "embedded" else folder.parent
    commits = git(where, *plain, "rev-list", "HEAD", env={"GIT_CONFIG_COUNT": "0"}).split()
    monkeypatch.chdir(folder)
    request.getfixturevalue("in_environment")
    expected = commits[1] if kind == "embedded" else commits[0]
    assert mlkg.load(folder).revision() == expected
    from mlkg.history.git import data_at

    assert b"Lunch" in data_at(folder, "HEAD")["data/all.ttl"]
