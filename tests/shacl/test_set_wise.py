"""SPARQL-based constraints: one query for all focus nodes says what one query for each would."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from mlkg.shacl import IllFormedShapesError, PlanRunError, UncompilableShapesError

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
        for _ in range(draw.randrange(4)):
            lines.append(f"ex:t{one} ex:p ex:t{draw.randrange(9)} .")
        for _ in range(draw.randrange(3)):
            lines.append(f"ex:t{one} ex:size {draw.randrange(5)} .")
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
        "{{ OPTIONAL {{ ?x ex:size 1 . FILTER(?x = {this}) }} {this} ex:p ?value FILTER(BOUND(?x)) }}",
        "",
    ),
    "sub-select": ("?value", "{{ SELECT {select_this} ?value WHERE {{ {this} ex:p ?value }} }}", ""),
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
    shacl: object, parts: tuple[str, str, str], set_wise: bool
) -> None:
    """Joining all targets in gives what writing each focus node into the query gives."""
    data = shacl.load(things())
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
    plan = shacl.compile(constraint(f"SELECT $this {selected} WHERE {{ {body} }} {tail}"))
    results = {(str(one.focus), str(one.value)) for one in plan.run(data.select)}
    expected = expected_by_focus(data.store, parts)
    assert expected == results
    assert expected
    assert (0 if set_wise else 1) == len(plan.per_focus)
    assert (1 if set_wise else 10) == len(data.queries)
