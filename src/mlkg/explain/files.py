"""Explanations for documents and programs: Markdown, JSON, graphs to draw, triples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat

from mlkg.explain.description import describe
from mlkg.explain.explanation import Claim, Evidence
from mlkg.explain.graph import dot, mermaid
from mlkg.explain.overview import Explained, Impact, Overview, claims_of
from mlkg.markdown import escape
from mlkg.naming import plain
from mlkg.results import serialize
from mlkg.states import symbols
from mlkg.validation.findings import Finding

if TYPE_CHECKING:
    from mlkg.study import Study


def _json(study: Study, found: Explained) -> bytes:
    kind = "claims"
    if isinstance(found, Overview):
        kind = "overview"
    elif isinstance(found, Impact):
        kind = "impact"
    document = {"version": 1, kind: _plain_value(found)}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _plain_value(value: Any) -> Any:
    """Return dataclasses as objects, terms as text, places as file and line."""
    if isinstance(value, Finding):
        return {"rule": value.rule, "severity": value.severity, "message": value.message}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {_camel(key): _plain_value(item) for key, item in value._asdict().items()}
    if is_dataclass(value):
        return {_camel(f.name): _plain_value(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return value


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def _markdown(study: Study, found: Explained) -> bytes:
    lines: list[str] = []
    if isinstance(found, Overview):
        lines += [f"# {escape(found.label)}", ""]
        lines += [line for note in found.notes for line in (escape(note), "")]
    elif isinstance(found, Impact):
        for source in found.sources:
            lines += [f"# {escape(source.title or source.url or source.iri)}", ""]
        lines += ["Falls without this source:", ""]
        lines += [f"- {_name(rest.claim)}" for rest in found.resting if rest.falls] or ["- nothing"]
        lines += [
            f"- {_name(lean.claim)}, which relies on {escape(lean.on)}"
            for lean in found.leaning
            if lean.falls
        ]
        lines.append("")
    for claim in claims_of(found):
        lines += [f"## {_name(claim)}: {escape(claim.cell) or '(no claim)'}", ""]
        lines += [*_claim_items(claim), ""]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _claim_items(claim: Claim, depth: int = 0) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}- {symbols()[claim.state]} **{claim.state}**: {escape(claim.reason)}."
    for rationale in claim.rationale:
        yield f"{indent}- Rationale: {escape(rationale)}"
    for piece in claim.evidence:
        said = " ".join(map(escape, piece.findings))
        indicates = f" {escape(piece.indicates)}" if piece.indicates else ""
        indicates += f", excludes {escape(piece.excludes)}" if piece.excludes else ""
        indicates += "" if piece.current else ", not counted"
        way = f"**{piece.direction}**{indicates}"
        yield f"{indent}- {way}: {said} {_citation(piece)}".replace("  ", " ").rstrip()
        if piece.quote:
            yield f"{indent}  > {escape(piece.quote)}"
    for reliance in claim.relies_on:
        if reliance.cycle:
            yield f"{indent}- relies on itself: {escape(' → '.join(reliance.cycle))}"
        elif reliance.claim:
            yield f"{indent}- relies on {_name(reliance.claim)}: {escape(reliance.claim.cell)}"
            yield from _claim_items(reliance.claim, depth + 1)
        else:
            where = "explained above" if reliance.told else "which has no claim there"
            yield f"{indent}- relies on {escape(reliance.option)}, {where}"
    for former in claim.history:
        by = f" by {escape(former.by)}" if former.by else ""
        yield f"{indent}- until {former.until}: {escape(former.verdict or '')}{by}"
    for review in claim.reviews:
        fate = "as it is now" if review.current else "as it was then"
        yield f"{indent}- reviewed {fate}, on {review.at} by {escape(review.by or '')}"
    for finding in claim.findings:
        yield f"{indent}- {finding.severity} `{finding.rule}`: {escape(finding.message)}"


def _citation(piece: Evidence) -> str:
    if piece.source is None:
        return "(no source)"
    source = piece.source
    title = escape(source.title or source.url or source.iri)
    link = f"[{title}](<{source.url}>)" if source.url else title
    facts = [fact for fact in (source.kind, source.publisher, piece.retrieved, piece.by) if fact]
    return f"{link} ({', '.join(map(escape, facts))})" if facts else link


def _name(claim: Claim) -> str:
    return escape(f"{claim.option.label} × {claim.criterion.label}")


def _turtle(study: Study, found: Explained) -> bytes:
    """Give the triples of the claims, their evidence and sources, options and criteria."""
    wanted: set[str] = set()
    for claim in claims_of(found):
        wanted |= _records(claim)
    described = describe(study.store, wanted)
    publishers = {d.text("dcterms:publisher") for d in described.values()} - {None}
    agents = {d.text("prov:wasAttributedTo") for d in described.values()} - {None}
    wanted |= {str(iri) for iri in publishers | agents}
    triples = [triple for triple in study.triples() if plain(triple.subject) in wanted]
    return serialize(triples, RdfFormat.TURTLE, study.prefixes)


def _records(claim: Claim) -> set[str]:
    found = {claim.option.iri, claim.criterion.iri, *([claim.iri] if claim.iri else [])}
    for piece in claim.evidence:
        found |= {piece.iri, *([piece.source.iri] if piece.source else [])}
    found |= {former.iri for former in claim.history}
    found |= {review.iri for review in claim.reviews}
    for reliance in claim.relies_on:
        if reliance.claim:
            found |= _records(reliance.claim)
    return found


FORMATS: Mapping[str, Callable[[Study, Explained], bytes]] = {
    "json": _json,
    "md": _markdown,
    "mermaid": lambda _, found: mermaid(claims_of(found)).encode(),
    "dot": lambda _, found: dot(claims_of(found)).encode(),
    "ttl": _turtle,
}
"""What an explanation can be written as."""
