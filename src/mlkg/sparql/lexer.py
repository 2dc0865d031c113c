r"""The tokens of a SPARQL query (SPARQL 1.1, section 19), and the keywords that guards look for.

Oxigraph 0.5 has no lexer: it tries each rule on the characters. So it accepts spellings in which
the standard's longest match hides a keyword: `SERVICE:x`, `trueSERVICE<x>`, `:a.b.SERVICE<x>`.
It also takes `<` after an operand for an operator, where longest match finds an IRI in `1<'>'`.
`keywords_in` allows for these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

# Names by what cannot be in them: all beyond ASCII counts as a letter. That is wider than the
# standard's PN_CHARS, but no other token has such characters, and it compiles much faster.
_LETTER = r"[^\x00-@\[-`{-\x7f]"
_NAME = r"[^\x00-/:-@\[-^`{-\x7f]"
_NAME_CHAR = r"[^\x00-,./:-@\[-^`{-\x7f]"
_HEX = "[0-9A-Fa-f]"
_PLX = rf"%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_START = rf"(?:[^\x00-/;-@\[-^`{{-\x7f]|{_PLX})"
_LOCAL_CHAR = rf"(?:[^\x00-,./;-@\[-^`{{-\x7f]++|{_PLX})"
_PREFIX = rf"{_LETTER}{_NAME_CHAR}*+(?:\.++{_NAME_CHAR}++)*+"
_LOCAL = rf"{_LOCAL_START}{_LOCAL_CHAR}*+(?:\.++{_LOCAL_CHAR}++)*+"
_ESCAPE = r"""\\[tbnrfuU\\"']"""
_NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[Ee][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"
_WORD = "[A-Za-z][A-Za-z0-9_]*+"
# The most frequent first: `finditer` tries them in this order. A kind may have several rules.
_RULES = (
    ("variable", rf"[?$]{_NAME}++"),
    ("symbol", r"[{}()\[\];,]|\.(?![0-9])"),
    ("word", rf"{_WORD}(?!{_NAME_CHAR}|[.:])"),
    ("pname", rf"(?:{_PREFIX})?+:(?:{_LOCAL})?+"),
    # What would be a prefix if a colon followed is taken whole, and cut into pieces then: to look
    # for a prefixed name at each of its characters would take quadratic time.
    ("run", _PREFIX),
    ("iri", rf'<(?:[^\x00-\x20<>"{{}}|^`\\]++|\\(?:u{_HEX}{{4}}|U{_HEX}{{8}}))*+>'),
    (
        "string",
        rf'"""(?:"{{0,2}}+(?:[^"\\]|{_ESCAPE}))*+"""'
        rf"|'''(?:'{{0,2}}+(?:[^'\\]|{_ESCAPE}))*+'''"
        rf'|"(?:[^"\\\r\n]++|{_ESCAPE})*+"'
        rf"|'(?:[^'\\\r\n]++|{_ESCAPE})*+'",
    ),
    ("number", _NUMBER),
    ("symbol", r"&&|\|\||<=|>=|!=|\^\^|[.=<>!+\-*/^|?~]"),
    ("language", r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"),
    ("blank", rf"_:{_NAME}{_NAME_CHAR}*+(?:\.++{_NAME_CHAR}++)*+"),
    ("unknown", "."),
)
_KINDS = ("", *(kind for kind, _ in _RULES))
_PIECES = rf"({_WORD})|({_NUMBER})|([.-])|(.)"
_PIECE_KINDS = ("", "word", "number", "symbol", "unknown")
_CODEPOINT = rf"\\(?:u({_HEX}{{4}})|U({_HEX}{{8}}))"
_NO_CODEPOINT = (
    rf"\\(?:u(?!{_HEX}{{4}})|U(?!00(?:0{_HEX}|10){_HEX}{{4}})|(?:u|U0000)[Dd][89A-Fa-f])"
)
_OPERANDS = frozenset({"variable", "pname", "word", "iri", "string", "number", "language", "blank"})
_GUARDED = "SERVICE|LOAD|FROM|NAMED|GRAPH"
_GUARDED_PREFIX = r"(?:(?:TRUE|FALSE)\.*)?(?:SERVICE|LOAD)|.*(?:FROM|NAMED|GRAPH)"
_TWO_PARTS = r"(?:\\.|[^.\\])*+\.++(?:\\.|[^.\\])++"


class Token(NamedTuple):
    """One token of a query.

    `kind` is variable, pname (a prefixed name), word (a keyword, a function, `a`, a boolean), iri,
    string, number (without its sign), symbol, language, blank (a blank node's label), or unknown.
    `text` has the codepoint escapes decoded; `start` and `end` are offsets in the query as written.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The word in upper case; empty for a token of another kind."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of the variable; empty for a token of another kind."""
        return self.text[1:] if self.kind == "variable" else ""


class Reading(NamedTuple):
    """The tokens of a text, and the offset from which an engine may see other ones.

    `doubtful` is None unless there is a `<…>` after an operand in parentheses that is an IRI in one
    context and an operator in another, with a quotation mark, comment or bracket in it. It is 0
    for a text with an escape of no character.
    """

    text: str
    tokens: Sequence[Token]
    doubtful: int | None


class Prologue(NamedTuple):
    """The BASE that a query declares, its prefixes, and the index of the first token behind."""

    base: str | None
    prefixes: dict[str, str]
    end: int


def tokens(text: str) -> Sequence[Token]:
    r"""Return the tokens of a query; what is no token is one of the kind `unknown`.

    Codepoint escapes are decoded first (section 19.2), less those of quotation marks, backslashes
    and line ends: the standard allows these nowhere, and engines accept them in strings.
    """
    if "\\u" not in text and "\\U" not in text:
        return _read(text).tokens
    decoded, places = _decoded(text, "\"'\\\r\n")
    return [
        Token(kind, found, places[start], places[end])
        for kind, found, start, end in _read(decoded).tokens
    ]


def readings(text: str) -> Sequence[Reading]:
    """Return the tokens as Oxigraph has them, which leaves codepoint escapes outside terms alone.

    With such escapes there is a second reading: all decoded, as servers may do.
    """
    found = [_read(text)]
    if "\\u" in text or "\\U" in text:
        if re.search(_NO_CODEPOINT, text):
            # A string with such an escape is none, so that what is in it may be code.
            found[0] = found[0]._replace(doubtful=0)
        found.append(_read(_decoded(text, "")[0]))
    return found


def keywords(found: Sequence[Token], prefixes: Collection[str] = ()) -> frozenset[str]:
    """Return the words among tokens in upper case, with the guarded ones that names may hide.

    Guarded are SERVICE, LOAD, FROM, NAMED and GRAPH. They also count inside a longer word, and at
    the start of a prefixed name unless its prefix is declared, there or in `prefixes`, and no group
    follows.
    """
    words = {token.text.upper() for token in found if token.kind == "word"}
    for word in [word for word in words if re.search(_GUARDED, word)]:
        words.update(re.findall(_GUARDED, word))
    declared: set[str] | None = None
    for index, token in enumerate(found):
        if token.kind != "pname" or not re.search(_GUARDED, token.text.upper()):
            continue
        prefix, _, local = token.text.partition(":")
        if re.match(_GUARDED_PREFIX, prefix.upper()):
            if declared is None:
                declared = {*prologue(found).prefixes, *prefixes}
            followed = index + 1 < len(found) and found[index + 1].text == "{"
            is_declaration = index > 0 and found[index - 1].word == "PREFIX"
            if (prefix not in declared or followed) and not is_declaration:
                words.update(re.findall(_GUARDED, prefix.upper()))
        if two := re.match(_TWO_PARTS, local):
            # Oxigraph ends a name in front of the second run of dots.
            words.update(re.findall(_GUARDED, local[two.end() :].upper()))
    return frozenset(words)


def keywords_in(text: str, prefixes: Collection[str] = ()) -> frozenset[str]:
    """Return `keywords` of every reading of a text, and all that may be some where in doubt."""
    words: frozenset[str] = frozenset()
    for reading in readings(text):
        words |= keywords(reading.tokens, prefixes)
        if reading.doubtful is not None:
            words |= frozenset(re.findall(_GUARDED, reading.text[reading.doubtful :].upper()))
    return words


def deepest_nesting(text: str) -> int:
    """Return how deep brackets are nested in a query, or more where that is in doubt."""
    return max(_deepest(reading) for reading in readings(text))


def prologue(found: Sequence[Token]) -> Prologue:
    """Return what the BASE and PREFIX declarations at the start of a query say."""
    base: str | None = None
    prefixes: dict[str, str] = {}
    index = 0
    while index + 1 < len(found) and found[index].kind == "word":
        word, following = found[index].word, found[index + 1]
        if word == "BASE" and following.kind == "iri":
            base = following.text[1:-1]
            index += 2
        elif (
            word == "PREFIX"
            and following.text.endswith(":")
            and following.kind == "pname"
            and index + 2 < len(found)
            and found[index + 2].kind == "iri"
        ):
            prefixes[following.text[:-1]] = found[index + 2].text[1:-1]
            index += 3
        else:
            break
    return Prologue(base, prefixes, index)


@cache
def _pattern() -> re.Pattern[str]:
    """Compile the pattern of a token when it is first wanted: that takes milliseconds."""
    rules = "|".join(f"({rule})" for _, rule in _RULES)
    return re.compile(rf"(?:[ \t\r\n]++|#[^\r\n]*+)*+(?:{rules}|\Z)", re.DOTALL)


@lru_cache(maxsize=8)
def _read(text: str) -> Reading:
    found: list[Token] = []
    doubtful: int | None = None
    nesting: _Nesting | None = None
    new: Callable[..., Token] = tuple.__new__
    kinds, token, token_at = _KINDS, Token, _pattern()
    place = 0
    while place >= 0:
        scan, place = token_at.finditer(text, place), -1
        for match in scan:
            group = match.lastindex
            if group is None:
                break
            kind = kinds[group]
            start, end = match.span(group)
            if kind == "run":
                found += _pieces(text, start, end)
                continue
            if kind == "iri" and found and _is_operand(found):
                nesting = nesting or _Nesting()
                nesting.advance(found)
                if nesting.top in ("expression", "list"):
                    inside = text[start:end]
                    if doubtful is None and any(mark in inside for mark in "'#(["):
                        doubtful = start
                    if nesting.top == "expression":
                        place = start + (2 if text[start + 1] == "=" else 1)
                        found.append(Token("symbol", text[start:place], start, place))
                        break
            found.append(new(token, (kind, match[group], start, end)))
    return Reading(text, tuple(found), doubtful)


def _pieces(text: str, start: int, end: int) -> Iterator[Token]:
    """Yield the tokens in a run of name characters that no colon follows."""
    for match in re.compile(_PIECES).finditer(text, start, end):
        yield Token(_PIECE_KINDS[match.lastindex or 0], match[0], *match.span())


def _is_operand(found: Sequence[Token]) -> bool:
    """Tell whether the last token may end an operand, after which `<` is an operator."""
    last = found[-1]
    if last.kind != "symbol":
        return last.kind in _OPERANDS
    return last.text in ")]}" or (last.text == ">" and len(found) > 1 and found[-2].text == ">")


class _Nesting:
    """The brackets around the end of a growing list of tokens, and what each one opens."""

    def __init__(self) -> None:
        self._seen = 0
        self._open: list[str] = []
        self._clauses = [False]
        self._values = False

    @property
    def top(self) -> str:
        return self._open[-1] if self._open else ""

    def advance(self, found: Sequence[Token]) -> None:
        for index in range(self._seen, len(found)):
            kind, text = found[index][:2]
            if kind == "word":
                word = text.upper()
                if word == "VALUES":
                    self._values = True
                elif word.startswith(("SELECT", "GROUP", "ORDER", "HAVING")):
                    self._clauses[-1] = "GROUP_" not in word
            elif kind == "symbol" and text in "([{":
                self._enter(text, found, index)
            elif kind == "symbol" and text in ")]}" and self._open:
                self._open.pop()
                if text == "}" and len(self._clauses) > 1:
                    self._clauses.pop()
        self._seen = len(found)

    def _enter(self, text: str, found: Sequence[Token], index: int) -> None:
        if text == "{":
            self._open.append("values" if self._values else "group")
            self._values = False
            self._clauses[-1] = False
            self._clauses.append(False)
        elif text == "[":
            self._open.append("properties")
        elif self.top in ("values", "row"):
            self._open.append("row")
        elif self.top == "expression" or self._is_expression(found, index):
            self._open.append("expression")
        else:
            self._open.append("list")

    def _is_expression(self, found: Sequence[Token], index: int) -> bool:
        before = found[index - 1] if index else Token("", "", 0, 0)
        if before.kind == "word":
            return before.text != "a" and before.word not in ("TRUE", "FALSE", "VALUES")
        is_call = before.kind in ("iri", "pname") and index > 1
        return self._clauses[-1] or (is_call and found[index - 2].word == "FILTER")


def _deepest(reading: Reading) -> int:
    depth = deepest = 0
    for kind, text, start, _ in reading.tokens:
        if reading.doubtful is not None and start >= reading.doubtful:
            rest = reading.text[start:]
            return max(deepest, depth + sum(map(rest.count, "([{")))
        if kind == "symbol" and text in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "symbol" and text in ")]}":
            depth -= 1
    return deepest


def _decoded(text: str, kept: str) -> tuple[str, list[int]]:
    """Return a text with its codepoint escapes decoded, and where each character of it was.

    The characters in `kept` stay escaped.
    """
    pieces: list[str] = []
    places: list[int] = []
    end = 0
    for match in re.finditer(_CODEPOINT, text):
        code = int(match[1] or match[2], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or chr(code) in kept:
            continue
        pieces += [text[end : match.start()], chr(code)]
        places += range(end, match.start() + 1)
        end = match.end()
    places += range(end, len(text) + 1)
    return "".join(pieces) + text[end:], places
