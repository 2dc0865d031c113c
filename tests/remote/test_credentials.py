"""Credentials: from where they come, to whom they go, and that nobody else sees them."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from pathlib import Path

import pytest
from samples import Run
from scripted_server import Answer, Request, redirection, reply, scripted

from mlkg.errors import EndpointError
from mlkg.remote.credentials import find_credentials
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection

ASK = "ASK {}"
TRUE = reply('{"head": {}, "boolean": true}')
BASIC = {"MLKG_ENDPOINT_USER": "ann", "MLKG_ENDPOINT_PASSWORD": "se:cret"}
BASIC_HEADER = f"Basic {base64.b64encode(b'ann:se:cret').decode()}"


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
