"""Results of queries as text: for people, for other programs, for documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph
from pyoxigraph import Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from mlkg import text
from mlkg.errors import QueryError
from mlkg.markdown import markdown_table
from mlkg.naming import shorten
from mlkg.store import QueryResult

STANDARD_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""SPARQL 1.1 Query Results: CSV and TSV, JSON, XML."""

GRAPH_FORMATS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}
"""What a CONSTRUCT or DESCRIBE can be written as."""

FORMATS = ("table", "md", *STANDARD_FORMATS, *GRAPH_FORMATS)


def render(
    result: QueryResult, format: str, prefixes: Mapping[str, str], width: int | None = None
) -> bytes:
    """Return `result` in one of FORMATS, as UTF-8 text that ends with a line feed.

    For people (`table`, `md`) IRIs are shortened with `prefixes`; `table` wraps at `width`.
    Triples are sorted. For triples `table` means `ttl`.
    Raises QueryError when the form of the query has no such format.
    """
    if isinstance(result, pyoxigraph.QueryTriples):
        graph_format = "ttl" if format == "table" else format
        if graph_format not in GRAPH_FORMATS:
            raise QueryError(f"the query gives triples: {format} is for tables; use ttl or nt")
        return serialize(result, GRAPH_FORMATS[graph_format], prefixes)
    if format in GRAPH_FORMATS:
        raise QueryError(f"the query gives no triples: {format} is for CONSTRUCT and DESCRIBE")
    if format in STANDARD_FORMATS:
        written = result.serialize(format=STANDARD_FORMATS[format]) or b""
        return written if written.endswith(b"\n") else written + b"\n"
    if isinstance(result, QueryBoolean):
        return b"true\n" if result else b"false\n"
    header, rows = _texts(result, prefixes)
    if format == "md":
        return markdown_table(header, rows).encode()
    return "".join(f"{line}\n" for line in text.columns(header, rows, width=width)).encode()


def serialize(
    statements: Iterable[Triple] | Iterable[Quad], format: RdfFormat, prefixes: Mapping[str, str]
) -> bytes:
    """Return triples or quads, sorted, in an RDF syntax, with those of `prefixes` that they use."""
    ordered: list[Any] = sorted(statements, key=_by_graph)
    mentioned = "\n".join(map(str, ordered))
    used = {prefix: ns for prefix, ns in sorted(prefixes.items()) if f"<{ns}" in mentioned}
    written = pyoxigraph.serialize(ordered, format=format, prefixes=used)
    return written or b""


def _by_graph(statement: Triple | Quad) -> tuple[str, str]:
    return (str(getattr(statement, "graph_name", "")), str(statement))


def _texts(
    result: QuerySolutions, prefixes: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    header = [variable.value for variable in result.variables]
    rows = [["" if term is None else shorten(term, prefixes) for term in row] for row in result]
    return header, rows
