"""Text in XML."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def valid_xml(text: str) -> str:
    """Return `text` with U+FFFD for each character that XML 1.0 cannot hold (section 2.2)."""
    return _NOT_XML.sub("\ufffd", text)


def xml_text(text: str) -> str:
    """Return `text` for an element or for an attribute in double quotes.

    A character that XML cannot hold becomes U+FFFD. White space other than the
    space is written as a reference, so that it is the same after reading.
    """
    return escape(valid_xml(text), {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
