"""Random Turtle: documents with every kind of token, and comments and white space in odd places."""

from __future__ import annotations

from hypothesis import strategies as st

PREFIXES = "@prefix ex: <http://ex.example/> .\n@prefix : <http://empty.example/> .\n"

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters='\\"\r\n', exclude_categories=["Cs"]),
    max_size=8,
)
LOCAL = st.sampled_from(["a", "b.c", "x-1", "café", "%41", r"o\~p", "1", "q:r", "a..b", r"\(x\)"])
NAME = st.builds("{}:{}".format, st.sampled_from(["ex", ""]), LOCAL) | st.just("ex:")
IRI = st.sampled_from(
    ["<http://ex.example/i>", "<http://ex.example/#a;b,c.>", r"<http://ex.example/\u00E9>"]
)
STRING = TEXT.map('"{}"'.format) | st.sampled_from(
    [
        r'"esc \" \\ \n \u00e9 # not a comment"',
        "'single'",
        '""',
        "''",
        '"""long "quoted" \n# no comment\n\\""""',
        "'''it's\r\nlong'''",
        '""""start"""',
    ]
)
LITERAL = st.one_of(
    STRING,
    st.builds(
        "{}{}".format, STRING, st.sampled_from(["@en", "@de-CH", "^^ex:t", "^^<http://t/t>"])
    ),
    st.sampled_from(["1", "-2.5", "+.5", "1e3", "1.0E-2", ".5e1", "true", "false", "007"]),
)
SPACE = st.sampled_from([" ", "\n", "\t", " # a comment\n", "\r\n", "\n\n# one\n# two\n", "  "])


def _joined(draw: st.DrawFn, parts: list[str]) -> str:
    return "".join(part + draw(SPACE) for part in parts)


@st.composite
def terms(draw: st.DrawFn, depth: int = 2) -> str:
    """An object: an IRI, a literal, a blank node, a list or a bracket with triples."""
    kinds = ["plain", "plain", "plain", "blank"] + (["list", "bracket"] if depth else [])
    match draw(st.sampled_from(kinds)):
        case "plain":
            return draw(NAME | IRI | LITERAL)
        case "blank":
            return draw(st.sampled_from(["_:b1", "_:b.2", "[]", "[ ]", "()"]))
        case "list":
            items = draw(st.lists(terms(depth=depth - 1), max_size=3))
            return _joined(draw, ["(", *items, ")"])
        case _:
            inside = draw(predicate_lists(depth=depth - 1))
            return _joined(draw, ["[", inside, "]"])


@st.composite
def predicate_lists(draw: st.DrawFn, depth: int = 2) -> str:
    """Predicates with their objects, with commas and semicolons, some of them superfluous."""
    parts: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        if number:
            parts.append(draw(st.sampled_from([";", "; ;"])))
        parts.append(draw(NAME | IRI | st.sampled_from(["a", "rdfs:label"])))
        objects = draw(st.lists(terms(depth=depth), min_size=1, max_size=3))
        for index, object_ in enumerate(objects):
            parts += [",", object_] if index else [object_]
    if draw(st.booleans()):
        parts.append(";")
    return _joined(draw, parts)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A whole document that is Turtle 1.1."""
    parts = [draw(st.sampled_from(["", "# header\n\n", "# header\n"])), PREFIXES]
    parts.append("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n")
    for _ in range(draw(st.integers(0, 4))):
        parts.append(draw(st.sampled_from(["", "\n", "# section\n\n", "\n# about\n", "#\n"])))
        match draw(st.sampled_from(["triples", "triples", "triples", "prefix", "bracket"])):
            case "triples":
                subject = draw(NAME | IRI | st.sampled_from(["_:b1", "( 1 2 )", "[ a ex:B ]"]))
                parts.append(_joined(draw, [subject, draw(predicate_lists()), "."]))
            case "prefix":
                letter = draw(st.sampled_from("fgh"))
                parts.append(
                    draw(
                        st.sampled_from(
                            ["@prefix {0}: <http://{0}/> .\n", "prefix {0}:<http://{0}/>\n"]
                        )
                    ).format(letter)
                )
            case _:
                parts.append(_joined(draw, ["[", draw(predicate_lists(depth=1)), "]", "."]))
    return "".join(parts)
