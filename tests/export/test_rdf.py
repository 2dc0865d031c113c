"""The study's triples in every syntax of RDF: the same data read back, parts, and the note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad
from samples import PREFIXES, SMALL, TANGLED, Run

import mlkg
from mlkg.errors import OutputError
from mlkg.export import RDF_FORMATS, export, rdf
from mlkg.export.origin import digest_of, from_comment
from mlkg.export.part import Part
from mlkg.interop import from_rdflib
from mlkg.namespaces import MLKG
from mlkg.naming import plain

IN_RDFLIB = {
    "ttl": "turtle",
    "nt": "nt",
    "nq": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
ODD = r"""
ex:odd-text rdfs:comment "a\r\nb\tc ]]> <b> & \"q\" \\ é 😀 -- ?>"@en-GB , "7"^^xsd:integer .
ex:deep ex:part [ ex:part [ rdfs:label "below"@en ] ] .
"""
SYNTAXES = {**rdf.GRAPHS, **rdf.DATASETS}


pytestmark = pytest.mark.usefixtures("lexical_forms")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """A study in two files with every state, odd texts and blank nodes."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "data").mkdir()
    (folder / "data" / "a.ttl").write_text(PREFIXES + TANGLED, "utf-8")
    (folder / "data" / "b.ttl").write_text(PREFIXES + SMALL + ODD, "utf-8")
    return mlkg.load(folder)


def read(content: bytes, format: str) -> list[Quad]:
    """Read an export with pyoxigraph."""
    return list(pyoxigraph.parse(content, format=SYNTAXES[format]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # from its own parsers
@pytest.mark.parametrize("which", ["real", "odd"])
@pytest.mark.parametrize("format", RDF_FORMATS)
def test_read_back_the_digest_is_the_study_s(
    format: str, which: str, study: mlkg.Study, odd: mlkg.Study
) -> None:
    """Two RDF libraries read the same data from each syntax: that of the study, nothing more."""
    chosen = study if which == "real" else odd
    content = export(chosen, format)
    expected = digest_of(chosen.quads())
    assert expected == digest_of(read(content, format))
    dataset = rdflib.Dataset()
    dataset.parse(data=content, format=IN_RDFLIB[format])
    quads = dataset.quads((None, None, None, None))
    in_rdflib = (Quad(*map(from_rdflib, terms[:3])) for terms in quads)  # type: ignore[arg-type]
    assert expected == digest_of(in_rdflib)


@pytest.mark.parametrize("format", ["nq", "trig", "jsonld"])
def test_datasets_have_a_graph_a_file(format: str, odd: mlkg.Study) -> None:
    """Whoever reads a dataset syntax knows the file of each triple."""
    graphs = {str(quad.graph_name) for quad in read(export(odd, format), format)}
    assert {
        "<https://example.org/study/data/a.ttl>",
        "<https://example.org/study/data/b.ttl>",
    } == graphs


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_same_study_same_bytes(format: str, odd: mlkg.Study) -> None:
    """Blank nodes, which each reading names anew, do not change the export."""
    again = mlkg.load(odd.root)
    assert export(again, format) == export(odd, format)


@pytest.mark.parametrize("format", ["ttl", "nt", "nq", "trig", "rdfxml"])
def test_the_note_tells_the_origin(format: str, study: mlkg.Study) -> None:
    """A comment has study, digest, and the words that made the export."""
    part = Part(options=("mlflow",))
    origin = from_comment(export(study, format, part).decode())
    assert origin is not None
    assert origin.study == study.iri
    assert origin.digest == digest_of(study.quads())
    assert origin.arguments == ("--option", f"{study.iri}/option/mlflow")


def test_a_part_is_self_contained(odd: mlkg.Study) -> None:
    """A part has its cells with all they name, and no claim or evidence of another cell."""
    quads = read(export(odd, "nt", Part(options=("soup",), criteria=("salty", "warm"))), "nt")
    subjects = {plain(quad.subject).removeprefix("https://example.org/") for quad in quads}
    assert subjects == {
        *("study", "soup", "warm", "salty", "taste", "ref"),
        *("soup-warm", "soup-salty", "e1", "menu"),
        *("pie", "dip"),  # soup's saltiness relies on them
    }


def test_a_part_by_state(odd: mlkg.Study) -> None:
    """Cells in other states are left out of the triples too."""
    quads = read(export(odd, "nt", Part(states=("disputed",))), "nt")
    claims = {plain(quad.subject) for quad in quads if quad.object == NamedNode(MLKG + "Claim")}
    ends = {iri.removeprefix("https://example.org/") for iri in claims}
    assert ends == {"pie-warm", "dip-salty", "dip-salty-2"}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('ex:x rdfs:comment "a\\u0001b" .', "control character"),
        ("ex:x ex:1 ex:y .", "<https://example.org/1>: RDF/XML cannot name this property"),
    ],
)
def test_what_rdf_xml_cannot_hold(said: str, message: str, new_study: Callable[..., Path]) -> None:
    """RDF/XML is refused for what XML cannot hold, in place of a file that nobody can read."""
    study = mlkg.load(new_study({"all.ttl": SMALL + said}))
    with pytest.raises(OutputError, match=message):
        export(study, "rdfxml")
    assert read(export(study, "ttl"), "ttl")


def test_rows_of_a_view_are_no_triples(run: Run) -> None:
    """`--view` with a syntax of RDF or a standard form is refused, with the formats that do."""
    for name in ("ttl", "qb"):
        done = run("export", "--view", "sources", "--format", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"a view cannot be written as {name}; use " in done.stderr
