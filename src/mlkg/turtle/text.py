"""The text of a Turtle file: its lines, its tokens, and what its escapes stand for."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlkg.store import BYTE_ORDER_MARK

# Names by what cannot be in them. That is wider than the standard's PN_CHARS, but nothing else of
# the kind stands outside strings in what the gate let in, and it compiles forty times faster.
_NOT_IN_NAMES = r"\x00-\x20!\"#$&'()*+,./;<=>?@\[\\\]^`{|}~\x7f"
_START, _CHAR = f"[^{_NOT_IN_NAMES}:%0-9_-]", f"[^{_NOT_IN_NAMES}:%]"
_LOCAL_CHAR = rf"(?:[^{_NOT_IN_NAMES}]++|\\.)"
_PREFIX = rf"{_START}{_CHAR}*+(?:\.++{_CHAR}++)*+"
_LOCAL = rf"{_LOCAL_CHAR}++(?:\.++{_LOCAL_CHAR}++)*+"
_KINDS = {
    "space": r"[ \t\r\n]++",
    "name": rf"(?:{_PREFIX})?+:(?:{_LOCAL})?+",
    "iri": r"<[^<>\x00-\x20]*+>",
    "string": r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]++|\\.)*+"'
    r"|'(?:[^'\\\r\n]++|\\.)*+'",
    "comment": r"#[^\r\n]*+",
    "at": r"@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+",
    "number": r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]++|[0-9]*\.[0-9]++|[0-9]++)",
    "blank": rf"_:{_CHAR}++(?:\.++{_CHAR}++)*+",
    "word": r"[A-Za-z]++",
    "mark": r"<<\(|\)>>|<<|>>|\{\||\|\}|\^\^|[\[\]();,.~]",
}
TOKEN = re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in _KINDS.items()), re.DOTALL)
TO_FULL_STOP = re.compile(
    r"(?:[ \t\r\n;,()\[\]]++|" + "|".join(list(_KINDS.values())[1:-1]) + r"|[^.\"'#@<\\]|<)*+\.",
    re.DOTALL,
)
BETWEEN = re.compile(rf"(?:{_KINDS['space']}|{_KINDS['comment']})*+")
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Token(NamedTuple):
    """One token of Turtle: its kind, its text, and the offsets of its start and end."""

    kind: str
    text: str
    start: int
    end: int


class Extent(NamedTuple):
    """The offsets at which something starts and ends."""

    start: int
    end: int


class TurtleText:
    """The text of a Turtle file, and where its lines start.

    A line ends with LF, CRLF or CR, as editors have it; a byte order mark is not part of the text.
    """

    def __init__(self, turtle: bytes, base: str | None = None) -> None:
        """Decode `turtle`, which is UTF-8; `base` is what its relative IRIs start from."""
        self.base = base
        self.text = turtle.removeprefix(BYTE_ORDER_MARK).decode("utf-8", errors="replace")
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both from 1, in Unicode characters."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return one line, counted from 1, without its end."""
        stop = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : stop].rstrip("\r\n")

    def tokens(self, start: int = 0, end: int | None = None) -> Iterator[Token]:
        """Yield the tokens between two offsets, comments among them."""
        stop = len(self.text) if end is None else end
        for match in TOKEN.finditer(self.text, start, stop):
            if match.lastgroup != "space":
                yield Token(match.lastgroup or "", match[0], *match.span())


def unescape(text: str) -> str:
    """Return `text` with the escapes of Turtle's strings and IRIs replaced."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if found[3] is None
            else _ESCAPED.get(found[3], found[3])
        ),
        text,
    )
