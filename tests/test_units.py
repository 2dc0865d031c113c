"""The units of ontology/units.ttl convert exactly, and only within one quantity kind."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat

FILE = Path(__file__).parents[1] / "ontology" / "units.ttl"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD_DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
QUDT = "http://qudt.org/schema/qudt/"
UNIT = "http://qudt.org/vocab/unit/"
QUANTITY_KIND = "http://qudt.org/vocab/quantitykind/"
SOURCE = NamedNode("http://qudt.org/3.5.0/vocab/unit")

LABEL = RDFS + "label"
DEFINED_BY = RDFS + "isDefinedBy"
SYMBOL = QUDT + "symbol"
MULTIPLIER = QUDT + "conversionMultiplier"
VECTOR = QUDT + "hasDimensionVector"
KIND = QUDT + "hasQuantityKind"

Value = pyoxigraph.NamedNode | pyoxigraph.Literal
Described = dict[str, list[Value]]

KINDS = {
    "Time": {"NanoSEC", "MicroSEC", "MilliSEC", "SEC", "MIN", "HR", "DAY", "WK", "YR"},
    "AmountOfData": {
        *("BIT", "KiloBIT", "MegaBIT", "GigaBIT"),
        *("BYTE", "KiloBYTE", "MegaBYTE", "GigaBYTE", "TeraBYTE", "PetaBYTE"),
        *("KibiBYTE", "MebiBYTE", "GibiBYTE", "TebiBYTE"),
    },
    "DataRate": {
        *("BIT-PER-SEC", "KiloBIT-PER-SEC", "MegaBIT-PER-SEC", "GigaBIT-PER-SEC"),
        *("BYTE-PER-SEC", "KiloBYTE-PER-SEC", "MegaBYTE-PER-SEC", "GigaBYTE-PER-SEC"),
    },
    "Frequency": {"HZ", "KiloHZ", "MegaHZ", "GigaHZ"},
    "CountRate": {"NUM-PER-SEC", "NUM-PER-MIN", "NUM-PER-HR"},
    "DimensionlessRatio": {"UNITLESS", "PERCENT", "PPM"},
    "Count": {"NUM"},
    "Length": {"M", "KiloM", "CentiM", "MilliM"},
    "Mass": {"KiloGM", "GM"},
    "Power": {"W", "KiloW"},
    "Energy": {"J", "KiloW-HR"},
}


def described_units() -> dict[str, Described]:
    """Return what the file states of each unit: the values of each property."""
    units: dict[str, Described] = defaultdict(lambda: defaultdict(list))
    for quad in pyoxigraph.parse(path=FILE, format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode | Literal)
        if quad.subject != SOURCE:
            name = quad.subject.value.removeprefix(UNIT)
            units[name][quad.predicate.value].append(quad.object)
    return units


UNITS = described_units()


def multiplier(unit: str) -> Decimal:
    """Return the conversion multiplier of a unit."""
    [value] = UNITS[unit][MULTIPLIER]
    return Decimal(value.value)


def kind(unit: str) -> str:
    """Return the name of a unit's quantity kind."""
    [value] = UNITS[unit][KIND]
    return value.value.removeprefix(QUANTITY_KIND)


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_unit_is_described_once(unit: str) -> None:
    """A unit has one value of each property, and no other property."""
    described = UNITS[unit]
    assert {property_: len(values) for property_, values in described.items()} == dict.fromkeys(
        (RDF_TYPE.value, LABEL, SYMBOL, MULTIPLIER, VECTOR, KIND, DEFINED_BY), 1
    )
    assert described[RDF_TYPE.value] == [NamedNode(QUDT + "Unit")]
    assert described[DEFINED_BY] == [SOURCE]
    [label] = described[LABEL]
    assert isinstance(label, Literal)
    assert label.language == "en"


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_multiplier_is_an_exact_decimal(unit: str) -> None:
    """A multiplier is a positive xsd:decimal that engines with 18 digits keep whole."""
    [value] = UNITS[unit][MULTIPLIER]
    assert isinstance(value, Literal)
    assert value.datatype == XSD_DECIMAL
    number = Decimal(value.value)
    assert number > 0
    assert len(number.normalize().as_tuple().digits) <= 18
    whole, _, fraction = value.value.partition(".")
    assert len(whole + fraction) <= 18


def test_units_are_grouped_by_what_converts() -> None:
    """Each quantity kind has exactly the units that convert into one another."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit in UNITS:
        found[kind(unit)].add(unit)
    assert found == KINDS


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_has_one_dimension_vector_and_no_symbol_twice(name: str) -> None:
    """The units of one kind share their dimension vector and differ in symbol and multiplier."""
    units = [UNITS[unit] for unit in sorted(KINDS[name])]
    assert len({tuple(unit[VECTOR]) for unit in units}) == 1
    for property_ in (SYMBOL, MULTIPLIER):
        assert len({tuple(unit[property_]) for unit in units}) == len(units)


@pytest.mark.parametrize(
    ("amount", "unit", "same_amount", "same_unit"),
    [
        ("1", "HR", "3600", "SEC"),
        ("12.5", "MilliSEC", "12500", "MicroSEC"),
        ("1", "MicroSEC", "1000", "NanoSEC"),
        ("1", "WK", "7", "DAY"),
        ("1", "DAY", "1440", "MIN"),
        ("1", "YR", "365.25", "DAY"),
        ("1", "BYTE", "8", "BIT"),
        ("1", "GigaBIT", "125", "MegaBYTE"),
        ("1", "MegaBIT", "1000", "KiloBIT"),
        ("1", "GigaBYTE", "1000", "MegaBYTE"),
        ("1", "PetaBYTE", "1000", "TeraBYTE"),
        ("1", "TeraBYTE", "1000000000", "KiloBYTE"),
        ("1", "KibiBYTE", "1.024", "KiloBYTE"),
        ("1", "MebiBYTE", "1024", "KibiBYTE"),
        ("1", "GibiBYTE", "1024", "MebiBYTE"),
        ("1", "TebiBYTE", "1024", "GibiBYTE"),
        ("1", "GigaBIT-PER-SEC", "125", "MegaBYTE-PER-SEC"),
        ("1", "MegaBIT-PER-SEC", "1000", "KiloBIT-PER-SEC"),
        ("1", "KiloBIT-PER-SEC", "1000", "BIT-PER-SEC"),
        ("1", "GigaBYTE-PER-SEC", "1000000", "KiloBYTE-PER-SEC"),
        ("1", "KiloBYTE-PER-SEC", "1000", "BYTE-PER-SEC"),
        ("2.4", "GigaHZ", "2400", "MegaHZ"),
        ("1", "MegaHZ", "1000", "KiloHZ"),
        ("1", "KiloHZ", "1000", "HZ"),
        ("1", "NUM-PER-SEC", "60", "NUM-PER-MIN"),
        ("1", "NUM-PER-SEC", "3600", "NUM-PER-HR"),
        ("95", "PERCENT", "0.95", "UNITLESS"),
        ("1", "PERCENT", "10000", "PPM"),
        ("1", "KiloM", "1000", "M"),
        ("1", "M", "100", "CentiM"),
        ("1", "CentiM", "10", "MilliM"),
        ("1", "KiloGM", "1000", "GM"),
        ("1", "KiloW", "1000", "W"),
        ("1", "KiloW-HR", "3600000", "J"),
    ],
)
def test_conversion_is_exact(amount: str, unit: str, same_amount: str, same_unit: str) -> None:
    """One quantity in two units of a kind gives the same product of amount and multiplier."""
    assert kind(unit) == kind(same_unit)
    assert Decimal(amount) * multiplier(unit) == Decimal(same_amount) * multiplier(same_unit)


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("UNITLESS", "NUM"),
        ("PERCENT", "BIT"),
        ("NUM", "BYTE"),
        ("HZ", "NUM-PER-SEC"),
        ("HZ", "BIT-PER-SEC"),
        ("NUM-PER-SEC", "BYTE-PER-SEC"),
    ],
)
def test_same_vector_does_not_make_units_comparable(unit: str, other: str) -> None:
    """Units with the same dimension vector that do not convert differ in quantity kind."""
    assert UNITS[unit][VECTOR] == UNITS[other][VECTOR]
    assert kind(unit) != kind(other)
