"""SPARQL-based constraints and constraint components, read from a shapes graph (5 and 6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.shacl.errors import IllFormedShapesError, UncompilableShapesError
from mlkg.shacl.sparql_text import SparqlText, substitute_path
from mlkg.shacl.vocabulary import OWL_IMPORTS, TRUE, brief, sh
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.shacl.graph import ShapesGraph
    from mlkg.shacl.paths import Path

_UNSUPPORTED_LANGUAGES = ("jsFunctionName", "jsLibrary")


class SparqlConstraint(NamedTuple):
    """A SELECT query whose solutions are violations, or an ASK query that each value must pass.

    `parameters` are the pre-bound parameters of a constraint component (6.2.1) that have a
    value. `node` is the sh:sparql constraint itself, None for a constraint component.
    """

    component: NamedNode
    text: SparqlText
    parameters: tuple[tuple[str, Term], ...]
    messages: tuple[Literal, ...]
    node: Term | None


def read_sparql_constraints(
    graph: ShapesGraph, shape: Term, path: Path | None
) -> list[SparqlConstraint]:
    """Read the values of sh:sparql of a shape (5.1); deactivated ones are left out."""
    found = []
    for node in graph.values(shape, sh("sparql")):
        where = f"{brief(shape)}: sh:sparql {brief(node)}"
        if isinstance(node, Literal):
            raise IllFormedShapesError(f"{where} must be an IRI or a blank node")
        if graph.one(node, sh("deactivated")) == TRUE:
            continue
        text = _query(graph, node, "select", path, where, frozenset({"this"}))
        found.append(
            SparqlConstraint(
                component=sh("SPARQLConstraintComponent"),
                text=text,
                parameters=(),
                messages=_messages(graph, node),
                node=node,
            )
        )
    return found


class _Component(NamedTuple):
    node: NamedNode
    mandatory: tuple[NamedNode, ...]
    optional: tuple[NamedNode, ...]


class Components:
    """The SPARQL-based constraint components that a shapes graph declares (6.1)."""

    def __init__(self, graph: ShapesGraph) -> None:
        """Find every SHACL instance of sh:ConstraintComponent outside the SHACL namespace.

        A component that no shape uses may be broken, or written in another language than SPARQL.
        """
        self._graph = graph
        self._parameters = {
            node: graph.values(node, sh("parameter"))
            for node in graph.instances(sh("ConstraintComponent"))
            if isinstance(node, NamedNode) and not brief(node).startswith("sh:")
        }

    def constraints(self, shape: Term, path: Path | None) -> list[SparqlConstraint]:
        """Read the constraints that a shape declares by giving parameters (6.2)."""
        found: list[SparqlConstraint] = []
        for node, parameters in self._parameters.items():
            if not any(self._given(shape, parameter) for parameter in parameters):
                continue
            component = self._declaration(node)
            if all(self._graph.values(shape, one) for one in component.mandatory):
                found.extend(self._applied(component, shape, path))
        return found

    def _given(self, shape: Term, parameter: Term) -> bool:
        paths = self._graph.values(parameter, sh("path"))
        return any(self._graph.values(shape, path) for path in paths)

    def _declaration(self, node: NamedNode) -> _Component:
        mandatory: list[NamedNode] = []
        optional: list[NamedNode] = []
        for parameter in self._parameters[node]:
            path = self._graph.one(parameter, sh("path"))
            if not isinstance(path, NamedNode):
                raise IllFormedShapesError(
                    f"{brief(node)}: a sh:parameter needs an IRI as its sh:path"
                )
            is_optional = self._graph.one(parameter, sh("optional")) == TRUE
            (optional if is_optional else mandatory).append(path)
        if not mandatory:
            raise IllFormedShapesError(f"{brief(node)} has no parameter that is not sh:optional")
        names = [_local_name(path) for path in mandatory + optional]
        for name in names:
            if names.count(name) > 1 or name in _RESERVED or not _VARIABLE.fullmatch(name):
                raise IllFormedShapesError(f"{brief(node)}: {name!r} cannot be a parameter name")
        return _Component(node, tuple(mandatory), tuple(optional))

    def _applied(
        self, component: _Component, shape: Term, path: Path | None
    ) -> list[SparqlConstraint]:
        where = f"{brief(shape)}: {brief(component.node)}"
        paths = component.mandatory + component.optional
        names = frozenset(_local_name(one) for one in paths)
        bindings: list[tuple[tuple[str, Term], ...]]
        if len(paths) == 1:
            bindings = [
                ((_local_name(paths[0]), value),) for value in self._graph.values(shape, paths[0])
            ]
        else:
            given = [(_local_name(one), self._graph.one(shape, one)) for one in paths]
            bindings = [tuple((name, value) for name, value in given if value is not None)]
        if any(isinstance(value, BlankNode) for binding in bindings for _, value in binding):
            raise UncompilableShapesError(
                f"{where}: a parameter is a blank node, which a query cannot hold"
            )
        validator, kind = self._validator(component.node, path, where)
        prebound = names | ({"this", "value"} if kind == "ask" else {"this"})
        text = _query(self._graph, validator, kind, path, where, prebound)
        messages = _messages(self._graph, validator) or _messages(self._graph, component.node)
        return [
            SparqlConstraint(component.node, text, binding, messages, None) for binding in bindings
        ]

    def _validator(self, component: NamedNode, path: Path | None, where: str) -> tuple[Term, str]:
        """Choose a validator in the order of section 6.2.3."""
        special = "nodeValidator" if path is None else "propertyValidator"
        for name, kind in ((special, "select"), ("validator", "ask")):
            candidates = self._graph.values(component, sh(name))
            for candidate in candidates:
                if self._graph.values(candidate, sh(kind)):
                    return candidate, kind
            if candidates:
                raise UncompilableShapesError(f"{where}: its sh:{name} has no sh:{kind} query")
        raise UncompilableShapesError(f"{where} has neither a sh:{special} nor a sh:validator")


_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})
_VARIABLE = re.compile(r"[A-Za-z0-9_]+")


def _local_name(path: NamedNode) -> str:
    return re.split(r"[#/:]", path.value)[-1]


def _messages(graph: ShapesGraph, node: Term) -> tuple[Literal, ...]:
    return tuple(one for one in graph.values(node, sh("message")) if isinstance(one, Literal))


def _query(
    graph: ShapesGraph,
    node: Term,
    kind: str,
    path: Path | None,
    where: str,
    prebound: frozenset[str],
) -> SparqlText:
    body = graph.one(node, sh(kind))
    if not isinstance(body, Literal):
        for name in _UNSUPPORTED_LANGUAGES:
            if graph.values(node, sh(name)):
                raise UncompilableShapesError(f"{where}: sh:{name} is not supported")
        raise IllFormedShapesError(f"{where} needs one sh:{kind} with a string")
    prologue = "".join(
        f"PREFIX {prefix}: <{namespace}>\n"
        for prefix, namespace in sorted(_prefixes(graph, node, where).items())
    )
    text = body.value if path is None else substitute_path(body.value, str(path))
    return SparqlText.read(prologue + text, kind, where, prebound)


def _prefixes(graph: ShapesGraph, node: Term, where: str) -> dict[str, str]:
    """Collect the prefix declarations that sh:prefixes leads to (5.2.1)."""
    found: dict[str, str] = {}
    for start in graph.values(node, sh("prefixes")):
        for ontology in graph.closure(start, OWL_IMPORTS):
            for declaration in graph.values(ontology, sh("declare")):
                prefix = graph.one(declaration, sh("prefix"))
                namespace = graph.one(declaration, sh("namespace"))
                if not isinstance(prefix, Literal) or not isinstance(namespace, Literal):
                    raise IllFormedShapesError(
                        f"{where}: a sh:declare lacks its prefix or namespace"
                    )
                if found.setdefault(prefix.value, namespace.value) != namespace.value:
                    raise IllFormedShapesError(
                        f"{where}: the prefix {prefix.value!r} is declared twice"
                    )
    return found
