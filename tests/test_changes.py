"""What changed: `diff`, `validate --since` and `review`, on studies in git."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from samples import PREFIXES, SMALL, Run

import mlkg
from mlkg.editing.reviewing import digests
from mlkg.history.changes import Changes, ClaimChange, Edit, RecordChange
from mlkg.history.text import as_text
from mlkg.turtle.house_form import house_form

NewStudy = Callable[..., Path]
HOUSE = house_form(PREFIXES + SMALL)
ANN = ["--by", "Ann", "--date", "2024-01-31"]


def git(folder: Path, *args: str) -> str:
    """Run git in a folder, as somebody of whom only the tests know."""
    done = subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *args],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.decode()


@pytest.fixture
def repository(new_study: NewStudy) -> Path:
    """The small study in the house form, committed."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    return folder


def edit(folder: Path, *pairs: tuple[str, str]) -> None:
    """Replace texts in the study's file, each of which must be there."""
    path = folder / "data" / "all.ttl"
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


EDITS = [
    (
        "ex:pie-warm\n  a mlkg:Claim ;\n  mlkg:option ex:pie ;\n  mlkg:criterion ex:warm ;\n  "
        "mlkg:verdict mlkg:no",
        "ex:pie-warm\n  a mlkg:Claim ;\n  mlkg:option ex:pie ;\n  "
        "mlkg:criterion ex:warm ;\n  mlkg:verdict mlkg:yes",
    ),
    ("at noon", "at night"),
    ("The menu says so.", "The menu says it."),
    ("Costs little.", "Costs next to nothing."),
    ("https://example.org/menu", "https://example.org/card"),
    ('rdfs:label "Pie"@en', 'rdfs:label "Pie"@en ;\n  skos:altLabel "Tart"@en'),
]


def test_diff_groups_by_claim(run: Run, repository: Path) -> None:
    """Verdicts from and to, evidence, other edits of claims; then the records of other kinds."""
    edit(repository, *EDITS)
    done = run("diff", "HEAD", cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "changed: 1 verdict, 1 piece of evidence, 1 option, 1 criterion, 1 source\n"
        "\n"
        "Pie × Warm: ✘ → ✔, its evidence did not change\n"
        "Soup × Cheap: still ◐\n"
        "  ~ qualifier: at noon → at night\n"
        "Soup × Warm: still ✔\n"
        "  ~ evidence: The menu says it.\n"
        "      finding: The menu says so. → The menu says it.\n"
        "\n"
        "Options\n"
        "  ~ Pie\n"
        "      altLabel: (none) → Tart\n"
        "\n"
        "Criteria\n"
        "  ~ Cheap\n"
        "      definition: Costs little. → Costs next to nothing.\n"
        "\n"
        "Sources\n"
        "  ~ https://example.org/card\n"
        "      url: https://example.org/menu → https://example.org/card\n"
    )


def test_diff_between_two_revisions(run: Run, repository: Path) -> None:
    """Two revisions are compared without the work tree, which may be anything and stays so."""
    git(repository, "tag", "v1")
    assert run("set", "soup", "warm", "no", *ANN, cwd=repository).returncode == 0
    page = ["-s", "https://example.org/menu", "--disputes", "--finding", "Cold."]
    assert run("link", "pie", "warm", *page, "--by", "Ann", cwd=repository).returncode == 0
    git(repository, "commit", "-q", "-a", "-m", "Second")
    (repository / "data" / "all.ttl").write_text("@prefix : <x:/> . : a : .\n")
    before = sorted(repository.rglob("*"))
    done = run("diff", "v1", "HEAD", "--format", "json", "--exit-code", cwd=repository)
    assert before == sorted(repository.rglob("*"))
    assert done.returncode == 1
    found = json.loads(done.stdout)
    claims = {
        c["label"]: (
            c["before"],
            c["after"],
            c["evidence_moved"],
            [e["change"] for e in c["evidence"]],
        )
        for c in found["claims"]
    }
    assert claims == {
        "Soup × Warm": ("✔", "✘", False, []),
        "Pie × Warm": ("✘", "✘", True, ["added"]),
    }
    kinds = [(r["change"], r["kind"], r["label"]) for r in found["records"]]
    assert kinds == [("added", "former claim", "soup-warm-before-1"), ("added", "record", "Ann")]
    assert "M data/all.ttl" in git(repository, "status", "--short")


def test_moving_and_rewriting_is_no_change(run: Run, repository: Path) -> None:
    """Another file, order or form of Turtle is no change of the study."""
    path = repository / "data" / "all.ttl"
    head, *rest = path.read_text("utf-8").partition("\nex:e1\n")
    path.write_text(head, "utf-8")
    (repository / "data" / "other.ttl").write_text(PREFIXES + "".join(rest), "utf-8")
    done = run("diff", "HEAD", "--exit-code", cwd=repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (
        run("diff", "HEAD", "-f", "md", cwd=repository).stdout == "Nothing changed in the study.\n"
    )


def test_diff_in_markdown(run: Run, repository: Path) -> None:
    """Lists and headings, with what the data says kept from being markup."""
    edit(repository, *EDITS, ("Costs next to nothing.", "Costs *less* than <b>."))
    lines = run("diff", "HEAD", "--format", "md", cwd=repository).stdout.splitlines()
    assert "- **Pie × Warm**: ✘ → ✔, its evidence did not change" in lines
    assert "### Criteria" in lines
    assert r"  - definition: Costs little. → Costs \*less\* than \<b\>." in lines


def test_a_study_below_the_top_of_its_repository(run: Run, tmp_path: Path) -> None:
    """A study may lie in a folder of a larger repository."""
    folder = tmp_path / "docs" / "study"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "all.ttl").write_text(HOUSE, "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "First")
    edit(folder, ("at noon", "at night"))
    assert "at noon → at night" in run("diff", "HEAD", cwd=folder / "data").stdout


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nope", "mlkg: nope: no such revision in git\n"),
        ("--help=x", "no such revision in git"),
        ("empty", "empty: the study has no data/*.ttl at that revision"),
        ("broken", "at broken: data/all.ttl:1:1: syntax error"),
    ],
)
@pytest.mark.parametrize("command", [["diff"], ["validate", "--since"]], ids=["diff", "since"])
def test_a_revision_that_cannot_be_read(
    run: Run, repository: Path, command: list[str], revision: str, message: str
) -> None:
    """Status 2 and a message that names the revision and what is wrong with it."""
    git(repository, "checkout", "-q", "--orphan", "empty")
    git(repository, "rm", "-q", "-r", "--cached", ".")
    git(repository, "commit", "-q", "--allow-empty", "-m", "Empty")
    (repository / "data" / "all.ttl").write_text("no Turtle\n")
    git(repository, "checkout", "-q", "-b", "broken")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Broken")
    git(repository, "checkout", "-q", "main")
    given = [f"--since={revision}"] if command[0] == "validate" else ["--", revision]
    done = run(command[0], *given, cwd=repository)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_outside_git(run: Run, new_study: NewStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study that is in no repository has no revisions."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    done = run("diff", "HEAD", cwd=folder)
    assert (done.returncode, done.stderr) == (
        2,
        "mlkg: HEAD: the study is not in a git repository\n",
    )


def test_validate_since(run: Run, repository: Path) -> None:
    """Rules for change run with --since alone, and find their places in the files of now."""
    edit(repository, *EDITS)
    plain = run("validate", cwd=repository).stdout
    done = run("validate", "--since", "HEAD", cwd=repository).stdout
    new = [line for line in done.splitlines()[:-1] if line not in plain.splitlines()]
    assert [line.partition(": ")[2] for line in new] == [
        "warning[definition-changed] Cheap: its definition was edited after 1 answer was given",
        "warning[verdict-changed-without-evidence] Pie × Warm: ✘ became ✔, and no evidence came "
        "or went",
    ]
    text = (repository / "data" / "all.ttl").read_text("utf-8").splitlines()
    for line, said in zip(new, ("skos:definition", "mlkg:verdict mlkg:yes"), strict=True):
        assert said in text[int(line.split(":")[1]) - 1]
    checks = [int(out.splitlines()[-1].split()[2]) for out in (plain, done)]
    assert checks[1] - checks[0] == 3
    refused = run("validate", "--select", "definition-changed", cwd=repository)
    assert (refused.returncode, "give --since REV" in refused.stderr) == (2, True)


def state(folder: Path) -> str:
    """Return the state of Soup × Warm."""
    return mlkg.load(folder).table().rows[0][0].state


def test_review_and_suspect(run: Run, new_study: NewStudy) -> None:
    """A reviewed claim is suspect once its content moves, in table, explain and validate."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run("review", "soup", "warm", *ANN, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    digest = digests(mlkg.load(folder))["https://example.org/soup-warm"]
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert text == house_form(text)
    assert (
        f"""
ex:soup-warm-review-1
  a mlkg:Review ;
  mlkg:reviews ex:soup-warm ;
  mlkg:digest "{digest}" ;
  prov:wasAttributedTo ex:ann ;
  prov:generatedAtTime "2024-01-31T00:00:00Z"^^xsd:dateTime .
"""
        in text
    )
    assert state(folder) == "supported"
    told = run("explain", "soup", "warm", cwd=folder).stdout
    assert "reviewed as it is now, on 2024-01-31T00:00:00Z by Ann" in told
    edit(folder, ("The menu says so.", "The menu says it."))
    assert state(folder) == "suspect"
    assert "✔ ↻" in run("table", cwd=folder).stdout
    told = run("explain", "soup", "warm", cwd=folder).stdout
    assert "↻ suspect: it was reviewed, and the claim, its evidence or its criterion" in told
    assert "reviewed as it was then, on 2024-01-31T00:00:00Z by Ann" in told
    validated = run("validate", "--select", "suspect-claim", cwd=folder).stdout
    assert "warning[suspect-claim] Soup × Warm: ✔ was reviewed" in validated
    done = run("review", "soup", "warm", "--by", "Bob", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert state(folder) == "supported"
    edit(folder, ("The menu says it.", "The menu says so."))
    assert state(folder) == "supported", "somebody reviewed just this"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Served warm.", "Served hot.", "suspect"),
        ("mlkg:indicates mlkg:yes", "mlkg:indicates mlkg:no", "suspect"),
        ("https://example.org/menu", "https://example.org/card", "suspect"),
        ("Costs little.", "Costs nothing.", "supported"),
        ('rdfs:label "Warm"@en', 'rdfs:label "Hot"@en', "supported"),
        ("mlkg:vendorPage", "mlkg:article", "supported"),
    ],
)
def test_what_makes_a_claim_suspect(
    run: Run, new_study: NewStudy, old: str, new: str, expected: str
) -> None:
    """Claim, evidence, the URL of its source and the definition count; labels and others do not."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    assert run("review", "soup", "warm", *ANN, cwd=folder).returncode == 0
    edit(folder, (old, new))
    assert expected == state(folder)


def test_reviews_are_turtle_that_parses(run: Run, new_study: NewStudy) -> None:
    """A dry run of a review writes nothing; without a name there is none."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run("review", "soup", "warm", *ANN, "--dry-run", cwd=folder)
    assert done.stdout.startswith("--- a/data/all.ttl\n")
    assert (folder / "data" / "all.ttl").read_text("utf-8") == HOUSE
    added = "".join(f"{line[1:]}\n" for line in done.stdout.splitlines()[2:] if line[0] == "+")
    assert list(pyoxigraph.parse(PREFIXES + added, pyoxigraph.RdfFormat.TURTLE))


def test_edits_stand_below_their_record() -> None:
    """In text, what changed of a piece of evidence follows it, before what changed of the claim."""
    turned = (Edit("indicates", ("✔",), ("✘",)),)
    evidence = tuple(
        RecordChange("changed", "evidence", f"ex:{name}", name, turned) for name in ("One", "Two")
    )
    rationale = (Edit("rationale", (), ("Because.",)),)
    claim = ClaimChange("changed", "ex:c", "Soup × Warm", "✔", "✘", rationale, evidence)
    shown = as_text(Changes((claim,), ()), paint=lambda text, _: text)
    assert shown.splitlines()[2:] == [
        "Soup × Warm: ✔ → ✘, its evidence changed with it",
        "  ~ evidence: One",
        "      indicates: ✔ → ✘",
        "  ~ evidence: Two",
        "      indicates: ✔ → ✘",
        "  ~ rationale: (none) → Because.",
    ]
