"""The digests in reviews that mlkg 0.1 wrote, in the form of today where they matched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mlkg import stored
from mlkg.derivation import Facts
from mlkg.namespaces import MLKG
from mlkg.resources import built_in_folder
from mlkg.store import EmbeddedStore, select
from mlkg.terms import Term
from mlkg.turtle.edits import Edits, edited_statements

_FORMER = Path(__file__).with_name("digests_1.rq")
_PRESENT = f"SELECT ?claim ?digest {{ ?claim <{MLKG}claimDigest> ?digest }}"


def renewed(
    read: Callable[[], Iterable[Quad]], edits: Edits, reviews: Sequence[tuple[Term, Term, Term]]
) -> dict[Triple, tuple[Triple, ...]]:
    """Return the digests that change: those that were of what their claim said, with new ones.

    `read` returns the study's statements, and `edits` migrate all but the digests. `reviews` has a
    review, its claim and its digest each.
    """
    store = EmbeddedStore()
    store.add(_merged(read()))
    text = _FORMER.read_text("utf-8")
    former = {row["claim"]: row["digest"] for row in select(store, text, name=str(_FORMER))}
    matching = [
        (review, claim, digest)
        for review, claim, digest in reviews
        if isinstance(digest, Literal) and claim in former and digest.value == former[claim].value
    ]
    if not matching:
        return {}
    facts = Facts(stored.derivations((built_in_folder() / "queries",)))
    store = EmbeddedStore(lambda: facts)
    store.add(_merged(edited_statements(read(), edits)))
    present = {row["claim"]: row["digest"] for row in select(store, _PRESENT)}
    return {
        _stated(review, digest): (_stated(review, Literal(present[claim].value)),)
        for review, claim, digest in matching
    }


def _merged(quads: Iterable[Quad]) -> Iterable[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _stated(review: Term, digest: Term) -> Triple:
    return Triple(review, NamedNode(f"{MLKG}digest"), digest)  # type: ignore[arg-type]
