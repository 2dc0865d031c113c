"""What the study was: its states in git, found by their digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlkg.errors import MlkgError
from mlkg.export.origin import digest_of
from mlkg.history import git
from mlkg.history.revisions import study_at
from mlkg.study import Study
from mlkg.turtle.files import TurtleFile


class State(NamedTuple):
    """A state of the data that a commit left: the commit in full, and its day."""

    commit: str
    day: str


class Past:
    """The states that the history of the checked out commit has, newest first.

    Each is read once, however many files are verified. `missing` says why the history is not
    known, or not all of it; None when it is.
    """

    def __init__(self, today: Study, root: Path | None) -> None:
        """Take the study of today, and the folder whose git history has its past, if there is one.

        The study in an endpoint has no history.
        """
        self.today = today
        self._root = root
        self._digests: dict[str, str | None] = {}
        self._studies: dict[str, Study | None] = {}
        self.states: tuple[State, ...] = ()
        self.missing: str | None = None
        if root is None:
            self.missing = "an endpoint keeps no history"
            return
        try:
            self.states = tuple(State(*entry) for entry in git.commits_of_data(root))
            if git.is_shallow(root):
                self.missing = f"the clone is shallow: {git.WHOLE_HISTORY}"
        except git.GitError as error:
            self.missing = str(error)

    def find(self, digest: str, hint: str | None) -> State | None:
        """Return the newest state with a digest; the commit `hint` is tried first."""
        hinted = [state for state in self.states if hint and state.commit == hint]
        for state in (*hinted, *self.states):
            if self.digest(state.commit) == digest:
                return state
        return None

    def digest(self, commit: str) -> str | None:
        """Return the digest of the data at a commit, None when there is none that can be read."""
        if commit not in self._digests:
            self._digests[commit] = self._computed(commit)
        return self._digests[commit]

    def study(self, commit: str) -> Study | None:
        """Return the study at a commit, None when it cannot be read."""
        if commit not in self._studies:
            self._studies[commit] = self._loaded(commit)
        return self._studies[commit]

    def studies(self) -> Iterator[tuple[State, Study]]:
        """Yield each state with its study, those left out that cannot be read."""
        for state in self.states:
            study = self.study(state.commit)
            if study is not None:
                yield state, study

    def _loaded(self, commit: str) -> Study | None:
        if self._root is None:
            return None
        try:
            return study_at(self._root, commit)
        except MlkgError:
            return None

    def _computed(self, commit: str) -> str | None:
        if self._root is None:
            return None
        try:
            files: Mapping[str, bytes] = git.data_at(self._root, commit)
            read = (TurtleFile(name, text) for name, text in sorted(files.items()))
            return digest_of(quad for file in read for quad in file.quads())
        except (MlkgError, SyntaxError, ValueError):
            return None
