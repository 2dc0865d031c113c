"""What git knows: who works here, and what the study's files were at a revision."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mlkg.errors import MlkgError


class GitError(MlkgError):
    """Git is missing, or cannot answer."""


def user_name(folder: Path) -> str | None:
    """Return git's user.name as it is in `folder`, None when there is none, or no git."""
    try:
        name = _git(folder, ["config", "--get", "user.name"]).decode("utf-8", "replace").strip()
    except GitError:
        return None
    return name or None


def _git(folder: Path, args: Sequence[str], stdin: bytes = b"") -> bytes:
    """Run git and return its output; raise GitError with its message when it fails."""
    program = shutil.which("git")
    if program is None:
        raise GitError("git is not installed, or not on the PATH")
    done = subprocess.run(
        [program, *args],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
    )
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git: {lines[0] if lines else 'failed without a message'}")
    return done.stdout
