"""HTTP connections that end by a deadline, and are kept for the next question."""

from __future__ import annotations

import http.client
import io
import selectors
import socket
import ssl
import time
import urllib.request
import weakref
from collections.abc import Callable
from typing import Any
from urllib.request import Request

from mlkg.remote.endpoint import CONNECT_TIMEOUT

_MOMENT = 0.01
"""Seconds that are as good as none."""

_Place = tuple[str, str]
_Make = Callable[..., http.client.HTTPConnection]


class Deadline:
    """The moment by which everything must be over."""

    def __init__(self) -> None:
        """Begin with none; `begin` sets it."""
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Let everything be over after `seconds` from now on."""
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether it is over, or would be before anything could still happen."""
        return self.left() <= _MOMENT

    def left(self) -> float:
        """Return the seconds that are left, never none: a timeout of 0 means not to wait."""
        return max(self._end - time.monotonic(), _MOMENT)

    def set_on(self, connection: socket.socket) -> None:
        """Let the next thing that the connection waits for end by the deadline."""
        if self.passed:
            raise TimeoutError
        connection.settimeout(self.left())


class Connections:
    """The connections of one client, at most one kept for each server.

    A kept one saves a handshake, which over TLS takes longer than most questions.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.deadline = Deadline()
        self._kept: dict[_Place, http.client.HTTPConnection] = {}
        self._used: list[tuple[_Place, http.client.HTTPConnection]] = []
        weakref.finalize(self, _close_all, self._kept)

    def http_handler(self) -> urllib.request.BaseHandler:
        """Return what opens http for an `OpenerDirector`."""
        return _Http(self)

    def https_handler(self) -> urllib.request.BaseHandler:
        """Return what opens https; it reads the system's authorities, which takes 30 ms."""
        return _Https(self)

    def keep(self) -> None:
        """Keep the connection used last, whose response was read to its end."""
        if not self._used:  # a tunnel, which nobody keeps
            return
        place, connection = self._used.pop()
        if connection.sock is not None:  # else the server closes it
            self._kept[place] = connection

    def drop_used(self) -> None:
        """Close the connections used since, but one that is kept."""
        while self._used:
            self._used.pop()[1].close()

    def drop_kept(self) -> None:
        """Let the next request have a connection of its own, which cannot have gone stale."""
        _close_all(self._kept)

    def answer(self, request: Request, make: _Make) -> http.client.HTTPResponse:
        """Send a request and return the response, its body still to be read.

        `make` takes a host and a timeout in seconds. A server may close a kept connection at any
        time; then the request is sent once more, so it must be one that changes nothing
        unless `drop_kept` was called before.
        Raises what http.client raises.
        """
        place = request.type, request.host
        kept = self._kept.pop(place, None)
        if kept is not None and _is_idle(kept):
            try:
                return self._exchange(place, kept, request)
            except (OSError, http.client.HTTPException):
                if self.deadline.passed:
                    raise
        elif kept is not None:
            kept.close()
        seconds = min(CONNECT_TIMEOUT, self.deadline.left())
        return self._exchange(place, self.prepared(make(place[1], timeout=seconds)), request)

    def _exchange(
        self, place: _Place, connection: http.client.HTTPConnection, request: Request
    ) -> http.client.HTTPResponse:
        self._used.append((place, connection))
        if connection.sock is not None:
            self.deadline.set_on(connection.sock)
        headers = {**request.headers, **request.unredirected_hdrs}
        try:
            connection.request(
                request.get_method(),
                request.selector,
                request.data,
                {name.title(): value for name, value in headers.items()},
            )
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        response.msg = response.reason  # type: ignore[assignment] # as urllib's handlers want it
        return response

    def prepared(self, connection: http.client.HTTPConnection) -> http.client.HTTPConnection:
        """Hold a connection to the deadline as soon as it stands, TLS and all."""
        deadline = self.deadline
        connect = connection.connect

        def connect_in_time() -> None:
            connect()
            deadline.set_on(connection.sock)

        def response(sock: socket.socket, *args: Any, **options: Any) -> http.client.HTTPResponse:
            found = http.client.HTTPResponse(sock, *args, **options)
            found.fp.close()
            found.fp = io.BufferedReader(_TimedReader(sock, deadline))
            return found

        connection.connect = connect_in_time  # type: ignore[method-assign]
        connection.response_class = response  # type: ignore[assignment]
        return connection


def _close_all(connections: dict[_Place, http.client.HTTPConnection]) -> None:
    while connections:
        connections.popitem()[1].close()


def _is_idle(connection: http.client.HTTPConnection) -> bool:
    """Tell whether a connection stands, with no end to read, nor what nobody asked for."""
    if connection.sock is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return not selector.select(0)


class _TimedReader(io.RawIOBase):
    """Reads from a connection until a deadline, however little comes at a time."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self._reader = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._deadline.set_on(self._connection)
        return self._reader.readinto(buffer)

    def close(self) -> None:
        self._reader.close()
        super().close()


class _Http(urllib.request.HTTPHandler):
    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    def http_open(self, request: Request) -> http.client.HTTPResponse:
        return self._connections.answer(request, http.client.HTTPConnection)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, connections: Connections) -> None:
        super().__init__(context=ssl.create_default_context())
        self._connections = connections

    def https_open(self, request: Request) -> http.client.HTTPResponse:
        context = self._context  # type: ignore[attr-defined]

        def connection(host: str, **options: Any) -> http.client.HTTPConnection:
            return http.client.HTTPSConnection(host, context=context, **options)

        if getattr(request, "_tunnel_host", None):  # through a proxy: one connection a request
            return self.do_open(
                lambda host, **o: self._connections.prepared(connection(host, **o)), request
            )
        return self._connections.answer(request, connection)
