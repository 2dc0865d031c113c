"""How mlkg asks: methods, repetitions, redirections, and credentials that go to nobody else."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from importlib.metadata import version
from pathlib import Path

import pytest
from samples import Run
from scripted_server import Answer, Request, reply, scripted

from mlkg.errors import EndpointError
from mlkg.remote import transport
from mlkg.remote.credentials import find_credentials
from mlkg.remote.endpoint import check_url
from mlkg.remote.protocol import LONGEST_GET, Connection, Endpoint

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


def redirection(url: str, status: str = "302 Found") -> Answer:
    """Answer that the thing is elsewhere."""
    return reply(status=status, headers=[f"Location: {url}"])


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
    """An update, a PUT and a DELETE are sent once, for nobody knows what the first try did."""
    with scripted(BUSY) as server:
        connection = Connection(Endpoint(server.url, server.url, server.url), {})
        with pytest.raises(EndpointError, match="503"):
            connection.update("CLEAR DEFAULT")
        with pytest.raises(EndpointError, match="503"):
            connection.put_graph("urn:g", b"")
        with pytest.raises(EndpointError, match="503"):
            connection.delete_graph("urn:g")
    assert [request.method for request in server.requests] == ["POST", "PUT", "DELETE"]
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


@pytest.mark.parametrize("environment", [BASIC, {"MLKG_ENDPOINT_TOKEN": "t0ken"}])
def test_credentials_go_to_no_other_server(environment: dict[str, str]) -> None:
    """A redirection to another port is refused when there are credentials: it sees no request."""
    with scripted(TRUE) as other, scripted(redirection(other.url)) as server:
        with pytest.raises(EndpointError) as caught:
            Connection(Endpoint(server.url), environment).query(ASK)
        assert str(caught.value) == (
            f"{server.url}: the endpoint redirects to {other.url}, and credentials go to no other "
            "server; name that URL if you trust it"
        )
    assert other.requests == []


def test_redirection_to_another_server_without_credentials() -> None:
    """Without credentials a query may be redirected to another server; none are made up there."""
    with scripted(TRUE) as other, scripted(redirection(f"{other.url}?query=ASK%20{{}}")) as server:
        assert Connection(Endpoint(server.url), {}).query(ASK)
    assert "authorization" not in other.requests[0].headers


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


def test_password_is_sent_at_once() -> None:
    """Basic credentials go with the first request: who asks anonymously may be shown less."""
    with scripted(TRUE) as server:
        Connection(Endpoint(server.url), BASIC).query(ASK)
    assert [r.headers["authorization"] for r in server.requests] == [BASIC_HEADER]


def test_token() -> None:
    """A token goes as Bearer, and comes before a password."""
    with scripted(TRUE) as server:
        Connection(Endpoint(server.url), {**BASIC, "MLKG_ENDPOINT_TOKEN": "t0ken"}).query(ASK)
    assert server.requests[0].headers["authorization"] == "Bearer t0ken"


def test_netrc(tmp_path: Path) -> None:
    """Without variables the netrc entry of the host counts, and `default` for no host at all."""
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login ann password se:cret\ndefault login x password y\n")
    environment = {"NETRC": str(file)}
    with scripted(TRUE) as server:
        Connection(Endpoint(server.url), environment).query(ASK)
    assert server.requests[0].headers["authorization"] == BASIC_HEADER
    assert not find_credentials("https://example.org/sparql", environment)


def test_netrc_in_the_home_folder(tmp_path: Path) -> None:
    """Without $NETRC it is ~/.netrc, if there is one."""
    environment = {"HOME": str(tmp_path)}
    assert not find_credentials("https://example.org/", environment)
    (tmp_path / ".netrc").write_text("machine example.org login ann password p\n")
    assert find_credentials("https://example.org/", environment).user == "ann"
    (tmp_path / ".netrc").write_text("machine example.org login ann pass s3cret\n")
    with pytest.raises(EndpointError) as caught:
        find_credentials("https://example.org/", environment)
    assert "s3cret" not in str(caught.value)


def test_credentials_of_the_environment_are_for_endpoints_that_the_user_names() -> None:
    """An endpoint that a study's settings name cannot ask for them: a clone is not trusted."""
    with scripted(TRUE) as server:
        Connection(Endpoint(server.url, named_by_user=False), BASIC).query(ASK)
    assert "authorization" not in server.requests[0].headers


def test_user_without_password() -> None:
    """A user without a password is a mistake, not an empty password."""
    with pytest.raises(EndpointError, match="MLKG_ENDPOINT_PASSWORD is not"):
        Connection(Endpoint("https://example.org/"), {"MLKG_ENDPOINT_USER": "ann"})


def test_secrets_in_no_message(run: Run, tmp_path: Path) -> None:
    """Secrets are blotted out of what a server says, and their records show nothing."""

    def echo(request: Request, connection: socket.socket) -> None:
        said = f"bad {request.headers.get('authorization')} for ann with se:cret"
        scheme = ['WWW-Authenticate: Basic realm="x"']
        reply(said, status="401 No", kind="text/plain", headers=scheme)(request, connection)

    with scripted(echo) as server:
        done = run("--endpoint", server.url, "table", cwd=tmp_path, env=BASIC)
    assert done.stderr == (
        f"mlkg: the manifest: {server.url}: the endpoint answered 401 Unauthorized; the "
        "credentials are refused\n    bad Basic *** for ann with ***\n"
    )
    assert "se:cret" not in repr(find_credentials("https://example.org/", BASIC))


def test_credentials_on_the_command_line(run: Run, tmp_path: Path) -> None:
    """A URL with credentials is refused with the way out, and not repeated in full."""
    done = run("--endpoint", "http://ann:se:cret@127.0.0.1:1/sparql", "table", cwd=tmp_path)
    assert done.returncode == 2
    done = run("--endpoint", "https://ann:secret@example.org/sparql", "table", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "mlkg: https://example.org/sparql: credentials in a URL end up in logs and in the list of "
        "processes; put them into MLKG_ENDPOINT_USER and MLKG_ENDPOINT_PASSWORD, or into ~/.netrc\n"
    )


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


def digest_answer(password: str) -> Answer:
    """Answer as a server does that asks for Digest authentication (RFC 7616 section 3.4.1)."""

    def answer(request: Request, connection: socket.socket) -> None:
        header = request.headers.get("authorization", "")
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', header.removeprefix("Digest ")))
        one = hashlib.md5(f"ann:SPARQL:{password}".encode()).hexdigest()  # noqa: S324
        two = hashlib.md5(f"{request.method}:{request.target}".encode()).hexdigest()  # noqa: S324
        text = ":".join([one, "n0", *(fields.get(k, "") for k in ("nc", "cnonce", "qop")), two])
        if fields.get("response") == hashlib.md5(text.encode()).hexdigest():  # noqa: S324
            TRUE(request, connection)
            return
        challenge = 'WWW-Authenticate: Digest realm="SPARQL", nonce="n0", qop="auth"'
        reply(status="401 Unauthorized", headers=[challenge])(request, connection)

    return answer


def test_digest() -> None:
    """A server that asks for Digest is answered once, and not asked to ask again."""
    with scripted(digest_answer("se:cret")) as server:
        connection = Connection(Endpoint(server.url, server.url), BASIC)
        assert connection.query(ASK)
        assert connection.requests == 2
        assert connection.query(ASK)
        connection.update("CLEAR DEFAULT")
        assert connection.requests == 4
    assert len(server.requests) == 4


def test_digest_of_a_server_that_gives_no_challenge_to_basic() -> None:
    """Virtuoso names Digest only to those who name nobody: it is asked so, without the query."""

    def answer(request: Request, connection: socket.socket) -> None:
        if request.headers.get("authorization", "").startswith("Basic"):
            reply(status="401 Unauthorized")(request, connection)
        else:
            digest_answer("se:cret")(request, connection)

    with scripted(answer) as server:
        connection = Connection(Endpoint(server.url, server.url), BASIC)
        connection.update("CLEAR DEFAULT")
        assert connection.requests == 3
        assert connection.query(ASK)
    assert [(r.method, r.query) for r in server.requests] == [
        ("POST", "CLEAR DEFAULT"),
        ("GET", ""),
        ("POST", "CLEAR DEFAULT"),
        ("GET", ASK),
    ]


def test_refused_credentials_are_not_dropped() -> None:
    """A server that would let nobody in particular read is not read without the credentials."""

    def answer(request: Request, connection: socket.socket) -> None:
        named = "authorization" in request.headers
        (reply(status="401 Unauthorized") if named else TRUE)(request, connection)

    with scripted(answer) as server, pytest.raises(EndpointError, match="credentials are refused"):
        Connection(Endpoint(server.url), BASIC).query(ASK)


def test_digest_with_a_wrong_password() -> None:
    """A wrong password is tried once: more would lock the account."""
    with scripted(digest_answer("another")) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url), BASIC).query(ASK)
    assert "the credentials are refused" in str(caught.value)
    assert len(server.requests) == 2
