"""Recording that somebody looked at a claim and stands for it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.drafts import Draft, draft, loaded, start
from mlkg.editing.records import PERSON, Additions, belonging, claim_of, file_of, moment, said
from mlkg.lookup import find

if TYPE_CHECKING:
    from mlkg.study import Study

_PLACEHOLDER = "0" * 64
_DIGEST = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT ?digest WHERE { ?claim mlkg:claimDigest ?digest }
"""


def review(study: Study, option: str, criterion: str, *, by: str, at: str) -> Draft:
    """Return the draft that records a review of a claim, with the digest of what it says now.

    `by` names a person, `at` is a time as xsd:dateTime has it.
    Raises MlkgError for names that lead nowhere.
    """
    judged = find(study, criterion, "criterion")
    claim = claim_of(study, find(study, option, "option"), judged)
    # The digest is derived for reviewed claims only, so the review is drafted without it first.
    changed = loaded(study, _reviewed(study, claim, _PLACEHOLDER, by, at))
    row = next(iter(changed.select(_DIGEST, {"claim": NamedNode(claim)})))
    return _reviewed(study, claim, row["digest"].value, by, at)


def _reviewed(study: Study, claim: str, digest: str, by: str, at: str) -> Draft:
    used = minting.taken(study)
    additions = Additions(study, used)
    record = minting.numbered(f"{claim}-review", used)
    values = said(
        ("rdf:type", "mlkg:Review"),
        ("mlkg:reviews", NamedNode(claim)),
        ("mlkg:digest", Literal(digest)),
        ("prov:wasAttributedTo", additions.agent(by, PERSON)),
        ("prov:generatedAtTime", moment(at)),
    )
    patch = start(study, file_of(study, claim))
    patch.insert_after([claim, *belonging(study, [claim])[claim]], record, values)
    return draft(study, [patch], [record, *additions.write(patch)])


def digests(study: Study) -> dict[str, str]:
    """Return the digest of what each reviewed claim says now, by the IRI of the claim."""
    return {row["claim"].value: row["digest"].value for row in study.select("digests")}
