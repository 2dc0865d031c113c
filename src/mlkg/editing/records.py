"""Records that commands write besides the one asked for: sources, people and organisations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.patches import Patch, Values
from mlkg.errors import MlkgError
from mlkg.explain.description import NOTHING, describe, iri, natural, pointing
from mlkg.lookup import Named, find, local_name, records
from mlkg.naming import shorten

if TYPE_CHECKING:
    from mlkg.study import Study

_CLAIMS = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT DISTINCT ?claim ?option ?criterion WHERE {
  ?claim a mlkg:Claim ; mlkg:option ?option ; mlkg:criterion ?criterion
}
"""
_EVIDENCE = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT DISTINCT ?evidence WHERE { ?evidence a mlkg:Evidence ; mlkg:about ?claim }
"""
_BELONGING = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?claim ?record WHERE {
  ?claim a mlkg:Claim .
  { ?claim prov:wasRevisionOf+ ?record }
  UNION { ?record mlkg:about ?claim }
  UNION { ?record mlkg:reviews ?claim }
}
"""

PERSON, ORGANISATION = "foaf:Person", "foaf:Organization"

SECTIONS = {"mlkg:Source": "Sources", PERSON: "People", ORGANISATION: "Organisations"}


def said(*pairs: tuple[str, NamedNode | Literal | str | None]) -> Values:
    """Return what a record says, of pairs of a prefixed name and a value; None is left out.

    A text stands for the IRI of a prefixed name, as in `("rdf:type", "mlkg:Claim")`.
    """
    return [
        (iri(name), NamedNode(iri(value)) if isinstance(value, str) else value)
        for name, value in pairs
        if value is not None
    ]


def language(study: Study) -> str:
    """Return the language of the study: that of its title, or else English."""
    described = describe(study.store, [study.iri]) if study.iri else {}
    for title in described.get(study.iri or "", NOTHING).terms("dcterms:title"):
        if isinstance(title, Literal) and title.language:
            return title.language
    return "en"


def text(study: Study, words: str | None) -> Literal | None:
    """Return words as a literal in the language of the study, None for none."""
    return Literal(words.strip(), language=language(study)) if words and words.strip() else None


def moment(at: str) -> Literal:
    """Return a time as xsd:dateTime has it, as a literal."""
    return Literal(at, datatype=NamedNode(iri("xsd:dateTime")))


def claim_of(study: Study, option: Named, criterion: Named) -> str:
    """Return the IRI of the one claim of a cell; raise MlkgError where there is none or several."""
    where = f"{option.label} × {criterion.label}"
    cell = {"option": NamedNode(option.iri), "criterion": NamedNode(criterion.iri)}
    claims: list[str] = sorted({row["claim"].value for row in study.select(_CLAIMS, cell)})
    if len(claims) == 1:
        return claims[0]
    if claims:
        raise MlkgError(f"{where}: {len(claims)} claims give an answer; keep one")
    if pointing(study.store, "skos:broader", [criterion.iri]):
        raise MlkgError(f"{where}: {criterion.label} is judged through narrower criteria; name one")
    way = f"mlkg new option '{option.label}'"
    raise MlkgError(f"{where}: there is no claim; {way} opens what is missing")


def all_claims(study: Study) -> list[tuple[str, str, str]]:
    """Return the IRIs of every claim, its option and its criterion, sorted."""
    rows = study.select(_CLAIMS)
    return sorted(
        {(row["claim"].value, row["option"].value, row["criterion"].value) for row in rows}
    )


def belonging(study: Study, claims: Collection[str]) -> dict[str, list[str]]:
    """Return, for each of `claims`, the records that belong to it, in the natural order of IRIs.

    These are its evidence and search records, what it said formerly, and its reviews.
    """
    found: dict[str, list[str]] = {claim: [] for claim in claims}
    for row in study.select(_BELONGING):
        if row["claim"].value in found and isinstance(row["record"], NamedNode):
            found[row["claim"].value].append(row["record"].value)
    return {claim: sorted(records, key=natural) for claim, records in found.items()}


def evidence_about(study: Study, claim: str) -> list[Named]:
    """Return the pieces of evidence about a claim, each called by its prefixed name."""
    rows = study.select(_EVIDENCE, {"claim": NamedNode(claim)})
    iris = sorted({row["evidence"].value for row in rows}, key=natural)
    names = [(iri, shorten(NamedNode(iri), study.prefixes)) for iri in iris]
    return [Named(iri, "piece of evidence", name, (name,)) for iri, name in names]


def file_of(study: Study, record: str) -> str:
    """Return the name of the first data file that has a statement about `record`."""
    from mlkg.turtle.places import statements_about

    for file, _, _ in statements_about(study, record):
        return file.name
    raise MlkgError(f"{record}: no data file has this record")


def source_at(study: Study, url: str) -> str | None:
    """Return the IRI of the source with this URL, None when there is none.

    A last slash and the case of scheme and host make no difference.
    Raises MlkgError when `url` is not an http or https address that Turtle can hold.
    """
    wanted = _same_page(url)
    for record in records(study, "source"):
        if any(name.startswith("http") and _same_page(name) == wanted for name in record.names):
            return record.iri
    return None


def _same_page(url: str) -> tuple[str, str, str, str, str]:
    try:
        NamedNode(url)
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise MlkgError(f"{url}: not an http or https address, with %20 for a blank and so on")
    path = parts.path.rstrip("/")
    return (parts.scheme.lower(), parts.netloc.lower(), path, parts.query, parts.fragment)


@dataclass(slots=True)
class Additions:
    """New records that go to the end of a file, each below the others of its kind."""

    study: Study
    used: set[str]
    made: list[tuple[str, str, Values]] = field(default_factory=list)

    def agent(self, name: str | None, kind: str) -> NamedNode | None:
        """Return the person or organisation with this name, a new one if nobody has it.

        A whole name is wanted, or an IRI: the beginning of one could be somebody else's.
        """
        if name is None or not name.strip():
            return None
        plain = " ".join(name.split())
        for record in records(self.study, "agent"):
            names = {other.casefold() for other in (*record.names, local_name(record.iri))}
            if plain.casefold() in names or plain.strip("<>") == record.iri:
                return NamedNode(record.iri)
        for made, _, values in self.made:
            if (iri("foaf:name"), Literal(plain)) in values:
                return NamedNode(made)
        neighbours = [record.iri for record in records(self.study, "agent")]
        new = self._mint(neighbours, "agent", minting.slug(plain))
        self.made.append((new, kind, said(("rdf:type", kind), ("foaf:name", Literal(plain)))))
        return NamedNode(new)

    def source(
        self, url: str, title: str | None, kind: str | None, publisher: str | None
    ) -> NamedNode:
        """Return the source at `url`, a new one if there is none; then it needs a `kind`.

        Raises MlkgError for no address, UnknownNameError for no kind.
        """
        if known := source_at(self.study, url):
            return NamedNode(known)
        if not kind:
            kinds = [local_name(record.iri) for record in records(self.study, "kind of source")]
            raise MlkgError(f"{url}: a new source needs its --kind: {', '.join(kinds)}")
        found = find(self.study, kind, "kind of source")
        name = minting.slug(title) if title else minting.url_slug(url)
        new = self._mint([r.iri for r in records(self.study, "source")], "source", name)
        values = said(
            ("rdf:type", "mlkg:Source"),
            ("dcterms:title", text(self.study, title)),
            ("schema:url", NamedNode(url)),
            ("mlkg:sourceKind", NamedNode(found.iri)),
            ("dcterms:publisher", self.agent(publisher, ORGANISATION)),
        )
        self.made.append((new, "mlkg:Source", values))
        return NamedNode(new)

    def write(self, patch: Patch) -> list[str]:
        """Put the new records into `patch`, and return their IRIs."""
        for new, kind, values in sorted(self.made, key=lambda item: list(SECTIONS).index(item[1])):
            kin = [i for i in patch.subjects() if patch.is_a(i, iri(kind))]
            if kin:
                patch.insert_after(kin, new, values)
            else:
                patch.append(new, values, section=SECTIONS[kind])
        return [new for new, _, _ in self.made]

    def _mint(self, neighbours: list[str], kind: str, name: str) -> str:
        claims = [claim for claim, _, _ in all_claims(self.study)]
        home = claims[0].removesuffix(local_name(claims[0])) if claims else f"{self.study.iri}/"
        new = minting.named(neighbours, minting.sibling(home, "claim", kind), name, self.used)
        self.used.add(new)
        return new
