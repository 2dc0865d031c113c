"""How an export is written, apart from what is in it."""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """What a user sets for an export.

    `repository` takes the place of the page that the study names as its repository. `revision`
    tells whether the export names git's commit. `qr` adds a QR code, see `mlkg.export.qr`.
    """

    repository: str | None = None
    revision: bool = True
    qr: bool = False

    def arguments(self) -> tuple[str, ...]:
        """Return the words that set this on a command line."""
        words: list[str] = []
        if self.repository is not None:
            words += ["--repository", self.repository]
        return (*words, "--qr") if self.qr else tuple(words)


DEFAULT = Settings()
