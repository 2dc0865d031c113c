"""The tokens of a query: their kinds, their places, and the keywords that names may hide."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlkg.sparql.lexer import deepest_nesting, keywords, keywords_in, prologue, tokens

ROOT = Path(__file__).parents[2]
STORED = sorted((ROOT / "queries").rglob("*.rq"))
PIECES = st.sampled_from(
    [
        *("SELECT", "{", "}", "(", ")", "?x", "ex:a", ":", "<http://e/#>", "<", ">", "<=", "'a'"),
        *('"b"', "'''", '"""', "'", '"', "#c\n", "#c\r", "#", "\\", "\\u0041", "\\#", "1.5e3", "."),
        *(
            "@en",
            "_:b",
            "^^",
            "&&",
            "||",
            " ",
            "\n",
            "a",
            "é",
            "\x00",
            "VALUES",
            "FILTER",
            "\\uD800",
        ),
    ]
)


def kinds(text: str) -> list[tuple[str, str]]:
    """Return the kind and the text of each token."""
    return [token[:2] for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?x $y ?1", [("variable", "?x"), ("variable", "$y"), ("variable", "?1")]),
        (r"ex: : ex:a\#b :%41.c", [("pname", t) for t in ("ex:", ":", r"ex:a\#b", ":%41.c")]),
        ("a.b:c:d.", [("pname", "a.b:c:d"), ("symbol", ".")]),
        ("SERVICE:x", [("pname", "SERVICE:x")]),
        ("_:b.c.", [("blank", "_:b.c"), ("symbol", ".")]),
        ("1.5e3 .5 1e-2", [("number", "1.5e3"), ("number", ".5"), ("number", "1e-2")]),
        ("5.", [("number", "5"), ("symbol", ".")]),
        ("-1", [("symbol", "-"), ("number", "1")]),
        ("1SERVICE", [("number", "1"), ("word", "SERVICE")]),
        ("'a'@en-GB", [("string", "'a'"), ("language", "@en-GB")]),
        ("'a'^^<x:y>", [("string", "'a'"), ("symbol", "^^"), ("iri", "<x:y>")]),
        ("'''it's \\''''", [("string", "'''it's \\''''")]),
        ('""""a"""', [("string", '""""a"""')]),
        ("'''a'", [("string", "''"), ("string", "'a'")]),
        (
            "'''a' \\x",
            [("string", "''"), ("string", "'a'"), ("unknown", "\\"), ("word", "x")],
        ),
        ("'a\nb", [("unknown", "'"), ("word", "a"), ("word", "b")]),
        ("a#b\rc#d\ne", [("word", "a"), ("word", "c"), ("word", "e")]),
        ("# only a comment", []),
        ("&& || <= >= != ^^", [("symbol", t) for t in ("&&", "||", "<=", ">=", "!=", "^^")]),
        ("?a<?b", [("variable", "?a"), ("symbol", "<"), ("variable", "?b")]),
        ("GROUP_CONCAT", [("word", "GROUP_CONCAT")]),
        ("§ \x00", [("unknown", "§"), ("unknown", "\x00")]),
    ],
)  # fmt: skip
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    """Each terminal of the grammar is one token; what is none is `unknown`, a character each."""
    assert kinds(text) == expected


def test_less_than_after_an_operand_is_an_operator() -> None:
    """In an expression `<` after an operand opens no IRI; in a collection or a row it does."""
    assert [t.text for t in tokens("FILTER(?a<?b&&?c>?d)")] == [
        *("FILTER", "(", "?a", "<", "?b", "&&", "?c", ">", "?d", ")"),
    ]
    assert ("string", "'>'") in kinds("FILTER('='<'>')")
    assert ("iri", "<x:b>") in kinds("{ ?s ?p (<x:a><x:b>) }")
    assert ("iri", "<x:b>") in kinds("VALUES (?a ?b) { (<x:a><x:b>) }")
    assert ("iri", "<x:b>") in kinds("{ FILTER(?a IN (<x:a>,<x:b>)) }")
    assert ("iri", "<x:p>") in kinds("{ ?s<x:p>?o }")
    assert kinds("FILTER(?a<=<x:b>)")[3:5] == [("symbol", "<="), ("iri", "<x:b>")]


def test_codepoint_escapes_are_decoded_and_places_are_those_of_the_text() -> None:
    """An escape counts as its character, and the offsets are those of the escape."""
    text = "SEL\\u0045CT ?\\U00000061 '\\u0027'"
    assert [tuple(token) for token in tokens(text)] == [
        ("word", "SELECT", 0, 11),
        ("variable", "?a", 12, 23),
        ("string", "'\\u0027'", 24, 32),
    ]


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None)
def test_tokens_and_gaps_are_the_text(text: str) -> None:
    """Tokens come in order, none is empty, and only space and comments are between them."""
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end
        if "\\u" not in text:
            assert token.text == text[token.start : token.end]
        gap = text[end : token.start]
        assert gap.strip(" \t\r\n") == "" or gap.lstrip(" \t\r\n").startswith("#")
        end = token.end
    assert text[end:].strip(" \t\r\n") == "" or text[end:].lstrip(" \t\r\n").startswith("#")


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_queries_have_known_tokens_only(path: Path) -> None:
    """The queries of this project, and beginnings of them, can be read."""
    text = path.read_text("utf-8")
    assert [token for token in tokens(text) if token.kind == "unknown"] == []
    for end in range(0, len(text), 31):
        tokens(text[:end])
        keywords_in(text[:end])


def test_the_prologue() -> None:
    """BASE and PREFIX at the start are read, whatever their case."""
    found = prologue(tokens("base <http://b/> PREFIX : <x:> prefix ex: <y:> SELECT * {}"))
    assert found == ("http://b/", {"": "x:", "ex": "y:"}, 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { SERVICE <x:y> {} }", {"SELECT", "SERVICE"}),
        ("SELECT * { SERVICE:x {} }", {"SELECT", "SERVICE"}),
        ("PREFIX service: <x:> SELECT * { service:x a 1 }", {"PREFIX", "SELECT", "A"}),
        ("PREFIX service: <x:> SELECT * { service:x {} }", {"PREFIX", "SELECT", "SERVICE"}),
        ("SELECT * { trueSERVICESILENT<x:y> {} }", {"SELECT", "TRUESERVICESILENT", "SERVICE"}),
        ("ASK { ex:a.b.SERVICE<x:y> {} }", {"ASK", "SERVICE"}),
        ("ASK { ex:a.service ?p ex:microservice }", {"ASK"}),
        ("ASK { microservice:a ?p 1 }", {"ASK"}),
        ("LOAD:x", {"LOAD"}),
        ("SELECT * FROM:g FROMNAMED<x:y> {}", {"SELECT", "FROM", "FROMNAMED", "NAMED"}),
        ("ASKFROM:g {}", {"FROM"}),
    ],
)
def test_keywords(text: str, expected: set[str]) -> None:
    """Guarded keywords count where Oxigraph sees them, in a word or before a name."""
    assert keywords(tokens(text)) == expected


def test_nesting_is_counted_over_tokens() -> None:
    """Brackets in strings, IRIs, names and comments open nothing; doubtful ones do."""
    assert deepest_nesting(r"{ <x:(((> ('(((' ex:\( #(((" + "\n) }") == 2
    assert deepest_nesting("{ ?x ?y (1<" + "(" * 9 + "2" + ")" * 9 + ">3) }") == 11


@pytest.mark.parametrize("piece", ["a.", "a-", "_.", ":a..", "'", "<a", "?a<b>", "\\", "1."])
def test_long_texts_take_linear_time(piece: str) -> None:
    """What no query has is read too, without looking for a name at each character of it."""
    text = piece * (100_000 // len(piece))
    assert "".join(token.text for token in tokens(text)) == text
