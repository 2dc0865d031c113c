"""Git's plumbing commands, run so that a repository and the environment are data and no more.

docs/decisions/0001-reading-git.md gives the reasons. Only commands that read commits, trees and
blobs may be run here: none that reads the index or the work tree, applies filters, shows a diff,
checks a signature or starts a pager.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mlkg.errors import MlkgError

SECONDS = 60
"""The time limit of one git command: `include.path` may name a pipe that nobody writes to."""

_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone fetches nothing, with any version of git
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.askPass": "",
    "core.sshCommand": "false",
    "core.alternateRefsCommand": "false",
    "credential.helper": "",
    "diff.external": "",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
_OPTIONS = ["--no-pager", *(word for pair in _SETTINGS.items() for word in ("-c", "=".join(pair)))]


class GitError(MlkgError):
    """Git is missing, or cannot answer."""


class NoRepositoryError(GitError):
    """The study is in no repository."""


class Repository(NamedTuple):
    """A repository with a work tree.

    `top` is the folder that has `.git`. `prefix` is the path from there to the study: empty, or
    with a slash at its end.
    """

    top: Path
    prefix: str

    def git(self, *args: str, stdin: bytes = b"") -> bytes:
        """Run a plumbing command in the repository and return its output.

        Raises GitError with git's reason when it fails.
        """
        return run(args, self.top, stdin)

    def pathspec(self, path: str) -> str:
        """Return what names exactly `path` of the study, from the root of a tree."""
        return f":(top,literal){self.prefix}{path}"


def repository(folder: Path) -> Repository:
    """Return the repository that `folder` is in: the nearest folder above it with `.git`.

    A folder that only looks like a repository, as committed files can, is not one.
    Raises NoRepositoryError when there is none.
    """
    inside = folder.resolve()
    for top in (inside, *inside.parents):
        entry = top / ".git"
        if entry.is_file() or (entry / "HEAD").exists() or (entry / "HEAD").is_symlink():
            way = inside.relative_to(top).as_posix()
            return Repository(top, "" if way == "." else f"{way}/")
    raise NoRepositoryError(f"git: not a git repository, nor is any folder above it: {folder}")


def run(args: Sequence[str], folder: Path, stdin: bytes = b"") -> bytes:
    """Run git in `folder`, which is the top of a work tree, and return its output.

    Raises GitError with git's reason when it fails, or takes longer than SECONDS.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    environment |= _ENVIRONMENT | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    try:
        done = subprocess.run(
            [_program(), *_OPTIONS, *args],
            cwd=folder,
            input=stdin,
            capture_output=True,
            env=environment,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git: no answer within {SECONDS} s") from None
    except (OSError, ValueError) as error:
        raise GitError(f"git: {error}") from error
    if done.returncode:
        raise GitError(_reason(done.stderr.decode("utf-8", "replace"), folder))
    return done.stdout


def _program() -> str:
    """Return the path of git; a relative entry of PATH does not count, for it names the study's."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    absolute = os.pathsep.join(place for place in places if Path(place).is_absolute())
    program = shutil.which("git", path=absolute) if absolute else None
    if program is None or not Path(program).is_absolute():
        raise GitError("git is not installed, or not on the PATH")
    return program


def _reason(message: str, folder: Path) -> str:
    """Return git's reason in one line, and the way out where there is a known one."""
    if "dubious ownership" in message:
        return (
            f"git: detected dubious ownership in repository at '{folder}': it belongs to another "
            "user; if you trust it: git config --global --add safe.directory "
            f"{shlex.quote(str(folder))}"
        )
    lines = message.strip().splitlines()
    fatal = [line for line in lines if re.match(r"fatal: |error: ", line)]
    return f"git: {(fatal or lines or ['failed without a message'])[-1]}"
