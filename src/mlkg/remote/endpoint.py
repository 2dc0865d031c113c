"""Where an endpoint is, how its URLs are shown, and which of them are safe to speak to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from mlkg.errors import EndpointError

DEFAULT_TIMEOUT = 60.0
"""Seconds that one question may take, with its repetitions."""

CONNECT_TIMEOUT = 10.0
"""Seconds that a connection may take to stand, at most."""

_NO_URL = re.compile(r"[^\x21-\x7e]")


class Endpoint(NamedTuple):
    """The URLs of a SPARQL 1.1 endpoint, and how to speak to it.

    `timeout` is in seconds. `insecure` lets http:// be spoken to other machines too.
    `named_by_user` tells that the user named the URLs: the credentials of the environment go to no
    other endpoint, as to one that the settings of a study name.
    """

    query_url: str
    update_url: str | None = None
    graph_store_url: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    insecure: bool = False
    named_by_user: bool = True

    def urls(self) -> Iterator[str]:
        """Yield the URLs that there are."""
        yield self.query_url
        yield from (url for url in (self.update_url, self.graph_store_url) if url is not None)


def shown(url: str) -> str:
    """Return `url` as messages show it: without credentials, query string and fragment."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what credentials belong to (RFC 6454 section 4)."""
    parts = _split(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), port


def check_url(url: str, *, insecure: bool = False) -> None:
    """Raise EndpointError for a URL that cannot be spoken to, or not safely."""
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise EndpointError(f"{shown(url)}: no URL of an endpoint; write http(s)://HOST/PATH")
    if "@" in parts.netloc:
        raise EndpointError(
            f"{shown(url)}: credentials in a URL end up in logs and in the list of processes; "
            "put them into MLKG_ENDPOINT_USER and MLKG_ENDPOINT_PASSWORD, or into ~/.netrc"
        )
    if parts.scheme == "http" and not insecure and not is_loopback(url):
        raise EndpointError(
            f"{shown(url)}: http is neither private nor authentic; use https, or --insecure on a "
            "network that you trust"
        )


def is_loopback(url: str) -> bool:
    """Tell whether `url` names this machine itself."""
    host = (_split(url).hostname or "").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    """Split a URL; raise EndpointError when it is none, without repeating what may be secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise EndpointError("the endpoint's URL is malformed; write http(s)://HOST/PATH") from error
    if _NO_URL.search(url):
        raise EndpointError(
            "the endpoint's URL has a character that URLs cannot have; percent-encode it"
        )
    return parts
