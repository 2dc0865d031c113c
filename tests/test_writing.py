"""Writing while others write, and being killed meanwhile: the file is the old or the new one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import PREFIXES, SMALL

import mlkg
from mlkg import files
from mlkg.errors import OutputError
from mlkg.turtle.house_form import house_form

HOUSE = house_form(PREFIXES + SMALL)
PAGE = ["link", "soup", "cheap", "-s", "https://example.org/menu", "--inconclusive", "--by", "Ann"]
OLD, NEW = b"old\n" * 5000, b"new\n" * 6000

KILLED = """
import os, signal, sys
from pathlib import Path
from mlkg import files

left = int(sys.argv[1])

def step(event, args):
    global left
    touches = {"open", "os.rename", "os.remove", "os.chmod", "os.listdir", "fcntl.flock", "fsync"}
    if event in touches and (event != "open" or str(sys.argv[2]) in str(args[0])):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

real = os.fsync
os.fsync = lambda descriptor: (step("fsync", ()), real(descriptor), step("fsync", ()))[1]
sys.addaudithook(step)
folder = Path(sys.argv[2])
with files.locked(folder):
    files.replace(folder / "f.ttl", b"old\\n" * 5000, b"new\\n" * 6000)
"""


def killed_at(step: int, folder: Path) -> int:
    """Replace a file in a process that kills itself at a step; return the status it ended with."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(step), str(folder)], check=False
    ).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_at_every_step(tmp_path: Path) -> None:
    """Killed before or after any call that touches the disk, the file is the old or the new one.

    The next writer finds no lock and clears away what the killed one left.
    """
    target = tmp_path / "f.ttl"
    seen = []
    for step in range(40):
        target.write_bytes(OLD)
        status = killed_at(step, tmp_path)
        content = target.read_bytes()
        assert content in (OLD, NEW)
        seen.append((status, content == NEW))
        if status == 0:
            break
        with files.locked(tmp_path):
            files.replace(target, content, NEW)
        assert target.read_bytes() == NEW
        assert [path.name for path in tmp_path.iterdir()] == ["f.ttl"]
    statuses = [status for status, _ in seen]
    assert statuses == [-signal.SIGKILL] * (len(seen) - 1) + [0]
    assert len(seen) >= 10
    assert [new for _, new in seen] == sorted(new for _, new in seen)
    assert {new for status, new in seen if status} == {False, True}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_command_leaves_a_whole_file(new_study: Callable[..., Path]) -> None:
    """SIGKILL at any moment of `mlkg link` leaves a file that it found or one that it wrote."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    target = folder / "data" / "all.ttl"
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    known = HOUSE
    for number in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "mlkg", *PAGE, "--finding", f"No {number}."],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.1, 1.5))
        process.kill()
        process.wait()
        text = target.read_text("utf-8")
        changed = text != known
        assert not changed or (f"No {number}." in text and text == house_form(text))
        known = text
    done = subprocess.run(
        [sys.executable, "-m", "mlkg", *PAGE, "--finding", "Last."], cwd=folder, check=False
    )
    assert done.returncode == 0
    assert sorted(path.name for path in folder.rglob("*")) == ["all.ttl", "data"]
    assert mlkg.load(folder).validate().counts()["error"] == 0


def test_writers_at_once_lose_nothing(new_study: Callable[..., Path]) -> None:
    """Commands that run at the same time all have their say, under IRIs of their own."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "mlkg", *PAGE, "--finding", f"No {number}."],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0] * 6
    for process in processes:
        process.communicate()
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert text == house_form(text)
    assert sorted(f"No {n}." for n in range(6) if f'"No {n}."@en' in text) == [
        f"No {n}." for n in range(6)
    ]
    assert [text.count(f"\nex:e{n}\n") for n in range(1, 8)] == [1] * 7
    assert text.count("a foaf:Person") == 1


@pytest.mark.parametrize("broken", ["fsync", "replace", "chmod"])
def test_a_failing_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str) -> None:
    """When a call fails, the message names the file, which is as it was; nothing is left over."""
    target = tmp_path / "f.ttl"
    target.write_bytes(OLD)

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    owner = os if broken == "fsync" else Path
    monkeypatch.setattr(owner, broken, fail)
    with pytest.raises(OutputError, match=r"f\.ttl: cannot be written: No space left"):
        files.replace(target, OLD, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["f.ttl"]
    assert target.read_bytes() == OLD


def test_somebody_else_changed_the_file(tmp_path: Path) -> None:
    """What an editor saved since the file was read is not overwritten."""
    target = tmp_path / "f.ttl"
    target.write_bytes(b"edited")
    with pytest.raises(OutputError, match="changed by somebody else meanwhile"):
        files.replace(target, OLD, NEW)
    assert target.read_bytes() == b"edited"


def test_the_lock_is_waited_for_and_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A lock that stays held is reported; when it is let go, nothing of it is left."""
    monkeypatch.setattr(files, "_ATTEMPTS", 2)
    with (
        files.locked(tmp_path),
        pytest.raises(OutputError, match="another mlkg is writing to this study"),
        files.locked(tmp_path),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    with files.locked(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [files.LOCK]


def test_a_folder_that_cannot_be_locked(tmp_path: Path) -> None:
    """A folder that is none, or may not be written to, is named."""
    with pytest.raises(OutputError, match="cannot be locked"), files.locked(tmp_path / "none"):
        pass
