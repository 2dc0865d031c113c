"""What version 2 of the model makes of the triples of a study in version 1.

In version 1 evidence states its direction. In version 2 it states what it indicates or excludes,
and its direction follows. The plan names triples, not files, so that it serves the text of files,
the graphs of an endpoint and the revisions of git alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mlkg.editing.digest_renewal import renewed
from mlkg.editing.former_statements import EXCLUSIONS, READ, FormerStatements
from mlkg.model_version import MODEL_VERSION
from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.naming import shorten
from mlkg.terms import Term
from mlkg.turtle.edits import Edits, Place

_TYPE = NamedNode(f"{WELL_KNOWN['rdf']}type")
_INTEGER = NamedNode(f"{WELL_KNOWN['xsd']}integer")
_NUMERIC = {f"{WELL_KNOWN['xsd']}{name}" for name in ("integer", "decimal", "double", "float")}
_UNSETTLED = {NamedNode(f"{MLKG}unknown"), NamedNode(f"{MLKG}notAssessed")}
_WAYS = ("supports", "disputes", "inconclusive")
_PROPERTIES = {name: NamedNode(f"{MLKG}{name}") for name in READ}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at: the record it is about, the cell, and what is to be said of it.

    `at` is the edited triple, or the place of a new one, which tells where it is stated.
    """

    record: Term
    cell: str
    message: str
    at: Triple | Place


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits that migrate a study, what was inferred, and what contradicts itself."""

    edits: Edits
    review: tuple[Remark, ...]
    contradictions: tuple[Remark, ...]


def plan(read: Callable[[], Iterable[Quad]], prefixes: Mapping[str, str]) -> Plan:
    """Return what migrates the study whose statements `read` returns each time it is called.

    `prefixes` shorten IRIs in messages. There are no edits where the study is migrated already.
    """
    planning = _Planning(FormerStatements(read()), prefixes)
    for evidence in sorted(planning.said.of("direction"), key=str):
        planning.evidence(evidence)
    for claim in sorted(planning.disputed, key=str):
        planning.claim(claim)
    planning.studies()
    edits = Edits(planning.replaced, planning.below)
    if edits and (reviews := planning.said.of("digest")):
        pairs = [
            (review, claim, digest)
            for review, digests in sorted(reviews.items(), key=lambda item: str(item[0]))
            for claim in planning.said.values(review, "reviews")
            for digest in digests
        ]
        edits = Edits({**edits.replaced, **renewed(read, edits, pairs)}, edits.below)
    return Plan(edits, tuple(planning.review), tuple(planning.contradictions))


class _Planning:
    """The edits and the remarks so far."""

    def __init__(self, said: FormerStatements, prefixes: Mapping[str, str]) -> None:
        self.said, self._prefixes = said, prefixes
        self._known: dict[Term, str] = {}
        self.replaced: dict[Triple, tuple[Triple, ...]] = {}
        self.below: dict[Place, tuple[Triple, ...]] = {}
        self.review: list[Remark] = []
        self.contradictions: list[Remark] = []
        self.disputed: dict[Term, list[Term]] = {}

    def evidence(self, evidence: Term) -> None:
        """Plan what a piece of evidence that states its direction says instead."""
        stated = [
            _triple(evidence, "direction", one) for one in self.said.values(evidence, "direction")
        ]
        self.replaced |= dict.fromkeys(stated, ())
        dropped = [one for one in self.said.values(evidence, "indicates") if one in _UNSETTLED]
        for one in dropped:
            triple = _triple(evidence, "indicates", one)
            self.replaced[triple] = ()
            self._note(
                evidence, triple, f"it indicated {self._name(one)}, which no source says; deleted"
            )
        indicated = [one for one in self.said.values(evidence, "indicates") if one not in dropped]
        excluded = [one for name in EXCLUSIONS for one in self.said.values(evidence, name)]
        claims = self.said.values(evidence, "about")
        answers = [one for claim in claims for one in self._answers(claim)]
        way = _direction(indicated, self.said.values(evidence, "excludes"), answers)
        said = [_local(triple.object) for triple in stated]
        if excluded:
            self._note(
                evidence, stated[0], f"it states what it excludes, and not that it {said[0]}"
            )
        elif fault := self._fault(said, claims, indicated, answers, way):
            self.contradictions.append(self._remark(evidence, stated[0], fault))
        elif not indicated and said[0] in ("supports", "disputes"):
            way = self._inferred(evidence, stated[0], said[0], answers)
        elif said[0] not in _WAYS:
            self._note(evidence, stated[0], f"its direction {said[0]} is none; deleted")
        elif not answers and indicated and said[0] == "inconclusive":
            self._note(
                evidence, stated[0], f"it indicates {self._names(indicated)}, and was inconclusive"
            )
        if way == "disputes":
            for claim in claims:
                self.disputed.setdefault(claim, []).append(evidence)

    def _inferred(self, evidence: Term, stated: Triple, said: str, answers: list[Term]) -> str:
        """Plan what follows from a direction alone; return the direction that follows again."""
        if not answers:
            self._note(evidence, stated, f"it {said} a claim that is open, so it indicates nothing")
            return "inconclusive"
        if len(answers) > 1 and not self._several(self.said.values(evidence, "about")[0]):
            what = f"it {said} a claim with several verdicts, {self._names(answers)}"
            self._note(evidence, stated, f"{what}; state what it indicates")
            return "inconclusive"
        name = "indicates" if said == "supports" else "excludes"
        self.replaced[stated] = tuple(_triple(evidence, name, one) for one in answers)
        self._note(evidence, stated, f"it {said} the claim, so it {name} {self._names(answers)}")
        return said

    def _fault(
        self,
        said: list[str],
        claims: list[Term],
        indicated: list[Term],
        answers: list[Term],
        way: str,
    ) -> str | None:
        """Return what is contradictory in a piece of evidence, None for nothing."""
        if len(said) > 1:
            return f"it {' and '.join(said)} the claim"
        if len(claims) > 1:
            return "it is about several claims"
        if not answers or not indicated or said[0] not in _WAYS or way == said[0]:
            return None
        verb = "is inconclusive" if said[0] == "inconclusive" else f"{said[0]} the claim"
        return (
            f"it {verb}, yet indicates {self._names(indicated)}, "
            f"and the claim says {self._names(answers)}"
        )

    def claim(self, claim: Term) -> None:
        """Let the rationale of a claim answer the evidence that disputes it, as it did so far."""
        if not self.said.values(claim, "rationale"):
            return
        known = self.said.values(claim, "despite")
        new = [one for one in self.disputed[claim] if one not in known]
        if new:
            at = (claim, _PROPERTIES["rationale"])
            self.below[at] = tuple(_triple(claim, "despite", one) for one in new)
            names = self._names(new)
            message = f"its rationale is taken as the answer to {names}, which disputes it"
            self.review.append(Remark(claim, self._cell(claim), message, at))

    def studies(self) -> None:
        """Plan the version of the model that each study states."""
        wanted = Literal(str(MODEL_VERSION), datatype=_INTEGER)
        for study in sorted(set(self.said.studies), key=str):
            stated = self.said.values(study, "modelVersion")
            new = (_triple(study, "modelVersion", wanted),)
            if not stated:
                self.below[study, _TYPE] = new
            elif stated == [Literal("1", datatype=_INTEGER)]:
                self.replaced[_triple(study, "modelVersion", stated[0])] = new

    def _answers(self, claim: Term) -> list[Term]:
        """Return the verdicts and values of a claim, none for one that is open or not assessed."""
        found = [*self.said.values(claim, "verdict"), *self.said.values(claim, "value")]
        return [] if _UNSETTLED.intersection(found) else found

    def _several(self, claim: Term) -> bool:
        """Tell whether the scale of a claim's criterion has several values."""
        return any(
            isinstance(flag, Literal) and flag.value in ("true", "1")
            for criterion in self.said.values(claim, "criterion")
            for scale in self.said.values(criterion, "scale")
            for flag in self.said.values(scale, "several")
        )

    def _note(self, evidence: Term, at: Triple, message: str) -> None:
        self.review.append(self._remark(evidence, at, message))

    def _remark(self, evidence: Term, at: Triple, message: str) -> Remark:
        claims = self.said.values(evidence, "about")
        cell = self._cell(claims[0]) if claims else self._name(evidence)
        return Remark(evidence, cell, message, at)

    def _cell(self, claim: Term) -> str:
        """Return the cell of a claim by its labels, or the name of the claim."""
        heads = [self.said.values(claim, name) for name in ("option", "criterion")]
        if not all(heads):
            return self._name(claim)
        return " × ".join(self.said.label(one[0]) or self._name(one[0]) for one in heads)

    def _name(self, term: Term) -> str:
        if term not in self._known:
            self._known[term] = shorten(term, self._prefixes)
        return self._known[term]

    def _names(self, terms: Iterable[Term]) -> str:
        return ", ".join(map(self._name, terms))


def _triple(subject: Term, name: str, value: Term) -> Triple:
    return Triple(subject, _PROPERTIES[name], value)  # type: ignore[arg-type]


def _local(term: Term) -> str:
    return term.value.removeprefix(MLKG) if isinstance(term, NamedNode) else str(term)


def _direction(
    indicated: Collection[Term], excluded: Collection[Term], answers: Collection[Term]
) -> str:
    """Return the direction that follows, as `queries/derive/direction.rq` derives it."""
    if not answers:
        return "inconclusive"
    hits = [any(_equal(one, answer) for answer in answers) for one in indicated]
    if not all(hits) or any(_equal(one, answer) for one in excluded for answer in answers):
        return "disputes"
    return "supports" if hits else "inconclusive"


def _equal(one: Term, other: Term) -> bool:
    """Tell whether two answers are the same, numbers by their value."""
    if isinstance(one, Literal) and isinstance(other, Literal):
        if one.datatype.value in _NUMERIC and other.datatype.value in _NUMERIC:
            return float(one.value) == float(other.value)
        return one.value == other.value
    return one == other
