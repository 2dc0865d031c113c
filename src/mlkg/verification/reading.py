"""What an exported file says, read back so that two of them can be compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlkg.errors import MlkgError
from mlkg.export.origin import Origin

Key = tuple[str, str]
"""A cell: its option and its criterion, by IRI or by label, whichever the file has."""

Fact = tuple[str, str]
"""What is said and how: `("text", "✔")`, `("evidence", "supports ✔ …")`."""

DRAWING = "drawing"
"""What shows how a thing looks, and says nothing that the other facts do not say."""


class ReadingError(MlkgError):
    """A file cannot be read as the export that it is said to be."""


class Reading(NamedTuple):
    """The content of an export.

    `cells` has what is said of each cell, its text first. `rest` has everything else that the file
    says, by the place where it says it. `view` tells that the cells are those of a view's rows.
    """

    origin: Origin | None
    cells: Mapping[Key, tuple[Fact, ...]]
    rest: Mapping[str, tuple[str, ...]]


class Difference(NamedTuple):
    """One thing that two readings say differently.

    `option` and `criterion` are None outside of cells. `what` names the kind of fact, or the place.
    `file` and `graph` are what either says, None where it says nothing.
    """

    option: str | None
    criterion: str | None
    what: str
    file: str | None
    graph: str | None


def differences(file: Reading, honest: Reading, *, looks: bool = True) -> tuple[Difference, ...]:
    """Return what `file` says otherwise than `honest`, in the order of the table.

    Without `looks` what only concerns how things look is left aside.
    """
    found = [*_in_cells(file, honest, looks), *_elsewhere(file, honest, looks)]
    return tuple(found)


def _in_cells(file: Reading, honest: Reading, looks: bool) -> Iterator[Difference]:
    for key in dict.fromkeys((*honest.cells, *file.cells)):
        if (key in file.cells) != (key in honest.cells):
            one, other = (_first(reading.cells.get(key)) for reading in (file, honest))
            yield Difference(*key, "text", one, other)
            continue
        said, true = (_by_kind(reading.cells.get(key, ()), looks) for reading in (file, honest))
        for what in dict.fromkeys((*true, *said)):
            pairs = _changes(said.get(what, ()), true.get(what, ()))
            yield from (Difference(*key, what, one, other) for one, other in pairs)


def _elsewhere(file: Reading, honest: Reading, looks: bool) -> Iterator[Difference]:
    for place in dict.fromkeys((*honest.rest, *file.rest)):
        if place == DRAWING and not looks:
            continue
        pairs = _changes(file.rest.get(place, ()), honest.rest.get(place, ()))
        yield from (Difference(None, None, place, one, other) for one, other in pairs)


def _first(facts: tuple[Fact, ...] | None) -> str | None:
    """Return what a cell says first, None when there is no such cell."""
    return None if facts is None else facts[0][1] if facts else ""


def _by_kind(facts: Iterable[Fact], looks: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for what, value in facts:
        if looks or what != DRAWING:
            found.setdefault(what, []).append(value)
    return {what: tuple(values) for what, values in found.items()}


def _changes(
    said: tuple[str, ...], true: tuple[str, ...]
) -> Iterator[tuple[str | None, str | None]]:
    """Yield pairs of what one sequence has where the other has something else, or nothing."""
    if said == true:
        return
    matcher = difflib.SequenceMatcher(None, true, said, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        for step in range(max(i2 - i1, j2 - j1)):
            one = said[j1 + step] if j1 + step < j2 else None
            other = true[i1 + step] if i1 + step < i2 else None
            yield one, other


def without_origin(reading: Reading, origin: Origin | None, *, codes: bool) -> Reading:
    """Return `reading` with the digest and the revision of an origin blotted out.

    So are QR codes without `codes`; that there is one still counts.

    They name the state of the study, which differs between states that say the same.
    """
    if origin is None:
        return reading
    names = [name for name in (origin.digest, origin.revision) if name]

    def blotted(text: str) -> str:
        return re.sub(
            r"[0-9a-f]{7,64}",
            lambda found: "…" if any(name.startswith(found[0]) for name in names) else found[0],
            text,
        )

    cells = {
        key: tuple((what, blotted(value)) for what, value in facts)
        for key, facts in reading.cells.items()
    }
    rest = {
        place: tuple(map(blotted, values)) if codes or place != QR else ("…",) * bool(values)
        for place, values in reading.rest.items()
    }
    return Reading(None, cells, rest)


QR = "QR code"


def numbered(names: Iterable[str]) -> list[str]:
    """Return names that are all different: the second `Soup` is called `Soup (2)`."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def grid(rows: list[list[str]]) -> tuple[dict[Key, tuple[Fact, ...]], dict[str, tuple[str, ...]]]:
    """Return the cells of a table of texts, and its headings in their order.

    The first row and the first column are headings; the corner tells what stands down. Raises
    ReadingError when there is no table.
    """
    if not rows or not rows[0]:
        raise ReadingError("it has no table")
    (corner, *across), body = rows[0], rows[1:]
    down = numbered(row[0] if row else "" for row in body)
    named = numbered(across)
    cells: dict[Key, tuple[Fact, ...]] = {}
    for label, row in zip(down, body, strict=True):
        for place, text in enumerate(row[1:]):
            other = named[place] if place < len(named) else f"column {place + 2}"
            key = (other, label) if corner == "Criterion" else (label, other)
            cells[key] = (("text", text),)
    return cells, {"corner": (corner,), "rows": tuple(down), "columns": tuple(named)}


def listed(rows: list[list[str]]) -> tuple[dict[Key, tuple[Fact, ...]], dict[str, tuple[str, ...]]]:
    """Return the values of a view's rows as cells, named by row and column, and its columns."""
    if not rows:
        raise ReadingError("it has no rows")
    header = numbered(rows[0])
    cells: dict[Key, tuple[Fact, ...]] = {}
    for number, row in enumerate(rows[1:], start=1):
        for place, text in enumerate(row):
            name = header[place] if place < len(header) else f"column {place + 1}"
            cells[f"row {number}", name] = (("text", text),)
    return cells, {"columns": tuple(header)}
