"""A line on stderr that says what a long run is doing; nothing on a short one or in a pipe."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

PATIENCE = 1.0
"""Seconds after which a run counts as long."""


class Progress:
    """Shows the current step, on a terminal, once a run takes longer than PATIENCE.

    Use it as a context manager; the line is wiped when the work is over.
    """

    def __init__(self, step: str) -> None:
        """Begin with `step`."""
        self._step = step
        self._shown = False
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Progress:
        """Start to count."""
        if sys.stderr.isatty():
            self._timer = threading.Timer(PATIENCE, self._begin)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if self._shown:
                self._write("\r\x1b[K")
            self._shown = False
            self._timer = None

    def show(self, step: str) -> None:
        """Say what is being done now."""
        with self._lock:
            self._step = step
            if self._shown:
                self._write(f"\r\x1b[K{step} …")

    def print(self, line: str) -> None:
        """Write a line to stdout, where it does not mix with the line of progress."""
        with self._lock:
            if self._shown:
                self._write("\r\x1b[K")
            print(line, flush=True)  # noqa: T201 - this is how a long command shows what is done
            if self._shown:
                self._write(f"{self._step} …")

    def _begin(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._shown = True
                self._write(f"{self._step} …")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
