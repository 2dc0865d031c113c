"""Why a cell is in its state, in one sentence."""

from __future__ import annotations

from typing import NamedTuple

from mlkg.text import count


class Counts(NamedTuple):
    """How many pieces of evidence a claim has.

    `supporting` ones have a source; `unsourced` ones of any direction have none.
    """

    supporting: int
    disputing: int
    inconclusive: int
    unsourced: int


def reason(state: str, verdict: str, counts: Counts) -> str:
    """Say why a cell of one claim is in `state`, a key of `mlkg.table.STATES`.

    `verdict` is the notation of what the claim says.
    """
    backing = _pieces(counts.supporting, "sourced evidence", "supports", "support")
    against = _pieces(counts.disputing, "evidence", "disputes", "dispute")
    bare = _pieces(counts.unsourced, "evidence", "names no source", "name no source")
    match state:
        case "supported":
            return f"{backing} {verdict}, and none disputes it"
        case "disputed":
            also = f", though {backing} it" if counts.supporting else ""
            return f"{against} {verdict}{also}, and no rationale says why it stands"
        case "reconciled":
            return f"{against} {verdict}, and a rationale says why it stands all the same"
        case "suspect":
            return "it was reviewed, and the claim, its evidence or its criterion changed since"
        case "open":
            return "the verdict is unknown: nobody has found out yet"
        case "unsupported" if counts.unsourced:
            return f"no sourced evidence supports {verdict}; {bare}, and that never counts"
        case "unsupported" if counts.inconclusive:
            return f"no sourced evidence supports {verdict}; what there is settles nothing"
        case "unsupported":
            return f"there is no evidence for {verdict} at all"
    return state


def _pieces(number: int, what: str, one: str, many: str) -> str:
    return f"{count(number, 'piece')} of {what} {one if number == 1 else many}"
