"""A row, a column or a source at a glance: how its claims stand, and what falls with a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from mlkg.errors import UnknownNameError
from mlkg.explain.description import NOTHING, describe, pointing
from mlkg.explain.explanation import Claim, Source, columns_of, explain_cells, source_of
from mlkg.lookup import Named, choose, records
from mlkg.naming import labels

if TYPE_CHECKING:
    from mlkg.study import Study


@dataclass(frozen=True, slots=True)
class Overview:
    """An option or a criterion with its claims; `kind` is the one or the other.

    `notes` are the definition and notes that the data gives.
    """

    kind: str
    iri: str
    label: str
    other_names: tuple[str, ...]
    notes: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """A claim with evidence from a source.

    `falls` tells that it has sourced support now and would have none without the source.
    """

    claim: Claim
    falls: bool


@dataclass(frozen=True, slots=True)
class Leaning:
    """A claim that holds by way of another option, whose own claim rests on a source.

    `on` is that claim's cell; `falls` tells that it falls with the source.
    """

    claim: Claim
    on: str
    falls: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """What rests on a source and its parts, directly and through reliance."""

    sources: tuple[Source, ...]
    resting: tuple[Resting, ...]
    leaning: tuple[Leaning, ...]


Explained = tuple[Claim, ...] | Overview | Impact
"""What can be explained: the claims of a cell, a row or column, what rests on a source."""


def claims_of(found: Explained) -> tuple[Claim, ...]:
    """Return the claims that an explanation is about, each once."""
    if isinstance(found, Overview):
        return found.claims
    if isinstance(found, Impact):
        told = [rest.claim for rest in found.resting] + [lean.claim for lean in found.leaning]
        return tuple({claim.iri: claim for claim in told}.values())
    return found


def overview(study: Study, record: Named) -> Overview:
    """Return the row of an option, or the column of a criterion or of those that divide it."""
    table = study.table()
    if record.kind == "option":
        cells = [(record.iri, criterion.iri) for criterion in table.criteria]
    else:
        columns = columns_of(study, record.iri)
        cells = [(option.iri, column) for column in columns for option in table.options]
    said = describe(study.store, [record.iri]).get(record.iri, NOTHING)
    return Overview(
        kind=record.kind,
        iri=record.iri,
        label=record.label,
        other_names=tuple(name for name in record.names if name != record.label),
        notes=(
            *said.texts("skos:definition"),
            *said.texts("skos:scopeNote"),
            *said.texts("skos:note"),
        ),
        claims=explain_cells(study, cells),
    )


def find_source(study: Study, name: str) -> Named:
    """Return the source that `name` means: its URL, with or without a fragment, or a name of it.

    Raises UnknownNameError and AmbiguousNameError.
    """
    known = records(study, "source")
    try:
        return choose(study, name, known)
    except UnknownNameError:
        page = _page(name)
        for record in known:
            if any(_page(other) == page for other in record.names):
                return record
        raise


def impact(study: Study, source: str) -> Impact:
    """Return what rests on the source with the IRI `source`, and what falls without it."""
    chosen = _with_parts(study, source)
    lost: dict[str, int] = {}
    left: dict[str, int] = {}
    order: dict[str, tuple[str, str]] = {}
    for row in study.select("resting"):
        claim, supporting = row["claim"].value, int(row["supporting"].value)
        left.setdefault(claim, supporting + int(row["others"].value))
        if row["source"].value in chosen:
            lost[claim] = lost.get(claim, 0) + supporting
    table = study.table()
    for option, cells in zip(table.options, table.rows, strict=True):
        for criterion, cell in zip(table.criteria, cells, strict=True):
            order.update(dict.fromkeys(cell.claims, (option.iri, criterion.iri)))
    falling = {claim for claim, number in lost.items() if number and number == left[claim]}
    leaning = _leaning(study, list(lost))
    wanted = [claim for claim in order if claim in lost or claim in leaning]
    told = {
        claim.iri: claim
        for claim in explain_cells(study, dict.fromkeys(order[claim] for claim in wanted))
    }
    return Impact(
        sources=_sources(study, chosen),
        resting=tuple(Resting(told[c], c in falling) for c in wanted if c in lost),
        leaning=tuple(
            Leaning(told[claim], _cell_name(told[basis]), basis in falling)
            for claim in wanted
            for basis in leaning.get(claim, [])
            if basis in told
        ),
    )


def _leaning(study: Study, resting: Sequence[str]) -> dict[str, list[str]]:
    """Return the claims that lean on `resting`, directly or not, with the claims they lean on."""
    on: dict[str, list[str]] = {}
    for row in study.select("reliance"):
        if row["basis"] is not None:
            on.setdefault(row["basis"].value, []).append(row["claim"].value)
    found: dict[str, list[str]] = {}
    waiting = list(resting)
    seen = set(waiting)
    while waiting:
        basis = waiting.pop()
        for claim in on.get(basis, []):
            found.setdefault(claim, []).append(basis)
            if claim not in seen:
                seen.add(claim)
                waiting.append(claim)
    return {claim: sorted(bases) for claim, bases in found.items()}


def _with_parts(study: Study, source: str) -> list[str]:
    """Return a source and the sources that are parts of it, in this order."""
    found = [source]
    for whole in found:
        parts = pointing(study.store, "dcterms:isPartOf", [whole]).get(whole, [])
        found += [part for part in parts if part not in found]
    return found


def _sources(study: Study, iris: Sequence[str]) -> tuple[Source, ...]:
    said = describe(study.store, iris)
    linked = {
        text
        for described in said.values()
        for name in ("mlkg:sourceKind", "dcterms:publisher")
        for text in described.texts(name)
    }
    names = {
        term.value: label
        for term, label in labels(study.store, map(NamedNode, linked)).items()
        if isinstance(term, NamedNode)
    }
    return tuple(source_of(iri, said.get(iri, NOTHING), names) for iri in iris)


def _cell_name(claim: Claim) -> str:
    return f"{claim.option.label} × {claim.criterion.label}"


def _page(url: str) -> str:
    """Return what two addresses of one page share: no scheme, fragment or last slash."""
    return url.strip().partition("#")[0].partition("://")[2].rstrip("/").casefold() or url
