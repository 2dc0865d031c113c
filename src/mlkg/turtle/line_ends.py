"""Line ends: a checkout with CRLF states the same triples as one with LF."""

from __future__ import annotations


def has_crlf(text: bytes) -> bool:
    """Tell whether every line of a file ends with CRLF, as git checks files out on Windows."""
    return b"\r\n" in text and text.count(b"\r\n") == text.count(b"\n")


def unix_line_ends(text: bytes) -> bytes:
    r"""Return a file with LF for CRLF if every line ends with CRLF, or else as it is.

    A string that spans lines would otherwise have other characters in such a checkout. CRLF in a
    file that has LF too is what its author wrote, and the escapes `\r\n` are.
    """
    return text.replace(b"\r\n", b"\n") if has_crlf(text) else text
