"""The evidence of claims as a graph to draw, in the languages of Mermaid and Graphviz."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mlkg.explain.explanation import Claim, Reliance
from mlkg.states import states, symbols
from mlkg.text import wrap


@dataclass(frozen=True, slots=True)
class _Picture:
    """A graph to draw: nodes by name with label and kind, edges with label and whether dashed."""

    nodes: dict[str, tuple[str, str]]
    edges: dict[tuple[str, str, str], bool]


def _picture(claims: Iterable[Claim]) -> _Picture:
    picture = _Picture({}, {})
    for claim in claims:
        _draw(claim, picture)
    return picture


def _draw(claim: Claim, picture: _Picture) -> str:
    own = claim.iri or f"{claim.option.iri} {claim.criterion.iri}"
    cell = claim.cell or "no claim"
    label = f"{claim.option.label} × {claim.criterion.label}\n{cell} {symbols()[claim.state]}"
    picture.nodes[own] = (label, claim.state)
    for piece in claim.evidence:
        said = "\n".join(piece.findings) or piece.quote or "evidence"
        picture.nodes[piece.iri] = (said, "evidence")
        way = piece.direction if piece.current else f"{piece.direction}, not counted"
        picture.edges[piece.iri, own, way] = not piece.current
        if piece.source:
            source = piece.source
            facts = ", ".join(fact for fact in (source.kind, source.publisher) if fact)
            shown = source.title or source.url or source.iri
            picture.nodes[source.iri] = (f"{shown}\n{facts}".strip(), "source")
            picture.edges[source.iri, piece.iri, ""] = False
    for reliance in claim.relies_on:
        picture.edges[own, _drawn_reliance(claim, reliance, picture), "relies on"] = True
    return own


def _drawn_reliance(claim: Claim, reliance: Reliance, picture: _Picture) -> str:
    if reliance.claim:
        return _draw(reliance.claim, picture)
    label = f"{reliance.option} × {claim.criterion.label}"
    for name, (shown, kind) in picture.nodes.items():
        if kind in states() and shown.startswith(f"{label}\n"):
            return name
    picture.nodes[label] = (f"{label}\nno claim {symbols()['missing']}", "missing")
    return label


def mermaid(claims: Iterable[Claim]) -> str:
    """Return the evidence of `claims` as a Mermaid flowchart, from sources to claims."""
    picture = _picture(claims)
    names = {node: f"n{number}" for number, node in enumerate(picture.nodes, start=1)}
    shapes = {"evidence": ('["', '"]'), "source": ('[("', '")]')}
    lines = ["flowchart LR"]
    for node, (label, kind) in picture.nodes.items():
        opening, closing = shapes.get(kind, ('(["', '"])'))
        lines.append(f"  {names[node]}{opening}{_mermaid_text(label)}{closing}")
    for (tail, head, label), dashed in picture.edges.items():
        arrow = "-.->" if dashed else "-->"
        tag = f'|"{_mermaid_text(label)}"|' if label else ""
        lines.append(f"  {names[tail]} {arrow}{tag} {names[head]}")
    for kind, state in states().items():
        inside = ",".join(names[node] for node, (_, k) in picture.nodes.items() if k == kind)
        if inside:
            name = kind.replace("-", "")
            lines += [
                f"  classDef {name} stroke:{state.ink},stroke-width:2px",
                f"  class {inside} {name}",
            ]
    return "\n".join(lines) + "\n"


def _mermaid_text(label: str) -> str:
    """Write a label so that nothing in it is markup: entities, as Mermaid has them, for marks."""
    marks = re.compile(r"""["#&<>`*_\\~\[\](){}|;]""")
    lines = [marks.sub(lambda mark: f"#{ord(mark[0])};", line) for line in label.splitlines()]
    return "<br/>".join(lines)


def dot(claims: Iterable[Claim]) -> str:
    """Return the evidence of `claims` in the DOT language of Graphviz."""
    picture = _picture(claims)
    names = {node: f"n{number}" for number, node in enumerate(picture.nodes, start=1)}
    shapes = {"evidence": "note", "source": "cylinder"}
    lines = [
        "digraph why {",
        "  rankdir=LR;",
        '  node [fontname="sans-serif", fontsize=11, style=rounded, shape=box];',
        '  edge [fontname="sans-serif", fontsize=9];',
    ]
    for node, (label, kind) in picture.nodes.items():
        facts = [f"label={_dot_text(label)}", f"shape={shapes.get(kind, 'box')}"]
        if state := states().get(kind):
            facts += [f'color="{state.ink}"', "penwidth=2"]
        lines.append(f"  {names[node]} [{', '.join(facts)}];")
    for (tail, head, label), dashed in picture.edges.items():
        style = ", style=dashed" if dashed else ""
        lines.append(f"  {names[tail]} -> {names[head]} [label={_dot_text(label)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(label: str) -> str:
    wrapped = "\n".join(_wrapped(line) for line in label.splitlines())
    escaped = wrapped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _wrapped(line: str) -> str:
    return "\n".join(wrap(line, 44))
