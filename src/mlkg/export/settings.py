"""How an export is written, apart from what is in it."""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """What a user sets for an export.

    `repository` takes the place of the page that the study names as its repository. `revision`
    tells whether the export names git's commit, or is the commit that it names. `qr` adds a QR
    code, see `mlkg.export.qr`. Some formats have settings of their own: `guard` makes formulas text
    in csv and tsv, see `mlkg.export.guard`; `footnotes` adds the evidence in md; `document` makes
    tex a whole one.
    """

    repository: str | None = None
    revision: bool | str = True
    qr: bool = False
    guard: bool = True
    footnotes: bool = True
    document: bool = True

    def left_out(self) -> tuple[str, ...]:
        """Return the settings of single formats that are off."""
        return tuple(name for name in OF_FORMATS if not getattr(self, name))

    def arguments(self) -> tuple[str, ...]:
        """Return the words that set this on a command line."""
        words: list[str] = []
        if self.repository is not None:
            words += ["--repository", self.repository]
        if self.qr:
            words.append("--qr")
        return (*words, *(f"--no-{name}" for name in self.left_out()))


OF_FORMATS = ("guard", "footnotes", "document")
"""The settings that only some formats have; a module names its own in `SETTINGS`."""

DEFAULT = Settings()
