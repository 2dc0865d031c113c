"""Plain text in columns, for terminals and pipes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

GAP = "  "
_REVERSING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

Style = Callable[[int, int, str], str]
"""Given row, column and padded text, returns the text with its colour; row -1 is the header."""


def columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None = None,
    style: Style | None = None,
) -> list[str]:
    """Return lines with the cells of each column under one another.

    With a `width` in terminal columns, text is wrapped at spaces to fit, as far as words allow,
    and a line is drawn under the header; without one every row is one line.
    """
    cells = [list(header), *map(list, rows)]
    natural = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    if width is None:
        return _grid(cells, natural, style)
    narrow = [max(map(longest_word, column)) for column in zip(*cells, strict=True)]
    widths = fit(natural, narrow, width) or fit(natural, [min(n, 12) for n in narrow], width)
    return _grid(cells, widths or narrow, style, rule="─")


def fit(natural: Sequence[int], narrow: Sequence[int], width: int) -> list[int] | None:
    """Return column widths between `narrow` and `natural` that fill at most `width`.

    The widest columns give way first. None when even `narrow` is too wide.
    """
    widths = list(natural)
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        excess = [
            (now, i)
            for i, (now, least) in enumerate(zip(widths, narrow, strict=True))
            if now > least
        ]
        if not excess:
            return None
        widths[max(excess)[1]] -= 1
    return widths


def display_width(text: str) -> int:
    """Return how many columns of a terminal `text` takes (Unicode annex 11)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def wrap(text: str, width: int) -> list[str]:
    """Break `text` at spaces into lines of at most `width` columns; longer words are cut."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if display_width(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while display_width(rest) > width:
            fitting = [n for n in range(1, width + 1) if display_width(rest[:n]) <= width]
            cut = max(fitting, default=1)
            lines[-1:] = [rest[:cut], ""]
            rest = rest[cut:]
        lines[-1] = rest
    return lines if len(lines) == 1 or lines[-1] else lines[:-1]


def longest_word(text: str) -> int:
    """Return the width of the longest run without a space: the narrowest that `text` wraps to."""
    return max(map(display_width, text.split(" ")))


def count(number: int, noun: str) -> str:
    """Return `1 row`, `2 rows`, and so on."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Return `text` without line ends, runs of white space, and what steers a terminal."""
    flat = " ".join(text.split())
    return flat if flat.isprintable() else "".join(map(_harmless, flat))


def _harmless(char: str) -> str:
    """Return a character, or its code point when it is a control or reverses the direction."""
    steers = unicodedata.category(char) in {"Cc", "Cs"} or char in _REVERSING
    return f"\\u{ord(char):04X}" if steers else char


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _grid(
    cells: Sequence[Sequence[str]], widths: Sequence[int], style: Style | None, rule: str = ""
) -> list[str]:
    lines: list[str] = []
    for row, texts in enumerate(cells, start=-1):
        parts = [wrap(text, width) for text, width in zip(texts, widths, strict=True)]
        for number in range(max(map(len, parts))):
            line = []
            for column, (part, width) in enumerate(zip(parts, widths, strict=True)):
                text = _pad(part[number] if number < len(part) else "", width)
                line.append(style(row, column, text) if style else text)
            lines.append(GAP.join(line).rstrip())
        if row == -1 and rule:
            lines.append(GAP.join(rule * width for width in widths))
    return lines
