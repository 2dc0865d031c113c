"""What changed between two states of a study: verdicts, evidence, sources, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.explain.description import iri, natural
from mlkg.lookup import local_name
from mlkg.naming import labels, shorten
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

Record = Mapping[str, frozenset[Term]]
"""What the data says of one IRI: values by the IRI of the property."""

_NOTHING: Record = {}
_KINDS = (
    "option",
    "component",
    "criterion",
    "source",
    "scale",
    "verdict",
    "lifecycle event",
    "search record",
    "policy",
    "capture",
    "review",
    "former claim",
)
_NAMES = {
    "FormerClaim": "former claim",
    "LifecycleEvent": "lifecycle event",
    "SearchRecord": "search record",
    "SourceKind": "kind of source",
}
_ANSWERS = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT ?claim ?text WHERE { ?claim mlkg:answerText ?text }
"""
_IN_ANSWER = {"verdict", "value", "wasRevisionOf", "wasAttributedTo", "generatedAtTime"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A property whose values changed; the values are as people read them, sorted."""

    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that is new, gone or edited: `change` is added, removed or changed."""

    change: str
    kind: str
    iri: str
    label: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that changed, or whose evidence did.

    `before` and `after` are its answers, None where there is no claim. `edits` are changes to the
    claim itself other than the answer.
    """

    change: str
    iri: str
    label: str
    before: str | None
    after: str | None
    edits: tuple[Edit, ...]
    evidence: tuple[RecordChange, ...]

    @property
    def evidence_moved(self) -> bool:
        """Tell whether evidence came, went or says something else."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed, claims by their cells and the other records by kind and label."""

    claims: tuple[ClaimChange, ...]
    records: tuple[RecordChange, ...]

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.claims or self.records)


def compare(before: Study, after: Study) -> Changes:
    """Return what changed from one state of a study to another.

    Records are compared by what is said of them: in which file, in which order and in which form
    of Turtle does not matter.
    """
    return _Comparison(before, after).changes()


class _Comparison:
    def __init__(self, before: Study, after: Study) -> None:
        self.old, self.new = _records(before), _records(after)
        self.changed = [
            one
            for one in sorted({*self.old, *self.new}, key=natural)
            if self.old.get(one) != self.new.get(one)
        ]
        terms = {
            term
            for one in self.changed
            for side in (self.old, self.new)
            for values in side.get(one, _NOTHING).values()
            for term in values
        }
        for record in (*self.old.values(), *self.new.values()):
            for name in ("mlkg:option", "mlkg:criterion"):
                terms |= record.get(iri(name), frozenset())
        terms |= {NamedNode(one) for one in self.changed}
        self.prefixes = {**before.prefixes, **after.prefixes}
        self.labels = {**labels(before.store, terms), **labels(after.store, terms)}
        self.answers = [
            {row["claim"].value: row["text"].value for row in study.select(_ANSWERS)}
            for study in (before, after)
        ]

    def changes(self) -> Changes:
        evidence: dict[str, list[RecordChange]] = {}
        claims: list[str] = []
        others: list[RecordChange] = []
        for one in self.changed:
            kind = self.kind(one)
            if kind == "claim":
                claims.append(one)
            elif kind == "evidence" and (about := self.first(one, "mlkg:about")):
                evidence.setdefault(about, []).append(self.record(one, kind))
            else:
                others.append(self.record(one, kind))
        found = [
            self.claim(claim, tuple(evidence.get(claim, [])))
            for claim in sorted({*claims, *evidence}, key=natural)
        ]
        rank = {kind: number for number, kind in enumerate(_KINDS)}
        others.sort(key=lambda r: (rank.get(r.kind, len(rank)), r.kind, natural(r.label), r.iri))
        shown = [claim for claim in found if _says_something(claim)]
        return Changes(tuple(sorted(shown, key=lambda c: natural(c.label))), tuple(others))

    def claim(self, one: str, evidence: tuple[RecordChange, ...]) -> ClaimChange:
        answers = [
            said.get(one) if one in side else None
            for said, side in zip(self.answers, (self.old, self.new), strict=True)
        ]
        option, criterion = (self.first(one, f"mlkg:{name}") for name in ("option", "criterion"))
        label = f"{self.name(option)} × {self.name(criterion)}" if option else local_name(one)
        return ClaimChange(
            change=self.way(one),
            iri=one,
            label=label,
            before=answers[0],
            after=answers[1],
            edits=tuple(
                edit
                for edit in self.edits(one)
                if edit.property not in _IN_ANSWER and self.way(one) == "changed"
            ),
            evidence=evidence,
        )

    def record(self, one: str, kind: str) -> RecordChange:
        edits = self.edits(one) if self.way(one) == "changed" else ()
        return RecordChange(self.way(one), kind, one, self.record_label(one), edits)

    def way(self, one: str) -> str:
        if one not in self.old:
            return "added"
        return "changed" if one in self.new else "removed"

    def kind(self, one: str) -> str:
        kinds = sorted(
            local_name(term.value)
            for side in (self.new, self.old)
            for term in side.get(one, _NOTHING).get(iri("rdf:type"), frozenset())
            if isinstance(term, NamedNode) and term.value.startswith(iri("mlkg:"))
        )
        return _NAMES.get(kinds[0], kinds[0].lower()) if kinds else "record"

    def edits(self, one: str) -> tuple[Edit, ...]:
        old, new = self.old.get(one, _NOTHING), self.new.get(one, _NOTHING)
        found = []
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                before, after = (
                    self.texts(side.get(name), address=name == iri("schema:url"))
                    for side in (old, new)
                )
                found.append(Edit(local_name(name), before, after))
        return tuple(found)

    def texts(self, values: Iterable[Term] | None, *, address: bool = False) -> tuple[str, ...]:
        return tuple(sorted(self.text(term, address=address) for term in values or ()))

    def text(self, term: Term, *, address: bool) -> str:
        if isinstance(term, Literal) or (address and isinstance(term, NamedNode)):
            return term.value
        return self.labels.get(term) or shorten(term, self.prefixes)

    def first(self, one: str, name: str) -> str | None:
        for side in (self.new, self.old):
            for term in sorted(side.get(one, _NOTHING).get(iri(name), frozenset()), key=str):
                if isinstance(term, NamedNode):
                    return term.value
        return None

    def name(self, one: str | None) -> str:
        return self.labels.get(NamedNode(one)) or local_name(one) if one else "?"

    def record_label(self, one: str) -> str:
        """Return what a record is called: its label, what it says, its address, or its name."""
        for side in (self.new, self.old):
            said = side.get(one, _NOTHING)
            for name in ("mlkg:finding", "mlkg:quote"):
                if texts := self.texts(said.get(iri(name))):
                    return texts[0]
            if label := self.labels.get(NamedNode(one)):
                return label
            if url := self.texts(said.get(iri("schema:url")), address=True):
                return url[0]
        return local_name(one)


def _says_something(claim: ClaimChange) -> bool:
    return bool(
        claim.edits
        or claim.evidence
        or claim.before != claim.after
        or claim.change in {"added", "removed"}
    )


def _records(study: Study) -> dict[str, Record]:
    """Return what the data files say of each IRI; blank nodes have no name to compare by."""
    found: dict[str, dict[str, set[Term]]] = {}
    for file in study.files:
        for quad in file.quads():
            if isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode):
                said = found.setdefault(quad.subject.value, {})
                said.setdefault(quad.predicate.value, set()).add(quad.object)
    return {
        one: {name: frozenset(values) for name, values in said.items()}
        for one, said in found.items()
    }
