"""HTTP with manners: one deadline, no credentials to strangers, every fault in plain words."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urljoin
from urllib.request import Request

from mlkg.errors import EndpointError
from mlkg.remote.connections import Connections
from mlkg.remote.credentials import NOBODY, Credentials
from mlkg.remote.digest import DigestHandler
from mlkg.remote.endpoint import CONNECT_TIMEOUT, check_url, is_loopback, origin, shown
from mlkg.remote.words import server_words

WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each repetition of a read that the server turned away."""

_TURNED_AWAY = {429, 502, 503}
_REDIRECTIONS = {301, 302, 303, 307, 308}
_MOST_REDIRECTIONS = 5
_CHUNK = 1 << 20

sleep = time.sleep


class Response(NamedTuple):
    """A whole response: `complete` tells that the server said how long the body is."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool


class Transport:
    """Sends requests to the hosts of one endpoint; counts them in `requests`."""

    def __init__(
        self,
        *,
        timeout: float,
        insecure: bool = False,
        credentials: Mapping[tuple[str, str, int], Credentials],
    ) -> None:
        """Take seconds for each call of `send`, and the credentials by origin (`origin(url)`)."""
        self.requests = 0
        self._timeout = timeout
        self._insecure = insecure
        self._credentials = credentials
        self._digests: dict[tuple[str, str, int], DigestHandler] = {}
        self._openers: dict[tuple[str, str, int], urllib.request.OpenerDirector] = {}
        self._connections = Connections()
        self._deadline = self._connections.deadline

    def send(self, request: Request, *, reading: bool) -> Response:
        """Send `request` and return the response, which is a success and whole.

        `reading` tells that it changes nothing: then it is repeated after 429, 502 and 503, by a
        fixed schedule or when Retry-After says (RFC 9110 section 10.2.3), and follows redirections.
        Everything together takes the timeout at most.
        Raises EndpointError, with the server's own words, for anything but a whole success.
        """
        self._deadline.begin(self._timeout)
        waits = list(WAITS) if reading else []
        redirections = 0
        while True:
            response = self._once(request, reading=reading)
            if response.status in _REDIRECTIONS:
                redirections += 1
                request = self._redirected(request, response, redirections, reading=reading)
            elif response.status in _TURNED_AWAY and waits:
                wait = waits.pop(0)
                asked = _retry_after(response.headers)
                self._wait(request, response, wait if asked is None else asked)
            elif response.status == 206:
                self._fail(request, response, "gave only a part of the result")
            elif 200 <= response.status < 300:
                return response
            else:
                self._refused(request, response)

    def _once(self, request: Request, *, reading: bool) -> Response:
        """Send a request and return what comes back, whatever its status."""
        url = request.full_url
        request = _copy(request, url)  # urllib leaves proxies and answers to challenges in it
        check_url(url, insecure=self._insecure)
        at = origin(url)
        credentials = self._credentials.get(at, NOBODY)
        if at not in self._openers:
            self._openers[at] = self._opener(url, credentials)
        header = credentials.header()
        if at in self._digests and (answer := self._digests[at].answer(request)):
            header = answer
        if header:
            request.add_unredirected_header("Authorization", header)
        if not reading:
            self._connections.drop_kept()
        try:
            self.requests += 1
            with self._openers[at].open(
                request, timeout=min(CONNECT_TIMEOUT, self._deadline.left())
            ) as response:
                whole = _whole(response)
            self._connections.keep()
            return whole
        except EndpointError:
            raise
        except urllib.error.HTTPError as error:
            with error:
                try:
                    body = error.read(_CHUNK)
                except (OSError, http.client.HTTPException):
                    body = b""
            return Response(error.code, _headers(error.headers), body, complete=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EndpointError(f"{shown(url)}: {self._fault(url, error)}") from error
        finally:
            self._connections.drop_used()

    def _opener(self, url: str, credentials: Credentials) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [
            _NoRedirection(),
            self._connections.http_handler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ]
        here = is_loopback(url)
        if not here:  # what is safe here because it stays here must not go to a proxy
            handlers.append(urllib.request.ProxyHandler())
        if not here or origin(url)[0] == "https":  # a proxy may be of https though the URL is not
            handlers.append(self._connections.https_handler())
        if credentials.user:
            digest = DigestHandler(url, credentials.user, credentials.password or "", self._count)
            self._digests[origin(url)] = digest
            handlers.append(digest)
        opener = urllib.request.OpenerDirector()
        for handler in handlers:
            opener.add_handler(handler)
        return opener

    def _count(self) -> None:
        self.requests += 1

    def _redirected(
        self, request: Request, response: Response, number: int, *, reading: bool
    ) -> Request:
        """Return the request to send instead, the same to another place on the same server."""
        url = request.full_url
        target = urljoin(url, response.headers.get("location", ""))
        if "location" not in response.headers:
            self._fail(request, response, f"redirects ({response.status}) to nowhere")
        if number > _MOST_REDIRECTIONS:
            self._fail(request, response, f"redirects more than {_MOST_REDIRECTIONS} times")
        if not reading:
            self._fail(
                request,
                response,
                f"redirects to {shown(target)}, and changes follow no redirection; "
                "name that URL if you trust it",
            )
        moved = origin(target) != origin(url)
        if moved and self._credentials.get(origin(url)):
            self._fail(
                request,
                response,
                f"redirects to {shown(target)}, and credentials go to no other server; "
                "name that URL if you trust it",
            )
        if moved and origin(url)[0] == "https" and origin(target)[0] == "http":
            self._fail(request, response, f"redirects to {shown(target)}, away from https")
        check_url(target, insecure=self._insecure)
        return _copy(request, target)

    def _wait(self, request: Request, response: Response, seconds: float) -> None:
        if seconds >= self._deadline.left():
            self._fail(
                request,
                response,
                f"is busy ({response.status} {_reason(response.status)}), and is to be asked again "
                f"in {seconds:g} s, past the timeout of {self._timeout:g} s",
            )
        sleep(seconds)

    def _refused(self, request: Request, response: Response) -> NoReturn:
        """Raise for a status that is no success."""
        status = response.status
        what = f"answered {status} {_reason(status)}".rstrip()
        if status == 401:
            known = bool(self._credentials.get(origin(request.full_url)))
            way = (
                "the credentials are refused"
                if known
                else "set MLKG_ENDPOINT_USER and MLKG_ENDPOINT_PASSWORD, or MLKG_ENDPOINT_TOKEN, "
                "or write ~/.netrc; an endpoint that a study's settings name gets only the latter"
            )
            what += f"; {way}"
        elif status in _TURNED_AWAY and request.get_method() in {"GET", "POST"}:
            what += "; try again later"
        self._fail(request, response, what)

    def _fail(self, request: Request, response: Response, what: str) -> NoReturn:
        words = server_words(response.body, response.headers.get("content-type", ""))
        message = f"{shown(request.full_url)}: the endpoint {what}"
        if words:
            message += "\n" + "\n".join(f"    {line}" for line in words)
        for credentials in self._credentials.values():
            message = credentials.redacted(message)
        raise EndpointError(message, response.status)

    def _fault(self, url: str, error: Exception) -> str:
        """Say in plain words why there is no response, or not all of it."""
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        host = origin(url)[1]
        if isinstance(reason, TimeoutError) and self._deadline.passed:
            return f"no answer within {self._timeout:g} s; --timeout SECONDS gives it longer"
        if isinstance(reason, TimeoutError):
            return f"no connection within {CONNECT_TIMEOUT:g} s"
        if isinstance(reason, socket.gaierror):
            return f"no such host: {host} ({reason.strerror})"
        if isinstance(reason, ConnectionRefusedError):
            return "the connection is refused: nothing listens there"
        if isinstance(reason, ssl.SSLCertVerificationError):
            return (
                f"the certificate of {host} does not hold: {reason.verify_message}; "
                "SSL_CERT_FILE names further authorities"
            )
        if isinstance(reason, ssl.SSLError):
            return f"TLS fails: {reason.reason or reason}; is this a server of https?"
        if isinstance(reason, http.client.IncompleteRead):
            return f"the answer is cut off after {len(reason.partial)} bytes"
        if isinstance(reason, ConnectionError | http.client.RemoteDisconnected):
            return "the connection broke before the whole answer was there"
        if isinstance(reason, http.client.HTTPException):
            return f"the answer is not HTTP: {type(reason).__name__} {str(reason)[:80]!r}"
        return str(getattr(reason, "strerror", None) or reason)


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Leaves redirections to Transport: urllib's turns POST into GET, and asks nobody."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _whole(response: http.client.HTTPResponse) -> Response:
    """Read a response to its end; raise what http.client does when it is cut off."""
    length = response.length
    chunked = bool(response.chunked)
    body = response.read()
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("the answer is compressed, which was not asked for")
    return Response(
        response.status, _headers(response.headers), body, complete=chunked or length is not None
    )


def _copy(request: Request, url: str) -> Request:
    """Return the same request to `url`, which `check_url` has let pass."""
    headers = dict(request.headers)
    return Request(url, request.data, headers, method=request.get_method())  # noqa: S310


def _headers(headers: Message) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _reason(status: int) -> str:
    return http.client.responses.get(status, "")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, None where it asks for nothing sensible.

    A date counts from the server's own Date, so that clocks need not agree.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else None
        seconds = when.timestamp() - (now.timestamp() if now else time.time())
    except (ValueError, TypeError, IndexError):
        return None
    return max(seconds, 0.0)
