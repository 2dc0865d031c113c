"""SPARQL-based constraints: one query for all focus nodes says what one query for each would."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from shacl_support import compile_turtle, load, short, validate

from mlkg.shacl import PlanRunError

TARGETS = "ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ;"


def constraint(select: str, *, more: str = "") -> str:
    """Return a shape with one sh:sparql constraint."""
    return f'{TARGETS} sh:sparql [ sh:prefixes ex:prefixes ; {more} sh:select """{select}""" ] .'


def things() -> str:
    """Return a small tangled graph of things, numbers and labels, always the same."""
    draw = random.Random(7)  # noqa: S311 (test data, not a secret)
    lines = []
    for one in range(9):
        lines.append(f"ex:t{one} a ex:Thing .")
        lines += [f"ex:t{one} ex:p ex:t{draw.randrange(9)} ." for _ in range(draw.randrange(4))]
        lines += [f"ex:t{one} ex:size {draw.randrange(5)} ." for _ in range(draw.randrange(3))]
        if draw.random() < 0.6:
            lines.append(f'ex:t{one} ex:label "label {draw.randrange(3)}" .')
    lines.append("ex:t0 ex:p ex:t0 . ex:other ex:p ex:t1 ; ex:size 3 . ex:t8 ex:missing 1 .")
    return "\n".join(lines)


# For each query what is selected, its pattern, and what follows the pattern. `{this}` is the
# pre-bound variable; `{select_this}` stands where a sub-SELECT returns or groups by it, and is
# dropped from the query that a reader would write for one focus node.
SET_WISE = {
    "filter alone": ("", "FILTER({this} = ex:t3)", ""),
    "triple": ("?value", "{this} ex:p ?value . ?value ex:p {this}", ""),
    "gap": ("", "OPTIONAL {{ {this} ex:label ?l }} FILTER(!BOUND(?l))", ""),
    "reverse gap": ("", "OPTIONAL {{ ?x ex:p {this} . ?x ex:label ?l }} FILTER(!BOUND(?l))", ""),
    "not exists": ("", "FILTER NOT EXISTS {{ {this} ex:p ?x . ?x ex:size ?n }}", ""),
    "filter in exists": (
        "",
        "FILTER NOT EXISTS {{ ?x ex:p ?y . FILTER(?y = {this} && ?x != {this}) }}",
        "",
    ),
    "filter only in exists": ("", "FILTER EXISTS {{ FILTER({this} = ex:t2) }}", ""),
    "filter in optional": (
        "?value",
        "OPTIONAL {{ ?value ex:size 3 . FILTER(?value != {this}) }} FILTER(BOUND(?value))",
        "",
    ),
    "union with a bare filter": (
        "?value",
        "{{ FILTER({this} = ex:t1) }} UNION {{ {this} ex:p ?value }} UNION {{ ?value ex:size 2 }}",
        "",
    ),
    "nested group": ("", "{{ {{ FILTER({this} = ex:t4) }} FILTER(ISIRI({this})) }}", ""),
    "bind": ("?value", "BIND(STR({this}) AS ?value) FILTER(STRENDS(?value, '5'))", ""),
    "bind in a nested group": ("?value", "{{ BIND({this} AS ?that) }} ?that ex:size ?value", ""),
    "optional before the triple": (
        "?value",
        "{{ OPTIONAL {{ ?x ex:size 1 . FILTER(?x = {this}) }} {this} ex:p ?value"
        " FILTER(BOUND(?x)) }}",
        "",
    ),
    "bind before the triple": ("?value", "{{ BIND({this} AS ?value) {this} ex:p ?x }}", ""),
    "optional pattern before the triple": (
        "",
        "{{ OPTIONAL {{ {this} ex:label ?l }} {this} a ex:Thing FILTER(!BOUND(?l)) }}",
        "",
    ),
    "exists before the triple": (
        "",
        "{{ FILTER NOT EXISTS {{ {this} ex:label ?l }} {this} ex:p ?x }}",
        "",
    ),
    "optional in exists": (
        "",
        "FILTER EXISTS {{ OPTIONAL {{ {this} ex:label ?l }} FILTER(!BOUND(?l)) }}",
        "",
    ),
    "sub-select": (
        "?value",
        "{{ SELECT {select_this} ?value WHERE {{ {this} ex:p ?value }} }}",
        "",
    ),
    "sub-select with a bare filter": (
        "?value",
        "{{ SELECT {select_this} ?value WHERE {{ ?value ex:size 1 FILTER(?value != {this}) }} }}",
        "",
    ),
    "grouped sub-select": (
        "?value",
        "{{ SELECT {select_this} (COUNT(?x) AS ?value) WHERE {{ {this} ex:p ?x }}"
        " GROUP BY {select_this} ?none }} FILTER(?value > 1)",
        "",
    ),
    "path": ("?value", "{this} ex:p+ ?value . FILTER(?value = {this})", ""),
    "words in strings": ("", "FILTER({this} = ex:t1 && 'MINUS {{ VALUES' != 'LIMIT }}')", ""),
    "words in comments": ("", "FILTER({this} = ex:t1) # MINUS {{ LIMIT 1\n", ""),
    "order": ("?value", "{this} ex:size ?value", "ORDER BY ?value"),
    "distinct": ("?value", "?value ex:p ?x . {this} ex:p ?y", ""),
}
PER_FOCUS = {
    "limit": ("?value", "{this} ex:p ?value", "ORDER BY ?value LIMIT 1"),
    "offset": ("?value", "{this} ex:size ?value", "ORDER BY ?value OFFSET 1"),
    "limit in a sub-select": (
        "?value",
        "{{ SELECT {select_this} ?value WHERE {{ {this} ex:p ?value }} ORDER BY ?value LIMIT 1 }}",
        "",
    ),
    "nested group in exists": ("", "FILTER EXISTS {{ {{ FILTER({this} = ex:t2) }} }}", ""),
    "filter in a named graph": ("", "GRAPH ex:g {{ ?x ex:p ?y FILTER(?y = {this}) }}", ""),
}


def expected_by_focus(store: ox.Store, parts: tuple[str, str, str]) -> set[tuple[str, str]]:
    """Run the query once for each thing, with its IRI written in the place of `$this`."""
    selected, pattern, tail = parts
    found = set()
    for quad in store.quads_for_pattern(None, None, ox.NamedNode("https://example.org/Thing")):
        body = pattern.format(this=str(quad.subject), select_this="")
        solutions = store.query(
            f"PREFIX ex: <https://example.org/> SELECT {selected or '*'} WHERE {{ {body} }} {tail}"
        )
        assert isinstance(solutions, ox.QuerySolutions)
        for solution in solutions:
            value = solution["value"] if selected else None
            found.add((str(quad.subject), str(value or quad.subject)))
    return found


@pytest.mark.parametrize(
    ("parts", "set_wise"),
    [
        *(pytest.param(parts, True, id=name) for name, parts in SET_WISE.items()),
        *(pytest.param(parts, False, id=name) for name, parts in PER_FOCUS.items()),
    ],
)
def test_same_results_as_one_query_per_focus_node(
    parts: tuple[str, str, str], set_wise: bool
) -> None:
    """Joining all targets in gives what writing each focus node into the query gives."""
    data = load(things())
    data.store.add(
        ox.Quad(
            ox.NamedNode("https://example.org/x"),
            ox.NamedNode("https://example.org/p"),
            ox.NamedNode("https://example.org/t3"),
            ox.NamedNode("https://example.org/g"),
        )
    )
    selected, pattern, tail = parts
    body = pattern.format(this="$this", select_this="$this")
    plan = compile_turtle(constraint(f"SELECT $this {selected} WHERE {{ {body} }} {tail}"))
    results = {(str(one.focus), str(one.value)) for one in plan.run(data.select)}
    expected = expected_by_focus(data.store, parts)
    assert expected == results
    assert expected
    assert (0 if set_wise else 1) == len(plan.per_focus)
    assert (1 if set_wise else 10) == len(data.queries)


def component(validator: str, parameters: str, use: str) -> str:
    """Return a constraint component and a shape that uses it."""
    return f"""
ex:Component a sh:ConstraintComponent ; {parameters} ; {validator} .
{TARGETS} {use} ."""


ONE_PARAMETER = "sh:parameter [ sh:path ex:limit ]"


def test_ask_validator_judges_every_value_node() -> None:
    """An ASK validator runs as one query and reports the values that it is false of."""
    shapes = f"""
ex:Component a sh:ConstraintComponent ; {ONE_PARAMETER} ;
  sh:validator [ sh:ask "ASK {{ FILTER($value < $limit) }}" ;
    sh:message "not below {{$limit}}"@en ] .
{TARGETS} sh:property ex:Size . ex:Size sh:path ex:size ; ex:limit 2, 3 ."""
    data = load("ex:a a ex:Thing ; ex:size 1, 2, 5 . ex:b a ex:Thing ; ex:size 2, 'x' .")
    results = compile_turtle(shapes).run(data.select)
    assert len(data.queries) == 2
    assert [(short(one.focus), short(one.value), str(one.messages[0])) for one in results] == [
        ("ex:a", '"2"^^<xsd:integer>', '"not below 2"@en'),
        ("ex:a", '"5"^^<xsd:integer>', '"not below 2"@en'),
        ("ex:a", '"5"^^<xsd:integer>', '"not below 3"@en'),
        ("ex:b", '"2"^^<xsd:integer>', '"not below 2"@en'),
        ("ex:b", '"x"', '"not below 2"@en'),
        ("ex:b", '"x"', '"not below 3"@en'),
    ]


def test_ask_validator_with_nested_groups() -> None:
    """Groups inside an ASK query see the pre-bound value, also where they only filter by it."""
    shapes = component(
        'sh:validator [ sh:prefixes ex:prefixes ; sh:ask """ASK {'
        ' { FILTER($value = $limit) } UNION { $value ex:p ?x } }""" ]',
        ONE_PARAMETER,
        "ex:limit ex:b",
    )
    data = "ex:a a ex:Thing ; ex:p 1 . ex:b a ex:Thing . ex:c a ex:Thing ."
    assert validate(shapes, data) == [("ex:c", "ex:c", "ex:Component")]


def test_property_validator_gets_the_path() -> None:
    """A SELECT validator of a property shape has `$PATH` replaced by any kind of path."""
    shapes = f"""
ex:Component a sh:ConstraintComponent ; {ONE_PARAMETER} ;
  sh:propertyValidator [
    sh:select "SELECT $this ?value {{ $this $PATH ?value . FILTER(?value > $limit) }}" ] .
{TARGETS} sh:property ex:Size .
ex:Size sh:path ( [ sh:inversePath ex:of ] ex:size ) ; ex:limit 2 ."""
    data = "ex:a a ex:Thing . ex:part ex:of ex:a ; ex:size 2, 3 ."
    assert validate(shapes, data) == [("ex:a", '"3"^^<xsd:integer>', "ex:Component")]


def test_optional_parameter_is_unbound_when_absent() -> None:
    """BOUND tells whether an optional parameter was given."""
    shapes = component(
        'sh:validator [ sh:ask "ASK { FILTER(BOUND($extra) && $limit) }" ]',
        "sh:parameter [ sh:path ex:limit ], [ sh:path ex:extra ; sh:optional true ]",
        "ex:limit true",
    )
    data = "ex:a a ex:Thing ."
    assert validate(shapes, data) == [("ex:a", "ex:a", "ex:Component")]
    assert validate(shapes.replace("ex:limit true", "ex:limit true ; ex:extra 1"), data) == []


def test_messages_show_terms_of_the_solution() -> None:
    """`{?name}` and `{$name}` stand for the bindings of a solution; unknown names stay."""
    shapes = constraint(
        "SELECT $this ?value ?n { $this ex:p ?value ; ex:n ?n }",
        more='sh:message "{?this} has {$value} and {?n}, not {?other}"@en ;',
    )
    data = load('ex:a a ex:Thing ; ex:p "v" ; ex:n 7 .')
    (result,) = compile_turtle(shapes).run(data.select)
    expected = ox.Literal("https://example.org/a has v and 7, not {?other}", language="en")
    assert (expected,) == result.messages
    assert isinstance(result.source_constraint, ox.BlankNode)


def test_message_and_path_from_the_solution() -> None:
    """A solution that binds ?message and ?path has its own message and result path."""
    shapes = constraint(
        "SELECT $this ?path ?message { $this ?path 7 BIND('seven' AS ?message) }",
        more='sh:message "not shown" ;',
    )
    (result,) = compile_turtle(shapes).run(load("ex:a a ex:Thing ; ex:n 7 .").select)
    assert (ox.Literal("seven"),) == result.messages
    assert str(result.path) == "<https://example.org/n>"


def test_deactivated_constraint_is_left_out() -> None:
    """sh:deactivated on a sh:sparql constraint switches it off, whatever its query says."""
    shapes = constraint("this is no query", more="sh:deactivated true ;")
    assert compile_turtle(shapes).checks == 0


def test_failure_variable_stops_the_run() -> None:
    """A solution that binds ?failure to true is a failure, not a result (5.3.2)."""
    shapes = constraint("SELECT $this ?failure { $this ex:p 1 BIND(true AS ?failure) }")
    assert validate(shapes, "ex:a a ex:Thing .") == []
    with pytest.raises(PlanRunError, match="the query reports a failure for <https:"):
        validate(shapes, "ex:a a ex:Thing ; ex:p 1 .")


def test_blank_focus_nodes_are_served_set_wise() -> None:
    """A blank node as focus node needs no way back into a query text."""
    shapes = constraint("SELECT $this ?value { $this ex:p ?value FILTER(?value != $this) }")
    assert validate(shapes, "_:a a ex:Thing ; ex:p _:b, _:a .") == [("_:", "_:", "SPARQL")]


def test_blank_focus_nodes_one_by_one_are_refused() -> None:
    """A query that must run once for each focus node cannot take a blank node."""
    shapes = constraint("SELECT $this ?value { $this ex:p ?value } LIMIT 1")
    assert len(validate(shapes, "ex:a a ex:Thing ; ex:p 1, 2 .")) == 1
    with pytest.raises(PlanRunError, match=r"one focus node at a time \(LIMIT\), and _:"):
        validate(shapes, "_:a a ex:Thing ; ex:p 1 .")


def test_nested_shape_gives_its_nodes_to_the_query() -> None:
    """A sh:sparql constraint of a nested shape is checked on the value nodes that reach it."""
    shapes = """
ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ;
  sh:property [ sh:path ex:part ; sh:node ex:Part ] .
ex:Part a sh:NodeShape ; sh:sparql [ sh:prefixes ex:prefixes ;
  sh:select "SELECT $this { $this ex:broken true }" ] ."""
    data = "ex:a a ex:Thing ; ex:part ex:x, ex:y . ex:x ex:broken true . ex:z ex:broken true ."
    assert validate(shapes, data) == [("ex:a", "ex:x", "Node")]
