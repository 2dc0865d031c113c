"""The command fmt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from samples import SMALL, Run

from mlkg.turtle.house_form import house_form

NewStudy = Callable[..., Path]


def test_fmt_brings_and_keeps_the_house_form(run: Run, new_study: NewStudy) -> None:
    """--check and --diff tell and write nothing; fmt writes; afterwards there is nothing to do."""
    folder = new_study({"all.ttl": SMALL})
    untidy = (folder / "data" / "all.ttl").read_bytes()
    check = run("fmt", "--check", cwd=folder)
    assert (check.returncode, check.stdout) == (1, "data/all.ttl: not in the house form\n")
    assert run("fmt", "--diff", cwd=folder).stdout.startswith("--- a/data/all.ttl\n")
    assert untidy == (folder / "data" / "all.ttl").read_bytes()
    assert run("fmt", cwd=folder).stdout == "data/all.ttl: formatted\n"
    assert house_form(untidy.decode()) == (folder / "data" / "all.ttl").read_text("utf-8")
    check = run("fmt", "--check", cwd=folder)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_fmt_of_broken_turtle(run: Run, new_study: NewStudy) -> None:
    """A file that is not Turtle is left alone, and the message names its line."""
    folder = new_study({"all.ttl": b"@prefix e: <x:/> .\ne:a e:b .\n"})
    done = run("fmt", cwd=folder)
    assert done.returncode == 2
    assert "data/all.ttl:2:" in done.stderr
    assert (folder / "data" / "all.ttl").read_bytes() == b"@prefix e: <x:/> .\ne:a e:b .\n"
