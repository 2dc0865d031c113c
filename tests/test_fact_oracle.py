"""Derived facts of random studies are what the tables of support and states say, in Python."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions
from samples import PREFIXES
from stores import store_with

DAY = "2024-06-15"
SCALES = """\
@prefix unit: <http://qudt.org/vocab/unit/> .
ex:study a mlkg:Study .
ex:day a mlkg:Evidence ; mlkg:about ex:nothing ; mlkg:retrievedOn "2024-06-15"^^xsd:date .
ex:ranked mlkg:scale ex:ranks .
ex:ranks a mlkg:Scale ; mlkg:ordered true ; skos:hasTopConcept mlkg:no , ex:half , ex:full .
mlkg:no schema:position 1 . ex:half schema:position 2 . ex:full schema:position 3 .
ex:many mlkg:scale ex:meals .
ex:meals a mlkg:Scale ; mlkg:several true ; skos:hasTopConcept ex:tea , ex:lunch , ex:dinner .
ex:delay mlkg:scale ex:times .
ex:times a mlkg:Scale ; mlkg:valueType mlkg:quantity ; mlkg:unit unit:MilliSEC .
"""
RANKS = {"mlkg:no": 1, "ex:half": 2, "ex:full": 3}
ASIDE = ("mlkg:unknown", "mlkg:notApplicable", "mlkg:notAssessed")
UNITS = {
    None: Fraction(1),
    "unit:MilliSEC": Fraction(1),
    "unit:MicroSEC": Fraction(1, 1000),
    "unit:BYTE": None,
    '"ms"': None,
}
ANSWERS = {
    "ranked": ("mlkg:no", "mlkg:no", "ex:half", "ex:full"),
    "many": ("ex:tea", "ex:lunch", "ex:dinner"),
    "delay": ("5", "5.0", "12.5", "5000"),
}


class Piece(NamedTuple):
    """A piece of evidence: what it states, whether it has a source, and whether it counts."""

    indicates: tuple[str, ...]
    excludes: tuple[str, ...]
    above: str | None
    below: str | None
    unit: str | None
    sourced: bool
    counts: str


class Cell(NamedTuple):
    """A claim with its evidence; `named` are the pieces that the rationale answers."""

    criterion: str
    answers: tuple[str, ...]
    pieces: tuple[Piece, ...]
    named: frozenset[int]
    searches: tuple[str, ...]
    review: bool


COUNTS = (*[""] * 6, "withdrawn", "expired", "future", "gone", "absent", "found", "until-later")


@st.composite
def pieces(draw: st.DrawFn, criterion: str, own: tuple[str, ...]) -> Piece:
    """Draw a piece of evidence about a claim of a criterion; it often indicates what that says."""
    answers = ANSWERS[criterion]
    several = criterion == "many"
    one = st.lists(st.sampled_from(answers), max_size=2 if several else 1, unique=True)
    bounds = st.none() if several else st.none() | st.sampled_from(answers)
    plain = draw(st.booleans())
    agrees = plain and own[0] not in ASIDE and draw(st.sampled_from((True, True, False)))
    return Piece(
        own[: draw(st.integers(1, 2))] if agrees else tuple(draw(one)),
        () if plain else tuple(draw(st.lists(st.sampled_from(answers), max_size=1))),
        None if plain else draw(bounds),
        None if plain else draw(bounds),
        None if plain or criterion != "delay" else draw(st.sampled_from(list(UNITS))),
        draw(st.sampled_from((True, True, False))),
        draw(st.sampled_from(COUNTS)),
    )


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Draw a claim with evidence, searches and a review that never matches."""
    criterion = draw(st.sampled_from(("ranked", *ANSWERS)))
    own = st.lists(
        st.sampled_from(ANSWERS[criterion]),
        min_size=1,
        max_size=2 if criterion == "many" else 1,
        unique=True,
    )
    aside = st.lists(st.sampled_from(ASIDE), min_size=1, max_size=1)
    answers = draw(st.sampled_from((own, own, own, aside)).flatmap(lambda chosen: chosen))
    drawn = tuple(draw(st.lists(pieces(criterion, tuple(answers)), max_size=3)))
    return Cell(
        criterion,
        tuple(answers),
        drawn,
        draw(st.frozensets(st.sampled_from(range(len(drawn))))) if drawn else frozenset(),
        tuple(draw(st.lists(st.sampled_from(("nothingFound", "notAvailable")), max_size=1))),
        draw(st.booleans()) and draw(st.booleans()),
    )


def turtle(cell: Cell, claim: str) -> str:
    """Write a cell as Turtle."""
    term = "mlkg:verdict" if cell.criterion != "delay" or cell.answers[0] in ASIDE else "mlkg:value"
    lines = [f"{claim} a mlkg:Claim ; mlkg:criterion ex:{cell.criterion} ."]
    lines += [f"{claim} {term} {answer} ." for answer in cell.answers]
    for number, piece in enumerate(cell.pieces):
        name = f"{claim}-{number}"
        lines.append(f"{name} a mlkg:Evidence ; mlkg:about {claim} .")
        for way, values in (
            ("indicates", piece.indicates),
            ("excludes", piece.excludes),
            ("excludesAbove", [piece.above]),
            ("excludesBelow", [piece.below]),
            ("unit", [piece.unit]),
            ("source", ["ex:page"] if piece.sourced else []),
        ):
            lines += [f"{name} mlkg:{way} {value} ." for value in values if value]
        lines += [f"{claim} mlkg:despite {name} ."] if number in cell.named else []
        lines += counting(name, piece.counts)
    for outcome in cell.searches:
        lines.append(f"{claim}-s a mlkg:SearchRecord ; mlkg:about {claim} .")
        lines.append(f"{claim}-s mlkg:searchOutcome mlkg:{outcome} .")
    if cell.review:
        lines.append(f'{claim}-r a mlkg:Review ; mlkg:reviews {claim} ; mlkg:digest "0" .')
    return "\n".join(lines) + "\n"


def counting(name: str, counts: str) -> Iterable[str]:
    """Write why a piece of evidence counts or does not."""
    early, late = ('"2024-05-01T12:00:00Z"^^xsd:dateTime', '"2024-05-02T12:00:00Z"^^xsd:dateTime')
    quoted = {"gone": ("shows", "lacks"), "absent": ("lacks", "lacks"), "found": ("lacks", "shows")}
    match counts:
        case "withdrawn":
            yield f"{name} prov:invalidatedAtTime {early} ."
        case "expired":
            yield f'{name} mlkg:validUntil "{DAY}"^^xsd:date .'
        case "future":
            yield f'{name} mlkg:validFrom "2024-06-16"^^xsd:date .'
        case "until-later":
            yield f'{name} mlkg:validUntil "2024-06-16"^^xsd:date .'
        case "gone" | "absent" | "found":
            for number, (time, way) in enumerate(zip((early, late), quoted[counts], strict=True)):
                yield f"{name}-c{number} a mlkg:Capture ; prov:generatedAtTime {time} ."
                yield f"{name}-c{number} mlkg:{way}QuoteOf {name} ."


def same(cell: Cell, piece: Piece, said: str, answer: str) -> bool:
    """Tell whether what a piece says is an answer of the claim."""
    if cell.criterion != "delay" or answer in ASIDE:
        return said == answer
    return size(cell, said, piece.unit) == size(cell, answer)


def size(cell: Cell, answer: str, unit: str | None = None) -> Fraction:
    """Return where an answer is in the order of its scale."""
    if cell.criterion == "ranked":
        return Fraction(RANKS[answer])
    return Fraction(answer) * (UNITS[unit] or 0)


def beyond(cell: Cell, piece: Piece) -> bool:
    """Tell whether the claim's answer is beyond a bound of a piece."""
    if cell.criterion == "many" or cell.answers[0] in ASIDE:
        return False
    mine = size(cell, cell.answers[0])
    above = piece.above is not None and mine > size(cell, piece.above, piece.unit)
    return above or (piece.below is not None and mine < size(cell, piece.below, piece.unit))


def direction(cell: Cell, piece: Piece) -> str:
    """Return the direction of a piece of evidence."""
    if cell.answers[0] in ("mlkg:unknown", "mlkg:notAssessed"):
        return "inconclusive"
    if cell.criterion == "delay" and cell.answers[0] not in ASIDE and UNITS[piece.unit] is None:
        return "inconclusive"
    given = [any(same(cell, piece, i, a) for a in cell.answers) for i in piece.indicates]
    ruled_out = any(same(cell, piece, e, a) for e in piece.excludes for a in cell.answers)
    if ruled_out or beyond(cell, piece) or not all(given):
        return "disputes"
    return "supports" if given else "inconclusive"


def support(cell: Cell) -> str | None:
    """Return the support of a claim: the first row of the table that holds."""
    if cell.answers[0] in ASIDE:
        return None
    backing = [p for p in heard(cell) if p.sourced and direction(cell, p) == "supports"]
    if backing:
        bare = (
            a
            for a in cell.answers
            if not any(same(cell, p, i, a) for p in backing for i in p.indicates)
        )
        return "Weak" if cell.criterion == "many" and any(bare) else "Supported"
    if cell.answers == ("mlkg:no",) and "nothingFound" in cell.searches:
        return "ByAbsence"
    return "Unsupported"


def heard(cell: Cell) -> list[Piece]:
    """Return the current pieces."""
    return [p for p in cell.pieces if p.counts in ("", "found", "until-later")]


def state(cell: Cell) -> str:
    """Return the state of a claim: the first row of the table that holds."""
    disputing = {
        number
        for number, piece in enumerate(cell.pieces)
        if piece in heard(cell) and direction(cell, piece) == "disputes"
    }
    met = support(cell) == "Supported"
    rows = [
        (cell.answers[0] == "mlkg:notAssessed", "NotAssessed"),
        (cell.answers[0] == "mlkg:unknown", "Open"),
        (cell.answers[0] == "mlkg:notApplicable" and not disputing - cell.named, "NotApplicable"),
        (cell.answers[0] == "mlkg:notApplicable", "Disputed"),
        (cell.review or (not met and any(p.counts == "gone" for p in cell.pieces)), "Suspect"),
        (bool(disputing - cell.named), "Disputed"),
        (met and bool(disputing), "Reconciled"),
    ]
    return next((name for holds, name in rows if holds), support(cell) or "")


def facts(cell_list: Iterable[Cell]) -> dict[tuple[str, str], str]:
    """Return the facts that mlkg derives, by record and property."""
    text = "".join(turtle(cell, f"ex:c{number}") for number, cell in enumerate(cell_list))
    rows = store_with(PREFIXES + SCALES + text).query(
        "PREFIX mlkg: <https://w3id.org/mlkg/ns#> SELECT ?s ?p ?o WHERE { ?s ?p ?o "
        "VALUES ?p { mlkg:direction mlkg:support mlkg:state } }"
    )
    assert isinstance(rows, QuerySolutions)
    named = [[term.value.rpartition("/")[2].rpartition("#")[2] for term in row] for row in rows]
    return {(s, p): o for s, p, o in named if s != "day"}


@given(st.lists(cells(), min_size=1, max_size=6))
def test_facts_are_what_the_tables_say(drawn: list[Cell]) -> None:
    """Direction, support and state of random studies are those of the tables."""
    expected = {}
    for number, cell in enumerate(drawn):
        expected[f"c{number}", "state"] = state(cell)
        if backed := support(cell):
            expected[f"c{number}", "support"] = backed
        for place, piece in enumerate(cell.pieces):
            expected[f"c{number}-{place}", "direction"] = direction(cell, piece)
    assert facts(drawn) == expected


ORDER = ("Unsupported", "ByAbsence", "Weak", "Supported")


@given(st.lists(cells(), min_size=1, max_size=4))
def test_supporting_evidence_never_makes_support_worse(drawn: list[Cell]) -> None:
    """A current, sourced piece that indicates what a claim says leaves or lifts its support."""
    more = [
        cell._replace(pieces=(*cell.pieces, Piece(cell.answers, (), None, None, None, True, "")))
        for cell in drawn
        if cell.answers[0] not in ASIDE
    ]
    before = facts([cell for cell in drawn if cell.answers[0] not in ASIDE])
    after = facts(more)
    for number in range(len(more)):
        key = (f"c{number}", "support")
        assert ORDER.index(after[key]) >= ORDER.index(before[key])
        assert after[key] == "Supported"
