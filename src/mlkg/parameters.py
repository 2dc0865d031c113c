"""Parameters of queries: `name=term` as typed, bound as an RDF term."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph
from pyoxigraph import RdfFormat

from mlkg.errors import ParameterError
from mlkg.store import Term

_FORMS = 'write <IRI>, prefix:name, "text", "text"@en, a number, true or false'


def parse_parameters(
    given: Iterable[str], query: str, prefixes: Mapping[str, str]
) -> dict[str, Term]:
    """Return the bindings that `given`, each `name=term`, makes for the variables of `query`.

    A term is written as in Turtle and may use `prefixes`.
    Raises ParameterError for another form, a term that is none, or a name that `query` lacks.
    """
    variables = sorted(set(re.findall(r"[?$](\w+)", query)))
    bindings: dict[str, Term] = {}
    for item in given:
        name, equals, value = item.partition("=")
        name = name.strip().lstrip("?$")
        if not equals or not name:
            raise ParameterError(f"--param {item}: not of the form name=term")
        if name in bindings:
            raise ParameterError(f"--param {item}: {name} is given twice")
        if name not in variables:
            raise ParameterError(
                f"--param {item}: the query has no variable ?{name}; it has "
                + ", ".join(f"?{variable}" for variable in variables)
            )
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
