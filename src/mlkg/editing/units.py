"""Units of quantities: the QUDT units that mlkg knows, by the names that people write."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from mlkg.errors import MlkgError, nearest
from mlkg.namespaces import WELL_KNOWN
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

UNIT = "http://qudt.org/vocab/unit/"
"""The namespace of QUDT's units, whose prefix is `unit`."""

_QUDT = "http://qudt.org/schema/qudt/"
_LABEL = WELL_KNOWN["rdfs"] + "label"


@dataclass(frozen=True, slots=True)
class Unit:
    """A QUDT unit: quantities of one `kind` are converted by the ratio of their factors."""

    iri: str
    label: str
    symbol: str
    kind: str
    factor: Fraction

    @property
    def local_name(self) -> str:
        """The name in the namespace of QUDT's units, as in MilliSEC."""
        return self.iri.removeprefix(UNIT)


def units(study: Study) -> Mapping[str, Unit]:
    """Return the units of the study's `units.ttl` by their IRIs, whether its data name one or not.

    That is mlkg's own file, unless the study has one of this name.
    """
    found: dict[str, dict[str, str]] = {}
    for path in study.term_paths:
        if path.name == "units.ttl":
            for quad in pyoxigraph.parse(path.read_bytes(), RdfFormat.TURTLE):
                if isinstance(quad.subject, NamedNode):
                    said = found.setdefault(quad.subject.value, {})
                    said[quad.predicate.value] = quad.object.value
    return {unit.iri: unit for unit in _units(found)}


def _units(found: Mapping[str, Mapping[str, str]]) -> Iterator[Unit]:
    names = ("symbol", "hasQuantityKind", "conversionMultiplier")
    for iri, said in found.items():
        if all(_QUDT + name in said for name in names):
            symbol, kind, factor = (said[_QUDT + name] for name in names)
            yield Unit(iri, said.get(_LABEL, iri), symbol, kind, Fraction(factor))


def unit_of(study: Study, text: str) -> Term:
    """Return the unit that `text` means: the IRI of a QUDT unit, or a text.

    A QUDT unit is named by its IRI, as in unit:MilliSEC or MilliSEC, or by its symbol or label.
    Raises MlkgError for an empty text, and for `unit:` with a name that mlkg does not know.
    """
    plain = " ".join(text.split())
    if not plain:
        raise MlkgError("a unit is a name such as ms, MilliSEC or stars")
    known = units(study)
    bare = plain.removeprefix("<").removesuffix(">")
    if bare.startswith(("http://", "https://")):
        try:
            return NamedNode(bare)
        except ValueError as error:
            raise MlkgError(f"{plain}: not an IRI") from error
    if unit := named(known, plain):
        return NamedNode(unit.iri)
    if plain.startswith("unit:"):
        names = [unit.local_name for unit in known.values()]
        hint = nearest(plain.removeprefix("unit:"), names, "ontology/units.ttl of mlkg")
        raise MlkgError(f"{plain}: mlkg does not know this QUDT unit; {hint}")
    return Literal(plain)


def named(known: Mapping[str, Unit], text: str) -> Unit | None:
    """Return the unit of `known` that `text` names: by local name, symbol or label."""
    wanted = _plain(text.removeprefix("unit:"))
    for unit in known.values():
        if wanted in (unit.local_name, _plain(unit.symbol)):
            return unit
    for unit in known.values():
        if wanted.casefold() in (unit.label.casefold(), f"{unit.label}s".casefold()):
            return unit
    return None


def _plain(text: str) -> str:
    """Return `text` with one form of letters that look alike: the micro sign and the Greek mu."""
    return unicodedata.normalize("NFKC", text)
