"""HTTP Digest authentication (RFC 7616), which Virtuoso's protected endpoints ask for."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request

_Challenge = dict[str, str]


class DigestHandler(HTTPDigestAuthHandler):
    """Answers a challenge once for each request, and the next requests before they are asked.

    urllib's own handler sends each request twice, and a wrong password six times.
    """

    def __init__(self, url: str, user: str, password: str, count: Callable[[], None]) -> None:
        """Take whose password it is and for which server; `count` is called for each repetition."""
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, _root(url), user, password)
        super().__init__(passwords)
        self._challenge: _Challenge | None = None
        self._count = count

    def answer(self, request: Request) -> str | None:
        """Return the Authorization header for a request to a server that has asked before."""
        if self._challenge is None:
            return None
        found = self.get_authorization(request, self._challenge)
        return f"Digest {found}" if found else None

    def http_error_401(self, req: Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        """Repeat a request with an answer to the challenge, if there is one to answer.

        Virtuoso names no scheme when it refuses Basic; asked without credentials, it does.
        """
        challenges = headers.get_all("WWW-Authenticate", [])
        if not challenges and req.has_header("Authorization") and not hasattr(req, "answered"):
            req.remove_header("Authorization")
            self._count()
            fp.close()
            return self.parent.open(req, timeout=req.timeout)
        for value in challenges:
            scheme, _, rest = value.partition(" ")
            if scheme.lower() != "digest" or getattr(req, "answered", False):
                continue
            pairs = filter(None, urllib.request.parse_http_list(rest))
            self._challenge = urllib.request.parse_keqv_list(list(pairs))
            if (found := self.answer(req)) is None:
                continue
            req.answered = True  # type: ignore[attr-defined]
            req.add_unredirected_header("Authorization", found)
            self._count()
            fp.close()
            return self.parent.open(req, timeout=req.timeout)
        return None


def _root(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
