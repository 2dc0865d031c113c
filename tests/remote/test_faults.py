"""Everything that can go wrong on the way to an endpoint is one clear error, with exit status 2."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import servers
from samples import Run
from scripted_server import Answer, Request, raw, reply, rows, scripted

from mlkg.errors import EndpointError
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection

HTML = "<!DOCTYPE html><html><head><title>Login</title><style>p {}</style></head><body>"
HTML += "<p>Please&nbsp;log in</p><p>to <b>Acme</b></p></body></html>"
ASK = "ASK {}"


def hang(request: Request, connection: socket.socket) -> None:
    """Answer nothing until the client goes away."""
    connection.recv(1)


def drip(request: Request, connection: socket.socket) -> None:
    """Answer a byte at a time, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


FAULTS: dict[str, tuple[Answer, str]] = {
    "500 with a message": (
        reply("Virtuoso 42000 Error\n\nout of memory\n", status="500 Oops", kind="text/plain"),
        "{url}: the endpoint answered 500 Internal Server Error\n"
        "    Virtuoso 42000 Error\n    out of memory",
    ),
    "400 with a page": (
        reply(HTML, status="400 Bad Request", kind="text/html"),
        "{url}: the endpoint answered 400 Bad Request\n    Login\n    Please log in\n    to Acme",
    ),
    "a page for people": (
        reply(HTML, kind="text/html; charset=utf-8"),
        "{url}: not the results of a query but a web page; is this the URL of a SPARQL endpoint?\n"
        "    Login\n    Please log in\n    to Acme",
    ),
    "a wrong content type": (
        reply("v\n1\n", kind="text/csv"),
        "{url}: not the results of a query but text/csv; is this the URL of a SPARQL endpoint?\n"
        "    v\n    1",
    ),
    "no content type": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        "{url}: not the results of a query but no type; is this the URL of a SPARQL endpoint?\n"
        "    {{}}",
    ),
    "a body shorter than said": (
        reply(rows("a"), length=1000),
        "{url}: the answer is cut off after " + f"{len(rows('a'))} bytes",
    ),
    "a chunk that is cut off": (
        raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
            b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"hea\r\n20\r\nd":'
        ),
        "{url}: the answer is cut off after ",
    ),
    "chunks without an end": (
        raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
            b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"hea\r\n'
        ),
        "{url}: the answer is cut off after ",
    ),
    "a document that is cut off": (
        reply(rows("a", "b")[:80]),
        "{url}: the answer of 80 bytes is cut off or broken: ",
    ),
    "a part of the result": (
        reply(rows("a"), status="206 Partial Content", headers=["X-SQL-State: S1TAT"]),
        "{url}: the endpoint gave only a part of the result",
    ),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH\r\n"), "{url}: the answer is not HTTP: BadStatusLine "),
    "nothing at all": (
        raw(b""),
        "{url}: the connection broke before the whole answer was there",
    ),
    "a compressed answer": (
        reply(b"\x1f\x8b", headers=["Content-Encoding: gzip"]),
        "{url}: the answer is compressed, which was not asked for",
    ),
    "401": (
        reply("who?", status="401 Unauthorized", kind="text/plain"),
        "{url}: the endpoint answered 401 Unauthorized; set MLKG_ENDPOINT_USER and",
    ),
    "a loop of redirections": (
        raw(b"HTTP/1.1 302 Found\r\nLocation: /sparql\r\nContent-Length: 0\r\n\r\n"),
        "{url}: the endpoint redirects more than 5 times",
    ),
    "a redirection to nowhere": (
        raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
        "{url}: the endpoint redirects (302) to nowhere",
    ),
    "rows where a boolean is asked for": (
        reply(rows("a")),
        "{url}: the answer is not what the query asks for",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_errors_in_plain_words(fault: str) -> None:
    """A faulty answer raises EndpointError that names the URL, what happened and who said it."""
    answer, expected = FAULTS[fault]
    with scripted(answer) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url), {}).query(ASK)
    message = (
        str(caught.value).split("?", 1)[0] if fault.startswith("a loop") else str(caught.value)
    )
    assert message.startswith(expected.format(url=server.url))


@pytest.mark.parametrize("fault", FAULTS)
def test_commands_end_with_status_2(fault: str, run: Run, tmp_path: Path) -> None:
    """A command that meets a fault prints no result and no traceback, and its status is 2."""
    with scripted(FAULTS[fault][0]) as server:
        done = run("--endpoint", server.url, "table", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mlkg: the manifest: ")
    assert "Traceback" not in done.stderr


def test_refused_connection(run: Run, tmp_path: Path) -> None:
    """Where nothing listens, the message says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nothing else can take the port
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/sparql"
        done = run("--endpoint", url, "table", cwd=tmp_path)
    said = f"mlkg: the manifest: {url}: the connection is refused: nothing listens there\n"
    assert (2, "", said) == (done.returncode, done.stdout, done.stderr)


def test_unknown_host() -> None:
    """A host that does not exist is named; .invalid never does (RFC 6761)."""
    with pytest.raises(EndpointError, match=r"no such host: nowhere\.invalid"):
        Connection(Endpoint("https://nowhere.invalid/sparql"), {}).query(ASK)


@pytest.mark.parametrize("answer", [hang, drip], ids=["hang", "drip"])
def test_timeout(answer: Answer) -> None:
    """A server that says nothing, or never ends its headers, is left after the timeout."""
    with scripted(answer) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url, timeout=0.4), {}).query(ASK)
    said = f"{server.url}: no answer within 0.4 s; --timeout SECONDS gives it longer"
    assert said == str(caught.value)


def test_timeout_of_a_body_that_drips() -> None:
    """The timeout is for the whole answer: a body that keeps coming does not prolong it."""

    def drip_body(request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n")
        connection.sendall(b"Content-Length: 100000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)

    with (
        scripted(drip_body) as server,
        pytest.raises(EndpointError, match=r"no answer within 0\.4 s"),
    ):
        Connection(Endpoint(server.url, timeout=0.4), {}).query(ASK)


def test_timeout_that_is_none(run: Run, tmp_path: Path) -> None:
    """A timeout of no seconds is refused, not taken for none at all."""
    done = run("--endpoint", "http://127.0.0.1:1/", "--timeout", "0", "table", cwd=tmp_path)
    said = "mlkg: --timeout: not a number of seconds above 0\n"
    assert (2, said) == (done.returncode, done.stderr)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, with its key, that no authority has signed."""
    servers.require("openssl")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return folder


def tls(folder: Path) -> ssl.SSLContext:
    """Return a server's context with the certificate in `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def test_certificate_of_no_authority(certificate: Path) -> None:
    """A certificate that nobody vouches for ends the connection, and --insecure changes nothing."""
    answer = reply('{"head": {}, "boolean": true}')
    with scripted(answer, context=tls(certificate)) as server, pytest.raises(EndpointError) as e:
        Connection(Endpoint(server.url, insecure=True), {}).query(ASK)
    assert str(e.value) == (
        f"{server.url}: the certificate of 127.0.0.1 does not hold: self-signed certificate; "
        "SSL_CERT_FILE names further authorities"
    )
    assert server.requests == []


def test_certificate_of_a_known_authority(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names further authorities; TLS works, with one handshake for all questions."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate.pem"))
    yes = reply('{"head": {}, "boolean": true}')
    clients = []

    def answer(request: Request, connection: socket.socket) -> None:
        clients.append(connection.getpeername())
        yes(request, connection)

    with scripted(answer, context=tls(certificate), keep=True) as server:
        connection = Connection(Endpoint(server.url), {})
        assert [bool(connection.query(ASK)) for _ in range(5)] == [True] * 5
    assert (len(clients), len(set(clients))) == (5, 1)


def test_https_where_http_is_spoken() -> None:
    """TLS with a server that has none fails as TLS."""
    with scripted(reply("")) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url.replace("http:", "https:"), timeout=2), {}).query(ASK)
    assert "TLS fails" in str(caught.value) or "no answer" in str(caught.value)


def test_long_words_are_shortened() -> None:
    """A server that repeats a long query does not flood the terminal."""
    answer = reply("x" * 5000 + "\n" * 50 + "y", status="400 Bad Request", kind="text/plain")
    with scripted(answer) as server, pytest.raises(EndpointError) as caught:
        Connection(Endpoint(server.url), {}).query(ASK)
    assert str(caught.value).split("\n")[1] == f"    {'x' * 300}…"


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("<urn:a> <urn:b> <urn:c> .", "text/turtle", "no length"),
        ("<urn:a> <urn:b>", "text/turtle", "the answer is broken"),
        ("<p>no</p>", "text/html", "not triples but a web page"),
    ],
)
def test_triples_that_may_be_cut_off(body: str, kind: str, error: str) -> None:
    """Triples have no end to see: without a length in its headers an answer is not believed."""
    if error == "no length":
        answer = raw(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}".encode())
    else:
        answer = reply(body, kind=kind)
    with scripted(answer) as server, pytest.raises(EndpointError, match=error):
        Connection(Endpoint(server.url), {}).query("DESCRIBE <urn:a>")


@pytest.mark.parametrize(
    "call",
    [
        lambda connection: connection.update("CLEAR DEFAULT"),
        lambda connection: connection.put_graph("urn:g", b""),
    ],
    ids=["update", "put"],
)
def test_changes_without_a_url(call: Callable[[Connection], None]) -> None:
    """Where no URL for changes is known, the message names the option that gives it."""
    with pytest.raises(EndpointError, match=r"give --(update-endpoint|graph-store) URL"):
        call(Connection(Endpoint("http://127.0.0.1:1/sparql"), {}))
