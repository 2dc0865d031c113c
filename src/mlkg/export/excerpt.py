"""The statements about some cells of a study, with all that they need to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad

from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.table import Table

_TYPE = NamedNode(WELL_KNOWN["rdf"] + "type")
_OF_CELLS = {NamedNode(MLKG + name) for name in ("Claim", "Evidence", "SearchRecord", "Review")}
_HEADINGS = {NamedNode(MLKG + name) for name in ("Option", "Criterion")}
_NAMED_BY_NEED = {
    NamedNode(MLKG + "reliesOn"),
    NamedNode(MLKG + "statedUnder"),
    NamedNode(WELL_KNOWN["skos"] + "broader"),
}
_OF_QUOTES = {NamedNode(MLKG + "showsQuoteOf"), NamedNode(MLKG + "lacksQuoteOf")}
_POINTS_BACK = {NamedNode(MLKG + "about"), NamedNode(MLKG + "reviews"), *_OF_QUOTES}

Node = NamedNode | BlankNode


def excerpt(quads: Sequence[Quad], table: Table) -> list[Quad]:
    """Return those of `quads` that tell of the cells, options and criteria of `table`.

    These are the claims of its cells; evidence, searches, reviews, events and remarks about what is
    kept, with the captures in which its quotes were looked for; and whatever these name: sources,
    people, scales, verdicts, units, broader criteria, options relied on, former claims. The study's
    own record is kept. No claim, evidence, search or review of another cell is.
    """
    return _Excerpt(quads, table).statements()


class _Excerpt:
    def __init__(self, quads: Sequence[Quad], table: Table) -> None:
        self.said: dict[Node, list[Quad]] = {}
        self.pointing: dict[Node, list[Node]] = {}
        for quad in quads:
            if isinstance(quad.subject, Node):
                self.said.setdefault(quad.subject, []).append(quad)
                if quad.predicate in _POINTS_BACK and isinstance(quad.object, Node):
                    self.pointing.setdefault(quad.object, []).append(quad.subject)
        self.quads = quads
        self.claims: set[Node] = {
            NamedNode(iri) for row in table.rows for cell in row for iri in cell.claims
        }
        headings = {NamedNode(heading.iri) for heading in (*table.options, *table.criteria)}
        studies = {node for node in self.said if self._is(node, {NamedNode(MLKG + "Study")})}
        self.kept: set[Node] = {*self.claims, *headings, *studies}

    def statements(self) -> list[Quad]:
        waiting = list(self.kept)
        while waiting:
            node = waiting.pop()
            found = [other for other in self._next(node) if other not in self.kept]
            self.kept.update(found)
            waiting += found
        return [
            quad
            for quad in self.quads
            if quad.subject in self.kept
            and (quad.predicate not in _OF_QUOTES or quad.object in self.kept)
        ]

    def _next(self, node: Node) -> Iterable[Node]:
        """Yield the records that a record which is kept brings with it."""
        yield from (other for other in self.pointing.get(node, ()) if other in self.said)
        for quad in self.said.get(node, ()):
            other = quad.object
            if not isinstance(other, Node) or other not in self.said:
                continue
            if self._is(other, _HEADINGS):
                if quad.predicate in _NAMED_BY_NEED:
                    yield other
            elif not self._is(other, _OF_CELLS):
                yield other

    def _is(self, node: Node, classes: set[NamedNode]) -> bool:
        return any(
            quad.predicate == _TYPE and quad.object in classes for quad in self.said.get(node, ())
        )
