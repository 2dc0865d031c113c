"""The command set: the answer of a claim, what it said before, and the evidence it answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import HOUSE, PREFIXES, VALUED, Run

import mlkg
from mlkg.editing.drafts import check
from mlkg.editing.reviewing import digests
from mlkg.editing.revising import Revised, Revision, Standing, revise
from mlkg.errors import MlkgError
from mlkg.turtle.house_form import house_form

NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")

BY = ["--by", "Ann", "--date", "2024-01-31"]
EX = "https://example.org/"
DISPUTING = """\
ex:e2 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:indicates mlkg:no ; mlkg:source ex:menu .
ex:e3 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:excludes mlkg:no .
ex:e4 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:excludes mlkg:no ;
  prov:invalidatedAtTime "2024-01-01T00:00:00Z"^^xsd:dateTime .
"""


def test_set_keeps_what_the_claim_said(run: Run, new_study: NewStudy) -> None:
    """The old verdict with its qualifier becomes a former claim, with when and by whom."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    first = ["set", "soup", "cheap", "no", "--by", "Ann", "--date", "2024-01-31"]
    assert run(*first, cwd=folder).returncode == 0
    again = ["set", "soup", "cheap", "✔", "--by", "Bob", "--date", "2024-02-01T13:00:00+01:00"]
    assert run(*again, "--rationale", "We asked.", "--relies-on", "pie", cwd=folder).returncode == 0
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert text == house_form(text)
    claim = """
ex:soup-cheap
  a mlkg:Claim ;
  mlkg:option ex:soup ;
  mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:yes ;
  mlkg:reliesOn ex:pie ;
  mlkg:rationale "We asked."@en ;
  prov:wasRevisionOf ex:soup-cheap-before-2 ;
  prov:wasAttributedTo ex:bob ;
  prov:generatedAtTime "2024-02-01T12:00:00Z"^^xsd:dateTime .

ex:soup-cheap-before-2
  a mlkg:FormerClaim ;
  mlkg:verdict mlkg:no ;
  prov:wasRevisionOf ex:soup-cheap-before-1 ;
  prov:wasAttributedTo ex:ann ;
  prov:generatedAtTime "2024-01-31T00:00:00Z"^^xsd:dateTime ;
  prov:invalidatedAtTime "2024-02-01T12:00:00Z"^^xsd:dateTime .

ex:soup-cheap-before-1
  a mlkg:FormerClaim ;
  mlkg:verdict mlkg:partial ;
  mlkg:qualifier "at noon"@en ;
  prov:invalidatedAtTime "2024-01-31T00:00:00Z"^^xsd:dateTime .
"""
    assert claim in text
    assert mlkg.load(folder).validate().counts()["error"] == 0
    told = run("explain", "soup", "cheap", cwd=folder).stdout
    assert "because: We asked." in told
    assert "decided by Bob on 2024-02-01T12:00:00Z" in told
    assert "since 2024-01-31T00:00:00Z until 2024-02-01T12:00:00Z: ✘, by Ann" in told
    assert "until 2024-01-31T00:00:00Z: ◐ (at noon)" in told


def test_set_changes_parts_of_a_claim(run: Run, new_study: NewStudy) -> None:
    """A verdict that stays keeps the rest; an empty text takes a part away; no change, no write."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    by = ["--by", "Ann", "--date", "2024-01-31"]
    same = ["set", "soup", "cheap", "partial", *by]
    done = run(*same, cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "the claim says so already; nothing written\n"
    assert (folder / "data" / "all.ttl").read_text("utf-8") == HOUSE
    assert run(*same, "--rationale", "R", cwd=folder).returncode == 0
    cell = mlkg.load(folder).table().rows[0][1]
    assert cell.text == "◐ (at noon)"
    assert run(*same, "--qualifier", "", cwd=folder).returncode == 0
    assert mlkg.load(folder).table().rows[0][1].text == "◐"


def test_set_leaves_evidence_alone(run: Run, new_study: NewStudy) -> None:
    """A new answer changes the claim alone; stderr says how the evidence stands to it."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run("set", "soup", "warm", "no", *BY, cwd=folder)
    assert done.returncode == 0
    assert done.stderr.endswith(
        "0 pieces of evidence support the answer, 1 disputes it\n  disputed by ex:e1\n"
    )
    written = (folder / "data" / "all.ttl").read_text("utf-8")
    assert evidence(written) == evidence(HOUSE)
    assert state(folder) == "disputed"
    run("set", "soup", "warm", "unknown", *BY, cwd=folder)
    assert state(folder) == "open"
    done = run("set", "soup", "warm", "yes", *BY, cwd=folder)
    assert done.stderr == "1 piece of evidence supports the answer, 0 dispute it\n"
    assert state(folder) == "supported"
    assert evidence((folder / "data" / "all.ttl").read_text("utf-8")) == evidence(HOUSE)


def evidence(text: str) -> str:
    """Return the record of the one piece of evidence in a text."""
    start = text.index("\nex:e1\n")
    return text[start : text.index(" .\n", start)]


def state(folder: Path) -> str:
    """Return the state of the first cell."""
    return mlkg.load(folder).table().rows[0][0].state


def test_the_first_answer_leaves_no_former_claim(run: Run, new_study: NewStudy) -> None:
    """A claim that never had an answer gave none up; one that was set to unknown did."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    assert run("set", "pie", "cheap", "no", *BY, cwd=folder).returncode == 0
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert "FormerClaim" not in text
    assert text == house_form(text)
    claim = """
ex:pie-cheap
  a mlkg:Claim ;
  mlkg:option ex:pie ;
  mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:no ;
  prov:wasAttributedTo ex:ann ;
  prov:generatedAtTime "2024-01-31T00:00:00Z"^^xsd:dateTime .
"""
    assert claim in text
    assert run("set", "pie", "cheap", "?", *BY, cwd=folder).returncode == 0
    assert run("set", "pie", "cheap", "yes", *BY, cwd=folder).returncode == 0
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert [text.count(f"\nex:pie-cheap-before-{n}\n") for n in (1, 2, 3)] == [1, 1, 0]


def test_an_unknown_claim_with_words_of_its_own_is_kept(new_study: NewStudy) -> None:
    """What was said of a claim without an answer is not lost."""
    text = HOUSE.replace(
        "mlkg:verdict mlkg:unknown .", 'mlkg:verdict mlkg:unknown ;\n  mlkg:rationale "Busy."@en .'
    )
    revised = revision(mlkg.load(new_study({"all.ttl": text.encode()})), "pie", "cheap", "no")
    after = revised.draft.changes[0].after.decode()
    assert 'a mlkg:FormerClaim ;\n  mlkg:verdict mlkg:unknown ;\n  mlkg:rationale "Busy."' in after


def revision(study: mlkg.Study, option: str, criterion: str, *answer: str, **given: Any) -> Revised:
    """Plan and check a revision by Ann."""
    wanted = Revision(answer=answer, at="2024-06-01T00:00:00Z", by="Ann", **given)
    revised = revise(study, option, criterion, wanted)
    check(study, revised.draft)
    return revised


def lines(revised: Revised) -> list[str]:
    """Return the lines of the claim and its former states that a revision adds or takes away."""
    history = ("+  prov:", "+  a ", "-  prov:")
    return [
        line.rstrip(" ;.")
        for change in revised.draft.changes
        for line in change.diff().splitlines()[2:]
        if line[:3] in ("+  ", "-  ") and not line.startswith(history) and "foaf:" not in line
    ]


def test_values(new_study: NewStudy) -> None:
    """On a scale of values, a claim gives values, and a verdict where it has none."""
    study = mlkg.load(new_study({"all.ttl": house_form(PREFIXES + VALUED).encode()}))
    assert lines(revision(study, "soup", "wait", "300 s")) == []
    assert lines(revision(study, "soup", "wait", "0.1 h")) == [
        "-  mlkg:value 5",
        "+  mlkg:value 6",
        "+  mlkg:value 5",
    ]
    assert lines(revision(study, "pie", "stars", "80 stars")) == [
        "-  mlkg:verdict mlkg:unknown",
        "+  mlkg:value 80",
    ]
    assert lines(revision(study, "soup", "stars", "?")) == [
        "-  mlkg:value 75000",
        "+  mlkg:verdict mlkg:unknown",
        "+  mlkg:value 75000",
    ]


def test_values_and_reliances_are_replaced(run: Run, new_study: NewStudy) -> None:
    """Several values stand one a line; a component is relied on as an option is."""
    folder = new_study(
        {
            "all.ttl": HOUSE.encode(),
            "more.ttl": "ex:tags a mlkg:Criterion ; rdfs:label 'Tags'@en ;"
            " skos:definition 'T.'@en ; mlkg:scale ex:list ; dcterms:isPartOf ex:study .\n"
            "ex:list a mlkg:Scale ; rdfs:label 'list'@en ; mlkg:several true ;"
            " mlkg:valueType mlkg:text .\n"
            "ex:oven a mlkg:Component ; rdfs:label 'Oven'@en ; dcterms:isPartOf ex:study .\n"
            "ex:pie-tags a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:tags ;"
            " mlkg:value 'hot' , 'sweet' .\n",
        }
    )
    done = run("set", "pie", "tags", "hot, big", "--relies-on", "oven", *BY, cwd=folder)
    assert done.returncode == 0
    text = (folder / "data" / "more.ttl").read_text("utf-8")
    assert 'mlkg:criterion ex:tags ;\n  mlkg:value "hot" ;\n  mlkg:value "big" ;' in text
    assert "mlkg:reliesOn ex:oven ;" in text
    assert text.count('mlkg:value "sweet"') == 1
    assert mlkg.load(folder).table().rows[1][2].text == "big, hot (Oven)"


def test_a_rationale_names_what_disputes(new_study: NewStudy) -> None:
    """It answers every current piece that disputes the new answer, and none that is withdrawn."""
    study = mlkg.load(new_study({"all.ttl": HOUSE.encode(), "more.ttl": DISPUTING}))
    revised = revision(study, "soup", "warm", "no", rationale="We tasted it.")
    assert revised.standing == Standing((EX + "e2",), (EX + "e1", EX + "e3"))
    assert lines(revised)[:5] == [
        "-  mlkg:verdict mlkg:yes",
        "+  mlkg:verdict mlkg:no",
        '+  mlkg:rationale "We tasted it."@en',
        "+  mlkg:despite ex:e1",
        "+  mlkg:despite ex:e3",
    ]
    picked = revision(study, "soup", "warm", "no", rationale="So.", despite=("ex:e3",))
    assert picked.despite == ("https://example.org/e3",)
    open_now = revision(study, "soup", "warm", "unknown", rationale="Nobody knows.")
    assert open_now.despite == ()


def test_a_rationale_stays_and_goes_with_its_answer(run: Run, new_study: NewStudy) -> None:
    """Despite is renewed with the rationale, kept without one, and goes with an empty one."""
    folder = new_study({"all.ttl": HOUSE.encode(), "more.ttl": DISPUTING})
    no = ["set", "soup", "warm", "no", *BY]
    assert run(*no, "--rationale", "So.", "--despite", "e3", cwd=folder).returncode == 0
    assert state(folder) == "disputed"
    done = run(*no, "--rationale", "So.", cwd=folder)
    assert done.stderr.endswith(
        "1 piece of evidence supports the answer, 2 dispute it\n"
        "  disputed by ex:e1, which the rationale answers\n"
        "  disputed by ex:e3, which the rationale answers\n"
    )
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert "mlkg:despite ex:e1 ;\n  mlkg:despite ex:e3 ;" in text
    assert text.count("mlkg:despite ex:e3") == 2
    run(*no, "--qualifier", "in winter", cwd=folder)
    assert claim_text(folder).count("mlkg:despite") == 2
    run(*no, "--rationale", "", cwd=folder)
    claim = claim_text(folder)
    assert "mlkg:rationale" not in claim
    assert "mlkg:despite" not in claim
    run("set", "soup", "warm", "no", "--rationale", "Again.", *BY, cwd=folder)
    assert "mlkg:despite ex:e1" in claim_text(folder)
    run("set", "soup", "warm", "partial", *BY, cwd=folder)
    assert "mlkg:despite" not in claim_text(folder)


def claim_text(folder: Path) -> str:
    """Return the record of the first claim."""
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    start = text.index("\nex:soup-warm\n")
    return text[start : text.index(" .\n", start)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"despite": ("e1",)}, "why the claim stands despite evidence: --rationale"),
        ({"rationale": "R", "despite": ("e2",)}, "e2: this evidence does not dispute the claim"),
        ({"rationale": "R", "despite": ("e4",)}, "e4: this evidence does not dispute the claim"),
        ({"rationale": "R", "despite": ("e9",)}, "no piece of evidence is called e9"),
    ],
)
def test_despite_names_evidence_that_disputes(
    new_study: NewStudy, given: dict[str, Any], message: str
) -> None:
    """Evidence that supports the answer, is withdrawn, or is about another claim is refused."""
    study = mlkg.load(new_study({"all.ttl": HOUSE.encode(), "more.ttl": DISPUTING}))
    with pytest.raises(MlkgError, match=message):
        revision(study, "soup", "warm", "no", **given)


@pytest.mark.parametrize("cell", ["soup warm", "pie cheap"])
def test_a_review_holds_the_digest_of_its_claim(run: Run, new_study: NewStudy, cell: str) -> None:
    """A reviewed claim is not suspect until it changes, and is again when it is reviewed anew."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    option, criterion = cell.split()
    for number in (1, 2):
        done = run("review", option, criterion, *BY, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        text = (folder / "data" / "all.ttl").read_text("utf-8")
        assert text == house_form(text)
        study = mlkg.load(folder)
        claim = f"{EX}{option}-{criterion}"
        digest = digests(study)[claim]
        assert (
            f'a mlkg:Review ;\n  mlkg:reviews ex:{option}-{criterion} ;\n  mlkg:digest "{digest}"'
            in text
        )
        assert text.count("a mlkg:Review ;") == number
        assert "suspect" not in {c.state for row in study.table().rows for c in row}
        run("set", option, criterion, "partial", "--qualifier", f"{number}", *BY, cwd=folder)
        states = [c.state for row in mlkg.load(folder).table().rows for c in row]
        assert states.count("suspect") == 1
    assert list(digests(mlkg.load(folder))) == [claim]
