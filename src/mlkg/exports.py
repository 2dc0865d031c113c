"""The study as files: its table for documents and programs, its triples for other stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from mlkg.errors import OutputError
from mlkg.markdown import markdown_table
from mlkg.results import serialize

if TYPE_CHECKING:
    from mlkg.study import Study
    from mlkg.table import Table


def export(study: Study, format: str) -> bytes:
    """Return `study` in one of FORMATS, the same bytes for the same triples.

    md, csv, tsv and json hold the table; ttl, nt, trig and jsonld hold the triples of `data/`,
    trig and jsonld in a named graph a file.
    """
    return FORMATS[format](study)


def format_of(path: str) -> str:
    """Return the format that the extension of `path` names; raise OutputError when none does."""
    extension = PurePath(path).suffix.lstrip(".").lower()
    if extension in FORMATS:
        return extension
    known = ", ".join(f".{name}" for name in FORMATS)
    raise OutputError(f"{path}: the extension names no format; use {known}, or give --format")


def _markdown(study: Study) -> bytes:
    return markdown_table(*_texts(study.table())).encode()


def _csv(study: Study) -> bytes:
    """Write RFC 4180: commas, quotes where needed, CRLF line ends."""
    import csv

    out = StringIO(newline="")
    header, rows = _texts(study.table())
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def _tsv(study: Study) -> bytes:
    """Write IANA's text/tab-separated-values: a tab or line end in a cell becomes a space."""
    header, rows = _texts(study.table())
    lines = ["\t".join(" ".join(cell.split()) for cell in row) for row in [header, *rows]]
    return "".join(f"{line}\n" for line in lines).encode()


def _json(study: Study) -> bytes:
    import json

    table = study.table()
    document = {
        "version": 1,
        "study": {
            "iri": table.study,
            "title": table.title,
            "startDate": table.start,
            "licence": table.licence,
        },
        "options": [heading._asdict() for heading in table.options],
        "criteria": [heading._asdict() for heading in table.criteria],
        "rows": [[cell._asdict() for cell in row] for row in table.rows],
        "totals": table.totals(),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _texts(table: Table) -> tuple[list[str], list[list[str]]]:
    header = ["Option", *(heading.label for heading in table.criteria)]
    rows = [
        [option.label, *(cell.text for cell in row)]
        for option, row in zip(table.options, table.rows, strict=True)
    ]
    return header, rows


def _triples(format: RdfFormat) -> Callable[[Study], bytes]:
    def write(study: Study) -> bytes:
        merged = {quad.triple for quad in study.quads()}
        return serialize(merged, format, study.prefixes)

    return write


def _quads(format: RdfFormat) -> Callable[[Study], bytes]:
    def write(study: Study) -> bytes:
        return serialize(study.quads(), format, study.prefixes)

    return write


FORMATS: Mapping[str, Callable[[Study], bytes]] = {
    "md": _markdown,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "ttl": _triples(RdfFormat.TURTLE),
    "nt": _triples(RdfFormat.N_TRIPLES),
    "trig": _quads(RdfFormat.TRIG),
    "jsonld": _quads(RdfFormat.JSON_LD),
}
"""What a study can be written as, by the name that is also the extension of a file."""
