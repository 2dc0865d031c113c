"""JSON, read back: every value counts, whatever the order of members and the white space."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mlkg.export.origin import Origin
from mlkg.verification.reading import Fact, Key, Reading, ReadingError

_OTHER_KIND = re.compile(r'-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null|none|".*"', re.DOTALL)


def origin(content: bytes) -> Origin | None:
    """Return what the member `origin` says, None without it; raise ReadingError for no JSON."""
    try:
        return _taken(unambiguous(content))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReadingError("it is JSON, and no export of mlkg") from error


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the file says; raise ReadingError when it is no such JSON.

    A member that is there twice is an error: readers differ on which of the two they take.
    """
    document = unambiguous(content)
    try:
        told = _taken(document)
        cells = dict(_of_view(document) if view else _of_table(document))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ReadingError("it is JSON, and no export of mlkg") from error
    rest = {place: tuple(_leaves(value, "")) for place, value in document.items()}
    return Reading(told, cells, rest)


def unambiguous(content: bytes) -> Any:
    """Return what JSON says; raise ReadingError for none, and for a member that is there twice."""
    try:
        return json.loads(content, object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        raise ReadingError(f"it is no JSON: {error}") from error


def _taken(document: dict[str, Any]) -> Origin | None:
    """Return the origin, and take it out of the document."""
    told = document.pop("origin", None)
    return None if told is None else _origin(told)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ReadingError(f"it is ambiguous JSON: the member {twice!r} is there twice")
    return found


def _origin(told: dict[str, Any]) -> Origin:
    if set(told) != set(Origin._fields):
        raise KeyError
    texts = [told.get(name) for name in ("study", "digest", "repository", "revision")]
    words = told["arguments"]
    if not isinstance(texts[1], str) or not all(isinstance(text, str) for text in words):
        raise ValueError
    if not all(isinstance(text, str | None) for text in texts):
        raise TypeError
    return Origin(texts[0], texts[1], texts[2], texts[3], tuple(words))


def _of_table(document: dict[str, Any]) -> Iterator[tuple[Key, tuple[Fact, ...]]]:
    """Yield the cells, taking what tells of cells out of the document."""
    options = [heading["iri"] for heading in document["options"]]
    criteria = [heading["iri"] for heading in document["criteria"]]
    claims = {claim["iri"]: claim for claim in document.pop("claims", ())}
    evidence: dict[str, list[Any]] = {}
    for piece in document.pop("evidence", ()):
        evidence.setdefault(piece["claim"], []).append(piece)
    rows = document.pop("rows")
    cells: dict[Key, tuple[Fact, ...]] = {}
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            facts: list[Fact] = [("text", _text(cell.pop("text")))]
            facts += [(name, json.dumps(cell[name], ensure_ascii=False)) for name in sorted(cell)]
            for iri in cell.get("claims", ()):
                claim = claims.pop(iri, {})
                facts += [("claim", leaf) for leaf in _leaves(claim, "")]
                for piece in evidence.pop(iri, ()):
                    facts += [("evidence", leaf) for leaf in _leaves(piece, "")]
            cells[options[i], criteria[j]] = tuple(facts)
    document["claims of no cell"] = list(claims.values())
    document["evidence about no cell"] = list(evidence.values())
    return iter(cells.items())


def _of_view(document: dict[str, Any]) -> Iterator[tuple[Key, tuple[Fact, ...]]]:
    for number, row in enumerate(document.pop("results")["bindings"], start=1):
        for name, term in row.items():
            facts = [("text", _text(term.pop("value"))), *(("term", x) for x in _leaves(term, ""))]
            yield (f"row {number}", name), tuple(facts)


def _text(value: Any) -> str:
    """Return a value that is text; raise TypeError for one of another kind."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _leaves(value: Any, path: str) -> Iterator[str]:
    """Yield each value that is no list or object, after the path to it; members in order."""
    if value in ([], {}):
        yield f"{path}: none"
    elif isinstance(value, dict):
        for name in sorted(value):
            yield from _leaves(value[name], f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, f"{path}[]")
    else:
        written = value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        yield f"{path}: {written}" if path else written


def _is_plain(value: Any) -> bool:
    """Tell whether a value is text that cannot be mistaken for a value of another kind."""
    return isinstance(value, str) and not _OTHER_KIND.fullmatch(value)
