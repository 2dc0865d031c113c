"""Everything that validation applies, by name: rules, shapes, and the checks of comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, Triple

from mlkg.namespaces import SHACL, WELL_KNOWN
from mlkg.naming import shorten
from mlkg.stored import Rule
from mlkg.terms import Term
from mlkg.turtle.files import prefixes_of
from mlkg.validation import suppressions
from mlkg.validation.findings import Check
from mlkg.validation.shapes import SEVERITY_NAMES, Shapes, shape_name

_SAID_ELSEWHERE = {
    f"{SHACL}{name}"
    for name in ("message", "path", "property", "targetClass", "severity", "name", "description")
}

Properties = Mapping[Term, list[tuple[str, Term]]]


def checks(rules: Mapping[str, Rule], shapes: Shapes) -> dict[str, Check]:
    """Return every check there is, by its name, sorted."""
    found = {
        rule.name: Check(rule.name, rule.severity, rule.summary, rule.notes)
        for rule in rules.values()
    }
    return dict(sorted({**found, **_of_shapes(shapes), **suppressions.CHECKS}.items()))


def _of_shapes(shapes: Shapes) -> dict[str, Check]:
    prefixes = prefixes_of(shapes.files)
    properties = _properties(shapes.graph)
    users: dict[Term, list[Term]] = defaultdict(list)
    for subject, said in properties.items():
        for predicate, value in said:
            if predicate == f"{SHACL}property":
                users[value].append(subject)
    return {
        name: Check(
            name,
            _severity(properties[shape]),
            shapes.messages[name] or f"The shape {name} does not hold",
            _notes(shape, properties, users, prefixes),
        )
        for shape in properties
        if isinstance(shape, NamedNode) and (name := shape_name(shape)) in shapes.messages
    }


def _properties(triples: Iterable[Triple]) -> Properties:
    found: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
    for triple in sorted(triples, key=str):
        found[triple.subject].append((triple.predicate.value, triple.object))
    return found


def _severity(said: list[tuple[str, Term]]) -> str:
    named = [shape_name(value) for predicate, value in said if predicate == f"{SHACL}severity"]
    return SEVERITY_NAMES.get(named[0], "error") if named else "error"


def _notes(
    shape: Term,
    properties: Properties,
    users: Mapping[Term, list[Term]],
    prefixes: Mapping[str, str],
) -> str:
    """Say in Markdown which records a shape is about and what it asks of them."""
    said = properties[shape]
    owners = users.get(shape, []) or [shape]
    classes = sorted(
        shorten(value, prefixes)
        for owner in owners
        for predicate, value in properties[owner]
        if predicate == f"{SHACL}targetClass"
    )
    paths = [value for predicate, value in said if predicate == f"{SHACL}path"]
    about = " and ".join(f"`{name}`" for name in classes) or "the records that it targets"
    if paths and isinstance(paths[0], NamedNode):
        about = f"`{shorten(paths[0], prefixes)}` of {about}"
    asked = [
        f"`{shorten(NamedNode(predicate), prefixes)} {_shown(value, properties, prefixes)}`"
        for predicate, value in said
        if predicate.startswith(SHACL) and predicate not in _SAID_ELSEWHERE
    ]
    return f"**About.** {about[0].upper()}{about[1:]}.\n**Asks for.** {', '.join(asked)}."


def _shown(term: Term, properties: Properties, prefixes: Mapping[str, str]) -> str:
    """Return a term as Turtle has it, near enough for people: lists in parentheses."""
    if not isinstance(term, BlankNode):
        return shorten(term, prefixes)
    if items := list(_items(term, properties)):
        return f"( {' '.join(_shown(item, properties, prefixes) for item in items)} )"
    said = (
        f"{shorten(NamedNode(predicate), prefixes)} {_shown(value, properties, prefixes)}"
        for predicate, value in properties[term]
    )
    return f"[ {' ; '.join(said)} ]"


def _items(node: Term, properties: Properties) -> Iterator[Term]:
    rdf = WELL_KNOWN["rdf"]
    while first := [o for p, o in properties.get(node, []) if p == f"{rdf}first"]:
        yield first[0]
        node = next(o for p, o in properties[node] if p == f"{rdf}rest")
