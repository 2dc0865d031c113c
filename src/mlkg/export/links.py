"""Addresses that are safe to link to from an export."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_KEPT = ":/?#[]@!$&'()*+,;=-._~%"
"""What a URL may hold unescaped besides letters and digits (RFC 3986, sections 2.2 and 2.3)."""


def web_address(text: str) -> str | None:
    """Return `text` as an http or https URL of ASCII characters alone, None when it is no such URL.

    What a URL cannot hold as it is, such as spaces, quotes, `<` and letters beyond ASCII, is
    percent-encoded.
    """
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return None
    return quote(stripped, safe=_KEPT, errors="replace")
