"""Standard forms: found by name, the same in two engines, terms that exist, names that last."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from rdflib.namespace import DCTERMS, FOAF, PROV, QB, RDF, RDFS, SDO, SKOS, XSD
from samples import PREFIXES, TANGLED, VALUED, Run

import mlkg
from mlkg import stored
from mlkg.derivation import own_facts
from mlkg.errors import HeaderError, OutputError, QueryError
from mlkg.export import export, forms, rdf
from mlkg.export.part import Part
from mlkg.interop import from_rdflib, to_rdflib_graph
from mlkg.namespaces import MLKG
from mlkg.naming import plain

ROOT = Path(__file__).parents[2]
FORMS = stored.forms([ROOT / "queries"])
FULL = """
ex:me a foaf:Person ; foaf:name "Me" .
ex:remark a mlkg:Remark ; mlkg:about ex:soup ; schema:text "Hm."@en ; prov:wasAttributedTo ex:me .
ex:e9 a mlkg:Evidence ; mlkg:about ex:soup-salty ; mlkg:indicates mlkg:yes ;
  mlkg:finding "Salt is listed."@en ; mlkg:source ex:menu ; mlkg:quote "salt" ;
  mlkg:retrievedOn "2024-02-03"^^xsd:date ; prov:wasAttributedTo ex:me .
ex:soup-salty prov:wasAttributedTo ex:me ;
  prov:generatedAtTime "2024-02-03T10:00:00Z"^^xsd:dateTime ;
  prov:wasRevisionOf ex:soup-salty-before .
ex:soup-salty-before a mlkg:FormerClaim ; mlkg:verdict mlkg:unknown .
ex:menu dcterms:title "Menu"@en ; dcterms:publisher ex:inn .
ex:inn a foaf:Organization ; foaf:name "Inn" .
ex:study mlkg:repository <https://example.org/repository> ; dcterms:creator ex:me .
"""


pytestmark = pytest.mark.usefixtures("lexical_forms")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """A study in which every branch of every form has something to give."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + TANGLED + FULL, "utf-8")
    return mlkg.load(folder)


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """A study with every kind of scale, and all that evidence and searches can say."""
    folder = tmp_path_factory.mktemp("valued")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + VALUED, "utf-8")
    return mlkg.load(folder)


@pytest.fixture(params=["real", "full", "valued"])
def chosen(request: pytest.FixtureRequest) -> mlkg.Study:
    """Each of the studies."""
    name = "study" if request.param == "real" else request.param
    found: mlkg.Study = request.getfixturevalue(name)
    return found


def given(study: mlkg.Study, name: str) -> set[Quad]:
    """Return what a form gives of a study."""
    form = FORMS[name]
    return set(forms.statements(study.query(form.text), form))


def short(iri: str) -> str:
    """Return an IRI of the samples without their namespace."""
    return iri.removeprefix("https://example.org/")


def test_the_forms_are_found() -> None:
    """Discovery finds each form, with a summary of its own and its syntax."""
    assert {name: form.syntax for name, form in FORMS.items()} == {
        "earl": "ttl",
        "nanopub": "trig",
        "oa": "jsonld",
        "prov": "ttl",
        "qb": "ttl",
    }
    assert len({form.summary for form in FORMS.values()}) == len(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_same_statements_in_both_engines(name: str, chosen: mlkg.Study) -> None:
    """A form gives the same statements in pyoxigraph and in rdflib, and gives some."""
    everything = chosen.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")  # derived facts as well
    result = to_rdflib_graph(everything, {}).query(FORMS[name].text)  # type: ignore[arg-type]
    if result.graph is not None:
        found = {Quad(*map(from_rdflib, triple)) for triple in result.graph}  # type: ignore[arg-type]
    else:
        rows = [[from_rdflib(term) for term in row] for row in result]  # type: ignore[union-attr]
        found = {Quad(s, p, o, graph) for graph, s, p, o in rows}  # type: ignore[arg-type]
    ours = given(chosen, name)
    assert ours == found
    assert len(ours) > 50


def closed_vocabularies() -> dict[str, frozenset[str]]:
    """Return the terms of each vocabulary by its namespace."""
    listed: dict[str, frozenset[str]] = {}
    for path in sorted((ROOT / "tests" / "vocabularies").glob("*.txt")):
        lines = path.read_text("utf-8").splitlines()
        (namespace,) = (ln.partition(": ")[2] for ln in lines if ln.startswith("# namespace: "))
        listed[namespace] = frozenset(namespace + ln for ln in lines if not ln.startswith("#"))
    for defined in (DCTERMS, FOAF, PROV, QB, RDF, RDFS, SDO, SKOS, XSD):
        listed[str(defined)] = frozenset(map(str, dir(defined)))
    ontology = [
        quad
        for name in ("mlkg", "states")
        for quad in pyoxigraph.parse(path=ROOT / "ontology" / f"{name}.ttl")
    ]
    listed[MLKG] = frozenset(
        quad.subject.value for quad in ontology if isinstance(quad.subject, NamedNode)
    )
    return listed


VOCABULARIES = closed_vocabularies()


def invented(quads: set[Quad]) -> set[str]:
    """Return the IRIs in the namespace of a vocabulary which that vocabulary does not define.

    And every property and class that is of no vocabulary.
    """
    terms = {term for quad in quads for term in quad.triple}
    terms |= {term.datatype for term in terms if isinstance(term, Literal)}
    mentioned = {term.value for term in terms if isinstance(term, NamedNode)}
    unknown = {
        iri
        for iri in mentioned
        for namespace, terms in VOCABULARIES.items()
        if iri.startswith(namespace) and iri not in terms
    }
    properties = {quad.predicate.value for quad in quads}
    classes = {plain(q.object) for q in quads if q.predicate.value == str(RDF.type)}
    return unknown | {
        iri for iri in properties | classes if not iri.startswith(tuple(VOCABULARIES))
    }


@pytest.mark.parametrize("name", FORMS)
def test_no_term_is_invented(name: str, full: mlkg.Study, valued: mlkg.Study) -> None:
    """Every property, class and value of a vocabulary is one that the vocabulary defines."""
    ends = ("supporting", "disputing", "unit") if name == "qb" else ()
    minted = {f"https://example.org/study/cube/{end}" for end in ends}
    for one in (full, valued):
        assert invented(given(one, name)) - minted == set()


@pytest.mark.parametrize(
    "slip",
    [
        "http://www.w3.org/ns/earl#success",
        "http://www.w3.org/ns/oa#quote",
        "http://www.nanopub.org/nschema#hasHead",
        "http://www.w3.org/ns/prov#wasQuoted",
        "http://purl.org/linked-data/cube#observationOf",
        "https://example.org/own",
    ],
)
def test_a_slip_is_found(slip: str) -> None:
    """The check of terms can fail: it finds a name that no vocabulary has."""
    node = NamedNode("https://example.org/x")
    assert invented({Quad(node, NamedNode(slip), node)}) == {slip}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("which", ["full", "valued"])
def test_minted_names_are_below_the_study_or_a_record(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    """No blank nodes; what a form names is a record of the data, a term, or below a record."""
    chosen = request.getfixturevalue(which)
    data = {
        term.value for quad in chosen.quads() for term in quad.triple if isinstance(term, NamedNode)
    }
    quads = given(chosen, name)
    terms = {term for quad in quads for term in (*quad.triple, quad.graph_name)}
    assert {term for term in terms if isinstance(term, BlankNode)} == set()
    minted = {term.value for term in terms if isinstance(term, NamedNode)} - data
    own = {iri for iri in minted if iri.startswith("https://example.org/")}
    assert own
    assert {iri for iri in own if not any(iri.startswith(one + "/") for one in data)} == set()


def test_earl_outcomes_follow_the_ontology(full: mlkg.Study) -> None:
    """Verdicts that the ontology aligns become EARL's outcomes; others stand for themselves."""
    outcome = "http://www.w3.org/ns/earl#outcome"
    found = {
        short(plain(q.subject)): plain(q.object)
        for q in given(full, "earl")
        if q.predicate.value == outcome
    }
    earl = "http://www.w3.org/ns/earl#"
    assert found == {
        "soup-warm/result": earl + "passed",
        "soup-cheap/result": MLKG + "partial",
        "soup-salty/result": earl + "passed",
        "soup-fast/result": earl + "passed",
        "pie-warm/result": earl + "failed",
        "pie-cheap/result": earl + "cantTell",
        "pie-salty/result": "https://example.org/odd",
        "dip-salty/result": earl + "failed",
        "dip-salty-2/result": earl + "passed",
    }


def test_earl_outcomes_of_values(valued: mlkg.Study) -> None:
    """Values are an outcome of the claim's own, whose title is the answer as the table has it."""
    quads = given(valued, "earl")
    titles = {
        short(plain(q.subject)): plain(q.object)
        for q in quads
        if q.predicate.value == str(DCTERMS.title) and plain(q.subject).endswith("/outcome")
    }
    assert titles == {
        "soup-wait/outcome": "5 min",
        "pie-wait/outcome": "12.5 min",
        "stew-wait/outcome": "90 min",
        "soup-stars/outcome": "75000 stars",
        "soup-since/outcome": "2024-03-01",
        "pie-since/outcome": "2020-01-01",
        "soup-recipe/outcome": "Apache-2.0, MIT",
        "pie-recipe/outcome": "GPL-3.0, MIT",
        "stew-recipe/outcome": "CC0-1.0",
    }
    earl = "http://www.w3.org/ns/earl#"
    outcomes = Counter(
        short(plain(q.subject)) for q in quads if q.predicate.value == earl + "outcome"
    )
    assert set(outcomes.values()) == {1}
    assert len(outcomes) == 26
    (unknown,) = (
        plain(q.object)
        for q in quads
        if q.predicate.value == earl + "outcome" and "pie-stars" in plain(q.subject)
    )
    assert unknown == earl + "cantTell"


def test_earl_outcome_of_several_verdicts(tmp_path: Path) -> None:
    """Several verdicts of one claim are one outcome, for a result has one."""
    (tmp_path / "data").mkdir()
    several = """
ex:colours a mlkg:Scale ; rdfs:label "colours"@en ; mlkg:several true ;
  skos:hasTopConcept ex:red , ex:green .
ex:red a mlkg:Verdict ; rdfs:label "red"@en ; skos:notation "red" .
ex:green a mlkg:Verdict ; rdfs:label "green"@en ; skos:notation "green" .
ex:colour a mlkg:Criterion ; rdfs:label "Colour"@en ; mlkg:scale ex:colours .
ex:soup-colour a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:colour ;
  mlkg:verdict ex:red , ex:green .
"""
    (tmp_path / "data" / "all.ttl").write_text(PREFIXES + TANGLED + several, "utf-8")
    found = {
        (q.predicate.value.rpartition("#")[2].rpartition("/")[2], short(plain(q.object)))
        for q in given(mlkg.load(tmp_path), "earl")
        if short(plain(q.subject)) in {"soup-colour/result", "soup-colour/outcome"}
    }
    assert found == {
        ("type", "http://www.w3.org/ns/earl#TestResult"),
        ("outcome", "soup-colour/outcome"),
        ("type", "http://www.w3.org/ns/earl#OutcomeValue"),
        ("title", "green, red"),
    }


def test_every_earl_assertion_is_whole(full: mlkg.Study) -> None:
    """An assertion has one subject, test and result, and whoever asserted it."""
    earl = "http://www.w3.org/ns/earl#"
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for quad in given(full, "earl"):
        counts[short(plain(quad.subject))][quad.predicate.value.removeprefix(earl)] += 1
    claims = [name for name in counts if f"{name}/result" in counts]
    assert len(claims) == 9
    for name in claims:
        said = counts[name]
        assert {key: said[key] for key in ("subject", "test", "result", "assertedBy")} == {
            "subject": 1,
            "test": 1,
            "result": 1,
            "assertedBy": 1,
        }


def test_oa_selects_the_quote(full: mlkg.Study) -> None:
    """Quoted evidence targets the words in the page, as they were on the day of reading."""
    found = {
        (short(plain(q.subject)), q.predicate.value.rpartition("#")[2], plain(q.object))
        for q in given(full, "oa")
        if "/e9/" in plain(q.subject) and "#" in q.predicate.value
    }
    assert {
        ("e9/annotation", "hasTarget", "https://example.org/e9/target"),
        ("e9/annotation", "hasBody", "https://example.org/soup-salty"),
        ("e9/target", "hasSource", "https://example.org/menu"),
        ("e9/target", "hasSelector", "https://example.org/e9/target/quote"),
        ("e9/target/quote", "exact", "salt"),
        ("e9/target/day", "sourceDateStart", "2024-02-03T00:00:00Z"),
        ("e9/target/day", "sourceDateEnd", "2024-02-03T23:59:59Z"),
    } <= found


def test_oa_annotations_are_whole(study: mlkg.Study, full: mlkg.Study) -> None:
    """An annotation has a target and a motivation; so says the model (section 3.1)."""
    oa = "http://www.w3.org/ns/oa#"
    for chosen in (study, full):
        quads = given(chosen, "oa")
        annotations = {q.subject for q in quads if q.object == NamedNode(oa + "Annotation")}
        assert annotations
        for name in ("hasTarget", "motivatedBy"):
            assert annotations == {q.subject for q in quads if q.predicate.value == oa + name}


def test_prov_leads_from_a_claim_to_the_page(full: mlkg.Study) -> None:
    """A claim derives from evidence, that from a source, which somebody used on a day."""
    prov = "http://www.w3.org/ns/prov#"
    found = {
        (
            short(plain(q.subject)),
            q.predicate.value.removeprefix(prov),
            short(plain(q.object)),
        )
        for q in given(full, "prov")
    }
    assert {
        ("study", "hadMember", "soup-salty"),
        ("soup-salty", "wasDerivedFrom", "e9"),
        ("soup-salty", "wasRevisionOf", "soup-salty-before"),
        ("e9", "wasDerivedFrom", "menu"),
        ("e9", "wasQuotedFrom", "menu"),
        ("e9", "wasGeneratedBy", "e9/reading"),
        ("e9/reading", "used", "menu"),
        ("e9/reading", "wasAssociatedWith", "me"),
        ("menu", "wasAttributedTo", "inn"),
    } <= found


def test_prov_tells_what_was_withdrawn(valued: mlkg.Study) -> None:
    """Withdrawn evidence was invalidated, values are given as text, searches back a claim."""
    found = {
        (short(plain(q.subject)), q.predicate.value.rpartition("#")[2], short(plain(q.object)))
        for q in given(valued, "prov")
    }
    assert {
        ("since-2", "invalidatedAtTime", "2024-05-02T12:00:00Z"),
        ("soup-wait", "value", "5 min"),
        ("soup-recipe", "value", "Apache-2.0, MIT"),
        ("soup-vegan", "value", "✘"),
        ("soup-vegan", "wasDerivedFrom", "search-1"),
        ("search-1", "wasAttributedTo", "ann"),
    } <= found
    assert [end for end in found if end[1] == "invalidatedAtTime"] == [
        ("since-2", "invalidatedAtTime", "2024-05-02T12:00:00Z")
    ]


def test_oa_says_where_and_what_was_withdrawn(valued: mlkg.Study) -> None:
    """The locator is the label of the target; an annotation that is withdrawn says so."""
    found = {
        (short(plain(q.subject)), q.predicate.value.rpartition("#")[2], plain(q.object))
        for q in given(valued, "oa")
    }
    assert [one for one in found if one[1] == "label"] == [("stars-1/target", "label", "Ratings")]
    assert [one for one in found if one[1] == "invalidatedAtTime"] == [
        ("since-2/annotation", "invalidatedAtTime", "2024-05-02T12:00:00Z")
    ]


DERIVED = frozenset(
    iri.removeprefix(MLKG) for iri in own_facts().predicates if iri != f"{MLKG}direction"
)


@pytest.mark.parametrize("name", FORMS)
def test_no_derived_fact_but_the_direction(name: str, chosen: mlkg.Study) -> None:
    """What is derived is not told as if it were recorded, whatever was computed before."""
    chosen.store.derived()  # type: ignore[attr-defined]
    found = {q.predicate.value.removeprefix(MLKG) for q in given(chosen, name)}
    assert found & DERIVED == set()
    assert ("direction" in found) == (name == "nanopub")


def test_the_provenance_of_a_nanopublication(valued: mlkg.Study) -> None:
    """It has what evidence and searches record, and how the evidence bears on the claim."""
    quads = [q for q in given(valued, "nanopub") if str(q.graph_name).endswith("/provenance>")]
    told = {
        (q.predicate.value.rpartition("#")[2], plain(q.object))
        for q in quads
        if short(plain(q.subject)) == "stars-1" and q.predicate.value.startswith(MLKG)
    }
    assert told == {
        ("about", "https://example.org/soup-stars"),
        ("direction", f"{MLKG}supports"),
        ("indicates", "75000"),
        ("source", "https://example.org/shop"),
        ("edition", "2024"),
        ("locator", "Ratings"),
        ("certainty", f"{MLKG}moderate"),
        ("certaintyReason", "Rounded."),
        ("appliesTo", "the large bowl"),
        ("answeredBy", "cook"),
        ("retrievedOn", "2024-05-01"),
    }
    recorded = {
        quad.predicate for quad in valued.quads() if short(plain(quad.subject)) == "search-1"
    }
    about = {q.predicate for q in quads if short(plain(q.subject)) == "search-1"}
    assert about == recorded
    store = pyoxigraph.Store()
    store.extend(valued.quads())  # 12.50 is 12.5 there
    pieces = {q.subject for q in valued.quads() if plain(q.object) == f"{MLKG}Evidence"}
    stated = {quad.triple for quad in store if quad.subject in pieces}
    assert stated - {quad.triple for quad in quads} == set()


def test_the_assertion_of_a_value(valued: mlkg.Study) -> None:
    """It has the value, and the scale and the unit that the value is on."""
    graph = "<https://example.org/soup-wait/nanopub/assertion>"
    told = {
        (short(plain(q.subject)), q.predicate.value.rpartition("#")[2], short(plain(q.object)))
        for q in given(valued, "nanopub")
        if str(q.graph_name) == graph and q.predicate.value.startswith(MLKG)
    }
    assert told == {
        ("soup-wait", "option", "soup"),
        ("soup-wait", "criterion", "wait"),
        ("soup-wait", "value", "5"),
        ("wait", "scale", "minutes"),
        ("minutes", "unit", "http://qudt.org/vocab/unit/MIN"),
    }


def test_a_part_has_the_facts_of_the_whole(tmp_path: Path) -> None:
    """What counts in the study counts in a part, though the newest day is in another cell."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text(PREFIXES + VALUED, "utf-8")
    valued = mlkg.load(tmp_path)
    content = export(valued, "qb", Part(options=("soup",), criteria=("since",)), syntax="nt")
    supporting = b"<https://example.org/study/cube/supporting> "
    (line,) = (
        line for line in content.splitlines() if b"/observation/value> " + supporting in line
    )
    assert line.endswith(b'"0"^^<http://www.w3.org/2001/XMLSchema#integer> .')


def test_nanopublications_are_well_formed(
    study: mlkg.Study, full: mlkg.Study, valued: mlkg.Study
) -> None:
    """Each claim has four graphs that are its own; head and links as the guidelines want them."""
    np = "http://www.nanopub.org/nschema#"
    for chosen, claims in ((study, 100), (full, 9), (valued, 26)):
        quads = given(chosen, "nanopub")
        by_graph: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for quad in quads:
            by_graph[quad.graph_name.value].add(tuple(str(t.value) for t in quad.triple))  # type: ignore[union-attr,arg-type]
        heads = [name for name in by_graph if name.endswith("/head")]
        assert len(heads) == claims
        assert len(by_graph) == 4 * claims
        for head in heads:
            own = head.removesuffix("/head")
            assert by_graph[head] == {
                (own, str(RDF.type), np + "Nanopublication"),
                (own, np + "hasAssertion", own + "/assertion"),
                (own, np + "hasProvenance", own + "/provenance"),
                (own, np + "hasPublicationInfo", own + "/pubinfo"),
            }
            assert any(s == own + "/assertion" for s, _, _ in by_graph[own + "/provenance"])
            assert {s for s, _, _ in by_graph[own + "/pubinfo"]} == {own}
            assert (own.removesuffix("/nanopub"), str(RDF.type), MLKG + "Claim") in by_graph[
                own + "/assertion"
            ]


@pytest.mark.parametrize("name", FORMS)
def test_a_part_gives_a_part(name: str, study: mlkg.Study) -> None:
    """Of one cell a form tells of that cell's claim alone."""
    part = Part(options=("mlflow",), criteria=("docker",))
    content = export(study, name, part, syntax="nq").decode()
    claims = {
        word.strip("<>").removeprefix(f"{study.iri}/claim/").partition("/")[0]
        for word in content.split()
        if word.startswith(f"<{study.iri}/claim/")
    }
    assert claims == {"mlflow-docker-support"}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("syntax", rdf.DATASETS)
def test_every_syntax_holds_the_same(name: str, syntax: str, full: mlkg.Study) -> None:
    """A form read back from a syntax is what the query gave."""
    content = export(full, name, syntax=syntax)
    read = pyoxigraph.parse(content, format=rdf.DATASETS[syntax])
    assert given(full, name) == set(read)


def test_the_extension_names_the_syntax(run: Run, tmp_path: Path) -> None:
    """`-o cube.nt --format qb` writes N-Triples; a table's extension is refused."""
    done = run("export", "--format", "qb", "-o", tmp_path / "cube.nt")
    assert (done.returncode, done.stderr) == (0, "")
    triples = pyoxigraph.parse(path=tmp_path / "cube.nt", format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert len(list(triples)) > 500
    for file, message in {
        "cube.csv": "qb is RDF, which .csv is not; use .ttl",
        "all.ttl": "nanopub has named graphs, which ttl cannot hold; use nq, trig, jsonld",
    }.items():
        form = "qb" if file == "cube.csv" else "nanopub"
        done = run("export", "--format", form, "-o", tmp_path / file)
        assert done.returncode == 2
        assert message in done.stderr
        assert not (tmp_path / file).exists()


def own_form(tmp_path: Path, query: str, header: str = "#+ syntax: ttl\n") -> mlkg.Study:
    """Return a study with a form of its own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text(PREFIXES + TANGLED, "utf-8")
    (tmp_path / "queries" / "exports").mkdir(parents=True)
    text = f"#+ summary: Labels\n{header}{query}\n"
    (tmp_path / "queries" / "exports" / "own.rq").write_text(text, "utf-8")
    return mlkg.load(tmp_path)


def test_a_study_adds_a_form(tmp_path: Path) -> None:
    """A file in the study's queries/exports is a format."""
    query = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t . FILTER(?s = <https://example.org/soup>) }"
    study = own_form(tmp_path, query)
    last = export(study, "own", syntax="nt").decode().splitlines()[-1]
    assert last == f"<https://example.org/soup> <{RDF.type}> <{MLKG}Option> ."


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("ASK {}", QueryError, "an ASK is no form"),
        ("SELECT ?s WHERE { ?s ?p ?o }", QueryError, "selects \\?graph \\?subject"),
        (
            "SELECT ?graph ?subject ?predicate ?object WHERE { ?subject ?predicate ?object . "
            'BIND("g" AS ?graph) }',
            QueryError,
            "must be IRIs",
        ),
        ("CONSTRUCT { [] a ?t } WHERE { ?s a ?t }", OutputError, "mint an IRI"),
    ],
)
def test_what_is_no_form(query: str, error: type[Exception], message: str, tmp_path: Path) -> None:
    """A query that gives no statements, or blank nodes, is refused with the reason."""
    with pytest.raises(error, match=message):
        export(own_form(tmp_path, query), "own")


def test_a_form_names_its_syntax(tmp_path: Path) -> None:
    """A header without a syntax, or with one that is none, is an error."""
    study = own_form(tmp_path, "ASK {}", header="#+ syntax: turtle\n")
    with pytest.raises(HeaderError, match="syntax is turtle, not ttl, nt"):
        export(study, "own")
