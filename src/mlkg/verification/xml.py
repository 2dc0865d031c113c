"""XML from files that nobody vouches for."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from mlkg.verification.reading import ReadingError


def parsed(content: bytes) -> Element:
    """Return the root of a document; raise ReadingError when it is no XML, or declares types."""
    refuse_types(content)
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - no document type, see above
    except (ElementTree.ParseError, RecursionError, ValueError) as error:
        raise ReadingError(f"it is no XML: {error}") from error


def refuse_types(content: bytes) -> None:
    """Raise ReadingError for a document type.

    It is how entities get in, which open files or grow without bound; mlkg writes none. Without
    one the parser of the standard library has nothing to expand or to fetch.
    """
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        if "<!DOCTYPE" in content.decode(encoding, "ignore").upper():
            raise ReadingError("it has a document type, which mlkg does not write")
