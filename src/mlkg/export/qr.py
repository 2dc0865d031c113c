"""QR codes that lead whoever holds an export to the study, to one cell, and to its digest."""

from __future__ import annotations

from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from mlkg.errors import OutputError
from mlkg.export.origin import Origin

if TYPE_CHECKING:
    import segno

KINDS = ("svg", "png", "tex", "txt")
"""What a QR code can be written as; tex is a PGF picture, txt has a digit a module."""

_NO_REPOSITORY = (
    "a QR code leads to the study's repository, and the study names none: give it "
    "mlkg:repository <https://…>, or give --repository URL"
)


def address(origin: Origin, anchor: str | None = None) -> str:
    """Return the repository's address with the digest, and with the anchor of a cell if given.

    The digest is the parameter `sha256` of the address's query, which servers that do not know it
    ignore, and the anchor its fragment (RFC 3986, sections 3.4 and 3.5).
    Raises OutputError when there is no repository, or it is no http or https address.
    """
    if origin.repository is None:
        raise OutputError(_NO_REPOSITORY)
    parts = _parts(origin.repository)
    query = "&".join(filter(None, (parts.query, f"sha256={origin.digest}")))
    return urlunsplit(parts._replace(query=query, fragment=anchor or parts.fragment))


def picture(text: str, kind: str) -> bytes:
    """Return the QR code of `text` as one of KINDS, the same bytes for the same text.

    Error correction is level M (ISO/IEC 18004): it survives the loss of 15 % of the symbol.
    """
    if kind in {"tex", "txt"}:
        characters = StringIO()
        _code(text).save(characters, kind=kind)
        lines = characters.getvalue().splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("%")).encode()  # has the date
    octets = BytesIO()
    _code(text).save(octets, kind=kind, scale=4)
    return octets.getvalue()


def svg(text: str) -> str:
    """Return the QR code of `text` as an svg element to stand in a page.

    It has a `viewBox` and no size, so that the page says how large it is, and no style.
    """
    inline: str = _code(text).svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass=None)
    return inline


def rows(text: str) -> tuple[bytes, ...]:
    """Return the modules of the QR code of `text` without a margin, 1 for each dark one."""
    return tuple(bytes(row) for row in _code(text).matrix)


def terminal(text: str) -> str:
    """Return the QR code of `text` in block characters, for light text on a dark ground."""
    out = StringIO()
    _code(text).terminal(out, compact=True, border=2)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    import segno

    return segno.make_qr(text, error="m", boost_error=False)


def _parts(repository: str) -> SplitResult:
    parts = urlsplit(repository)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise OutputError(f"{repository}: a repository is an http or https address")
    return parts
