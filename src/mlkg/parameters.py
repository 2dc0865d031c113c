"""Parameters of queries as users type them: `name=term`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph
from pyoxigraph import RdfFormat

from mlkg.errors import ParameterError
from mlkg.terms import Term

_FORMS = 'write <IRI>, prefix:name, "text", "text"@en, a number, true or false'


def parse_parameters(given: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, Term]:
    """Return the bindings that `given`, each `name=term`, stands for.

    A term is written as in Turtle and may use `prefixes`.
    Raises ParameterError for another form, a term that is none, or a name given twice.
    """
    bindings: dict[str, Term] = {}
    for item in given:
        name, equals, value = item.partition("=")
        name = name.strip().lstrip("?$")
        if not equals or not name.isidentifier():
            raise ParameterError(f"--param {item}: not of the form name=term")
        if name in bindings:
            raise ParameterError(f"--param {item}: {name} is given twice")
        bindings[name] = _term(item, value.strip(), prefixes)
    return bindings


def _term(item: str, value: str, prefixes: Mapping[str, str]) -> Term:
    """Read one Turtle term; the parser decides what one is, so nothing can be smuggled in."""
    declared = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in prefixes.items())
    document = f"{declared}<x:s> <x:p> {value}\n."
    try:
        triples = list(pyoxigraph.parse(document, RdfFormat.TURTLE))
    except SyntaxError as error:
        raise ParameterError(f"--param {item}: not an RDF term: {_FORMS}") from error
    if len(triples) != 1 or isinstance(triples[0].object, pyoxigraph.BlankNode):
        raise ParameterError(f"--param {item}: not one RDF term: {_FORMS}")
    term: Term = triples[0].object
    return term
