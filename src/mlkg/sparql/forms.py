"""The form of a query, and the parts of a CONSTRUCT that derives facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mlkg.errors import QueryError
from mlkg.sparql.binding import end_of_group, first_brace, form_of
from mlkg.sparql.lexer import Token, keywords_in, prologue, readings, tokens
from mlkg.sparql.mentions import LIST, TYPE, expanded

_NO_PREFIXES: Mapping[str, str] = {}


class ConstructParts(NamedTuple):
    """The parts of CONSTRUCT { template } WHERE { pattern }, by offsets in its text.

    `start` is where the word CONSTRUCT is. The template is from its brace at `template_start` to
    behind the one before `template_end`, the pattern from `pattern_start` to `pattern_end`.
    `predicates` are the IRIs of the properties that the template gives.
    """

    start: int
    template_start: int
    template_end: int
    pattern_start: int
    pattern_end: int
    predicates: frozenset[str]


def query_form(text: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE; raise QueryError for text that is no query."""
    found = tokens(text)
    form = form_of(found)
    if form is None:
        raise QueryError("not a query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE")
    return found[form].word


def construct_parts(text: str, prefixes: Mapping[str, str] = _NO_PREFIXES) -> ConstructParts:
    """Return the parts of a CONSTRUCT that has a template and a pattern, and nothing else.

    As it is read, Oxigraph reads it too, so that the text with INSERT in the place of CONSTRUCT is
    one update. `prefixes` are those that the query need not declare.
    Raises QueryError for a query of any other form, with FROM or solution modifiers, with SERVICE
    or LOAD, or with a predicate that is not an IRI.
    """
    reading = readings(text)[0]
    found = reading.tokens
    form = form_of(found)
    opening = None if form is None else form + 1
    if form is None or opening is None or found[form].word != "CONSTRUCT":
        raise QueryError("not a query of the form CONSTRUCT { … } WHERE { … }")
    if opening >= len(found) or found[opening].text != "{":
        raise QueryError("the CONSTRUCT has no template of its own, or has FROM")
    template_end = end_of_group(found, opening)
    pattern = first_brace(found, template_end + 1)
    between = found[template_end + 1 : pattern]
    if pattern is None or [token.word for token in between] not in ([], ["WHERE"]):
        raise QueryError("between the template and the pattern only WHERE is allowed, not FROM")
    closing = end_of_group(found, pattern)
    if closing + 1 < len(found) or found[closing].text != "}":
        raise QueryError("nothing is allowed after the pattern: no ORDER BY, LIMIT or VALUES")
    if reading.doubtful is not None:
        line = text.count("\n", 0, reading.doubtful) + 1
        raise QueryError(
            f"line {line}: what follows can be read in two ways; put a space after the operator <, "
            "and leave out codepoint escapes"
        )
    if words := sorted(keywords_in(text, prefixes) & {"LOAD", "SERVICE"}):
        raise QueryError(f"{words[0]} is refused: a query must not open connections")
    return ConstructParts(
        found[form].start,
        found[opening].start,
        found[template_end].end,
        found[pattern].start,
        found[closing].end,
        _predicates(found, found[opening + 1 : template_end], prefixes),
    )


def _predicates(
    found: Sequence[Token], template: Sequence[Token], prefixes: Mapping[str, str]
) -> frozenset[str]:
    """Return the IRIs of the properties in a template."""
    opening = prologue(found)
    known = {**prefixes, **opening.prefixes}
    iris: set[str] = set()
    after: list[bool] = []  # for each open bracket, whether a predicate follows behind it
    awaited = False  # whether the next term is a predicate
    subject = True
    for index, (kind, text, *_) in enumerate(template):
        if kind == "symbol":
            if text in "([":
                after.append(subject)
                iris.update(LIST if text == "(" else ())
                awaited, subject = text == "[", False
            elif text in ")]":
                if not after:
                    raise QueryError("the brackets of the template do not match")
                awaited, subject = after.pop(), False
            elif text == ".":
                awaited, subject = False, True
            elif text == ";":
                awaited = True
        elif awaited:
            iri = TYPE if text == "a" else None
            if kind in ("iri", "pname"):
                iri = expanded(kind, text, opening.base, known)
            if iri is None:
                raise QueryError(f"{text} is a predicate of the template; it must be an IRI")
            iris.add(iri)
            awaited = False
        elif subject and not (index and template[index - 1].text == "^^"):
            awaited, subject = True, False
    return frozenset(iris)
