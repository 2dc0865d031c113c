"""Connections are kept for the next question, and never make an answer or a change less sure."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import servers
from scripted_server import RESULTS, reply, scripted

from mlkg.errors import EndpointError
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection

ASK = "ASK {}"
LONG = f"ASK {{}} # {'x' * 16_000_000}"
"""A question longer than what a system keeps of what is sent and not yet read."""
WAIT = 0.8
"""Seconds before the server reads a question that is sent with POST, or a change."""
YES = b'{"head": {}, "boolean": true}'

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


class Keeping(NamedTuple):
    """A server that keeps connections; `connections` has the number of that of each request."""

    url: str
    connections: list[int]


def yes(handler: Handler, pause: float = 0.0) -> None:
    """Answer an ASK, with a pause of some seconds behind the headers."""
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Content-Length", str(len(YES)))
    handler.end_headers()
    time.sleep(pause)
    handler.wfile.write(YES)


def hang_up(handler: Handler) -> None:
    """Take the request and say nothing."""
    handler.close_connection = True


def surplus(at_once: bool, said: threading.Event) -> Answer:
    """Answer, and in the same breath or later say more than was asked for."""

    def answer(handler: Handler) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\nContent-Length: {len(YES)}\r\n\r\n"
        more = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        if at_once:
            handler.wfile.write(head.encode() + YES + more)
        else:
            handler.wfile.write(head.encode() + YES)
            time.sleep(0.1)
            handler.wfile.write(more)
        said.set()

    return answer


def busy(handler: Handler) -> None:
    """Turn the client away, with a body that may stay unread."""
    handler.send_response(500)
    handler.send_header("Content-Length", "5")
    handler.end_headers()
    handler.wfile.write(b"later")


def silent(handler: Handler) -> None:
    """Take the request and say nothing for long."""
    time.sleep(2)
    handler.close_connection = True


def late(handler: Handler) -> None:
    """Answer after a while, and then not all at once."""
    time.sleep(2.6)
    yes(handler, pause=0.1)


def trickle(handler: Handler) -> None:
    """Begin to answer, and go on very slowly."""
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Content-Length", str(len(YES)))
    handler.end_headers()
    for number in range(len(YES)):
        handler.wfile.write(YES[number : number + 1])
        handler.wfile.flush()
        time.sleep(0.2)


@contextmanager
def keeping(*answers: Answer) -> Iterator[Keeping]:
    """Run a server that gives the first request the first answer, and further ones the last."""
    numbers: list[int] = []
    clients: list[object] = []

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

    class Scripted(Handler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 - http.server's name
            if self.client_address not in clients:
                clients.append(self.client_address)
            numbers.append(clients.index(self.client_address) + 1)
            try:
                answers[min(len(numbers), len(answers)) - 1](self)
            except OSError:
                self.close_connection = True

        def do_POST(self) -> None:  # noqa: N802 - http.server's name
            time.sleep(WAIT)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            return

    with Server(("127.0.0.1", 0), Scripted) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Keeping(f"http://127.0.0.1:{server.server_address[1]}/sparql", numbers)
        finally:
            server.shutdown()
            thread.join(10)


def test_questions_share_a_connection() -> None:
    """A handshake is made once, however many questions follow."""
    with keeping(yes) as server:
        connection = Connection(Endpoint(server.url), {})
        assert [bool(connection.query(ASK)) for _ in range(3)] == [True] * 3
        assert server.connections == [1, 1, 1]
        assert connection.requests == 3


def test_a_server_that_hangs_up_after_each_answer() -> None:
    """It is asked over a new connection, once for each question."""
    with scripted(reply(YES)) as server:
        connection = Connection(Endpoint(server.url), {})
        assert [bool(connection.query(ASK)) for _ in range(3)] == [True] * 3
        assert len(server.requests) == 3


def test_a_kept_connection_that_ends_under_a_question() -> None:
    """The question is asked once more over a new one; a new one that ends so is a fault."""
    with keeping(yes, hang_up, yes) as server:
        connection = Connection(Endpoint(server.url), {})
        assert [bool(connection.query(ASK)) for _ in range(2)] == [True] * 2
        assert server.connections == [1, 1, 2]
        assert connection.requests == 2
    with keeping(yes, hang_up) as server:
        connection = Connection(Endpoint(server.url), {})
        connection.query(ASK)
        with pytest.raises(EndpointError, match="the connection broke before the whole answer"):
            connection.query(ASK)
        assert server.connections == [1, 1, 2]


def test_changes_have_a_connection_of_their_own() -> None:
    """A kept connection may end at any time, and nobody would know whether the change was made."""
    with keeping(yes, yes, hang_up) as server:
        connection = Connection(Endpoint(server.url, server.url), {})
        connection.query(ASK)
        connection.update("CLEAR DEFAULT")
        with pytest.raises(EndpointError, match="the connection broke before the whole answer"):
            connection.update("CLEAR DEFAULT")
        assert server.connections == [1, 2, 3]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_what_nobody_asked_for_is_no_answer(at_once: bool) -> None:
    """Bytes that came behind an answer are not taken for the next."""
    said = threading.Event()
    with keeping(surplus(at_once, said), yes) as server:
        connection = Connection(Endpoint(server.url), {})
        assert connection.query(ASK)
        assert said.wait(10)
        assert connection.query(ASK)


def test_the_body_of_an_error_is_no_answer() -> None:
    """After an error the next question has a connection of its own."""
    with keeping(yes, busy, yes) as server:
        connection = Connection(Endpoint(server.url), {})
        connection.query(ASK)
        with pytest.raises(EndpointError, match="500 Internal Server Error\n    later"):
            connection.query(ASK)
        assert connection.query(ASK)
        assert server.connections == [1, 1, 2]


def test_the_timeout_holds_for_a_kept_connection() -> None:
    """However slowly the second answer comes, it is over in time, and the third is a new one."""
    with keeping(yes, trickle, yes) as server:
        connection = Connection(Endpoint(server.url, timeout=1), {})
        connection.query(ASK)
        began = time.monotonic()
        with pytest.raises(EndpointError, match="no answer within 1 s"):
            connection.query(ASK)
        assert time.monotonic() - began < 3
        assert connection.query(ASK)
        assert server.connections == [1, 1, 2]


def test_silence_over_a_kept_connection_is_not_asked_again() -> None:
    """When the time is over nothing more is sent."""
    with keeping(yes, silent) as server:
        connection = Connection(Endpoint(server.url, timeout=0.5), {})
        connection.query(ASK)
        with pytest.raises(EndpointError, match=r"no answer within 0\.5 s"):
            connection.query(ASK)
        assert (server.connections, connection.requests) == ([1, 1], 2)


def test_each_question_over_a_kept_connection_has_the_whole_time() -> None:
    """A long question is sent in its own time, not in what the one before it left."""
    with keeping(late, yes) as server:
        connection = Connection(Endpoint(server.url, timeout=3), {})
        assert connection.query(ASK)
        assert connection.query(LONG)
        assert server.connections == [1, 1]


def test_real_servers_keep_connections(
    server: servers.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty questions take one connection, each update one more, which the next question uses."""
    made: list[object] = []
    create = socket.create_connection

    def counted(address: tuple[str, int], *args: object, **options: object) -> socket.socket:
        made.append(address)
        return create(address, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", counted)
    connection = Connection(Endpoint(server.query_url, server.update_url), {})
    for number in range(20):
        assert connection.query(f"ASK {{ FILTER({number} = {number}) }}")
    assert len(made) == 1
    graph = f"GRAPH <urn:kept:{tmp_path.name}>"
    connection.update(f"INSERT DATA {{ {graph} {{ <urn:a> <urn:b> 1 }} }}")
    assert connection.query(f"ASK {{ {graph} {{ <urn:a> <urn:b> ?o }} }}")
    assert len(made) == 2
    connection.update(f"DROP SILENT {graph}")
    assert len(made) == 3
