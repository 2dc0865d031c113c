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


def revision_of(folder: Path) -> str | None:
    """Return the commit that last changed the data of the study in `folder`, in full.

    None when the data is not as that commit left it, is in no repository, or there is no git.
    """
    try:
        if _git(folder, ["status", "--porcelain", "--", "data/"]):
            return None
        commit = _git(folder, ["log", "-1", "--format=%H", "--", "data/"])
    except GitError:
        return None
    return commit.decode("ascii").strip() or None


def data_at(folder: Path, revision: str) -> dict[str, bytes]:
    """Return the Turtle files of the study in `folder` as a revision has them, by their names.

    Reads git's objects alone: neither the work tree nor the index is touched.
    Raises GitError for no repository, no such revision, or no data at that revision.
    """
    commit = _commit(folder, revision)
    listing = _git(folder, ["ls-tree", "-z", commit, "--", "data/"]).decode("utf-8", "replace")
    blobs: dict[str, str] = {}
    for entry in filter(None, listing.split("\0")):
        facts, _, name = entry.partition("\t")
        mode, kind, blob = facts.split()
        if kind == "blob" and mode != "120000" and name.endswith(".ttl"):
            blobs[name] = blob
    if not blobs:
        raise GitError(f"{revision}: the study has no data/*.ttl at that revision")
    return dict(zip(blobs, _contents(folder, list(blobs.values())), strict=True))


def _commit(folder: Path, revision: str) -> str:
    """Return the commit that a revision names; one that looks like an option names none."""
    try:
        wanted = f"{revision}^{{commit}}"
        found = _git(folder, ["rev-parse", "--verify", "--end-of-options", wanted])
    except GitError as error:
        inside = "not a git repository" not in str(error)
        reason = "no such revision in git" if inside else "the study is not in a git repository"
        raise GitError(f"{revision}: {reason}") from error
    return found.decode().strip()


def _contents(folder: Path, blobs: Sequence[str]) -> list[bytes]:
    """Return the contents of git's objects, in one run of git."""
    wanted = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = _git(folder, ["cat-file", "--batch"], stdin=wanted)
    found, at = [], 0
    for _ in blobs:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found.append(answer[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def commits_of_data(folder: Path) -> list[tuple[str, str]]:
    """Return the commits that changed the data of the study in `folder`, newest first.

    With each its day, as in 2024-01-31. Those count that the checked out commit descends from.
    Raises GitError for no repository, or one without commits.
    """
    log = _git(folder, ["log", "--full-history", "--format=%H %cs", "--", "data/"])
    return [(line.split()[0], line.split()[1]) for line in log.decode("ascii").splitlines()]


def is_shallow(folder: Path) -> bool:
    """Tell whether the repository lacks the older part of its history."""
    return _git(folder, ["rev-parse", "--is-shallow-repository"]).strip() == b"true"
