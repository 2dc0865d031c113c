"""A shapes graph in memory: values of properties, RDF lists and class membership."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Quad, Triple

from mlkg.shacl.errors import IllFormedShapesError
from mlkg.shacl.vocabulary import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, RDFS_SUBCLASS, brief
from mlkg.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode


class ShapesGraph:
    """The default graph of some quads, indexed for reading shapes; every answer is sorted."""

    def __init__(self, quads: Iterable[Quad | Triple]) -> None:
        """Index the triples of the default graph."""
        self._values: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        triples = {
            quad.triple if isinstance(quad, Quad) else quad
            for quad in quads
            if isinstance(quad, Triple) or isinstance(quad.graph_name, DefaultGraph)
        }
        for triple in sorted(triples, key=str):
            self._values[triple.subject][triple.predicate].append(triple.object)
            self._subjects[triple.predicate][triple.object].append(triple.subject)

    def values(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the objects of the triples with this subject and predicate."""
        return self._values.get(subject, {}).get(predicate, [])

    def predicates(self, subject: Term) -> list[Term]:
        """Return the predicates that the subject has a value for."""
        return list(self._values.get(subject, {}))

    def subjects(self, predicate: Term, value: Term | None = None) -> list[Term]:
        """Return the distinct subjects of the predicate, with this value when one is given."""
        by_value = self._subjects.get(predicate, {})
        if value is not None:
            return by_value.get(value, [])
        return sorted({one for found in by_value.values() for one in found}, key=str)

    def one(self, subject: Term, predicate: NamedNode) -> Term | None:
        """Return the only value, or None; raise `IllFormedShapesError` when there are more."""
        found = self.values(subject, predicate)
        if len(found) > 1:
            raise IllFormedShapesError(
                f"{brief(subject)} has {len(found)} values for {brief(predicate)}, "
                "but at most one is allowed"
            )
        return found[0] if found else None

    def members(self, head: Term, owner: str) -> list[Term]:
        """Walk an RDF list; raise `IllFormedShapesError` when it is not a well-formed one."""
        found: list[Term] = []
        seen: set[Term] = set()
        node = head
        while node != RDF_NIL:
            first, rest = self.values(node, RDF_FIRST), self.values(node, RDF_REST)
            if len(first) != 1 or len(rest) != 1 or node in seen:
                raise IllFormedShapesError(f"{owner} is not a well-formed RDF list")
            seen.add(node)
            found.append(first[0])
            node = rest[0]
        return found

    def is_instance(self, node: Term, of: NamedNode) -> bool:
        """Tell whether the node is a SHACL instance of a class (section 1.1)."""
        return any(of in self.closure(kind, RDFS_SUBCLASS) for kind in self.values(node, RDF_TYPE))

    def instances(self, of: NamedNode) -> list[Term]:
        """Return the SHACL instances of a class."""
        return [node for node in self.subjects(RDF_TYPE) if self.is_instance(node, of)]

    def closure(self, start: Term, predicate: NamedNode) -> set[Term]:
        """Return the start and all that the predicate reaches from it."""
        return set(self._reach(start, predicate))

    def _reach(self, start: Term, predicate: NamedNode) -> Iterator[Term]:
        seen, waiting = {start}, [start]
        while waiting:
            node = waiting.pop()
            yield node
            for value in self.values(node, predicate):
                if value not in seen:
                    seen.add(value)
                    waiting.append(value)
