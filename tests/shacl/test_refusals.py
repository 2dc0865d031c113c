"""What the compiler refuses, always with the shape's name and the construct's."""

from __future__ import annotations

import pytest
from shacl_support import compile_turtle, load

from mlkg.errors import MlkgError
from mlkg.shacl import (
    IllFormedShapesError,
    PlanRunError,
    RecursiveShapesError,
    ShapesError,
    UncompilableShapesError,
)

SHAPE = "<https://example.org/S>"
ILL_FORMED = {
    "sh:minCount 1": (
        f"{SHAPE}: a node shape must not have sh:minCount, only a property shape with a sh:path may"
    ),
    "sh:path ex:p ; sh:minCount 'one'": f'{SHAPE}: its sh:minCount "one" is not an xsd:integer',
    "sh:path ex:p ; sh:minCount 1, 2": (
        f"{SHAPE} has 2 values for sh:minCount, but at most one is allowed"
    ),
    "sh:path 'p'": f'{SHAPE}: "p" is not a well-formed sh:path',
    "sh:path ( ex:p )": f"{SHAPE}: a list in its sh:path has fewer than two members",
    "sh:path _:p": None,
    "a sh:NodeShape ; sh:path ex:p": f"{SHAPE} is a sh:NodeShape with a sh:path",
    "a sh:PropertyShape": f"{SHAPE} is a sh:PropertyShape without a sh:path",
    "sh:class 'C'": f'{SHAPE}: its sh:class "C" is not an IRI',
    "sh:nodeKind ex:Iri": f"{SHAPE}: <https://example.org/Iri> is not a sh:nodeKind",
    "sh:nodeKind sh:Iri": f"{SHAPE}: sh:Iri is not a sh:nodeKind",
    "sh:minInclusive ex:a": f"{SHAPE}: its sh:minInclusive must be a literal",
    "sh:in ex:a": f"{SHAPE}: its sh:in is not a well-formed RDF list",
    "sh:or ex:a": f"{SHAPE}: its sh:or is not a well-formed RDF list",
    "sh:not 'x'": 'the literal "x" stands where a shape belongs',
    "sh:property ex:P": f"{SHAPE}: its sh:property <https://example.org/P> has no sh:path",
    "sh:node [ sh:path ex:p ]": None,
    "sh:pattern 1": f'{SHAPE}: its sh:pattern "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    " is not a string",
    "sh:languageIn ( ex:en )": f"{SHAPE}: its sh:languageIn must list strings",
    "sh:severity 'high'": f"{SHAPE}: its sh:severity must be an IRI",
    "sh:targetNode _:b": f"{SHAPE}: its sh:targetNode is a blank node",
    "sh:closed true ; sh:ignoredProperties ( 'p' )": (
        f"{SHAPE}: its sh:ignoredProperties must list IRIs"
    ),
}
UNCOMPILABLE = {
    "sh:minCounts 1": f"{SHAPE}: sh:minCounts is not supported",
    "sh:target ex:T": f"{SHAPE}: sh:target is not supported",
    "sh:rule ex:R": f"{SHAPE}: sh:rule is not supported",
    "sh:expression ex:E": f"{SHAPE}: sh:expression is not supported",
    "sh:js ex:J": f"{SHAPE}: sh:js is not supported",
    "sh:in ( _:b )": f"{SHAPE}: sh:in has a blank node, which a query cannot look for",
    "sh:hasValue []": f"{SHAPE}: sh:hasValue has a blank node, which a query cannot look for",
    "sh:pattern '['": (
        f"{SHAPE}: sh:pattern '[' cannot be compiled: a character class without an end"
    ),
    "sh:pattern 'a' ; sh:flags 'g'": f"{SHAPE}: sh:flags has the unknown 'g'",
}


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        *((body, IllFormedShapesError, message) for body, message in ILL_FORMED.items()),
        *((body, UncompilableShapesError, message) for body, message in UNCOMPILABLE.items()),
    ],
)
def test_refused_by_name(body: str, error: type[ShapesError], message: str | None) -> None:
    """A shape that cannot be compiled is refused, in words that say which and why."""
    with pytest.raises(error) as caught:
        compile_turtle(f"ex:S sh:targetClass ex:C ; {body} .")
    assert message is None or message == str(caught.value)
    assert isinstance(caught.value, MlkgError)


def test_unsupported_construct_of_a_nested_shape() -> None:
    """A shape is looked at when a target leads to it, however deep, and only then."""
    nested = "ex:Inner sh:path ex:p ; sh:someday 1 ."
    with pytest.raises(UncompilableShapesError, match="Inner>: sh:someday is not supported"):
        compile_turtle(f"ex:S sh:targetClass ex:C ; sh:or ( [ sh:property ex:Inner ] ) . {nested}")
    assert compile_turtle(nested).queries == ()


def test_entailment() -> None:
    """An entailment regime changes the data that shapes see, so it is refused (1.5)."""
    with pytest.raises(UncompilableShapesError, match="sh:entailment is not supported"):
        compile_turtle("ex:shapes sh:entailment <http://www.w3.org/ns/entailment/RDFS> .")


@pytest.mark.parametrize(
    "shapes",
    [
        "ex:S sh:targetClass ex:C ; sh:node ex:S .",
        "ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .",
        "ex:S sh:targetClass ex:C ; sh:not [ sh:or ( ex:S ) ] .",
    ],
)
def test_recursive_shapes(shapes: str) -> None:
    """A shape that refers to itself, at any distance, is refused (3.4.3)."""
    with pytest.raises(RecursiveShapesError) as caught:
        compile_turtle(shapes)
    assert f"{SHAPE} refers to itself; SHACL leaves this undefined" == str(caught.value)


def test_recursion_through_a_deactivated_shape() -> None:
    """A deactivated shape checks nothing, so that a way back through it is no recursion."""
    plan = compile_turtle(
        "ex:S sh:targetClass ex:C ; sh:node ex:Off . ex:Off sh:deactivated true ; sh:node ex:S ."
    )
    assert plan.checks == 1


@pytest.mark.parametrize("kind", ["path", "shape", "query"])
def test_deep_nesting(kind: str) -> None:
    """Nesting that could exhaust the stack of a SPARQL engine is refused before it gets there."""
    if kind == "path":
        inner = "ex:p"
        for _ in range(60):
            inner = f"[ sh:inversePath {inner} ]"
        shapes = f"ex:S sh:targetClass ex:C ; sh:path {inner} ; sh:minCount 1 ."
    elif kind == "shape":
        links = " ".join(f"ex:n{one} sh:node ex:n{one + 1} ." for one in range(60))
        shapes = f"ex:n0 sh:targetClass ex:C . {links}"
    else:
        query = f"SELECT $this {{ FILTER({'(' * 5000}1{')' * 5000}) }}"
        shapes = f'ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "{query}" ] .'
    with pytest.raises(UncompilableShapesError, match="levels deep"):
        compile_turtle(shapes)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT $this { $this ?p ?o MINUS { $this ex:p 1 } }",
            "a query with pre-bound variables must not use MINUS",
        ),
        (
            "SELECT $this { values ?x { 1 } }",
            "a query with pre-bound variables must not use VALUES",
        ),
        (
            "SELECT $this { SERVICE <https://example.org/sparql> { $this ?p ?o } }",
            "a query with pre-bound variables must not use SERVICE",
        ),
        (
            r"SELECT $this { ?a ex:\\# ?b . #\rSERVICE<https://e/sparql>{ $this ?p ?o }\n }",
            "a query with pre-bound variables must not use SERVICE",
        ),
        (
            f"SELECT $this {{ FILTER({'(' * 70}1{')' * 70}) SERVICE ex:sparql {{ $this ?p ?o }} }}",
            "a query with pre-bound variables must not use SERVICE",
        ),
        ("SELECT $this { BIND(1 AS ?this) }", "AS ?this assigns to a pre-bound variable"),
        (
            "SELECT $this { { SELECT ?x { ?x ?p $this } } }",
            "a sub-SELECT must return the pre-bound variable ?this by name",
        ),
        (
            "SELECT $this { { SELECT * { $this ?p ?x } } }",
            "a sub-SELECT must return the pre-bound variable ?this by name",
        ),
        ("SELECT ?x { ?x ?p $this }", "the query must return the pre-bound variable ?this by name"),
        ("ASK { $this ?p ?x }", "its sh:select is not a SELECT query"),
        ("SELECT $this { $this $PATH ?x }", "$PATH stands only in a property shape"),
        ("SELECT $this { $this ?p ?x", "its braces do not match"),
    ],
)
def test_ill_formed_queries(query: str, message: str) -> None:
    """The rules of pre-binding (appendix A) and of section 5.2.1 are held to, by name."""
    with pytest.raises(IllFormedShapesError) as caught:
        compile_turtle(
            "ex:S sh:targetClass ex:C ; sh:sparql ex:Q . ex:Q sh:prefixes ex:prefixes ;"
            f' sh:select """{query}""" .'
        )
    assert f"{SHAPE}: sh:sparql <https://example.org/Q>: {message}" == str(caught.value)


@pytest.mark.parametrize("name", ["shapesGraph", "currentShape"])
def test_variables_that_a_processor_may_leave_out(name: str) -> None:
    """$shapesGraph and $currentShape are optional in SHACL (5.3.1), and refused here."""
    with pytest.raises(UncompilableShapesError, match=rf"\${name} is not supported"):
        compile_turtle(
            "ex:S sh:targetClass ex:C ;"
            f' sh:sparql [ sh:select "SELECT $this {{ ?x ?p ${name} }}" ] .'
        )


def test_query_that_does_not_parse() -> None:
    """A syntax error in a query is found while compiling, with the engine's words."""
    with pytest.raises(IllFormedShapesError, match="its query does not parse: error at "):
        compile_turtle(
            'ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this { $this no:p ?x }" ] .'
        )


def test_query_from_another_dataset() -> None:
    """FROM would look at other data than the targets do."""
    with pytest.raises(UncompilableShapesError, match="FROM is not supported"):
        compile_turtle(
            'ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this FROM <x:y> { }" ] .'
        )


COMPONENT = "ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:k ]"


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        (f"{COMPONENT} .", "has neither a sh:nodeValidator nor a sh:validator"),
        (f"{COMPONENT} ; sh:validator [ sh:jsFunctionName 'f' ] .", "has no sh:ask query"),
        (
            f"{COMPONENT} ; sh:validator [ sh:ask 'ASK {{ BIND(1 AS $value) }}' ] .",
            "AS .value assigns to a pre-bound variable",
        ),
        (
            "ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:this ] .",
            "'this' cannot be a parameter name",
        ),
        (
            "ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:k ; sh:optional true ] .",
            "has no parameter that is not sh:optional",
        ),
    ],
)
def test_constraint_components(declaration: str, message: str) -> None:
    """A component that cannot be checked where a shape uses it is refused, not passed over."""
    with pytest.raises(ShapesError, match=message):
        compile_turtle(f"{declaration} ex:S sh:targetClass ex:C ; ex:k 1 ; ex:this 1 .")
    assert compile_turtle(f"{declaration} ex:S sh:targetClass ex:C .").queries == ()


def test_blank_node_as_parameter() -> None:
    """A parameter that is a blank node cannot be written into a query."""
    with pytest.raises(UncompilableShapesError, match="a parameter is a blank node"):
        compile_turtle(
            f"{COMPONENT} ; sh:validator [ sh:ask 'ASK {{ }}' ] ."
            " ex:S sh:targetClass ex:C ; ex:k [] ."
        )


def test_store_that_loses_the_datatype() -> None:
    """Oxigraph reads xsd:byte as xsd:integer: a run that would have to tell them is refused."""
    plan = compile_turtle("ex:S sh:targetNode 5 ; sh:datatype xsd:byte .")
    with pytest.raises(PlanRunError) as caught:
        plan.run(load("").select)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert (
        f"{SHAPE}: the store reads <{xsd}byte> as <{xsd}integer>, so that sh:datatype cannot be"
        " checked there; use xsd:integer with sh:minInclusive and sh:maxInclusive"
    ) == str(caught.value)
