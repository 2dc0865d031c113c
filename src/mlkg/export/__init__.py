"""The study as files: its table for documents and programs, its triples for other stores.

A format for readers is a module of `mlkg.export.formats`, found by its name: `study` writes a
`Dossier`, and `view`, where the module has it, writes a `Listing`. Both return bytes, the same for
the same triples.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import ModuleType
from typing import TYPE_CHECKING

from mlkg.errors import OutputError, UnknownNameError
from mlkg.export.part import WHOLE, Part

if TYPE_CHECKING:
    from mlkg.study import Study
    from mlkg.terms import Term

RDF_FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "rdfxml")
"""The formats that hold the triples of `data/`; nq, trig and jsonld have a named graph a file."""

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


def export(
    study: Study, format: str, part: Part = WHOLE, *, repository: str | None = None
) -> bytes:
    """Return `study`, or a part of it, in a format: the same bytes for the same graph.

    `repository` takes the place of the page that the study names as its repository.
    Raises UnknownNameError for a format, option, criterion or state that there is not.
    """
    if format in RDF_FORMATS:
        from mlkg.export import rdf

        return rdf.export(study, format, part)
    from mlkg.export.dossier import dossier

    writer = _writer(format)
    written: bytes = writer.study(dossier(study, part, repository=repository))
    return written


def export_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] | None = None,
    *,
    repository: str | None = None,
) -> bytes:
    """Return the rows of a stored SELECT in one of `format_names()`.

    Raises UnknownNameError for a view or format that there is not, QueryError for a query that is
    no SELECT, and OutputError for a format that cannot hold rows.
    """
    from mlkg.export.listing import listing

    writer = None if format in RDF_FORMATS else _writer(format)
    if writer is None or not hasattr(writer, "view"):
        readable = (name for name in format_names() if name not in RDF_FORMATS)
        able = ", ".join(name for name in readable if hasattr(_writer(name), "view"))
        raise OutputError(f"a view cannot be written as {format}; use {able}")
    written: bytes = writer.view(listing(study, view, bindings or {}, repository=repository))
    return written


def _writer(format: str) -> ModuleType:
    if format not in format_names():
        raise UnknownNameError("format", format, format_names(), "mlkg export --help")
    return importlib.import_module(f"mlkg.export.formats.{format}")
