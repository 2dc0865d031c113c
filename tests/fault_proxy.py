"""A proxy of the tests' own in front of a real server, which spoils what passes through it."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from scripted_server import Request, Scripted, scripted

Spoil = Callable[[int, bytes, socket.socket], None]
"""Sends what is left of a response; it is given the number of the request, from 1."""


class _Target(NamedTuple):
    """Where the proxy fetches from."""

    origin: str


@contextmanager
def proxy(url: str, spoil: Spoil, *, keep: bool = False) -> Iterator[Scripted]:
    """Run a proxy in front of the endpoint at `url`; its URL has the same path.

    With `keep` it keeps connections, and hangs up on none but those that `cut` cuts.
    """
    parts = urlsplit(url)
    target = _Target(f"{parts.scheme}://{parts.netloc}")
    count = 0

    def answer(request: Request, connection: socket.socket) -> None:
        nonlocal count
        count += 1
        spoil(count, _fetched(target, request), connection)

    with scripted(answer, keep=keep) as server:
        yield server._replace(url=server.url.replace("/sparql", parts.path))


def _fetched(target: _Target, request: Request) -> bytes:
    """Return the real server's response, with a length, as it goes over the line."""
    asked = urllib.request.Request(  # noqa: S310 - a server of the tests' own
        target.origin + request.target,
        request.body or None,
        {k: request.headers[k] for k in ("accept", "content-type") if k in request.headers},
        method=request.method,
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310
            status, kind = "200 OK", response.headers["Content-Type"]
            body: bytes = response.read()
    except urllib.error.HTTPError as error:
        with error:
            status, kind = f"{error.code} {error.reason}", error.headers["Content-Type"]
            body = error.read()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def passing(number: int, response: bytes, connection: socket.socket) -> None:
    """Spoil nothing."""
    connection.sendall(response)


def cut(share: float) -> Spoil:
    """Hang up after a part of the response."""

    def spoil(number: int, response: bytes, connection: socket.socket) -> None:
        connection.sendall(response[: int(len(response) * share)])
        connection.shutdown(socket.SHUT_RDWR)

    return spoil


def shortened(share: float) -> Spoil:
    """Send a part of the body as if it were the whole."""

    def spoil(number: int, response: bytes, connection: socket.socket) -> None:
        head, _, body = response.partition(b"\r\n\r\n")
        body = body[: int(len(body) * share)]
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
        lines.append(b"Content-Length: %d" % len(body))
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    return spoil


def garbled(share: float) -> Spoil:
    """Overwrite eight bytes of the body by what is never part of UTF-8."""

    def spoil(number: int, response: bytes, connection: socket.socket) -> None:
        head, _, body = response.partition(b"\r\n\r\n")
        at = int((len(body) - 8) * share)
        connection.sendall(head + b"\r\n\r\n" + body[:at] + b"\xff" * 8 + body[at + 8 :])

    return spoil


def slow(seconds: float) -> Spoil:
    """Send the response in three parts, with a wait before each."""

    def spoil(number: int, response: bytes, connection: socket.socket) -> None:
        third = len(response) // 3
        for part in (response[:third], response[third : 2 * third], response[2 * third :]):
            time.sleep(seconds)
            connection.sendall(part)

    return spoil


def turned_away(every: int) -> Spoil:
    """Answer 503 to every request but each `every`th."""

    def spoil(number: int, response: bytes, connection: socket.socket) -> None:
        if number % every:
            response = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(response)

    return spoil


def only(wanted: int, spoil: Spoil) -> Spoil:
    """Spoil one request, and let the others pass."""

    def chosen(number: int, response: bytes, connection: socket.socket) -> None:
        (spoil if number == wanted else passing)(number, response, connection)

    return chosen


class Tap:
    """Spoils as it is told, and remembers the number of the last request that came."""

    def __init__(self, spoil: Spoil) -> None:
        """Take what spoils."""
        self.last = 0
        self._spoil = spoil

    def __call__(self, number: int, response: bytes, connection: socket.socket) -> None:
        """Spoil one response."""
        self.last = max(self.last, number)
        self._spoil(number, response, connection)
