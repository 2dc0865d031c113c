"""The table and all that stands behind it as JSON, in the structure that `schema.json` describes.

Read back: `rows[i][j]` is the cell of `options[i]` under `criteria[j]`, transposed or not, with its
text, state and anchor; a cell in no chosen state has the state "". The member `origin` is the
origin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.export.dossier import Dossier
from mlkg.export.listing import Listing
from mlkg.export.records import Claim, Evidence
from mlkg.namespaces import WELL_KNOWN
from mlkg.terms import Term

VERSION = 2
"""Counts up when a member goes or changes its meaning; members may come without it."""

_STRING = f"{WELL_KNOWN['xsd']}string"


def study(dossier: Dossier) -> bytes:
    """Return the table with its study, headings, cells, totals, claims, evidence and sources."""
    table = dossier.table
    rows = [
        [
            {**cell._asdict(), "anchor": dossier.anchors[option.iri, criterion.iri]}
            for criterion, cell in zip(table.criteria, row, strict=True)
        ]
        for option, row in zip(table.options, table.rows, strict=True)
    ]
    claims = dossier.claims.values()
    return _written(
        {
            "version": VERSION,
            "origin": dossier.origin._asdict(),
            "study": {
                "iri": table.study,
                "title": table.title,
                "description": dossier.description,
                "startDate": table.start,
                "licence": table.licence,
            },
            "transposed": dossier.transposed,
            "options": [heading._asdict() for heading in table.options],
            "criteria": [
                {**heading._asdict(), "definition": dossier.definitions.get(heading.iri)}
                for heading in table.criteria
            ],
            "rows": rows,
            "totals": table.totals(),
            "claims": [_claim(claim) for claim in claims],
            "evidence": [_evidence(claim, piece) for claim in claims for piece in claim.evidence],
            "sources": [source._asdict() for source in dossier.sources],
        }
    )


def view(listing: Listing) -> bytes:
    """Return the rows of a view as SPARQL 1.1 Query Results JSON, with members for the origin."""
    bindings = [
        {
            name: _term(term)
            for name, term in zip(listing.header, row, strict=True)
            if term is not None
        }
        for row in listing.rows
    ]
    return _written(
        {
            "version": VERSION,
            "origin": listing.origin._asdict(),
            "view": listing.view,
            "summary": listing.summary,
            "head": {"vars": listing.header},
            "results": {"bindings": bindings},
        }
    )


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "iri": claim.iri,
        "verdict": claim.verdict,
        "verdicts": claim.verdicts,
        "values": [value._asdict() for value in claim.values],
        "qualifier": claim.qualifier,
        "reliesOn": [option.iri for option in claim.relies_on],
        "rationale": claim.rationale,
        "despite": claim.despite,
        "evidence": [piece.iri for piece in claim.evidence],
        "by": claim.by,
        "since": claim.since,
    }


def _evidence(claim: Claim, piece: Evidence) -> dict[str, Any]:
    return {
        "iri": piece.iri,
        "claim": claim.iri,
        "direction": piece.direction,
        "current": piece.current,
        "indicates": piece.indicates,
        "excludes": piece.excludes,
        "excludesQualifier": piece.excludes_qualifier,
        "findings": piece.findings,
        "quote": piece.quote,
        "source": None if piece.source is None else piece.source.iri,
        "locator": piece.locator,
        "edition": piece.edition,
        "reliesOn": [option.iri for option in piece.relies_on],
        "statedUnder": piece.stated_under,
        "appliesTo": piece.applies_to,
        "certainty": piece.certainty,
        "validFrom": piece.valid_from,
        "validUntil": piece.valid_until,
        "withdrawn": piece.withdrawn,
        "retrieved": piece.retrieved,
        "by": piece.by,
    }


def _term(term: Term) -> dict[str, str]:
    """Return a term as SPARQL 1.1 Query Results JSON Format, section 3.2.2, has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if not isinstance(term, Literal):
        return {"type": "literal", "value": str(term)}
    written = {"type": "literal", "value": term.value}
    if term.language:
        return {**written, "xml:lang": term.language}
    if term.datatype.value != _STRING:
        return {**written, "datatype": term.datatype.value}
    return written


def _written(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
