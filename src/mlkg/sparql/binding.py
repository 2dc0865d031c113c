"""Where the parts of a query are, by the indices of its tokens, and binding its variables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mlkg.errors import ParameterError
from mlkg.sparql.lexer import Token, tokens
from mlkg.terms import Term

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def bind(query: str, bindings: Mapping[str, Term]) -> str:
    """Return `query` with a VALUES block at the start of its pattern that binds its variables.

    It is plain SPARQL 1.1 (section 10.2), so it runs anywhere, and it holds before grouping. The
    terms are written as N-Triples by the RDF library; nothing that a user typed gets into the text.
    Raises ParameterError for a variable that the pattern does not have, or has in a sub-SELECT
    only, where the block would not reach it, and for a query without a pattern to bind in.
    """
    if not bindings:
        return query
    found = tokens(query)
    start = start_of_pattern(found)
    if start is None:
        raise ParameterError("the query has no WHERE pattern of its own to give parameters to")
    end = end_of_group(found, start)
    known = sorted({*_variables(found[:start]), *_visible(found, start + 1, end)})
    for name in bindings:
        if name not in known:
            listed = ", ".join(f"?{variable}" for variable in known)
            raise ParameterError(
                f"--param {name}: the query has no variable ?{name}; it has {listed}"
            )
    names = " ".join(f"?{name}" for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    at = found[start].end
    return f"{query[:at]} VALUES ({names}) {{ ({terms}) }}{query[at:]}"


def form_of(found: Sequence[Token]) -> int | None:
    """Return the index of SELECT, ASK, CONSTRUCT or DESCRIBE among the tokens of a query."""
    return find_word(found, 0, len(found), _FORMS)


def start_of_pattern(found: Sequence[Token]) -> int | None:
    """Return the index of the brace that opens the WHERE clause, None when there is no such clause.

    The short form CONSTRUCT WHERE has none of its own: its pattern is its template too.
    """
    form = form_of(found)
    if form is None:
        return None
    brace = first_brace(found, form + 1)
    if found[form].word != "CONSTRUCT" or brace is None:
        return brace
    if find_word(found, form, brace, frozenset({"WHERE"})) is not None:
        return None
    return first_brace(found, end_of_group(found, brace) + 1)


def first_brace(found: Sequence[Token], at: int) -> int | None:
    """Return the index of the first brace that opens outside parentheses, from `at` on."""
    depth = 0
    for index in range(at, len(found)):
        kind, text = found[index][:2]
        if kind != "symbol":
            continue
        if text == "{" and depth == 0:
            return index
        depth += (text in _OPENING) - (text in _CLOSING)
    return None


def end_of_group(found: Sequence[Token], start: int) -> int:
    """Return the index of the brace that closes what opens at `start`, or of the last token."""
    depth = 0
    for index in range(start, len(found)):
        kind, text = found[index][:2]
        if kind == "symbol" and text in "{}":
            depth += 1 if text == "{" else -1
            if depth == 0:
                return index
    return len(found) - 1


def find_word(found: Sequence[Token], start: int, end: int, words: Collection[str]) -> int | None:
    """Return the index of the first of `words` from `start` to `end`, outside all brackets."""
    depth = 0
    for index in range(start, end):
        token = found[index]
        if token.kind == "symbol":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        elif depth == 0 and token.word in words:
            return index
    return None


def _variables(found: Sequence[Token]) -> Iterator[str]:
    return (token.variable for token in found if token.kind == "variable")


def _visible(found: Sequence[Token], start: int, end: int) -> Iterator[str]:
    """Yield the variables of a pattern, without those that sub-SELECTs do not return."""
    index = start
    while index < end:
        token = found[index]
        if token.text == "{" and token.kind == "symbol" and found[index + 1].word == "SELECT":
            yield from _returned(found, index + 2)
            index = end_of_group(found, index)
        elif token.kind == "variable":
            yield token.variable
        index += 1


def _returned(found: Sequence[Token], index: int) -> Iterator[str]:
    """Yield the variables that a SELECT returns, whose clause goes on at `index`."""
    brace = first_brace(found, index)
    if brace is None:
        return
    if found[index].word in ("DISTINCT", "REDUCED"):
        index += 1
    if found[index].text == "*":
        yield from _visible(found, brace + 1, end_of_group(found, brace))
    depth = 0
    for at in range(index, brace):
        token = found[at]
        if token.kind == "symbol":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        elif token.kind == "variable" and (depth == 0 or found[at - 1].word == "AS"):
            yield token.variable
