"""What SPARQL cannot decide about one value: XSD lexical forms and XPath regular expressions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from mlkg.shacl.errors import UncompilableShapesError
from mlkg.shacl.vocabulary import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SPAN_TIME = r"T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?"
_FLOATING = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_BASE64 = r"((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|([A-Za-z0-9+/] ?){2}"
_BASE64 += r"[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?"

_LEXICAL = {
    "boolean": r"(true|false|0|1)",
    "integer": r"[+-]?[0-9]+",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "double": _FLOATING,
    "float": _FLOATING,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE.removesuffix('?')}",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?=[0-9T])([0-9]+Y)?([0-9]+M)?([0-9]+D)?({_SPAN_TIME})?",
    "yearMonthDuration": r"-?P(?=[0-9])([0-9]+Y)?([0-9]+M)?",
    "dayTimeDuration": rf"-?P(?=[0-9T])([0-9]+D)?({_SPAN_TIME})?",
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "base64Binary": _BASE64,
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"([^\t\n\r ]+( [^\t\n\r ]+)*)?",
    "Name": r"[^\W\d][\w.:·-]*|[_:][\w.:·-]*",
    "NCName": r"([^\W\d]|_)[\w.·-]*",
    "NMTOKEN": r"[\w.:·-]+",
}

# Lower and upper bounds of the types derived from xsd:integer (XSD 1.1 part 2, section 3.4).
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}

# Forms that are well-formed beyond doubt, in syntax that every REGEX reads alike. An endpoint
# keeps such values to itself; the few others come here for the exact answer.
_PLAIN_DATE = r"[12][0-9][0-9][0-9]-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_PLAIN_DATE += r"|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_PLAIN_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?"
_PLAIN = {
    "boolean": "^(true|false|0|1)$",
    "integer": "^[+-]?[0-9]+$",
    "decimal": "^[+-]?[0-9]+([.][0-9]+)?$",
    "double": "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$",
    "float": "^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$",
    "date": f"^{_PLAIN_DATE}(Z|[+-]0[0-9]:[0-5][0-9])?$",
    "dateTime": f"^{_PLAIN_DATE}T{_PLAIN_TIME}(Z|[+-]0[0-9]:[0-5][0-9])?$",
    "dateTimeStamp": f"^{_PLAIN_DATE}T{_PLAIN_TIME}(Z|[+-]0[0-9]:[0-5][0-9])$",
    "gYear": "^[12][0-9][0-9][0-9]$",
    "nonNegativeInteger": "^[0-9]+$",
}

# Datatypes that some stores fold into another when they load data.
FOLDED_DATATYPES = frozenset(XSD + name for name in _INTEGERS)


def plain_form(datatype: str) -> str | None:
    """Return a regular expression whose matches are all well-formed literals of the datatype.

    None when there is no such expression; `""` when every string is well-formed.
    """
    name = datatype.removeprefix(XSD)
    if name in _PLAIN and datatype.startswith(XSD):
        return _PLAIN[name]
    return None if _has_forms(datatype) else ""


def _has_forms(datatype: str) -> bool:
    name = datatype.removeprefix(XSD)
    return datatype.startswith(XSD) and (name in _LEXICAL or name in _INTEGERS)


@cache
def _lexical(name: str) -> re.Pattern[str]:
    return re.compile(_LEXICAL[name])


def well_formed(lexical: str, datatype: str) -> bool:
    """Tell whether a lexical form belongs to a datatype (4.1.2 calls the others ill-formed).

    A form counts as it is written: white space around it makes it ill-formed (RDF 1.1 Concepts,
    section 3.3). Datatypes other than those of XSD have no form to break.
    """
    if not _has_forms(datatype):
        return True
    name = datatype.removeprefix(XSD)
    if name in _INTEGERS:
        if _lexical("integer").fullmatch(lexical) is None:
            return False
        least, most = _INTEGERS[name]
        number = _bounded(lexical)
        return (least is None or number >= least) and (most is None or number <= most)
    if _lexical(name).fullmatch(lexical) is None:
        return False
    if name in ("date", "dateTime", "dateTimeStamp"):
        return _day_exists(lexical)
    if name == "gMonthDay":
        return int(lexical[5:7]) <= _LONGEST_MONTHS[int(lexical[2:4]) - 1]
    return True


def _bounded(lexical: str) -> int:
    """Read an integer, cut to 40 digits: Python refuses to read very long ones."""
    sign, digits = lexical[0] == "-", lexical.lstrip("+-").lstrip("0")
    number = int(digits[:40] or "0")
    return -number if sign else number


_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day_exists(lexical: str) -> bool:
    """Tell whether a date's day is one of its month, in the calendar that has a year 0."""
    year, month, day = lexical.lstrip("-").split("T")[0].split("-")[:3]
    if month == "02" and day[:2] == "29":
        # Years may have any number of digits, and only the last four matter.
        number = int(year[-4:])
        return number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return int(day[:2]) <= _LONGEST_MONTHS[int(month) - 1]


_CLASS_ESCAPES = {"s": r" \t\n\r", "c": r"\w:.·-"}
_NAME_START = r"(?:[^\W\d]|:)"
_PLAIN_REGEX = re.compile(
    r"(?:[\w ^$.*+?|,:;@#%&/=<>!~'\"-]|\\[.\\/+*?|^$()\[\]{}-]|[()]|\{\d+(,\d*)?\})*"
)
_SIMPLE_CLASS = re.compile(
    r"\[\^?(?:[A-Za-z0-9 _.,:;@#%/=+*?!]|[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]"
    r"|\\[.\\/+*?()\[\]{}-])+-?\]"
)


def is_portable(regex: str, flags: str) -> bool:
    """Tell whether every regular expression engine reads the pattern as XPath does."""
    without_classes = _SIMPLE_CLASS.sub("", regex)
    return (
        set(flags) <= {"i"}
        and regex.isascii()
        and _PLAIN_REGEX.fullmatch(without_classes) is not None
        and "(?" not in without_classes
    )


def compile_regex(regex: str, flags: str, shape: str) -> re.Pattern[str]:
    """Translate a SPARQL REGEX pattern (XPath and XQuery functions 3.0, section 5.6.1) to `re`.

    `\\w` takes in the underscore, as it does in the regular expressions of Java, Rust and Python
    that SPARQL engines use. Raises `UncompilableShapesError` for block names (`\\p{IsGreek}`),
    class subtraction and anything that is not a regular expression.
    """
    if unknown := set(flags) - set("imsxq"):
        raise UncompilableShapesError(f"{shape}: sh:flags has the unknown {sorted(unknown)[0]!r}")
    options = re.NOFLAG
    for letter, option in (("i", re.I), ("m", re.M), ("s", re.S)):
        if letter in flags:
            options |= option
    try:
        if "q" in flags:
            return re.compile(re.escape(regex), options & re.I)
        source = _strip_space(regex) if "x" in flags else regex
        return re.compile(_translate(source, multiline="m" in flags), options)
    except (re.error, _UntranslatableError, OverflowError, RecursionError) as error:
        raise UncompilableShapesError(
            f"{shape}: sh:pattern {regex!r} cannot be compiled: {error}"
        ) from None


class _UntranslatableError(Exception):
    pass


def _strip_space(regex: str) -> str:
    """Drop white space outside character classes, which the flag `x` asks for."""
    kept, depth, escaped = [], 0, False
    for char in regex:
        if not escaped and char == "[":
            depth += 1
        elif not escaped and char == "]":
            depth -= 1
        if depth or char not in " \t\n\r":
            kept.append(char)
        escaped = char == "\\" and not escaped
    return "".join(kept)


def _translate(regex: str, *, multiline: bool) -> str:
    out: list[str] = []
    at, in_class = 0, False
    while at < len(regex):
        char = regex[at]
        at += 1
        if char == "\\":
            piece, at = _escape(regex, at, in_class=in_class)
            out.append(piece)
        elif in_class:
            if char == "[":
                if out[-1] == "-":
                    raise _UntranslatableError("class subtraction is not supported")
                char = r"\["
            in_class = char != "]"
            out.append(char if char not in "&~|" else "\\" + char)
        elif char == "[":
            in_class = True
            out.append(char)
            if regex[at : at + 1] == "^":
                out.append("^")
                at += 1
            if regex[at : at + 1] == "]":
                raise _UntranslatableError("an empty character class")
        elif char == "$" and not multiline:
            out.append(r"\Z")
        elif char == "(" and regex[at : at + 1] == "?" and regex[at : at + 2] != "?:":
            raise _UntranslatableError(f"{regex[at - 1 : at + 2]!r} is not part of XPath's syntax")
        else:
            out.append(char)
    if in_class:
        raise _UntranslatableError("a character class without an end")
    return "".join(out)


def _escape(regex: str, at: int, *, in_class: bool) -> tuple[str, int]:
    char = regex[at : at + 1]
    if char and char in "nrtdDwW0123456789" and not (in_class and char.isdigit()):
        return "\\" + char, at + 1
    if char and char in r"\|.?*+(){}[]^$-":
        return "\\" + char, at + 1
    if char and char in "/\"'#@:;,=!<>%&~ ":
        return re.escape(char), at + 1
    if char in ("i", "I") and not in_class:
        return (_NAME_START if char == "i" else rf"(?!{_NAME_START})[\s\S]"), at + 1
    if char.lower() in _CLASS_ESCAPES:
        inside = _CLASS_ESCAPES[char.lower()]
        if char.islower():
            return (inside if in_class else f"[{inside}]"), at + 1
        if not in_class:
            return f"[^{inside}]", at + 1
    if char in ("p", "P") and (found := re.match(r"\{(\w+)\}", regex[at + 1 :])):
        inside = _category(found[1])
        if char == "p" or not in_class:
            negated = "^" if char == "P" else ""
            return (inside if in_class else f"[{negated}{inside}]"), at + 1 + found.end()
    raise _UntranslatableError(f"the escape \\{char} is not supported here")


@cache
def _category(name: str) -> str:
    """Return the ranges of a Unicode general category, in the syntax of a character class."""
    ranges: list[list[int]] = []
    for code in range(0x110000):
        if unicodedata.category(chr(code)).startswith(name):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    if not ranges:
        raise _UntranslatableError(f"the category or block {name!r} is not supported")
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def datatype_test(datatype: str) -> Callable[[object], bool]:
    """Return a test of whether a term is a well-formed literal of the datatype."""
    is_language = datatype in (RDF + "langString", RDF + "dirLangString")

    def test(term: object) -> bool:
        found = getattr(term, "datatype", None)
        return (
            found is not None
            and found.value == datatype
            and (is_language or well_formed(getattr(term, "value", ""), datatype))
        )

    return test
