"""The errors that mlkg raises on purpose: each says what is wrong, where, and the way out."""

# Without "from __future__ import annotations": as text, each field of a NamedTuple is compiled at
# import, which every command would wait for.

from collections.abc import Iterable
from typing import NamedTuple


class MlkgError(Exception):
    """Base of every error that mlkg reports to its user; `str()` of it is the whole message."""


class Problem(NamedTuple):
    """One fault in one file; `line` and `column` count from 1 and are None when unknown."""

    file: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Format as `file:line:column: message`, the form that editors and terminals link."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.message}"


class StudyNotFoundError(MlkgError):
    """There is no study where one was looked for."""


class DataError(MlkgError):
    """Files of a study cannot be read; `problems` has one entry a file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems` and make the message of them, one a line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ShapesError(MlkgError):
    """Shapes cannot be used by the SHACL engine."""


class QueryError(MlkgError):
    """A query cannot be read, is refused, or failed while it ran."""


class EndpointError(MlkgError):
    """A SPARQL endpoint cannot be reached, is refused, or gave no sound answer.

    `status` is the status of its HTTP response, None when there was none.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        """Take the whole message, and the status if there was a response."""
        self.status = status
        super().__init__(message)


class HeaderError(MlkgError):
    """The header of a stored query is not one."""


class ParameterError(MlkgError):
    """A parameter of a query has no such variable or no RDF term as its value."""


class OutputError(MlkgError):
    """A result cannot be written where it was asked for; what was there before is untouched."""


class ConfigurationError(MlkgError):
    """The settings of a study cannot be read, or have a key or a value that is none."""


class UnknownNameError(MlkgError):
    """Nothing has the name that was asked for; the message suggests the nearest that exists."""

    def __init__(self, kind: str, name: str, known: Iterable[str], listing: str) -> None:
        """Take what was asked for, the names there are, and the command that lists them."""
        super().__init__(f"no {kind} is called {name}; {nearest(name, known, listing)}")


class AmbiguousNameError(MlkgError):
    """Several records have the name that was asked for, or names that begin with it."""

    def __init__(self, name: str, candidates: Iterable[str]) -> None:
        """Take what was asked for and the full names that it could stand for."""
        listed = "\n".join(f"  {' '.join(candidate.splitlines())}" for candidate in candidates)
        super().__init__(f"{name!r} can mean several; give more of the name:\n{listed}")


class RefusedError(MlkgError):
    """A change would break the study, so nothing was written."""

    def __init__(self, errors: Iterable[str]) -> None:
        """Take what validation would find, one sentence an error."""
        listed = "\n".join(f"  {error}" for error in errors)
        super().__init__(f"nothing written; the change would add:\n{listed}")


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint at the one of `known` that looks most like `name`, or at `otherwise`.

    Case does not matter.
    """
    import difflib

    spelt = {other.casefold(): other for other in sorted(known, reverse=True)}
    near = difflib.get_close_matches(name.casefold(), sorted(spelt), n=1, cutoff=0.5)
    return f"did you mean {spelt[near[0]]}?" if near else f"see {otherwise}"
