"""An exported file as it came: its bytes, what stands beside it, its origin, its content."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from mlkg.errors import OutputError
from mlkg.export import RDF_FORMATS
from mlkg.export.origin import Origin
from mlkg.verification.again import Request
from mlkg.verification.readers.json import unambiguous
from mlkg.verification.reading import Difference, Key, Reading, ReadingError

LARGEST = 256 * 2**20
"""Bytes: no file that is larger is read."""

WITH_COMPANION = ("csv", "tsv")
"""The formats whose origin is in a file beside them."""


def formats() -> Iterator[str]:
    """Yield the formats that can be verified."""
    folder = Path(__file__).with_name("readers")
    yield from sorted(f.stem for f in folder.glob("[a-z]*.py") if f.stem != "rdf")
    yield from RDF_FORMATS


def described(path: Path) -> Path:
    """Return the table that a file of metadata is beside, any other path as it is.

    Raises OutputError when there is no such table.
    """
    table = path.with_name(path.name.removesuffix(companion_name("")))
    if table.name == path.name or not table.name.endswith(tuple(f".{f}" for f in WITH_COMPANION)):
        return path
    if not table.is_file():
        raise OutputError(f"{path}: describes {table.name}, which is not beside it")
    return table


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raise OutputError when it cannot be read, or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > LARGEST:
        raise OutputError(f"{path}: is larger than {LARGEST // 2**20} MB, which is not read")
    return content


def companion_name(name: str) -> str:
    """Return the name of the file that tells the origin of a table called `name`."""
    return f"{name}-metadata.json"


def origin_of(content: bytes, format: str, companion: bytes | None) -> Origin | None:
    """Return what a file says of its origin, itself or in the file beside it.

    Raises ReadingError when that is something else than texts.
    """
    if companion is not None:
        from mlkg.export import csvw

        return _sound(csvw.origin_of(_metadata(companion)))
    if format in RDF_FORMATS:
        from mlkg.verification.readers import rdf

        return _sound(rdf.origin(content, format))
    return _sound(_reader(format).origin(content))


def _sound(origin: Origin | None) -> Origin | None:
    """Return an origin whose values are texts."""
    if origin is None:
        return None
    told = (origin.study, origin.repository, origin.revision)
    if not isinstance(origin.digest, str) or not all(isinstance(text, str | None) for text in told):
        raise ReadingError("what it says of its origin is no text")
    if not all(isinstance(word, str) for word in origin.arguments):
        raise ReadingError("the arguments that it names are no texts")
    return origin


def read(content: bytes, format: str, places: Mapping[str, Key], wanted: Request) -> Reading:
    """Return the content of a file that is said to be what `wanted` asks for.

    `places` gives the cells of records in triples by their IRIs. Raises ReadingError for bytes that
    are not of the format.
    """
    if format in RDF_FORMATS:
        from mlkg.verification.readers import rdf

        return rdf.read(content, format, places, graphs=wanted.form is not None)
    reading: Reading = _reader(format).read(content, view=wanted.view is not None)
    return reading


def _reader(format: str) -> ModuleType:
    return importlib.import_module(f"mlkg.verification.readers.{format}")


def _metadata(companion: bytes) -> dict[str, Any]:
    try:
        document = unambiguous(companion)
    except ReadingError as error:
        raise ReadingError(f"the metadata beside it: {error}") from error
    if not isinstance(document, dict):
        raise ReadingError("the metadata beside it are no JSON object")
    return document


def in_companion(said: bytes | None, true: bytes | None) -> Iterator[Difference]:
    """Yield what the metadata of two tables say differently, of which either may be missing."""
    one, other = (_metadata(text or b"{}") for text in (said, true))
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            texts = (json.dumps(side.get(name), ensure_ascii=False) for side in (one, other))
            yield Difference(None, None, f"metadata, {name}", *texts)
