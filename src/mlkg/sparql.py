"""Looking at the text of a SPARQL query, and binding its variables."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mlkg.errors import ParameterError
from mlkg.terms import Term

_MOST_LISTED = 2_000
"""How many terms a query lists: Virtuoso 7 refuses more than some thousands of VALUES."""

_NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r'|<[^<>"{}|^`\\\s]*>'
    r"|#[^\n]*",
    re.DOTALL,
)
_FORM = re.compile(r"(?<![\w?$:-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])", re.IGNORECASE)
_SUB_SELECT = re.compile(r"\{\s*SELECT\b", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_BRACE_OR_PARENTHESIS = re.compile(r"[{()]")


def code_only(query: str) -> str:
    """Return `query` with strings, IRIs and comments blanked out, nothing moved."""
    return _NOT_CODE.sub(lambda found: " " * len(found[0]), query)


def listed(variable: str, terms: Collection[str]) -> str:
    """Return a VALUES block that gives `variable` each of `terms`, which are written as N-Triples.

    Where there are too many to list it is empty, so that the query asks for all there is: then the
    caller takes what it wanted from the rows.
    """
    return f"VALUES ?{variable} {{ {' '.join(terms)} }}" if len(terms) <= _MOST_LISTED else ""


def bind(query: str, bindings: Mapping[str, Term]) -> str:
    """Return `query` with a VALUES block at the start of its pattern that binds its variables.

    It is plain SPARQL 1.1 (section 10.2), so it runs anywhere, and it holds before grouping. The
    terms are written as N-Triples by the RDF library; nothing that a user typed gets into the text.
    Raises ParameterError for a variable that the pattern does not have, or has in a sub-SELECT
    only, where the block would not reach it, and for a query without a pattern to bind in.
    """
    if not bindings:
        return query
    code = code_only(query)
    start = start_of_pattern(code)
    if start is None:
        raise ParameterError("the query has no WHERE pattern of its own to give parameters to")
    visible = _without_sub_selects(code[: end_of_group(code, start) + 1])
    known = sorted(set(re.findall(r"[?$](\w+)", visible)))
    for name in bindings:
        if name not in known:
            listed = ", ".join(f"?{variable}" for variable in known)
            raise ParameterError(
                f"--param {name}: the query has no variable ?{name}; it has {listed}"
            )
    names = " ".join(f"?{name}" for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    return f"{query[: start + 1]} VALUES ({names}) {{ ({terms}) }}{query[start + 1 :]}"


def form_of(code: str) -> re.Match[str] | None:
    """Return where SELECT, ASK, CONSTRUCT or DESCRIBE stands, group 1, in the code of a query."""
    return _FORM.search(code)


def start_of_pattern(code: str) -> int | None:
    """Return where the brace is that opens the WHERE clause, None when there is no such clause."""
    form = form_of(code)
    if form is None:
        return None
    brace = _first_brace(code, form.end())
    if form[1].upper() != "CONSTRUCT" or brace is None:
        return brace
    if re.search(r"\bWHERE\b", code[form.end() : brace], re.IGNORECASE):
        return None
    return _first_brace(code, end_of_group(code, brace) + 1)


def _first_brace(code: str, at: int) -> int | None:
    """Return where the first brace outside parentheses opens, from `at` on."""
    depth = 0
    for found in _BRACE_OR_PARENTHESIS.finditer(code, at):
        if found[0] != "{":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0:
            return found.start()
    return None


def end_of_group(code: str, start: int) -> int:
    """Return where the brace closes that opens at `start`, or the last place of the text."""
    depth = 0
    for found in _BRACE.finditer(code, start):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return len(code) - 1


def _without_sub_selects(code: str) -> str:
    """Blank out what sub-SELECTs do not project."""
    place = 0
    while found := _SUB_SELECT.search(code, place):
        body = _first_brace(code, found.end())
        if body is None:
            break
        place = found.end()
        if "*" not in code[found.end() : body]:
            end = end_of_group(code, body)
            code = code[:body] + " " * (end - body) + code[end:]
    return code
