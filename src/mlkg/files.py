"""Writing files so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mlkg.errors import OutputError

LOCK = ".mlkg.lock"
"""The file in a study's folder that whoever writes to the study holds; gone when nobody does."""

_ATTEMPTS, _PAUSE = 600, 0.05  # half a minute


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` in the place of the file `path`, or make the file.

    The content goes to a file beside it first, is flushed to the disk, and takes its place by a
    rename, which is flushed too. A symbolic link is followed, and the mode of an existing file is
    kept. Raises OutputError when that fails; the file at `path` is then as it was.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise OutputError(f"{path}: cannot be written: it is a folder")
        _write_in_place(path, content)
        return
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def replace(path: Path, before: bytes | None, after: bytes) -> None:
    """Write `after` atomically where the file `path` still holds `before`, None for no file.

    What a killed writer left beside it is cleared away, so hold the study's lock (`locked`).
    Raises OutputError when somebody changed the file meanwhile, or when it cannot be written.
    """
    now = path.read_bytes() if path.exists() else None
    if now != before:
        raise OutputError(f"{path}: changed by somebody else meanwhile; nothing written, run again")
    for left in path.resolve().parent.glob(f".{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
    write_atomically(path, after)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other writers out of the study in `folder` until the block ends.

    The lock is the system's own and goes when the process does, however it ends. Somebody else's is
    waited for, half a minute at most. Raises OutputError when it is held longer or cannot be made.
    """
    path = folder / LOCK
    descriptor = None
    try:
        for _ in range(_ATTEMPTS):
            descriptor = _try_lock(path)
            if descriptor is not None:
                break
            time.sleep(_PAUSE)
    except OSError as error:
        raise OutputError(f"{path}: cannot be locked: {error.strerror}") from error
    if descriptor is None:
        raise OutputError(f"{path}: another mlkg is writing to this study; try again later")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _try_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock, None when somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _hold(descriptor)
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):  # noqa: PTH116 - a pair of stats
            return descriptor
    except (BlockingIOError, PermissionError, FileNotFoundError):
        pass  # held, or let go and removed between opening and holding
    os.close(descriptor)
    return None


def _hold(descriptor: int) -> None:
    """Take the system's lock on an open file, or raise BlockingIOError or PermissionError."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _flush_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that a rename in it survives a loss of power."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_in_place(path: Path, content: bytes) -> None:
    """Write to a device or a pipe, which cannot be replaced."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
