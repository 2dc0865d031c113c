"""Queries rewritten so that they mean the same on any server: pages, graphs, triples as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode

from mlkg.errors import EndpointError
from mlkg.sparql.binding import end_of_group, find_word, first_brace, form_of, start_of_pattern
from mlkg.sparql.lexer import Token, keywords, prologue, tokens
from mlkg.terms import Term

_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})


class _Parts(NamedTuple):
    """Where the parts of a query are, as indices of its tokens.

    They are its form, the brace that opens its pattern, what follows the pattern, and a last
    VALUES.
    """

    text: str
    tokens: Sequence[Token]
    form: int
    start: int
    tail: int
    values: int

    def offset(self, index: int) -> int:
        """Return where a token starts in the text."""
        return self.tokens[index].start if index < len(self.tokens) else len(self.text)

    def modifier(self, *words: str) -> int | None:
        """Return the index of the first of `words` among the solution modifiers."""
        return find_word(self.tokens, self.tail, self.values, words)


def _parts(text: str) -> _Parts | None:
    """Take a query apart; None when it has no pattern of its own, as DESCRIBE may have none."""
    found = tokens(text)
    form, start = form_of(found), start_of_pattern(found)
    if form is None or start is None:
        return None
    tail = end_of_group(found, start) + 1
    values = find_word(found, tail, len(found), ("VALUES",))
    return _Parts(text, found, form, start, tail, len(found) if values is None else values)


def page(text: str, limit: int, offset: int, order: Sequence[str] = ()) -> str:
    """Return a SELECT for `limit` of its own solutions, from number `offset` on.

    `order` names variables to sort by after what the query sorts by itself: without a total order
    pages may overlap (SPARQL 1.1 section 15.4).
    """
    parts = _parts(text)
    assert parts is not None, "a SELECT has a pattern"  # noqa: S101
    first = offset
    for word in ("LIMIT", "OFFSET"):
        index = parts.modifier(word)
        if index is None:
            continue
        number = int(parts.tokens[index + 1].text)
        if word == "LIMIT":
            limit = max(min(limit, number - offset), 0)
        else:
            first += number
    sliced = parts.modifier("LIMIT", "OFFSET")
    end = parts.offset(parts.values if sliced is None else sliced)
    keys = " ".join(f"?{name}" for name in order)
    sorting = f"{_order_by(parts)}{keys} " if keys else ""
    values = text[parts.offset(parts.values) :]
    return f"{text[:end]}\n{sorting}LIMIT {limit} OFFSET {first}\n{values}"


def wrapped_page(
    text: str, variables: Sequence[str], limit: int, offset: int, order: Sequence[str]
) -> str:
    """Return `page` with the slice around the query, as Virtuoso wants it behind 10,000 rows.

    The standard gives the rows of a sub-SELECT no order, so the whole must be checked.
    """
    inner, prologue = _inner(text, order)
    names = " ".join(f"?{name}" for name in variables)
    return f"{prologue}SELECT {names} WHERE {{ {{ {inner}\n}} }} LIMIT {limit} OFFSET {offset}"


def counting(text: str, variables: Sequence[str]) -> str:
    """Return a SELECT of how many solutions a SELECT has, ?n, and how many different ones, ?d."""
    inner, prologue = _inner(text, ())
    names = " ".join(f"?{name}" for name in variables)
    return (
        f"{prologue}SELECT ?n ?d WHERE {{\n"
        f"{{ SELECT (COUNT(*) AS ?n) WHERE {{ {{ {inner}\n}} }} }}\n"
        f"{{ SELECT (COUNT(*) AS ?d) WHERE {{ SELECT DISTINCT {names} WHERE {{ {{ {inner}\n}} }} }}"
        " }\n}"
    )


def _inner(text: str, order: Sequence[str]) -> tuple[str, str]:
    """Return a query without its prologue, sorted, and the prologue."""
    parts = _parts(text)
    assert parts is not None, "a SELECT has a pattern"  # noqa: S101
    body = text
    if order:
        keys = " ".join(f"?{name}" for name in order)
        sliced = parts.modifier("LIMIT", "OFFSET")
        at = parts.offset(parts.values if sliced is None else sliced)
        body = f"{text[:at]}\n{_order_by(parts)}{keys}\n{text[at:]}"
    form = parts.offset(parts.form)
    return body[form:], text[:form]


def _order_by(parts: _Parts) -> str:
    return "ORDER BY " if parts.modifier("ORDER") is None else ""


def has_own_graphs(text: str) -> bool:
    """Tell whether a query names its dataset itself, with FROM or FROM NAMED."""
    found = tokens(text)
    form, start = form_of(found), start_of_pattern(found)
    return "FROM" in keywords(found[form:start], prologue(found).prefixes)


def asks_for_graphs(text: str) -> bool:
    """Tell whether a query looks into named graphs, or may."""
    return "GRAPH" in keywords(tokens(text))


def with_graphs(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return a query with its dataset as FROM clauses (SPARQL 1.1 section 13.2)."""
    clauses = [f"FROM <{iri}>" for iri in default_graphs]
    clauses += [f"FROM NAMED <{iri}>" for iri in named_graphs]
    parts = _parts(text)
    if parts is None:
        return f"{text}\n{chr(10).join(clauses)}"
    has_where = parts.tokens[parts.start - 1].word == "WHERE"
    at = parts.offset(parts.start - has_where)
    return f"{text[:at]}\n{chr(10).join(clauses)}\n{text[at:]}"


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with the prefixes declared that it uses and does not declare itself.

    They stand before its first line, so that lines keep their numbers.
    """
    found = tokens(text)
    names = {token.text.partition(":")[0] for token in found if token.kind == "pname"}
    used = sorted((names & prefixes.keys()) - prologue(found).prefixes.keys())
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used) + text


def full_construct(text: str) -> str:
    """Return a CONSTRUCT with its template written out where the short form leaves it away."""
    found = tokens(text)
    form = form_of(found)
    if form is None or found[form].word != "CONSTRUCT" or start_of_pattern(found) is not None:
        return text
    opening = first_brace(found, form + 1)
    if opening is None:
        return text
    template = text[found[opening].start : found[end_of_group(found, opening)].end]
    at = found[form].end
    return f"{text[:at]} {template} {text[at:]}"


def template_rows(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return a CONSTRUCT as the SELECT of what fills its template, and the variables of that.

    None when nothing in the template varies. Servers that limit results cut triples off without a
    word; rows can be counted. `text` is as `full_construct` gives it.
    """
    parts = _parts(text)
    if parts is None:
        return None
    opening = first_brace(parts.tokens, parts.form + 1)
    assert opening is not None, "the query was taken apart"  # noqa: S101
    closing = end_of_group(parts.tokens, opening)
    template = parts.tokens[opening:closing]
    names = tuple(sorted({token.variable for token in template if token.kind == "variable"}))
    if not names:
        return None
    has_blank_nodes = any(t.kind == "blank" or t.text in ("[", "(") for t in template)
    plain = parts.modifier(*_MODIFIERS) is None and not has_blank_nodes
    distinct = "DISTINCT " if plain else ""
    listed = " ".join(f"?{name}" for name in names)
    form = parts.offset(parts.form)
    return f"{text[:form]}SELECT {distinct}{listed} {text[parts.tokens[closing].end :]}", names


def filled_template(
    text: str, names: Sequence[str], rows: Collection[Sequence[Term | None]]
) -> str:
    """Return a CONSTRUCT whose pattern is replaced by rows of terms for the variables `names`.

    Raises EndpointError for rows with blank nodes, which a query cannot name.
    """
    if any(isinstance(term, BlankNode) for row in rows for term in row):
        raise EndpointError(
            "the triples to construct have blank nodes, which get lost between a server and here; "
            "use SELECT"
        )
    parts = _parts(text)
    assert parts is not None, "the query was taken apart before"  # noqa: S101
    listed = "\n".join(
        f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows
    )
    variables = " ".join(f"?{name}" for name in names)
    head = _without_graphs(text, parts)
    return f"{head}{{ VALUES ({variables}) {{\n{listed}\n}} }}"


def _without_graphs(text: str, parts: _Parts) -> str:
    """Return what stands before the pattern, less the FROM clauses."""
    found = find_word(parts.tokens, parts.form, parts.start, ("FROM",))
    return (
        text[: parts.offset(parts.start)]
        if found is None
        else (f"{text[: parts.offset(found)]} WHERE ")
    )
