"""Migration from version 1 of the model: what is written, what is listed, what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import PREFIXES, Run

import mlkg
from mlkg import files
from mlkg.editing import migrating
from mlkg.errors import DataError, OutputError, RefusedError
from mlkg.namespaces import WELL_KNOWN

NewStudy = Callable[..., Path]

STUDY = """\
ex:study
  a mlkg:Study ;
  dcterms:title "Lunch"@en ;
  dcterms:license ex:licence .

ex:soup a mlkg:Option ; rdfs:label "Soup"@en ; dcterms:isPartOf ex:study .
ex:warm a mlkg:Criterion ; rdfs:label "Warm"@en ; skos:definition "Served warm."@en ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study .
ex:menu a mlkg:Source ; schema:url <https://example.org/menu> ; mlkg:sourceKind mlkg:vendorPage .
"""

MIGRATED = STUDY.replace("a mlkg:Study ;\n", "a mlkg:Study ;\n  mlkg:modelVersion 2 ;\n")


def claim(verdict: str, more: str = "") -> str:
    """Return the claim of the study's one cell."""
    return (
        "ex:c a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:warm ; "
        f"mlkg:verdict mlkg:{verdict}{more} .\n"
    )


def evidence(said: str, name: str = "e") -> str:
    """Return a piece of evidence about it, in the house form."""
    return f"ex:{name}\n  a mlkg:Evidence ;\n  mlkg:about ex:c ;\n{said}  mlkg:source ex:menu .\n"


def data_of(folder: Path) -> dict[str, str]:
    """Return the data files without the usual prefixes."""
    return {
        path.name: path.read_text("utf-8").removeprefix(PREFIXES)
        for path in sorted((folder / "data").glob("*.ttl"))
    }


def migrated(folder: Path) -> list[str]:
    """Migrate a study and return what it lists for review."""
    found = migrating.migration(folder)
    migrating.write(found.draft)
    return [
        f"{one.line.file}:{one.line.after}: {one.remark.cell}: {one.remark.message}"
        for one in found.review
    ]


def state(folder: Path) -> str:
    """Return the state of the study's one cell."""
    ((cell,),) = mlkg.load(folder).table().rows
    return cell.state


SUPPORTS, DISPUTES, INCONCLUSIVE = (
    f"  mlkg:direction mlkg:{way} ;\n" for way in ("supports", "disputes", "inconclusive")
)


@pytest.mark.parametrize(
    ("verdict", "before", "after", "review"),
    [
        (
            "yes",
            SUPPORTS,
            "  mlkg:indicates mlkg:yes ;\n",
            "it supports the claim, so it indicates mlkg:yes",
        ),
        (
            "yes",
            DISPUTES,
            "  mlkg:excludes mlkg:yes ;\n",
            "it disputes the claim, so it excludes mlkg:yes",
        ),
        ("yes", INCONCLUSIVE, "", None),
        (
            "unknown",
            SUPPORTS,
            "",
            "it supports a claim that is open, so it indicates nothing",
        ),
        (
            "notAssessed",
            DISPUTES,
            "",
            "it disputes a claim that is open, so it indicates nothing",
        ),
        ("unknown", INCONCLUSIVE, "", None),
        (
            "yes",
            SUPPORTS + "  mlkg:indicates mlkg:yes ;\n",
            "  mlkg:indicates mlkg:yes ;\n",
            None,
        ),
        (
            "yes",
            DISPUTES + "  mlkg:indicates mlkg:no ;\n",
            "  mlkg:indicates mlkg:no ;\n",
            None,
        ),
        (
            "unknown",
            SUPPORTS + "  mlkg:indicates mlkg:no ;\n",
            "  mlkg:indicates mlkg:no ;\n",
            None,
        ),
        (
            "unknown",
            INCONCLUSIVE + "  mlkg:indicates mlkg:no ;\n",
            "  mlkg:indicates mlkg:no ;\n",
            "it indicates mlkg:no, and was inconclusive",
        ),
        (
            "yes",
            "  mlkg:direction mlkg:partial ;\n",
            "",
            "its direction partial is none; deleted",
        ),
    ],
)
def test_each_case(
    new_study: NewStudy, verdict: str, before: str, after: str, review: str | None
) -> None:
    """The line of the direction becomes what the evidence says, or goes; the rest stays.

    A piece of evidence is listed when something was inferred.
    """
    old = {"claims.ttl": claim(verdict) + evidence(before), "study.ttl": STUDY}
    folder = new_study(old)
    listed = migrated(folder)
    assert data_of(folder) == {
        "claims.ttl": claim(verdict) + evidence(after),
        "study.ttl": MIGRATED,
    }
    line = 14 if after and "indicates" not in before else 11  # what goes has its record's line
    assert listed == ([f"data/claims.ttl:{line}: Soup × Warm: {review}"] if review else [])
    assert not migrating.migration(folder).draft.changes


def test_an_open_verdict_is_no_indication(new_study: NewStudy) -> None:
    """What indicated unknown indicates what its direction says, and is listed for both."""
    said = SUPPORTS + "  mlkg:indicates mlkg:unknown ;\n"
    folder = new_study({"all.ttl": STUDY + claim("yes") + evidence(said)})
    assert [line.partition("Warm: ")[2] for line in migrated(folder)] == [
        "it supports the claim, so it indicates mlkg:yes",
        "it indicated mlkg:unknown, which no source says; deleted",
    ]
    assert data_of(folder) == {
        "all.ttl": MIGRATED + claim("yes") + evidence("  mlkg:indicates mlkg:yes ;\n")
    }


def test_bytes(new_study: NewStudy) -> None:
    """CRLF, a byte order mark, comments, lists, full IRIs, one-line records and order stay."""
    head = "@prefix : <https://w3id.org/mlkg/ns#> .\r\n@prefix e: <https://example.org/> .\r\n"
    text = (
        "# é\r\n{head}e:e1 :direction {d1}:about e:c ; a :Evidence . # one\r\n"
        "e:e2 a :Evidence ; :about e:c ; <https://w3id.org/mlkg/ns#direction> {d2} .\r\n"
        "e:e3\r\n\ta :Evidence ;\r\n\t:about e:c ; # about\r\n{d3}\t# three\r\n"
        "\t:source e:menu{d4}\r\n"
    )
    old = text.format(
        head=head,
        d1="<https://w3id.org/mlkg/ns#supports> ; ",
        d2=":disputes",
        d3="\t:direction :inconclusive ;\r\n",
        d4=" ;\r\n.",
    )
    new = text.format(head=head, d1=":yes ; ", d2=":yes", d3="", d4=" ;\r\n.")
    new = new.replace("e:e1 :direction", "e:e1 :indicates")
    new = new.replace("<https://w3id.org/mlkg/ns#direction>", ":excludes")
    mark = b"\xef\xbb\xbf"
    folder = new_study({"e.ttl": mark + old.encode(), "study.ttl": STUDY + claim("yes")})
    migrated(folder)
    assert (folder / "data" / "e.ttl").read_bytes() == mark + new.encode()


def test_a_verdict_without_a_prefix(new_study: NewStudy) -> None:
    """A file that has no prefix for a verdict names it in full; no line is added for it."""
    scale = (
        "ex:s a mlkg:Scale ; skos:hasTopConcept <https://v.example/hot> .\n"
        '<https://v.example/hot> a mlkg:Verdict ; rdfs:label "hot"@en ; skos:notation "hot" .\n'
    )
    study = STUDY.replace("mlkg:yesNoScale", "ex:s") + scale
    said = claim("yes").replace("mlkg:yes", "<https://v.example/hot>")
    folder = new_study({"all.ttl": study + said, "e.ttl": evidence(SUPPORTS)})
    migrated(folder)
    assert data_of(folder)["e.ttl"] == evidence("  mlkg:indicates <https://v.example/hot> ;\n")


def test_a_rationale_answers_what_it_answered(new_study: NewStudy) -> None:
    """A claim with a rationale names the evidence that disputed it, and stays reconciled."""
    rationale = ' ;\n  mlkg:rationale "We\nasked."@en , "Gefragt."@de'
    pieces = evidence(SUPPORTS) + evidence(DISPUTES, "f") + evidence(DISPUTES, "g")
    folder = new_study({"all.ttl": STUDY + claim("yes", rationale.replace("We\n", "We ")) + pieces})
    listed = migrated(folder)
    text = data_of(folder)["all.ttl"]
    added = '"Gefragt."@de ;\n  mlkg:despite ex:f ;\n  mlkg:despite ex:g .\n'
    assert (
        claim("yes", rationale.replace("We\n", "We ")).replace('"Gefragt."@de .\n', added) in text
    )
    assert listed[0] == (
        "data/all.ttl:21: Soup × Warm: its rationale is taken as the answer to ex:f, ex:g, "
        "which disputes it"
    )
    assert state(folder) == "reconciled"


CONTRADICTIONS = [
    (18, SUPPORTS + "  mlkg:indicates mlkg:no ;\n", "supports the claim, yet indicates mlkg:no"),
    (18, DISPUTES + "  mlkg:indicates mlkg:yes ;\n", "disputes the claim, yet indicates mlkg:yes"),
    (18, INCONCLUSIVE + "  mlkg:indicates mlkg:no ;\n", "is inconclusive, yet indicates mlkg:no"),
    (19, SUPPORTS + DISPUTES, "it disputes and supports the claim"),
    (18, SUPPORTS + "  mlkg:about ex:d ;\n", "it is about several claims"),
]


@pytest.mark.parametrize(("line", "said", "message"), CONTRADICTIONS)
def test_contradictions_are_refused(
    new_study: NewStudy, line: int, said: str, message: str
) -> None:
    """Nothing is written; each is listed with its file and line."""
    old = {"a.ttl": STUDY + claim("yes"), "b.ttl": evidence(SUPPORTS, "x") + evidence(said)}
    folder = new_study(old)
    with pytest.raises(DataError) as caught:
        migrating.migration(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("data/b.ttl", line)
    assert message in problem.message
    assert data_of(folder) == old


def test_the_command_refuses(new_study: NewStudy, run: Run) -> None:
    """All contradictions are listed, with exit status 2."""
    said = SUPPORTS + "  mlkg:indicates mlkg:no ;\n"
    old = {"all.ttl": STUDY + claim("yes") + evidence(said) + evidence(said, "f")}
    folder = new_study(old)
    done = run("-C", folder, "migrate")
    told = "Soup × Warm: it supports the claim, yet indicates mlkg:no, and the claim says mlkg:yes"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[:2] == [
        f"mlkg: data/all.ttl:23: {told}",
        f"mlkg: data/all.ttl:29: {told}",
    ]
    assert "nothing written" in done.stderr
    assert data_of(folder) == old


def test_the_command(new_study: NewStudy, run: Run) -> None:
    """A dry run shows the diff and writes nothing; then all is written, and nothing is left."""
    old = {"all.ttl": STUDY + claim("yes") + evidence(SUPPORTS)}
    folder = new_study(old)
    assert "run mlkg migrate" in run("-C", folder, "table").stderr
    dry = run("-C", folder, "migrate", "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "1 file would be migrated; 1 line to review\n")
    assert "\n-  mlkg:direction mlkg:supports ;\n+  mlkg:indicates mlkg:yes ;\n" in dry.stdout
    review = "Soup × Warm: it supports the claim, so it indicates mlkg:yes"
    assert dry.stdout.endswith(f"\ndata/all.ttl:23: {review}\n")
    assert data_of(folder) == old
    done = run("-C", folder, "migrate")
    assert done.stdout == f"data/all.ttl: migrated\ndata/all.ttl:24: {review}\n"
    assert (done.returncode, done.stderr) == (0, "1 file migrated; 1 line to review\n")
    again = run("-C", folder, "migrate")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "nothing to migrate: the data are in the current form\n"
    assert "Soup  ✔ ●" in run("-C", folder, "table").stdout


def test_the_command_for_programs(new_study: NewStudy, run: Run) -> None:
    """JSON has the files and what to review."""
    folder = new_study({"all.ttl": STUDY + claim("yes") + evidence(SUPPORTS)})
    for words, written in ((["--dry-run"], False), ([], True)):
        document = json.loads(run("-C", folder, "migrate", "--format", "json", *words).stdout)
        assert document == {
            "version": 1,
            "written": written,
            "files": ["data/all.ttl"],
            "review": [
                {
                    "file": "data/all.ttl",
                    "line": 24,
                    "record": "https://example.org/e",
                    "cell": "Soup × Warm",
                    "message": "it supports the claim, so it indicates mlkg:yes",
                }
            ],
        }


LINES = """\
<ex:c> <rdf:type> <mlkg:Claim> .
<ex:c> <mlkg:criterion> <ex:warm> .
<ex:c> <mlkg:option> <ex:soup> .
<ex:c> <mlkg:verdict> <mlkg:yes> .
<ex:e> <rdf:type> <mlkg:Evidence> .
<ex:e> <mlkg:about> <ex:c> .
<ex:e> <mlkg:direction> <mlkg:supports> .
<ex:e> <mlkg:source> <ex:menu> .
<ex:menu> <schema:url> <ex:menu> .
<ex:warm> <skos:definition> "Served warm."@en .
<ex:warm> <mlkg:scale> <mlkg:yesNoScale> .
"""
"""What mlkg 0.1 digested, sorted, with prefixes in the place of namespaces."""


def test_reviews_stay_what_they_were(new_study: NewStudy) -> None:
    """A digest that matched is renewed, so that the claim is not suspect; another one is not."""
    lines = LINES
    for prefix, namespace in {**WELL_KNOWN, "ex": "https://example.org/"}.items():
        lines = lines.replace(f"<{prefix}:", f"<{namespace}")
    digest = hashlib.sha256("".join(sorted(lines.splitlines(keepends=True))).encode()).hexdigest()
    review = 'ex:r1 a mlkg:Review ; mlkg:reviews ex:c ; mlkg:digest "{}" .\n'
    other = review.replace("r1", "r2").format("0" * 64)
    text = claim("yes") + evidence(SUPPORTS)
    folder = new_study({"a.ttl": STUDY + text, "z.ttl": review.format(digest) + other})
    found = migrating.migration(folder)
    assert [change.name for change in found.draft.changes] == ["data/z.ttl", "data/a.ttl"]
    migrating.write(found.draft)
    study = mlkg.load(folder)
    (row,) = study.select("digests")
    new = row["digest"].value
    assert new != digest
    assert data_of(folder)["z.ttl"] == review.format(new) + other
    assert state(folder) == "supported"


def test_a_review_that_does_not_match_stays(new_study: NewStudy) -> None:
    """A claim that was suspect is suspect after the migration."""
    review = f'ex:r1 a mlkg:Review ; mlkg:reviews ex:c ; mlkg:digest "{"0" * 64}" .\n'
    folder = new_study({"all.ttl": STUDY + claim("yes") + evidence(SUPPORTS) + review})
    migrated(folder)
    assert data_of(folder)["all.ttl"].endswith(review)
    assert state(folder) == "suspect"


def test_new_errors_are_refused(new_study: NewStudy) -> None:
    """An error that is there already does not hinder; one that would be new does."""
    scale = "ex:s a mlkg:Scale ; skos:hasTopConcept mlkg:no .\n"
    study = STUDY.replace("mlkg:yesNoScale", "ex:s") + scale
    folder = new_study({"all.ttl": study + claim("yes") + evidence(SUPPORTS)})
    migrated(folder)
    open_claim = claim("unknown") + 'ex:study dcterms:title "Two"@en .\n'
    folder = new_study({"all.ttl": STUDY + open_claim + evidence(SUPPORTS)})
    migrated(folder)


def test_all_files_or_none(new_study: NewStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file cannot be written, those before it are put back."""
    old = {"a.ttl": STUDY + claim("yes"), "b.ttl": evidence(SUPPORTS)}
    folder = new_study(old)
    found = migrating.migration(folder)
    replace = files.replace

    def broken(path: Path, before: bytes | None, after: bytes) -> None:
        if path.name == "b.ttl":
            raise OutputError("no space")
        replace(path, before, after)

    monkeypatch.setattr(files, "replace", broken)
    with pytest.raises(OutputError, match="no space"):
        migrating.write(found.draft)
    assert data_of(folder) == old
    (folder / "data" / "b.ttl").write_text("", "utf-8")
    with pytest.raises(OutputError, match="changed meanwhile"):
        migrating.write(found.draft)
    assert data_of(folder)["a.ttl"] == old["a.ttl"]


def test_evidence_without_an_iri(new_study: NewStudy) -> None:
    """A blank node has no name by which a patch finds it again; it is listed."""
    blank = "[] a mlkg:Evidence ; mlkg:about ex:c ; mlkg:direction mlkg:supports .\n"
    folder = new_study({"all.ttl": STUDY + claim("yes") + blank})
    with pytest.raises(DataError, match=r"data/all\.ttl:20:40: evidence without an IRI"):
        migrating.migration(folder)


def test_a_broken_file(new_study: NewStudy) -> None:
    """A file that is not Turtle is reported with its line."""
    folder = new_study({"all.ttl": STUDY + "ex:c a mlkg:Claim"})
    with pytest.raises(DataError, match=r"data/all\.ttl:\d+:\d+: syntax error"):
        migrating.migration(folder)


def test_mixed_data(new_study: NewStudy) -> None:
    """Evidence that a merged branch adds in the old form is migrated; the rest stays.

    A claim with several values is indicated as a whole; a rationale of the new form answers
    nothing new.
    """
    scale = "ex:s a mlkg:Scale ; mlkg:valueType mlkg:text ; mlkg:several true .\n"
    study = MIGRATED.replace("mlkg:yesNoScale", "ex:s") + scale
    values = claim("x").replace("mlkg:verdict mlkg:x", 'mlkg:value "Apache-2.0" , "MIT"')
    said = '  mlkg:indicates "MIT" ;\n'
    folder = new_study({"all.ttl": study + values + evidence(said, "d") + evidence(SUPPORTS)})
    migrated(folder)
    new = '  mlkg:indicates "Apache-2.0" ;\n  mlkg:indicates "MIT" ;\n'
    assert data_of(folder)["all.ttl"] == study + values + evidence(said, "d") + evidence(new)


def test_refused_errors_name_the_rule(new_study: NewStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the migration add an error, nothing is written."""
    folder = new_study({"all.ttl": STUDY + claim("yes") + evidence(SUPPORTS)})
    (folder / "queries" / "checks").mkdir(parents=True)
    (folder / "queries" / "checks" / "no-indication.rq").write_text(
        '#+ summary: Evidence indicates something\n#+ severity: error\n#+ message: "indicates"\n'
        "PREFIX mlkg: <https://w3id.org/mlkg/ns#>\n"
        "SELECT ?focus { ?focus mlkg:indicates ?verdict } ORDER BY ?focus\n",
        "utf-8",
    )
    with pytest.raises(RefusedError, match="no-indication: indicates"):
        migrating.migration(folder)
