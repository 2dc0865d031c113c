"""The rows of a stored SELECT, with where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mlkg import stored
from mlkg.export.dossier import origin
from mlkg.export.origin import Origin
from mlkg.export.settings import DEFAULT, Settings
from mlkg.naming import plain, shorten
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study


class Listing(NamedTuple):
    """What a view answers: `rows[i][j]` is a term, or None where the solution has no value."""

    origin: Origin
    view: str
    summary: str
    header: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    prefixes: Mapping[str, str]
    settings: Settings = DEFAULT

    def texts(self) -> list[list[str]]:
        """Return the rows for people: IRIs shortened, literals as their text."""
        return [
            ["" if term is None else shorten(term, self.prefixes) for term in row]
            for row in self.rows
        ]

    def values(self) -> list[list[str]]:
        """Return the rows for programs: IRIs in full, literals as their text."""
        return [["" if term is None else plain(term) for term in row] for row in self.rows]


def listing(
    study: Study, view: str, bindings: Mapping[str, Term], settings: Settings = DEFAULT
) -> Listing:
    """Run the view or rule called `view` and return its rows.

    Raises UnknownNameError when nothing is called so, QueryError when it is no SELECT.
    """
    found = stored.find_view(study.query_folders, view)
    result = study.select(view, bindings)
    header = tuple(variable.value for variable in result.variables)
    rows = tuple(tuple(row[name] for name in header) for row in result)
    words = ["--view", view]
    for name, term in bindings.items():
        words += ["--param", f"{name}={term}"]
    return Listing(
        origin(study, tuple(words), settings),
        view,
        found.summary,
        header,
        rows,
        study.prefixes,
        settings,
    )
