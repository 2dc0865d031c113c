"""The table as tab-separated values (IANA's text/tab-separated-values), described as CSV is.

Read back: as `csv`, but nothing is quoted, and white space in a value is one space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mlkg.export.csvw import metadata
from mlkg.export.dossier import Dossier
from mlkg.export.guard import guarded
from mlkg.export.listing import Listing

SETTINGS = ("guard",)


def study(dossier: Dossier) -> bytes:
    """Return the table; a tab or line end in a cell becomes a space."""
    return _written(dossier.grid().texts(), dossier.settings.guard)


def view(listing: Listing) -> bytes:
    """Return the rows of a view; a tab or line end in a value becomes a space."""
    return _written([listing.header, *listing.values()], listing.settings.guard)


def companions(content: Dossier | Listing, name: str) -> Mapping[str, bytes]:
    """Return the metadata of the file `name`, by the name of its own file."""
    tabs = {"delimiter": "\t", "quoteChar": None, "lineTerminators": ["\n"]}
    return metadata(content, name, dialect=tabs)


def _written(rows: Iterable[Sequence[str]], guard: bool) -> bytes:
    flat = ([" ".join(value.split()) for value in row] for row in rows)
    made = (map(guarded, row) if guard else row for row in flat)
    return "".join(f"{chr(9).join(row)}\n" for row in made).encode()
