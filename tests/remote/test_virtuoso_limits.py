"""A Virtuoso that ends results at a thousand rows, as others do at ten thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from pushing import endpoint
from pyoxigraph import QuerySolutions, QueryTriples

import mlkg
from mlkg.errors import EndpointError
from mlkg.remote import planning
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.store import RemoteStore
from mlkg.remote.study import open_study

pytestmark = pytest.mark.virtuoso

GRAPH = "https://limits.example/graph"
SIZE = 12_500
"""More than the 10,000 rows that Virtuoso sorts for a page (MaxSortedTopRows)."""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A Virtuoso with a limit of a thousand rows, and a graph of many more."""
    with servers.virtuoso(tmp_path_factory.mktemp("limited"), result_limit=1000) as server:
        triples = "".join(f"<urn:s{n:06}> <urn:p> {n} .\n" for n in range(SIZE))
        Connection(endpoint(server, graph_store=True), {}).put_graph(GRAPH, triples.encode())
        yield server


def test_all_rows(limited: servers.Server) -> None:
    """Every row comes, in order, beyond the rows that Virtuoso sorts."""
    connection = Connection(endpoint(limited), {})
    text = "SELECT ?s ?n WHERE { ?s <urn:p> ?n } ORDER BY ?s"
    result = RemoteStore(connection, [GRAPH]).query(text)
    assert isinstance(result, QuerySolutions)
    rows = [(row["s"].value, row["n"].value) for row in result]
    assert rows == [(f"urn:s{n:06}", str(n)) for n in range(SIZE)]


def test_all_triples(limited: servers.Server) -> None:
    """A CONSTRUCT gives every triple, where Virtuoso itself gives 1001 and says nothing."""
    connection = Connection(endpoint(limited), {})
    text = "CONSTRUCT { ?s <urn:q> ?n } WHERE { ?s <urn:p> ?n }"
    with pytest.raises(EndpointError, match="exactly 1001 triples came"):
        connection.query(text, default_graphs=[GRAPH])
    result = RemoteStore(connection, [GRAPH]).query(text)
    assert isinstance(result, QueryTriples)
    assert len(set(result)) == SIZE


def test_study_larger_than_the_limit(limited: servers.Server, root: Path) -> None:
    """A study of more triples than the limit has the same table, findings and statements."""
    local = mlkg.load(root)
    list(push(Connection(endpoint(limited), {}), planning.wanted(local), "token"))
    remote = open_study(endpoint(limited), local.iri, folder=root, environment={})
    assert len(local.quads()) > 1000
    assert sorted(map(str, local.quads())) == sorted(map(str, remote.quads()))
    assert local.table() == remote.table()
    assert local.validate().findings == remote.validate().findings
