"""The table as comma-separated values (RFC 4180), described by CSV on the Web.

Read back: the first record is the header, the first column the headings down, each other value a
cell's text, with `mlkg.export.guard.unguarded` taken off. The state is not in it. The origin is in
the companion `FILE-metadata.json`, see `mlkg.export.csvw.origin_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mlkg.export.csvw import metadata
from mlkg.export.dossier import Dossier
from mlkg.export.guard import guarded
from mlkg.export.listing import Listing

_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
"""Semicolons and tabs too: where those separate, what follows one must not begin a value."""


SETTINGS = ("guard",)


def study(dossier: Dossier) -> bytes:
    """Return the table."""
    return _written(dossier.grid().texts(), dossier.settings.guard)


def view(listing: Listing) -> bytes:
    """Return the rows of a view."""
    return _written([listing.header, *listing.values()], listing.settings.guard)


def companions(content: Dossier | Listing, name: str) -> Mapping[str, bytes]:
    """Return the metadata of the file `name`, by the name of its own file."""
    return metadata(content, name)


def _written(rows: Iterable[Sequence[str]], guard: bool) -> bytes:
    made = (map(guarded, row) if guard else row for row in rows)
    records = (",".join(map(_field, row)) or '""' for row in made)  # no line is empty
    return "".join(f"{record}\r\n" for record in records).encode()


def _field(value: str) -> str:
    """Return a value as it stands in a record, in quotes where it needs them."""
    if not _QUOTED.search(value):
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
