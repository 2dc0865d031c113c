"""The statements of a study in version 1 of the model that its migration reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.terms import Term

_TYPE = NamedNode(f"{WELL_KNOWN['rdf']}type")
_LABEL = f"{WELL_KNOWN['rdfs']}label"
EXCLUSIONS = ("excludes", "excludesAbove", "excludesBelow", "excludesQualifier")
READ = (
    "about",
    "criterion",
    "despite",
    "digest",
    "direction",
    "indicates",
    "modelVersion",
    "option",
    "rationale",
    "reviews",
    "scale",
    "several",
    "value",
    "verdict",
    *EXCLUSIONS,
)
"""The properties of mlkg's that migration reads."""


class FormerStatements:
    """The statements that migration reads, by the local name of their property."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Read `quads` once."""
        self._read: dict[str, dict[Term, list[Term]]] = {name: {} for name in (*READ, _LABEL)}
        by_iri = {NamedNode(f"{MLKG}{name}"): self._read[name] for name in READ}
        by_iri[NamedNode(_LABEL)] = self._read[_LABEL]
        self.studies: list[Term] = []
        study = NamedNode(f"{MLKG}Study")
        for quad in quads:
            about = by_iri.get(quad.predicate)
            if about is not None:
                listed = about.setdefault(quad.subject, [])
                if quad.object not in listed:
                    listed.append(quad.object)
            elif quad.predicate == _TYPE and quad.object == study:
                self.studies.append(quad.subject)

    def of(self, name: str) -> Mapping[Term, list[Term]]:
        """Return the values of a property of mlkg's, by subject."""
        return self._read[name]

    def values(self, subject: Term, name: str) -> list[Term]:
        """Return the values that a subject has for a property of mlkg's, sorted."""
        found = self.of(name).get(subject, [])
        return sorted(found, key=str) if len(found) > 1 else found

    def label(self, term: Term) -> str | None:
        """Return the label of an option or a criterion."""
        found = [one.value for one in self._read[_LABEL].get(term, []) if isinstance(one, Literal)]
        return min(found, default=None)
