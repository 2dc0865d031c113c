"""The command `explain`: names, states with their reasons, reliance, what falls, formats."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from samples import SMALL, Run

import mlkg
from mlkg.errors import AmbiguousNameError, UnknownNameError
from mlkg.explain.explanation import Claim, explain
from mlkg.lookup import find

EX = "https://example.org/"
RING = """\
ex:tea a mlkg:Option ; rdfs:label "Tea"@en ; dcterms:isPartOf ex:study .
ex:tea-warm a mlkg:Claim ; mlkg:option ex:tea ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes ;
  mlkg:reliesOn ex:soup .
ex:tea-cheap a mlkg:Claim ; mlkg:option ex:tea ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:yes ; mlkg:reliesOn ex:pot , ex:pie .
ex:pot a mlkg:Option ; rdfs:label "Pot"@en ; dcterms:isPartOf ex:study .
ex:pot-cheap a mlkg:Claim ; mlkg:option ex:pot ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:no ; mlkg:reliesOn ex:tea , ex:pie ; mlkg:rationale "We asked."@en ;
  mlkg:despite ex:e2 .
ex:e2 a mlkg:Evidence ; mlkg:about ex:pot-cheap ;
  mlkg:quote "half \\"price\\" <b>" ; mlkg:indicates mlkg:yes ; mlkg:source ex:menu ;
  mlkg:retrievedOn "2024-01-31"^^xsd:date ; prov:wasAttributedTo ex:ann .
ex:e3 a mlkg:Evidence ; mlkg:about ex:pot-cheap ; mlkg:indicates mlkg:no ; mlkg:source ex:card ;
  mlkg:locator "Drinks" ; mlkg:edition "2" ; mlkg:validFrom "2024-01-01"^^xsd:date ;
  mlkg:certainty mlkg:low ; mlkg:appliesTo "evenings"@en .
ex:e4 a mlkg:Evidence ; mlkg:about ex:pot-cheap ; mlkg:excludes mlkg:no ; mlkg:source ex:card ;
  prov:invalidatedAtTime "2024-02-01T00:00:00Z"^^xsd:dateTime ;
  mlkg:withdrawnBecause "Misread."@en .
ex:card a mlkg:Source ; schema:url <https://example.org/card> ; mlkg:sourceKind mlkg:article .
ex:ann a foaf:Person ; foaf:name "Ann" .
"""


@pytest.mark.parametrize(
    "name",
    [
        "KubeFlow",
        "kubeflow",
        "KUBE",
        "option:kubeflow",
        "<https://w3id.org/mlkg/study/ml-deployment/option/kubeflow>",
        "https://w3id.org/mlkg/study/ml-deployment/option/kubeflow",
    ],
)
def test_an_option_by_any_name(study: mlkg.Study, name: str) -> None:
    """Label, alternative label, beginning, prefixed name and IRI all lead to the record."""
    assert find(study, name, "option").label == "KubeFlow"


def test_names_that_differ_in_space_and_part(study: mlkg.Study) -> None:
    """White space is one blank, the last part of an IRI is a name, a whole name beats a start."""
    assert find(study, " ray   serve", "option").label == "RayServe"
    assert find(study, "ci-cd", "criterion").label == "CI/CD"
    assert find(study, "free", "verdict").label == "Free"


def test_a_miss_suggests_the_nearest(study: mlkg.Study) -> None:
    """A name that nothing has is answered with the nearest that exists, whatever its case."""
    with pytest.raises(UnknownNameError, match="no option is called KUBFLOW; did you mean Kube"):
        find(study, "KUBFLOW", "option")
    with pytest.raises(UnknownNameError, match="no option is called nothing"):
        find(study, "", "option")


def test_an_ambiguous_start_lists_candidates(study: mlkg.Study) -> None:
    """The beginning of several names is answered with all of them."""
    with pytest.raises(AmbiguousNameError) as caught:
        find(study, "model", "criterion")
    assert str(caught.value).splitlines()[1:] == [
        "  Model Explainability   criterion:model-explainability",
        "  Model Monitoring   criterion:model-monitoring",
    ]


def test_a_cell_of_the_real_study(run: Run) -> None:
    """The explanation names state and reason, evidence with source and line, and the leaning."""
    done = run("explain", "kubeflow", "model mon")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "KubeFlow × Model Monitoring   ✔ (Seldon Core)",
        "● supported: 1 piece of sourced evidence supports ✔, and none disputes it.",
        "data/claims-kubeflow.ttl:64",
        "",
        "  + supports, indicates ✔   data/claims-kubeflow.ttl:71",
        "    Kubeflow monitors model metrics by way of Alibi Detect from Seldon Core.",
        "    https://github.com/kubeflow/pipelines/blob/master/samples/contrib/"
        "e2e-outlier-drift-explainer/seldon/README.md",
        "    repository, Kubeflow",
        "    by way of Seldon Core",
        "",
        "  relies on Seldon Core, whose own claim is",
        "    Seldon Core × Model Monitoring   ✔",
        "    ○ unsupported: there is no evidence for ✔ at all.",
        "    data/claims-seldon-core.ttl:51",
        "",
        "      warning[unsupported-claim] Seldon Core × Model Monitoring: no sourced evidence "
        "supports ✔",
        "",
        "  warning[borrowed-support] KubeFlow × Model Monitoring: relies on Seldon Core, whose own "
        "claim there has no sourced support",
    ]


def test_every_claim_stands_where_it_is_said_to(study: mlkg.Study) -> None:
    """The line named for a claim or a piece of evidence is the line that begins its record."""
    seen = 0
    for option in study.table().options:
        for criterion in study.table().criteria:
            for claim in explain(study, option.iri, criterion.iri):
                told = [(claim.iri, claim.place)]
                told += [(piece.iri, piece.place) for piece in claim.evidence]
                for iri, place in told:
                    assert iri is not None
                    assert place is not None
                    lines = (study.root / place.file).read_text("utf-8").splitlines()
                    assert iri.endswith("/" + lines[place.line - 1].partition(":")[2])
                    seen += 1
    assert seen > 130


def test_states_and_reasons(new_study: Callable[..., Path]) -> None:
    """State comes from the view `table`; the reason counts the evidence that makes it so."""
    study = mlkg.load(new_study({"all.ttl": SMALL + RING}))
    table = study.table()
    told = {
        claim.iri: (claim.state, claim.reason)
        for option in table.options
        for criterion in table.criteria
        for claim in explain(study, option.iri, criterion.iri)
    }
    assert told == {
        EX + "soup-warm": (
            "supported",
            "1 piece of sourced evidence supports ✔, and none disputes it",
        ),
        EX + "soup-cheap": ("unsupported", "there is no evidence for ◐ at all"),
        EX + "pie-warm": ("unsupported", "there is no evidence for ✘ at all"),
        EX + "pie-cheap": ("open", "the answer is unknown, and no evidence indicates one"),
        EX + "tea-warm": ("unsupported", "there is no evidence for ✔ at all"),
        EX + "tea-cheap": ("unsupported", "there is no evidence for ✔ at all"),
        EX + "pot-cheap": (
            "reconciled",
            "1 piece of evidence disputes ✘, and the rationale says why it stands all the same",
        ),
        None: ("missing", "the study has no claim for this option under this criterion"),
    }


def leans(claim: Claim) -> list[object]:
    """Return the chain below a claim as nested lists."""
    return [
        [lean.option, *(lean.cycle or ([leans(lean.claim)] if lean.claim else [lean.told]))]
        for lean in claim.relies_on
    ]


def test_reliance_is_followed_and_circles_are_named(new_study: Callable[..., Path]) -> None:
    """A chain that returns is named cell by cell; what was told further up is not told again."""
    study = mlkg.load(new_study({"all.ttl": SMALL + RING}))
    (claim,) = explain(study, EX + "tea", EX + "cheap")
    assert leans(claim) == [
        ["Pie", []],
        ["Pot", [["Pie", True], ["Tea", "Tea × Cheap", "Pot × Cheap", "Tea × Cheap"]]],
    ]


def test_evidence_in_full(run: Run, new_study: Callable[..., Path]) -> None:
    """Quote, kind, day and person are shown, and the circle."""
    done = run("explain", "pot", "cheap", cwd=new_study({"all.ttl": SMALL + RING}))
    assert done.returncode == 0
    assert "because: We asked." in done.stdout
    assert "− disputes, indicates ✔, answered by the rationale" in done.stdout
    assert "− disputes, excludes ✘, not counted: withdrawn because Misread." in done.stdout
    assert (
        "at “Drinks” · edition 2 · valid from 2024-01-01 · applies to evenings · certainty low"
        in done.stdout
    )
    assert '“half "price" <b>”' in done.stdout
    assert "vendor page" in done.stdout
    assert "read on 2024-01-31 · recorded by Ann" in done.stdout
    assert "in a circle: Pot × Cheap → Tea × Cheap → Pot × Cheap" in done.stdout


def test_a_row_and_a_column(run: Run) -> None:
    """One name gives the row of an option or the column of a criterion, with totals."""
    row = run("explain", "kubeflow").stdout
    assert "Cost Plan             Free ○" in row
    assert "● supported 5   ○ unsupported 5" in row
    column = run("explain", "CI/CD").stdout
    assert "Azure ML            ✔ ●  1             1         data/claims-azure-ml.ttl:118" in column


def test_a_divided_criterion(run: Run) -> None:
    """A criterion that narrower ones divide is explained through them."""
    done = run("explain", "azure", "anomaly")
    assert re.findall(r"^Azure ML × .*?  ", done.stdout, re.MULTILINE) == [
        "Azure ML × Data Drift Detection  ",
        "Azure ML × Outlier Detection  ",
    ]


def test_what_falls_with_a_source(run: Run, new_study: Callable[..., Path]) -> None:
    """A URL gives the claims with evidence from it, which of them fall, and who leans on them."""
    folder = new_study({"all.ttl": SMALL + RING})
    done = run("explain", "https://example.org/menu/#top", "-f", "json", cwd=folder)
    found = json.loads(done.stdout)["impact"]
    cells = [
        (rest["claim"]["option"]["label"], rest["claim"]["criterion"]["label"], rest["falls"])
        for rest in found["resting"]
    ]
    assert cells == [("Soup", "Warm", True), ("Pot", "Cheap", False)]
    leaning = [
        (lean["claim"]["option"]["label"], lean["on"], lean["falls"]) for lean in found["leaning"]
    ]
    assert leaning == [
        ("Pot", "Tea × Cheap", False),
        ("Tea", "Soup × Warm", True),
        ("Tea", "Pot × Cheap", False),
    ]
    text = run("explain", "https://example.org/menu", cwd=folder).stdout
    assert "2 claims have evidence from it; 1 would have no sourced support without." in text
    assert "Tea × Warm   ✔ (Soup)   relies on Soup × Warm, which falls" in text


def test_the_parts_of_a_source_go_with_it(run: Run) -> None:
    """A source stands for the sources that are part of it too."""
    done = run("explain", "https://docs.ray.io/en/latest/serve/index.html")
    assert "RayServe × Deployment Focus   ML Models   falls" in done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["kubflow"], "no criterion or option is called kubflow; did you mean KubeFlow?"),
        (["kubeflow", "model"], "'model' can mean several; give more of the name:"),
        (["https://nowhere.example/x"], "no source is called https://nowhere.example/x"),
        (["ci-cd", "kubeflow"], "no option is called ci-cd"),
    ],
)
def test_a_name_that_leads_nowhere(run: Run, args: list[str], message: str) -> None:
    """A miss and an ambiguity end with status 2, a message, and no output."""
    done = run("explain", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize("what", [["kubeflow", "model mon"], ["kubeflow"], ["cost plan"]])
def test_dot_is_dot(run: Run, what: list[str]) -> None:
    """The picture for Graphviz is balanced, and Graphviz draws it where it is installed."""
    done = run("explain", *what, "--format", "dot")
    assert done.stdout.startswith("digraph why {\n")
    assert done.stdout.endswith("}\n")
    dot = shutil.which("dot")
    if dot:
        drawn = subprocess.run([dot, "-Tsvg"], input=done.stdout.encode(), capture_output=True)
        assert (drawn.returncode, drawn.stderr) == (0, b"")


def test_labels_are_escaped(run: Run, new_study: Callable[..., Path]) -> None:
    """Quotes, brackets and markup in the data stay text in every picture and in Markdown."""
    folder = new_study({"all.ttl": SMALL + RING})
    mermaid = run("explain", "pot", "cheap", "-f", "mermaid", cwd=folder).stdout
    assert '["half #34;price#34; #60;b#62;"]' in mermaid
    assert '-.->|"relies on"|' in mermaid
    dot = run("explain", "pot", "cheap", "-f", "dot", cwd=folder).stdout
    assert r'label="half \"price\" <b>"' in dot
    markdown = run("explain", "pot", "cheap", "-f", "md", cwd=folder).stdout
    assert r'> half "price" \<b\>' in markdown


def test_mermaid_lines_follow_the_grammar(run: Run) -> None:
    """Every line of the flowchart is a node, an edge, or a class."""
    lines = run("explain", "kubeflow", "-f", "mermaid").stdout.splitlines()
    text = r'"[^"#]*(?:#\d+;[^"#]*)*"'
    node = rf"  n\d+(?:\(\[{text}\]\)|\[{text}\]|\[\({text}\)\])"
    edge = rf"  n\d+ (?:-->|-\.->)(?:\|{text}\|)? n\d+"
    style = r"  class(?:Def \w+ stroke:#[0-9a-f]{6},stroke-width:2px| n\d+(?:,n\d+)* \w+)"
    assert lines[0] == "flowchart LR"
    assert [x for x in lines[1:] if not re.fullmatch(f"{node}|{edge}|{style}", x)] == []
    assert len(lines) > 30


def test_the_subgraph_is_part_of_the_study(run: Run, study: mlkg.Study) -> None:
    """ttl gives triples of the study: the claim, its evidence and source, and those leaned on."""
    done = run("explain", "kubeflow", "model mon", "-f", "ttl")
    found = {str(q.triple) for q in pyoxigraph.parse(done.stdout, pyoxigraph.RdfFormat.TURTLE)}
    assert found <= {str(triple) for triple in study.triples()}
    for part in ("claim/kubeflow-model", "claim/seldon-core-model", "source/kubeflow-outlier"):
        assert any(f"/{part}" in triple for triple in found)
