"""The second implementation of `mlkg.store.Store`: graphs in a SPARQL 1.1 endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from mlkg.errors import EndpointError
from mlkg.namespaces import BEFORE
from mlkg.remote import rewriting
from mlkg.remote.endpoint import shown
from mlkg.remote.paging import all_rows
from mlkg.remote.protocol import Answer, Connection
from mlkg.sparql.binding import bind
from mlkg.store import NO_BINDINGS, EmbeddedStore, QueryResult, Store
from mlkg.terms import Term

_MOST_GRAPHS = 40
"""Graphs up to which a dataset is named in the protocol; Virtuoso repeats each in a header of its
answer, of which Python takes 100. Beyond that it is named in the query."""


class RemoteStore:
    """Some graphs of an endpoint, queried as the embedded store is.

    The default graph is exactly `default_graphs`, whatever the server's own is; GRAPH sees exactly
    `named_graphs`. A query with FROM names its graphs itself.
    """

    def __init__(
        self,
        connection: Connection,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> None:
        """Take the IRIs of the graphs; without any, queries see the server's own dataset."""
        self._connection = connection
        self._default_graphs = tuple(default_graphs)
        self._named_graphs = tuple(named_graphs)
        self._grammar = EmbeddedStore()

    def query(
        self,
        text: str,
        *,
        bindings: Mapping[str, Term] = NO_BINDINGS,
        prefixes: Mapping[str, str] | None = None,
        name: str = "query",
        named: frozenset[str] | None = None,
    ) -> QueryResult:
        """Run a query as `Store.query` says, SERVICE refused as on the embedded store.

        Raises EndpointError too, when there is no whole and sound answer; a server's limit on
        results is met by asking for pages. Derived facts are there as they were pushed.
        """
        form = _form(self._grammar.query(text, bindings=bindings, prefixes=prefixes, name=name))
        text = bind(text, bindings)
        if prefixes:
            text = rewriting.with_prefixes(text, prefixes)
        try:
            if isinstance(form, list):
                return self._rows(text, form)
            return self._ask(text).result() if form is QueryBoolean else self._triples(text)
        except EndpointError as error:
            raise EndpointError(f"{name}: {error}", error.status) from error

    def _rows(self, text: str, names: Sequence[str]) -> QuerySolutions:
        return all_rows(text, names, self._ask, shown(self._connection.endpoint.query_url))

    def _ask(self, text: str) -> Answer:
        text, graphs, named = self._with_dataset(text)
        return self._connection.answer(text, default_graphs=graphs, named_graphs=named)

    def _with_dataset(self, text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Return a query, and the graphs to name in the protocol."""
        graphs, named = self._default_graphs, self._named_graphs
        if graphs and not rewriting.asks_for_graphs(text):
            named = ()
        if not (graphs or named) or rewriting.has_own_graphs(text):
            return text, (), ()
        if len(graphs) + len(named) <= _MOST_GRAPHS:
            return text, graphs, named
        return rewriting.with_graphs(text, graphs, named), (), ()

    def _triples(self, text: str) -> QueryTriples:
        """Return the triples of a CONSTRUCT by way of rows; DESCRIBE is left to the server."""
        text = rewriting.full_construct(text)
        if (found := rewriting.template_rows(text)) is not None:
            rows_text, names = found
            rows = [tuple(row) for row in self._rows(rows_text, names)]
            result = self._grammar.query(rewriting.filled_template(text, names, rows))
        else:
            written, graphs, named = self._with_dataset(text)
            result = self._connection.query(written, default_graphs=graphs, named_graphs=named)
        assert isinstance(result, QueryTriples), "CONSTRUCT and DESCRIBE give triples"  # noqa: S101
        return result


def _form(result: QueryResult) -> list[str] | type:
    """Return the variables of a SELECT, or else the type of a result."""
    if isinstance(result, QuerySolutions):
        return [variable.value for variable in result.variables]
    return type(result)


class ComparingStore:
    """A store for queries about now, and a copy of it that has an earlier state besides."""

    def __init__(self, now: Store, with_before: Store) -> None:
        """Take the store, and the copy, whose graph `mlkg.namespaces.BEFORE` is the earlier one."""
        self._now = now
        self._with_before = with_before

    def query(
        self,
        text: str,
        *,
        bindings: Mapping[str, Term] = NO_BINDINGS,
        prefixes: Mapping[str, str] | None = None,
        name: str = "query",
        named: frozenset[str] | None = None,
    ) -> QueryResult:
        """Run a query as `Store.query` says, on the copy when it asks for the earlier state."""
        store = self._with_before if BEFORE in text else self._now
        return store.query(text, bindings=bindings, prefixes=prefixes, name=name, named=named)
