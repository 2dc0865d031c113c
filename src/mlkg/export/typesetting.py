"""Lines of text for pictures, which have no engine that breaks lines for them."""

from __future__ import annotations

import unicodedata

_GROUPS = {
    0.24: "ijl'|",
    0.30: "ftI.,:;!/\\[] ()-rº`",
    0.52: 'acksvxyzJ*^"“”{}?',
    0.57: "bdeghnopquLF0123456789_$#",
    0.68: "ABEKPSVXYZTw&~+<>=",
    0.76: "CDGHNOQRU",
    0.88: "mMW%@—…✔✘◐",
}
_WIDTHS = {character: share for share, group in _GROUPS.items() for character in group}
"""Widths in shares of the size, for the common sans-serif faces; on the wide side."""

ELLIPSIS = "…"


def width(text: str, size: float) -> float:
    """Return about how wide `text` is when set in a sans-serif face of `size`, in its unit."""
    return size * sum(_WIDTHS.get(character) or _other(character) for character in text)


def lines(text: str, limit: float, size: float, most: int) -> list[str]:
    """Return `text` in at most `most` lines no wider than `limit`; what is too much ends in …

    Lines end between words; a word that is wider than a line is divided anywhere.
    """
    broken: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if width(longer, size) <= limit:
            current = longer
            continue
        if current:
            broken.append(current)
        current = word
        while width(current, size) > limit and len(current) > 1 and len(broken) < most:
            head = _head(current, limit, size)
            broken.append(head)
            current = current[len(head) :]
        if len(broken) >= most:
            break
    if current:
        broken.append(current)
    if len(broken) <= most:
        return broken
    return [*broken[: most - 1], shortened(broken[most - 1] + ELLIPSIS, limit, size)]


def shortened(text: str, limit: float, size: float) -> str:
    """Return `text`, or its beginning with … where it is wider than `limit`."""
    if width(text, size) <= limit:
        return text
    room = limit - width(ELLIPSIS, size)
    return _head(text.rstrip(ELLIPSIS), room, size).rstrip() + ELLIPSIS


def _head(text: str, limit: float, size: float) -> str:
    """Return as much of the beginning as fits, one character at least."""
    total = 0.0
    for place, character in enumerate(text):
        total += width(character, size)
        if total > limit:
            return text[: max(place, 1)]
    return text


def _other(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6
