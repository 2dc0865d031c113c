"""The states of a claim with their symbols, colours and order, read from the ontology."""

# Without "from __future__ import annotations": as text, each field of a NamedTuple is compiled at
# import, which every command would wait for.

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import RdfFormat

from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.resources import built_in_folder

_FIELDS = {
    f"{WELL_KNOWN['dcterms']}identifier": "key",
    f"{WELL_KNOWN['rdfs']}label": "label",
    f"{WELL_KNOWN['skos']}notation": "symbol",
    f"{WELL_KNOWN['skos']}definition": "definition",
    f"{WELL_KNOWN['schema']}position": "position",
    **{
        f"{MLKG}{name}": name
        for name in ("debt", "ink", "fill", "darkInk", "darkFill", "terminalStyle")
    },
}


class State(NamedTuple):
    """A state of a claim, as the ontology has it.

    `key` names it in files and on the command line, as in `by-absence`. `ink` and `fill` are
    colours of text and ground on a light page, `dark_ink` and `dark_fill` on a dark one.
    """

    key: str
    label: str
    symbol: str
    definition: str
    debt: str
    ink: str
    fill: str
    dark_ink: str
    dark_fill: str
    terminal_style: str


MISSING = State(
    key="missing",
    label="missing",
    symbol="×",
    definition="There is no claim. It is no state of a claim: only the table has it.",
    debt="yes",
    ink="#a40e26",
    fill="#ffffff",
    dark_ink="#ff9c94",
    dark_fill="#0d1117",
    terminal_style="red",
)
"""What the table shows where an option has no claim under a criterion."""


@cache
def states() -> Mapping[str, State]:
    """Return every state by its key, in the order of legends, `missing` last."""
    found: dict[str, dict[str, str]] = {}
    kinds: set[str] = set()
    text = (built_in_folder() / "ontology" / "states.ttl").read_bytes()
    for quad in pyoxigraph.parse(text, RdfFormat.TURTLE):
        subject, value = quad.subject.value, quad.object.value
        if name := _FIELDS.get(quad.predicate.value):
            found.setdefault(subject, {})[name] = value
        elif value == f"{MLKG}State":
            kinds.add(subject)
    ordered = sorted(
        (said for iri, said in found.items() if iri in kinds and "key" in said),
        key=lambda said: int(said["position"]),
    )
    made = [
        State(
            key=said["key"],
            label=said["label"],
            symbol=said["symbol"],
            definition=said["definition"],
            debt=said["debt"],
            ink=said["ink"],
            fill=said["fill"],
            dark_ink=said["darkInk"],
            dark_fill=said["darkFill"],
            terminal_style=said["terminalStyle"],
        )
        for said in ordered
    ]
    return {state.key: state for state in (*made, MISSING)}


def symbols() -> Mapping[str, str]:
    """Return the symbol of every state by its key, in the order of legends."""
    return {key: state.symbol for key, state in states().items()}
