"""An HTTP server of the tests' own that answers as it is told to, whatever that is."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

RESULTS = "application/sparql-results+json"


class Request(NamedTuple):
    """What a client sent; names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, list[str]]:
        """The fields of the query string and of a form."""
        found = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        if self.headers.get("content-type") == "application/x-www-form-urlencoded":
            found |= parse_qs(self.body.decode("ascii"), keep_blank_values=True)
        return found

    @property
    def query(self) -> str:
        """The text of the SPARQL query or update."""
        fields = self.fields
        return (fields.get("query") or fields.get("update") or [""])[0]


Answer = Callable[[Request, socket.socket], None]


class Scripted(NamedTuple):
    """A server that runs: its URL, and what it was sent so far."""

    url: str
    requests: list[Request]


@contextmanager
def scripted(
    *answers: Answer, context: ssl.SSLContext | None = None, keep: bool = False
) -> Iterator[Scripted]:
    """Run a server on a free port of the loopback interface.

    The first request gets the first answer, and so on; further ones get the last again. The server
    hangs up after each, or with `keep` when the client does or the answer did.
    """
    requests: list[Request] = []
    lock = threading.Lock()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connection: socket.socket = self.request
            connection.settimeout(10)
            try:
                if context is not None:
                    connection = context.wrap_socket(connection, server_side=True)
                while (request := _read(connection)) is not None:
                    with lock:
                        requests.append(request)
                        answer = answers[min(len(requests), len(answers)) - 1]
                    answer(request, connection)
                    if not keep:
                        break
                if context is not None:
                    connection.close()
            except OSError:
                return  # the client went away, as it may

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        scheme = "https" if context else "http"
        try:
            yield Scripted(f"{scheme}://127.0.0.1:{server.server_address[1]}/sparql", requests)
        finally:
            server.shutdown()
            thread.join(10)


def _read(connection: socket.socket) -> Request | None:
    """Read one request, None when none comes."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        more = connection.recv(65536)
        if not more:
            return None
        raw += more
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _ = first.split(" ")
    return Request(method, target, headers, body)


def reply(
    body: bytes | str = b"",
    *,
    status: str = "200 OK",
    kind: str = RESULTS,
    headers: Sequence[str] = (),
    length: int | None = None,
) -> Answer:
    """Answer with a body; `length` is what Content-Length says when it lies."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    lines.append(f"Content-Length: {len(content) if length is None else length}")
    return raw("\r\n".join([*lines, "", ""]).encode() + content)


def redirection(url: str, status: str = "302 Found") -> Answer:
    """Answer that the thing is elsewhere."""
    return reply(status=status, headers=[f"Location: {url}"])


def raw(content: bytes) -> Answer:
    """Answer with these very bytes, and hang up."""
    return lambda _, connection: connection.sendall(content)


def rows(*values: str, name: str = "v") -> str:
    """Return the results document of a SELECT of one variable with literals."""
    bindings = [{name: {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": [name]}, "results": {"bindings": bindings}})
