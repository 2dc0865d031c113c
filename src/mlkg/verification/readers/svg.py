"""A picture in SVG, read back: what its cells say, and everything that is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse

from mlkg.export.origin import Origin, from_comment
from mlkg.verification.reading import DRAWING, QR, Fact, Key, Reading, ReadingError
from mlkg.verification.xml import parsed

_TITLE = "{http://www.w3.org/2000/svg}title"
_METADATA = "{http://www.w3.org/2000/svg}metadata"


def origin(content: bytes) -> Origin | None:
    """Return what the element `metadata` says of the origin, None without one."""
    return _origin(parsed(content))


def _origin(root: Element) -> Origin | None:
    return from_comment(" ".join(element.text or "" for element in root.iter(_METADATA)))


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the picture says; raise ReadingError when it is no picture of a table."""
    root = parsed(content)
    cells: dict[Key, tuple[Fact, ...]] = {}
    order: list[str] = []
    for element in _cells(root):
        key = (element.get("data-option", ""), element.get("data-criterion", ""))
        cells[key] = (*cells.get(key, ()), *_facts(element))
        order.append(f"{key[0]} {key[1]}")
    if not cells:
        raise ReadingError("it has no cells that say what they are of")
    codes = [e for e in root.iter() if "qr" in e.get("class", "").split()]
    inside = {id(e) for owner in (*_cells(root), *codes) for e in owner.iter()}
    drawn = [
        _written(element)
        for element in root.iter()
        if id(element) not in inside and element.tag != _METADATA
    ]
    shown = [
        " ".join((element.text or "").split())
        for element in root.iter()
        if id(element) not in inside and element.tag.endswith(("}text", "}title", "}desc"))
    ]
    rest = {
        "cells": tuple(order),
        "instructions": tuple(_instructions(content)),
        "text": tuple(filter(None, shown)),
        DRAWING: tuple(drawn),
        QR: tuple(_written(e) for code in codes for e in code.iter()),
    }
    return Reading(_origin(root), cells, rest)


def _instructions(content: bytes) -> Iterator[str]:
    """Yield what the document tells programs, such as the style sheet to show it with."""
    for _, instruction in iterparse(BytesIO(content), events=("pi",)):  # noqa: S314 - parsed before
        yield instruction.text or ""


def _cells(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if "cell" in e.get("class", "").split())


def _facts(element: Element) -> Iterator[Fact]:
    yield "text", element.get("data-text", "")
    yield "state", element.get("data-state", "")
    yield from (("title", title.text or "") for title in element.iter(_TITLE))
    yield DRAWING, " ".join(_written(part) for part in element.iter())


def _written(element: Element) -> str:
    """Return an element without its children."""
    attributes = " ".join(f"{name}={value}" for name, value in sorted(element.attrib.items()))
    text = " ".join(f"{element.text or ''} {element.tail or ''}".split())
    return f"{element.tag.rpartition('}')[2]} {attributes} {text}".strip()
