"""XML from files that nobody vouches for."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from mlkg.verification.reading import ReadingError

_MARKS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)")


def parsed(content: bytes) -> Element:
    """Return the root of a document; raise ReadingError when it is no XML, or declares types."""
    refuse_types(content)
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - no document type, see above
    except (ElementTree.ParseError, RecursionError, ValueError) as error:
        raise ReadingError(f"it is no XML: {error}") from error


def refuse_types(content: bytes) -> None:
    """Raise ReadingError for a document type, or an encoding that could hide one.

    It is how entities get in, which open files or grow without bound; mlkg writes none. Without
    one the parser of the standard library has nothing to expand or to fetch.
    """
    if any(mark in content for mark in _MARKS):
        raise ReadingError("it has a document type, which mlkg does not write")
    declared = _ENCODING.search(content[: content.find(b"?>") + 1])
    if declared and declared[1].lower() not in {b"utf-8", b"utf-16", b"us-ascii", b"ascii"}:
        raise ReadingError("it is in an encoding that mlkg does not write")
