"""Why a cell says what it says: a claim with its state, its evidence and what it leans on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from mlkg import stored
from mlkg.editing.reviewing import digests
from mlkg.explain.description import NOTHING, Description, describe, pointing
from mlkg.explain.reason import Counts, Surroundings, reason
from mlkg.naming import labels
from mlkg.table import Cell, Heading
from mlkg.turtle.places import Place, places
from mlkg.validation.findings import Finding
from mlkg.validation.run import run_rule

if TYPE_CHECKING:
    from mlkg.study import Study


_ANSWERS = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT ?claim ?text WHERE { ?claim mlkg:answerText ?text }
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that evidence is read from; what the data does not tell is None."""

    iri: str
    url: str | None
    title: str | None
    kind: str | None
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence; `direction` is supports, disputes or inconclusive.

    `indicates` and `excludes` are answers as text; `relies_on` and `stated_under` are labels.
    `current` tells whether it counts; `withdrawn` is why it was withdrawn, empty without a reason
    and None where it was not. `answered` tells that the rationale of the claim names it.
    """

    iri: str
    direction: str
    current: bool
    indicates: str | None
    excludes: str | None
    findings: tuple[str, ...]
    quote: str | None
    locator: str | None
    relies_on: tuple[str, ...]
    stated_under: str | None
    applies_to: tuple[str, ...]
    source: Source | None
    edition: str | None
    retrieved: str | None
    valid_from: str | None
    valid_until: str | None
    certainty: str | None
    withdrawn: str | None
    answered: bool
    by: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Former:
    """What a claim said before it was changed: by whom, from when and until when, if known."""

    iri: str
    verdict: str | None
    qualifier: str | None
    relies_on: tuple[str, ...]
    rationale: tuple[str, ...]
    by: str | None
    since: str | None
    until: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Review:
    """That somebody stood for a claim; `current` tells that it still says what was reviewed."""

    iri: str
    by: str | None
    at: str | None
    current: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """Another option that a claim leans on, with that option's own claim.

    `claim` is None where there is none, where the chain comes back to itself (`cycle` then names
    the cells it runs through), and where it is told in full further up (`told`).
    """

    option: str
    claim: Claim | None = None
    cycle: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One cell with all that speaks for and against it; `iri` is None where no claim fills it.

    `cell` is what the table prints, `verdict` the answer alone, `state` a key of
    `mlkg.states.states`, `reason` one sentence that says why it has that state. `by` and `since`
    are who changed the claim last, and when; `history` is what it said before, the latest first.
    `reviews` are in the order of their times.
    """

    iri: str | None
    option: Heading
    criterion: Heading
    cell: str
    verdict: str | None
    state: str
    reason: str
    rationale: tuple[str, ...] = ()
    by: str | None = None
    since: str | None = None
    place: Place | None = None
    evidence: tuple[Evidence, ...] = ()
    relies_on: tuple[Reliance, ...] = ()
    history: tuple[Former, ...] = ()
    reviews: tuple[Review, ...] = ()
    findings: tuple[Finding, ...] = ()


def explain(study: Study, option: str, criterion: str) -> tuple[Claim, ...]:
    """Return the claims of one cell, given by the IRIs of its option and criterion.

    That is one claim in a sound study. A criterion that narrower ones divide gives theirs.
    """
    return explain_cells(study, [(option, part) for part in columns_of(study, criterion)])


def explain_cells(study: Study, cells: Iterable[tuple[str, str]]) -> tuple[Claim, ...]:
    """Return the claims of cells given by the IRIs of option and criterion, in that order."""
    wanted = list(cells)
    facts = _Facts(study, wanted)
    return tuple(c for cell in wanted for c in facts.explain_cell(cell, path=(), told=set()))


def columns_of(study: Study, criterion: str) -> list[str]:
    """Return the criteria that claims judge for `criterion`: itself, or those that divide it."""
    if any(heading.iri == criterion for heading in study.table().criteria):
        return [criterion]
    narrower = pointing(study.store, "skos:broader", [criterion]).get(criterion, [])
    return [column for part in narrower for column in columns_of(study, part)]


class _Facts:
    """What the graph says of some cells and of all that they lean on, read in a few queries."""

    def __init__(self, study: Study, roots: list[tuple[str, str]]) -> None:
        table = study.table()
        self._options = {heading.iri: heading for heading in table.options}
        self._criteria = {heading.iri: heading for heading in table.criteria}
        self._cells: dict[tuple[str, str], Cell] = {
            (option.iri, criterion.iri): cell
            for option, row in zip(table.options, table.rows, strict=True)
            for criterion, cell in zip(table.criteria, row, strict=True)
        }
        self._counts = {row["claim"].value: row for row in study.select("claims")}
        self._said = {row["evidence"].value: row for row in study.select("evidence")}
        self._ready = {row["claim"].value: row["indicated"].value for row in study.select("ready")}
        self._contested = {row["claim"].value for row in study.select("contested")}
        self._relied: dict[str, dict[str, str]] = {}
        for row in study.select("reliance"):
            self._relied.setdefault(row["claim"].value, {})[row["by"].value] = row["means"].value
        claims = self._closure(roots)
        self._evidence = pointing(study.store, "mlkg:about", claims)
        self._reviews = pointing(study.store, "mlkg:reviews", claims)
        self._digests = digests(study) if self._reviews else {}
        linking = (*self._evidence.values(), *self._reviews.values())
        records = {*claims, *(iri for found in linking for iri in found)}
        described = describe(study.store, records)
        while earlier := _revised(described) - records:
            records |= earlier
            described |= describe(study.store, earlier)
        linked = {
            term.value
            for description in described.values()
            for terms in description.values.values()
            for term in terms
            if isinstance(term, NamedNode)
        }
        self._described = {**describe(study.store, linked), **described}
        agents = {d.text("dcterms:publisher") for d in self._described.values()} - {None}
        kinds = {d.text("mlkg:sourceKind") for d in self._described.values()} - {None}
        named = [NamedNode(str(iri)) for iri in {*self._described, *agents, *kinds}]
        self._labels = {
            term.value: label
            for term, label in labels(study.store, named).items()
            if isinstance(term, NamedNode)
        }
        self._places = places(study, records)
        self._findings: dict[str, list[Finding]] = {}
        for rule in stored.rules(study.query_folders).values():
            for finding in run_rule(study.store, rule, study.prefixes):
                if isinstance(finding.focus, NamedNode):
                    self._findings.setdefault(finding.focus.value, []).append(finding)
        self._answers = {row["claim"].value: row["text"].value for row in study.select(_ANSWERS)}

    def _closure(self, cells: Iterable[tuple[str, str]]) -> set[str]:
        """Return the claims of `cells` and those they lean on, directly or not."""
        waiting = list(cells)
        seen: set[tuple[str, str]] = set()
        claims: set[str] = set()
        while waiting:
            cell = waiting.pop()
            if cell in seen or cell not in self._cells:
                continue
            seen.add(cell)
            for claim in self._cells[cell].claims:
                claims.add(claim)
                waiting += [(option, cell[1]) for option in self._relied.get(claim, {})]
        return claims

    def explain_cell(
        self, at: tuple[str, str], path: tuple[tuple[str, str], ...], told: set[tuple[str, str]]
    ) -> tuple[Claim, ...]:
        """Return the claims of a cell; `path` leads to it, `told` are the cells already told."""
        told.add(at)
        cell = self._cells[at]
        option, criterion = self._options[at[0]], self._criteria[at[1]]
        if not cell.claims:
            why = "the study has no claim for this option under this criterion"
            return (Claim(None, option, criterion, "", None, cell.state, why),)
        return tuple(
            self._explain(iri, option, criterion, cell, (*path, at), told) for iri in cell.claims
        )

    def _explain(
        self,
        iri: str,
        option: Heading,
        criterion: Heading,
        cell: Cell,
        path: tuple[tuple[str, str], ...],
        told: set[tuple[str, str]],
    ) -> Claim:
        described = self._described.get(iri, NOTHING)
        answered = frozenset(described.texts("mlkg:despite"))
        evidence = tuple(self._piece(one, answered) for one in self._evidence.get(iri, []))
        pieces = [iri, *(piece.iri for piece in evidence)]
        verdict = self._answers.get(iri)
        relied = sorted(self._relied.get(iri, {}).items(), key=lambda item: item[1])
        return Claim(
            iri=iri,
            option=option,
            criterion=criterion,
            cell=cell.text,
            verdict=verdict,
            state=cell.state,
            reason=self._reason(cell, iri, verdict, evidence),
            rationale=described.texts("mlkg:rationale"),
            by=self._label(described.text("prov:wasAttributedTo")),
            since=described.text("prov:generatedAtTime"),
            place=self._places.get(iri),
            evidence=evidence,
            relies_on=tuple(self._lean(other, label, path, told) for other, label in relied),
            history=tuple(self._history(described)),
            reviews=tuple(self._reviewed(iri)),
            findings=tuple(f for one in pieces for f in self._findings.get(one, [])),
        )

    def _reason(
        self, cell: Cell, claim: str, answer: str | None, evidence: Sequence[Evidence]
    ) -> str:
        """Say in one sentence why a cell is in its state."""
        if len(cell.claims) > 1:
            return f"{len(cell.claims)} claims give this cell a verdict"
        counts = self._counts.get(claim)
        if counts is None or answer is None:
            return "its verdict has no notation, so no view can count it"
        return reason(
            cell.state,
            answer,
            Counts(*(int(counts[name].value) for name in Counts._fields)),
            Surroundings(
                ready=self._ready.get(claim),
                contested=claim in self._contested,
                answered=sum(e.answered and e.direction == "disputes" for e in evidence),
                reviewed=bool(self._reviews.get(claim)),
            ),
        )

    def _reviewed(self, claim: str) -> list[Review]:
        found = []
        for iri in self._reviews.get(claim, []):
            said = self._described.get(iri, NOTHING)
            found.append(
                Review(
                    iri=iri,
                    by=self._label(said.text("prov:wasAttributedTo")),
                    at=said.text("prov:generatedAtTime"),
                    current=said.text("mlkg:digest") == self._digests.get(claim),
                    place=self._places.get(iri),
                )
            )
        return sorted(found, key=lambda review: review.at or "")

    def _history(self, described: Description) -> Iterator[Former]:
        seen: set[str] = set()
        earlier = described.text("prov:wasRevisionOf")
        while earlier and earlier not in seen:
            seen.add(earlier)
            said = self._described.get(earlier, NOTHING)
            yield Former(
                iri=earlier,
                verdict=self._answers.get(earlier),
                qualifier=said.text("mlkg:qualifier"),
                relies_on=tuple(self._label(o) or o for o in said.texts("mlkg:reliesOn")),
                rationale=said.texts("mlkg:rationale"),
                by=self._label(said.text("prov:wasAttributedTo")),
                since=said.text("prov:generatedAtTime"),
                until=said.text("prov:invalidatedAtTime"),
                place=self._places.get(earlier),
            )
            earlier = said.text("prov:wasRevisionOf")

    def _lean(
        self,
        option: str,
        label: str,
        path: tuple[tuple[str, str], ...],
        told: set[tuple[str, str]],
    ) -> Reliance:
        at = (option, path[-1][1])
        if at in path:
            loop = [*path[path.index(at) :], at]
            return Reliance(label, cycle=tuple(self._cell_name(cell) for cell in loop))
        if at not in self._cells:
            return Reliance(label)
        if at in told:
            return Reliance(label, told=True)
        return Reliance(label, self.explain_cell(at, path, told)[0])

    def _piece(self, iri: str, answered: Collection[str]) -> Evidence:
        said = self._described.get(iri, NOTHING)
        source = said.text("mlkg:source")
        derived = self._said.get(iri)
        withdrawn = said.text("prov:invalidatedAtTime") and " ".join(
            said.texts("mlkg:withdrawnBecause")
        )
        return Evidence(
            iri=iri,
            direction=_text(derived, "direction") or "inconclusive",
            current=_text(derived, "current") != "false",
            indicates=_text(derived, "indicates"),
            excludes=_text(derived, "excludes"),
            findings=said.texts("mlkg:finding"),
            quote=said.text("mlkg:quote"),
            locator=said.text("mlkg:locator"),
            relies_on=tuple(self._label(other) or other for other in said.texts("mlkg:reliesOn")),
            stated_under=self._label(said.text("mlkg:statedUnder")),
            applies_to=said.texts("mlkg:appliesTo"),
            source=self._source(source) if source else None,
            edition=said.text("mlkg:edition"),
            retrieved=said.text("mlkg:retrievedOn"),
            valid_from=said.text("mlkg:validFrom"),
            valid_until=said.text("mlkg:validUntil"),
            certainty=self._label(said.text("mlkg:certainty")),
            withdrawn=withdrawn,
            answered=iri in answered,
            by=self._label(said.text("prov:wasAttributedTo")),
            place=self._places.get(iri),
        )

    def _source(self, iri: str) -> Source:
        said = self._described.get(iri, NOTHING)
        return source_of(iri, said, self._labels)

    def _label(self, iri: str | None) -> str | None:
        return None if iri is None else self._labels.get(iri, iri)

    def _cell_name(self, at: tuple[str, str]) -> str:
        return f"{self._options[at[0]].label} × {self._criteria[at[1]].label}"


def _revised(described: Mapping[str, Description]) -> set[str]:
    return {iri for said in described.values() for iri in said.texts("prov:wasRevisionOf")}


def source_of(iri: str, said: Description, names: Mapping[str, str]) -> Source:
    """Return a source of which the graph says `said`; `names` has labels by IRI."""
    kind, publisher = said.text("mlkg:sourceKind"), said.text("dcterms:publisher")
    return Source(
        iri=iri,
        url=said.text("schema:url"),
        title=said.text("dcterms:title"),
        kind=names.get(kind, kind) if kind else None,
        publisher=names.get(publisher, publisher) if publisher else None,
    )


def _text(row: Any, name: str) -> str | None:
    return None if row is None or row[name] is None else str(row[name].value)
