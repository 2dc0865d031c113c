"""Changing a claim's answer, with what it said before kept as a record of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.answers import UNKNOWN, answers_of
from mlkg.editing.drafts import Draft, draft, loaded, start
from mlkg.editing.patches import Patch, Values
from mlkg.editing.records import (
    PERSON,
    Additions,
    claim_of,
    evidence_about,
    file_of,
    moment,
    said,
    text,
)
from mlkg.errors import MlkgError
from mlkg.explain.description import Description, describe, iri, natural
from mlkg.lookup import choose, find
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

_ANSWER = ("mlkg:verdict", "mlkg:value")
_CONTENT = (*_ANSWER, "mlkg:qualifier", "mlkg:reliesOn", "mlkg:rationale", "mlkg:despite")
_HISTORY = ("prov:wasRevisionOf", "prov:wasAttributedTo", "prov:generatedAtTime")
_DIRECTIONS = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT DISTINCT ?evidence ?direction ?source WHERE {
  ?evidence mlkg:about ?claim ; mlkg:direction ?direction .
  OPTIONAL { ?evidence mlkg:source ?source }
  OPTIONAL { ?evidence mlkg:discounted ?out }
  FILTER(!BOUND(?out))
}
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a claim shall say: names where the data has IRIs.

    Of `qualifier`, `rationale`, `relies_on` and `despite`, None leaves what is there, as long as
    the answer stays the same; a new answer begins without them. An empty text or tuple takes them
    away. `at` is a time as xsd:dateTime has it, `by` the person who decides.
    A rationale names every current piece of evidence that disputes the answer, or those that
    `despite` names by IRI or by the last part of it.
    """

    answer: tuple[str, ...]
    at: str
    by: str
    qualifier: str | None = None
    rationale: str | None = None
    relies_on: tuple[str, ...] | None = None
    despite: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The IRIs of the current evidence that supports a claim, and of that which disputes it.

    Evidence without a source is not among `supporting`: it never supports a claim.
    """

    supporting: tuple[str, ...] = ()
    disputing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revised:
    """A drafted revision of `claim`, and how the evidence stands to it then.

    `despite` are the disputing pieces that the rationale names.
    """

    draft: Draft
    claim: str
    standing: Standing
    despite: tuple[str, ...] = ()


def revise(study: Study, option: str, criterion: str, given: Revision) -> Revised:
    """Return the draft that changes a claim; evidence stays as it is.

    What the claim said before becomes a former claim, unless it never had an answer. The draft
    has no changes when the claim says all this already.
    Raises MlkgError for names that lead nowhere, an answer that is not on the scale, and evidence
    in `given.despite` that does not dispute the answer.
    """
    judged = find(study, criterion, "criterion")
    claim = claim_of(study, find(study, option, "option"), judged)
    now = describe(study.store, [claim])[claim]
    wanted = _wanted(study, now, answers_of(study, judged, given.answer), given)
    standing = standing_of(loaded(study, _drafted(study, claim, now, wanted, given)), claim)
    wanted["mlkg:despite"] = [
        NamedNode(one) for one in _despite(study, claim, now, wanted, given, standing)
    ]
    return Revised(
        _drafted(study, claim, now, wanted, given),
        claim,
        standing,
        tuple(term.value for term in wanted["mlkg:despite"] if isinstance(term, NamedNode)),
    )


def standing_of(study: Study, claim: str) -> Standing:
    """Return how the current evidence about a claim stands to what it says in `study`."""
    found: dict[str, list[str]] = {"supports": [], "disputes": [], "inconclusive": []}
    for row in study.select(_DIRECTIONS, {"claim": NamedNode(claim)}):
        direction = row["direction"].value.removeprefix(iri("mlkg:"))
        if direction != "supports" or row["source"]:
            found[direction].append(row["evidence"].value)
    supporting, disputing = (
        tuple(sorted(set(found[way]), key=natural)) for way in ("supports", "disputes")
    )
    return Standing(supporting, disputing)


def _wanted(
    study: Study, now: Description, answer: tuple[Term, ...], given: Revision
) -> dict[str, list[Term]]:
    """Return what the claim shall say, by property; of mlkg:despite what is there already."""
    values: list[Term] = [term for term in answer if isinstance(term, Literal)]
    verdicts: list[Term] = [term for term in answer if not isinstance(term, Literal)]
    same = _same(now, {"mlkg:verdict": verdicts, "mlkg:value": values}, _ANSWER)
    relied = given.relies_on
    return {
        "mlkg:verdict": verdicts,
        "mlkg:value": values,
        "mlkg:qualifier": _chosen(study, now, "mlkg:qualifier", given.qualifier, same),
        "mlkg:reliesOn": (
            [NamedNode(find(study, name, "option", "component").iri) for name in relied]
            if relied is not None
            else [*now.terms("mlkg:reliesOn")] * same
        ),
        "mlkg:rationale": _chosen(study, now, "mlkg:rationale", given.rationale, same),
        "mlkg:despite": [*now.terms("mlkg:despite")] * same,
    }


def _same(now: Description, wanted: Mapping[str, list[Term]], names: tuple[str, ...]) -> bool:
    return all(set(now.terms(name)) == set(wanted[name]) for name in names)


def _chosen(study: Study, now: Description, name: str, given: str | None, same: bool) -> list[Term]:
    if given is None:
        return [*now.terms(name)] if same else []
    literal = text(study, given)
    return [literal] if literal else []


def _despite(
    study: Study,
    claim: str,
    now: Description,
    wanted: Mapping[str, list[Term]],
    given: Revision,
    standing: Standing,
) -> list[str]:
    """Return the IRIs of the evidence that the rationale answers, sorted."""
    if not wanted["mlkg:rationale"]:
        if given.despite:
            raise MlkgError("a rationale says why the claim stands despite evidence: --rationale")
        return []
    if given.despite is not None:
        pieces = evidence_about(study, claim)
        chosen = {choose(study, name, pieces).iri for name in given.despite}
        for one in sorted(chosen - set(standing.disputing)):
            raise MlkgError(f"{one}: this evidence does not dispute the claim, or does not count")
        return sorted(chosen, key=natural)
    if given.rationale is None:
        return [term.value for term in wanted["mlkg:despite"] if isinstance(term, NamedNode)]
    return list(standing.disputing)


def _drafted(
    study: Study,
    claim: str,
    now: Description,
    wanted: Mapping[str, list[Term]],
    given: Revision,
) -> Draft:
    if _same(now, wanted, _CONTENT):
        return Draft(())
    used = minting.taken(study)
    additions = Additions(study, used)
    patch = start(study, file_of(study, claim))
    _write_content(patch, claim, now, wanted)
    time = moment(given.at)
    former = _former(now, time)
    before = minting.numbered(f"{claim}-before", used) if former else None
    history = (NamedNode(before) if before else None, additions.agent(given.by, PERSON), time)
    for name, term in zip(_HISTORY, history, strict=True):
        if term is not None:
            patch.set(claim, iri(name), term, after=iri(_above(patch, claim, name)))
    if before:
        patch.insert_after([claim], before, former)
    made = additions.write(patch)
    about = [piece.iri for piece in evidence_about(study, claim)]
    return draft(study, [patch], [claim, *([before] if before else []), *made, *about])


def _write_content(
    patch: Patch, claim: str, now: Description, wanted: Mapping[str, list[Term]]
) -> None:
    """Write the properties that change, the new ones before the old ones go: none is ever empty."""
    order = sorted(_CONTENT, key=lambda name: (not wanted[name], _CONTENT.index(name)))
    for name in order:
        terms = wanted[name]
        if set(now.terms(name)) == set(terms):
            continue
        if len(terms) == 1 and len(now.terms(name)) == 1:
            patch.set(claim, iri(name), terms[0], after="")
            continue
        after = _above(patch, claim, name)
        patch.clear(claim, iri(name))
        for term in terms:
            patch.add(claim, iri(name), term, after=iri(after))


def _above(patch: Patch, record: str, name: str) -> str:
    """Return the property to write `name` below: the nearest before it that is there."""
    order = ("mlkg:criterion", *_CONTENT, *_HISTORY)
    before = order[: order.index(name)]
    return next((one for one in reversed(before) if patch.says(record, iri(one))), before[0])


def _former(now: Description, time: Literal) -> Values:
    """Return what the record of the earlier state says: the claim's words, when and by whom.

    It is nothing for a claim that never had an answer: unknown, with nothing else said of it.
    """
    kept = [(iri(name), term) for name in (*_CONTENT, *_HISTORY) for term in now.terms(name)]
    if [term for _, term in kept] in ([], [NamedNode(UNKNOWN)]):
        return []
    return [
        *said(("rdf:type", "mlkg:FormerClaim")),
        *kept,
        *said(("prov:invalidatedAtTime", time)),
    ]
