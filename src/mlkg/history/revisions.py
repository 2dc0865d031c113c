"""A study as it was at a revision of git."""

from __future__ import annotations

from pathlib import Path

import mlkg
from mlkg.errors import MlkgError
from mlkg.history import git
from mlkg.study import Study


def study_at(root: Path, revision: str) -> Study:
    """Return the study in the folder `root` with its data as `revision` has it.

    Terms, views and rules are those of today. Raises MlkgError, which names the revision, for no
    repository, no such revision, no data there, or data that is broken there.
    """
    try:
        return mlkg.load(root, data=git.data_at(root, revision))
    except git.GitError:
        raise
    except MlkgError as error:
        raise MlkgError(f"at {revision}: {error}") from error
