"""The study as files: its table for documents and programs, its triples for other stores.

A format for readers is a module of `mlkg.export.formats`, found by its name: `study` writes a
`Dossier`, and `view`, where the module has it, writes a `Listing`. Both return bytes, the same for
the same triples. `fragment` and `view_fragment`, where it has them, return text to stand in another
document. `HOLDS_QR` says that it draws the QR code of `Dossier.qr`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import ModuleType
from typing import TYPE_CHECKING

from mlkg.errors import OutputError, UnknownNameError
from mlkg.export.part import WHOLE, Part
from mlkg.export.settings import DEFAULT, Settings

if TYPE_CHECKING:
    from mlkg.study import Study
    from mlkg.terms import Term

RDF_FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "rdfxml")
"""The formats that hold the triples of `data/`; nq, trig and jsonld have a named graph a file."""

NO_BINDINGS: Mapping[str, Term] = {}

_OTHER_EXTENSIONS = {"htm": "html", "markdown": "md", "rdf": "rdfxml", "json-ld": "jsonld"}


def format_names() -> tuple[str, ...]:
    """Return the name of every format, those for readers first."""
    folder = Path(__file__).with_name("formats")
    return (*sorted(file.stem for file in folder.glob("[a-z]*.py")), *RDF_FORMATS)


def format_of(path: str) -> str:
    """Return the format that the extension of `path` names; raise OutputError when none does."""
    extension = PurePath(path).suffix.lstrip(".").lower()
    named = _OTHER_EXTENSIONS.get(extension, extension)
    if named in format_names():
        return named
    known = ", ".join(f".{name}" for name in format_names())
    raise OutputError(f"{path}: the extension names no format; use {known}, or give --format")


def export(study: Study, format: str, part: Part = WHOLE, settings: Settings = DEFAULT) -> bytes:
    """Return `study`, or a part of it, in a format: the same bytes for the same graph.

    Raises UnknownNameError for a format, option, criterion or state that there is not, and
    OutputError for a QR code where the format has no place for one, or that leads nowhere.
    """
    writer = _writer(format)
    if settings.qr and not hasattr(writer, "HOLDS_QR"):
        able = ", ".join(name for name in format_names() if _has(name, "HOLDS_QR"))
        raise OutputError(f"{format} has no place for a QR code; use {able}, or mlkg qr -o FILE")
    if writer is None:
        from mlkg.export import rdf

        return rdf.export(study, format, part)
    from mlkg.export.dossier import dossier

    written: bytes = writer.study(dossier(study, part, settings))
    return written


def export_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    settings: Settings = DEFAULT,
) -> bytes:
    """Return the rows of a stored SELECT in a format for readers.

    Raises UnknownNameError for a view or format that there is not, QueryError for a query that is
    no SELECT, and OutputError for a format that cannot hold rows.
    """
    from mlkg.export.listing import listing

    writer = _writer(format)
    if writer is None or not hasattr(writer, "view"):
        able = ", ".join(name for name in format_names() if _has(name, "view"))
        raise OutputError(f"a view cannot be written as {format}; use {able}")
    written: bytes = writer.view(listing(study, view, bindings, settings))
    return written


def fragment(study: Study, format: str, part: Part = WHOLE, settings: Settings = DEFAULT) -> str:
    """Return the table, or a part of it, as text to stand in another document.

    Formats that are no Markdown stand in a fenced block of code.
    Raises what `export` raises, and OutputError for a format that is no text.
    """
    from mlkg.export.dossier import dossier

    writer = _writer(format)
    if writer is not None and hasattr(writer, "fragment"):
        text: str = writer.fragment(dossier(study, part, settings))
        return text
    return _as_block(export(study, format, part, settings), format)


def fragment_of_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    settings: Settings = DEFAULT,
) -> str:
    """Return the rows of a stored SELECT as `fragment` does; raise what `export_view` raises."""
    from mlkg.export.listing import listing

    writer = _writer(format)
    if writer is not None and hasattr(writer, "fragment_of_view"):
        text: str = writer.fragment_of_view(listing(study, view, bindings, settings))
        return text
    return _as_block(export_view(study, view, format, bindings, settings), format)


def _as_block(content: bytes, format: str) -> str:
    from mlkg.export.regions import fenced

    try:
        return fenced(content.decode(), format)
    except UnicodeDecodeError as error:
        raise OutputError(f"{format} is no text, so it cannot stand in a document") from error


def _writer(format: str) -> ModuleType | None:
    """Return the module of a format for readers, None for a syntax of RDF."""
    if format in RDF_FORMATS:
        return None
    if format not in format_names():
        raise UnknownNameError("format", format, format_names(), "mlkg export --help")
    return importlib.import_module(f"mlkg.export.formats.{format}")


def _has(format: str, what: str) -> bool:
    return hasattr(_writer(format), what)
