"""Answers as people type them, read as terms of a criterion's scale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing.units import Unit, named, units
from mlkg.errors import MlkgError
from mlkg.explain.description import describe, iri
from mlkg.lookup import Named, choose, local_name, records
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

UNKNOWN, NOT_ASSESSED = iri("mlkg:unknown"), iri("mlkg:notAssessed")
SPECIAL = (UNKNOWN, iri("mlkg:notApplicable"), NOT_ASSESSED)
"""The verdicts that belong to every scale, without being listed."""

_DIGITS = 18
_QUANTITY = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))\s*(\D.*)?", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Scale:
    """What a criterion allows as an answer.

    `value_type` is quantity, date or text, and None for `verdicts`. A criterion without a scale
    allows every verdict.
    """

    label: str
    verdicts: tuple[Named, ...]
    value_type: str | None = None
    unit: Term | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """Answers as evidence states them; `unit` is None where it is that of the scale."""

    terms: tuple[Term, ...]
    unit: Term | None = None


def scale_of(study: Study, criterion: Named) -> Scale:
    """Return the scale of a criterion."""
    verdicts = records(study, "verdict")
    scale = describe(study.store, [criterion.iri])[criterion.iri].text("mlkg:scale")
    said = describe(study.store, [scale]).get(scale) if scale else None
    if scale is None or said is None:
        return Scale("any verdict", tuple(verdicts), several=False)
    allowed = {*said.texts("skos:hasTopConcept"), *SPECIAL}
    value_type = said.text("mlkg:valueType")
    return Scale(
        label=said.text("rdfs:label") or local_name(scale),
        verdicts=tuple(verdict for verdict in verdicts if verdict.iri in allowed),
        value_type=local_name(value_type) if value_type else None,
        unit=next(iter(said.terms("mlkg:unit")), None),
        several=said.text("mlkg:several") in ("true", "1"),
    )


def answers_of(study: Study, criterion: Named, texts: Sequence[str]) -> tuple[Term, ...]:
    """Return the answer that `texts` give, for a claim under a criterion: verdicts or values.

    A verdict goes by its label, notation or IRI. Unknown, not applicable and not assessed are
    answers on every scale. A quantity is a plain number, with a unit behind it if need be, and is
    converted into the unit of the scale. Where the scale allows several answers, one text may
    give them with commas between; `\\,` is a comma in a text.
    Raises MlkgError, UnknownNameError or AmbiguousNameError when a text is no answer on the scale,
    when there are several where one is allowed, and when a quantity cannot be converted exactly.
    """
    scale = scale_of(study, criterion)
    known = units(study) if isinstance(scale.unit, NamedNode) else {}
    terms = []
    for text in _divided(study, scale, texts):
        term, own = _read(study, scale, text)
        if isinstance(own, NamedNode) and isinstance(scale.unit, NamedNode) and own != scale.unit:
            term = _converted(text, term, known[own.value], known[scale.unit.value])
        terms.append(term)
    return _checked(scale, terms)


def stated_answers(
    study: Study, criterion: Named, texts: Sequence[str], unit: Term | None = None
) -> Stated:
    """Return the answers that `texts` give, as evidence states them: in the unit of the source.

    `unit` is that of plain numbers. Raises what `answers_of` raises, and MlkgError for several
    units, or for an answer that evidence cannot state: unknown and not assessed.
    """
    scale = scale_of(study, criterion)
    terms, found = [], set[Term | None]()
    if _same_text(unit, scale.unit):
        unit = scale.unit  # a text may have another language tag, or none
    for text in _divided(study, scale, texts):
        term, own = _read(study, scale, text)
        if term in (NamedNode(UNKNOWN), NamedNode(NOT_ASSESSED)):
            raise MlkgError(
                f"{text}: evidence gives an answer; "
                "with --inconclusive it gives none and rules none out"
            )
        terms.append(term)
        if own and unit and own != unit:
            raise MlkgError(f"{text}: this is not in the unit that --unit gives")
        if isinstance(term, Literal):
            found.add(own or unit or scale.unit)
    if len(found) > 1:
        raise MlkgError(f"{', '.join(texts)}: give all quantities in one unit")
    chosen = next(iter(found), None)
    if chosen is not None and chosen != scale.unit and scale.value_type != "quantity":
        raise MlkgError(f"the scale {scale.label} takes no unit")
    return Stated(_checked(scale, terms), None if chosen == scale.unit else chosen)


def day(text: str) -> Literal:
    """Return a day as an xsd:date; raise MlkgError when `text` is none, as in 2024-01-31."""
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError(text)
        found = date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise MlkgError(f"{text}: no such day; write it as in 2024-01-31") from error
    return Literal(found, datatype=NamedNode(iri("xsd:date")))


def _divided(study: Study, scale: Scale, texts: Sequence[str]) -> list[str]:
    """Return one text for each answer: where several are allowed, commas divide a text."""
    divided = []
    for text in texts:
        if not scale.several or _whole(study, scale, text):
            divided.append(text)
            continue
        comma = r",\s+" if scale.value_type == "quantity" else r"(?<!\\),"
        parts = [part.replace("\\,", ",").strip() for part in re.split(comma, text)]
        divided += [part for part in parts if part] or [text]
    return divided


def _whole(study: Study, scale: Scale, text: str) -> Named | None:
    """Return the verdict that has just this name, one of those of every scale on a value scale."""
    plain = _plain(text)
    bare = text.strip().removeprefix("<").removesuffix(">")
    prefix, _, local = bare.partition(":")
    iris = {bare, study.prefixes.get(prefix, "\n") + local}
    for verdict in scale.verdicts:
        if scale.value_type is None or verdict.iri in SPECIAL:
            names = {_plain(name) for name in (*verdict.names, local_name(verdict.iri))}
            if plain in names or verdict.iri in iris:
                return verdict
    return None


def _read(study: Study, scale: Scale, text: str) -> tuple[Term, Term | None]:
    """Return one answer, and the unit that it names."""
    if not text.strip():
        raise MlkgError(f"an answer on the scale {scale.label} is not empty")
    if verdict := _whole(study, scale, text):
        return NamedNode(verdict.iri), None
    if scale.value_type is None:
        return NamedNode(choose(study, text, scale.verdicts).iri), None
    if scale.value_type == "date":
        return day(text), None
    if scale.value_type == "quantity":
        return _quantity(study, scale, text)
    return Literal(text.strip()), None


def _quantity(study: Study, scale: Scale, text: str) -> tuple[Literal, Term | None]:
    found = _QUANTITY.fullmatch(text.strip())
    unit = found[2] if found and found[2] else None
    own = _own_unit(study, scale, unit) if unit else None
    if not found or (unit and own is None):
        example = f"12.5 or 12.5 {_shown(study, scale)}" if scale.unit else "12.5"
        raise MlkgError(
            f"{text}: not a quantity on the scale {scale.label}; write a number as in {example}, "
            "without separators or exponents"
        )
    return number(text, Fraction(found[1])), own


def _own_unit(study: Study, scale: Scale, text: str) -> Term | None:
    """Return the unit that `text` names if it is the scale's or can be converted into it."""
    if isinstance(scale.unit, Literal):
        return scale.unit if _same_text(Literal(text), scale.unit) else None
    if not isinstance(scale.unit, NamedNode):
        return None
    known = units(study)
    unit, shared = named(known, " ".join(text.split())), known.get(scale.unit.value)
    return NamedNode(unit.iri) if unit and shared and unit.kind == shared.kind else None


def number(text: str, value: Fraction) -> Literal:
    """Return a number as xsd:integer or xsd:decimal.

    Raises MlkgError, which names `text`, when it has more digits than stores keep.
    """
    shift = 0
    while (value * 10**shift).denominator != 1 and shift <= _DIGITS:
        shift += 1
    scaled = value * 10**shift
    if scaled.denominator != 1 or len(str(abs(scaled.numerator))) > _DIGITS:
        raise MlkgError(f"{text}: {_DIGITS} digits at most can be kept exactly")
    plain = format(Decimal(scaled.numerator).scaleb(-shift), "f")
    kind = "xsd:decimal" if shift else "xsd:integer"
    return Literal(plain, datatype=NamedNode(iri(kind)))


def _converted(text: str, term: Term, own: Unit, shared: Unit) -> Term:
    if not isinstance(term, Literal):
        return term
    value = Fraction(term.value) * own.factor / shared.factor
    return number(f"{text} in {shared.symbol}", value)


def _checked(scale: Scale, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return `terms` without repetitions; raise MlkgError where they cannot be one answer."""
    distinct = tuple(dict.fromkeys(terms))
    if not distinct:
        raise MlkgError(f"give an answer on the scale {scale.label}")
    if len(distinct) > 1 and not scale.several:
        raise MlkgError(f"the scale {scale.label} allows one answer, not {len(distinct)}")
    if len(distinct) > 1 and any(
        term == NamedNode(verdict) for term in distinct for verdict in SPECIAL
    ):
        raise MlkgError("unknown, not applicable and not assessed are answers on their own")
    return distinct


def _same_text(one: Term | None, other: Term | None) -> bool:
    return (
        isinstance(one, Literal)
        and isinstance(other, Literal)
        and _plain(one.value) == _plain(other.value)
    )


def _shown(study: Study, scale: Scale) -> str:
    if isinstance(scale.unit, NamedNode):
        unit = units(study).get(scale.unit.value)
        return unit.symbol if unit else scale.unit.value
    return scale.unit.value if isinstance(scale.unit, Literal) else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
