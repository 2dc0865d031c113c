"""What git knows: who works here, and what the study's files were at a revision."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlkg.history.plumbing import GitError, NoRepositoryError, Repository, repository, run
from mlkg.turtle.line_ends import unix_line_ends

__all__ = [
    "WHOLE_HISTORY",
    "GitError",
    "commits_of_data",
    "data_at",
    "is_shallow",
    "revision_of",
    "user_name",
]

WHOLE_HISTORY = (
    "git fetch --unshallow fetches the rest; in CI, set fetch-depth: 0 for actions/checkout of "
    'GitHub, or GIT_DEPTH: "0" in GitLab'
)
"""How to make a shallow clone complete."""


def user_name(folder: Path) -> str | None:
    """Return git's user.name as it is in `folder`, None when there is none, or no git."""
    try:
        try:
            place = repository(folder).top
        except NoRepositoryError:
            place = Path(folder.absolute().anchor)
        name = run(["config", "--get", "user.name"], place).decode("utf-8", "replace").strip()
    except GitError:
        return None
    return name or None


def revision_of(folder: Path, files: Mapping[str, bytes]) -> str | None:
    """Return the commit that last changed the data of the study in `folder`, in full.

    `files` has the data that was loaded, by name. None when that is not the data of the checked
    out commit, byte for byte apart from CRLF for LF, when the study is in no repository, or when
    there is no git.
    """
    try:
        there = repository(folder)
        answer = there.git("rev-list", "--max-count=1", "HEAD", "--", there.pathspec("data/"))
        commit = answer.decode("ascii").strip()
        if not commit:
            return None
        blobs = _blobs(there, commit)
    except GitError:
        return None
    same = blobs.keys() == files.keys() and all(
        blob in _ids(files[name], len(blob)) for name, blob in blobs.items()
    )
    return commit if same else None


def _ids(content: bytes, digits: int) -> set[str]:
    """Return the ids of the blobs that a checkout writes as `content`; SHA-1 has 40 digits."""
    made = hashlib.sha256 if digits == 64 else hashlib.sha1
    return {
        made(b"blob %d\0" % len(stored) + stored, usedforsecurity=False).hexdigest()
        for stored in (content, unix_line_ends(content))
    }


def data_at(folder: Path, revision: str) -> dict[str, bytes]:
    """Return the Turtle files of the study in `folder` as a revision has them, by their names.

    Reads git's objects alone: neither the work tree nor the index is touched.
    Raises GitError for no repository, no such revision, or no data at that revision.
    """
    try:
        there = repository(folder)
    except NoRepositoryError as error:
        raise GitError(f"{revision}: the study is not in a git repository") from error
    blobs = _blobs(there, _commit(there, revision))
    if not blobs:
        raise GitError(f"{revision}: the study has no data/*.ttl at that revision")
    return dict(zip(blobs, _contents(there, list(blobs.values())), strict=True))


def _commit(there: Repository, revision: str) -> str:
    """Return the commit that a revision names; one that looks like an option names none."""
    try:
        wanted = f"{revision}^{{commit}}"
        found = there.git("rev-parse", "--verify", "--end-of-options", wanted)
    except GitError as error:
        reason = str(error)
        if "Needed a single revision" in reason:
            reason = "no such revision in git"
            if _shallow(there):
                reason += f", or not in this shallow clone: {WHOLE_HISTORY}"
        raise GitError(f"{revision}: {reason}") from error
    return found.decode().strip()


def _blobs(there: Repository, commit: str) -> dict[str, str]:
    """Return the ids of the data files of the study at a commit, by their names."""
    listing = there.git("ls-tree", "-z", "--full-tree", commit, "--", there.pathspec("data/"))
    blobs: dict[str, str] = {}
    for entry in filter(None, os.fsdecode(listing).split("\0")):
        facts, _, path = entry.partition("\t")
        mode, kind, blob = facts.split()
        if kind == "blob" and mode != "120000" and path.endswith(".ttl"):
            blobs[path.removeprefix(there.prefix)] = blob
    return blobs


def _contents(there: Repository, blobs: Sequence[str]) -> list[bytes]:
    """Return the contents of git's objects, in one run of git.

    Raises GitError when one is not there, as in a partial clone: nothing is fetched.
    """
    answer = there.git("cat-file", "--batch", stdin="".join(f"{b}\n" for b in blobs).encode())
    found, at = [], 0
    for blob in blobs:
        end = answer.index(b"\n", at)
        facts = answer[at:end].split()
        if len(facts) != 3:
            raise GitError(f"git: the object {blob} is missing; a partial clone has not all")
        size = int(facts[2])
        found.append(answer[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def commits_of_data(folder: Path) -> list[tuple[str, str]]:
    """Return the commits that changed the data of the study in `folder`, newest first.

    With each its day, as in 2024-01-31. Those count that the checked out commit descends from.
    Raises GitError for no repository, or one without commits.
    """
    there = repository(folder)
    wanted = ["--full-history", "--format=%H %cs", "HEAD", "--", there.pathspec("data/")]
    lines = (line.split() for line in there.git("rev-list", *wanted).decode("ascii").splitlines())
    return [(first, second) for first, second in lines if first != "commit"]


def is_shallow(folder: Path) -> bool:
    """Tell whether the repository lacks the older part of its history."""
    return _shallow(repository(folder))


def _shallow(there: Repository) -> bool:
    return there.git("rev-parse", "--is-shallow-repository").strip() == b"true"
