"""What the commands that write ask on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HOUSE

import mlkg

NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")


def converse(folder: Path, args: list[str], answers: list[str]) -> tuple[int, str]:
    """Run a command on a terminal, give an answer to each prompt, and return status and screen."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mlkg", *args],
        cwd=folder,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        close_fds=True,
    )
    os.close(follower)
    screen, waiting = "", list(answers)
    while True:
        if not select.select([leader], [], [], 60)[0]:
            process.kill()
            break
        try:
            got = os.read(leader, 4096)
        except OSError:
            break
        if not got:
            break
        screen += got.decode("utf-8", "replace")
        if screen.endswith(": ") and waiting:
            answer = waiting.pop(0) + "\n"
            screen += "\n"
            os.write(leader, answer.encode())
    os.close(leader)
    return process.wait(), screen


def test_a_terminal_is_asked(new_study: NewStudy) -> None:
    """On a terminal, what is missing is asked for; a known page needs no description."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    answers = ["https://example.org/new", "The new page", "article", "", "supports", "So it is."]
    status, screen = converse(folder, ["link", "soup", "cheap", "--by", "Ann"], answers)
    assert (0, "Traceback" in screen) == (status, False), screen
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert 'mlkg:finding "So it is."@en ;' in text
    assert 'dcterms:title "The new page"@en ;' in text
    assert "mlkg:indicates mlkg:partial ;" in text
    status, _ = converse(folder, ["set", "soup", "cheap"], ["yes", "Ann"])
    assert status == 0
    assert mlkg.load(folder).table().rows[0][1].text == "✔"


@pytest.mark.parametrize(
    ("cell", "answers", "line"),
    [
        ("soup warm", ["", "So."], "mlkg:indicates mlkg:yes ;"),
        ("soup warm", ["disputes", "So."], "mlkg:excludes mlkg:yes ;"),
        ("soup warm", ["ind ✘", "So."], "mlkg:indicates mlkg:no ;"),
        ("pie cheap", ["excludes", "yes", "So."], "mlkg:excludes mlkg:yes ;"),
        ("pie cheap", ["inconclusive", "So."], "mlkg:about ex:pie-cheap ;\n  mlkg:finding"),
    ],
)
def test_which_way_is_asked(new_study: NewStudy, cell: str, answers: list[str], line: str) -> None:
    """The claim's own answer is proposed where it has one; else what is indicated is asked for."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    args = ["link", *cell.split(), "-s", "https://example.org/menu", "--by", "Ann"]
    status, screen = converse(folder, args, answers)
    assert status == 0, screen
    assert ("supports" in screen) == (cell == "soup warm")
    added = (folder / "data" / "all.ttl").read_text("utf-8").partition("\nex:e2\n")[2]
    assert line in added[: added.index(" .\n")]
