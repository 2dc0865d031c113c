"""Making an export again from the words that the first one names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlkg import export
from mlkg.export.part import Part
from mlkg.export.settings import OF_FORMATS, Settings
from mlkg.parameters import parse_parameters
from mlkg.study import Study
from mlkg.verification.reading import ReadingError

_LISTS = {"--option": "options", "--criterion": "criteria", "--state": "states"}
_FLAGS = {"--transpose", "--qr", *(f"--no-{name}" for name in OF_FORMATS)}


class Request(NamedTuple):
    """What was exported: `form` is a standard form, `syntax` what the file is written in."""

    syntax: str
    form: str | None = None
    part: Part = Part()
    view: str | None = None
    params: tuple[str, ...] = ()
    settings: Settings = Settings()

    def made(self, study: Study, revision: bool | str) -> bytes:
        """Return the export of `study` as one that names `revision`, or none.

        Raises MlkgError when it cannot be made of it.
        """
        settings = self.settings._replace(revision=revision)
        if self.view is not None:
            bindings = parse_parameters(self.params, study.prefixes)
            return export.export_view(study, self.view, self.syntax, bindings, settings)
        if self.form is not None:
            return export.export(study, self.form, self.part, settings, syntax=self.syntax)
        return export.export(study, self.syntax, self.part, settings)


def request(words: Sequence[str], syntax: str) -> Request:
    """Return what the words of an origin ask for, of a file in `syntax`.

    Raises ReadingError for words that no export names.
    """
    lists: dict[str, tuple[str, ...]] = {"options": (), "criteria": (), "states": ()}
    single: dict[str, str] = {}
    params: tuple[str, ...] = ()
    flags: set[str] = set()
    waiting = iter(words)
    for word in waiting:
        if word in _FLAGS:
            flags.add(word)
            continue
        value = next(waiting, None)
        if value is None:
            raise ReadingError(f"the arguments that it names break off after {word}")
        if word in _LISTS:
            lists[_LISTS[word]] += (value,)
        elif word == "--param":
            params += (value,)
        elif word in {"--format", "--view", "--repository"} and word not in single:
            single[word] = value
        else:
            raise ReadingError(f"it names an argument that mlkg export does not have: {word}")
    form = single.get("--format")
    return Request(
        syntax,
        None if form in export.format_names() else form,
        Part(**lists, transpose="--transpose" in flags),
        single.get("--view"),
        params,
        Settings(
            repository=single.get("--repository"),
            qr="--qr" in flags,
            guard="--no-guard" not in flags,
            footnotes="--no-footnotes" not in flags,
            document="--no-document" not in flags,
        ),
    )
