"""What the exports for readers hold: the table, and behind each cell its claims and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlkg.export.details import NOTHING, details
from mlkg.export.origin import Origin, digest_of
from mlkg.export.part import WHOLE, Part, arguments, choose
from mlkg.export.records import Claim, Evidence, Source, claims_of, sources_of
from mlkg.export.settings import DEFAULT, Settings
from mlkg.table import Cell, Heading, Table

if TYPE_CHECKING:
    from mlkg.study import Study


class Dossier(NamedTuple):
    """A study, or a part of it, as readers get it.

    `table` has options down and criteria across; formats print the grid that `grid` gives, which
    is transposed where that was asked for. `claims` has the claims of its cells by IRI.
    `sources` are those that evidence in `claims` names, all sources for a whole study.
    `definitions` says what criteria ask for, by IRI.
    `anchors` gives the name of a cell, by the IRIs of option and criterion, in pages and addresses.
    """

    origin: Origin
    table: Table
    description: str | None
    claims: Mapping[str, Claim]
    sources: tuple[Source, ...]
    anchors: Mapping[tuple[str, str], str]
    definitions: Mapping[str, str]
    transposed: bool
    settings: Settings = DEFAULT

    @property
    def qr(self) -> str | None:
        """The address that a QR code of the export encodes, None when none was asked for."""
        if not self.settings.qr:
            return None
        from mlkg.export.qr import address

        return address(self.origin)

    def grid(self) -> Grid:
        """Return what to print: headings down, headings across, and rows of cells."""
        table = self.table
        if not self.transposed:
            return Grid("Option", table.options, table.criteria, table.rows)
        return Grid(
            "Criterion", table.criteria, table.options, tuple(zip(*table.rows, strict=True))
        )

    def anchor(self, down: Heading, across: Heading) -> str:
        """Return the anchor of the cell of two headings of the grid."""
        option, criterion = (across, down) if self.transposed else (down, across)
        return self.anchors[option.iri, criterion.iri]

    def evidence(self, cell: Cell) -> tuple[Evidence, ...]:
        """Return the evidence about a cell."""
        return tuple(piece for claim in cell.claims for piece in self.claims[claim].evidence)


class Grid(NamedTuple):
    """Headings down and across, and `rows[i][j]` where `down[i]` meets `across[j]`."""

    corner: str
    down: tuple[Heading, ...]
    across: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[list[str]]:
        """Return the header and the rows as text, the headings down in the first column."""
        header = [self.corner, *(heading.label for heading in self.across)]
        body = zip(self.down, self.rows, strict=True)
        return [header, *([down.label, *(cell.text for cell in row)] for down, row in body)]


def dossier(study: Study, part: Part = WHOLE, settings: Settings = DEFAULT) -> Dossier:
    """Return `part` of `study` with all that stands behind its cells.

    Raises StudyNotFoundError for a study without a table, UnknownNameError and AmbiguousNameError
    for a part that is none.
    """
    whole = study.table()
    table = choose(study, whole, part)
    sources = sources_of(study)
    known = details(study)
    kept = {iri for row in table.rows for cell in row for iri in cell.claims}
    claims = {iri: claim for iri, claim in claims_of(study, sources, known).items() if iri in kept}
    told = _told(study)
    if not part.is_whole():
        cited = {piece.source for claim in claims.values() for piece in claim.evidence}
        sources = {iri: source for iri, source in sources.items() if source in cited}
    return Dossier(
        origin=_origin(study, told, arguments(part, table), settings),
        table=table,
        description=told and _value(told["description"]),
        claims=claims,
        sources=tuple(sources.values()),
        anchors=_anchors(whole),
        definitions={
            criterion.iri: said
            for criterion in table.criteria
            if (said := known.get(criterion.iri, NOTHING).definition) is not None
        },
        transposed=part.transpose,
        settings=settings,
    )


def origin(study: Study, arguments: tuple[str, ...] = (), settings: Settings = DEFAULT) -> Origin:
    """Return what an export of `study` says of where it comes from."""
    return _origin(study, _told(study), arguments, settings)


def _origin(study: Study, told: Any, arguments: tuple[str, ...], settings: Settings) -> Origin:
    named = settings.revision
    return Origin(
        study=told and _value(told["study"]),
        digest=digest_of(study.quads()),
        repository=settings.repository or (told and _value(told["repository"])),
        revision=named if isinstance(named, str) else study.revision() if named else None,
        arguments=(*arguments, *settings.arguments()),
    )


def _told(study: Study) -> Any:
    """Return what the study says of itself, None when there is no study in the data."""
    return next(iter(study.select("study")), None)


def _anchors(table: Table) -> dict[tuple[str, str], str]:
    """Name each cell after the ends of its IRIs: `mlflow.docker-support`."""
    down, across = _short_names(table.options), _short_names(table.criteria)
    return {(o, c): f"{down[o]}.{across[c]}" for o in down for c in across}


def _short_names(headings: Sequence[Heading]) -> dict[str, str]:
    """Return a name for each IRI, its last segment where no other IRI has the same.

    Names that differ in case alone count as the same, as they do for footnotes in Markdown.
    """
    from hashlib import sha256

    from mlkg.lookup import local_name

    ends = {heading.iri: _slug(local_name(heading.iri)) for heading in headings}
    times = Counter(end.casefold() for end in ends.values())
    return {
        iri: end
        if end and times[end.casefold()] == 1
        else f"{end}-{sha256(iri.encode()).hexdigest()[:8]}"
        for iri, end in ends.items()
    }


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in text).split())


def _value(term: Any) -> str | None:
    return None if term is None else str(term.value)
