"""How mlkg asks: methods, repetitions, redirections, safe URLs."""

from __future__ import annotations

import base64
import socket
from importlib.metadata import version

import pytest
from scripted_server import Request, redirection, reply, scripted

from mlkg.errors import EndpointError
from mlkg.remote import transport
from mlkg.remote.endpoint import Endpoint, check_url
from mlkg.remote.protocol import LONGEST_GET, Connection

ASK = "ASK {}"
TRUE = reply('{"head": {}, "boolean": true}')
BUSY = reply("later", status="503 Service Unavailable", kind="text/plain")
BASIC = {"MLKG_ENDPOINT_USER": "ann", "MLKG_ENDPOINT_PASSWORD": "se:cret"}
BASIC_HEADER = f"Basic {base64.b64encode(b'ann:se:cret').decode()}"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are waited between repetitions, which no test does."""
    found: list[float] = []
    monkeypatch.setattr(transport, "sleep", found.append)
    return found


def test_short_queries_are_sent_with_get() -> None:
    """A short query is a GET with the dataset in its URL, and says who asks."""
    with scripted(TRUE) as server:
        connection = Connection(Endpoint(server.url), {})
        assert connection.query(ASK, default_graphs=["urn:a", "urn:b"], named_graphs=["urn:c"])
    (request,) = server.requests
    assert request.method == "GET"
    assert request.fields == {
        "default-graph-uri": ["urn:a", "urn:b"],
        "named-graph-uri": ["urn:c"],
        "query": [ASK],
    }
    assert request.headers["user-agent"] == f"mlkg/{version('mlkg')}"
    assert "application/sparql-results+json" in request.headers["accept"]


def test_long_queries_are_sent_with_post() -> None:
    """A query that makes the URL long is a POST with a form; the URL has no trace of it."""
    text = f"ASK {{}} # {'x' * LONGEST_GET}"
    with scripted(TRUE) as server:
        Connection(Endpoint(server.url), {}).query(text, default_graphs=["urn:a"])
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/sparql")
    assert request.fields == {"default-graph-uri": ["urn:a"], "query": [text]}


def test_fields_of_the_url_stay() -> None:
    """What a URL asks for already, a repository say, is sent along."""
    with scripted(TRUE) as server:
        Connection(Endpoint(f"{server.url}?repository=x"), {}).query(ASK)
    assert server.requests[0].fields == {"repository": ["x"], "query": [ASK]}


def test_a_comment_makes_no_update_of_a_query() -> None:
    """A query whose comments say `Add` or `clear` is sent as the query that it is."""
    text = "# Fix. Add evidence\n# or clear it\nASK {}"
    with scripted(TRUE) as server:
        assert Connection(Endpoint(server.url), {}).query(text)
    assert server.requests[0].fields == {"query": [text]}


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "503 Busy"])
def test_reads_are_repeated(status: str, waits: list[float]) -> None:
    """A read that a server turns away for now is repeated, each time later, four times at most."""
    busy = reply(status=status)
    with scripted(busy, busy, TRUE) as server:
        connection = Connection(Endpoint(server.url), {})
        assert connection.query(ASK)
    assert (waits, connection.requests) == ([0.5, 1.0], 3)
    waits.clear()
    with scripted(busy) as server, pytest.raises(EndpointError, match="try again later"):
        Connection(Endpoint(server.url), {}).query(ASK)
    assert (waits, len(server.requests)) == ([0.5, 1.0, 2.0, 4.0], 5)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (["Retry-After: 7"], 7.0),
        (
            ["Date: Fri, 01 Mar 2024 10:00:00 GMT", "Retry-After: Fri, 01 Mar 2024 10:00:09 GMT"],
            9.0,
        ),
        (["Retry-After: Fri, 01 Mar 1999 10:00:09 GMT"], 0.0),
        (["Retry-After: soon"], 0.5),
    ],
)
def test_retry_after(headers: list[str], wait: float, waits: list[float]) -> None:
    """The server says when to ask again: in seconds, or at a time by its own clock."""
    with scripted(reply(status="503 Busy", headers=headers), TRUE) as server:
        Connection(Endpoint(server.url), {}).query(ASK)
    assert waits == [wait]


def test_retry_after_the_timeout(waits: list[float]) -> None:
    """A server that wants to be asked again after the timeout is not waited for."""
    busy = reply("maintenance", status="503 Busy", kind="text/plain", headers=["Retry-After: 600"])
    with scripted(busy) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url), {}).query(ASK)
    assert str(caught.value) == (
        f"{server.url}: the endpoint is busy (503 Service Unavailable), and is to be asked again "
        "in 600 s, past the timeout of 60 s\n    maintenance"
    )
    assert (waits, len(server.requests)) == ([], 1)


def test_changes_are_never_repeated(waits: list[float]) -> None:
    """An update and a PUT are sent once, for nobody knows what the first try did."""
    with scripted(BUSY) as server:
        connection = Connection(Endpoint(server.url, server.url, server.url), {})
        with pytest.raises(EndpointError, match="503"):
            connection.update("CLEAR DEFAULT")
        with pytest.raises(EndpointError, match="503"):
            connection.put_graph("urn:g", b"")
    assert [request.method for request in server.requests] == ["POST", "PUT"]
    assert waits == []


def test_other_errors_are_not_repeated(waits: list[float]) -> None:
    """A server that fails at a query would fail again."""
    with scripted(reply(status="500 Oops")) as server, pytest.raises(EndpointError):
        Connection(Endpoint(server.url), {}).query(ASK)
    assert (waits, len(server.requests)) == ([], 1)


@pytest.mark.parametrize("status", ["301 A", "302 B", "303 C", "307 D", "308 E"])
@pytest.mark.parametrize("length", [0, LONGEST_GET], ids=["GET", "POST"])
def test_redirections_on_one_server(status: str, length: int) -> None:
    """A redirection on the same server is followed with the same method, query and credentials."""
    text = f"ASK {{}} # {'x' * length}"

    def elsewhere(request: Request, connection: socket.socket) -> None:
        redirection(request.target.replace("/sparql", "/query"), status)(request, connection)

    with scripted(elsewhere, TRUE) as server:
        assert Connection(Endpoint(server.url), BASIC).query(text)
    first, second = server.requests
    assert (first.method, first.query) == (second.method, second.query)
    assert second.target.startswith("/query")
    assert second.headers["authorization"] == BASIC_HEADER


def test_redirection_to_plain_http_elsewhere() -> None:
    """A redirection leads to nowhere that the endpoint's own URL could not be."""
    with (
        scripted(redirection("http://example.invalid/sparql")) as server,
        pytest.raises(EndpointError, match="http is neither private nor authentic"),
    ):
        Connection(Endpoint(server.url), {}).query(ASK)


def test_changes_follow_no_redirection() -> None:
    """An update is not sent to where its author did not send it."""
    with scripted(redirection("/other")) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url, server.url), {}).update("CLEAR DEFAULT")
    assert "changes follow no redirection" in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/sparql",
        "http://localhost:7878/query",
        "http://127.0.0.1/query",
        "http://127.8.9.1/query",
        "http://[::1]:8890/sparql",
        "http://db.localhost/sparql",
    ],
)
def test_safe_urls(url: str) -> None:
    """https may be spoken to anybody, http to this machine."""
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/sparql",
        "http://127.0.0.1.example.org/sparql",
        "http://localhost.example.org/",
        "http://[fe80::1]/",
    ],
)
def test_unsafe_urls(url: str) -> None:
    """http to another machine needs --insecure."""
    with pytest.raises(EndpointError, match="--insecure"):
        check_url(url)
    check_url(url, insecure=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://",
        "https://a b/",
        "https://example.org:port/",
        "https://exämple.org/",
        "https://[::1/",
        "https://a/\r\nX: y",
    ],
)
def test_urls_that_are_none(url: str) -> None:
    """What is no http URL is refused before anything is opened."""
    with pytest.raises(EndpointError):
        Connection(Endpoint(url), {})


def test_proxies_see_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not asked for an endpoint on this machine."""
    with scripted(TRUE) as proxy, scripted(TRUE) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert Connection(Endpoint(server.url), BASIC).query(ASK)
    assert (len(proxy.requests), len(server.requests)) == (0, 1)
