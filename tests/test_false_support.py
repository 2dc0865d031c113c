"""Three ways in which evidence once came to support a verdict that it contradicts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HOUSE, Run

import mlkg

NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")

BY = ["--by", "Ann", "--date", "2024-01-31"]
MENU = ["-s", "https://example.org/menu", *BY]


def state(folder: Path, option: str, criterion: str) -> str:
    """Return the state of a cell."""
    table = mlkg.load(folder).table()
    row = [heading.label for heading in table.options].index(option)
    column = [heading.label for heading in table.criteria].index(criterion)
    return table.rows[row][column].state


def disputes(folder: Path) -> list[str]:
    """Return the messages of the rule on disputed claims."""
    report = mlkg.load(folder).validate(select=frozenset({"disputed-claim"}))
    return [finding.message for finding in report.findings]


def test_evidence_is_not_laundered_through_unknown(run: Run, new_study: NewStudy) -> None:
    """From ✔ to unknown to ✘: what was linked to ✔ disputes ✘, as it does on the direct way."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    link = ["link", "soup", "cheap", *MENU, "--supports", "--finding", "Half price."]
    assert run("set", "soup", "cheap", "yes", *BY, cwd=folder).returncode == 0
    assert run(*link, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Cheap") == "supported"
    assert run("set", "soup", "cheap", "unknown", *BY, cwd=folder).returncode == 0
    assert run("set", "soup", "cheap", "no", *BY, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Cheap") == "disputed"
    assert disputes(folder) == [
        "Soup × Cheap: the claim says ✘, and evidence disputes it: Half price."
    ]


def test_evidence_for_an_open_cell_says_what_it_indicates(run: Run, new_study: NewStudy) -> None:
    """Evidence that comes first has an answer of its own, which no later verdict can borrow."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    link = ["link", "pie", "cheap", *MENU, "--finding", "Costs little."]
    assert run(*link, "--supports", cwd=folder).returncode == 2
    assert run(*link, "--indicates", "yes", cwd=folder).returncode == 0
    assert run("set", "pie", "cheap", "no", *BY, cwd=folder).returncode == 0
    assert state(folder, "Pie", "Cheap") == "disputed"
    assert run("set", "pie", "cheap", "yes", *BY, cwd=folder).returncode == 0
    assert state(folder, "Pie", "Cheap") == "supported"


def git(folder: Path, *args: str) -> str:
    """Run git in a folder with an author and no settings of its user, and return its output."""
    author = [
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.org",
        "-c",
        "core.autocrlf=false",
    ]
    done = subprocess.run(
        ["git", *author, *args], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_a_merge_makes_no_false_support(run: Run, new_study: NewStudy) -> None:
    """One branch sets ✘, the other adds evidence for ✔: git merges both, and the claim is disputed.

    The claim has a former state, so the two changes do not touch one another in the file.
    """
    folder = new_study({"all.ttl": HOUSE.encode()})
    assert run("set", "soup", "cheap", "yes", *BY, cwd=folder).returncode == 0
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "data")
    git(folder, "commit", "--quiet", "-m", "The study")
    git(folder, "switch", "--quiet", "-c", "verdict")
    assert run("set", "soup", "cheap", "no", *BY, cwd=folder).returncode == 0
    git(folder, "commit", "--quiet", "-a", "-m", "Set no")
    git(folder, "switch", "--quiet", "main")
    link = ["link", "soup", "cheap", *MENU, "--supports", "--finding", "Half price."]
    assert run(*link, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Cheap") == "supported"
    git(folder, "commit", "--quiet", "-a", "-m", "Link evidence")
    git(folder, "merge", "--quiet", "--no-edit", "verdict")
    assert git(folder, "status", "--porcelain") == ""
    assert mlkg.load(folder).table().rows[0][1].text == "✘"
    assert state(folder, "Soup", "Cheap") == "disputed"
    done = run("validate", "--select", "disputed-claim", "--fail-on", "warning", cwd=folder)
    assert done.returncode == 1
    assert "warning[disputed-claim] Soup × Cheap: the claim says ✘, and evidence" in done.stdout


def test_an_old_rationale_answers_no_later_dispute(run: Run, new_study: NewStudy) -> None:
    """A rationale reconciles the evidence that it names, and nothing that is linked after it."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    assert run("link", "soup", "warm", *MENU, "--disputes", cwd=folder).returncode == 0
    keep = ["set", "soup", "warm", "yes", *BY, "--rationale", "The kitchen was closed that day."]
    assert run(*keep, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Warm") == "reconciled"
    later = ["link", "soup", "warm", *MENU, "--indicates", "no", "--finding", "Cold again."]
    assert run(*later, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Warm") == "disputed"
    assert disputes(folder) == [
        "Soup × Warm: the claim says ✔, and evidence disputes it: Cold again."
    ]
    assert run(*keep, cwd=folder).returncode == 0
    assert state(folder, "Soup", "Warm") == "reconciled"
