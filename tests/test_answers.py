"""Answers as people type them, on each kind of scale."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode
from samples import PREFIXES, SMALL

import mlkg
from mlkg.editing.answers import answers_of, stated_answers
from mlkg.editing.units import UNIT, unit_of
from mlkg.errors import MlkgError
from mlkg.lookup import find
from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.terms import Term

XSD = WELL_KNOWN["xsd"]

SCALES = """\
@prefix unit: <http://qudt.org/vocab/unit/> .
ex:wait a mlkg:Criterion ; rdfs:label "Wait"@en ; mlkg:scale ex:ms .
ex:ms a mlkg:Scale ; rdfs:label "time"@en ; mlkg:valueType mlkg:quantity ; mlkg:unit unit:MilliSEC .
ex:stars a mlkg:Criterion ; rdfs:label "Stars"@en ; mlkg:scale ex:count .
ex:count a mlkg:Scale ; rdfs:label "count"@en ; mlkg:valueType mlkg:quantity ;
  mlkg:unit "stars"@en .
ex:ports a mlkg:Criterion ; rdfs:label "Ports"@en ; mlkg:scale ex:numbers .
ex:numbers a mlkg:Scale ; rdfs:label "numbers"@en ; mlkg:valueType mlkg:quantity ;
  mlkg:several true .
ex:since a mlkg:Criterion ; rdfs:label "Since"@en ; mlkg:scale ex:day .
ex:day a mlkg:Scale ; rdfs:label "day"@en ; mlkg:valueType mlkg:date .
ex:motto a mlkg:Criterion ; rdfs:label "Motto"@en ; mlkg:scale ex:words .
ex:words a mlkg:Scale ; rdfs:label "words"@en ; mlkg:valueType mlkg:text .
ex:tags a mlkg:Criterion ; rdfs:label "Tags"@en ; mlkg:scale ex:list .
ex:list a mlkg:Scale ; rdfs:label "list"@en ; mlkg:valueType mlkg:text ; mlkg:several true .
ex:cooks a mlkg:Criterion ; rdfs:label "Cooks"@en ; mlkg:scale ex:people .
ex:people a mlkg:Scale ; rdfs:label "people"@en ; mlkg:several true ;
  skos:hasTopConcept ex:ann , ex:bob , ex:both .
ex:ann a mlkg:Verdict ; rdfs:label "Ann"@en ; skos:notation "A" .
ex:bob a mlkg:Verdict ; rdfs:label "Bob"@en ; skos:notation "B" .
ex:both a mlkg:Verdict ; rdfs:label "Cy, Di"@en ; skos:notation "CD" .
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """A study with a criterion for each kind of scale."""
    folder: Path = tmp_path_factory.mktemp("answers")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + SMALL + SCALES, "utf-8")
    return mlkg.load(folder)


def verdict(name: str) -> Term:
    """Return a verdict of mlkg, or of the example's namespace."""
    built_in = {"yes", "no", "partial", "unknown", "notApplicable", "notAssessed"}
    return NamedNode((MLKG if name in built_in else "https://example.org/") + name)


def typed(text: str, kind: str) -> Term:
    """Return a literal of a datatype of XML Schema."""
    return Literal(text, datatype=NamedNode(XSD + kind))


@pytest.mark.parametrize(
    ("criterion", "texts", "terms"),
    [
        ("warm", ["yes"], [verdict("yes")]),
        ("warm", [" ✘ "], [verdict("no")]),
        ("warm", ["PART"], [verdict("partial")]),
        ("warm", ["mlkg:yes"], [verdict("yes")]),
        ("warm", ["https://w3id.org/mlkg/ns#yes"], [verdict("yes")]),
        *(
            (criterion, [text], [verdict(name)])
            for criterion in ("warm", "wait", "since", "motto", "tags", "cooks")
            for text, name in (
                ("?", "unknown"),
                ("Unknown", "unknown"),
                ("n/a", "notApplicable"),
                ("not  applicable", "notApplicable"),
                ("–", "notAssessed"),
                ("notAssessed", "notAssessed"),
            )
        ),
        ("wait", ["12.5"], [typed("12.5", "decimal")]),
        ("wait", ["12.50 ms"], [typed("12.5", "decimal")]),
        ("wait", ["12ms"], [typed("12", "integer")]),
        ("wait", ["12500 µs"], [typed("12.5", "decimal")]),
        ("wait", ["12500 μs"], [typed("12.5", "decimal")]),
        ("wait", ["2 minutes"], [typed("120000", "integer")]),
        ("wait", ["0.001 SEC"], [typed("1", "integer")]),
        ("wait", ["-0.5"], [typed("-0.5", "decimal")]),
        ("wait", ["+007.0"], [typed("7", "integer")]),
        ("wait", [".5"], [typed("0.5", "decimal")]),
        ("stars", ["75000 Stars"], [typed("75000", "integer")]),
        ("stars", ["123456789012345678"], [typed("123456789012345678", "integer")]),
        ("ports", ["80, 443", "80"], [typed("80", "integer"), typed("443", "integer")]),
        ("since", ["2024-03-01"], [typed("2024-03-01", "date")]),
        ("motto", [" Fast, cheap "], [Literal("Fast, cheap")]),
        ("motto", ["unknown grounds"], [Literal("unknown grounds")]),
        ("motto", ["12.5 ms"], [Literal("12.5 ms")]),
        ("tags", ["MIT, Apache-2.0"], [Literal("MIT"), Literal("Apache-2.0")]),
        ("tags", ["MIT", "Apache-2.0,MIT"], [Literal("MIT"), Literal("Apache-2.0")]),
        ("tags", [r"BSD\, modified, MIT"], [Literal("BSD, modified"), Literal("MIT")]),
        ("cooks", ["ann,B"], [verdict("ann"), verdict("bob")]),
        ("cooks", ["cy, di", "bob"], [verdict("both"), verdict("bob")]),
    ],
)
def test_answers(study: mlkg.Study, criterion: str, texts: list[str], terms: list[Term]) -> None:
    """A text is read as the scale has it; commas divide answers only where several are allowed."""
    assert tuple(terms) == answers_of(study, find(study, criterion, "criterion"), texts)


@pytest.mark.parametrize(
    ("criterion", "texts", "message"),
    [
        ("warm", ["paid"], "no verdict is called paid"),
        ("warm", ["75000"], "no verdict is called 75000"),
        ("warm", ["yes", "no"], "the scale yes or no allows one answer, not 2"),
        ("warm", [" "], "an answer on the scale yes or no is not empty"),
        ("warm", [], "give an answer on the scale yes or no"),
        (
            "wait",
            ["75,000"],
            "75,000: not a quantity on the scale time; write a number as in 12.5 ",
        ),
        ("wait", ["1e3"], "1e3: not a quantity on the scale time"),
        ("wait", ["many"], "many: not a quantity on the scale time; .* as in 12.5 or 12.5 ms"),
        ("wait", ["12 MB"], "12 MB: not a quantity on the scale time"),
        ("wait", ["yes"], "yes: not a quantity on the scale time"),
        ("wait", ["1 d", "2"], "the scale time allows one answer"),
        ("wait", ["0.000000000000000001 ns"], "18 digits at most can be kept exactly"),
        ("stars", ["12 moons"], "12 moons: not a quantity on the scale count; .* 12.5 stars"),
        ("stars", ["1234567890123456789"], "18 digits at most can be kept exactly"),
        (
            "ports",
            ["80 ms"],
            "80 ms: not a quantity on the scale numbers; write a number as in 12.5,",
        ),
        ("ports", ["75,000"], "75,000: not a quantity"),
        ("ports", ["80, ?"], "are answers on their own"),
        ("since", ["2024-02-30"], "2024-02-30: no such day"),
        ("since", ["20240301"], "20240301: no such day; write it as in 2024-01-31"),
        ("motto", ["one", "two"], "the scale words allows one answer, not 2"),
        ("tags", ["MIT, n/a"], "unknown, not applicable and not assessed are answers on their own"),
        ("cooks", ["Ann, Eve"], "no verdict is called Eve"),
    ],
)
def test_no_answers(study: mlkg.Study, criterion: str, texts: list[str], message: str) -> None:
    """What is no answer on the scale is refused, and the message says what is."""
    with pytest.raises(MlkgError, match=message):
        answers_of(study, find(study, criterion, "criterion"), texts)


@pytest.mark.parametrize(
    ("criterion", "texts", "unit", "stated"),
    [
        ("wait", ["12500 µs"], None, (typed("12500", "integer"), NamedNode(UNIT + "MicroSEC"))),
        ("wait", ["12.5 ms"], None, (typed("12.5", "decimal"), None)),
        ("wait", ["12"], "s", (typed("12", "integer"), NamedNode(UNIT + "SEC"))),
        ("wait", ["12"], "MilliSEC", (typed("12", "integer"), None)),
        ("wait", ["12"], "jiffies", (typed("12", "integer"), Literal("jiffies"))),
        ("stars", ["12"], "STARS", (typed("12", "integer"), None)),
        ("wait", ["n/a"], None, (verdict("notApplicable"), None)),
    ],
)
def test_evidence_keeps_its_unit(
    study: mlkg.Study,
    criterion: str,
    texts: list[str],
    unit: str | None,
    stated: tuple[Term, Term | None],
) -> None:
    """Evidence keeps the unit of its source, and names none where it is the scale's."""
    given = unit_of(study, unit) if unit else None
    found = stated_answers(study, find(study, criterion, "criterion"), texts, given)
    assert ((stated[0],), stated[1]) == (found.terms, found.unit)


@pytest.mark.parametrize(
    ("criterion", "texts", "unit", "message"),
    [
        ("wait", ["unknown"], None, "with --inconclusive it gives none and rules none out"),
        ("warm", ["–"], None, "with --inconclusive"),
        ("wait", ["12 ms"], "s", "12 ms: this is not in the unit that --unit gives"),
        ("ports", ["80, 90"], "ms", None),
        ("motto", ["x"], "ms", "the scale words takes no unit"),
    ],
)
def test_what_evidence_cannot_state(
    study: mlkg.Study, criterion: str, texts: list[str], unit: str | None, message: str | None
) -> None:
    """Evidence neither indicates nor excludes unknown, and all its quantities have one unit."""
    given = unit_of(study, unit) if unit else None
    named = find(study, criterion, "criterion")
    if message is None:
        assert stated_answers(study, named, texts, given).unit == given
        return
    with pytest.raises(MlkgError, match=message):
        stated_answers(study, named, texts, given)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("MilliSEC", NamedNode(UNIT + "MilliSEC")),
        ("unit:MilliSEC", NamedNode(UNIT + "MilliSEC")),
        ("ms", NamedNode(UNIT + "MilliSEC")),
        ("MB", NamedNode(UNIT + "MegaBYTE")),
        ("Mb", NamedNode(UNIT + "MegaBIT")),
        ("Megabytes", NamedNode(UNIT + "MegaBYTE")),
        ("<https://example.org/u>", NamedNode("https://example.org/u")),
        ("stars", Literal("stars")),
        (" US  dollars ", Literal("US dollars")),
    ],
)
def test_units(study: mlkg.Study, text: str, unit: Term) -> None:
    """A unit is a QUDT unit by its name, symbol or label, another IRI, or a text."""
    assert unit == unit_of(study, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unit:MiliSEC", "mlkg does not know this QUDT unit; did you mean MilliSEC?"),
        ("https://exa mple.org", "not an IRI"),
        (" ", "a unit is a name"),
    ],
)
def test_no_units(study: mlkg.Study, text: str, message: str) -> None:
    """An IRI must be one, and a name of QUDT one that mlkg knows."""
    with pytest.raises(MlkgError, match=message):
        unit_of(study, text)
