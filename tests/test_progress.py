"""The line that says what a long run is doing."""

from __future__ import annotations

import io
import threading

import pytest

from mlkg.cli import _progress
from mlkg.cli._progress import Progress


class Terminal(io.StringIO):
    """A stderr that is a terminal, and tells when something was written."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        """Say so."""
        return True

    def write(self, text: str) -> int:
        """Keep the text."""
        count = super().write(text)
        self.written.set()
        return count


def test_long_run_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the current step is shown, then each next one; at the end nothing is left."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(_progress, "PATIENCE", 0.01)
    with Progress("loading") as progress:
        assert terminal.written.wait(10)
        progress.show("checking shapes")
    assert terminal.getvalue() == "loading …\r\x1b[Kchecking shapes …\r\x1b[K"


def test_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is over in time leaves stderr alone."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress("loading") as progress:
        progress.show("checking shapes")
    assert terminal.getvalue() == ""


def test_no_terminal_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe or a log there is no line, however long it takes."""
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    monkeypatch.setattr(_progress, "PATIENCE", 0)
    with Progress("loading") as progress:
        progress.show("checking shapes")
    assert pipe.getvalue() == ""
