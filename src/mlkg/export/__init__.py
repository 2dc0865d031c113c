"""The study as files: its table for documents and programs, its triples for other stores.

A format for readers is a module of `mlkg.export.formats`, found by its name: `study` writes a
`Dossier`, and `view`, where the module has it, writes a `Listing`. Both return bytes, the same for
the same triples. Their keyword arguments are the format's own options. `companions`, where the
module has it, returns the files that stand beside the one written, by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import ModuleType
from typing import TYPE_CHECKING, Any

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
    study: Study, format: str, part: Part = WHOLE, *, repository: str | None = None, **how: bool
) -> bytes:
    """Return `study`, or a part of it, in a format: the same bytes for the same graph.

    `repository` takes the place of the page that the study names as its repository; `how` are
    options of the format, such as `guard` of csv.
    Raises UnknownNameError for a format, option, criterion or state that there is not, and
    OutputError for an option that the format does not have.
    """
    return export_files(study, "", format, part, repository=repository, **how)[""]


def export_view(
    study: Study,
    view: str,
    format: str,
    bindings: Mapping[str, Term] | None = None,
    *,
    repository: str | None = None,
    **how: bool,
) -> bytes:
    """Return the rows of a stored SELECT in one of `format_names()`.

    Raises UnknownNameError for a view or format that there is not, QueryError for a query that is
    no SELECT, and OutputError for a format that cannot hold rows or has no such option.
    """
    return export_view_files(study, "", view, format, bindings, repository=repository, **how)[""]


def export_files(
    study: Study,
    name: str,
    format: str,
    part: Part = WHOLE,
    *,
    repository: str | None = None,
    **how: bool,
) -> Mapping[str, bytes]:
    """Return what `export` does as a file called `name`, after the files that stand beside it.

    The keys are names of files, in the order in which to write them.
    """
    if format in RDF_FORMATS:
        _check_options(format, None, how)
        from mlkg.export import rdf

        return {name: rdf.export(study, format, part)}
    from mlkg.export.dossier import dossier

    writer = _writer(format)
    _check_options(format, writer.study, how)
    content = dossier(study, part, repository=repository)
    return {**_companions(writer, content, name, how), name: writer.study(content, **how)}


def export_view_files(
    study: Study,
    name: str,
    view: str,
    format: str,
    bindings: Mapping[str, Term] | None = None,
    *,
    repository: str | None = None,
    **how: bool,
) -> Mapping[str, bytes]:
    """Return what `export_view` does as a file called `name`, as `export_files` does."""
    from mlkg.export.listing import listing

    writer = None if format in RDF_FORMATS else _writer(format)
    if writer is None or not hasattr(writer, "view"):
        readable = (other for other in format_names() if other not in RDF_FORMATS)
        able = ", ".join(other for other in readable if hasattr(_writer(other), "view"))
        raise OutputError(f"a view cannot be written as {format}; use {able}")
    _check_options(format, writer.view, how)
    content = listing(study, view, bindings or {}, repository=repository)
    return {**_companions(writer, content, name, how), name: writer.view(content, **how)}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format `json`."""
    import json

    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _companions(
    writer: ModuleType, content: Any, name: str, how: Mapping[str, bool]
) -> Mapping[str, bytes]:
    if not name or not hasattr(writer, "companions"):
        return {}
    beside: Mapping[str, bytes] = writer.companions(content, name, **how)
    return beside


def _check_options(format: str, write: Any, how: Mapping[str, bool]) -> None:
    """Raise OutputError for an option that the writer of a format does not take."""
    known = getattr(write, "__kwdefaults__", None) or {}
    for option in how:
        if option not in known:
            raise OutputError(f"the format {format} has no {option}; see mlkg export --help")


def _writer(format: str) -> ModuleType:
    if format not in format_names():
        raise UnknownNameError("format", format, format_names(), "mlkg export --help")
    return importlib.import_module(f"mlkg.export.formats.{format}")
