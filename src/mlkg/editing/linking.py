"""Adding evidence to a claim, with its source if the study does not have it yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.drafts import Draft, draft, start
from mlkg.editing.records import PERSON, Additions, claim_of, file_of, said, text
from mlkg.errors import MlkgError
from mlkg.explain.description import describe, iri, pointing
from mlkg.lookup import Named, choose, find, records

if TYPE_CHECKING:
    from mlkg.study import Study

DIRECTIONS = ("supports", "disputes", "inconclusive")


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence as somebody gives it: names where the data has IRIs, None for what is not said.

    `direction` is one of DIRECTIONS, `retrieved` a day as in 2024-01-31. `title`, `kind` and
    `publisher` are for a source that is new.
    """

    url: str
    direction: str
    title: str | None = None
    kind: str | None = None
    publisher: str | None = None
    indicates: str | None = None
    finding: str | None = None
    quote: str | None = None
    retrieved: str | None = None
    by: str | None = None


def link(study: Study, option: str, criterion: str, given: Link) -> Draft:
    """Return the draft that adds evidence below the last of a claim's.

    `option` and `criterion` are names. Raises MlkgError, which says what is wrong with `given`.
    """
    found = find(study, criterion, "criterion")
    claim = claim_of(study, find(study, option, "option"), found)
    used = minting.taken(study)
    additions = Additions(study, used)
    source = additions.source(given.url, given.title, given.kind, given.publisher)
    evidence = minting.evidence_iri(study, claim, used)
    indicated = verdict_of(study, found, given.indicates) if given.indicates else None
    given_verdict = describe(study.store, [claim])[claim].text("mlkg:verdict")
    if given.direction == "disputes" and indicated and indicated.iri == given_verdict:
        raise MlkgError(f"evidence that indicates {indicated.label} does not dispute that verdict")
    values = said(
        ("rdf:type", "mlkg:Evidence"),
        ("mlkg:about", NamedNode(claim)),
        ("mlkg:direction", f"mlkg:{given.direction}"),
        ("mlkg:indicates", NamedNode(indicated.iri) if indicated else None),
        ("mlkg:finding", text(study, given.finding)),
        ("mlkg:quote", Literal(given.quote.strip()) if given.quote else None),
        ("mlkg:source", source),
        ("mlkg:retrievedOn", day(given.retrieved) if given.retrieved else None),
        ("prov:wasAttributedTo", additions.agent(given.by, PERSON)),
    )
    patch = start(study, file_of(study, claim))
    before = pointing(study.store, "mlkg:about", [claim]).get(claim, [])
    patch.insert_after([claim, *before], evidence, values)
    return draft(study, [patch], [evidence, *additions.write(patch), claim])


def verdict_of(study: Study, criterion: Named, name: str) -> Named:
    """Return the verdict that `name` means on the criterion's scale; all verdicts if it has none.

    Raises UnknownNameError and AmbiguousNameError.
    """
    verdicts = records(study, "verdict")
    scale = describe(study.store, [criterion.iri])[criterion.iri].text("mlkg:scale")
    if scale:
        allowed = describe(study.store, [scale])[scale].texts("skos:hasTopConcept")
        verdicts = [verdict for verdict in verdicts if verdict.iri in allowed]
    return choose(study, name, verdicts)


def day(text: str) -> Literal:
    """Return a day as an xsd:date; raise MlkgError when `text` is none, as in 2024-01-31."""
    from datetime import date

    try:
        return Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(iri("xsd:date")))
    except ValueError as error:
        raise MlkgError(f"{text}: no such day; write it as in 2024-01-31") from error
