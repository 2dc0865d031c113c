"""VALUES blocks (SPARQL 1.1 section 10.2) for queries that mlkg writes."""

from __future__ import annotations

from collections.abc import Collection

_MOST_LISTED = 2_000
"""How many terms a query lists: Virtuoso 7 refuses more than some thousands of VALUES."""


def listed(variable: str, terms: Collection[str]) -> str:
    """Return a VALUES block that gives `variable` each of `terms`, which are written as N-Triples.

    Where there are too many to list it is empty, so that the query asks for all there is: then the
    caller takes what it wanted from the rows.
    """
    return f"VALUES ?{variable} {{ {' '.join(terms)} }}" if len(terms) <= _MOST_LISTED else ""
