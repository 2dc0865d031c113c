"""The history of a study goes on across its migration: diff, --since and verify."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import PREFIXES, Run

import mlkg
from mlkg import export
from mlkg.export.origin import digest_of
from mlkg.history.changes import compare
from mlkg.history.revisions import study_at
from mlkg.turtle.files import TurtleFile
from mlkg.verification import CURRENT, STALE, UNDECIDED, verify
from mlkg.verification.past import Past

NewStudy = Callable[..., Path]

OLD = """\
ex:study a mlkg:Study ; dcterms:title "Lunch"@en ; dcterms:license ex:licence .
ex:soup a mlkg:Option ; rdfs:label "Soup"@en ; dcterms:isPartOf ex:study .
ex:warm a mlkg:Criterion ; rdfs:label "Warm"@en ; skos:definition "Served warm."@en ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study .
ex:menu a mlkg:Source ; schema:url <https://example.org/menu> ; mlkg:sourceKind mlkg:vendorPage .
ex:c a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes .
ex:e a mlkg:Evidence ; mlkg:about ex:c ; mlkg:direction mlkg:supports ;
  mlkg:indicates mlkg:yes ; mlkg:source ex:menu ; mlkg:finding "The menu says so."@en .
"""


SHOWS_DATA = {"ttl", "tex"}
"""Formats that show the data themselves, or their digest."""


def git(folder: Path, *words: str) -> None:
    """Run git as nobody in particular."""
    subprocess.run(
        ["git", "-c", "user.name=N", "-c", "user.email=n@example.org", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


def commit(folder: Path) -> None:
    """Commit the study's data."""
    git(folder, "add", "data")
    git(folder, "commit", "-q", "-m", "State")


@pytest.fixture
def folder(new_study: NewStudy) -> Path:
    """A study that was committed in the old form, and not migrated yet."""
    made = new_study({"all.ttl": OLD})
    git(made, "init", "-q", "-b", "main")
    commit(made)
    return made


def test_a_migration_is_no_change(folder: Path, run: Run) -> None:
    """Neither diff nor --since finds anything but what was changed besides."""
    assert run("-C", folder, "migrate").returncode == 0
    assert run("-C", folder, "diff", "HEAD", "--exit-code").stdout == ""
    commit(folder)
    assert run("-C", folder, "diff", "HEAD~1", "HEAD", "--exit-code").returncode == 0
    since = run("-C", folder, "validate", "--since", "HEAD~1", "--format", "concise")
    assert "since" not in since.stdout
    assert since.returncode == 0
    path = folder / "data" / "all.ttl"
    path.write_text(
        path.read_text("utf-8").replace("mlkg:verdict mlkg:yes", "mlkg:verdict mlkg:no")
    )
    assert "Soup × Warm" in run("-C", folder, "diff", "HEAD~1").stdout
    since = run("-C", folder, "validate", "--since", "HEAD~1")
    assert "verdict-changed-without-evidence" in since.stdout


def test_the_digest_is_that_of_what_was_committed(folder: Path) -> None:
    """A migrated revision is queried in the current form, and digested in the old one."""
    text = (folder / "data" / "all.ttl").read_bytes()
    study = study_at(folder, "HEAD")
    assert study.migrated
    assert study.table().totals() == {"supported": 1}
    quads = list(TurtleFile("data/all.ttl", text).quads())
    assert digest_of(study.quads()) == digest_of(quads)
    assert Past(study, folder).digest(study_commit(folder)) == digest_of(quads)
    assert not compare(study, study_at(folder, "HEAD"))


def study_commit(folder: Path) -> str:
    """Return the commit that is checked out."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("format", ["md", "csv", "tsv", "json", "svg", "tex", "xlsx", "ttl"])
def test_exports_of_old_data(
    folder: Path, run: Run, tmp_path_factory: pytest.TempPathFactory, format: str
) -> None:
    """What was exported from old data is found by its digest: stale or current, not altered."""
    out = tmp_path_factory.mktemp("out")
    old = study_at(folder, "HEAD")
    for name, content in export.export_files(old, f"t.{format}", format).items():
        (out / name).write_bytes(content)
    assert run("-C", folder, "migrate").returncode == 0
    commit(folder)
    path = out / f"t.{format}"
    found = verify(path, Past(mlkg.load(folder), folder))
    assert found.status == (STALE if format in SHOWS_DATA else CURRENT)
    data = folder / "data" / "all.ttl"
    data.write_text(
        data.read_text("utf-8").replace("mlkg:verdict mlkg:yes", "mlkg:verdict mlkg:no")
    )
    commit(folder)
    found = verify(path, Past(mlkg.load(folder), folder))
    assert found.status == STALE
    assert found.state is not None
    assert found.state.commit != study_commit(folder)


def test_what_mlkg_0_1_worded_otherwise(folder: Path, run: Run) -> None:
    """Details of evidence are left undecided; a cell that was altered is not."""
    old = study_at(folder, "HEAD")
    content = export.export_files(old, "t.md", "md")["t.md"].decode()
    assert "supports ✔" in content
    path = folder / "t.md"
    path.write_text(content.replace("supports ✔", "supports"), "utf-8")
    done = run("-C", folder, "migrate")
    assert done.returncode == 0
    commit(folder)
    found = verify(path, Past(mlkg.load(folder), folder))
    assert found.status == UNDECIDED
    assert any("mlkg 0.1 recorded these data" in note for note in found.notes)
    path.write_text(content.replace("| ✔[", "| ✘["), "utf-8")
    assert verify(path, Past(mlkg.load(folder), folder)).status == "altered"


def test_contradictions_of_the_past(new_study: NewStudy) -> None:
    """A revision that no migration would take is read: what the evidence indicates counts."""
    folder = new_study(
        {"all.ttl": OLD.replace("mlkg:indicates mlkg:yes", "mlkg:indicates mlkg:no")}
    )
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    assert study_at(folder, "HEAD").table().totals() == {"disputed": 1}


def test_reviews_of_the_past(new_study: NewStudy) -> None:
    """A claim that was reviewed as it is, is not suspect at a revision in the old form."""
    lines = (
        "<C> rdf:type mlkg:Claim|<C> mlkg:criterion ex:warm|<C> mlkg:option ex:soup|"
        "<C> mlkg:verdict mlkg:yes|ex:e rdf:type mlkg:Evidence|ex:e mlkg:about <C>|"
        "ex:e mlkg:direction mlkg:supports|ex:e mlkg:indicates mlkg:yes|ex:e mlkg:source ex:menu|"
        'ex:e mlkg:finding "The menu says so."@en|ex:menu schema:url <https://example.org/menu>|'
        'ex:warm skos:definition "Served warm."@en|ex:warm mlkg:scale mlkg:yesNoScale'
    ).replace("<C>", "ex:c")
    triples = PREFIXES + "".join(
        f"{line} .\n".replace("rdf:type", "a") for line in lines.split("|")
    )
    quads = TurtleFile("f", triples.encode()).quads()
    text = "".join(sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in quads))
    digest = hashlib.sha256(text.encode()).hexdigest()
    review = f'ex:r a mlkg:Review ; mlkg:reviews ex:c ; mlkg:digest "{digest}" .\n'
    folder = new_study({"all.ttl": OLD + review})
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    assert study_at(folder, "HEAD").table().totals() == {"supported": 1}
