"""What the exports for readers hold: the table, and behind each cell its claims and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlkg.export.details import NOTHING, Details, details
from mlkg.export.origin import Origin, digest_of
from mlkg.export.part import WHOLE, Part, arguments, choose
from mlkg.export.settings import DEFAULT, Settings
from mlkg.table import Cell, Heading, Table

if TYPE_CHECKING:
    from mlkg.study import Study


class Source(NamedTuple):
    """A document that evidence is read from; what the data does not tell is None."""

    iri: str
    url: str
    title: str | None
    kind: str | None
    publisher: str | None


class Evidence(NamedTuple):
    """One piece of evidence; `direction` is supports, disputes or inconclusive.

    `indicates` is the notation of a verdict, `retrieved` a date, `by` names.
    `relies_on` are options, `stated_under` is the label of another criterion.
    """

    iri: str
    direction: str
    indicates: str | None
    findings: tuple[str, ...]
    quote: str | None
    source: Source | None
    retrieved: str | None
    by: tuple[str, ...]
    relies_on: tuple[Heading, ...] = ()
    stated_under: str | None = None


def conditions(piece: Evidence) -> list[str]:
    """Return what else a piece of evidence says, as phrases."""
    said = [f"by way of {option.label}" for option in piece.relies_on]
    return said if piece.stated_under is None else [*said, f"stated under {piece.stated_under}"]


class Claim(NamedTuple):
    """A claim with its evidence, in the order of the view `evidence`.

    `relies_on` are options, `by` names who decided it, and `since` says when, as it is written.
    """

    iri: str
    verdict: str
    qualifier: str | None
    rationale: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    relies_on: tuple[Heading, ...] = ()
    by: tuple[str, ...] = ()
    since: str | None = None


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
    sources = _sources(study)
    known = details(study)
    kept = {iri for row in table.rows for cell in row for iri in cell.claims}
    claims = {iri: claim for iri, claim in _claims(study, sources, known).items() if iri in kept}
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


def _sources(study: Study) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for row in study.select("sources"):
        iri = row["source"].value
        kind, publisher, title = (_value(row[name]) for name in ("kind", "publisher", "title"))
        found.setdefault(iri, Source(iri, row["url"].value, title, kind, publisher))
    return found


def _claims(
    study: Study, sources: Mapping[str, Source], known: Mapping[str, Details]
) -> dict[str, Claim]:
    evidence = _evidence(study, sources, known)
    found: dict[str, Claim] = {}
    for row in study.select("claims"):
        iri = row["claim"].value
        before = found.get(iri)
        more = known.get(iri, NOTHING)
        rationale = (*(before.rationale if before else ()), *_values(row["rationale"]))
        found[iri] = Claim(
            iri,
            row["verdict"].value,
            _value(row["qualifier"]),
            tuple(dict.fromkeys(rationale)),
            tuple(evidence.get(iri, {}).values()),
            more.relies_on,
            more.by,
            more.since,
        )
    return found


def _evidence(
    study: Study, sources: Mapping[str, Source], known: Mapping[str, Details]
) -> dict[str, dict[str, Evidence]]:
    """Return the evidence about each claim, by the IRIs of claim and evidence."""
    found: dict[str, dict[str, Evidence]] = {}
    for row in study.select("evidence"):
        of_claim = found.setdefault(row["claim"].value, {})
        iri = row["evidence"].value
        before = of_claim.get(iri)
        more = known.get(iri, NOTHING)
        of_claim[iri] = Evidence(
            iri,
            row["direction"].value,
            _value(row["indicates"]),
            _joined(before and before.findings, row["finding"]),
            _value(row["quote"]),
            None if row["source"] is None else sources.get(row["source"].value),
            _value(row["retrievedOn"]),
            _joined(before and before.by, row["by"]),
            more.relies_on,
            more.stated_under,
        )
    return found


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


def _joined(before: tuple[str, ...] | None, term: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(before or ()), *_values(term))))


def _values(term: Any) -> Iterable[str]:
    return () if term is None else (str(term.value),)


def _value(term: Any) -> str | None:
    return None if term is None else str(term.value)
