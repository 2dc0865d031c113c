"""Markdown, read back: the first table, the footnotes of its cells, and every other line."""

from __future__ import annotations

import re

from mlkg.export.origin import Origin, from_comment
from mlkg.verification.reading import Fact, Reading, ReadingError, grid, listed

_REGION = re.compile(r"^[ \t]*<!--[ \t]*mlkg:begin\b", re.MULTILINE)
_COMMENT = re.compile(r"^<!-- mlkg:origin \{[^>]*\} -->\Z")
_DELIMITER = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:\s*(.*)")


def origin(content: bytes) -> Origin | None:
    """Return what the last comment of its kind says of the origin, None without one."""
    lines = content.decode("utf-8", "replace").splitlines()
    told = [line for line in lines if _COMMENT.match(line.rstrip())]
    return from_comment(told[-1]) if told else None


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the file says: text of cells as Markdown, footnotes with the cells.

    Raises ReadingError for a file without a table, and for a document with marked regions.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"it is no UTF-8 text: {error.reason}") from error
    if _REGION.search(text):
        raise ReadingError(
            "it has marked regions, which follow the study: mlkg export --into FILE --check"
        )
    lines = [line.rstrip() for line in text.splitlines()]
    start = _first_table(lines)
    if start is None:
        raise ReadingError("it has no table")
    end = start + 2
    while end < len(lines) and lines[end].lstrip().startswith("|"):
        end += 1
    rows = [_row(line) for line in (lines[start], *lines[start + 2 : end])]
    notes, others = _notes([*lines[:start], "", *lines[end:]])
    cells, rest = listed(rows) if view else grid(rows)
    noted = {key: _noted(facts, notes) for key, facts in cells.items()}
    rest["text"] = tuple(line for line in others if not _COMMENT.match(line))
    rest["origins"] = ("origin",) * sum(bool(_COMMENT.match(line)) for line in others)
    for label, lines_of_note in notes.items():
        rest[f"footnote {label} of no cell"] = tuple(lines_of_note)
    return Reading(origin(content), noted, rest)


def _first_table(lines: list[str]) -> int | None:
    for number, line in enumerate(lines[1:], start=1):
        if "|" in lines[number - 1] and _DELIMITER.fullmatch(line.strip()):
            return number - 1
    return None


def _row(line: str) -> list[str]:
    bare = line.strip().removeprefix("|")
    parts = re.split(r"(?<!\\)\|", bare)
    if parts and not parts[-1].strip():
        parts.pop()
    return [" ".join(part.split()) for part in parts]


def _notes(lines: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the footnotes by label, and the lines that are of none."""
    notes: dict[str, list[str]] = {}
    others: list[str] = []
    current: list[str] | None = None
    for line in lines:
        definition = _DEFINITION.fullmatch(line)
        if definition:
            current = notes.setdefault(definition[1], [])
            current.append(definition[2])
        elif current is not None and (not line or line.startswith("    ")):
            current += [line.strip()] if line else []
        else:
            current = None
            others += [line] if line else []
    return notes, others


def _noted(facts: tuple[Fact, ...], notes: dict[str, list[str]]) -> tuple[Fact, ...]:
    """Return what a cell says, with the footnotes that it points at, which are taken out."""
    (_, text), *_ = facts
    labels = _REFERENCE.findall(text)
    said: list[Fact] = [("text", _REFERENCE.sub("", text).strip())]
    for label in labels:
        said.append(("footnote", label))
        said += [("evidence", line) for line in notes.pop(label, ())]
    return tuple(said)
