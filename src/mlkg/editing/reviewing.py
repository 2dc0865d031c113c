"""Recording that somebody looked at a claim and stands for it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.drafts import Draft, draft, start
from mlkg.editing.records import PERSON, Additions, claim_of, file_of, said
from mlkg.explain.description import iri, pointing
from mlkg.lookup import find

if TYPE_CHECKING:
    from mlkg.study import Study


def review(study: Study, option: str, criterion: str, *, by: str, at: str) -> Draft:
    """Return the draft that records a review of a claim, with the digest of what it says now.

    `by` names a person, `at` is a time as xsd:dateTime has it.
    Raises MlkgError for names that lead nowhere.
    """
    judged = find(study, criterion, "criterion")
    claim = claim_of(study, find(study, option, "option"), judged)
    used = minting.taken(study)
    additions = Additions(study, used)
    record = minting.numbered(f"{claim}-review", used)
    values = said(
        ("rdf:type", "mlkg:Review"),
        ("mlkg:reviews", NamedNode(claim)),
        ("mlkg:digest", Literal(digests(study)[claim])),
        ("prov:wasAttributedTo", additions.agent(by, PERSON)),
        ("prov:generatedAtTime", Literal(at, datatype=NamedNode(iri("xsd:dateTime")))),
    )
    patch = start(study, file_of(study, claim))
    anchors = [claim]
    for name in ("mlkg:about", "mlkg:reviews"):
        anchors += pointing(study.store, name, [claim]).get(claim, [])
    patch.insert_after(anchors, record, values)
    return draft(study, [patch], [record, *additions.write(patch)])


def digests(study: Study) -> dict[str, str]:
    """Return the digest of what each claim says now, by the IRI of the claim; see `digests.rq`."""
    return {row["claim"].value: row["digest"].value for row in study.select("digests")}
