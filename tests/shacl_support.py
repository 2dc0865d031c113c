"""What the SHACL tests share: short ways to compile shapes, load data and read results."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from mlkg.shacl import Plan, Result, compile_shapes

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/" ] .
"""


@dataclass
class Data:
    """A store behind a `select` that notes the queries put to it."""

    store: ox.Store
    queries: list[str] = field(default_factory=list)

    def select(self, text: str) -> ox.QuerySolutions:
        """Run one SELECT over the default graph."""
        self.queries.append(text)
        solutions = self.store.query(text)
        assert isinstance(solutions, ox.QuerySolutions)
        return solutions


def load(turtle: str) -> Data:
    """Load Turtle, with the usual prefixes, as data."""
    store = ox.Store()
    store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
    return Data(store)


def compile_turtle(turtle: str) -> Plan:
    """Compile a shapes graph given as Turtle with the usual prefixes."""
    return compile_shapes(ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE))


def short(term: object) -> str | None:
    """Write a term as briefly as the tests do: `ex:a`, `"text"`, `_:` for any blank node."""
    if term is None:
        return None
    if isinstance(term, ox.BlankNode):
        return "_:"
    if isinstance(term, ox.NamedNode):
        return term.value.replace("https://example.org/", "ex:").replace(
            "http://www.w3.org/ns/shacl#", "sh:"
        )
    return str(term).replace("http://www.w3.org/2001/XMLSchema#", "xsd:")


def in_brief(results: list[Result]) -> list[tuple[str | None, str | None, str]]:
    """Reduce results to focus node, value and the component's name without its common ending."""
    return [
        (
            short(one.focus),
            short(one.value),
            str(short(one.component)).removeprefix("sh:").removesuffix("ConstraintComponent"),
        )
        for one in results
    ]


def validate(shapes: str, data: str) -> list[tuple[str | None, str | None, str]]:
    """Validate data and return the results in brief."""
    return in_brief(compile_turtle(shapes).run(load(data).select))
