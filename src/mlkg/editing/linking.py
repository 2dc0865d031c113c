"""Adding evidence to claims, with its source if the study does not have it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.answers import NOT_ASSESSED, UNKNOWN, day, stated_answers
from mlkg.editing.drafts import Draft, draft, loaded, start
from mlkg.editing.patches import Patch, Values
from mlkg.editing.records import (
    PERSON,
    Additions,
    belonging,
    claim_of,
    file_of,
    moment,
    said,
    text,
)
from mlkg.editing.units import unit_of
from mlkg.errors import MlkgError
from mlkg.explain.description import describe, iri
from mlkg.lookup import Named, find, local_name
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

WAYS = ("supports", "disputes", "inconclusive")

_STATEMENTS = ("mlkg:indicates", "mlkg:excludes", "mlkg:excludesAbove", "mlkg:excludesBelow")

_DIRECTION = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT ?direction ?answer WHERE {
  ?evidence mlkg:direction ?direction ; mlkg:about ?claim . ?claim mlkg:answerText ?answer
}
"""


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence as somebody gives it: names where the data has IRIs, None for what is not said.

    `at` is a time as xsd:dateTime has it. `title`, `kind` and `publisher` are for a source that is
    new. `way` is one of WAYS, seen from the claim as it is; `indicates`, `excludes` and the bounds
    are answers on the scale of the criterion, and `unit` is that of their plain numbers.
    `retrieved`, `valid_from` and `valid_until` are days as in 2024-01-31, `certainty` is high,
    moderate or low.
    """

    url: str
    at: str
    way: str | None = None
    indicates: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    excludes_above: str | None = None
    excludes_below: str | None = None
    excludes_qualifier: str | None = None
    unit: str | None = None
    title: str | None = None
    kind: str | None = None
    publisher: str | None = None
    finding: str | None = None
    quote: str | None = None
    locator: str | None = None
    edition: str | None = None
    retrieved: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    certainty: str | None = None
    because: str | None = None
    applies_to: str | None = None
    answered_by: str | None = None
    relies_on: tuple[str, ...] = ()
    by: str | None = None

    @property
    def states_answers(self) -> bool:
        """Whether it says itself which answers it indicates or excludes."""
        bounds = (self.excludes_above, self.excludes_below)
        return bool(self.indicates or self.excludes) or any(bound is not None for bound in bounds)


def link(study: Study, option: str, criteria: Sequence[str], given: Link) -> Draft:
    """Return the draft that adds a record of evidence for each of `criteria` to a claim each.

    `option` and `criteria` are names. A record goes below the last that belongs to its claim.
    Without `given.way` and without answers, the evidence indicates the answer of the claim.
    Raises MlkgError, which says what is wrong with `given`: names that lead nowhere, answers that
    are not on the scale, no answer about a claim that gives none, or a contradiction.
    """
    row = find(study, option, "option")
    columns = {find(study, name, "criterion").iri: name for name in criteria}
    cells = {}
    for name in columns.values():
        column = find(study, name, "criterion")
        cells[claim_of(study, row, column)] = (f"{row.label} × {column.label}", column)
    used = minting.taken(study)
    additions = Additions(study, used)
    shared = _shared(study, given, additions)
    around = belonging(study, list(cells))
    patches: dict[str, Patch] = {}
    made: dict[str, str] = {}
    for claim, (where, column) in cells.items():
        evidence = minting.evidence_iri(study, claim, used)
        used.add(evidence)
        made[evidence] = where
        values = [
            *said(("rdf:type", "mlkg:Evidence"), ("mlkg:about", NamedNode(claim))),
            *_statements(study, column, claim, where, given),
            *shared,
        ]
        home = file_of(study, claim)
        patch = patches.setdefault(home, start(study, home))
        patch.insert_after([claim, *around[claim]], evidence, values)
    new = additions.write(next(iter(patches.values())))
    drafted = draft(study, list(patches.values()), [*made, *new, *cells])
    if given.way in WAYS[:2] and (given.states_answers or given.excludes_qualifier):
        _agree(study, drafted, made, given.way)
    return drafted


def _shared(study: Study, given: Link, additions: Additions) -> Values:
    """Return what all records of one command say alike, below what they state about the claim."""
    if given.because and not given.certainty:
        raise MlkgError("a reason for the certainty belongs to --certainty high, moderate or low")
    source = additions.source(given.url, given.title, given.kind, given.publisher)
    relied = [find(study, name, "option", "component").iri for name in given.relies_on]
    certainty = f"mlkg:{given.certainty}" if given.certainty else None
    return said(
        ("mlkg:finding", text(study, given.finding)),
        ("mlkg:quote", _words(given.quote)),
        ("mlkg:locator", _words(given.locator)),
        ("mlkg:appliesTo", text(study, given.applies_to)),
        *(("mlkg:reliesOn", NamedNode(one)) for one in relied),
        ("mlkg:certainty", certainty),
        ("mlkg:certaintyReason", text(study, given.because)),
        ("mlkg:source", source),
        ("mlkg:edition", _words(given.edition)),
        ("mlkg:answeredBy", _words(given.answered_by)),
        ("mlkg:retrievedOn", day(given.retrieved) if given.retrieved else None),
        ("mlkg:validFrom", day(given.valid_from) if given.valid_from else None),
        ("mlkg:validUntil", day(given.valid_until) if given.valid_until else None),
        ("prov:wasAttributedTo", additions.agent(given.by, PERSON)),
        ("prov:generatedAtTime", moment(given.at)),
    )


def _words(given: str | None) -> Literal | None:
    return Literal(given.strip()) if given and given.strip() else None


def _statements(study: Study, column: Named, claim: str, where: str, given: Link) -> Values:
    """Return what evidence indicates and excludes, whatever the claim will say later."""
    qualifier = text(study, given.excludes_qualifier)
    if given.way == "inconclusive":
        if given.states_answers or qualifier:
            raise MlkgError("inconclusive evidence indicates nothing and excludes nothing")
        return []
    answer = answer_of(study, claim)
    if given.way is not None and not answer:
        raise MlkgError(f"{where}: {_way_out(study, claim)}")
    stated, unit = _stated(study, column, given)
    if not stated["mlkg:indicates"] and (
        given.way == "supports" or (given.way is None and not given.states_answers)
    ):
        if not answer and not qualifier:
            raise MlkgError(f"{where}: {_way_out(study, claim)}")
        if given.way == "supports" or not qualifier:
            stated["mlkg:indicates"] = answer
    if given.way == "disputes" and not given.states_answers and not qualifier:
        stated["mlkg:excludes"] = answer
    both = set(stated["mlkg:indicates"]) & set(stated["mlkg:excludes"])
    if both:
        raise MlkgError("evidence does not indicate an answer that it excludes")
    return [
        *((iri(name), term) for name in _STATEMENTS for term in stated[name]),
        *said(("mlkg:excludesQualifier", qualifier), ("mlkg:unit", _unit_term(unit))),
    ]


def _stated(
    study: Study, column: Named, given: Link
) -> tuple[dict[str, tuple[Term, ...]], Term | None]:
    """Return the answers that `given` states itself, by property, and the unit of all of them."""
    unit = unit_of(study, given.unit) if given.unit else None
    if unit and not given.states_answers:
        raise MlkgError("a unit belongs to an answer: give --indicates, --excludes or a bound")
    texts: dict[str, list[Sequence[str]]] = {
        "mlkg:indicates": [given.indicates] if given.indicates else [],
        "mlkg:excludes": [[text] for text in given.excludes],
        "mlkg:excludesAbove": [[given.excludes_above]] if given.excludes_above is not None else [],
        "mlkg:excludesBelow": [[given.excludes_below]] if given.excludes_below is not None else [],
    }
    found: dict[str, tuple[Term, ...]] = {}
    units = set()
    for name, groups in texts.items():
        stated = [stated_answers(study, column, group, unit) for group in groups]
        found[name] = tuple(dict.fromkeys(term for each in stated for term in each.terms))
        units |= {each.unit for each in stated if any(isinstance(t, Literal) for t in each.terms)}
    if len(units) > 1:
        raise MlkgError("give all quantities of one piece of evidence in one unit")
    return found, next(iter(units), None)


def _unit_term(unit: Term | None) -> NamedNode | Literal | None:
    return unit if isinstance(unit, NamedNode | Literal) else None


def answer_of(study: Study, claim: str) -> tuple[Term, ...]:
    """Return what a claim answers; nothing when it is open or not assessed."""
    now = describe(study.store, [claim])[claim]
    terms = (*now.terms("mlkg:verdict"), *now.terms("mlkg:value"))
    return tuple(t for t in terms if t not in (NamedNode(UNKNOWN), NamedNode(NOT_ASSESSED)))


def _way_out(study: Study, claim: str) -> str:
    verdict = describe(study.store, [claim])[claim].text("mlkg:verdict")
    state = "not assessed" if verdict == NOT_ASSESSED else "open"
    return (
        f"the claim is {state}; say what the evidence indicates, whatever the claim says: "
        "--indicates ANSWER, --excludes ANSWER or --inconclusive"
    )


def _agree(study: Study, drafted: Draft, made: dict[str, str], way: str) -> None:
    """Raise MlkgError when evidence that states answers bears on its claim in another way."""
    changed = loaded(study, drafted)
    for evidence, where in made.items():
        for row in changed.select(_DIRECTION, {"evidence": NamedNode(evidence)}):
            direction = row["direction"].value
            if direction != iri(f"mlkg:{way}"):
                found = local_name(direction).replace("inconclusive", "is inconclusive about")
                raise MlkgError(
                    f"{where}: --{way}, but evidence with these answers {found} the claim, "
                    f"which says {row['answer'].value}; leave out --{way}"
                )
