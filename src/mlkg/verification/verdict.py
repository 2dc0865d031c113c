"""The verdict on an exported file: its content compared with what the graph says, and said.

An export is made again from the study, with the words that the file names, and both are read by the
same reader. A file that differs from the study of today is compared with what the study was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlkg import export
from mlkg.errors import MlkgError, OutputError, StudyNotFoundError
from mlkg.export import RDF_FORMATS
from mlkg.export.dossier import origin as origin_of
from mlkg.export.origin import Origin, digest_of
from mlkg.export.settings import Settings
from mlkg.study import Study
from mlkg.verification import exported
from mlkg.verification.again import Request, request
from mlkg.verification.past import Past, State
from mlkg.verification.reading import (
    DRAWING,
    Difference,
    Key,
    ReadingError,
    differences,
    without_origin,
)

CURRENT, STALE, ALTERED, UNDECIDED = "current", "stale", "altered", "undecided"

_FORMER = (
    "mlkg 0.1 recorded these data, and the cells are theirs; whether the rest was altered cannot "
    "be told, because the current model words evidence differently"
)


class Verification(NamedTuple):
    """What became of one file.

    `status` is CURRENT; STALE, when the graph has changed since; ALTERED, when it is no export of
    the study, neither of today nor of a revision; UNDECIDED, when the history that would tell
    stale from altered is not there, or is of a model that words evidence differently.
    `differences` are from the study of today, and of a file that is altered from the export that it
    claims to be, or else comes nearest to.
    `state` is the revision of a stale file. `notes` are for people.
    """

    status: str
    differences: tuple[Difference, ...] = ()
    state: State | None = None
    part: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verify(path: Path, past: Past) -> Verification:
    """Return whether the file at `path` is what the study says.

    The metadata of a csv or tsv file and that file are verified together, by either path.
    Raises OutputError for a file that cannot be read, has no format of mlkg's or is too large, and
    ReadingError for one that is not of its format.
    """
    return _Case(exported.described(path), past).verdict()


class _Case:
    """One file on its way to a verdict."""

    def __init__(self, path: Path, past: Past) -> None:
        self.name = path.name
        self.format = export.format_of(str(path))
        self.content = exported.content_of(path)
        self.past = past
        self.today = past.today
        beside = path.with_name(exported.companion_name(path.name))
        has_companion = self.format in exported.WITH_COMPANION and beside.is_file()
        self.companion = exported.content_of(beside) if has_companion else None
        self.origin = exported.origin_of(self.content, self.format, self.companion)
        self.requests = self._requests()

    def verdict(self) -> Verification:
        digest = digest_of(self.today.quads())
        origin = self.origin
        if origin is None:
            return self._without_origin()
        (wanted,) = self.requests
        if origin.digest == digest:
            found = self._differences(self.today, wanted)
            if not found and (fault := self._false_revision(origin)):
                return self._done(ALTERED, notes=(fault,))
            if not found:
                return self._done(CURRENT, notes=self._notes(origin))
            return self._altered(self.today, found)
        state = self.past.find(origin.digest, origin.revision)
        if state is None:
            return self._of_no_state(origin, wanted)
        if fault := self._false_revision(origin):
            return self._done(ALTERED, notes=(fault,))
        study = self.past.study(state.commit)
        if study is None:
            raise OutputError(f"the study cannot be read as it was at {state.commit}")
        if found := self._differences(study, wanted):
            return self._altered(study, found, f"it names the data of {_called(state)}")
        found = self._differences(self.today, wanted, told=False)
        if found:
            return self._done(STALE, found, state=state)
        since = f"the graph has changed since {_called(state)}, in nothing that the file shows"
        return self._done(CURRENT, notes=(since, *self._notes(origin)))

    def _altered(self, study: Study, found: tuple[Difference, ...], *notes: str) -> Verification:
        """Return that a file is no export of the data that it names, as far as that can be told."""
        if study.migrated and not any(map(_in_a_cell, found)):
            return self._done(UNDECIDED, found, notes=(*notes, _FORMER))
        return self._done(ALTERED, found, notes=notes)

    def _requests(self) -> list[Request]:
        """Return what the file may be an export of: one thing, unless it does not tell."""
        if self.origin is not None:
            return [request(self.origin.arguments, self.format)]
        if self.format in RDF_FORMATS:
            from mlkg import stored

            forms = stored.forms(self.today.query_folders)
            return [Request(self.format), *(Request(self.format, form) for form in forms)]
        guards = ([], ["--no-guard"]) if self.format in exported.WITH_COMPANION else ([],)
        turns: tuple[list[str], ...] = ([], ["--transpose"])
        return [request([*turn, *guard], self.format) for turn in turns for guard in guards]

    def _without_origin(self) -> Verification:
        """Return the verdict on a file that does not say what it was made from."""
        candidates = self._candidates(self.today)
        nearest = min((found for found, _ in candidates), key=len, default=None)
        if nearest is None:
            raise ReadingError("it is no export that can be made of this study")
        if not nearest:
            return self._done(CURRENT, notes=self._lacking())
        for state, study in self.past.studies():
            for found, wanted in self._candidates(study):
                if not found:
                    since = self._differences(self.today, wanted, told=False)
                    return self._done(STALE, since, state=state)
        nothing = "it does not say what it was made from, and no revision gives the same"
        if self.format in exported.WITH_COMPANION:
            nothing += f"; {exported.companion_name(self.name)} would say so, and is not beside it"
        return self._unknown(nearest, nothing)

    def _lacking(self) -> tuple[str, ...]:
        """Return what to say of a file that lost what it said of its origin."""
        if self.format in exported.WITH_COMPANION:
            return ()
        return ("it does not say what it was made from, as an export of mlkg does",)

    def _candidates(self, study: Study) -> list[tuple[tuple[Difference, ...], Request]]:
        found = []
        for wanted in self.requests:
            try:
                found.append((self._differences(study, wanted), wanted))
            except ReadingError:
                raise
            except MlkgError:
                continue
        return found

    def _of_no_state(self, origin: Origin, wanted: Request) -> Verification:
        """Return the verdict on a file whose digest is of no state that git knows."""
        try:
            found = self._differences(self.today, wanted, told=False, looks=True)
        except MlkgError as error:
            return self._unknown((), str(error))
        nothing = f"its digest {origin.digest[:12]} is of no revision of the data"
        if not found and self.past.missing:
            why = f"its digest is not that of today's data ({self.past.missing})"
            return self._done(CURRENT, notes=(why,))
        return self._unknown(found, nothing, *self._of_another_study(origin))

    def _of_another_study(self, origin: Origin) -> Iterator[str]:
        """Yield a note when the file names another study than this one."""
        ours = origin_of(self.today, settings=Settings(revision=False)).study
        if origin.study != ours:
            yield f"it is of the study {origin.study}, and this is {ours}"

    def _unknown(self, found: tuple[Difference, ...], why: str, *notes: str) -> Verification:
        """Return that a file is altered, or that nobody can tell without the history."""
        if self.past.missing:
            reason = f"whether it is stale or altered cannot be told: {self.past.missing}"
            return self._done(UNDECIDED, found, notes=(reason, *notes))
        return self._done(ALTERED, found, notes=(why, *notes))

    def _false_revision(self, origin: Origin) -> str | None:
        """Return what is wrong with the revision that the file names, None when nothing is."""
        if origin.revision is None:
            return None
        commits = [s.commit for s in self.past.states if s.commit == origin.revision]
        if commits and self.past.digest(commits[0]) not in {origin.digest, None}:
            return f"the data of the revision that it names, {origin.revision[:12]}, is other data"
        return None

    def _differences(
        self, study: Study, wanted: Request, *, told: bool = True, looks: bool = False
    ) -> tuple[Difference, ...]:
        """Return what the file says otherwise than the export of `study`.

        Without `told`, what the file says of its origin is left aside, and without `looks` then
        how things look.
        """
        revision = (self.origin and self.origin.revision) or False
        try:
            made = wanted.made(study, revision, self.name)
        except MlkgError as error:
            if study is self.today and not told:
                words = " ".join(self._words())
                return (Difference(None, None, "what it is of", words, str(error)),)
            raise
        honest = made[self.name]
        beside = (
            made.get(exported.companion_name(self.name)) if self.companion is not None else None
        )
        if honest == self.content and beside == self.companion:
            return ()
        places = {**_places(study), **_places(self.today)} if self.format in RDF_FORMATS else {}
        said = exported.read(self.content, self.format, places, wanted)
        true = exported.read(honest, self.format, places, wanted)
        if told:
            found = [*_in_origin(said.origin, true.origin), *differences(said, true)]
            if beside != self.companion:
                found += exported.in_companion(self.companion, beside)
            return tuple(found)
        return differences(
            without_origin(said, said.origin or self.origin, codes=looks),
            without_origin(true, true.origin or self.origin, codes=looks),
            looks=looks,
        )

    def _words(self) -> tuple[str, ...]:
        return self.origin.arguments if self.origin else ()

    def _notes(self, origin: Origin) -> tuple[str, ...]:
        """Return what a reader should know of a file whose cells are those of the graph."""
        notes = []
        if "--repository" in origin.arguments:
            notes.append(f"it leads to {origin.repository}, which is not what the study names")
        known = {state.commit for state in self.past.states}
        if origin.revision is not None and not self.past.missing and origin.revision not in known:
            notes.append(f"no revision of the data here is {origin.revision[:12]}, which it names")
        return tuple(notes)

    def _done(
        self,
        status: str,
        found: tuple[Difference, ...] = (),
        *,
        state: State | None = None,
        notes: tuple[str, ...] = (),
    ) -> Verification:
        labels = (
            {}
            if not found
            else _labels([self.today, *([self.past.study(state.commit)] if state else [])])
        )
        named = tuple(_named(one, labels) for one in _telling(found))
        return Verification(status, named, state, self._words(), notes)


def _in_a_cell(one: Difference) -> bool:
    """Tell whether a difference is in what every version of mlkg exports alike of a cell."""
    return one.option is not None and one.what in ("text", "state")


def _in_origin(said: Origin | None, true: Origin | None) -> Iterator[Difference]:
    if said is None or true is None:
        return
    for name, one, other in zip(Origin._fields, said, true, strict=True):
        if one != other:
            texts = (None if value is None else str(value) for value in (one, other))
            yield Difference(None, None, name, *texts)


def _telling(found: Iterable[Difference]) -> Iterator[Difference]:
    """Yield differences without those of the looks of a cell that says something else anyway."""
    listed = list(found)
    said = {(one.option, one.criterion) for one in listed if one.what != DRAWING}
    for one in listed:
        if one.what != DRAWING or (one.option, one.criterion) not in said:
            yield one


def _places(study: Study) -> dict[str, Key]:
    from mlkg.verification.readers.rdf import cells_of

    return cells_of(list(study.quads()))


def _labels(studies: list[Study | None]) -> dict[str, str]:
    """Return the labels of options and criteria by IRI."""
    found: dict[str, str] = {}
    for study in studies:
        if study is None:
            continue
        with contextlib.suppress(StudyNotFoundError):  # triples without a table can be exported
            table = study.table()
            for heading in (*table.options, *table.criteria):
                found.setdefault(heading.iri, heading.label)
    return found


def _named(one: Difference, labels: Mapping[str, str]) -> Difference:
    return one._replace(
        option=one.option and labels.get(one.option, one.option),
        criterion=one.criterion and labels.get(one.criterion, one.criterion),
    )


def _called(state: State) -> str:
    return f"revision {state.commit[:12]} of {state.day}"
