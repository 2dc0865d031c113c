"""The project's data is the study's text: its table cell by cell, its links, its disagreements."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import BlankNode

import mlkg

FACTS = Path(__file__).parent / "facts"


def names(study: mlkg.Study, query: str) -> list[str]:
    """Return each solution as `option × criterion`."""
    rows = study.select(query)
    return [f"{row['option'].value} × {row['criterion'].value}" for row in rows]


def test_table_is_the_conclusion(study: mlkg.Study) -> None:
    """The generated table equals the table that the study's text concludes with, every cell."""
    lines = (FACTS / "conclusion.tsv").read_text("utf-8").splitlines()
    expected = [line.split("\t") for line in lines]
    table = study.table()
    actual = [["Deployment Option", *(heading.label for heading in table.criteria)]]
    for option, row in zip(table.options, table.rows, strict=True):
        actual.append([option.label, *(cell.text for cell in row)])
    assert expected == actual
    assert {len(line) for line in expected} == {11}
    assert len(expected) == 11


def test_every_link_of_the_text_is_a_source(study: mlkg.Study) -> None:
    """The sources are the addresses that the text links to, no more and no less."""
    expected = (FACTS / "links.txt").read_text("utf-8").split()
    assert len(expected) == 32
    assert expected == sorted(row["url"].value for row in study.select("sources"))


def test_numbers_of_records(study: mlkg.Study) -> None:
    """Ten options, ten columns and the criterion that two of them divide, 100 claims."""
    counts = {
        row["class"].value.partition("#")[2]: int(row["n"].value)
        for row in study.select(
            "SELECT ?class (COUNT(?x) AS ?n) { ?x a ?class . FILTER(?class IN (mlkg:Option,"
            " mlkg:Criterion, mlkg:Claim, mlkg:Evidence, mlkg:Citation, mlkg:Question, mlkg:Study,"
            " mlkg:Remark)) } GROUP BY ?class"
        )
    }
    assert counts == {
        "Study": 1,
        "Option": 10,
        "Criterion": 11,
        "Claim": 100,
        "Evidence": 50,
        "Citation": 5,
        "Question": 2,
        "Remark": 1,
    }


def test_states(study: mlkg.Study) -> None:
    """How the hundred claims stand."""
    expected = {"supported": 23, "unsupported": 57, "disputed": 4, "open": 16}
    assert study.table().totals() == expected


def test_support(study: mlkg.Study) -> None:
    """How sourced evidence supports the hundred claims, whatever disputes them; open ones: none."""
    rows = study.select(
        "SELECT ?support { ?claim a mlkg:Claim . OPTIONAL { ?claim mlkg:support ?support } }"
    )
    counts = Counter(row["support"] and row["support"].value.partition("#")[2] for row in rows)
    assert counts == {"Supported": 23, "Unsupported": 61, None: 16}
    states = study.select("SELECT ?state { ?claim mlkg:state ?state }")
    found = Counter(row["state"].value.partition("#")[2] for row in states)
    assert found == {"Supported": 23, "Unsupported": 57, "Disputed": 4, "Open": 16}


def test_text_and_table_disagree_in_four_places(study: mlkg.Study) -> None:
    """Where the body of the text says something else than the cell, evidence disputes the claim."""
    assert names(study, "disputed") == [
        "RayServe × Cost Plan",
        "Seldon Core × Cost Plan",
        "TensorFlow Serving × Supported Platforms",
        "Vertex AI × Deployment Focus",
    ]


@pytest.mark.parametrize(
    ("rule", "findings"),
    [
        ("unsupported-claim", 61),
        ("unsourced-evidence", 23),
        ("dangling-citation", 10),
        ("borrowed-support", 4),
        ("disputed-claim", 4),
        ("forum-only-support", 1),
        ("undeclared-reliance", 1),
    ],
)
def test_known_debt(study: mlkg.Study, rule: str, findings: int) -> None:
    """The study's findings, rule by rule, as the text gives cause for them."""
    assert len(study.validate(select=frozenset({rule})).findings) == findings


def test_nothing_is_broken(study: mlkg.Study) -> None:
    """No shape and no rule of severity error finds anything in the study."""
    assert study.validate().counts() == {"error": 0, "warning": 80, "info": 24}


def test_evidence_for_the_whole_counts_for_each_part(study: mlkg.Study) -> None:
    """What the text says of anomaly detection is evidence under both columns that divide it."""
    rows = study.select(
        "SELECT ?option ?criterion { ?e mlkg:statedUnder ?whole ; mlkg:about ?claim ."
        ' ?whole rdfs:label "Anomaly detection"@en .'
        " ?claim mlkg:option/rdfs:label ?option ; mlkg:criterion/rdfs:label ?criterion }"
    )
    both = ["Data Drift Detection", "Outlier Detection"]
    expected = sorted((o, c) for o in ("Azure ML", "KubeFlow", "Seldon Core") for c in both)
    assert expected == sorted((row["option"].value, row["criterion"].value) for row in rows)


def test_rows_set_in_italics(study: mlkg.Study) -> None:
    """The five rows that the text sets in italics are marked, and the study notes the open why."""
    rows = study.select("SELECT ?label { ?o mlkg:emphasised true ; rdfs:label ?label }")
    expected = ["Azure ML", "KubeFlow", "RayServe", "TensorFlow Serving", "Vertex AI"]
    assert expected == sorted(row["label"].value for row in rows)
    notes = [row["n"].value for row in study.select("SELECT ?n { ?s a mlkg:Study ; skos:note ?n }")]
    assert len([note for note in notes if "italics" in note]) == 1


def test_citations_keep_their_numbers(study: mlkg.Study) -> None:
    """Each criterion cites the numbers that its text cites, and no citation has a source."""
    rows = study.select(
        "SELECT ?criterion ?number { ?c mlkg:cites ?r ; rdfs:label ?criterion ."
        " ?r dcterms:identifier ?number . FILTER NOT EXISTS { ?r mlkg:source ?any } }"
    )
    assert sorted((row["criterion"].value, row["number"].value) for row in rows) == [
        ("Anomaly detection", "3"),
        ("Anomaly detection", "8"),
        ("Batch Processing", "2"),
        ("CI/CD", "8"),
        ("Cost Plan", "4"),
        ("Deployment Focus", "4"),
        ("Docker Support", "6"),
        ("Model Explainability", "3"),
        ("Model Monitoring", "3"),
        ("Supported Platforms", "2"),
    ]


def test_remark_keeps_its_author(study: mlkg.Study) -> None:
    """The remark on the priority of one criterion is PG's."""
    rows = study.select(
        "SELECT ?criterion ?author { ?r a mlkg:Remark ; mlkg:about/rdfs:label ?criterion ;"
        " prov:wasAttributedTo/foaf:name ?author }"
    )
    assert [(row["criterion"].value, row["author"].value) for row in rows] == [
        ("Deployment Focus", "PG")
    ]


def test_nothing_is_made_up(study: mlkg.Study) -> None:
    """The text gives no day of retrieval and no quote, so the data has none."""
    for unknown in ("retrievedOn", "quote", "rationale"):
        assert list(study.select(f"SELECT * {{ ?x mlkg:{unknown} ?y }}")) == []


def test_no_blank_nodes(study: mlkg.Study) -> None:
    """Records are IRIs: diffs, merges and findings depend on it."""
    quads = [quad for file in study.files for quad in file.quads()]
    assert len(quads) > 1000
    assert [q for q in quads if BlankNode in (type(q.subject), type(q.object))] == []


def test_licences_are_triples(study: mlkg.Study) -> None:
    """The data and the ontology say under which licence they are."""
    rows = study.select(
        "SELECT ?kind { ?thing a ?kind ; dcterms:license"
        " <https://creativecommons.org/licenses/by/4.0/> } ORDER BY ?kind"
    )
    assert [row["kind"].value.partition("#")[2] for row in rows] == ["Ontology", "Study"]
