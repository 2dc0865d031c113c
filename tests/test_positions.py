"""Findings are where the triple at fault stands, in whichever file and syntax."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from samples import PREFIXES, SMALL, Run

import mlkg
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile
from mlkg.validation.findings import Finding
from mlkg.validation.fingerprints import fingerprint, fingerprinted, signatures
from mlkg.validation.positions import located

NewStudy = Callable[..., Path]
E = "http://e/"
HEAD = "@prefix e: <http://e/> .\n"


def iri(name: str) -> NamedNode:
    """Return an IRI of the prefix e:."""
    return NamedNode(E + name)


def places(
    files: dict[str, str], focus: Term, path: Term | None = None, value: Term | None = None
) -> str:
    """Return `file:line:column-line:column text` of one finding."""
    sources = [TurtleFile(name, (HEAD + text).encode()) for name, text in files.items()]
    (finding,) = located([Finding("rule", "error", focus, "", path, value)], sources)
    if finding.file is None:
        return "nowhere"
    start = f"{finding.file}:{finding.line}:{finding.column}"
    return f"{start}-{finding.end_line}:{finding.end_column} {finding.source_line}"


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("e:a e:p e:b , e:c .", iri("p"), iri("c"), "2:15-2:18"),
        ("e:a e:p e:b ;\n  e:q e:c .", iri("q"), None, "3:3-3:6"),
        ("e:a e:p e:b .\ne:a e:q e:c .", iri("q"), iri("none"), "3:5-3:8"),
        ("e:a e:p e:b .", iri("q"), None, "2:1-2:4"),
        ("e:a e:p e:b .", None, None, "2:1-2:4"),
        ("e:a e:p e:b .", None, iri("b"), "2:9-2:12"),
        ("<http://e/a> <http://e/p> <http://e/b> .", iri("p"), iri("b"), "2:27-2:39"),
        ('e:a e:p "é"@EN-gb .', iri("p"), Literal("é", language="en-gb"), "2:9-2:18"),
        ('e:a e:p """x\ny""" , e:b .', iri("p"), Literal("x\ny"), "2:9-3:5"),
        ("e:a e:p 007 , 7.50 .", iri("p"), Literal(7), "2:9-2:12"),
        (
            "e:a e:p 1.50 .",
            iri("p"),
            Literal("1.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
            "2:9-2:13",
        ),
        ("e:a e:p true .", iri("p"), Literal(True), "2:9-2:13"),
        (
            "e:a a e:b .",
            NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            iri("b"),
            "2:7-2:10",
        ),
        ("# e:a e:p e:b\ne:a e:p '#' ; e:p e:b .", iri("p"), iri("b"), "3:19-3:22"),
        ("e:x e:y [ e:z e:a ] .", None, None, "2:15-2:18"),
        ("e:x e:y 1 .", None, None, "nowhere"),
    ],
)
def test_place(text: str, path: Term | None, value: Term | None, expected: str) -> None:
    """At the value; else at the property; else at the record; else where the record is named."""
    found = places({"f.ttl": text}, iri("a"), path, value)
    assert expected == found.removeprefix("f.ttl:").split(" ")[0]


def test_several_files() -> None:
    """A triple is found in its file; of two that state it, the first counts."""
    files = {"a.ttl": "e:a e:q 1 .", "b.ttl": "\ne:a e:p e:b .", "c.ttl": "e:a e:p e:b ."}
    assert places(files, iri("a"), iri("p"), iri("b")) == "b.ttl:3:9-3:12 e:a e:p e:b ."
    assert places(files, iri("a")) == "a.ttl:2:1-2:4 e:a e:q 1 ."


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_line_ends_and_byte_order_mark(ends: bytes) -> None:
    """CRLF, CR and a byte order mark move nothing."""
    turtle = b"\xef\xbb\xbf" + (HEAD + "e:a e:p '''é\n''' ;\n e:q e:b .").encode().replace(
        b"\n", ends
    )
    finding = Finding("rule", "error", iri("a"), "", iri("q"), iri("b"))
    (found,) = located([finding], [TurtleFile("f.ttl", turtle)])
    assert (found.line, found.column, found.source_line) == (4, 6, " e:q e:b .")


def faults(run: Run, folder: Path) -> list[str]:
    """Return the start of each line that `mlkg validate` prints about a study."""
    lines = run("validate", cwd=folder).stdout.splitlines()[:-1]
    return [" ".join(line.split(" ")[:2]) for line in lines]


def test_blank_nodes_have_places(run: Run, new_study: NewStudy) -> None:
    """Records without an IRI are found by what is said of them, even two that say the same."""
    blank = """\
_:one a foaf:Person .
[] a foaf:Person ; foaf:name "A" .
[ a foaf:Person ; foaf:name "B" ] .
[ a foaf:Person ; foaf:name "B" ] .
ex:x ex:y ( [ a foaf:Person ; foaf:name 007 ] ) .
"""
    line = (PREFIXES + SMALL).count("\n")
    assert faults(run, new_study({"all.ttl": SMALL + blank})) == [
        "data/all.ttl:20:16: warning[unsupported-claim]",
        "data/all.ttl:21:87: warning[unsupported-claim]",
        f"data/all.ttl:{line + 1}:1: error[agent]",
        f"data/all.ttl:{line + 1}:1: error[agent-name]",
        f"data/all.ttl:{line + 2}:1: error[agent]",
        f"data/all.ttl:{line + 3}:1: error[agent]",
        f"data/all.ttl:{line + 4}:1: error[agent]",
        f"data/all.ttl:{line + 5}:13: error[agent]",
    ]


def test_records_of_the_ontology_have_places(new_study: NewStudy) -> None:
    """A fault in a study's own terms is located in their file."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "ontology").mkdir()
    (folder / "ontology" / "own.ttl").write_text(PREFIXES + "ex:v a mlkg:Verdict .", "utf-8")
    (finding,) = mlkg.load(folder).validate(select=frozenset({"verdict-notation"})).findings
    assert (finding.file, finding.line, finding.column) == ("ontology/own.ttl", 10, 1)


def test_every_finding_of_the_project_has_a_place(study: mlkg.Study) -> None:
    """No finding is without a file, and its line holds what the columns say."""
    findings = study.validate().findings
    assert findings
    for finding in findings:
        assert finding.file is not None
        assert finding.column is not None
        assert finding.end_column is not None
        text = (study.root / finding.file).read_text("utf-8").split("\n")
        assert finding.source_line == text[(finding.line or 0) - 1]
        assert finding.source_line[finding.column - 1 : finding.end_column - 1].strip()


def test_a_fingerprint_is_of_rule_record_property_and_value() -> None:
    """Each of the four changes it; nothing else does, and it stays what it was last year."""
    base = fingerprint("rule", iri("a"), iri("p"), iri("b"))
    assert base == "59b4cb69d2e1f94e"
    others = {
        fingerprint("other", iri("a"), iri("p"), iri("b")),
        fingerprint("rule", iri("c"), iri("p"), iri("b")),
        fingerprint("rule", iri("a"), iri("q"), iri("b")),
        fingerprint("rule", iri("a"), iri("p"), Literal("b")),
        fingerprint("rule", iri("a"), iri("p"), None),
        fingerprint("rule", iri("a"), None, iri("p")),
    }
    assert len(others | {base}) == 7


def test_fingerprints_are_unique() -> None:
    """Equal findings are told apart by their number."""
    same = Finding("rule", "error", iri("a"), "")
    found = [finding.fingerprint for finding in fingerprinted([same, same, same])]
    assert len(set(found)) == 3
    assert found[0] == fingerprint("rule", iri("a"), None, None)


def test_fingerprints_survive_edits(new_study: NewStudy) -> None:
    """Lines, comments, order, prefixes and labels of blank nodes have no part in a fingerprint."""
    faulty = SMALL + "[ a foaf:Person ; foaf:name 1.50 ] . ex:z a mlkg:Option ."
    other = "# moved\n\n" + faulty.replace("[ a", "_:it a").replace(" ] .", " .").replace(
        "1.50", "1.5"
    )
    folder = new_study({"all.ttl": faulty})
    before = {(f.rule, f.fingerprint) for f in mlkg.load(folder).validate().findings}
    new_study({"all.ttl": other})
    after = {(f.rule, f.fingerprint) for f in mlkg.load(folder).validate().findings}
    assert len(before) > 4
    assert before == after


def test_one_fault_is_reported_once(new_study: NewStudy) -> None:
    """A value that breaks two constraints of a shape, which has one message, is one finding."""
    broken = SMALL.replace(
        "mlkg:option ex:pie ; mlkg:criterion ex:warm", "mlkg:option 'pie' ; mlkg:criterion ex:warm"
    )
    found = mlkg.load(new_study({"all.ttl": broken})).validate(select=frozenset({"claim-option"}))
    message = "A claim judges exactly one mlkg:option, a mlkg:Option."
    assert [(f.line, f.message) for f in found.findings] == [
        (21, f'ex:pie-warm: {message} Found: "pie"')
    ]


def test_signatures_follow_what_is_said() -> None:
    """Blank nodes of which the same is said share a name; others do not."""
    one, two, three = BlankNode("1"), BlankNode("2"), BlankNode("3")
    said: list[tuple[Term, Term, Term]] = [
        (one, iri("p"), iri("x")),
        (two, iri("p"), iri("x")),
        (three, iri("p"), iri("y")),
    ]
    names = signatures(said)
    assert names[one] == names[two] != names[three]
    linked = signatures([*said, (iri("a"), iri("q"), two)])
    assert linked[one] == names[one]
    assert linked[two] != names[two]
