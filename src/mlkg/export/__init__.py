"""The study as files: its table for documents and programs, its triples for other stores.

A format for readers is a module of `mlkg.export.formats`, found by its name: `study` writes a
`Dossier`, and `view`, where the module has it, writes a `Listing`. Both return bytes, the same for
the same triples. `fragment` and `fragment_of_view`, where it has them, return text to stand in
another document, and `companions` the files that stand beside the one written. `HOLDS_QR` says that
it draws the QR code of `Dossier.qr`, and `SETTINGS` names the settings of single formats it has.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mlkg import stored
from mlkg.errors import OutputError, UnknownNameError
from mlkg.export.part import WHOLE, Part
from mlkg.export.settings import DEFAULT, Settings

if TYPE_CHECKING:
    from mlkg.study import Study
    from mlkg.terms import Term

RDF_FORMATS = stored.SYNTAXES
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


def export(
    study: Study,
    format: str,
    part: Part = WHOLE,
    settings: Settings = DEFAULT,
    *,
    syntax: str | None = None,
) -> bytes:
    """Return `study`, or a part of it, in a format: the same bytes for the same graph.

    `format` is one of `format_names()` or a standard form of `queries/exports`, which is written in
    `syntax`, one of RDF_FORMATS, or else in its own.
    Raises UnknownNameError for a format, option, criterion or state that there is not, and
    OutputError for a QR code where the format has no place for one, or that leads nowhere, and for
    a setting that the format does not have.
    """
    return export_files(study, "", format, part, settings, syntax=syntax)[""]


def export_files(
    study: Study,
    name: str,
    format: str,
    part: Part = WHOLE,
    settings: Settings = DEFAULT,
    *,
    syntax: str | None = None,
) -> Mapping[str, bytes]:
    """Return what `export` does as a file called `name`, after the files that stand beside it.

    The keys are names of files, in the order in which to write them; without a name there is
    nothing beside. A standard form is in `syntax`, or else in that of the name's extension.
    Raises what `export` raises.
    """
    form = _form(study, format)
    writer = None if form else _writer(format)
    _check_settings(writer, format, settings)
    if form:
        from mlkg.export import forms

        return {name: forms.export(study, form, part, settings, syntax or _syntax_of(name, form))}
    if writer is None:
        from mlkg.export import rdf

        return {name: rdf.export(study, format, part, settings)}
    from mlkg.export.dossier import dossier

    content = dossier(study, part, settings)
    return {**_companions(writer, content, name), name: writer.study(content)}


def export_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    settings: Settings = DEFAULT,
) -> bytes:
    """Return the rows of a stored SELECT in a format for readers.

    Raises UnknownNameError for a view or format that there is not, QueryError for a query that is
    no SELECT, and OutputError for a format that cannot hold rows or has no such setting, and for a
    QR code, which no view has.
    """
    return export_view_files(study, "", view, format, bindings, settings)[""]


def export_view_files(
    study: Study,
    name: str,
    view: str,
    format: str,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    settings: Settings = DEFAULT,
) -> Mapping[str, bytes]:
    """Return what `export_view` does as a file called `name`, as `export_files` does."""
    from mlkg.export.listing import listing

    writer = None if _form(study, format) else _writer(format)
    if writer is None or not hasattr(writer, "view"):
        able = ", ".join(name for name in format_names() if _has(name, "view"))
        raise OutputError(f"a view cannot be written as {format}; use {able}")
    if settings.qr:
        raise OutputError("a view has no place for a QR code; use mlkg qr -o FILE")
    _check_settings(writer, format, settings)
    content = listing(study, view, bindings, settings)
    return {**_companions(writer, content, name), name: writer.view(content)}


def fragment(study: Study, format: str, part: Part = WHOLE, settings: Settings = DEFAULT) -> str:
    """Return the table, or a part of it, as text to stand in a Markdown document.

    What is not Markdown stands in a fenced block of code.
    Raises what `export` raises, and OutputError for a format that is no text.
    """
    if format != "md":
        return _as_block(export(study, format, part, settings), format)
    from mlkg.export.dossier import dossier
    from mlkg.export.formats import md

    _check_settings(md, format, settings)
    content = dossier(study, part, settings)
    return md.fragment(content) + md.origin_comment(content.origin)


def fragment_of_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    settings: Settings = DEFAULT,
) -> str:
    """Return the rows of a stored SELECT as `fragment` does; raise what `export_view` raises."""
    if format != "md":
        return _as_block(export_view(study, view, format, bindings, settings), format)
    from mlkg.export.formats import md
    from mlkg.export.listing import listing

    _check_settings(md, format, settings)
    content = listing(study, view, bindings, settings)
    return md.fragment_of_view(content) + md.origin_comment(content.origin)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format `json`."""
    import json

    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _companions(writer: ModuleType, content: Any, name: str) -> Mapping[str, bytes]:
    if not name or not hasattr(writer, "companions"):
        return {}
    beside: Mapping[str, bytes] = writer.companions(content, name)
    return beside


def _check_settings(writer: ModuleType | None, format: str, settings: Settings) -> None:
    """Raise OutputError for a setting that the format does not have, or a QR code."""
    if settings.qr and not hasattr(writer, "HOLDS_QR"):
        able = ", ".join(other for other in format_names() if _has(other, "HOLDS_QR"))
        raise OutputError(f"{format} has no place for a QR code; use {able}, or mlkg qr -o FILE")
    for setting in settings.left_out():
        if setting not in getattr(writer, "SETTINGS", ()):
            able = ", ".join(
                name for name in format_names() if setting in getattr(_writer(name), "SETTINGS", ())
            )
            raise OutputError(f"{format} has no {setting} to leave out; use {able}")


def _as_block(content: bytes, format: str) -> str:
    from mlkg.export.regions import fenced

    try:
        return fenced(content.decode(), format)
    except UnicodeDecodeError as error:
        raise OutputError(f"{format} is no text, so it cannot stand in a document") from error


def _syntax_of(name: str, form: stored.Form) -> str | None:
    """Return the syntax of RDF that the extension of `name` names, None when it names none."""
    extension = PurePath(name).suffix.lstrip(".").lower()
    named = _OTHER_EXTENSIONS.get(extension, extension)
    if named in RDF_FORMATS:
        return named
    if named in format_names():
        able = ", ".join(f".{syntax}" for syntax in RDF_FORMATS)
        raise OutputError(f"{name}: {form.name} is RDF, which .{extension} is not; use {able}")
    return None


def _form(study: Study, format: str) -> stored.Form | None:
    """Return the standard form called `format`; raise UnknownNameError when nothing is."""
    if format in format_names():
        return None
    forms = stored.forms(study.query_folders)
    if format not in forms:
        raise UnknownNameError("format", format, (*format_names(), *forms), "mlkg export --help")
    return forms[format]


def _writer(format: str) -> ModuleType | None:
    """Return the module of a format for readers, None for a syntax of RDF."""
    if format in RDF_FORMATS:
        return None
    if format not in format_names():
        raise UnknownNameError("format", format, format_names(), "mlkg export --help")
    return importlib.import_module(f"mlkg.export.formats.{format}")


def _has(format: str, what: str) -> bool:
    return hasattr(_writer(format), what)
