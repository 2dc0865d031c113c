"""What tests of push and pull import: small studies, connections that are listened to, graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import Request

import servers
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, parse
from samples import PREFIXES

import mlkg
from mlkg.remote import layout
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.manifests import read_manifest
from mlkg.remote.planning import Wanted, wanted
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.transport import Response

Hook = Callable[[int], None]


def nothing(_: int) -> None:
    """Do nothing."""


class Tapped(Connection):
    """A connection that tells the number of each request, from 1, before and after it is sent."""

    def __init__(self, endpoint: Endpoint, before: Hook = nothing, after: Hook = nothing) -> None:
        """Take whom to tell; what it raises stands for a failure of the network."""
        super().__init__(endpoint, {})
        send = self._transport.send
        self.sent: list[str] = []

        def tapped(request: Request, *, reading: bool) -> Response:
            number = len(self.sent) + 1
            before(number)
            self.sent.append("read" if reading else "write")
            response = send(request, reading=reading)
            after(number)
            return response

        self._transport.send = tapped  # type: ignore[method-assign]


def endpoint(server: servers.Server, *, graph_store: bool = False) -> Endpoint:
    """Return the endpoint of a server, with its Graph Store Protocol or without."""
    store = server.graph_store_url if graph_store else None
    return Endpoint(server.query_url, server.update_url, store)


def study(folder: Path, iri: str, files: Mapping[str, str], revision: str | None = None) -> Wanted:
    """Return what push wants of a study with the IRI `iri`: data files by their names."""
    texts = {f"data/{name}": (PREFIXES + text).encode() for name, text in files.items()}
    texts["data/study.ttl"] = f"<{iri}> a <https://w3id.org/mlkg/ns#Study> .\n".encode()
    made = wanted(mlkg.load(folder, data=texts))
    return made._replace(manifest=made.manifest._replace(revision=revision))


def pushed(connection: Connection, what: Wanted, token: str = "token") -> list[tuple[str, str]]:  # noqa: S107
    """Push, and return what was done with which file."""
    return [(step.action, step.entry.file) for step in push(connection, what, token)]


def graphs(server: servers.Server, study: str) -> set[str]:
    """Return which graphs below the IRI of a study have anything."""
    rows = Connection(endpoint(server), {}).query(
        "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } "
        f'FILTER(STRSTARTS(STR(?g), "{study}/")) }}'
    )
    assert isinstance(rows, QuerySolutions)
    return {row["g"].value for row in rows}


def content(server: servers.Server, graph: str) -> set[str]:
    """Return the statements of a graph, as text."""
    rows = Connection(endpoint(server), {}).query(
        f"SELECT ?s ?p ?o WHERE {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
    )
    assert isinstance(rows, QuerySolutions)
    return {f"{row['s']} {row['p']} {row['o']}" for row in rows}


def statements(turtle: bytes) -> set[str]:
    """Return the statements of a Turtle text, as text."""
    return {
        f"{quad.subject} {quad.predicate} {quad.object}" for quad in parse(turtle, RdfFormat.TURTLE)
    }


def check_holds(server: servers.Server, what: Wanted) -> None:
    """Assert that a server holds exactly this of a study: manifest and graphs, nothing staged."""
    found = read_manifest(Connection(endpoint(server), {}), what.manifest.study)
    assert found == what.manifest
    expected = {entry.graph: statements(what.files[entry.file].turtle) for entry in found.entries}
    merged = layout.merged_graph(found.study)
    filled = {graph for graph, triples in expected.items() if triples}
    assert graphs(server, found.study) == filled | {
        layout.manifest_graph(found.study),
        *([merged] if filled else []),
    }
    assert content(server, merged) == {one for triples in expected.values() for one in triples}
    data = [entry.graph for entry in found.data]
    assert {graph: content(server, graph) for graph in data} == {g: expected[g] for g in data}


def write(folder: Path, base: str, text: str) -> Path:
    """Write a study under an IRI of its own."""
    (folder / base / "data").mkdir(parents=True)
    full = (PREFIXES + text).replace("https://example.org/", f"https://{base}.example/")
    (folder / base / "data" / "all.ttl").write_text(full, "utf-8")
    return folder / base


def put(server: servers.Server, folder: Path) -> str:
    """Push the study in `folder`, and return its IRI."""
    what = wanted(mlkg.load(folder))
    pushed(Connection(endpoint(server), {}), what)
    return what.manifest.study
