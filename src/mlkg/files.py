"""Writing files so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from mlkg.errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` in the place of the file `path`, or make the file.

    The content goes to a file beside it first, is flushed to the disk, and takes its place by a
    rename. A symbolic link is followed, and the mode of an existing file is kept.
    Raises OutputError when that fails; the file at `path` is then as it was.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise OutputError(f"{path}: cannot be written: it is a folder")
        _write_in_place(path, content)
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error


def _write_in_place(path: Path, content: bytes) -> None:
    """Write to a device or a pipe, which cannot be replaced."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
