"""Queries rewritten so that they mean the same on any server: pages, graphs, triples as rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode

from mlkg.errors import EndpointError
from mlkg.sparql import code_only, end_of_group, form_of, start_of_pattern
from mlkg.terms import Term

_SLICE = re.compile(r"(?<![\w?$:-])(LIMIT|OFFSET)\s+(\d+)", re.IGNORECASE)
_VALUES = re.compile(r"(?<![\w?$:-])VALUES(?![\w:-])", re.IGNORECASE)
_ORDER = re.compile(r"(?<![\w?$:-])ORDER\s+BY(?![\w:-])", re.IGNORECASE)
_MODIFIER = re.compile(
    r"(?<![\w?$:-])(GROUP\s+BY|HAVING|ORDER\s+BY|LIMIT|OFFSET)(?![\w:-])", re.IGNORECASE
)
_FROM = re.compile(r"(?<![\w?$:-])FROM(?![\w:-])", re.IGNORECASE)
_GRAPH = re.compile(r"(?<![\w?$:-])GRAPH(?![\w:-])", re.IGNORECASE)
_WHERE = re.compile(r"WHERE\s*$", re.IGNORECASE)
_PREFIXED = re.compile(r"(?<![\w:?$.-])([A-Za-z][\w.-]*|):(?=[^/]|$)")
_VARIABLE = re.compile(r"[?$](\w+)")


class _Parts(NamedTuple):
    """Where the parts of a query are: its form, its pattern, what follows, and a last VALUES."""

    text: str
    code: str
    form: int
    start: int
    tail: int
    values: int


def _parts(text: str) -> _Parts | None:
    """Take a query apart; None when it has no pattern of its own, as DESCRIBE may have none."""
    code = code_only(text)
    form, start = form_of(code), start_of_pattern(code)
    if form is None or start is None:
        return None
    tail = end_of_group(code, start) + 1
    values = _VALUES.search(code, tail)
    return _Parts(text, code, form.start(), start, tail, values.start() if values else len(text))


def page(text: str, limit: int, offset: int, order: Sequence[str] = ()) -> str:
    """Return a SELECT for `limit` of its own solutions, from number `offset` on.

    `order` names variables to sort by after what the query sorts by itself: without a total order
    pages may overlap (SPARQL 1.1 section 15.4).
    """
    parts = _parts(text)
    assert parts is not None, "a SELECT has a pattern"  # noqa: S101
    head = text[: parts.tail]
    modifiers = text[parts.tail : parts.values]
    code = parts.code[parts.tail : parts.values]
    first = offset
    for found in _SLICE.finditer(code):
        if found[1].upper() == "LIMIT":
            limit = max(min(limit, int(found[2]) - offset), 0)
        else:
            first += int(found[2])
        modifiers = _blanked(modifiers, found.start(), found.end())
    keys = " ".join(f"?{name}" for name in order)
    sorting = f"{'' if _ORDER.search(code) else 'ORDER BY '}{keys} " if keys else ""
    return f"{head}{modifiers}\n{sorting}LIMIT {limit} OFFSET {first}\n{text[parts.values :]}"


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
        code = parts.code[parts.tail : parts.values]
        keys = " ".join(f"?{name}" for name in order)
        sliced = _SLICE.search(code)
        at = parts.tail + (sliced.start() if sliced else len(code))
        sorting = f"{'' if _ORDER.search(code) else 'ORDER BY '}{keys}"
        body = f"{text[:at]}\n{sorting}\n{text[at:]}"
    return body[parts.form :], text[: parts.form]


def has_own_graphs(text: str) -> bool:
    """Tell whether a query names its dataset itself, with FROM or FROM NAMED."""
    parts = _parts(text)
    if parts is None:
        return bool(_FROM.search(code_only(text)))
    return bool(_FROM.search(parts.code, parts.form, parts.start))


def asks_for_graphs(text: str) -> bool:
    """Tell whether a query looks into named graphs, or may."""
    return _GRAPH.search(code_only(text)) is not None


def with_graphs(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Return a query with its dataset as FROM clauses (SPARQL 1.1 section 13.2)."""
    clauses = [f"FROM <{iri}>" for iri in default_graphs]
    clauses += [f"FROM NAMED <{iri}>" for iri in named_graphs]
    parts = _parts(text)
    if parts is None:
        return f"{text}\n{chr(10).join(clauses)}"
    where = _WHERE.search(parts.code[: parts.start])
    at = where.start() if where else parts.start
    return f"{text[:at]}\n{chr(10).join(clauses)}\n{text[at:]}"


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with the prefixes declared that it uses and does not declare itself.

    They stand before its first line, so that lines keep their numbers.
    """
    code = code_only(text)
    own = set(re.findall(r"\bPREFIX\s+([\w.-]*):", code, re.IGNORECASE))
    used = sorted(set(_PREFIXED.findall(code)) & prefixes.keys() - own)
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used) + text


def full_construct(text: str) -> str:
    """Return a CONSTRUCT with its template written out where the short form leaves it away."""
    code = code_only(text)
    form = form_of(code)
    if form is None or start_of_pattern(code) is not None or form[1].upper() != "CONSTRUCT":
        return text
    opening = code.index("{", form.end())
    template = text[opening : end_of_group(code, opening) + 1]
    return f"{text[: form.end()]} {template} {text[form.end() :]}"


def template_rows(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return a CONSTRUCT as the SELECT of what fills its template, and the variables of that.

    None when nothing in the template varies. Servers that limit results cut triples off without a
    word; rows can be counted. `text` is as `full_construct` gives it.
    """
    parts = _parts(text)
    if parts is None:
        return None
    form = form_of(parts.code)
    assert form is not None, "the query was taken apart"  # noqa: S101
    opening = parts.code.index("{", form.end())
    template = parts.code[opening : end_of_group(parts.code, opening) + 1]
    names = tuple(sorted(set(_VARIABLE.findall(template))))
    if not names:
        return None
    plain = not _MODIFIER.search(parts.code, parts.tail) and not re.search(r"_:|\[", template)
    closing = end_of_group(parts.code, opening) + 1
    distinct = "DISTINCT " if plain else ""
    listed = " ".join(f"?{name}" for name in names)
    return f"{text[: form.start()]}SELECT {distinct}{listed} {text[closing:]}", names


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
    found = _FROM.search(parts.code, parts.form, parts.start)
    return f"{text[: found.start()]} WHERE " if found else text[: parts.start]


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
