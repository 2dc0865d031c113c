"""Changing a claim's verdict, with what it said before kept as a record of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.drafts import Draft, draft, start
from mlkg.editing.linking import verdict_of
from mlkg.editing.patches import Patch, Values
from mlkg.editing.records import PERSON, Additions, claim_of, file_of, said, text
from mlkg.explain.description import Description, describe, iri, pointing
from mlkg.lookup import find
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

_HISTORY = ("prov:wasRevisionOf", "prov:wasAttributedTo", "prov:generatedAtTime")


@dataclass(frozen=True, slots=True)
class Revision:
    """What a claim shall say: names where the data has IRIs.

    Of `qualifier`, `rationale` and `relies_on`, None leaves what is there, as long as the verdict
    stays the same; a new verdict begins without them. An empty text or tuple takes them away.
    `at` is a time as xsd:dateTime has it, `by` the person who decides.
    """

    verdict: str
    at: str
    by: str
    qualifier: str | None = None
    rationale: str | None = None
    relies_on: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """Evidence whose direction follows from the new verdict."""

    evidence: str
    direction: str
    indicates: str


def revise(
    study: Study, option: str, criterion: str, given: Revision
) -> tuple[Draft, tuple[Turned, ...]]:
    """Return the draft that changes a claim, and the evidence that it turns.

    Evidence that supported the earlier verdict disputes the new one; evidence that indicates the
    new verdict supports it. Nothing is turned for the verdict unknown. The draft has no changes
    when the claim says all this already. Raises MlkgError for names that lead nowhere.
    """
    judged = find(study, criterion, "criterion")
    claim = claim_of(study, find(study, option, "option"), judged)
    now = describe(study.store, [claim])[claim]
    verdict = verdict_of(study, judged, given.verdict).iri
    before = now.text("mlkg:verdict")
    same = before == verdict
    relied = given.relies_on
    wanted: dict[str, list[Term]] = {
        "mlkg:verdict": [NamedNode(verdict)],
        "mlkg:qualifier": _chosen(study, now, "mlkg:qualifier", given.qualifier, same),
        "mlkg:reliesOn": (
            [NamedNode(find(study, name, "option").iri) for name in relied]
            if relied is not None
            else [*now.terms("mlkg:reliesOn")] * same
        ),
        "mlkg:rationale": _chosen(study, now, "mlkg:rationale", given.rationale, same),
    }
    if all(set(now.terms(name)) == set(terms) for name, terms in wanted.items()):
        return Draft(()), ()
    used = minting.taken(study)
    additions = Additions(study, used)
    former = minting.numbered(f"{claim}-before", used)
    who = additions.agent(given.by, PERSON)
    patch = start(study, file_of(study, claim))
    for name, terms in wanted.items():
        after = "mlkg:criterion" if name == "mlkg:verdict" else _above(name)
        _put(patch, claim, name, now, terms, after)
    moment = _moment(given.at)
    for name, term in zip(_HISTORY, (NamedNode(former), who, moment), strict=True):
        if term is not None:
            patch.set(claim, iri(name), term, after="")
    patch.insert_after([claim], former, _former(now, moment))
    turned = [] if same else _turned(study, claim, str(before), verdict)
    others = _turn(study, patch, turned)
    made = additions.write(patch)
    records = [claim, former, *made, *pointing(study.store, "mlkg:about", [claim]).get(claim, [])]
    return draft(study, [*others, patch], records), tuple(turned)


def _chosen(study: Study, now: Description, name: str, given: str | None, same: bool) -> list[Term]:
    if given is None:
        return [*now.terms(name)] if same else []
    literal = text(study, given)
    return [literal] if literal else []


def _above(name: str) -> str:
    order = ["mlkg:verdict", "mlkg:qualifier", "mlkg:reliesOn", "mlkg:rationale"]
    return order[max(order.index(name) - 1, 0)]


def _put(
    patch: Patch, record: str, name: str, now: Description, terms: list[Term], after: str
) -> None:
    """Make `terms` the values of a property, touching nothing when they are already."""
    if set(now.terms(name)) == set(terms):
        return
    if len(terms) == 1:
        patch.set(record, iri(name), terms[0], after=iri(_present(patch, record, after)))
        return
    patch.clear(record, iri(name))
    for term in terms:
        patch.add(record, iri(name), term, after=iri(_present(patch, record, after)))


def _present(patch: Patch, record: str, after: str) -> str:
    """Return the property to write below: `after`, or the nearest before it that is there."""
    while after not in ("mlkg:verdict", "mlkg:criterion") and not patch.says(record, iri(after)):
        after = _above(after)
    return after


def _former(now: Description, moment: Literal) -> Values:
    """Return what the record of the earlier state says: the claim's words, when and by whom."""
    kept = [
        (iri(name), term)
        for name in ("mlkg:verdict", "mlkg:qualifier", "mlkg:reliesOn", "mlkg:rationale", *_HISTORY)
        for term in now.terms(name)
    ]
    return [
        *said(("rdf:type", "mlkg:FormerClaim")),
        *kept,
        *said(("prov:invalidatedAtTime", moment)),
    ]


def _turned(study: Study, claim: str, before: str, verdict: str) -> list[Turned]:
    """Return which evidence changes sides when a claim's verdict changes."""
    unknown = iri("mlkg:unknown")
    if verdict == unknown:
        return []
    found = []
    about = pointing(study.store, "mlkg:about", [claim]).get(claim, [])
    described = describe(study.store, about)
    for evidence in about:
        direction = described[evidence].text("mlkg:direction")
        supports = direction == iri("mlkg:supports")
        meant = before if supports and before != unknown else None
        indicates = described[evidence].text("mlkg:indicates") or meant
        if supports and indicates not in (None, verdict):
            found.append(Turned(evidence, "disputes", str(indicates)))
        elif direction == iri("mlkg:disputes") and indicates == verdict:
            found.append(Turned(evidence, "supports", verdict))
    return found


def _turn(study: Study, patch: Patch, turned: list[Turned]) -> list[Patch]:
    """Write the new directions, and return the patches of files other than the claim's."""
    others: dict[str, Patch] = {}
    for each in turned:
        name = file_of(study, each.evidence)
        if name != patch.name and name not in others:
            others[name] = start(study, name)
        here = others.get(name, patch)
        way = NamedNode(iri(f"mlkg:{each.direction}"))
        here.set(each.evidence, iri("mlkg:direction"), way, after="")
        if not here.says(each.evidence, iri("mlkg:indicates")):
            verdict = NamedNode(each.indicates)
            here.set(each.evidence, iri("mlkg:indicates"), verdict, after=iri("mlkg:direction"))
    return list(others.values())


def _moment(at: str) -> Literal:
    return Literal(at, datatype=NamedNode(iri("xsd:dateTime")))
