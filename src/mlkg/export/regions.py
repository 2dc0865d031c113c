"""Regions of a document that mlkg keeps: between two marks, everything else untouched."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import NamedTuple

from mlkg.errors import OutputError, Problem

_BEGIN = re.compile(r"([ \t]*)<!--[ \t]*mlkg:begin\b(.*?)-->[ \t]*")
_END = re.compile(r"[ \t]*<!--[ \t]*mlkg:end[ \t]*-->[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Region(NamedTuple):
    """One region: the words after `mlkg:begin`, and where its content starts and ends.

    `line` is that of the first mark, counted from 1; `indent` is the white space before it.
    """

    line: int
    words: tuple[str, ...]
    start: int
    end: int
    indent: str


def regions(document: str, name: str) -> list[Region]:
    """Return the regions of a Markdown or HTML document, in order; marks in fenced code are text.

    `name` is what messages call the document.
    Raises OutputError, with the line, for a mark without its partner and for words whose quotes
    are open, and when there is no region at all.
    """
    found: list[Region] = []
    begun: tuple[int, re.Match[str], int] | None = None
    fence = ""
    place = 0
    for number, line in enumerate(_lines(document), start=1):
        text = line.rstrip("\r\n")
        after = place + len(line)
        if fence:
            closing = _FENCE.fullmatch(text)
            if closing and closing[1].startswith(fence) and not closing[2].strip():
                fence = ""
        elif opening := _FENCE.fullmatch(text):
            fence = opening[1]
        elif begin := _BEGIN.fullmatch(text):
            if begun:
                raise _fault(name, number, f"mlkg:begin again; line {begun[0]} has no mlkg:end")
            begun = number, begin, after
        elif _END.fullmatch(text):
            if begun is None:
                raise _fault(name, number, "mlkg:end without a mlkg:begin before it")
            first, begin, start = begun
            found.append(Region(first, _words(name, first, begin[2]), start, place, begin[1]))
            begun = None
        place = after
    if begun:
        raise _fault(name, begun[0], "mlkg:begin without <!-- mlkg:end --> after it")
    if not found:
        raise OutputError(
            f"{name}: has no region; mark one by two lines, <!-- mlkg:begin table --> and "
            "<!-- mlkg:end -->"
        )
    return found


def replaced(document: str, contents: Iterable[tuple[Region, str]]) -> str:
    """Return `document` with new contents in its regions, in the line ends that it has."""
    line_end = "\r\n" if "\r\n" in document else "\n"
    for region, content in sorted(contents, reverse=True):
        lines = (line.rstrip("\r\n") for line in _lines(content))
        written = "".join(f"{region.indent if line else ''}{line}{line_end}" for line in lines)
        document = document[: region.start] + written + document[region.end :]
    return document


def fenced(text: str, language: str) -> str:
    """Return `text` as a fenced code block of Markdown (CommonMark, section 4.5)."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def _lines(text: str) -> list[str]:
    """Return lines with their ends; only a line feed ends one, as in Markdown."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _words(name: str, line: int, text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise _fault(name, line, f"mlkg:begin: {error}") from error
    return tuple(words)


def _fault(name: str, line: int, message: str) -> OutputError:
    return OutputError(str(Problem(name, message, line)))
