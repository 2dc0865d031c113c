"""From a shapes graph to shapes: well-formedness, targets and constraint parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.namespaces import SHACL
from mlkg.shacl import model
from mlkg.shacl.errors import IllFormedShapesError, RecursiveShapesError, UncompilableShapesError
from mlkg.shacl.paths import read_path
from mlkg.shacl.sparql_constraints import Components, read_sparql_constraints
from mlkg.shacl.vocabulary import RDFS_CLASS, TRUE, XSD, brief, sh
from mlkg.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlkg.shacl.graph import ShapesGraph
    from mlkg.shacl.paths import Path

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_PROPERTY_ONLY = (
    "minCount",
    "maxCount",
    "uniqueLang",
    "lessThan",
    "lessThanOrEquals",
    "qualifiedValueShape",
)
_RANGES = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
_NODE_KINDS = {
    "sh:BlankNode": ("isBlank",),
    "sh:IRI": ("isIRI",),
    "sh:Literal": ("isLiteral",),
    "sh:BlankNodeOrIRI": ("isBlank", "isIRI"),
    "sh:BlankNodeOrLiteral": ("isBlank", "isLiteral"),
    "sh:IRIOrLiteral": ("isIRI", "isLiteral"),
}
_PARAMETERS = (
    *_PROPERTY_ONLY,
    *_RANGES,
    *("class", "datatype", "nodeKind", "minLength", "maxLength", "pattern", "flags", "languageIn"),
    *("equals", "disjoint", "not", "and", "or", "xone", "node", "property", "closed"),
    *("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
    *("ignoredProperties", "hasValue", "in", "sparql"),
)
# What a shape may carry beside its parameters and targets without a say in validation, and what
# it carries when the same node is also a SPARQL constraint, an ontology or a component.
_OTHER = (
    *("path", "severity", "message", "deactivated", "name", "description", "order", "group"),
    *("defaultValue", "select", "ask", "prefixes", "declare", "parameter", "validator"),
    *("nodeValidator", "propertyValidator", "labelTemplate", "optional"),
)
_KNOWN = {sh(name) for name in (*_TARGETS, *_PARAMETERS, *_OTHER)}

DEEPEST_NESTING = 40


def read_shapes(graph: ShapesGraph) -> list[model.Shape]:
    """Return the shapes that have targets, with all that they refer to, in a fixed order.

    Raises `IllFormedShapesError`, `RecursiveShapesError` or `UncompilableShapesError`. Shapes that
    no target leads to are not looked at: they cannot change a result.
    """
    if regimes := graph.subjects(sh("entailment")):
        raise UncompilableShapesError(f"{brief(regimes[0])}: sh:entailment is not supported")
    starts = {node for name in _TARGETS for node in graph.subjects(sh(name))}
    starts.update(graph.subjects(sh("target")))
    for kind in ("NodeShape", "PropertyShape"):
        starts.update(
            node for node in graph.instances(sh(kind)) if graph.is_instance(node, RDFS_CLASS)
        )
    reader = _ShapeReader(graph)
    return [reader.read(node, ()) for node in sorted(starts, key=str)]


class _ShapeReader:
    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._components = Components(graph)
        self._known: dict[Term, model.Shape] = {}

    def read(self, node: Term, above: tuple[Term, ...]) -> model.Shape:
        """Read one shape and those below it."""
        if node in above:
            raise RecursiveShapesError(
                f"{brief(node)} refers to itself; SHACL leaves this undefined"
            )
        if len(above) >= DEEPEST_NESTING:
            raise UncompilableShapesError(
                f"{brief(node)}: shapes are nested more than {DEEPEST_NESTING} levels deep"
            )
        if node not in self._known:
            self._known[node] = self._read(node, above)
        return self._known[node]

    def _read(self, node: Term, above: tuple[Term, ...]) -> model.Shape:
        graph = self._graph
        if isinstance(node, Literal):
            raise IllFormedShapesError(f"the literal {brief(node)} stands where a shape belongs")
        severity = graph.one(node, sh("severity")) or sh("Violation")
        if not isinstance(severity, NamedNode):
            raise IllFormedShapesError(f"{brief(node)}: its sh:severity must be an IRI")
        if graph.one(node, sh("deactivated")) == TRUE:
            return model.Shape(node, None, severity)
        self._refuse_unknown(node)
        path_node = graph.one(node, sh("path"))
        path = None if path_node is None else read_path(graph, path_node, node)
        if path is None:
            for name in _PROPERTY_ONLY:
                if graph.values(node, sh(name)):
                    raise IllFormedShapesError(
                        f"{brief(node)}: a node shape must not have sh:{name}, only a property"
                        " shape with a sh:path may"
                    )
            if graph.is_instance(node, sh("PropertyShape")):
                raise IllFormedShapesError(f"{brief(node)} is a sh:PropertyShape without a sh:path")
        elif graph.is_instance(node, sh("NodeShape")):
            raise IllFormedShapesError(f"{brief(node)} is a sh:NodeShape with a sh:path")
        here = (*above, node)
        return model.Shape(
            node=node,
            path=path,
            severity=severity,
            messages=tuple(
                one for one in graph.values(node, sh("message")) if isinstance(one, Literal)
            ),
            constraints=tuple(self._constraints(node, path, here)),
            properties=tuple(self._properties(node, here)),
            targets=self._targets(node),
        )

    def _refuse_unknown(self, node: Term) -> None:
        for predicate in self._graph.predicates(node):
            is_shacl = isinstance(predicate, NamedNode) and predicate.value.startswith(SHACL)
            if is_shacl and predicate not in _KNOWN:
                raise UncompilableShapesError(f"{brief(node)}: {brief(predicate)} is not supported")

    def _properties(self, node: Term, above: tuple[Term, ...]) -> Iterator[model.Shape]:
        for value in self._graph.values(node, sh("property")):
            if not self._graph.values(value, sh("path")):
                raise IllFormedShapesError(
                    f"{brief(node)}: its sh:property {brief(value)} has no sh:path"
                )
            yield self.read(value, above)

    def _targets(self, node: Term) -> model.Targets:
        nodes = self._graph.values(node, sh("targetNode"))
        if any(isinstance(one, BlankNode) for one in nodes):
            raise IllFormedShapesError(f"{brief(node)}: its sh:targetNode is a blank node")
        classes = self._iris(node, "targetClass")
        if self._graph.is_instance(node, RDFS_CLASS) and (
            self._graph.is_instance(node, sh("NodeShape"))
            or self._graph.is_instance(node, sh("PropertyShape"))
        ):
            if not isinstance(node, NamedNode):
                raise IllFormedShapesError(f"{brief(node)} is a class and a shape, but not an IRI")
            classes = sorted({*classes, node}, key=str)
        return model.Targets(
            nodes=tuple(nodes),
            classes=tuple(classes),
            subjects_of=tuple(self._iris(node, "targetSubjectsOf")),
            objects_of=tuple(self._iris(node, "targetObjectsOf")),
        )

    def _constraints(
        self, node: Term, path: Path | None, above: tuple[Term, ...]
    ) -> Iterator[model.Constraint]:
        yield from self._value_constraints(node)
        yield from self._pair_constraints(node)
        yield from self._logic(node, above)
        yield from self._qualified(node, above)
        yield from self._closed(node)
        yield from read_sparql_constraints(self._graph, node, path)
        yield from self._components.constraints(node, path)

    def _value_constraints(self, node: Term) -> Iterator[model.Constraint]:
        for iri in self._iris(node, "class"):
            yield model.ClassMembership(iri)
        for iri in self._iris(node, "datatype", single=True):
            yield model.Datatype(iri)
        if (kind := self._graph.one(node, sh("nodeKind"))) is not None:
            if brief(kind) not in _NODE_KINDS:
                raise IllFormedShapesError(f"{brief(node)}: {brief(kind)} is not a sh:nodeKind")
            yield model.NodeKind(_NODE_KINDS[brief(kind)])
        for name, minimum in (("minCount", True), ("maxCount", False)):
            if (limit := self._integer(node, name)) is not None:
                yield model.Count(limit, minimum)
        for name, operator in _RANGES.items():
            if (bound := self._graph.one(node, sh(name))) is not None:
                if not isinstance(bound, Literal):
                    raise IllFormedShapesError(f"{brief(node)}: its sh:{name} must be a literal")
                yield model.Range(operator, bound)
        for name, minimum in (("minLength", True), ("maxLength", False)):
            if (limit := self._integer(node, name)) is not None:
                yield model.Length(limit, minimum)
        yield from self._text_constraints(node)
        for value in self._graph.values(node, sh("hasValue")):
            self._refuse_blank(value, node, "hasValue")
            yield model.HasValue(value)
        if (head := self._graph.one(node, sh("in"))) is not None:
            values = self._graph.members(head, f"{brief(node)}: its sh:in")
            for value in values:
                self._refuse_blank(value, node, "in")
            yield model.In(tuple(values))

    def _text_constraints(self, node: Term) -> Iterator[model.Constraint]:
        if (regex := self._string(node, "pattern")) is not None:
            yield model.Pattern(regex, self._string(node, "flags") or "")
        if (head := self._graph.one(node, sh("languageIn"))) is not None:
            ranges = self._graph.members(head, f"{brief(node)}: its sh:languageIn")
            if any(not isinstance(one, Literal) for one in ranges):
                raise IllFormedShapesError(f"{brief(node)}: its sh:languageIn must list strings")
            yield model.LanguageIn(tuple(one.value for one in ranges if isinstance(one, Literal)))
        if self._graph.one(node, sh("uniqueLang")) == TRUE:
            yield model.UniqueLang()

    def _pair_constraints(self, node: Term) -> Iterator[model.Constraint]:
        for iri in self._iris(node, "equals"):
            yield model.Equals(iri)
        for iri in self._iris(node, "disjoint"):
            yield model.Disjoint(iri)
        for iri in self._iris(node, "lessThan"):
            yield model.LessThan(iri, "<")
        for iri in self._iris(node, "lessThanOrEquals"):
            yield model.LessThan(iri, "<=")

    def _logic(self, node: Term, above: tuple[Term, ...]) -> Iterator[model.Constraint]:
        for value in self._graph.values(node, sh("not")):
            yield model.Logic("Not", (self.read(value, above),), 0, 0)
        for value in self._graph.values(node, sh("node")):
            if self._graph.values(value, sh("path")):
                raise IllFormedShapesError(
                    f"{brief(node)}: its sh:node {brief(value)} is a property shape"
                )
            yield model.Logic("Node", (self.read(value, above),), 1, 1)
        for name in ("and", "or", "xone"):
            for head in self._graph.values(node, sh(name)):
                members = self._graph.members(head, f"{brief(node)}: its sh:{name}")
                shapes = tuple(self.read(member, above) for member in members)
                least = len(shapes) if name == "and" else 1
                most = 1 if name == "xone" else len(shapes)
                yield model.Logic(name.capitalize(), shapes, least, most)

    def _qualified(self, node: Term, above: tuple[Term, ...]) -> Iterator[model.Constraint]:
        shape_node = self._graph.one(node, sh("qualifiedValueShape"))
        if shape_node is None:
            return
        shape = self.read(shape_node, above)
        siblings: tuple[model.Shape, ...] = ()
        if self._graph.one(node, sh("qualifiedValueShapesDisjoint")) == TRUE:
            found = {
                sibling
                for parent in self._graph.subjects(sh("property"), node)
                for one in self._graph.values(parent, sh("property"))
                for sibling in self._graph.values(one, sh("qualifiedValueShape"))
            } - {shape_node}
            siblings = tuple(self.read(one, above) for one in sorted(found, key=str))
        for name, minimum in (("qualifiedMinCount", True), ("qualifiedMaxCount", False)):
            if (limit := self._integer(node, name)) is not None:
                yield model.Qualified(shape, siblings, limit, minimum)

    def _closed(self, node: Term) -> Iterator[model.Constraint]:
        if self._graph.one(node, sh("closed")) != TRUE:
            return
        allowed = {
            path
            for one in self._graph.values(node, sh("property"))
            for path in self._graph.values(one, sh("path"))
            if isinstance(path, NamedNode)
        }
        if (head := self._graph.one(node, sh("ignoredProperties"))) is not None:
            for iri in self._graph.members(head, f"{brief(node)}: its sh:ignoredProperties"):
                if not isinstance(iri, NamedNode):
                    raise IllFormedShapesError(
                        f"{brief(node)}: its sh:ignoredProperties must list IRIs"
                    )
                allowed.add(iri)
        yield model.Closed(tuple(sorted(allowed, key=str)))

    def _iris(self, node: Term, name: str, *, single: bool = False) -> list[NamedNode]:
        if single:
            self._graph.one(node, sh(name))
        found = []
        for value in self._graph.values(node, sh(name)):
            if not isinstance(value, NamedNode):
                raise IllFormedShapesError(
                    f"{brief(node)}: its sh:{name} {brief(value)} is not an IRI"
                )
            found.append(value)
        return found

    def _integer(self, node: Term, name: str) -> int | None:
        value = self._graph.one(node, sh(name))
        if value is None:
            return None
        if isinstance(value, Literal) and value.datatype.value == XSD + "integer":
            try:
                return int(value.value)
            except ValueError:
                pass
        raise IllFormedShapesError(
            f"{brief(node)}: its sh:{name} {brief(value)} is not an xsd:integer"
        )

    def _string(self, node: Term, name: str) -> str | None:
        value = self._graph.one(node, sh(name))
        if value is None:
            return None
        if isinstance(value, Literal) and value.datatype.value == XSD + "string":
            return value.value
        raise IllFormedShapesError(f"{brief(node)}: its sh:{name} {brief(value)} is not a string")

    def _refuse_blank(self, value: Term, node: Term, name: str) -> None:
        if isinstance(value, BlankNode):
            raise UncompilableShapesError(
                f"{brief(node)}: sh:{name} has a blank node, which a query cannot look for"
            )
