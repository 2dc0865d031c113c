"""A server's limit on results is noticed, met by pages, or reported; never taken for the end."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable

import pytest
from pyoxigraph import QuerySolutions
from scripted_server import Request, reply, scripted

from mlkg.errors import EndpointError
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection, looks_cut
from mlkg.remote.store import RemoteStore

TEXT = "SELECT ?v WHERE { ?s <urn:p> ?v } ORDER BY ?v"
Serve = Callable[[Request, socket.socket], None]


def limited(
    size: int, limit: int, *, says_so: bool = False, deepest: int = 10**9, loses: bool = False
) -> Serve:
    """Serve `size` rows, `limit` at a time, as a server with such a limit does.

    `says_so` has it tell in a header, `deepest` is the last row that it sorts for, and `loses` has
    its pages begin a row late.
    """

    def serve(request: Request, connection: socket.socket) -> None:
        text = request.query
        if "COUNT(*)" in text:
            number = {"type": "literal", "value": str(size)}
            document = {
                "head": {"vars": ["n", "d"]},
                "results": {"bindings": [{"n": number, "d": number}]},
            }
            reply(json.dumps(document))(request, connection)
            return
        found = re.search(r"LIMIT (\d+) OFFSET (\d+)\s*$", text)
        most, first = (int(found[1]), int(found[2])) if found else (size, 0)
        if found and first + most > deepest and "WHERE { {" not in text:
            reply("Sorted TOP clause", status="500 Oops", kind="text/plain")(request, connection)
            return
        last = min(first + min(most, limit), size)
        start = first + 1 if loses and first else first
        bindings = [{"v": {"type": "literal", "value": f"{n:06}"}} for n in range(start, last)]
        headers = ["X-SPARQL-MaxRows: 1"] if says_so and len(bindings) == limit else []
        document = {"head": {"vars": ["v"]}, "results": {"bindings": bindings}}
        reply(json.dumps(document), headers=headers)(request, connection)

    return serve


def values(url: str, text: str = TEXT) -> tuple[list[str], int]:
    """Return the values of ?v, and how many requests that took."""
    connection = Connection(Endpoint(url), {})
    result = RemoteStore(connection).query(text)
    assert isinstance(result, QuerySolutions)
    return [row["v"].value for row in result], connection.requests


@pytest.mark.parametrize(
    ("size", "requests"),
    [(0, 1), (100, 1), (499, 1), (500, 2), (999, 1), (1000, 2), (1024, 2), (1025, 1), (65_536, 2)],
)
def test_one_request_unless_the_size_looks_like_a_limit(size: int, requests: int) -> None:
    """Rows come in one request; a round number of them takes a second, for one row more."""
    with scripted(limited(size, 10**9)) as server:
        assert values(server.url) == ([f"{n:06}" for n in range(size)], requests)


@pytest.mark.parametrize("says_so", [True, False], ids=["says so", "silent"])
def test_all_rows_of_a_server_with_a_limit(says_so: bool) -> None:
    """A limited result is fetched page by page, said or not, and is whole and in order."""
    with scripted(limited(2500, 1000, says_so=says_so)) as server:
        found, requests = values(server.url)
    assert found == [f"{n:06}" for n in range(2500)]
    assert requests == (5 if says_so else 6)  # the first, perhaps a probe, three pages, the count


def test_limit_that_divides_the_size() -> None:
    """Where the last page is full, an empty one tells that it was the last."""
    with scripted(limited(2000, 1000, says_so=True)) as server:
        assert values(server.url)[0] == [f"{n:06}" for n in range(2000)]


def test_server_that_sorts_no_further() -> None:
    """Where a server refuses far pages, as Virtuoso does, the query is wrapped and asked again."""
    with scripted(limited(2500, 1000, says_so=True, deepest=2000)) as server:
        assert values(server.url)[0] == [f"{n:06}" for n in range(2500)]


def test_pages_that_do_not_add_up() -> None:
    """Pages that lose a row are noticed by the server's own count."""
    with scripted(limited(2500, 1000, says_so=True, loses=True)) as server:
        with pytest.raises(EndpointError) as caught:
            values(server.url)
        assert str(caught.value) == (
            f"query: {server.url}: the server ends results at 1000 rows, and its pages do not add "
            "up: 1999 rows of 2500, 1999 different ones of 2500; raise its limit, or try again if "
            "somebody is writing to it"
        )


def test_server_that_gives_no_pages() -> None:
    """Where no page can be had, the limit is reported with the server's words and a way out."""

    def serve(request: Request, connection: socket.socket) -> None:
        if "LIMIT" in request.query:
            reply("no slices", status="500 Oops", kind="text/plain")(request, connection)
        else:
            limited(2500, 1000, says_so=True)(request, connection)

    with scripted(serve) as server, pytest.raises(EndpointError) as caught:
        values(server.url)
    assert str(caught.value) == (
        f"query: {server.url}: the server ends results at 1000 rows and gives no further ones; "
        f"raise its limit, or ask for less\n    {server.url}: the endpoint answered 500 Internal "
        "Server Error\n        no slices"
    )


def test_limit_of_the_query_itself() -> None:
    """A query that asks for a round number of rows gets them; the probe stays within its limit."""

    def serve(request: Request, connection: socket.socket) -> None:
        most = int(re.findall(r"LIMIT (\d+)", request.query)[-1])
        bindings = [{"v": {"type": "literal", "value": f"{n:06}"}} for n in range(most)]
        reply(json.dumps({"head": {"vars": ["v"]}, "results": {"bindings": bindings}}))(
            request, connection
        )

    with scripted(serve) as server:
        found, requests = values(server.url, f"{TEXT} LIMIT 1000")
    assert (len(found), requests) == (1000, 2)


def test_triples_that_look_cut_off() -> None:
    """DESCRIBE has no rows to count: a round number of triples, or one above it, is refused."""
    triples = "".join(f"<urn:s> <urn:p> {n} .\n" for n in range(1001))
    with (
        scripted(reply(triples, kind="text/turtle")) as server,
        pytest.raises(EndpointError, match="exactly 1001 triples came"),
    ):
        RemoteStore(Connection(Endpoint(server.url), {})).query("DESCRIBE <urn:s>")


def test_which_numbers_look_like_limits() -> None:
    """Known limits of servers are among the numbers that look like one."""
    limits = [1000, 10_000, 100_000, 1_000_000, 1024, 65_536, 1_048_576, 2000, 500]
    assert all(map(looks_cut, limits))
    assert not any(map(looks_cut, [0, 1, 64, 100, 256, 499, 501, 999, 1001, 12_345]))


def test_booleans_of_virtuoso() -> None:
    """A boolean that comes as 1 or 0 is true or false, as XML Schema writes it; text stays."""
    kind = "http://www.w3.org/2001/XMLSchema#boolean"
    one = {"v": {"type": "typed-literal", "datatype": kind, "value": "1"}}
    text = {"v": {"type": "literal", "value": f'{kind}", "value": "1"'}}
    document = json.dumps({"head": {"vars": ["v"]}, "results": {"bindings": [one, text]}})
    with scripted(reply(document)) as server:
        assert values(server.url)[0] == ["true", f'{kind}", "value": "1"']


def test_many_graphs_are_named_in_the_query() -> None:
    """A dataset of more graphs than headers can repeat is named by FROM, else by fields."""
    document = json.dumps({"head": {"vars": ["v"]}, "results": {"bindings": []}})
    for number, fields in ((40, 40), (41, 0)):
        graphs = [f"urn:g{n}" for n in range(number)]
        with scripted(reply(document)) as server:
            RemoteStore(Connection(Endpoint(server.url), {}), graphs).query(TEXT)
        (request,) = server.requests
        assert len(request.fields.get("default-graph-uri", [])) == fields
        assert request.query.count("FROM <urn:g") == number - fields
