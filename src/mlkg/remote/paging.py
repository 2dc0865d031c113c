"""All rows of a SELECT from a server that may limit results: noticed, fetched page by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QuerySolutions

from mlkg.errors import EndpointError
from mlkg.remote.protocol import Answer, looks_cut
from mlkg.remote.rewriting import counting, page, wrapped_page

Ask = Callable[[str], Answer]
Document = dict[str, Any]


def all_rows(text: str, names: Sequence[str], ask: Ask, url: str) -> QuerySolutions:
    """Return all solutions of a SELECT, whose variables are `names`, in that order.

    `ask` sends one query, `url` names the server in messages.
    One request is enough unless the server says that it cut the result, or the number of rows looks
    like a limit; then one row more is asked for. Pages of a limited result come sorted by the
    query's own ORDER BY and then by all variables, and are counted against the server's own count.
    Raises EndpointError when not all rows can be had.
    """
    answer = ask(text)
    if not is_cut(answer) and not (looks_cut(answer.rows) and ask(page(text, 1, answer.rows)).rows):
        return _in_order(answer, names, url)
    limit = answer.rows
    try:
        document = _pages(ask, limit, lambda at: page(text, limit, at, names))
    except EndpointError as error:
        if error.status is None:
            raise
        try:
            document = _pages(ask, limit, lambda at: wrapped_page(text, names, limit, at, names))
        except EndpointError as second:
            raise EndpointError(
                f"{url}: the server ends results at {limit} rows and gives no further ones; raise "
                f"its limit, or ask for less\n    {str(second).replace(chr(10), chr(10) + '    ')}",
                second.status,
            ) from error
    bindings = document["results"]["bindings"]
    row = next(iter(_solutions(ask(counting(text, names)))))
    counted = tuple(int(term.value) for term in row)
    found = len(bindings), len({json.dumps(one, sort_keys=True) for one in bindings})
    if found != counted:
        raise EndpointError(
            f"{url}: the server ends results at {limit} rows, and its pages do not add up: "
            f"{found[0]} rows of {counted[0]}, {found[1]} different ones of {counted[1]}; raise "
            "its limit, or try again if somebody is writing to it"
        )
    document["head"] = {"vars": list(names)}
    return _parsed(json.dumps(document).encode())


def _in_order(answer: Answer, names: Sequence[str], url: str) -> QuerySolutions:
    """Return the solutions with their variables in the order asked for, which SELECT * leaves open.

    Raises EndpointError when they are not the variables asked for.
    """
    found = _solutions(answer)
    given = [variable.value for variable in found.variables]
    if given == list(names):
        return found
    if sorted(given) != sorted(names):
        raise EndpointError(
            f"{url}: the answer is not what the query asks for: it has the variables "
            f"{', '.join(given) or 'of none'} instead of {', '.join(names)}"
        )
    document = json.loads(_as_json(answer))
    document["head"] = {"vars": list(names)}
    return _parsed(json.dumps(document).encode())


def is_cut(answer: Answer) -> bool:
    """Tell whether the server says that it left rows out, as Virtuoso does in a header."""
    return "x-sparql-maxrows" in answer.headers


def _pages(ask: Ask, limit: int, text_at: Callable[[int], str]) -> Document:
    """Return the pages put together, as SPARQL 1.1 Query Results JSON."""
    document: Document | None = None
    while True:
        got = 0 if document is None else len(document["results"]["bindings"])
        answer = ask(text_at(got))
        found = json.loads(_as_json(answer))
        if document is None:
            document = found
        else:
            document["results"]["bindings"] += found["results"]["bindings"]
        if answer.rows < limit:
            return document


def _as_json(answer: Answer) -> bytes:
    if answer.format == QueryResultsFormat.JSON:
        return answer.body
    return answer.result().serialize(format=QueryResultsFormat.JSON) or b""


def _solutions(answer: Answer) -> QuerySolutions:
    result = answer.result()
    assert isinstance(result, QuerySolutions), "Connection.answer checks it"  # noqa: S101
    return result


def _parsed(document: bytes) -> QuerySolutions:
    result = pyoxigraph.parse_query_results(document, QueryResultsFormat.JSON)
    assert isinstance(result, QuerySolutions), "the document has rows"  # noqa: S101
    return result
