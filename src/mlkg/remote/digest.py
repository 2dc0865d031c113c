"""HTTP Digest authentication (RFC 7616), which Virtuoso's protected endpoints ask for."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
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
        """Repeat a request with an answer to the challenge, if there is one to answer."""
        if hasattr(req, "answered"):
            return None
        req.answered = True  # type: ignore[attr-defined]
        challenges = headers.get_all("WWW-Authenticate", [])
        if not challenges and req.has_header("Authorization"):
            challenges = self._challenges(req)
        for value in challenges:
            scheme, _, rest = value.partition(" ")
            if scheme.lower() != "digest":
                continue
            pairs = filter(None, urllib.request.parse_http_list(rest))
            self._challenge = urllib.request.parse_keqv_list(list(pairs))
            if (found := self.answer(req)) is None:
                continue
            req.add_unredirected_header("Authorization", found)
            self._count()
            fp.close()
            return self.parent.open(req, timeout=req.timeout)
        return None

    def _challenges(self, refused: Request) -> list[str]:
        """Return the challenges to one who asks the same place nothing, and names nobody.

        Virtuoso gives none when it refuses Basic. What was refused is not sent again: without
        credentials it might be let in, and shown less.
        """
        url = refused.full_url.partition("?")[0]
        agent = {"User-Agent": refused.get_header("User-agent", "mlkg")}
        probe = Request(url, headers=agent)  # noqa: S310 - Transport checked the URL
        probe.answered = True  # type: ignore[attr-defined]
        self._count()
        try:
            self.parent.open(probe, timeout=refused.timeout).close()
        except HTTPError as error:
            with error:
                return error.headers.get_all("WWW-Authenticate", [])
        return []


def _root(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
