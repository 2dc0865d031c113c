"""Lexical forms of XSD datatypes and the regular expressions of sh:pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlkg.shacl import UncompilableShapesError
from mlkg.shacl.values import compile_regex, is_portable, plain_form, well_formed

XSD = "http://www.w3.org/2001/XMLSchema#"
FORMS = {
    "boolean": ("true false 0 1", "TRUE yes"),
    "integer": ("0 -0 +7 007", "1.0 - ٣ 1e3"),
    "decimal": ("1 -1.5 .5 5. +0.0", ". 1e3 INF"),
    "double": ("1 1e3 -1.5E-3 INF -INF NaN .5", "1e inf 1d"),
    "date": (
        "2024-02-29 2024-01-01Z 2024-01-01+14:00 -0004-02-29 12024-12-31 2000-02-29",
        "2023-02-29 2024-13-01 2024-00-01 2024-1-1 24-01-01 2024-01-01+14:01"
        " 1900-02-29 012024-01-01",
    ),
    "dateTime": (
        "2024-01-01T00:00:00 2024-01-01T23:59:59.999Z 2024-01-01T24:00:00",
        "2024-01-01 2024-01-01T24:00:01 2024-01-01T10:00:60 2024-13-45 2024-06-31T10:00:00Z",
    ),
    "dateTimeStamp": ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
    "time": ("10:00:00 10:00:00.5+01:00", "10:00 25:00:00"),
    "gYear": ("2024 -0001 12024", "24 02024"),
    "gYearMonth": ("2024-12", "2024-13"),
    "gMonth": ("--12", "--13 12"),
    "gMonthDay": ("--02-29 --12-31", "--02-30 --04-31"),
    "gDay": ("---31", "---32"),
    "duration": ("P1Y P1M P1D PT1H -P1Y2M3DT4H5M6.7S", "P PT P1 1Y P1S P1DT"),
    "yearMonthDuration": ("P1Y2M", "P1D P"),
    "dayTimeDuration": ("P1DT2H", "P1Y PT"),
    "hexBinary": ("ab 0F", "abc xy"),
    "base64Binary": ("YQ== YWI= YWJj", "Y YQ= YQ==="),
    "language": ("en en-GB x-klingon", "en_GB toolonglanguage"),
    "byte": ("-128 127 +5", "128 -129 1.0"),
    "unsignedByte": ("0 255", "-1 256"),
    "positiveInteger": ("1 99999999999999999999999999999999999999999999999999", "0 -1"),
    "negativeInteger": ("-1", "0 1"),
    "long": ("-9223372036854775808", "9223372036854775808"),
    "NCName": ("a_b é", "a:b 1a"),
}


@pytest.mark.parametrize("name", FORMS)
def test_lexical_forms(name: str) -> None:
    """Forms inside and outside a lexical space are told apart."""
    inside, outside = (forms.split() for forms in FORMS[name])
    assert [form for form in inside if not well_formed(form, XSD + name)] == []
    assert [form for form in outside if well_formed(form, XSD + name)] == []


@pytest.mark.parametrize("name", ["integer", "date", "boolean", "token"])
@pytest.mark.parametrize("form", [" {}", "{} ", "{}\n", ""])
def test_white_space_is_part_of_the_form(name: str, form: str) -> None:
    """A literal's form is taken as written (RDF 1.1 Concepts 3.3)."""
    good = {"integer": "5", "date": "2024-01-01", "boolean": "true", "token": "a b"}[name]
    assert well_formed(good, XSD + name)
    assert (name == "token" and form == "") == well_formed(form.format(good), XSD + name)


def test_other_datatypes_have_no_forms() -> None:
    """Any string is a form of xsd:string, xsd:anyURI and datatypes that XSD does not define."""
    for datatype in (XSD + "string", XSD + "anyURI", "https://example.org/own"):
        assert well_formed("any\n thing", datatype)
        assert plain_form(datatype) == ""


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_plain_forms_are_well_formed(name: str, data: st.DataObject) -> None:
    """Whatever the filter in the query keeps back is well-formed: nothing wrong stays hidden."""
    pattern = plain_form(XSD + name)
    if pattern:
        form = data.draw(st.from_regex(pattern, fullmatch=True).filter(lambda text: text.isascii()))
        if "\n" not in form:
            assert well_formed(form, XSD + name)


@pytest.mark.parametrize(
    ("regex", "flags", "matching", "other"),
    [
        ("^a$", "", "a", "a\n"),
        ("^b$", "m", "a\nb", "ab"),
        ("a.b", "s", "a\nb", "ab"),
        ("a.b", "", "axb", "a\nb"),
        ("A B", "xi", "ab", "a b"),
        ("[a b]c", "x", " c", "c"),
        (r"^\s$", "", "\t", "\u00a0"),
        (r"^\i\c*$", "", "_a-b", "1a"),
        (r"^[\i-[:]]", "", None, None),
        (r"^[\c]+$", "", "a.b", "a b"),
        (r"\p{L}", "", "é", "1"),
        (r"^\P{L}$", "", "1", "a"),
        (r"^[\p{Lu}\d]+$", "", "A1", "a"),
        (r"^[^\s]+$", "", "ab", "a b"),
        (r"(a)\1", "", "aa", "ab"),
        (r"^\$\^\-\/$", "", "$^-/", "x"),
        ("^[&~|]+$", "", "&~|", "a"),
        ("^(?:ab)+$", "", "abab", "aba"),
    ],
)
def test_regular_expressions(
    regex: str, flags: str, matching: str | None, other: str | None
) -> None:
    """XPath's syntax and flags are kept to, or the pattern is refused."""
    if matching is None or other is None:
        with pytest.raises(UncompilableShapesError):
            compile_regex(regex, flags, "ex:S")
        return
    compiled = compile_regex(regex, flags, "ex:S")
    assert compiled.search(matching)
    assert not compiled.search(other)


@pytest.mark.parametrize(
    "regex", ["[a-z-[x]]", "(?i)a", "[", "a)", r"\p{IsGreek}", r"\b", "[]", "a**b(", r"[\i]"]
)
def test_refused_expressions(regex: str) -> None:
    """What has no equal in Python's syntax, or is wrong, is refused with the shape's name."""
    with pytest.raises(UncompilableShapesError, match=r"^ex:S: sh:pattern .* cannot be compiled: "):
        compile_regex(regex, "", "ex:S")


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("^[A-Z]{3}$", True),
        ("^https?://", True),
        (r"^v[0-9]+(\.[0-9]+)*$", True),
        (r"\d", False),
        (r"\w", False),
        ("é", False),
        ("[[:alpha:]]", False),
        ("(?i)a", False),
        ("(a)\\1", False),
        ("[a-z&&b]", False),
    ],
)
def test_portable_expressions(regex: str, expected: bool) -> None:
    """Only what every engine reads alike is left to the store."""
    assert expected is is_portable(regex, "")


@given(st.text(alphabet="ab", max_size=6))
def test_portable_expressions_mean_the_same_in_python(text: str) -> None:
    """Translating a portable pattern changes nothing about what it matches."""
    for regex in ("^a+b?$", "(ab|ba){2}", "[^a]b"):
        assert bool(re.search(regex, text)) is bool(compile_regex(regex, "", "S").search(text))
