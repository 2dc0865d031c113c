"""Repositories in which git's configuration, attributes, hooks and environment name commands.

Each command appends the name of its trap to a file, the marker.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from samples import HOUSE

NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "T",
    "GIT_AUTHOR_EMAIL": "t@example.org",
    "GIT_COMMITTER_NAME": "T",
    "GIT_COMMITTER_EMAIL": "t@example.org",
}

SETTINGS = {
    "core.fsmonitor": "{trap} fsmonitor; false",
    "core.hooksPath": "{hooks}",
    "core.pager": "{trap} core.pager",
    "pager.log": "{trap} pager.log",
    "pager.config": "{trap} pager.config",
    "pager.diff": "{trap} pager.diff",
    "core.editor": "{trap} core.editor",
    "sequence.editor": "{trap} sequence.editor",
    "core.sshCommand": "{trap} core.sshCommand",
    "core.askPass": "{trap} core.askPass",
    "core.gitProxy": "{trap} core.gitProxy",
    "core.alternateRefsCommand": "{trap} alternateRefs",
    "credential.helper": "!{trap} credential",
    "diff.external": "{trap} diff.external",
    "diff.x.textconv": "{trap} textconv",
    "diff.x.command": "{trap} diff.command",
    "filter.x.clean": "{trap} clean",
    "filter.x.smudge": "{trap} smudge",
    "filter.x.required": "true",
    "filter.y.process": "{trap} process",
    "merge.x.driver": "{trap} merge-driver",
    "gpg.program": "{trap} gpg",
    "gpg.ssh.program": "{trap} gpg.ssh",
    "log.showSignature": "true",
    "alias.status": "!{trap} alias.status",
    "alias.rev-list": "!{trap} alias.rev-list",
    "alias.rev-parse": "!{trap} alias.rev-parse",
    "alias.ls-tree": "!{trap} alias.ls-tree",
    "alias.cat-file": "!{trap} alias.cat-file",
    "alias.config": "!{trap} alias.config",
    "include.path": "{included}",
    "uploadpack.packObjectsHook": "{trap} packObjectsHook",
    "remote.origin.uploadpack": "{trap} uploadpack",
    "remote.origin.url": "ext::{trap} ext",
    "remote.origin.fetch": "+refs/heads/*:refs/remotes/origin/*",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "submodule.recurse": "true",
    "submodule.sub.update": "!{trap} submodule",
    "submodule.sub.active": "true",
    "interactive.diffFilter": "{trap} diffFilter",
    "status.showUntrackedFiles": "no",
    "core.worktree": "{elsewhere}",
}
"""What a repository's own configuration sets; {trap} is the command."""

ENVIRONMENT = {
    "GIT_EXTERNAL_DIFF": "{trap} GIT_EXTERNAL_DIFF",
    "GIT_SSH_COMMAND": "{trap} GIT_SSH_COMMAND",
    "GIT_SSH": "{hooks}/GIT_SSH",
    "GIT_ASKPASS": "{hooks}/GIT_ASKPASS",
    "GIT_PAGER": "{trap} GIT_PAGER",
    "GIT_EDITOR": "{trap} GIT_EDITOR",
    "GIT_PROXY_COMMAND": "{hooks}/GIT_PROXY_COMMAND",
    "GIT_EXEC_PATH": "{hooks}",
    "GIT_TRACE": "{marker}",
    "GIT_TRACE2": "{marker}",
    "GIT_TRACE_SETUP": "{marker}",
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "{trap} GIT_CONFIG_COUNT; false",
    "GIT_CONFIG_KEY_1": "core.attributesFile",
    "GIT_CONFIG_VALUE_1": "{included}",
    "GIT_CONFIG_PARAMETERS": "'core.fsmonitor'='{trap} GIT_CONFIG_PARAMETERS; false'",
    "GIT_DIR": "{elsewhere}/.git",
    "GIT_WORK_TREE": "{elsewhere}",
    "GIT_INDEX_FILE": "{elsewhere}/.git/index",
    "GIT_OBJECT_DIRECTORY": "{elsewhere}/.git/objects",
    "GIT_COMMON_DIR": "{elsewhere}/.git",
    "GIT_NAMESPACE": "x",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_CEILING_DIRECTORIES": "/",
}
"""Variables of the environment, which name commands, files and another repository."""

HOOKS = (
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "pre-auto-gc",
    "reference-transaction",
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "GIT_SSH",
    "git",  # in the study, for an entry of PATH that is relative
    "git-cat-file",
    "git-fetch",
    "git-ls-tree",
    "git-rev-list",
)


def git(folder: Path, *args: str, env: dict[str, str] | None = None) -> str:
    """Run git in a folder, whatever fails, and return what it prints."""
    done = subprocess.run(
        ["git", *args],
        cwd=folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **NOBODY, **(env or {})},
        timeout=60,
    )
    return done.stdout.decode()


class Traps:
    """Repositories below `folder`, each with a study and all the traps; `marker` is the file."""

    def __init__(self, folder: Path) -> None:
        """Make the command of the traps, and a sound repository elsewhere."""
        self.folder = folder
        self.marker = folder / "MARKER"
        self.hooks = folder / "hooks"
        self.hooks.mkdir()
        for name in HOOKS:
            self._script(self.hooks / name, f'echo "{name}" >> "{self.marker}"\nexit 1')
        self.trap = folder / "trap"
        self._script(self.trap, f'echo "$1" >> "{self.marker}"\nexit 1')
        self.included = folder / "included"
        self.included.write_text(
            '[core]\n\tattributesFile = "nowhere"\n[include]\n\tpath = "self"\n'
        )
        self.elsewhere = folder / "elsewhere"
        self.new(self.elsewhere, HOUSE.replace("Lunch", "Dinner"))

    def _script(self, path: Path, text: str) -> None:
        path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        path.chmod(0o755)

    def filled(self, text: str) -> str:
        """Return a value of SETTINGS or ENVIRONMENT for this folder."""
        return text.format(
            trap=self.trap,
            hooks=self.hooks,
            marker=self.marker,
            included=self.included,
            elsewhere=self.elsewhere,
        )

    def environment(self) -> dict[str, str]:
        """Return the variables, with `.` as the first entry of PATH."""
        found = {name: self.filled(value) for name, value in ENVIRONMENT.items()}
        return {**found, "PATH": f".{os.pathsep}{os.environ['PATH']}"}

    def new(self, folder: Path, text: str = HOUSE) -> Path:
        """Write a study of two commits, and return its folder."""
        (folder / "data").mkdir(parents=True)
        git(folder, "init", "-q", "-b", "main")
        for title in ("Breakfast", "Lunch"):
            (folder / "data" / "all.ttl").write_text(text.replace("Lunch", title), "utf-8")
            git(folder, "add", "-A")
            git(folder, "commit", "-q", "-m", title)
        return folder

    def arm(self, folder: Path) -> Path:
        """Set all traps in the repository of a folder, and let its study look changed to git."""
        at = folder / git(folder, "rev-parse", "--git-common-dir").strip()
        (at / "info").mkdir(exist_ok=True)
        (at / "info" / "attributes").write_text("*.ttl filter=x diff=x merge=x\n*.md filter=y\n")
        for name in HOOKS:
            self._script(at / "hooks" / name, f'echo "{name}" >> "{self.marker}"\nexit 1')
        for key, value in SETTINGS.items():
            git(folder, "config", key, self.filled(value))
        os.utime(folder / "data" / "all.ttl", (1, 1))
        self._script(folder / "git", f'echo "git of the study" >> "{self.marker}"\nexit 1')
        return folder

    def own(self) -> Path:
        """A repository with the traps in its own configuration."""
        return self.arm(self.new(self.folder / "own"))

    def worktree(self) -> Path:
        """A linked work tree of such a repository."""
        main = self.new(self.folder / "main")
        git(main, "worktree", "add", "-q", str(self.folder / "linked"), "-b", "linked")
        self.arm(main)
        return self.arm(self.folder / "linked")

    def alternates(self) -> Path:
        """A clone that has its objects in the repository of somebody else."""
        source = self.new(self.folder / "source")
        git(self.folder, "clone", "-q", "--shared", str(source), str(self.folder / "shared"))
        self.arm(source)
        return self.arm(self.folder / "shared")

    def submodule(self) -> Path:
        """A study in a submodule of a repository with the traps."""
        outer, inner = self.new(self.folder / "outer"), self.new(self.folder / "inner")
        add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub"]
        git(outer, *add)
        git(outer, "commit", "-q", "-m", "Submodule")
        self.arm(outer)
        return self.arm(outer / "sub")

    def partial(self) -> Path:
        """A partial clone, whose missing objects git would fetch with a command of its own."""
        folder = self.new(self.folder / "partial")
        blob = git(folder, "rev-parse", "HEAD~1:data/all.ttl").strip()
        (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        self.arm(folder)
        git(folder, "config", "core.repositoryFormatVersion", "1")
        git(folder, "config", "extensions.partialClone", "origin")
        git(folder, "config", "remote.origin.promisor", "true")
        git(folder, "config", "--unset", "core.worktree")
        return folder

    def pointed(self) -> Path:
        """A folder whose file `.git` leads to a repository that is committed as ordinary files."""
        folder = self.embedded(self.folder / "pointing")
        (folder / ".git").write_text("gitdir: .\n", "utf-8")
        return folder

    def embedded(self, outer: Path | None = None) -> Path:
        """A folder in a clone that looks like a repository: HEAD, config, objects and refs."""
        outer = outer or self.folder / "victim"
        study = self.arm(self.new(outer / "study"))
        git(study, "config", "core.bare", "false")
        git(study, "config", "core.worktree", ".")
        for name in ("HEAD", "config", "objects", "refs", "index", "info"):
            (study / ".git" / name).rename(study / name)
        (study / ".git").rename(self.folder / f"gone-{outer.name}")
        git(outer, "init", "-q", "-b", "main")
        for number in (1, 2):
            git(outer, "add", "-A")
            git(outer, "commit", "-q", "--allow-empty", "-m", f"Upstream {number}")
        return study

    def sprung(self) -> set[str]:
        """Return the names of the traps that a command ran, and forget them."""
        if not self.marker.exists():
            return set()
        found = set(self.marker.read_text("utf-8", "replace").split("\n")) - {""}
        self.marker.unlink()
        return found
