"""How an export is written, apart from what is in it."""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """What a user sets for an export.

    `repository` takes the place of the page that the study names as its repository. `revision`
    tells whether the export names git's commit, or is the commit that it names. `qr` adds a QR
    code, see `mlkg.export.qr`.
    The others are options that only some formats have, on unless they are turned off.
    """

    repository: str | None = None
    revision: bool | str = True
    qr: bool = False
    guard: bool = True
    footnotes: bool = True
    document: bool = True

    def turned_off(self) -> dict[str, bool]:
        """Return the options of formats that are turned off, as arguments of their writers."""
        options = {"guard": self.guard, "footnotes": self.footnotes, "document": self.document}
        return {name: False for name, on in options.items() if not on}

    def arguments(self) -> tuple[str, ...]:
        """Return the words that set this on a command line."""
        words = [] if self.repository is None else ["--repository", self.repository]
        words += ["--qr"] if self.qr else []
        return (*words, *(f"--no-{name}" for name in self.turned_off()))


DEFAULT = Settings()
