"""Triples in any syntax of RDF, read back: those of a record count with the record's cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
)

from mlkg.export.origin import MARK, Origin, from_comment
from mlkg.export.rdf import DATASETS, GRAPHS, NOTE
from mlkg.namespaces import MLKG
from mlkg.verification.reading import Fact, Key, Reading, ReadingError

_POINTERS = {NamedNode(MLKG + name) for name in ("about", "reviews")}
_OPTION, _CRITERION = NamedNode(MLKG + "option"), NamedNode(MLKG + "criterion")


def read(
    content: bytes, format: str, places: Mapping[str, Key], *, graphs: bool = False
) -> Reading:
    """Return what the triples say; `graphs` tells that the names of graphs count.

    `places` gives the cell of a record by its IRI; records that it lacks are found by what the
    triples say of them. What is named below a record is of the record.
    Raises ReadingError when the bytes are not of the syntax.
    """
    quads = _quads(content, format)
    known = {**cells_of(quads), **places}
    cells: dict[Key, list[Fact]] = {}
    rest: dict[str, list[str]] = {}
    for quad in sorted(quads, key=str):
        subject = str(getattr(quad.subject, "value", quad.subject))
        place = _place(subject, known)
        predicate = quad.predicate.value
        graph = f" in {quad.graph_name}" if graphs and quad.graph_name != DefaultGraph() else ""
        if place is None:
            rest.setdefault(subject, []).append(f"{predicate} {quad.object}{graph}")
        else:
            what = f"{subject} {predicate}{graph}"
            cells.setdefault(place, []).append((what, str(quad.object)))
    return Reading(
        origin(content, format),
        {key: tuple(dict.fromkeys(facts)) for key, facts in sorted(cells.items())},
        {place: tuple(dict.fromkeys(values)) for place, values in rest.items()},
    )


def cells_of(quads: Sequence[Quad]) -> dict[str, Key]:
    """Return the cell of each claim, and of what is about one, by the IRI of the record."""
    options: dict[str, str] = {}
    criteria: dict[str, str] = {}
    about: dict[str, str] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
            continue
        for predicate, found in ((_OPTION, options), (_CRITERION, criteria)):
            if quad.predicate == predicate:
                found[quad.subject.value] = quad.object.value
        if quad.predicate in _POINTERS:
            about[quad.subject.value] = quad.object.value
    claims = {iri: (options[iri], criteria[iri]) for iri in options if iri in criteria}
    pieces = {iri: claims[claim] for iri, claim in about.items() if claim in claims}
    return {**pieces, **claims}


def _place(iri: str, known: Mapping[str, Key]) -> Key | None:
    """Return the cell of a record, or of the record that `iri` is below."""
    while iri not in known:
        iri, slash, _ = iri.rpartition("/")
        if not slash:
            return None
    return known[iri]


def _quads(content: bytes, format: str) -> list[Quad]:
    syntax: RdfFormat = GRAPHS.get(format) or DATASETS[format]
    if format == "rdfxml":
        from mlkg.verification.xml import parsed

        parsed(content)
    try:
        quads = list(pyoxigraph.parse(content, format=syntax))
    except SyntaxError as error:
        raise ReadingError(f"it is no {format}: {error.msg}") from error
    except (ValueError, OSError) as error:
        raise ReadingError(f"it is no {format}: {error}") from error
    if any(isinstance(term, BlankNode) for quad in quads for term in quad):
        dataset = Dataset(quads)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return list(dataset)
    return quads


def origin(content: bytes, format: str) -> Origin | None:
    """Return what the note in a file says of its origin, None without one."""
    text = content.decode("utf-8", "replace")
    if format != "jsonld":
        return from_comment(text)
    try:
        document: Any = json.loads(text)
        told = document.get(NOTE) if isinstance(document, dict) else None
    except (ValueError, RecursionError):
        return None
    return None if told is None else from_comment(f"{MARK} {json.dumps(told)}")
