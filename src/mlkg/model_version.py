"""Data in the form of an earlier model, or with statements that only mlkg makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mlkg.derivation import Facts
from mlkg.errors import DataError, Problem
from mlkg.namespaces import MLKG
from mlkg.store import EmbeddedStore
from mlkg.turtle.files import TurtleFile

MODEL_VERSION = 2
"""The version of the model that this mlkg reads and writes: `mlkg:modelVersion` of a study."""

DIRECTION = f"{MLKG}direction"
"""What evidence states in version 1 of the model, and what is derived since."""


def check_statements(store: EmbeddedStore, facts: Facts, files: Sequence[TurtleFile]) -> None:
    """Raise DataError, which names file and line, where data state a derived fact.

    `store` has `files` loaded. Evidence that states its direction is in the form of mlkg 0.1.
    """
    stated = {iri for iri in facts.predicates if store.states(iri)}
    if stated:
        problems = list(_problems(files, stated))
        if problems:
            raise DataError(problems)


def states_directions(files: Iterable[tuple[str, bytes]]) -> bool:
    """Tell whether Turtle files are in the form of mlkg 0.1."""
    store = EmbeddedStore()
    for name, turtle in files:
        store.load(name, turtle)
    return store.states(DIRECTION)


def _problems(files: Iterable[TurtleFile], stated: set[str]) -> Iterator[Problem]:
    """Yield the first place in each file of each derived fact that it states."""
    from mlkg.turtle.document import Document, values

    for file in files:
        document = Document(file.turtle.decode("utf-8-sig"), file.name)
        found: dict[str, list[int]] = {}
        for record in document.records:
            code = record.statement.code
            for value in values(code):
                iri = record.iri(code[value.predicate])
                if iri in stated:
                    found.setdefault(iri, []).append(code[value.predicate].start)
        for iri, places in sorted(found.items(), key=lambda item: item[1][0]):
            line, column = document.place(places[0])
            yield Problem(file.name, _message(iri, len(places)), line, column)


def _message(iri: str, times: int) -> str:
    name = f"mlkg:{iri.removeprefix(MLKG)}" if iri.startswith(MLKG) else f"<{iri}>"
    more = f" (stated {times} times in this file)" if times > 1 else ""
    if iri == DIRECTION:
        return (
            f"mlkg:direction is how mlkg 0.1 recorded evidence{more}; "
            "run mlkg migrate, which records what the evidence indicates instead"
        )
    return f"{name} is derived, and no data file states it{more}; delete the statement"
