"""The baseline: what is known passes, what is new fails, what is gone is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

NewStudy = Callable[..., Path]
NO_CLAIM = 'ex:tea a mlkg:Option ; rdfs:label "Tea"@en ; dcterms:isPartOf ex:study .\n'


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the project's study: its data, settings and baseline."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(root / name, tmp_path / name)
    for name in ("pyproject.toml", "mlkg-baseline.txt"):
        shutil.copy(root / name, tmp_path / name)
    return tmp_path


def test_the_project_is_green_by_its_baseline_only(run: Run, root: Path) -> None:
    """The study's debt is known, all of it: without the baseline the same command fails."""
    done = run("validate")
    assert done.stdout == "235 records, 213 checks, 0 errors, 0 warnings, 0 info, 104 known\n"
    assert (done.returncode, done.stderr) == (0, "")
    bare = run("validate", "-q", "--no-baseline")
    assert bare.stdout == "235 records, 213 checks, 0 errors, 80 warnings, 24 info\n"
    assert bare.returncode == 1


def test_a_new_unsupported_claim_breaks_the_project(run: Run, project: Path) -> None:
    """A verdict given without evidence is one finding, and exit status 1."""
    file = project / "data" / "claims-aws-sagemaker.ttl"
    text = file.read_text("utf-8")
    file.write_text(text.replace("mlkg:verdict mlkg:unknown", "mlkg:verdict mlkg:yes", 1), "utf-8")
    done = run("validate", cwd=project)
    assert done.stdout.splitlines() == [
        "data/claims-aws-sagemaker.ttl:32:16: warning[unsupported-claim] "
        "AWS SageMaker × Outlier Detection: no sourced evidence supports ✔",
        "235 records, 213 checks, 0 errors, 1 warning, 0 info, 104 known",
    ]
    assert done.returncode == 1


def test_another_verdict_is_another_finding(run: Run, project: Path) -> None:
    """A known claim whose verdict changes is new again, and its old entry is gone."""
    file = project / "data" / "claims-aws-sagemaker.ttl"
    text = file.read_text("utf-8")
    file.write_text(text.replace("mlkg:verdict mlkg:yes", "mlkg:verdict mlkg:no", 1), "utf-8")
    done = run("validate", cwd=project)
    first, gone, last = done.stdout.splitlines()
    assert first.endswith("AWS SageMaker × Model Monitoring: no sourced evidence supports ✘")
    assert gone.startswith("gone from the baseline: unsupported-claim ")
    assert gone.endswith("AWS SageMaker × Model Monitoring: no sourced evidence supports ✔")
    assert last.endswith("103 known; 1 gone from the baseline: mlkg validate --update-baseline")
    assert done.returncode == 1


def test_moving_lines_changes_nothing(run: Run, project: Path) -> None:
    """Entries match wherever their records have gone to."""
    for file in project.glob("data/claims-*.ttl"):
        text = file.read_text("utf-8")
        file.write_text("# moved\n\n" + text.replace("\n  mlkg:", "\n\n    mlkg:"), "utf-8")
    assert run("validate", cwd=project).stdout.endswith(" 0 info, 104 known\n")


def test_make_and_update(run: Run, new_study: NewStudy) -> None:
    """--update-baseline makes the file, and takes out what is gone; the file is for people."""
    folder = new_study({"all.ttl": SMALL, "more.ttl": NO_CLAIM})
    base = ("validate", "--baseline", folder / "known.txt")
    made = run(*base, "--update-baseline", cwd=folder)
    assert (made.returncode, made.stderr) == (
        0,
        f"{folder / 'known.txt'}: 4 findings, 4 new, 0 removed\n",
    )
    entries = (folder / "known.txt").read_text("utf-8").splitlines()
    assert entries[:3] == [line for line in entries if line.startswith("#")]
    assert [line.split(" ", 2)[::2] for line in entries[3:]] == [
        ["missing-claim", "Tea × Cheap: there is no claim"],
        ["missing-claim", "Tea × Warm: there is no claim"],
        ["unsupported-claim", "Pie × Warm: no sourced evidence supports ✘"],
        ["unsupported-claim", "Soup × Cheap: no sourced evidence supports ◐"],
    ]
    assert run(*base, cwd=folder).stdout.endswith(", 0 errors, 0 warnings, 0 info, 4 known\n")
    (folder / "data" / "more.ttl").unlink()
    gone = run(*base, cwd=folder)
    assert gone.returncode == 0
    assert [line.split(" ")[0] for line in gone.stdout.splitlines()] == ["gone", "gone", "11"]
    updated = run(*base, "--update-baseline", cwd=folder)
    assert updated.stderr.endswith(": 2 findings, 0 new, 2 removed\n")
    assert (folder / "known.txt").read_text("utf-8").splitlines() == entries[:3] + entries[5:]


def test_rules_that_do_not_run_keep_their_entries(run: Run, new_study: NewStudy) -> None:
    """With --select, entries of other rules are neither gone nor removed."""
    folder = new_study({"all.ttl": SMALL + NO_CLAIM})
    base = ("validate", "--baseline", "known.txt")
    run(*base, "--update-baseline", cwd=folder)
    before = (folder / "known.txt").read_bytes()
    one = run(*base, "--select", "missing-claim", cwd=folder)
    assert one.stdout == "12 records, 1 check, 0 errors, 0 warnings, 0 info, 2 known\n"
    run(*base, "--select", "missing-claim", "--update-baseline", cwd=folder)
    assert (folder / "known.txt").read_bytes() == before


def test_a_part_knows_nothing_of_the_rest(run: Run, new_study: NewStudy) -> None:
    """With PATH, entries about other files are not called gone."""
    folder = new_study({"all.ttl": SMALL, "more.ttl": NO_CLAIM})
    run("validate", "--baseline", "known.txt", "--update-baseline", cwd=folder)
    part = run("validate", "--baseline", "known.txt", "data/more.ttl", cwd=folder)
    assert part.stdout == "12 records, 213 checks, 0 errors, 0 warnings, 0 info, 2 known\n"


def test_a_rule_that_is_no_more_is_gone(run: Run, new_study: NewStudy) -> None:
    """Entries of a rule that was deleted are gone too."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "known.txt").write_text("old-rule 0123456789abcdef Something\n", "utf-8")
    done = run("validate", "-q", "--baseline", "known.txt", cwd=folder)
    assert "; 1 gone from the baseline" in done.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("what is this\n", "known.txt:1:1: not of the form 'rule fingerprint message'"),
        ("# fine\n<<<<<<< HEAD\n", "known.txt:2:1: not of the form"),
        ("# fine\n<<<<<<< HEAD\n", "resolve the merge by keeping the lines of both sides"),
    ],
)
def test_broken_files(run: Run, new_study: NewStudy, content: str, message: str) -> None:
    """A file that is no baseline is named with its line, exit status 2; it is not overwritten."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "known.txt").write_text(content, "utf-8")
    for more in ([], ["--update-baseline"]):
        done = run("validate", "--baseline", "known.txt", *more, cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr
    assert (folder / "known.txt").read_text("utf-8") == content


def test_misuse(run: Run, new_study: NewStudy) -> None:
    """A misspelt file is an error, and so is an update of nothing or of a part."""
    folder = new_study({"all.ttl": SMALL})
    missing = run("validate", "--baseline", "no.txt", cwd=folder)
    assert "no.txt: no such file; --update-baseline makes it" in missing.stderr
    unnamed = run("validate", "--update-baseline", cwd=folder)
    assert "give --baseline FILE" in unnamed.stderr
    part = run("validate", "--baseline", "b.txt", "--update-baseline", "data/all.ttl", cwd=folder)
    assert "leave out PATH" in part.stderr
    assert {missing.returncode, unnamed.returncode, part.returncode} == {2}
    assert not (folder / "b.txt").exists()
