"""A study as it was at a revision of git."""

from __future__ import annotations

from pathlib import Path

from mlkg.errors import MlkgError
from mlkg.history import git
from mlkg.study import FolderStudy, Study


def study_at(root: Path, revision: str) -> Study:
    """Return the study in the folder `root` with its data as `revision` has it.

    Terms, views and rules are the current ones. Data in the form of mlkg 0.1 are migrated in
    memory; `Study.quads` returns them as they were committed. Raises MlkgError, which names the
    revision, for no repository, no such revision, no data there, or data that is broken there.
    """
    from mlkg.editing.migrating import migrated_files

    try:
        data = git.data_at(root, revision)
        return FolderStudy(root, migrated_files(data), data)
    except git.GitError:
        raise
    except MlkgError as error:
        raise MlkgError(f"at {revision}: {error}") from error
