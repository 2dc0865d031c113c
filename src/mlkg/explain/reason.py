"""Why a cell is in its state, in one sentence."""

from __future__ import annotations

from typing import NamedTuple

from mlkg.text import count


class Counts(NamedTuple):
    """How many current pieces of evidence a claim has.

    `supporting` ones have a source; `unsourced` ones of any direction have none.
    """

    supporting: int
    disputing: int
    inconclusive: int
    unsourced: int


class Surroundings(NamedTuple):
    """What else decides the state: what evidence about an open claim agrees on, or not.

    `answered` counts the disputing pieces that the rationale names, `reviewed` tells that there is
    a review.
    """

    ready: str | None = None
    contested: bool = False
    answered: int = 0
    reviewed: bool = False


def reason(state: str, answer: str, counts: Counts, around: Surroundings) -> str:
    """Say why a cell of one claim is in `state`, a key of `mlkg.states.states`.

    `answer` is what the claim says, as the table prints it.
    """
    match state:
        case "open":
            return _open(around)
        case "suspect":
            return _suspect(around)
        case "not-applicable":
            return "the study says that the criterion does not apply to the option"
        case "not-assessed":
            return "the study does not judge the option by the criterion"
        case "unsupported":
            return _unsupported(answer, counts)
    return _backed(state, answer, counts, around)


def _backed(state: str, answer: str, counts: Counts, around: Surroundings) -> str:
    """Say why a claim is in a state in which there is something for it, or against it."""
    backing = _pieces(counts.supporting, "sourced evidence", "supports", "support")
    against = _pieces(counts.disputing, "evidence", "disputes", "dispute")
    match state:
        case "supported":
            return f"{backing} {answer}, and none disputes it"
        case "weak":
            return f"{backing} {answer}, which is less than the policy requires"
        case "by-absence":
            return f"only searches that found nothing back {answer}"
        case "disputed":
            also = f", though {backing} it" if counts.supporting else ""
            which = "all of it" if around.answered else "that evidence"
            return f"{against} {answer}{also}, and no rationale names {which}"
        case "reconciled":
            return f"{against} {answer}, and the rationale says why it stands all the same"
    return state


def _open(around: Surroundings) -> str:
    if around.ready:
        return f"the answer is unknown, and current evidence agrees on {around.ready}"
    if around.contested:
        return "the answer is unknown, and current evidence disagrees"
    return "the answer is unknown, and no evidence indicates one"


def _suspect(around: Surroundings) -> str:
    if around.reviewed:
        return "it was reviewed, and the claim, its evidence or its criterion changed since"
    return "a quote that it rests on is gone from its page"


def _unsupported(answer: str, counts: Counts) -> str:
    if counts.unsourced:
        bare = _pieces(counts.unsourced, "evidence", "names no source", "name no source")
        return f"no sourced evidence supports {answer}; {bare}, and that never counts"
    if counts.inconclusive:
        return f"no sourced evidence supports {answer}; what there is settles nothing"
    if counts.disputing:
        return f"no sourced evidence supports {answer}"
    return f"there is no evidence for {answer} at all"


def _pieces(number: int, what: str, one: str, many: str) -> str:
    return f"{count(number, 'piece')} of {what} {one if number == 1 else many}"
